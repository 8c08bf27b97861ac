"""Reading plans: public lists, one plan with everything below it, progress by ministry."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from schemas import regulation_tables as r
from schemas import tables as t
from schemas.addresses import procedure_url
from schemas.plan_states import FINAL, STATES, current_step
from schemas.text.words import fold_words

PAGE = 20
MOST_ROWS = 5000
Row = Any


@dataclass(frozen=True, slots=True)
class PlanFilter:
    """What a list is narrowed to; empty: everything. `states`: any of them."""

    text: str = ""
    ministry: str = ""
    states: tuple[str, ...] = ()
    action: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan as lists show it. Costs are sums over its items, in đồng a year."""

    id: int
    number: str
    title: str
    summary: str
    ministry: str
    ministry_name: str
    state: str
    suspended_from: str | None
    published_at: dt.datetime | None
    updated_at: dt.datetime
    effective_from: dt.date | None
    effective_until: dt.date | None
    revision: int
    sample: bool
    items: int
    current_cost: int
    after_cost: int
    due: Mapping[str, dt.date] = field(default_factory=dict)


_items = (
    sa.select(
        r.plan_items.c.plan_id,
        sa.func.count().label("items"),
        sa.func.sum(r.plan_items.c.current_cost).label("current_cost"),
        sa.func.sum(r.plan_items.c.after_cost).label("after_cost"),
    )
    .group_by(r.plan_items.c.plan_id)
    .subquery("totals")
)
_LINE = (
    "id", "number", "title", "summary", "state", "suspended_from", "published_at", "updated_at",
    "effective_from", "effective_until", "revision", "sample",
)  # fmt: skip
#: The deadline a plan in a given state is measured by.
_step = sa.case(
    *((r.plans.c.state == state, step) for state in STATES if (step := current_step(state))), else_=None
)


def _lines() -> sa.Select[Any]:
    return (
        sa.select(
            *(r.plans.c[name] for name in _LINE),
            r.ministries.c.code.label("ministry"),
            r.ministries.c.name.label("ministry_name"),
            sa.func.coalesce(_items.c["items"], 0).label("items"),
            sa.func.coalesce(_items.c.current_cost, 0).label("current_cost"),
            sa.func.coalesce(_items.c.after_cost, 0).label("after_cost"),
        )
        .join(r.ministries, r.ministries.c.id == r.plans.c.ministry_id)
        .outerjoin(_items, _items.c.plan_id == r.plans.c.id)
    )


def is_late(day: dt.date) -> sa.ColumnElement[bool]:
    """Whether the step a plan is at should have been finished before this day."""
    d = r.plan_deadlines.c
    return sa.exists().where(d.plan_id == r.plans.c.id, d.step == _step, d.due < day)


def _where(wanted: PlanFilter, day: dt.date) -> list[sa.ColumnElement[bool]]:
    p = r.plans.c
    words = fold_words(wanted.text)
    if wanted.text and not words:
        return [sa.false()]
    conditions: list[sa.ColumnElement[bool]] = [p.published_at.is_not(None)]
    conditions += [p.folded.contains(f" {word} ", autoescape=True) for word in words]
    if wanted.ministry:
        conditions.append(r.ministries.c.code == wanted.ministry)
    if wanted.states:
        conditions.append(p.state.in_(wanted.states))
    if wanted.action:
        i = r.plan_items.c
        conditions.append(sa.exists().where(i.plan_id == p.id, i.action == wanted.action))
    if wanted.late:
        conditions.append(is_late(day))
    return conditions


def listed(
    connection: sa.Connection, wanted: PlanFilter, day: dt.date, *, offset: int = 0, limit: int = PAGE
) -> tuple[list[PlanLine], int]:
    """Public plans, the latest changed first, and how many there are."""
    conditions = _where(wanted, day)
    count = (
        sa.select(sa.func.count())
        .select_from(r.plans.join(r.ministries, r.ministries.c.id == r.plans.c.ministry_id))
        .where(*conditions)
    )
    query = (
        _lines()
        .where(*conditions)
        .order_by(r.plans.c.updated_at.desc(), r.plans.c.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return _with_deadlines(connection, query), connection.scalar(count) or 0


def of_ministries(connection: sa.Connection, codes: frozenset[str] | None) -> list[PlanLine]:
    """Every plan, public or not, of these ministries (None: all): what officers see."""
    query = _lines().order_by(r.plans.c.updated_at.desc(), r.plans.c.id.desc()).limit(MOST_ROWS)
    if codes is not None:
        query = query.where(r.ministries.c.code.in_(sorted(codes)))
    return _with_deadlines(connection, query)


def by_number(connection: sa.Connection, number: str) -> PlanLine | None:
    """One plan, public or not."""
    found = _with_deadlines(connection, _lines().where(r.plans.c.number == number))
    return found[0] if found else None


def by_ids(connection: sa.Connection, ids: Iterable[int]) -> list[PlanLine]:
    """These public plans, in no order."""
    query = _lines().where(r.plans.c.id.in_(sorted(set(ids))), r.plans.c.published_at.is_not(None))
    return _with_deadlines(connection, query)


def _with_deadlines(connection: sa.Connection, query: sa.Select[Any]) -> list[PlanLine]:
    rows = connection.execute(query).mappings().all()
    due: dict[int, dict[str, dt.date]] = defaultdict(dict)
    d = r.plan_deadlines.c
    ids = [row["id"] for row in rows]
    for start in range(0, len(ids), 500):
        part = sa.select(d.plan_id, d.step, d.due).where(d.plan_id.in_(ids[start : start + 500]))
        for plan_id, step, day in connection.execute(part):
            due[plan_id][step] = day
    return [
        PlanLine(**{**row, "current_cost": int(row["current_cost"]), "after_cost": int(row["after_cost"])},
                 due=due[row["id"]])
        for row in rows
    ]  # fmt: skip


def state_changes(connection: sa.Connection, plan_id: int) -> list[Row]:
    """The states a plan had, oldest first."""
    table = r.plan_state_changes
    return list(connection.execute(sa.select(table).where(table.c.plan_id == plan_id).order_by(table.c.id)))


def entered(changes: Sequence[Row]) -> dict[str, dt.date]:
    """State → the day it was last entered."""
    return {change.to_state: change.changed_on for change in changes}


def row(connection: sa.Connection, plan_id: int) -> Row:
    """The row itself, with its ministry's code."""
    query = sa.select(r.plans, r.ministries.c.code.label("ministry_code")).join(
        r.ministries, r.ministries.c.id == r.plans.c.ministry_id
    )
    return connection.execute(query.where(r.plans.c.id == plan_id)).one()


def draft(connection: sa.Connection, plan_id: int) -> Row | None:
    """What is being written of a plan, if anything is."""
    table = r.plan_drafts
    return connection.execute(sa.select(table).where(table.c.plan_id == plan_id)).one_or_none()


def open_drafts(connection: sa.Connection, codes: frozenset[str] | None) -> dict[int, Row]:
    """Plan id → its draft, of these ministries (None: all)."""
    query = (
        sa.select(r.plan_drafts)
        .join(r.plans, r.plans.c.id == r.plan_drafts.c.plan_id)
        .join(r.ministries, r.ministries.c.id == r.plans.c.ministry_id)
    )
    if codes is not None:
        query = query.where(r.ministries.c.code.in_(sorted(codes)))
    return {found.plan_id: found for found in connection.execute(query)}


@dataclass(frozen=True, slots=True)
class Superseded:
    """A part of a plan that a later, approved plan takes the place of; `item` None: the whole."""

    item: int | None
    by: str
    title: str
    since: dt.date | None
    note: str


def superseded(connection: sa.Connection, number: str) -> list[Superseded]:
    """Which parts of a plan later plans replaced; only plans that were approved count."""
    s, p = r.plan_supersessions.c, r.plans.c
    query = (
        sa.select(s.earlier_item, p.number, p.title, s.from_date, p.effective_from, s.note)
        .join(r.plans, p.id == s.plan_id)
        .where(
            s.earlier_number == number,
            p.published_at.is_not(None),
            p.state.in_(("approved", "implementing", "completed")),
        )
        .order_by(s.earlier_item, p.id)
    )
    return [
        Superseded(item, by, title, from_date or effective, note)
        for item, by, title, from_date, effective, note in connection.execute(query)
    ]


def touching(
    connection: sa.Connection, document_id: int, path: str | None = None
) -> list[tuple[PlanLine, str | None]]:
    """Public plans that have not ended and change this document, or this provision or a part of it, with
    the provision each names."""
    c, i, p = r.plan_item_clauses.c, r.plan_items.c, r.plans.c
    query = (
        sa.select(p.id, c.provision)
        .select_from(
            r.plans.join(r.plan_items, i.plan_id == p.id).join(r.plan_item_clauses, c.item_id == i.id)
        )
        .where(c.document_id == document_id, p.published_at.is_not(None), p.state.not_in(sorted(FINAL)))
        .distinct()
    )
    if path:
        # A plan for the article is shown on its clauses, and one for a clause on its article.
        above = [path.rsplit("/", n)[0] for n in range(path.count("/") + 1)]
        below = c.provision.startswith(path + "/", autoescape=True)
        query = query.where(c.provision.in_([path, *above]) | below | c.provision.is_(None))
    found = [(plan_id, provision) for plan_id, provision in connection.execute(query)]
    lines = {line.id: line for line in by_ids(connection, {plan_id for plan_id, _ in found})}
    return [(lines[plan_id], provision) for plan_id, provision in sorted(found, key=str) if plan_id in lines]


def clauses_touched(
    connection: sa.Connection, documents: Iterable[int]
) -> list[tuple[int, str | None, PlanLine]]:
    """(document, provision, plan) for every public plan that has not ended and changes one of these."""
    c, i, p = r.plan_item_clauses.c, r.plan_items.c, r.plans.c
    query = (
        sa.select(c.document_id, c.provision, p.id)
        .select_from(
            r.plans.join(r.plan_items, i.plan_id == p.id).join(r.plan_item_clauses, c.item_id == i.id)
        )
        .where(
            c.document_id.in_(sorted(set(documents))),
            p.published_at.is_not(None),
            p.state.not_in(sorted(FINAL)),
        )
        .distinct()
    )
    found = connection.execute(query).all()
    lines = {line.id: line for line in by_ids(connection, {row.id for row in found})}
    return [(row.document_id, row.provision, lines[row.id]) for row in found if row.id in lines]


def of_regulation(connection: sa.Connection, code: str) -> list[PlanLine]:
    """Public plans with an item about this regulation."""
    i, p = r.plan_items.c, r.plans.c
    ids = sa.select(i.plan_id).join(r.plans, p.id == i.plan_id).where(i.regulation == code).distinct()
    return sorted(by_ids(connection, connection.scalars(ids).all()), key=lambda line: line.number)


@dataclass(frozen=True, slots=True)
class Progress:
    """One ministry's plans: how many in each state, late ones, items, and what they save."""

    ministry: str
    name: str
    states: Mapping[str, int]
    late: int
    items: int
    items_done: int
    current_cost: int
    after_cost: int

    @property
    def plans(self) -> int:
        return sum(self.states.values())


def progress(connection: sa.Connection, day: dt.date) -> list[Progress]:
    """Every ministry with a public plan, those with late plans first."""
    m, p, i = r.ministries.c, r.plans.c, r.plan_items.c
    public = p.published_at.is_not(None)
    joined = r.plans.join(r.ministries, m.id == p.ministry_id)
    states: dict[str, dict[str, int]] = defaultdict(dict)
    names: dict[str, str] = {}
    late: dict[str, int] = defaultdict(int)
    counted = (
        sa.select(m.code, m.name, p.state, sa.func.count(), sa.func.sum(sa.case((is_late(day), 1), else_=0)))
        .select_from(joined)
        .where(public)
        .group_by(m.code, m.name, p.state)
    )
    for code, name, state, count, overdue in connection.execute(counted):
        names[code], states[code][state] = name, count
        late[code] += int(overdue)
    done = sa.case((p.state == "completed", 1), else_=0)
    totals = (
        sa.select(
            m.code, sa.func.count(), sa.func.sum(done), sa.func.sum(i.current_cost), sa.func.sum(i.after_cost)
        )
        .select_from(joined.join(r.plan_items, i.plan_id == p.id))
        .where(public)
        .group_by(m.code)
    )
    sums = {code: tuple(int(v or 0) for v in values) for code, *values in connection.execute(totals)}
    found = [
        Progress(code, name, states[code], late[code], *sums.get(code, (0, 0, 0, 0)))
        for code, name in names.items()
    ]
    return sorted(found, key=lambda line: (-line.late, -line.plans, line.name))


def ministries(connection: sa.Connection) -> list[tuple[str, str]]:
    """Code and name of every ministry that has a public plan."""
    m, p = r.ministries.c, r.plans.c
    query = (
        sa.select(m.code, m.name)
        .join(r.plans, p.ministry_id == m.id)
        .where(p.published_at.is_not(None))
        .distinct()
        .order_by(m.name)
    )
    return [(code, name) for code, name in connection.execute(query)]


def state_counts(connection: sa.Connection, day: dt.date) -> tuple[dict[str, int], int]:
    """Public plans by state, and how many are late."""
    p = r.plans.c
    query = (
        sa.select(p.state, sa.func.count(), sa.func.sum(sa.case((is_late(day), 1), else_=0)))
        .where(p.published_at.is_not(None))
        .group_by(p.state)
    )
    rows = connection.execute(query).all()
    return {state: count for state, count, _ in rows}, sum(int(late) for _, _, late in rows)


def regulation_addresses(connection: sa.Connection, codes: Iterable[str]) -> dict[str, str]:
    """Code → path of its page, for regulations and procedures that are held."""
    wanted = sorted(set(codes))
    g, p = r.regulations.c, t.procedures.c
    procedures = sa.select(p.code).where(p.code.in_(wanted), p.withdrawn_at.is_(None))
    found = {code: procedure_url(code) for code in connection.scalars(procedures)}
    for code in connection.scalars(sa.select(g.code).where(g.code.in_(wanted))):
        found[code] = f"/quy-dinh/{code}"
    return found
