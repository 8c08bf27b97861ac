"""The desk: plans of one's ministries, one plan with what can be done to it now, and the doing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import render_template, request
from werkzeug.wrappers import Response

from schemas.calendar import today
from schemas.people import Action, Person, Role, may
from schemas.plan_states import EDITABLE, NEEDS_REASON, may_publish, moves
from schemas.plans import PlanContent

from ..access import require
from ..audit import now
from ..formats import date, moment
from ..forms import tidy
from ..languages import gettext as _
from ..languages import local
from ..pages import Frame
from ..queries import plans as read
from ..queries.plans import PlanLine
from ..state import site
from ..validity import Badge
from ..working_days import vietnam
from . import store
from .content import read_content
from .detail import plan_page, surroundings
from .lists import late_text, plan_url
from .names import move_name, state_badge
from .office import (
    ROOT,
    bp,
    frame,
    may_write,
    open_plan,
    plan_address,
    problem_text,
    revision,
    write,
)
from .pages import PlanPage

LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class DeskRow:
    number: str
    title: str
    url: str
    ministry: str
    badge: Badge
    draft: str
    late: str


@dataclass(frozen=True, slots=True)
class DeskPage:
    frame: Frame
    rows: tuple[DeskRow, ...]
    new_url: str
    import_url: str
    form_url: str


@dataclass(frozen=True, slots=True)
class Move:
    """A button: where to, its words, and what it needs."""

    target: str
    label: str
    needs_reason: bool
    needs_act: bool


@dataclass(frozen=True, slots=True)
class WorkPage:
    """One plan on the desk. `missing`: what a second person would ask for first."""

    frame: Frame
    number: str
    title: str
    badge: Badge
    late: str
    revision: int
    public_url: str
    published: str
    problem: str
    notice: str
    draft: str
    missing: tuple[str, ...]
    returned: str
    edit_url: str
    submit_url: str
    publish_url: str
    return_url: str
    take_back: bool
    publish_refused: str
    move_url: str
    moves: tuple[Move, ...]
    shown: PlanPage


@bp.get(ROOT)
def desk() -> str:
    """Every plan of one's ministries: drafts that wait first, then what is late."""
    person = require(Action.OPEN_DESK)
    scopes = person.ministries(Role.OFFICER, Role.APPROVER)
    day = today(now())
    with site().database.connect() as connection:
        found = read.of_ministries(connection, scopes)
        drafts = read.open_drafts(connection, scopes)
    rows = [_desk_row(line, drafts.get(line.id), day) for line in found]
    writes = person.ministries(Role.OFFICER)
    page = DeskPage(
        frame=frame(_("Soạn phương án")),
        rows=tuple(sorted(rows, key=lambda row: (not row.draft, not row.late))),
        new_url=local(f"{ROOT}/moi") if writes is None or writes else "",
        import_url=local(f"{ROOT}/nhap") if writes is None or writes else "",
        form_url=local(f"{ROOT}/mau.xlsx"),
    )
    return render_template("plans/desk.html", page=page)


def _desk_row(line: PlanLine, draft: Any, day: Any) -> DeskRow:
    return DeskRow(
        line.number,
        line.title,
        plan_address(line.number),
        line.ministry_name,
        state_badge(line.state) if line.published_at else Badge("none", _("Chưa công bố")),
        _draft_text(draft),
        late_text(line, day, vietnam()) if line.published_at else "",
    )


def _draft_text(draft: Any) -> str:
    if draft is None:
        return ""
    if draft.submitted_at:
        return _("Chờ người duyệt công bố, gửi lúc %(time)s", time=moment(draft.submitted_at))
    return _("Đang soạn, sửa lần cuối %(time)s", time=moment(draft.updated_at))


@bp.get(f"{ROOT}/<number>")
def work(number: str) -> str:
    """One plan: its draft or what is public, and what this person can do to it now."""
    with site().database.connect() as connection:
        person, line = open_plan(connection, number)
        row = read.row(connection, line.id)
        draft = read.draft(connection, line.id)
        content = PlanContent.model_validate(draft.content) if draft else read_content(connection, line.id)
        around = surroundings(connection, line, content)
    day = today(now())
    writer = may_write(person, line)
    subject = store.subject_of(row, line.ministry, draft.drafted_by if draft else row.drafted_by)
    standing = store.standing_of(row, store.subject_of(row, line.ministry, row.drafted_by))
    editable = writer and (not row.version or row.state in EDITABLE)
    waits = bool(draft and draft.submitted_at)
    refused = may_publish(person, subject) if waits else None
    decides = may(person, Action.REJECT_PLAN, subject)
    page = WorkPage(
        frame=frame(line.title, line),
        number=line.number,
        title=content.title,
        badge=state_badge(line.state) if line.published_at else Badge("none", _("Chưa công bố")),
        late=late_text(line, day, vietnam()) if line.published_at else "",
        revision=line.revision,
        public_url=local(plan_url(line.number)) if line.published_at else "",
        published=date(line.published_at),
        problem=problem_text(request.args.get("loi", "")),
        notice=_notice(request.args.get("xong", "")),
        draft=_draft_text(draft),
        missing=tuple(map(missing_text, content.ready())) if draft else (),
        returned=draft.returned_note if draft else "",
        edit_url=plan_address(line.number, "/soan") if editable else "",
        submit_url=plan_address(line.number, "/gui") if draft and writer and not waits else "",
        publish_url=plan_address(line.number, "/cong-bo") if waits and refused is None else "",
        return_url=plan_address(line.number, "/tra-lai") if waits and (writer or decides) else "",
        take_back=writer,
        publish_refused=problem_text(refused or "") if waits and refused == "two_persons" else "",
        move_url=plan_address(line.number, "/buoc"),
        moves=tuple(
            Move(target, move_name(target, row.state), target in NEEDS_REASON, target == "approved")
            for target in moves(standing, person, day)
        ),
        shown=plan_page(line, content, around, day, vietnam()),
    )
    return render_template("plans/work.html", page=page)


def _notice(code: str) -> str:
    return {
        "tao": _("Đã tạo bản soạn. Chỉ cán bộ của bộ nhìn thấy."),
        "luu": _("Đã lưu bản soạn."),
        "gui": _("Đã gửi. Người duyệt khác sẽ công bố hoặc trả lại."),
        "cong-bo": _("Đã công bố."),
        "tra-lai": _("Đã trả bản soạn lại cho người soạn."),
        "buoc": _("Đã chuyển bước."),
    }.get(code, "")


def missing_text(code: str) -> str:
    """A code of PlanContent.ready() in words."""
    what, _sep, n = code.partition(":")
    return {
        "items": _("Chưa có nội dung nào"),
        "summary": _("Chưa có tóm tắt"),
        "reason": _("Nội dung %(n)s chưa có lý do", n=n),
        "clauses": _("Nội dung %(n)s chưa có điều khoản hay mã quy định", n=n),
    }[what]


def _step(
    number: str, done: str, act: Callable[[sa.Connection, Person, int, int], store.Written]
) -> Response:
    """Do what a button of the plan's page asks for, at the revision the page showed, and go back there."""
    with site().database.connect() as connection:
        person, line = open_plan(connection, number)
    at = revision(request.form.get("revision", ""))
    return write(lambda c: act(c, person, line.id, at), plan_address(line.number), done)


@bp.post(f"{ROOT}/<number>/gui")
def submit(number: str) -> Response:
    """Ask a second person to publish the draft."""
    return _step(number, "gui", store.submit_draft)


@bp.post(f"{ROOT}/<number>/cong-bo")
def publish(number: str) -> Response:
    """Make the draft public."""
    return _step(number, "cong-bo", store.publish)


@bp.post(f"{ROOT}/<number>/tra-lai")
def give_back(number: str) -> Response:
    """Give the draft back to its writers."""
    note = tidy(request.form.get("ly_do", ""), lines=True)[:LONGEST_REASON]
    return _step(number, "tra-lai", lambda c, person, plan, at: store.return_draft(c, person, plan, at, note))


@bp.post(f"{ROOT}/<number>/buoc")
def move(number: str) -> Response:
    """Bring the plan to another state."""
    target = request.form.get("buoc", "")
    reason = tidy(request.form.get("ly_do", ""), lines=True)[:LONGEST_REASON]
    act = tidy(request.form.get("van_ban", ""))[:200]
    return _step(
        number,
        "buoc",
        lambda c, person, plan, at: store.move(
            c, person, plan, target, at, vietnam(), reason=reason, act=act
        ),
    )
