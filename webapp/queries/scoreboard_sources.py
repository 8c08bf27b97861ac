"""What the scoreboard counts: rows of each kind, and the condition under which an indicator counts a row.

`now` in these functions: the present is told of, which needs no history.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas import petition_tables as p
from schemas import regulation_tables as r
from schemas import tables as t
from schemas.consultations import OWED
from schemas.petitions import DONE, FORWARDED, RUNNING, State
from schemas.plan_states import FINAL, IN_EFFECT, STATES, current_step
from schemas.regulations import REGULATION_STATUSES, REGULATION_TYPES

from .days import vietnam_day, vietnam_days

Case = sa.ColumnElement[Any]
#: Alternatives that exclude one another: a condition on a source's keys, and which of its kinds ("": any).
Flag = tuple[tuple[Case, str], ...]
#: The instant that is told of, and its day in Vietnam. Statements are made once and asked with these.
AT: sa.BindParameter[Any] = sa.bindparam("at", type_=sa.DateTime(timezone=True))
DAY: sa.BindParameter[Any] = sa.bindparam("day", type_=sa.Date())


@dataclass(frozen=True, slots=True)
class Source:
    """Rows to count, and by indicator the condition under which one belongs to it.

    Each of `parts` gives id, ministry_id, field, day, title, url and more; no row is in two. Rows alike in
    `keys` are counted together, and among them those of which each of `kinds` is true: that is little work
    a row, and most conditions are then asked once for many rows. `sums`: a condition on the keys, and what
    is added up where it holds. `median`: a key, and the indicator among whose
    rows its median is told.
    `shown`: columns a reader needs to recompute a sum or a median from the rows. `newest_first`: listed by
    `at`, and not counted on the scoreboard.
    """

    parts: tuple[sa.Select[Any], ...]
    flags: Mapping[str, Flag]
    keys: tuple[str, ...] = ()
    kinds: Mapping[str, Case] = field(default_factory=dict)
    sums: Mapping[str, tuple[Case, Case]] = field(default_factory=dict)
    median: tuple[str, str] | None = None
    shown: tuple[str, ...] = ()
    newest_first: bool = False

    def holds(self, indicator: str) -> Case:
        """The condition under which the indicator counts a single row."""
        return sa.or_(
            *(sa.and_(keys, self.kinds[kind]) if kind else keys for keys, kind in self.flags[indicator])
        )


def _column(name: str) -> Case:
    return sa.literal_column(name)


def flag(keys: Case, kind: str = "") -> Flag:
    """An indicator that asks one thing of the keys, and at most one of the row."""
    return ((keys, kind),)


def row(
    identity: Case, ministry: Case, of_field: Case, day: Case, title: Case, url: Case, *more: Case
) -> sa.Select[Any]:
    """The columns every list of rows has, and more."""
    return sa.select(
        identity.label("id"),
        ministry.label("ministry_id"),
        of_field.label("field"),
        day.label("day"),
        title.label("title"),
        url.label("url"),
        *more,
    )


def _in_force() -> Case:
    """Whether a regulation was there on the day: in force, and if new, already issued."""
    g = r.regulations.c
    there = sa.or_(g.in_force_from.is_(None), g.in_force_from <= DAY)
    return sa.and_(there, sa.not_(sa.and_(g.status == "new", sa.not_(_known()))))


def _known() -> Case:
    """Whether a regulation had the status it has now already on the day."""
    g = r.regulations.c
    return sa.or_(g.status_since.is_(None), g.status_since <= DAY)


def _regulation(*more: Case) -> sa.Select[Any]:
    g = r.regulations.c
    url = sa.literal("/quy-dinh/").concat(g.code)
    return row(g.id, g.ministry_id, g.field, g.in_force_from, g.name, url, *more)


def _regulations(now: bool) -> Source:
    g, status = r.regulations.c, _column("status")
    by_status = {name: flag(status == name, "" if now else "known") for name in REGULATION_STATUSES}
    if not now:  # What has got its status since was kept as it was until then.
        by_status["kept"] += flag(sa.true(), "unknown")
    table = _regulation(g.type, g.status, _known().label("known")).where(_in_force())
    return Source(
        (table,),
        {
            "regulations": flag(sa.true()),
            **{f"regulations_{name}": flag(_column("type") == name) for name in REGULATION_TYPES},
            **{f"regulations_{name}": held for name, held in by_status.items()},
        },
        ("type", "status"),
        {} if now else {"known": _column("known"), "unknown": sa.not_(_column("known"))},
    )


def _procedures(now: bool) -> Source:
    """Procedures that items of completed plans gave to a lower level."""
    g, i = r.regulations.c, r.plan_items.c
    items = _items_then(now, "completed", i.regulation)
    items = items.where(i.action == "decentralise", i.regulation.is_not(None))
    table = _regulation().where(g.code.in_(items), g.type == "procedure", _in_force())
    return Source((table,), {"procedures_decentralised": flag(sa.true())})


def _plan_state(now: bool) -> tuple[Case, sa.Select[Any] | None]:
    """A plan's state then, and the newest change of each plan up to the day, to be joined."""
    if now:
        return r.plans.c.state, None
    s = r.plan_state_changes.c
    newest = sa.select(sa.func.max(s.id)).where(s.changed_on <= DAY).group_by(s.plan_id)
    return s.to_state, sa.select(s.plan_id, s.to_state).where(s.id.in_(newest))


def _with_state(now: bool, joined: Any) -> tuple[Any, Case]:
    """Plans joined with their state then."""
    state, changes = _plan_state(now)
    if changes is None:
        return joined, state
    then = changes.subquery("then")
    return joined.join(then, then.c.plan_id == r.plans.c.id), then.c.to_state


def _public() -> Case:
    return sa.and_(r.plans.c.published_at.is_not(None), r.plans.c.published_at <= AT)


def _items_then(now: bool, state: str, *columns: Case) -> sa.Select[Any]:
    """Columns of the items whose public plan was in a state."""
    joined, then = _with_state(now, r.plan_items.join(r.plans, r.plans.c.id == r.plan_items.c.plan_id))
    return sa.select(*columns).select_from(joined).where(_public(), then == state)


def _plans(now: bool) -> Source:
    q, d = r.plans.c, r.plan_deadlines.c
    joined, state = _with_state(now, r.plans)
    steps = {name: current_step(name) for name in STATES}
    step = sa.case({name: step for name, step in steps.items() if step}, value=state, else_="")
    late = sa.exists().where(d.plan_id == q.id, d.step == step, d.due < DAY)
    table = (
        row(q.id, q.ministry_id, sa.literal(""), vietnam_day(q.published_at), q.title,
                sa.literal("/phuong-an/").concat(q.number), late.label("late"))
        .select_from(joined)
        .where(_public())
    )  # fmt: skip
    flags = {"plans": flag(sa.true()), "plans_late": flag(sa.true(), "late")}
    return Source((table,), flags, kinds={"late": _column("late")})


def _items(now: bool) -> Source:
    i, q, g = r.plan_items.c, r.plans.c, r.regulations.c
    joined, state = _with_state(now, r.plan_items.join(r.plans, q.id == i.plan_id))
    # Not a join: only who narrows by field has it looked up.
    of_field = sa.select(g.field).where(g.code == i.regulation).scalar_subquery()
    url = sa.literal("/phuong-an/").concat(q.number).concat("#noi-dung-").concat(sa.cast(i.ordinal, sa.Text))
    table = (
        row(i.id, q.ministry_id, sa.func.coalesce(of_field, ""), vietnam_day(q.published_at), i.title, url,
                state.label("state"), i.action, i.current_cost, i.after_cost,
                (i.deadline < DAY).label("overdue"))
        .select_from(joined)
        .where(_public())
    )  # fmt: skip
    state, has_cost = _column("state"), _column("current_cost").is_not(None)
    counted_costs = state.not_in(sorted(FINAL - {"completed"}))
    return Source(
        (table,),
        {
            "items": flag(sa.true()),
            "items_approved": flag(state.in_(sorted(IN_EFFECT))),
            "items_done": flag(state == "completed"),
            "items_late": flag(state.not_in(sorted(FINAL)), "overdue"),
            "items_decentralised": flag(sa.true(), "decentralised"),
            "items_costed": flag(counted_costs, "has_cost"),
        },
        ("state",),
        {
            "overdue": _column("overdue"),
            "decentralised": _column("action") == "decentralise",
            "has_cost": has_cost,
        },
        sums={
            "cost_current": (counted_costs, _column("current_cost")),
            "cost_after": (counted_costs, sa.case((has_cost, _column("after_cost")))),
        },
        shown=("current_cost", "after_cost"),
    )


def _documents(now: bool) -> Source:
    """Documents that completed plans amended, each once: with the ministry that was the first to."""
    a, i, q, g = r.plan_amendments.c, r.plan_items.c, r.plans.c, r.regulations.c
    d, s = t.documents.c, r.plan_state_changes.c
    done = _items_then(now, "completed", i.id)
    first = sa.select(sa.func.min(a.id)).where(a.item_id.in_(done)).group_by(a.document_number)
    completed = sa.select(sa.func.max(s.changed_on)).where(s.plan_id == q.id, s.to_state == "completed")
    title = sa.func.coalesce(a.document_number.concat(": ").concat(d.title), a.document_number)
    url = sa.func.coalesce(sa.literal("/van-ban/").concat(d.slug), sa.literal("/phuong-an/").concat(q.number))
    table = (
        row(a.id, q.ministry_id, sa.func.coalesce(g.field, ""), completed.scalar_subquery(), title, url)
        .select_from(
            r.plan_amendments.join(r.plan_items, i.id == a.item_id)
            .join(r.plans, q.id == i.plan_id)
            .outerjoin(r.regulations, g.code == i.regulation)
            .outerjoin(t.documents, d.id == a.document_id)
        )
        .where(a.id.in_(first))
    )
    return Source((table,), {"documents_amended": flag(sa.true())})


def _petitions_as(joined: Any, state: Case, due: Case, ministry: Case, *where: Case) -> sa.Select[Any]:
    m = p.petitions.c
    return (
        row(m.id, ministry, m.field, vietnam_day(m.received_at), m.title,
            sa.literal("/quan-tri/phan-anh/").concat(sa.cast(m.id, sa.Text)),
            state.label("state"), (due < DAY).label("overdue"), m.on_time, m.state.label("state_now"))
        .select_from(joined)
        .where(m.received_at <= AT, *where)
    )  # fmt: skip


def _petitions_then(now: bool) -> tuple[sa.Select[Any], ...]:
    """Petitions with state, limit and agency as they were then.

    What has not moved since is as it is; only of the others is the history read.
    """
    m, s = p.petitions.c, p.petition_steps.c
    present = p.petitions, m.state, m.due_on, m.ministry_id
    if now:
        return (_petitions_as(*present),)
    moved = sa.select(s.petition_id).where(s.recorded_at > AT)
    newest = (
        sa.select(sa.func.max(s.id))
        .where(s.petition_id.in_(moved), s.recorded_at <= AT)
        .group_by(s.petition_id)
    )
    history = p.petition_steps.join(p.petitions, m.id == s.petition_id)
    then = _petitions_as(history, s.to_state, s.due_on, s.ministry_id, s.id.in_(newest))
    return _petitions_as(*present, m.id.not_in(moved)), then


def _petitions(now: bool) -> Source:
    state = _column("state")
    done, forwarded = flag(state.in_(sorted(DONE))), flag(state.in_(sorted(FORWARDED)))
    awaiting = flag(state == State.AWAITING.value)
    return Source(
        _petitions_then(now),
        {
            "petitions_waiting": flag(state == State.NEW.value),
            "petitions_received": flag(state != State.NEW.value),
            "petitions_out": flag(state == State.OUT.value),
            "petitions_in": awaiting + forwarded,
            "petitions_awaiting": awaiting,
            "petitions_forwarded": forwarded,
            "petitions_in_progress": flag(state == State.IN_PROGRESS.value),
            "petitions_kept": flag(state == State.KEPT.value),
            "petitions_handled": done,
            "petitions_on_time": flag(state.in_(sorted(DONE)), "on_time"),
            "petitions_late": flag(state.in_(sorted(RUNNING)), "overdue"),
        },
        ("state",),
        {"on_time": _column("on_time").is_(sa.true()), "overdue": _column("overdue")},
    )


def _consultations(_now: bool) -> Source:
    k = c.consultations.c
    table = row(
        k.id, k.ministry_id, k.field, vietnam_day(k.opens_at), k.title,
        sa.literal("/tham-van/").concat(sa.cast(k.id, sa.Text)),
        (k.closes_at > AT).label("is_open"),
    ).where(k.published_at.is_not(None), k.opens_at <= AT)  # fmt: skip
    is_open: Case = sa.literal_column("is_open", sa.Boolean())
    flags = {"consultations_open": flag(is_open), "consultations_closed": flag(sa.not_(is_open))}
    return Source((table,), flags, ("is_open",))


def _comments(_now: bool) -> Source:
    m, k = c.comments.c, c.consultations.c
    own, group = c.answers.alias("own"), c.answers.alias("of_group")
    answered = sa.func.coalesce(own.c.published_at, group.c.published_at)
    table = (
        row(m.id, k.ministry_id, k.field, vietnam_day(m.received_at), m.tracking,
                sa.literal("/tham-van/").concat(sa.cast(k.id, sa.Text)).concat("/y-kien/").concat(
                    sa.cast(m.id, sa.Text)),
                vietnam_days(m.received_at, answered).label("days_to_answer"))
        .select_from(
            c.comments.join(c.consultations, k.id == m.consultation_id)
            .outerjoin(own, sa.and_(own.c.comment_id == m.id, own.c.published_at <= AT))
            .outerjoin(group, sa.and_(group.c.campaign_id == m.campaign_id,
                                      group.c.published_at <= AT))
        )
        .where(m.received_at <= AT, m.state.in_(sorted(OWED)))
    )  # fmt: skip
    return Source(
        (table,),
        {
            "comments": flag(sa.true()),
            "comments_answered": flag(_column("days_to_answer").is_not(None)),
        },
        ("days_to_answer",),
        median=("days_to_answer", "comments_answered"),
        shown=("days_to_answer",),
    )


#: Everything that is counted.
SOURCES: Mapping[str, Callable[[bool], Source]] = {
    "regulations": _regulations,
    "procedures": _procedures,
    "documents": _documents,
    "plans": _plans,
    "items": _items,
    "petitions": _petitions,
    "consultations": _consultations,
    "comments": _comments,
}
