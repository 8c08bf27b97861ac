"""Reading petitions: figures, lists, similar ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from schemas import petition_tables as p
from schemas import regulation_tables as r
from schemas.petitions import PUBLIC, RUNNING, Figures, State, parse_petition_number
from schemas.text.words import fold_words

PAGE = 20
Row = Any


def figures(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> Figures:
    """How many petitions are in each state, counted in one statement: one instant."""
    state = p.petitions.c.state
    query = sa.select(state, sa.func.count()).where(*where).group_by(state)
    return Figures({State(name): count for name, count in connection.execute(query)})


def late(day: dt.date) -> sa.ColumnElement[bool]:
    """Whether a petition is overdue on a day."""
    return sa.and_(p.petitions.c.state.in_(sorted(RUNNING)), p.petitions.c.due_on < day)


def _lines() -> sa.Select[Any]:
    return sa.select(
        p.petitions, r.ministries.c.name.label("ministry"), r.ministries.c.code.label("ministry_code")
    ).outerjoin(r.ministries, r.ministries.c.id == p.petitions.c.ministry_id)


def public(connection: sa.Connection, *, offset: int = 0, limit: int = PAGE) -> tuple[list[Row], int]:
    """Petitions whose result is public, newest first, and how many there are."""
    where = p.petitions.c.state.in_(sorted(PUBLIC))
    query = _lines().where(where).order_by(p.petitions.c.published_at.desc(), p.petitions.c.id.desc())
    count = connection.scalar(sa.select(sa.func.count()).select_from(p.petitions).where(where))
    return list(connection.execute(query.offset(offset).limit(limit))), count or 0


def one(connection: sa.Connection, petition_id: int) -> Row | None:
    """One petition with its agency and the name of the regulation it is about, where the portal has it."""
    name = (
        sa.select(r.regulations.c.name)
        .where(r.regulations.c.code == p.petitions.c.regulation)
        .scalar_subquery()
        .label("regulation_name")
    )
    return connection.execute(_lines().add_columns(name).where(p.petitions.c.id == petition_id)).one_or_none()


def history(connection: sa.Connection, petition_id: int) -> list[Row]:
    """What was done to it, in order, with the agency that had it then."""
    s = p.petition_steps.c
    query = (
        sa.select(p.petition_steps, r.ministries.c.name.label("ministry"))
        .outerjoin(r.ministries, r.ministries.c.id == s.ministry_id)
        .where(s.petition_id == petition_id)
        .order_by(s.id)
    )
    return list(connection.execute(query))


def person_of(connection: sa.Connection, petition_id: int) -> Row | None:
    """Who sent it."""
    table = p.petition_people
    return connection.execute(sa.select(table).where(table.c.petition_id == petition_id)).one_or_none()


def desk(
    connection: sa.Connection,
    codes: Collection[str] | None,
    states: Collection[str],
    text: str = "",
    *,
    offset: int = 0,
    limit: int = PAGE,
) -> tuple[list[Row], int]:
    """Petitions of these agencies (None: all, and those no agency has) in these states, due first.

    `text`: only those whose title has all its words, or of this number or regulation.
    """
    where: list[sa.ColumnElement[bool]] = [p.petitions.c.state.in_(sorted(states))]
    if text:
        where.append(_found(text))
    if codes is not None:
        where.append(r.ministries.c.code.in_(sorted(codes)))
    query = _lines().where(*where)
    count = connection.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
    ordered = query.order_by(
        p.petitions.c.due_on.is_(None), p.petitions.c.due_on, p.petitions.c.received_at, p.petitions.c.id
    )
    return list(connection.execute(ordered.offset(offset).limit(limit))), count or 0


def _found(text: str) -> sa.ColumnElement[bool]:
    c = p.petitions.c
    words = fold_words(text)[:12]
    titled = sa.and_(sa.true(), *(c.folded.contains(f" {word} ", autoescape=True) for word in words))
    number = parse_petition_number(text)
    return sa.or_(
        titled if words else sa.false(),
        c.regulation == text,
        c.tracking == number if number else sa.false(),
    )


def public_ones(connection: sa.Connection, ids: Sequence[int]) -> list[Row]:
    """Those of these petitions whose result is public, in the order of `ids`."""
    c = p.petitions.c
    rows = connection.execute(_lines().where(c.id.in_(ids), c.state.in_(sorted(PUBLIC))))
    places = {id_: place for place, id_ in enumerate(ids)}
    return sorted(rows, key=lambda row: places[row.id])


def similar(connection: sa.Connection, title: str, regulation: str = "", limit: int = 5) -> list[Row]:
    """Public petitions about the same regulation, or that share most words of the title."""
    words = [word for word in fold_words(title) if len(word) > 2][:12]
    c = p.petitions.c
    if not words and not regulation:
        return []
    hits = [sa.case((c.folded.contains(f" {word} ", autoescape=True), 1), else_=0) for word in words]
    shared: Any = sum(hits, sa.literal(0))
    same = sa.case((sa.and_(c.regulation == regulation, c.regulation != ""), len(words) + 1), else_=0)
    score = (shared + same).label("score")
    query = (
        _lines()
        .add_columns(score)
        .where(c.state.in_(sorted(PUBLIC)), score >= max(2, -(-len(words) // 2)))
        .order_by(score.desc(), c.published_at.desc())
        .limit(limit)
    )
    return list(connection.execute(query))


def limits(connection: sa.Connection) -> list[Row]:
    """The limits agencies have set for themselves, by name."""
    c = p.petition_limits.c
    query = (
        sa.select(c.kind, c.days, c.basis, r.ministries.c.name.label("ministry"))
        .join(r.ministries, r.ministries.c.id == c.ministry_id)
        .order_by(r.ministries.c.name, c.kind)
    )
    return list(connection.execute(query))
