"""Readers' complaints about a public comment: abuse, and "filed in my name"."""

from __future__ import annotations

import sqlalchemy as sa
from flask import abort, render_template, request

from schemas import consultation_tables as c
from schemas.consultations import SHOWN, ReportReason

from .. import limits
from ..formats import paragraphs
from ..forms import Form
from ..keys import keyed
from ..languages import gettext as _
from ..languages import local
from ..limits import Limit
from ..pages import Crumb, Frame
from ..state import site
from . import moderation, words
from . import queries as read
from .blueprint import bp
from .common import INVALID, TOO_MANY, public, secret, visitor
from .public_comments import comment_row
from .rows import Row
from .small_pages import AskPage, small_frame, told

#: Reports or claims of one visitor in an hour.
COMPLAINTS = Limit("comment-complaints", 20, 3600)


def _public_comment(consultation_id: int, comment_id: int) -> tuple[Row, Row]:
    with site().database.connect() as connection:
        held = public(connection, consultation_id)
        t = c.comments
        row = connection.execute(
            sa.select(t).where(t.c.id == comment_id, t.c.consultation_id == consultation_id)
        ).one_or_none()
    if row is None or row.state not in SHOWN:
        abort(404)
    return held, row


@bp.get("/tham-van/<int:consultation_id>/y-kien/<int:comment_id>")
def one_comment(consultation_id: int, comment_id: int) -> str:
    """One public comment with its answer."""
    held, row = _public_comment(consultation_id, comment_id)
    with site().database.connect() as connection:
        (item,) = read.shown(connection, held.id, [row])
    shown = comment_row(item)
    frame = Frame(
        _("Góp ý %(n)s: %(title)s", n=row.tracking, title=held.title),
        active="consultations",
        crumbs=(
            Crumb(_("Trang chủ"), local("/")),
            Crumb(_("Tham vấn"), local("/tham-van")),
            Crumb(held.title, local(f"/tham-van/{held.id}")),
        ),
        sample=held.sample,
        canonical=local(f"/tham-van/{held.id}/y-kien/{row.id}"),
    )
    return render_template("consultations/one_comment.html", frame=frame, comment=shown, number=row.tracking)


@bp.get("/tham-van/<int:consultation_id>/y-kien/<int:comment_id>/bao-cao")
def report_form(consultation_id: int, comment_id: int) -> str:
    """Report abuse."""
    held, row = _public_comment(consultation_id, comment_id)
    return _complaint(held, row, Form(), "report")


@bp.post("/tham-van/<int:consultation_id>/y-kien/<int:comment_id>/bao-cao")
def report(consultation_id: int, comment_id: int) -> str | tuple[str, int]:
    """A moderator will look; one report of each reader counts."""
    held, row = _public_comment(consultation_id, comment_id)
    form = Form(request.form)
    reason = form.choice("reason", [r.value for r in ReportReason], missing=_("Chọn một lý do"))
    note = form.text("note", longest=2000, lines=True)
    if form.ok and limits.take(site().database, secret(), COMPLAINTS, visitor()):
        form.error("reason", _("Bạn đã báo quá nhiều góp ý. Chờ một giờ rồi thử lại."))
        return _complaint(held, row, form, "report"), TOO_MANY
    if not form.ok:
        return _complaint(held, row, form, "report"), INVALID
    who = keyed(secret(), "report", visitor())[:32]
    with site().database.begin() as connection:
        moderation.report(connection, row.id, who, reason, note)
    link = (_("Về dự thảo"), local(f"/tham-van/{held.id}"))
    return told(
        _("Đã báo cho người kiểm duyệt"), _("Cảm ơn bạn. Người kiểm duyệt sẽ xem góp ý này."), links=(link,)
    )


@bp.get("/tham-van/<int:consultation_id>/y-kien/<int:comment_id>/khong-phai-toi")
def claim_form(consultation_id: int, comment_id: int) -> str:
    """ "Filed in my name"."""
    held, row = _public_comment(consultation_id, comment_id)
    return _complaint(held, row, Form(), "claim")


@bp.post("/tham-van/<int:consultation_id>/y-kien/<int:comment_id>/khong-phai-toi")
def claim(consultation_id: int, comment_id: int) -> str | tuple[str, int]:
    """Somebody says that a comment under their name is not theirs."""
    held, row = _public_comment(consultation_id, comment_id)
    form = Form(request.form)
    name = form.text("name", longest=200, missing=_("Nhập tên của bạn"))
    contact = form.text(
        "contact", longest=200, missing=_("Nhập e-mail hoặc số điện thoại để chúng tôi hỏi lại")
    )
    note = form.text("note", longest=2000, lines=True)
    if form.ok and limits.take(site().database, secret(), COMPLAINTS, visitor()):
        form.error("name", _("Bạn đã gửi quá nhiều lần. Chờ một giờ rồi thử lại."))
        return _complaint(held, row, form, "claim"), TOO_MANY
    if not form.ok:
        return _complaint(held, row, form, "claim"), INVALID
    with site().database.begin() as connection:
        moderation.claim(connection, row.id, name, contact, note)
    next_step = _(
        "Người kiểm duyệt sẽ liên hệ với bạn. Nếu đúng là mạo danh, tên được gỡ và góp ý ghi rõ điều đó."
    )
    link = (_("Về dự thảo"), local(f"/tham-van/{held.id}"))
    return told(_("Đã nhận thông báo của bạn"), next_step, links=(link,))


def _complaint(held: Row, row: Row, form: Form, what: str) -> str:
    base = f"/tham-van/{held.id}/y-kien/{row.id}"
    body = row.body if row.shown_body is None else row.shown_body
    titles = {"report": _("Báo góp ý vi phạm"), "claim": _("Góp ý này không phải của tôi")}
    page = AskPage(
        small_frame(titles[what]),
        form,
        local(base + {"report": "/bao-cao", "claim": "/khong-phai-toi"}[what]),
        text=paragraphs(body)[:5],
        reasons=words.report_reasons(),
        back=local(f"/tham-van/{held.id}"),
    )
    return render_template(f"consultations/{what}.html", page=page)
