"""What moderators, officers and approvers do with one comment."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from flask import abort, redirect, request
from werkzeug.wrappers import Response

from schemas import consultation_tables as c
from schemas.consultations import HideReason, Step, Verdict
from schemas.errors import Conflict, Refused
from schemas.people import Action, Person, Subject

from ..access import require
from ..audit import record
from ..forms import Form
from ..languages import gettext as _
from ..languages import local
from ..state import site
from . import answers, attachments, moderation, words
from . import desk_queries as desk
from .blueprint import bp
from .comment_desk import ONE, comment_page, find
from .common import (
    INVALID,
)
from .desk_frame import CONFLICT, held
from .downloads import download
from .moderation import Decision
from .rows import Row

Do = Callable[[sa.Connection, Person, Row], object]


def _act(comment_id: int, action: Action, do: Do, form: Form) -> Response | tuple[str, int]:
    with site().database.connect() as connection:
        row, owner = find(connection, comment_id)
    person = require(action, Subject("comment", str(row.id), owner.ministry_code))
    problem, status = next(iter(form.errors.values()), ""), INVALID
    if not problem:
        try:
            with site().database.begin() as connection:
                do(connection, person, row)
        except Refused as refused:
            problem = words.refusal(refused.code)
            status = 403 if refused.code == "authority" else INVALID
        except Conflict:
            problem, status = _("Người khác vừa sửa. Điều bạn gõ vẫn còn dưới đây."), CONFLICT
    if problem:
        with site().database.connect() as connection:
            row, owner = find(connection, comment_id)
            return comment_page(connection, person, row, owner, form, problem), status
    return redirect(local(f"{ONE}/{comment_id}"), 303)


@bp.post(f"{ONE}/<int:comment_id>/kiem-duyet")
def moderate(comment_id: int) -> Response | tuple[str, int]:
    """Publish, redact or hide, with the reason."""
    form = Form(request.form)
    step = form.choice("step", [Step.PUBLISH, Step.REDACT, Step.HIDE], missing=_("Chọn một việc"))
    code = form.choice("reason_code", [r.value for r in HideReason])
    reason = form.text("reason", longest=2000, lines=True)
    body = form.text("shown_body", longest=30_000, lines=True)
    wording = form.text("shown_replacement", longest=30_000, lines=True)
    if step in (Step.REDACT, Step.HIDE) and not code:
        form.error("reason_code", _("Chọn một lý do"))
    decision = Decision(Step(step), code, reason, body, wording) if form.ok else Decision(Step.PUBLISH)
    seen = request.form.get("seen", "")
    return _act(
        comment_id,
        Action.MODERATE_COMMENT,
        lambda conn, person, row: moderation.decide(conn, person, row.id, seen, decision),
        form,
    )


@bp.post(f"{ONE}/<int:comment_id>/xem-lai")
def decide_appeal(comment_id: int) -> Response | tuple[str, int]:
    """Decide an appeal; somebody else than who decided first."""
    form = Form(request.form)
    steps = [Step.APPEAL_UPHELD, Step.APPEAL_REJECTED]
    step = form.choice("step", steps, missing=_("Chọn một việc"))
    reason = form.text("reason", longest=2000, lines=True)
    decision = Decision(Step(step), "", reason) if form.ok else Decision(Step.APPEAL_REJECTED)
    seen = request.form.get("seen", "")
    return _act(
        comment_id,
        Action.DECIDE_APPEAL,
        lambda conn, person, row: moderation.decide(conn, person, row.id, seen, decision),
        form,
    )


@bp.post(f"{ONE}/<int:comment_id>/bao-cao")
def dismiss_reports(comment_id: int) -> Response | tuple[str, int]:
    """Leave the comment as it is."""
    return _act(
        comment_id,
        Action.MODERATE_COMMENT,
        lambda conn, person, row: moderation.dismiss_reports(conn, person, row.id),
        Form(request.form),
    )


@bp.post(f"{ONE}/<int:comment_id>/mao-danh/<int:claim_id>")
def decide_claim(comment_id: int, claim_id: int) -> Response | tuple[str, int]:
    """Uphold or reject "not sent by me"."""
    form = Form(request.form)
    chosen = form.choice("decision", ["upheld", "rejected"], missing=_("Chọn một việc"))

    def do(connection: sa.Connection, person: Person, row: Row) -> None:
        if claim_id not in {k.id for k in desk.of_comment(connection, c.comment_claims, row.id)}:
            raise Refused("unknown")
        moderation.decide_claim(connection, person, claim_id, upheld=chosen == "upheld")

    return _act(comment_id, Action.MODERATE_COMMENT, do, form)


@bp.get(f"{ONE}/<int:comment_id>/tep/<int:attachment_id>")
def quarantined(comment_id: int, attachment_id: int) -> Response:
    """A file for whoever checks it, as a download."""
    with site().database.connect() as connection:
        row, owner = find(connection, comment_id)
        require(Action.MODERATE_COMMENT, Subject("comment", str(row.id), owner.ministry_code))
        found = [f for f in desk.of_comment(connection, c.attachments, row.id) if f.id == attachment_id]
    if not found:
        abort(404)
    return download(found[0])


@bp.post(f"{ONE}/<int:comment_id>/tep/<int:attachment_id>")
def check_file(comment_id: int, attachment_id: int) -> Response | tuple[str, int]:
    """Let a file out of quarantine, or refuse it."""
    form = Form(request.form)
    chosen = form.choice("decision", ["clean", "refused"], missing=_("Chọn một việc"))

    def do(connection: sa.Connection, person: Person, row: Row) -> None:
        files = {f.id: f for f in desk.of_comment(connection, c.attachments, row.id)}
        if attachment_id not in files:
            raise Refused("unknown")
        before = {"file": attachment_id, "is": files[attachment_id].state}
        attachments.settle(connection, attachment_id, chosen, f"#{person.id}")
        subject = Subject("comment", str(row.id), held(connection, row.consultation_id).ministry_code)
        after = {"file": attachment_id, "is": chosen}
        record(connection, person, Action.MODERATE_COMMENT, subject, before, after)

    return _act(comment_id, Action.MODERATE_COMMENT, do, form)


@bp.post(f"{ONE}/<int:comment_id>/giao")
def assign(comment_id: int) -> Response | tuple[str, int]:
    """Give it to an officer, with a day."""
    form = Form(request.form)
    officer = form.text("officer", longest=18)
    due = form.date("due")

    def do(connection: sa.Connection, person: Person, row: Row) -> None:
        ministry = held(connection, row.consultation_id).ministry_code
        known = {key for key, _name in desk.officers(connection, ministry)}
        to = int(officer) if officer.isascii() and officer.isdigit() else None
        if to is not None and to not in known:
            raise Refused("unknown")
        answers.assign(connection, person, row.id, to, due)

    return _act(comment_id, Action.ASSIGN_ANSWER, do, form)


@bp.post(f"{ONE}/<int:comment_id>/ghi-chu")
def add_note(comment_id: int) -> Response | tuple[str, int]:
    """A note only the ministry sees."""
    form = Form(request.form)
    note = form.text("note", longest=5000, lines=True, missing=_("Chưa viết gì"))
    return _act(
        comment_id,
        Action.SEE_COMMENTS,
        lambda conn, person, row: answers.add_note(conn, person, row.id, note),
        form,
    )


@bp.post(f"{ONE}/<int:comment_id>/tra-loi")
def save_answer(comment_id: int) -> Response | tuple[str, int]:
    """Draft the answer, to the comment or to its whole campaign; with `viec` trinh ask for publication."""
    form = Form(request.form)
    verdict = form.choice("verdict", [v.value for v in Verdict], missing=_("Chọn tiếp thu hay không"))
    text = form.text("text", longest=20_000, lines=True, missing=_("Viết câu trả lời"))
    whole = form.checked("for_campaign")
    seen = request.form.get("revision", "0")
    revision = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1

    def do(connection: sa.Connection, person: Person, row: Row) -> None:
        known = answers.of(connection, campaign_id=row.campaign_id) if whole and row.campaign_id else None
        known = known or (None if whole else answers.of(connection, comment_id=row.id))
        at = revision if known is not None else 0
        answer_id = answers.save(
            connection, person, row.id, Verdict(verdict), text, for_campaign=whole, revision=at
        )
        if request.form.get("viec") == "trinh":
            answers.submit(connection, person, answer_id, at + 1)

    return _act(comment_id, Action.DRAFT_ANSWER, do, form)


@bp.post(f"{ONE}/<int:comment_id>/cong-bo")
def publish_answer(comment_id: int) -> Response | tuple[str, int]:
    """Publish the answer that waits."""
    form = Form(request.form)
    number, seen = request.form.get("answer", ""), request.form.get("revision", "")
    whole = all(t.isascii() and t.isdigit() and len(t) < 18 for t in (number, seen))

    def do(connection: sa.Connection, person: Person, row: Row) -> None:
        own = [answers.of(connection, comment_id=row.id)]
        if row.campaign_id:
            own.append(answers.of(connection, campaign_id=row.campaign_id))
        if not whole or int(number) not in {a.id for a in own if a is not None}:
            raise Refused("unknown")
        answers.publish(connection, person, int(number), int(seen))

    return _act(comment_id, Action.PUBLISH_ANSWER, do, form)
