"""After sending: the sender's own page (tracking number and code), confirming an address, taking a comment
back, asking for a second look."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from schemas import consultation_tables as c
from schemas.consultations import SHOWN, CommentState, Step, after, parse_tracking
from schemas.errors import Refused

from .. import limits
from ..access import current_person
from ..formats import date, moment, paragraphs
from ..forms import Form
from ..languages import gettext as _
from ..languages import local
from ..limits import Limit
from ..own_page import own_row
from ..pages import Frame
from ..receipts.receipt import leaf_of
from ..state import site
from ..validity import Badge
from . import comments, moderation, words
from . import queries as read
from .blueprint import bp
from .common import INVALID, TOO_MANY, secret, visitor
from .queries import Said
from .rows import Row, consultation
from .small_pages import AskPage, small_frame, told

#: Guesses at codes of one visitor in an hour.
GUESSES = Limit("comment-codes", 60, 3600)


@dataclass(frozen=True, slots=True)
class FollowPage:
    """/tham-van/gop-y/{tracking}/{code}: what only the sender sees."""

    frame: Frame
    form: Form
    tracking: str
    code: str
    title: str
    consultation_url: str
    state: str
    next_step: str
    received: str
    public_url: str
    body: tuple[str, ...]
    shown_body: tuple[str, ...]
    replacement: tuple[str, ...]
    said: tuple[Said, ...]
    history: tuple[tuple[str, str, str], ...]
    badge: Badge | None
    answer: tuple[str, ...]
    files: tuple[tuple[str, str], ...]
    may_withdraw: bool
    may_appeal: bool
    withdraw_url: str
    appeal_url: str
    notice: str
    receipt: ReceiptLink | None


@dataclass(frozen=True, slots=True)
class ReceiptLink:
    """Where the receipt is, the hash of its entry and the key that signed it."""

    url: str
    check_url: str
    hash: str
    key_id: str


# ---------------------------------------------------------------- the sender's page


@bp.get("/tham-van/theo-doi")
def tracking_form() -> str:
    """Where number and code are typed."""
    return _tracking_page(Form())


@bp.post("/tham-van/theo-doi")
def find_by_tracking() -> str | Response | tuple[str, int]:
    """To the sender's page, if the code fits the number."""
    form = Form(request.form)
    number = form.text("tracking", longest=30, missing=_("Nhập mã theo dõi, dạng GY-XXXX-XXXX"))
    code = form.text("code", longest=64, missing=_("Nhập mã bí mật"))
    if form.ok and limits.take(site().database, secret(), GUESSES, visitor()):
        form.error("code", _("Thử quá nhiều lần. Chờ một giờ rồi thử lại."))
        return _tracking_page(form), TOO_MANY
    if form.ok:
        with site().database.connect() as connection:
            found = comments.opens(comments.by_tracking(connection, number), code)
        if found:
            known = parse_tracking(number)
            return redirect(local(f"/tham-van/gop-y/{known}/{code.strip().lower()}"), 303)
        form.error("tracking", _("Mã theo dõi hoặc mã bí mật chưa đúng"))
    return _tracking_page(form), INVALID


def _tracking_page(form: Form) -> str:
    page = AskPage(small_frame(_("Theo dõi góp ý đã gửi")), form, local("/tham-van/theo-doi"))
    return render_template("consultations/tracking.html", page=page)


def _own(tracking: str, code: str) -> Row:
    """The comment that number and code open."""
    return own_row(comments.by_tracking, comments.opens, GUESSES, tracking, code)


@bp.get("/tham-van/gop-y/<tracking>/<code>")
def follow(tracking: str, code: str) -> Response:
    """Where the comment stands, what was done to it and why, its answer."""
    return _follow(_own(tracking, code), code, Form())


def _follow(row: Row, code: str, form: Form, status: int = 200) -> Response:
    base = f"/tham-van/gop-y/{row.tracking}/{code}"
    with site().database.connect() as connection:
        held = consultation(connection, row.consultation_id)
        (item,) = read.shown(connection, held.id, [row])
        history = read.history(connection, row.id)
        a = c.attachments
        files = connection.execute(sa.select(a).where(a.c.comment_id == row.id).order_by(a.c.id)).all()
        leaf = leaf_of(connection, row.id)
    state = CommentState(row.state)
    page = FollowPage(
        frame=small_frame(_("Góp ý %(number)s", number=row.tracking)),
        form=form,
        tracking=row.tracking,
        code=code,
        title=held.title,
        consultation_url=local(f"/tham-van/{held.id}"),
        state=words.state_name(state),
        next_step=_next_step(row, held, bool(item.answer)),
        received=moment(row.received_at),
        public_url=local(f"/tham-van/{held.id}/y-kien/{row.id}") if state in SHOWN else "",
        body=paragraphs(row.body),
        shown_body=paragraphs(row.shown_body) if state is CommentState.REDACTED else (),
        replacement=paragraphs(row.replacement),
        said=item.said,
        history=tuple((moment(h.recorded_at), words.step_name(h.step), h.reason) for h in history),
        badge=words.verdict_badge(item.verdict),
        answer=paragraphs(item.answer),
        files=tuple((f.name, _file_state(f.state)) for f in files),
        may_withdraw=after(Step.WITHDRAW, state) is not None,
        may_appeal=after(Step.APPEAL, state) is not None
        and row.appealed_at is None
        and not any(h.step == Step.APPEAL_REJECTED for h in history),
        withdraw_url=local(f"{base}/rut"),
        appeal_url=local(f"{base}/xem-lai"),
        notice=_("Cổng đã nhận góp ý của bạn.") if not history else "",
        receipt=ReceiptLink(local(f"{base}/bien-nhan.json"), local("/bien-nhan"), leaf.hash, leaf.key_id)
        if leaf
        else None,
    )
    response = Response(render_template("consultations/follow.html", page=page), status, mimetype="text/html")
    # The address holds the code: no cache keeps it, no other site is told ("same-origin" everywhere; stricter
    # would make browsers send "Origin: null" with the forms of this page, which are refused as foreign).
    response.headers["Cache-Control"] = "no-store"
    return response


def _next_step(row: Row, held: Row, answered: bool) -> str:
    state = CommentState(row.state)
    if state is CommentState.SUBMITTED:
        if row.confirm_hash:
            return _(
                "Mở đường dẫn trong thư vừa gửi tới e-mail của bạn để góp ý được công khai; "
                "hoặc chờ người kiểm duyệt."
            )
        return _("Người kiểm duyệt sẽ xem góp ý này trước khi công khai.")
    if answered or state in (CommentState.WITHDRAWN, CommentState.HIDDEN):
        return ""
    if held.answer_by:
        return _(
            "%(ministry)s trả lời trước ngày %(date)s. Trả lời hiện ở trang này.",
            ministry=held.ministry,
            date=date(held.answer_by),
        )
    return _("%(ministry)s trả lời sau khi hết hạn góp ý. Trả lời hiện ở trang này.", ministry=held.ministry)


def _file_state(state: str) -> str:
    return {
        "quarantined": _("đang chờ kiểm tra"),
        "clean": _("đã kiểm tra"),
        "refused": _("không được nhận"),
    }[state]


@bp.post("/tham-van/gop-y/<tracking>/<code>/rut")
def withdraw(tracking: str, code: str) -> Response:
    """Take the comment back; asked once more by a tick."""
    row = _own(tracking, code)
    form = Form(request.form)
    if not form.checked("sure", missing=_("Đánh dấu để xác nhận bạn muốn rút góp ý")):
        return _follow(row, code, form, INVALID)
    try:
        with site().database.begin() as connection:
            comments.withdraw(connection, row, current_person())
    except Refused as refused:
        form.error("sure", words.refusal(refused.code))
        return _follow(row, code, form, INVALID)
    return redirect(local(f"/tham-van/gop-y/{row.tracking}/{code}"), 303)


@bp.post("/tham-van/gop-y/<tracking>/<code>/xem-lai")
def appeal(tracking: str, code: str) -> Response:
    """Ask another person to look again."""
    row = _own(tracking, code)
    form = Form(request.form)
    reason = form.text("reason", longest=5000, lines=True, missing=_("Viết vì sao bạn đề nghị xem lại"))
    if form.ok:
        try:
            with site().database.begin() as connection:
                moderation.appeal(connection, row, reason)
        except Refused as refused:
            form.error("reason", words.refusal(refused.code))
    if not form.ok:
        return _follow(row, code, form, INVALID)
    return redirect(local(f"/tham-van/gop-y/{row.tracking}/{code}"), 303)


# ---------------------------------------------------------------- a confirmed address


@bp.get("/tham-van/xac-nhan/<token>")
def confirm_form(token: str) -> str:
    """A button: mail programs open links by themselves, only a person presses it."""
    page = AskPage(
        small_frame(_("Xác nhận e-mail")),
        Form(),
        local(f"/tham-van/xac-nhan/{token[:100]}"),
        lead=_("Bấm nút dưới đây để xác nhận bạn đã gửi góp ý này."),
    )
    return render_template("consultations/confirm.html", page=page)


@bp.post("/tham-van/xac-nhan/<token>")
def confirm(token: str) -> str | tuple[str, int]:
    """The address is the sender's: the comment counts as verified."""
    with site().database.begin() as connection:
        row = comments.confirm(connection, token[:100])
    if row is None:
        title = _("Đường dẫn này không dùng được nữa")
        return told(title, _("Đường dẫn đã dùng rồi, hoặc đã quá 7 ngày. Góp ý của bạn vẫn còn.")), 404
    link = (_("Xem dự thảo"), local(f"/tham-van/{row.consultation_id}"))
    return told(
        _("Đã xác nhận"), _("Cảm ơn bạn. Góp ý %(n)s đã được xác minh.", n=row.tracking), links=(link,)
    )
