"""One plan as a page: what is proposed, what it saves, where it stands, how the words change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from schemas.addresses import document_url
from schemas.calendar import WorkingCalendar
from schemas.plan_states import StepState, item_state, steps
from schemas.plans import Amendment, Clause, PlanContent, PlanItem, saving
from schemas.text.differences import compare, new_side, old_side

from ..amounts import dong, exact, percent, working_days
from ..costs.steps import cost_steps
from ..formats import date, number, numbered, short_name
from ..languages import gettext as _
from ..languages import local, ngettext
from ..lawtext import Part
from ..pages import Crumb, Frame, LinkRow
from ..provision_names import provision_label
from ..queries import documents as documents_read
from ..queries import plans as read
from ..queries.documents import Reference
from ..queries.plans import PlanLine, Superseded
from .content import document_ids
from .lists import address, plan_url
from .names import action_name, item_state_name, state_badge, state_name
from .pages import ClauseView, HistoryRow, ItemView, PlanPage, StepView, Tile


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a plan's page needs of other rows."""

    documents: Mapping[str, Reference]
    regulations: Mapping[str, str]
    superseded: Sequence[Superseded]
    changes: Sequence[Any]


def surroundings(connection: sa.Connection, line: PlanLine, content: PlanContent) -> Surroundings:
    """Documents and regulations the plan names, later plans, and its history."""
    numbers = {c.document_number for i in content.items for c in i.clauses}
    numbers |= {a.document_number for i in content.items for a in i.amendments}
    ids = document_ids(connection, numbers)
    held = documents_read.reference_by_ids(connection, ids.values())
    codes = {item.regulation for item in content.items if item.regulation}
    return Surroundings(
        documents={name: held[key] for name, key in ids.items() if key in held},
        regulations=read.regulation_addresses(connection, codes),
        superseded=read.superseded(connection, line.number),
        changes=read.state_changes(connection, line.id),
    )


def plan_page(
    line: PlanLine,
    content: PlanContent,
    around: Surroundings,
    day: dt.date,
    calendar: WorkingCalendar,
    *,
    desk_url: str = "",
) -> PlanPage:
    """Everything the template shows."""
    entered = read.entered(around.changes)
    url = local(plan_url(line.number))
    actions = list(dict.fromkeys(action_name(item.action) for item in content.items))
    total = saving(content.items)
    by_ministry = read.PlanFilter(ministry=line.ministry)
    return PlanPage(
        frame=Frame(
            line.title,
            active="plans",
            crumbs=(
                Crumb(_("Trang chủ"), local("/")),
                Crumb(_("Phương án"), local("/phuong-an")),
                Crumb(line.ministry_name, address(by_ministry)),
            ),
            sample=line.sample,
            description=line.summary[:300],
            canonical=url,
        ),
        number=line.number,
        title=line.title,
        lead=" · ".join([_("%(ministry)s đề xuất", ministry=line.ministry_name), *map(str.lower, actions)]),
        badge=state_badge(line.state),
        summary=tuple(content.summary.splitlines()),
        notice=_notice(line, around),
        tiles=_tiles(content),
        unmeasured=_unmeasured(total.unmeasured, len(content.items)),
        steps=_steps(line, entered, day, calendar),
        items=tuple(_item(n, item, line, content, around, day) for n, item in enumerate(content.items, 1)),
        amendments=tuple(_amendment(a, around.documents) for a in content.documents()),
        bases=content.legal_bases,
        facts=_facts(line, content),
        replaces=tuple(
            LinkRow(_part_name(s.plan, s.item), local(plan_url(s.plan)), s.note, None)
            for s in content.supersedes
        ),
        replaced_by=tuple(
            LinkRow(f"{s.by}. {s.title}", local(plan_url(s.by)), _superseded_note(s), None)
            for s in around.superseded
        ),
        history=tuple(_history(change) for change in reversed(around.changes)),
        changed=date(line.updated_at),
        xlsx_url=f"{url}.xlsx",
        json_url=f"/api/v1/plans/{line.number}",
        desk_url=desk_url,
    )


def _part_name(plan: str, item: int | None) -> str:
    if item is None:
        return _("Phương án %(number)s", number=plan)
    return _("Nội dung %(n)s của phương án %(number)s", n=item, number=plan)


def _superseded_note(s: Superseded) -> str:
    what = _("thay cả phương án") if s.item is None else _("thay nội dung %(n)s", n=s.item)
    since = _("từ %(date)s", date=date(s.since)) if s.since else ""
    return ", ".join(filter(None, (what, since, s.note)))


def _notice(line: PlanLine, around: Surroundings) -> str:
    """The one thing to know first about a plan that is not simply on its way."""
    if line.state not in ("rejected", "replaced", "expired", "suspended"):
        return ""
    last = around.changes[-1] if around.changes else None
    when = _(" từ %(date)s", date=date(last.changed_on)) if last else ""
    why = f": {last.reason}" if last and last.reason else "."
    return f"{state_badge(line.state).label}{when}{why}"


def _tiles(content: PlanContent) -> tuple[Tile, ...]:
    total = saving(content.items)
    tiles = []
    if total.current_cost:
        note = _(
            "tiết kiệm mỗi năm: từ %(now)s còn %(after)s, giảm %(share)s",
            now=dong(total.current_cost),
            after=dong(total.after_cost),
            share=percent(total.cost, total.current_cost),
        )
        if total.cost < 0:
            note = _(
                "chi thêm mỗi năm: từ %(now)s lên %(after)s",
                now=dong(total.current_cost),
                after=dong(total.after_cost),
            )
        tiles.append(Tile(dong(abs(total.cost)), note))
    if total.current_hours:
        note = _(
            "bớt mỗi năm: từ %(now)s giờ còn %(after)s giờ, giảm %(share)s",
            now=number(total.current_hours),
            after=number(total.after_hours),
            share=percent(total.hours, total.current_hours),
        )
        tiles.append(Tile(ngettext("%(n)s giờ", "%(n)s giờ", total.hours, n=number(total.hours)), note))
    count, documents = len(content.items), len(content.documents())
    tiles.append(
        Tile(
            ngettext("%(n)s quy định", "%(n)s quy định", count, n=number(count)),
            ngettext(
                "được đề xuất thay đổi; phải sửa %(n)s văn bản",
                "được đề xuất thay đổi; phải sửa %(n)s văn bản",
                documents,
                n=number(documents),
            ),
        )
    )
    return tuple(tiles)


def _unmeasured(count: int, whole: int) -> str:
    if not count:
        return ""
    return _("%(n)s trong %(whole)s nội dung chưa tính chi phí.", n=number(count), whole=number(whole))


def _steps(
    line: PlanLine, entered: Mapping[str, dt.date], day: dt.date, calendar: WorkingCalendar
) -> tuple[StepView, ...]:
    found = steps(line.state, entered, line.due, day, calendar, line.suspended_from)
    return tuple(_step(step, line, day, calendar) for step in found)


def _step(step: StepState, line: PlanLine, day: dt.date, calendar: WorkingCalendar) -> StepView:
    words = {
        "done": _("đã xong"),
        "current": _("đang ở bước này"),
        "ahead": _("chưa tới"),
        "skipped": _("không diễn ra"),
    }
    late = step.status == "current" and bool(step.due and step.due < day) and line.state != "suspended"
    dates = ""
    if step.status == "done" and step.finished:
        dates = _("Xong %(date)s", date=date(step.finished))
        if step.since and step.since != step.finished:
            dates = f"{date(step.since)} – {date(step.finished)}"
    elif step.due and step.status != "skipped":
        dates = _("Hạn %(date)s", date=date(step.due))
    status = "late" if late else step.status
    return StepView(
        state_name(step.step), status, words[step.status], dates, _step_note(step, late, line, day, calendar)
    )


def _step_note(step: StepState, late: bool, line: PlanLine, day: dt.date, calendar: WorkingCalendar) -> str:
    if step.status != "current":
        return ""
    if line.state == "suspended":
        return _("Đang đình chỉ")
    if late:
        return _("Quá hạn %(days)s", days=working_days(step.late)) if step.late else _("Quá hạn")
    if step.due == day:
        return _("Hôm nay là hạn")
    if step.due:
        return _("Còn %(days)s", days=working_days(calendar.between(day, step.due)))
    return ""


def _item(
    n: int, item: PlanItem, line: PlanLine, content: PlanContent, around: Surroundings, day: dt.date
) -> ItemView:
    later = next((s for s in around.superseded if s.item in (None, n)), None)
    since = (later.since or dt.date.min) if later else None
    starts = content.starts(item)
    state = item_state(line.state, starts, content.effective_until, since, day)
    regulation = None
    if item.regulation:
        regulation = Part(item.regulation, local(around.regulations.get(item.regulation, "")))
    dates = [(_("Áp dụng từ"), date(starts))] if starts else []
    dates += [(_("Hạn hoàn thành"), date(item.deadline))] if item.deadline else []
    return ItemView(
        number=n,
        anchor=f"noi-dung-{n}",
        title=item.title,
        action=action_name(item.action),
        state=item_state_name(state),
        state_note=_("bởi %(number)s", number=later.by) if later and state == "superseded" else "",
        regulation=regulation,
        reason=tuple(item.reason.splitlines()),
        clauses=tuple(_clause(clause, around.documents) for clause in item.clauses),
        costs=_costs(item),
        saving=_item_saving(item),
        steps=cost_steps(item.cost_sheet) if item.cost_sheet else None,
        amendments=tuple(_amendment(a, around.documents) for a in item.amendments),
        dates=tuple(dates),
    )


def _costs(item: PlanItem) -> tuple[tuple[str, str, str], ...]:
    rows = []
    if item.current_cost is not None and item.after_cost is not None:
        rows.append((_("Chi phí một năm (đồng)"), exact(item.current_cost), exact(item.after_cost)))
    if item.current_hours is not None and item.after_hours is not None:
        rows.append((_("Thời gian một năm (giờ)"), number(item.current_hours), number(item.after_hours)))
    return tuple(rows)


def _item_saving(item: PlanItem) -> str:
    if item.current_cost is None or item.after_cost is None:
        return ""
    difference = item.current_cost - item.after_cost
    if not item.current_cost:
        return dong(difference)
    return f"{dong(difference)} ({percent(difference, item.current_cost)})"


def _clause(clause: Clause, documents: Mapping[str, Reference]) -> ClauseView:
    reference = documents.get(clause.document_number)
    place = provision_label(clause.provision) if clause.provision else ""
    title = ". ".join(filter(None, (place, clause.heading))) or clause.document_number
    segments = compare(clause.current_text, clause.proposed_text)
    address_of_clause = document_url(reference.address, clause.provision) if reference else ""
    return ClauseView(
        title=title,
        url=local(address_of_clause),
        document=document_part(clause.document_number, reference),
        old=old_side(segments),
        new=new_side(segments),
        repealed=not clause.proposed_text,
        added=not clause.current_text,
    )


def document_part(name: str, reference: Reference | None) -> Part:
    """A document by its type and number, linked where it is held."""
    if reference is None:
        return Part(numbered(name), "")
    return Part(short_name(reference.type, reference.number), local(document_url(reference.address)))


def _amendment(amendment: Amendment, documents: Mapping[str, Reference]) -> LinkRow:
    part = document_part(amendment.document_number, documents.get(amendment.document_number))
    due = _("hạn %(date)s", date=date(amendment.deadline)) if amendment.deadline else ""
    return LinkRow(part.text, part.url or "", ", ".join(filter(None, (amendment.provisions, due))), None)


def _facts(line: PlanLine, content: PlanContent) -> tuple[tuple[str, str], ...]:
    facts = [(_("Cơ quan đề xuất"), line.ministry_name)]
    if content.approving_act:
        facts.append((_("Văn bản phê duyệt"), content.approving_act))
    if content.effective_from:
        facts.append((_("Áp dụng từ"), date(content.effective_from)))
    if content.effective_until:
        facts.append((_("Áp dụng đến hết"), date(content.effective_until)))
    return tuple(facts)


def _history(change: Any) -> HistoryRow:
    text = state_name(change.to_state)
    if change.from_state is None:
        text = _("Công bố lần đầu")
    elif change.from_state == "submitted" and change.to_state == "answering":
        text = _("Rút lại để sửa")
    elif change.from_state == "suspended" and change.to_state not in ("replaced", "expired"):
        text = _("Bỏ đình chỉ, quay lại bước %(step)s", step=state_name(change.to_state))
    return HistoryRow(date(change.changed_on), text, ". ".join(filter(None, (change.act, change.reason))))
