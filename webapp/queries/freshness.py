"""How fresh the data are: what each ministry changed last, and when each official site was read last."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas import petition_tables as p
from schemas import regulation_tables as r
from schemas import tables as t

from ..audit import aware
from .days import vietnam_day
from .scoreboard_sources import AT, Case, Source, flag, row

_NO_TEXT = sa.literal("")


def _change(
    kind: str, identity: Case, ministry: Case, of_field: Case, title: Case, url: Case, at: Case, *more: Case
) -> sa.Select[Any]:
    state = more[0] if more else sa.literal("")
    return row(identity, ministry, of_field, vietnam_day(at), title, url, at.label("at"),
               sa.literal(kind).label("kind"), state.label("state_now"))  # fmt: skip


def _changes() -> tuple[sa.Select[Any], ...]:
    """What ministries changed in public up to an instant, a statement a kind."""
    g, q, s = r.regulations.c, r.plans.c, r.plan_state_changes.c
    m, step = p.petitions.c, p.petition_steps.c
    k, a = c.consultations.c, c.answers.c
    consultation = sa.literal("/tham-van/").concat(sa.cast(k.id, sa.Text))
    return (
        _change("regulation", g.id, g.ministry_id, g.field, g.name, sa.literal("/quy-dinh/").concat(g.code),
                g.updated_at).where(g.updated_at <= AT),
        _change("plan", q.id, q.ministry_id, _NO_TEXT, q.title, sa.literal("/phuong-an/").concat(q.number),
                s.recorded_at).join_from(r.plan_state_changes, r.plans, q.id == s.plan_id)
        .where(q.published_at <= AT, s.recorded_at <= AT),
        _change("petition", m.id, step.ministry_id, m.field, m.title,
                sa.literal("/quan-tri/phan-anh/").concat(sa.cast(m.id, sa.Text)), step.recorded_at, m.state)
        .join_from(p.petition_steps, p.petitions, m.id == step.petition_id)
        .where(step.recorded_at <= AT, step.ministry_id.is_not(None)),
        _change("consultation", k.id, k.ministry_id, k.field, k.title, consultation, k.published_at)
        .where(k.published_at <= AT),
        _change("answer", k.id, k.ministry_id, k.field, k.title, consultation, a.published_at)
        .join_from(c.answers, c.consultations, k.id == a.consultation_id)
        .where(a.published_at <= AT),
    )  # fmt: skip


def updates(_now: bool) -> Source:
    """What ministries did, newest first: the first row of a ministry is how fresh its data are."""
    return Source(_changes(), {"updates": flag(sa.true())}, newest_first=True)


def crawls(_now: bool) -> Source:
    """Every time an official site, or its archive, was read to the end, newest first."""
    k = t.crawl_runs.c
    title = k.source.concat(": ").concat(k.command)
    nobody = sa.cast(sa.null(), sa.BigInteger)
    table = row(k.id, nobody, _NO_TEXT, vietnam_day(k.finished_at), title, _NO_TEXT,
                k.finished_at.label("at")).where(k.finished_at <= AT)  # fmt: skip
    return Source((table,), {"crawls": flag(sa.true())}, newest_first=True)


@cache
def _newest() -> sa.Select[Any]:
    """When each ministry changed something last, a column a kind: each looked up in an index."""
    g, q, s, step = r.regulations.c, r.plans.c, r.plan_state_changes.c, p.petition_steps.c
    k, a, m = c.consultations.c, c.answers.c, r.ministries.c
    newest = (
        sa.select(sa.func.max(g.updated_at)).where(g.ministry_id == m.id, g.updated_at <= AT),
        sa.select(sa.func.max(step.recorded_at)).where(step.ministry_id == m.id, step.recorded_at <= AT),
        sa.select(sa.func.max(s.recorded_at))
        .join_from(r.plan_state_changes, r.plans, q.id == s.plan_id)
        .where(q.ministry_id == m.id, q.published_at <= AT, s.recorded_at <= AT),
        sa.select(sa.func.max(k.published_at)).where(k.ministry_id == m.id, k.published_at <= AT),
        sa.select(sa.func.max(a.published_at))
        .join_from(c.answers, c.consultations, k.id == a.consultation_id)
        .where(k.ministry_id == m.id, a.published_at <= AT),
    )
    return sa.select(m.code, *(one.scalar_subquery() for one in newest))


def by_ministry(connection: sa.Connection, at: dt.datetime) -> dict[str, dt.datetime]:
    """Ministry code → when it changed something last: the newest of its `updates`."""
    found: dict[str, dt.datetime] = {}
    for code, *moments in connection.execute(_newest(), {"at": at}):
        known = [aware(moment) for moment in moments if moment]
        if known:
            found[code] = max(known)
    return found


def sources(connection: sa.Connection, at: dt.datetime) -> dict[str, dt.datetime]:
    """Official site → when it was read to the end last."""
    k = t.crawl_runs.c
    query = sa.select(k.source, sa.func.max(k.finished_at)).where(k.finished_at <= at).group_by(k.source)
    return {name: aware(moment) for name, moment in connection.execute(query.order_by(k.source))}
