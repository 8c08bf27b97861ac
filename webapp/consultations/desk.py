"""The desk of a consultation: opening it, changing its end, new versions, closing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from schemas.consultations import days_short, end_of, last_day
from schemas.errors import Conflict, Refused
from schemas.people import Action, Person, Role, Subject
from schemas.text.paths import label

from ..access import allowed, require
from ..audit import aware
from ..formats import date, moment
from ..forms import Form
from ..languages import gettext as _
from ..languages import local
from ..pages import Frame
from ..state import site
from ..validity import Badge
from . import desk_queries as desk
from . import figures as counted
from . import queries as read
from . import store, versions, words
from .blueprint import bp
from .common import (
    INVALID,
)
from .desk_frame import BASE, CONFLICT, frame, held, revision
from .papers import Paper, listed
from .rows import Row, clock, stage_of, subject_of


@dataclass(frozen=True, slots=True)
class DeskRow:
    title: str
    url: str
    badge: Badge
    end: str
    note: str


@dataclass(frozen=True, slots=True)
class DeskPage:
    """/quan-tri/tham-van."""

    frame: Frame
    rows: tuple[DeskRow, ...]
    may_draft: bool
    moderates: bool


@dataclass(frozen=True, slots=True)
class OfficePage:
    """/quan-tri/tham-van/{id}."""

    frame: Frame
    form: Form
    title: str
    badge: Badge
    facts: tuple[tuple[str, str], ...]
    warning: str
    problem: str
    revision: int
    base: str
    public_url: str
    can: frozenset[str]
    open_count: int
    last_day: str
    fits: tuple[tuple[str, int], ...]
    moved: tuple[tuple[str, str, str, str], ...]
    version: str
    new_version: bool
    papers: tuple[Paper, ...]


@bp.get(BASE)
def desk_list() -> str:
    """Consultations of one's ministries."""
    person = require(Action.OPEN_DESK)
    codes = person.ministries(Role.OFFICER, Role.APPROVER, Role.MODERATOR)
    with site().database.connect() as connection:
        rows = desk.listed(connection, codes)
        now = clock(connection)
        lines = []
        figures = counted.progress_of(connection, [row.id for row in rows])
        for row in rows:
            reached = figures[row.id]
            note = _("%(done)s/%(owed)s góp ý đã trả lời", done=reached.answered, owed=reached.owed)
            badge = words.stage_badge(stage_of(row, now))
            end = date(last_day(aware(row.closes_at)))
            lines.append(DeskRow(row.title, local(f"{BASE}/{row.id}"), badge, end, note))
    page = DeskPage(
        frame(_("Các đợt lấy ý kiến"), listed=False),
        tuple(lines),
        may_draft=person.ministries(Role.OFFICER) != frozenset(),
        moderates=person.ministries(Role.MODERATOR) != frozenset(),
    )
    return render_template("consultations/desk_list.html", page=page)


@bp.get(f"{BASE}/<int:consultation_id>")
def office(consultation_id: int) -> str:
    """Where it stands and what may be done now."""
    with site().database.connect() as connection:
        row = held(connection, consultation_id)
        require(Action.SEE_COMMENTS, subject_of(row))
        return office_page(connection, row, Form(), "")


def office_page(connection: sa.Connection, row: Row, form: Form, problem: str) -> str:
    """The desk of one consultation, with what went wrong."""
    stage = stage_of(row, clock(connection))
    found = read.versions(connection, row.id, public=False)
    waiting = bool(found) and found[0].published_at is None
    shown = next((v for v in found if v.published_at is not None), None)
    reached = counted.figures(connection, row.id).progress
    subject = subject_of(row)
    can = {
        "draft": allowed(Action.DRAFT_CONSULTATION, subject) and row.answered_at is None,
        "edit": allowed(Action.DRAFT_CONSULTATION, subject) and row.published_at is None,
        "submit": allowed(Action.DRAFT_CONSULTATION, subject)
        and row.published_at is None
        and row.submitted_at is None
        and bool(found),
        "open": allowed(Action.OPEN_CONSULTATION, subject)
        and row.published_at is None
        and row.submitted_at is not None,
        "end": allowed(Action.CLOSE_CONSULTATION, subject) and stage in ("upcoming", "open", "closing_soon"),
        "close": allowed(Action.CLOSE_CONSULTATION, subject) and stage == "closed",
        "version": waiting
        and row.published_at is not None
        and allowed(Action.OPEN_CONSULTATION, subject_of(row, found[0].drafted_by)),
    }
    short = days_short(aware(row.opens_at), aware(row.closes_at), row.minimum_days)
    moved = desk.detached(connection, shown.id) if shown and shown.number > 1 else ()
    fits = desk.fits(connection, shown.id) if shown and shown.number > 1 else {}
    page = OfficePage(
        frame=frame(row.title),
        form=form,
        title=row.title,
        badge=words.stage_badge(stage),
        facts=(
            (_("Bộ, ngành"), row.ministry),
            (_("Mở"), moment(row.opens_at)),
            (_("Hết hạn"), _("hết ngày %(date)s", date=date(last_day(aware(row.closes_at))))),
            (_("Góp ý phải trả lời"), str(reached.owed)),
            (_("Đã trả lời"), f"{reached.answered} ({reached.percent} %)"),
            (_("Trình mở"), moment(row.submitted_at) if row.submitted_at else _("chưa")),
        ),
        warning=_(
            "Ngắn hơn %(n)s ngày so với %(days)s ngày của %(law)s.",
            n=short,
            days=row.minimum_days,
            law=row.minimum_basis,
        )
        if short
        else "",
        problem=problem,
        revision=row.revision,
        base=local(f"{BASE}/{row.id}"),
        public_url=local(f"/tham-van/{row.id}") if row.published_at else "",
        can=frozenset(name for name, yes in can.items() if yes),
        open_count=reached.open,
        last_day=f"{last_day(aware(row.closes_at)):%d/%m/%Y}",
        fits=tuple((words.fit_name(fit), n) for fit, n in fits.items() if words.fit_name(fit)),
        moved=tuple(
            (
                a.tracking,
                local(f"/quan-tri/gop-y/{a.comment_id}"),
                words.fit_name(a.fit),
                label(a.path) if a.path else "",
            )
            for a in moved
        ),
        version=_("Bản %(n)s", n=shown.number) if shown else "",
        new_version=waiting and row.published_at is not None,
        papers=listed(connection, row),
    )
    return render_template("consultations/desk_one.html", page=page)


Do = Callable[[sa.Connection, Person, Row], object]


def _act(
    consultation_id: int, action: Action, do: Do, form: Form | None = None
) -> Response | tuple[str, int]:
    """Ask for the authority, do it, come back; say why not where it was refused."""
    with site().database.connect() as connection:
        row = held(connection, consultation_id)
    person = require(action, subject_of(row) if action is not Action.OPEN_CONSULTATION else _opening(row))
    problem, status = "", INVALID
    try:
        with site().database.begin() as connection:
            do(connection, person, row)
    except Refused as refused:
        problem = words.refusal(refused.code)
        if refused.code == "authority":
            status = 403
    except Conflict:
        problem, status = _("Người khác vừa sửa đợt này. Xem lại rồi làm lại."), CONFLICT
    if problem:
        with site().database.connect() as connection:
            page = office_page(
                connection, held(connection, consultation_id), form or Form(request.form), problem
            )
        return page, status
    return redirect(local(f"{BASE}/{row.id}"), 303)


def _opening(row: Row) -> Subject:
    """Who wrote it matters for the first opening; of a later version its writers (the store asks)."""
    return subject_of(row) if row.published_at is None else subject_of(row, {-1})


@bp.post(f"{BASE}/<int:consultation_id>/trinh")
def submit(consultation_id: int) -> Response | tuple[str, int]:
    """Ask a second person to open it."""
    return _act(
        consultation_id, Action.DRAFT_CONSULTATION, lambda c, p, row: store.submit(c, p, row.id, revision())
    )


@bp.post(f"{BASE}/<int:consultation_id>/mo")
def open_it(consultation_id: int) -> Response | tuple[str, int]:
    """Open it for comment."""
    return _act(
        consultation_id,
        Action.OPEN_CONSULTATION,
        lambda c, p, row: store.open_for_comment(c, p, row.id, revision()),
    )


@bp.post(f"{BASE}/<int:consultation_id>/han")
def change_end(consultation_id: int) -> Response | tuple[str, int]:
    """A later or an earlier last day."""
    form = Form(request.form)
    day = form.date("closes", missing=_("Nhập ngày cuối nhận góp ý"))

    def do(connection: sa.Connection, person: Person, row: Row) -> None:
        if day is None:
            raise Refused("dates")
        store.change_end(connection, person, row.id, end_of(day), revision())

    return _act(consultation_id, Action.CLOSE_CONSULTATION, do, form)


@bp.post(f"{BASE}/<int:consultation_id>/ban-moi")
def publish_version(consultation_id: int) -> Response | tuple[str, int]:
    """Publish the new version of the draft; comments move with their clauses."""
    return _act(
        consultation_id,
        Action.OPEN_CONSULTATION,
        lambda c, p, row: versions.publish(c, p, row.id, revision()),
    )


@bp.post(f"{BASE}/<int:consultation_id>/tra-loi-xong")
def close_answered(consultation_id: int) -> Response | tuple[str, int]:
    """Close it as answered; below 100 % the number of open comments has to be stated."""
    form = Form(request.form)
    result = form.text("result", longest=20_000, lines=True)
    stated = form.text("left_open", longest=9)

    def do(connection: sa.Connection, person: Person, row: Row) -> None:
        number = int(stated) if stated.isascii() and stated.isdigit() else None
        store.close_answered(connection, person, row.id, revision(), result, number)

    return _act(consultation_id, Action.CLOSE_CONSULTATION, do, form)
