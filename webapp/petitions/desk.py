"""The officers' desk: what is late or due first; one petition with everything that may be done to it."""

from __future__ import annotations

from urllib.parse import urlencode

import sqlalchemy as sa
from flask import abort, redirect, render_template, request
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from schemas.calendar import today
from schemas.errors import Conflict, Refused
from schemas.people import Action, Person, Role, Subject, may
from schemas.petitions import LONGEST_ANSWER, SENDERS, Limit, Outcome, RefuseReason, State, Step, after

from ..access import allowed, require
from ..amounts import working_days
from ..audit import now
from ..formats import number, paragraphs
from ..forms import Form, tidy
from ..languages import gettext as _
from ..languages import local, ngettext
from ..paging import page_number
from ..plans.office import revision
from ..queries import petitions as read
from ..role_names import ministry_names
from ..state import site
from ..working_days import vietnam
from . import files, letters, store, words
from .blueprint import CONFLICT, DESK, INVALID, bp
from .pages import DeskPage, LimitsPage, OnePage, desk_frame, file_lines
from .public import facts_of, history_lines, petition_row, regulation_of
from .store import Done, Row

#: Filters of the desk: address → states.
FILTERS: dict[str, tuple[State, ...]] = {
    "": (State.NEW, State.AWAITING, State.IN_PROGRESS, State.KEPT),
    "moi": (State.NEW,),
    "cho-bo-sung": (State.AWAITING,),
    "dang-xu-ly": (State.IN_PROGRESS,),
    "luu-giu": (State.KEPT,),
    "da-tra-loi": (State.HANDLED,),
    "xong": (State.PUBLISHED, State.ARCHIVED),
    "khong-tiep-nhan": (State.OUT,),
    "tat-ca": tuple(State),
}


def _staff() -> tuple[Person, frozenset[str] | None]:
    """Whoever works on petitions, and the ministries they do it for (None: all)."""
    person = require(Action.OPEN_DESK)
    codes = person.ministries(Role.OFFICER, Role.APPROVER)
    if codes is not None and not codes:
        raise Forbidden
    return person, codes


@bp.get(DESK)
def desk() -> str:
    """Petitions of one's agencies, late and due ones first; `q` finds words of titles, numbers and codes of
    regulations, in every state unless one is chosen."""
    _person, codes = _staff()
    text = tidy(request.args.get("q", ""))[:100]
    chosen = request.args.get("loc", "tat-ca" if text else "")
    if chosen not in FILTERS:
        abort(400)
    page, day = page_number(), today(now())
    with site().database.connect() as connection:
        rows, total = read.desk(connection, codes, FILTERS[chosen], text, offset=(page - 1) * read.PAGE)
    names = {
        "": _("Đang mở"),
        "moi": _("Mới gửi"),
        "cho-bo-sung": _("Chờ bổ sung"),
        "dang-xu-ly": _("Đang xử lý"),
        "luu-giu": _("Lưu giữ"),
        "da-tra-loi": _("Đã trả lời, chưa công khai"),
        "xong": _("Đã công khai"),
        "khong-tiep-nhan": _("Không tiếp nhận"),
        "tat-ca": _("Tất cả"),
    }
    shown = tuple(petition_row(row, local(f"{DESK}/{row.id}"), day) for row in rows)
    late = sum(row.late for row in shown)
    return render_template(
        "petitions/desk.html",
        page=DeskPage(
            frame=desk_frame(_("Xử lý phản ánh, kiến nghị"), inside=False),
            filters=tuple((name, _address(text, key), "", key == chosen) for key, name in names.items()),
            rows=shown,
            total=ngettext("%(n)s phản ánh", "%(n)s phản ánh", total, n=number(total)),
            previous=_address(text, chosen, page - 1) if page > 1 else "",
            following=_address(text, chosen, page + 1) if page * read.PAGE < total else "",
            late=_("%(n)s phản ánh trên trang này đã quá hạn.", n=number(late)) if late else "",
            limits_url=local(f"{DESK}/thoi-han"),
            action=local(DESK),
            text=text,
            clear_url=local(DESK) if text else "",
        ),
    )


def _address(text: str, chosen: str, page: int = 1) -> str:
    """The desk with these words, this filter and page; what is as it is without saying is left out."""
    known = {"q": text, "loc": chosen, "trang": str(page)}
    defaults = {"q": "", "loc": "tat-ca" if text else "", "trang": "1"}
    query = urlencode({name: value for name, value in known.items() if value != defaults[name]})
    return local(DESK) + (f"?{query}" if query else "")


@bp.get(f"{DESK}/<int:petition_id>")
def desk_petition(petition_id: int) -> str:
    """One petition with the steps that may be taken."""
    return _page(petition_id, Form(), "")


def held(connection: sa.Connection, petition_id: int, action: Action) -> tuple[Row, Subject, Person]:
    """A petition, what it is to the rules, and whoever may do `action` with it; nobody else gets further."""
    row = read.one(connection, petition_id)
    if row is None:
        abort(404)
    subject = store.subject_of(connection, row)
    return row, subject, require(action, subject)


def _page(petition_id: int, form: Form, problem: str) -> str:
    with site().database.connect() as connection:
        row, subject, person = held(connection, petition_id, Action.SEE_PETITIONS)
        history = read.history(connection, row.id)
        sender = read.person_of(connection, row.id)
        sent_along = files.of_petition(connection, row.id)
        names = ministry_names(connection)
    state = State(row.state)
    steps = [
        step
        for step in Step
        if step not in SENDERS and after(step, state) and may(person, store.action_of(step), subject)
    ]
    due, _late = words.due_text(row.state, row.due_on, today(now()), vietnam())
    supplied = _("Người gửi đã bổ sung.") if state is State.AWAITING and row.supplied_at else ""
    base = local(f"{DESK}/{row.id}")
    page = OnePage(
        frame=desk_frame(_("Phản ánh %(number)s", number=row.tracking), sample=row.sample),
        form=form,
        title=row.title,
        tracking=row.tracking,
        badge=words.state_badge(row.state),
        lead=" ".join(filter(None, (due, supplied))),
        facts=facts_of(row),
        regulation=regulation_of(row),
        body=paragraphs(row.body),
        answer=paragraphs(row.answer),
        outcome=words.outcome_name(row.outcome) if row.outcome else "",
        history=history_lines(history),
        action=base,
        files=file_lines(
            sent_along, base, unchecked=True, decides=may(person, Action.HANDLE_PETITION, subject)
        ),
        steps=tuple(steps),
        revision=row.revision,
        ministries=tuple(names.items()),
        outcomes=tuple((o.value, words.outcome_name(o)) for o in Outcome),
        reasons=tuple((r.value, words.reason_name(r)) for r in RefuseReason if r != RefuseReason.WITHDRAWN),
        notice=problem,
        sender=tuple(
            (name, value)
            for name, value in (
                (_("Người gửi"), sender.name if sender else ""),
                (_("Địa chỉ"), sender.address if sender else ""),
                (_("Điện thoại"), sender.phone if sender else ""),
                (_("E-mail"), sender.email if sender else ""),
            )
            if value
        ),
    )
    return render_template("petitions/one.html", page=page)


@bp.post(f"{DESK}/<int:petition_id>")
def desk_step(petition_id: int) -> str | Response | tuple[str, int]:
    """Take a step: `viec` names it."""
    form = Form(request.form)
    wanted = form.choice("viec", [step.value for step in Step if step not in SENDERS])
    with site().database.connect() as connection:
        held(connection, petition_id, Action.SEE_PETITIONS)
    if not wanted:
        abort(400)
    step = Step(wanted)
    person = require(Action.OPEN_DESK)
    done = Done(
        step,
        form.text(f"note-{step}", longest=LONGEST_ANSWER, lines=True),
        ministry=form.choice("ministry", list(_names())) if step is Step.FORWARD else "",
        outcome=form.choice("outcome", list(Outcome)) if step is Step.ANSWER else "",
        reason=form.choice("reason", list(RefuseReason)) if step is Step.REFUSE else "",
    )
    if not form.ok:
        return _page(petition_id, form, ""), INVALID
    at = revision(request.form.get("revision", ""))
    try:
        with site().database.begin() as connection:
            store.take(connection, person, petition_id, done, vietnam(), revision=at)
            letters.tell(connection, petition_id, step)
    except Conflict:
        return _page(petition_id, form, words.refusal("conflict")), CONFLICT
    except Refused as refused:
        if refused.code == "authority":
            raise Forbidden from refused
        fields = {"ministry": "ministry", "outcome": "outcome", "reason": "reason"}
        form.error(fields.get(refused.code, f"note-{step}"), words.refusal(refused.code))
        return _page(petition_id, form, ""), INVALID
    # It may have gone to an agency one does not work for.
    with site().database.connect() as connection:
        row = read.one(connection, petition_id)
        still = row is not None and allowed(Action.SEE_PETITIONS, store.subject_of(connection, row))
    return redirect(local(f"{DESK}/{petition_id}" if still else DESK), 303)


def _names() -> dict[str, str]:
    with site().database.connect() as connection:
        return dict(ministry_names(connection))


# ---------------------------------------------------------------- limits


def _limit_name(kind: Limit) -> str:
    return {Limit.FORWARD: _("Phân loại, chuyển"), Limit.HANDLE: _("Xử lý, trả lời")}[kind]


def _limits_page(form: Form) -> str:
    person, codes = _staff()
    names = _names()
    mine = {code: name for code, name in names.items() if codes is None or code in codes}
    rows = []
    with site().database.connect() as connection:
        for kind in Limit:
            days = store.days_of(connection, None, kind)
            rows.append((_("Mọi cơ quan không có hạn riêng"), _limit_name(kind), working_days(days), ""))
        for row in read.limits(connection):
            rows.append((row.ministry, _limit_name(Limit(row.kind)), working_days(row.days), row.basis))
    settable = person.ministries(Role.APPROVER)
    page = LimitsPage(
        frame=desk_frame(_("Hạn xử lý phản ánh")),
        form=form,
        action=local(f"{DESK}/thoi-han"),
        ministries=tuple((code, name) for code, name in mine.items() if settable is None or code in settable),
        kinds=tuple((kind.value, _limit_name(kind)) for kind in Limit),
        rows=tuple(rows),
        may_set=settable is None or bool(settable),
    )
    return render_template("petitions/limits.html", page=page)


@bp.get(f"{DESK}/thoi-han")
def limits_form() -> str:
    """Each agency's limits; approvers set their own."""
    return _limits_page(Form())


@bp.post(f"{DESK}/thoi-han")
def set_limit() -> str | Response | tuple[str, int]:
    """Set one limit, with the act that says so."""
    person, _codes = _staff()
    form = Form(request.form)
    ministry = form.choice("ministry", list(_names()), missing=_("Chọn cơ quan trong danh sách."))
    kind = form.choice("kind", list(Limit), missing=_("Chọn một mục trong danh sách"))
    days = form.text("days", longest=3, missing=_("Nhập số ngày làm việc"))
    basis = form.text("basis", longest=300, missing=_("Nhập văn bản quy định hạn này"))
    if form.ok:
        try:
            with site().database.begin() as connection:
                count = int(days) if days.isascii() and days.isdigit() else 0
                store.set_limit(connection, person, ministry, Limit(kind), count, basis)
            return redirect(local(f"{DESK}/thoi-han"), 303)
        except Refused as refused:
            if refused.code == "authority":
                raise Forbidden from refused
            form.error("days", words.refusal(refused.code))
    return _limits_page(form), INVALID
