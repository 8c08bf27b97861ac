"""One comment, however often its form is sent."""

from __future__ import annotations

import sqlalchemy as sa
from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from schemas.database import statements
from schemas.errors import Refused

from .. import limits
from ..access import current_person
from ..forms import Form
from ..languages import gettext as _
from ..languages import local
from ..limits import Limit
from ..mail import outbox as mail
from ..receipts.keys import signer_of
from ..state import site
from . import challenge, comments
from . import queries as read
from .blueprint import bp
from .comments import Letter, Sent
from .common import (
    INVALID,
    LATE,
    TOO_MANY,
    asked_path,
    page_url,
    public,
    secret,
    visit,
    visitor,
)
from .forms import read_letter
from .preview import consent_text, preview_again
from .rows import read_at
from .writing import late

#: Comments of one visitor that are published without anybody looking; more wait for a moderator.
TRUSTED = Limit("comments-trusted", 30, 3600)
#: And from here on the visitor is asked to wait; what was typed stays.
MOST = Limit("comments-most", 300, 3600)


@bp.post("/tham-van/<int:consultation_id>/gop-y/gui")
def send_comment(consultation_id: int) -> str | Response | tuple[str, int]:
    """Send what the preview showed. The time it counts from is the one at which it arrived here."""
    part = site()
    submission, path = request.form.get("ban", "")[:100], asked_path()
    with statements(part.database) as connection:
        row = public(connection, consultation_id)
        received_at = read_at(row)
        draft = comments.find_draft(connection, visit(), row.id, path)
        earlier = None
        if submission and (draft is None or draft.submission != submission):
            earlier = comments.by_submission(connection, submission)
        # No question was answered by most: then there are none to check.
        asked = draft is not None and any(name.startswith("q") for name in draft.typed)
        questions = read.questions(connection, row.id) if asked else ()
    if earlier is not None and earlier.consultation_id == row.id:
        return _to_tracking(earlier.tracking, comments.secret_of(secret(), submission))
    if draft is None or draft.submission != submission:
        return redirect(page_url(f"/tham-van/{row.id}/gop-y", 1, dieu=path), 303)
    form = Form(request.form)
    form.checked("consent", missing=_("Cần bạn đồng ý thì cổng mới được công khai góp ý"))
    digest = challenge.body_hash(draft.submission, draft.typed)
    if request.form.get("bam", "") != digest:
        form.values["consent"] = ""
        changed = _("Góp ý đã đổi ở một thẻ khác của trình duyệt. Xem lại bản mới rồi gửi.")
        return _again(consultation_id, form, changed)
    _checked, letter = read_letter(draft.typed, questions, path or None)
    if not form.ok or letter is None:
        return _again(consultation_id, form, "")
    often = limits.take(part.database, secret(), TRUSTED, visitor()) > 0
    if often and limits.take(part.database, secret(), MOST, visitor()):
        told = _(
            "Từ mạng của bạn đã gửi quá nhiều góp ý trong một giờ. Góp ý này vẫn được giữ ở đây; gửi lại sau."
        )
        return _again(consultation_id, form, told, TOO_MANY)
    proof = challenge.solved(secret(), f"comment:{row.id}", digest, request.form.get("altcha", "")[:4000])
    try:
        with part.database.begin() as connection:
            sent = comments.send(
                connection,
                secret(),
                row.id,
                submission,
                letter,
                received_at,
                consent_text(letter),
                person=current_person(),
                proof_id=proof,
                suspicious=often,
                files=draft.has_files,
                signer=signer_of(part.settings),
                also=lambda sent: _post_letter(connection, letter, sent) if sent.confirm else None,
            )
    except Refused as refused:
        if refused.code not in ("late", "not_open"):
            raise
        return late(row, {str(k): str(v) for k, v in draft.typed.items()}), LATE
    return _to_tracking(sent.tracking, sent.secret)


def _again(
    consultation_id: int, form: Form, notice: str, status: int = INVALID
) -> str | Response | tuple[str, int]:
    answer = preview_again(consultation_id, form, notice)
    return (answer, status) if isinstance(answer, str) else answer


def _to_tracking(tracking: str, code: str) -> Response:
    return redirect(local(f"/tham-van/gop-y/{tracking}/{code}"), 303)


def _post_letter(connection: sa.Connection, letter: Letter, sent: Sent) -> None:
    base = site().settings.base_url or request.host_url.rstrip("/")
    text = render_template(
        "mail/comment_received.txt",
        tracking=sent.tracking,
        confirm=base + local(f"/tham-van/xac-nhan/{sent.confirm}"),
        follow=base + local(f"/tham-van/gop-y/{sent.tracking}/{sent.secret}"),
    )
    subject, _blank, body = text.partition("\n")
    mail.post(connection, letter.email, subject, body.lstrip("\n"), kind="comment")
