"""The sender's own page: number and code, no account. Supplying what is asked for, asking for another look,
rating the answer, withdrawing."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request
from werkzeug.wrappers import Response

from schemas.calendar import today
from schemas.errors import Refused
from schemas.petitions import LONGEST_BODY, MOST_REOPENED, SENDERS, State, Step, after

from .. import limits
from ..audit import now
from ..consultations.common import secret, visitor
from ..consultations.writing import file_problem
from ..formats import date, paragraphs
from ..forms import Form
from ..languages import gettext as _
from ..languages import local, ngettext
from ..limits import Limit
from ..own_page import own_row
from ..queries import petitions as read
from ..state import site
from ..working_days import vietnam
from . import files, store, words
from .blueprint import INVALID, TOO_MANY, bp
from .pages import OnePage, TrackPage, file_hint, file_lines, petition_frame
from .public import facts_of, history_lines, regulation_of
from .store import Done

Row = Any
#: Guesses at codes of one visitor in an hour.
GUESSES = Limit("petition-codes", 60, 3600)


@bp.get("/phan-anh/theo-doi")
def track_form() -> str:
    """Where number and code are typed."""
    return _track_page(Form())


def _track_page(form: Form) -> str:
    page = TrackPage(petition_frame(_("Theo dõi phản ánh đã gửi")), form, local("/phan-anh/theo-doi"))
    return render_template("petitions/track.html", page=page)


@bp.post("/phan-anh/theo-doi")
def track() -> str | Response | tuple[str, int]:
    """To the sender's page, if the code fits the number."""
    form = Form(request.form)
    tracking = form.text("tracking", longest=30, missing=_("Nhập mã phản ánh, dạng KN-XXXX-XXXX"))
    code = form.text("code", longest=64, missing=_("Nhập mã bí mật"))
    if form.ok and limits.take(site().database, secret(), GUESSES, visitor()):
        form.error("code", _("Thử quá nhiều lần. Chờ một giờ rồi thử lại."))
        return _track_page(form), TOO_MANY
    if form.ok:
        with site().database.connect() as connection:
            row = store.by_tracking(connection, tracking)
        if row is not None and store.opens(row, code):
            return redirect(local(f"/phan-anh/{row.tracking}/{code.strip().lower()}"), 303)
        form.error("tracking", _("Mã phản ánh hoặc mã bí mật chưa đúng"))
    return _track_page(form), INVALID


def own_petition(tracking: str, code: str) -> Row:
    """The petition that number and code open."""
    return own_row(store.by_tracking, store.opens, GUESSES, tracking, code)


@bp.get("/phan-anh/<tracking>/<code>")
def follow(tracking: str, code: str) -> Response:
    """Where the petition stands, what was asked, what was answered."""
    return _follow(own_petition(tracking, code), code, Form())


def _follow(row: Row, code: str, form: Form, status: int = 200) -> Response:
    with site().database.connect() as connection:
        found = read.one(connection, row.id)
        history = read.history(connection, row.id)
        sent_along = files.of_petition(connection, row.id)
    assert found is not None
    state = State(found.state)
    steps = [step for step in sorted(SENDERS) if after(step, state)]
    if found.reopened >= MOST_REOPENED:
        steps = [step for step in steps if step is not Step.REOPEN]
    base = local(f"/phan-anh/{found.tracking}/{code}")
    page = OnePage(
        frame=petition_frame(_("Phản ánh %(number)s", number=found.tracking), robots="noindex"),
        form=form,
        title=found.title,
        tracking=found.tracking,
        badge=words.state_badge(found.state),
        lead=_next(found),
        facts=facts_of(found),
        regulation=regulation_of(found),
        body=paragraphs(found.body),
        answer=paragraphs(found.answer),
        outcome=words.outcome_name(found.outcome) if found.outcome else "",
        history=history_lines(history),
        action=base,
        code=code,
        files=file_lines(sent_along, base),
        file_hint=file_hint(),
        steps=tuple(steps),
        notice=_("Cổng đã nhận phản ánh của bạn.") if len(history) == 1 else "",
    )
    response = Response(render_template("petitions/one.html", page=page), status, mimetype="text/html")
    # The address holds the code: it is kept nowhere, and the policy of all pages (same-origin) tells it to no
    # other site. "no-referrer" would make browsers send the forms of this page with "Origin: null": refused.
    response.headers["Cache-Control"] = "no-store"
    return response


def _next(row: Row) -> str:
    due, _late = words.due_text(row.state, row.due_on, today(now()), vietnam())
    if row.state == State.NEW:
        return _("Được xem và chuyển đi chậm nhất ngày %(date)s. %(due)s.", date=date(row.due_on), due=due)
    if row.state == State.AWAITING and not row.supplied_at:
        return _("Cần bạn bổ sung: xem yêu cầu ở dưới rồi gửi ngay tại trang này.")
    if row.state == State.AWAITING:
        looked_at = _(
            "Bạn đã bổ sung; được xem lại chậm nhất ngày %(date)s. %(due)s.", date=date(row.due_on), due=due
        )
        return looked_at if row.due_on else _("Bạn đã bổ sung; đang chờ xem lại.")
    if row.state == State.IN_PROGRESS:
        return _("Được trả lời chậm nhất ngày %(date)s. %(due)s.", date=date(row.due_on), due=due)
    if row.state == State.KEPT:
        return _("Cơ quan giữ lại để xử lý cùng những phản ánh giống thế.")
    return ""


@bp.post("/phan-anh/<tracking>/<code>")
def sender_step(tracking: str, code: str) -> Response:
    """What the sender does: `viec` is one of their steps."""
    row = own_petition(tracking, code)
    form = Form(request.form)
    wanted = form.choice("viec", [step.value for step in SENDERS])
    if not wanted:
        abort(400)
    step = Step(wanted)
    field = "rating" if step is Step.RATE else "sure" if step is Step.WITHDRAW else f"note-{step}"
    note = form.text(f"note-{step}", longest=LONGEST_BODY, lines=True)
    rating = form.choice("rating", list("12345")) if step is Step.RATE else ""
    if step is Step.WITHDRAW:
        form.checked("sure", missing=_("Đánh dấu để xác nhận bạn muốn rút"))
    if form.ok:
        try:
            given = files.uploads() if step is Step.SUPPLY else []
            if given and not note:
                note = ngettext("Gửi kèm %(n)s tệp", "Gửi kèm %(n)s tệp", len(given), n=len(given))
            with site().database.begin() as connection:
                done = Done(step, note, rating=int(rating or 0))
                store.take(connection, None, row.id, done, vietnam())
                files.keep(connection, site().settings, given, petition_id=row.id)
        except Refused as refused:
            if refused.code.startswith("file_"):
                form.error(files.FIELD, file_problem(refused.code))
            else:
                form.error(field, words.refusal(refused.code))
    if not form.ok:
        return _follow(row, code, form, INVALID)
    response = redirect(local(f"/phan-anh/{row.tracking}/{code}"), 303)
    assert isinstance(response, Response)
    return response
