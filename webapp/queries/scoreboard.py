"""Indicators by ministry, field and period, as of a time.

An indicator is a condition on the rows of one source. The figures add the conditions up in SQL, the list
behind a figure selects the rows where its condition holds: both are made from the same statement, so that a
number and its rows cannot say different things.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas import petition_tables as p
from schemas import regulation_tables as r
from schemas.calendar import today
from schemas.consultations import OWED
from schemas.petitions import DONE, FORWARDED, State
from schemas.plan_states import FINAL, IN_EFFECT, STATES, current_step

from ..consultations.rows import answered
from .petitions import RUNNING

PAGE = 50
Row = Any
Case = sa.ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class Scope:
    """What is counted: as of an instant (`now`: it is the present), narrowed by field, period and ministry.

    The period is that of the day a row came into being: a petition was received, a plan published …
    """

    at: dt.datetime
    now: bool = True
    field: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    ministry: str = ""

    @property
    def day(self) -> dt.date:
        return today(self.at)


@dataclass(frozen=True, slots=True)
class Source:
    """Rows to count: `table` has id, ministry_id, field, day, title, url; `flags` by indicator."""

    table: sa.Select[Any]
    flags: Mapping[str, Case]
    sums: Mapping[str, Case] = field(default_factory=dict)


def _select(
    identity: Case, ministry: Case, of_field: Case, day: Case, title: Case, url: Case, *more: Case
) -> sa.Select[Any]:
    return sa.select(
        identity.label("id"),
        ministry.label("ministry_id"),
        of_field.label("field"),
        day.label("day"),
        title.label("title"),
        url.label("url"),
        *more,
    )


def _regulations(scope: Scope) -> Source:
    g = r.regulations.c
    known = sa.or_(g.status_since.is_(None), g.status_since <= scope.day)
    status = g.status if scope.now else sa.case((known, g.status), else_="kept")
    there = sa.or_(g.in_force_from.is_(None), g.in_force_from <= scope.day)
    there = sa.and_(there, sa.not_(sa.and_(g.status == "new", sa.not_(known))))
    table = _select(
        g.id,
        g.ministry_id,
        g.field,
        g.in_force_from,
        g.name,
        sa.literal("/quy-dinh/").concat(g.code),
        status.label("status"),
    ).where(there)
    now: Case = sa.literal_column("status")
    flags = {f"regulations_{name}": now == name for name in ("kept", "new", "cut", "simplified")}
    return Source(table, {"regulations": sa.true(), **flags})


def _plan_state(scope: Scope) -> tuple[Case, sa.Select[Any] | None]:
    """A plan's state then, and the newest change of each plan up to the day, to be joined."""
    if scope.now:
        return r.plans.c.state, None
    s = r.plan_state_changes.c
    newest = sa.select(sa.func.max(s.id)).where(s.changed_on <= scope.day).group_by(s.plan_id)
    return s.to_state, sa.select(s.plan_id, s.to_state).where(s.id.in_(newest))


def _plans(scope: Scope) -> Source:
    q, d = r.plans.c, r.plan_deadlines.c
    state, changes = _plan_state(scope)
    joined: Any = r.plans
    if changes is not None:
        then = changes.subquery("then")
        joined, state = r.plans.join(then, then.c.plan_id == q.id), then.c.to_state
    steps = {name: current_step(name) for name in STATES}
    step = sa.case({name: step for name, step in steps.items() if step}, value=state, else_="")
    late = sa.exists().where(d.plan_id == q.id, d.step == step, d.due < scope.day)
    table = (
        _select(q.id, q.ministry_id, sa.literal(""), sa.func.date(q.published_at), q.title,
                sa.literal("/phuong-an/").concat(q.number), late.label("late"))
        .select_from(joined)
        .where(q.published_at.is_not(None), q.published_at <= scope.at)
    )  # fmt: skip
    return Source(table, {"plans": sa.true(), "plans_late": sa.literal_column("late")})


def _items(scope: Scope) -> Source:
    i, q, g = r.plan_items.c, r.plans.c, r.regulations.c
    state, changes = _plan_state(scope)
    joined: Any = r.plan_items.join(r.plans, q.id == i.plan_id).outerjoin(
        r.regulations, g.code == i.regulation
    )
    if changes is not None:
        then = changes.subquery("then")
        joined, state = joined.join(then, then.c.plan_id == q.id), then.c.to_state
    url = sa.literal("/phuong-an/").concat(q.number).concat("#noi-dung-").concat(sa.cast(i.ordinal, sa.Text))
    table = (
        _select(i.id, q.ministry_id, sa.func.coalesce(g.field, ""), sa.func.date(q.published_at), i.title,
                url, state.label("state"), i.action, i.current_cost, i.after_cost)
        .select_from(joined)
        .where(q.published_at.is_not(None), q.published_at <= scope.at)
    )  # fmt: skip
    now: Case = sa.literal_column("state")
    counted = sa.and_(
        now.not_in(sorted(FINAL - {"completed"})), sa.literal_column("current_cost").is_not(None)
    )
    return Source(
        table,
        {
            "items": sa.true(),
            "items_approved": now.in_(sorted(IN_EFFECT)),
            "items_done": now == "completed",
            "items_decentralised": sa.literal_column("action") == "decentralise",
            "items_costed": counted,
        },
        {
            "cost_current": sa.case((counted, sa.literal_column("current_cost")), else_=0),
            "cost_after": sa.case((counted, sa.literal_column("after_cost")), else_=0),
        },
    )


def _petitions(scope: Scope) -> Source:
    t, s = p.petitions.c, p.petition_steps.c
    joined: Any = p.petitions
    state: Case = t.state
    due: Case = t.due_on
    ministry: Case = t.ministry_id
    if not scope.now:
        newest = sa.select(sa.func.max(s.id)).where(s.recorded_at <= scope.at).group_by(s.petition_id)
        then = (
            sa.select(s.petition_id, s.to_state, s.due_on, s.ministry_id).where(s.id.in_(newest))
        ).subquery("then")
        joined = p.petitions.join(then, then.c.petition_id == t.id)
        state, due, ministry = then.c.to_state, then.c.due_on, then.c.ministry_id
    table = (
        _select(t.id, ministry, t.field, sa.func.date(t.received_at), t.title,
                sa.literal("/quan-tri/phan-anh/").concat(sa.cast(t.id, sa.Text)),
                state.label("state"), due.label("due"), t.on_time, t.state.label("state_now"))
        .select_from(joined)
        .where(t.received_at <= scope.at)
    )  # fmt: skip
    now: Case = sa.literal_column("state")
    done = now.in_(sorted(DONE))
    return Source(
        table,
        {
            "petitions_waiting": now == State.NEW.value,
            "petitions_received": now != State.NEW.value,
            "petitions_out": now == State.OUT.value,
            "petitions_in": sa.or_(now == State.AWAITING.value, now.in_(sorted(FORWARDED))),
            "petitions_awaiting": now == State.AWAITING.value,
            "petitions_forwarded": now.in_(sorted(FORWARDED)),
            "petitions_in_progress": now == State.IN_PROGRESS.value,
            "petitions_kept": now == State.KEPT.value,
            "petitions_handled": done,
            "petitions_on_time": sa.and_(done, sa.literal_column("on_time").is_(sa.true())),
            "petitions_late": sa.and_(now.in_(RUNNING), sa.literal_column("due") < scope.day),
        },
    )


def _consultations(scope: Scope) -> Source:
    k = c.consultations.c
    table = _select(
        k.id, k.ministry_id, k.field, sa.func.date(k.opens_at), k.title,
        sa.literal("/tham-van/").concat(sa.cast(k.id, sa.Text)), k.closes_at,
    ).where(k.published_at.is_not(None), k.opens_at <= scope.at)  # fmt: skip
    open_now = sa.literal_column("closes_at", sa.DateTime(timezone=True)) > scope.at
    return Source(table, {"consultations_open": open_now, "consultations_closed": sa.not_(open_now)})


def _comments(scope: Scope) -> Source:
    m, k = c.comments.c, c.consultations.c
    table = (
        _select(m.id, k.ministry_id, k.field, sa.func.date(m.received_at), m.tracking,
                sa.literal("/tham-van/").concat(sa.cast(k.id, sa.Text)).concat("/y-kien/").concat(
                    sa.cast(m.id, sa.Text)), answered().label("answered"))
        .join_from(c.comments, c.consultations, k.id == m.consultation_id)
        .where(m.received_at <= scope.at, m.state.in_(sorted(OWED)))
    )  # fmt: skip
    return Source(table, {"comments": sa.true(), "comments_answered": sa.literal_column("answered")})


SOURCES = {
    "regulations": _regulations,
    "plans": _plans,
    "items": _items,
    "petitions": _petitions,
    "consultations": _consultations,
    "comments": _comments,
}
#: Sums of money and the indicator whose rows they add up.
SUMS = {"cost_current": "items_costed", "cost_after": "items_costed"}


def _source_of(indicator: str, scope: Scope) -> Source:
    for make in SOURCES.values():
        source = make(scope)
        if indicator in source.flags:
            return source
    raise KeyError(indicator)


def indicators() -> tuple[str, ...]:
    """Codes of everything that is counted, in order."""
    scope = Scope(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    return tuple(name for make in SOURCES.values() for name in make(scope).flags)


def _narrowed(source: Source, scope: Scope) -> sa.Subquery:
    """The rows of a source that fall into the scope."""
    rows = source.table.subquery("rows")
    wanted = sa.select(
        rows, r.ministries.c.code.label("ministry"), r.ministries.c.name.label("ministry_name")
    )
    wanted = wanted.outerjoin(r.ministries, r.ministries.c.id == rows.c.ministry_id)
    if scope.field:
        wanted = wanted.where(rows.c.field == scope.field)
    if scope.since:
        wanted = wanted.where(rows.c.day >= sa.literal(scope.since, sa.Date))
    if scope.until:
        wanted = wanted.where(rows.c.day <= sa.literal(scope.until, sa.Date))
    if scope.ministry:
        none = scope.ministry == NONE
        wanted = wanted.where(
            r.ministries.c.code.is_(None) if none else r.ministries.c.code == scope.ministry
        )
    return wanted.subquery("narrowed")


#: Stands for rows no ministry has yet, as if it were one: so that ministries add up to the nation.
NONE = "-"


def snapshot(connection: sa.Connection) -> None:
    """Let everything read on this connection from now on be of one instant."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("set transaction isolation level repeatable read, read only"))
    else:
        connection.exec_driver_sql("begin")


def figures(connection: sa.Connection, scope: Scope) -> dict[str, dict[str, int]]:
    """Ministry code (NONE: no ministry yet) → indicator → figure; one statement a source."""
    found: dict[str, dict[str, int]] = {}
    for make in SOURCES.values():
        source = make(scope)
        rows = _narrowed(source, scope)
        counted = [
            sa.func.sum(sa.case((flag, 1), else_=0)).label(name) for name, flag in source.flags.items()
        ]
        summed = [sa.func.sum(value).label(name) for name, value in source.sums.items()]
        query = sa.select(rows.c.ministry, *counted, *summed).select_from(rows).group_by(rows.c.ministry)
        for row in connection.execute(query).mappings():
            mine = found.setdefault(row["ministry"] or NONE, {})
            mine |= {name: int(row[name] or 0) for name in (*source.flags, *source.sums)}
    return found


def total(by_ministry: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """The nation: what the ministries add up to."""
    names = (*indicators(), *SUMS)
    return {name: sum(mine.get(name, 0) for mine in by_ministry.values()) for name in names}


def listed(
    connection: sa.Connection, indicator: str, scope: Scope, *, offset: int = 0, limit: int | None = PAGE
) -> list[Row]:
    """The rows behind a figure, oldest first. KeyError for an indicator that does not exist."""
    source = _source_of(indicator, scope)
    rows = _narrowed(source, scope)
    query = (
        sa.select(rows).where(source.flags[indicator]).order_by(rows.c.day.is_(None), rows.c.day, rows.c.id)
    )
    if limit is not None:
        query = query.offset(offset).limit(limit)
    return list(connection.execute(query))


def count(connection: sa.Connection, indicator: str, scope: Scope) -> int:
    """How many rows there are behind a figure: the figure itself."""
    source = _source_of(indicator, scope)
    rows = _narrowed(source, scope)
    query = sa.select(sa.func.count()).select_from(rows).where(source.flags[indicator])
    return int(connection.execute(query).scalar_one())


def fields(connection: sa.Connection) -> list[str]:
    """Every field a regulation has, by name."""
    g = r.regulations.c.field
    return list(connection.scalars(sa.select(g).where(g != "").distinct().order_by(g)))


def names(connection: sa.Connection) -> dict[str, str]:
    """Code → name of every ministry."""
    m = r.ministries.c
    return {row.code: row.name for row in connection.execute(sa.select(m.code, m.name))}
