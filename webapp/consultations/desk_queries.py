"""What officers, approvers and moderators read of consultations. Nothing here writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas import regulation_tables as r
from schemas.calendar import today
from schemas.people_tables import accounts, role_grants

from .figures import count_some
from .rows import Row, answered, with_ministry

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of an inbox."""

    total: int
    more_than: bool  # counting stopped there
    rows: Sequence[Row]
    more: bool  # pages follow


def listed(connection: sa.Connection, codes: frozenset[str] | None) -> Sequence[Row]:
    """Consultations of these ministries (None: all): those not answered yet by their end,
    then the others, newest first."""
    t = c.consultations.c
    open_end = sa.case((t.answered_at.is_(None), t.closes_at), else_=None)
    query = with_ministry().order_by(t.answered_at.is_not(None), open_end, t.closes_at.desc(), t.id.desc())
    query = query.limit(500)
    if codes is not None:
        query = query.where(r.ministries.c.code.in_(codes))
    return connection.execute(query).all()


def inbox(
    connection: sa.Connection,
    consultation_id: int,
    *,
    show: str = "",
    person_id: int = 0,
    page: int = 1,
) -> Inbox:
    """Comments that are owed an answer, each campaign as its first, what is due first on top.

    `show`: "" open ones, "mine" those assigned to the person, "late", "answered", "all".
    """
    t = c.comments
    where: list[Any] = [
        t.c.consultation_id == consultation_id,
        t.c.state.in_(("submitted", "published", "redacted")),
        sa.not_(t.c.collapsed),
    ]
    if show in ("", "mine", "late"):
        where.append(~answered())
    if show == "answered":
        where.append(answered())
    if show == "mine":
        where.append(t.c.assigned_to == person_id)
    if show == "late":
        where.append(t.c.due_on < today(dt.datetime.now(dt.UTC)))
    # As the index has them: what has no date stands last.
    query = sa.select(t).where(*where).order_by(t.c.due_on.nulls_last(), t.c.id)
    total, more_than = count_some(connection, query.with_only_columns(t.c.id))
    rows = connection.execute(query.limit(PER_PAGE + 1).offset((page - 1) * PER_PAGE)).all()
    return Inbox(total, more_than, rows[:PER_PAGE], len(rows) > PER_PAGE)


def queue(connection: sa.Connection, codes: frozenset[str] | None) -> list[tuple[str, Row]]:
    """What waits for a moderator, with why: appeals and claims first, then reports, new ones and files."""
    t = c.comments
    reported = sa.exists().where(
        c.comment_reports.c.comment_id == t.c.id, c.comment_reports.c.handled_at.is_(None)
    )
    claimed = sa.exists().where(
        c.comment_claims.c.comment_id == t.c.id, c.comment_claims.c.decision.is_(None)
    )
    file = sa.exists().where(c.attachments.c.comment_id == t.c.id, c.attachments.c.state == "quarantined")
    reasons = (
        ("appeal", t.c.appealed_at.is_not(None)),
        ("claim", claimed),
        ("report", reported),
        ("new", t.c.state == "submitted"),
        ("file", sa.and_(file, t.c.state != "withdrawn")),
    )
    found: dict[int, tuple[str, Row]] = {}
    for why, where in reasons:
        query = (
            sa.select(t, c.consultations.c.title, r.ministries.c.code.label("ministry_code"))
            .join(c.consultations, c.consultations.c.id == t.c.consultation_id)
            .join(r.ministries, r.ministries.c.id == c.consultations.c.ministry_id)
            .where(where)
            .order_by(t.c.id)
            .limit(200)
        )
        if codes is not None:
            query = query.where(r.ministries.c.code.in_(codes))
        for row in connection.execute(query):
            found.setdefault(row.id, (why, row))
    return list(found.values())


def officers(connection: sa.Connection, ministry: str) -> list[tuple[int, str]]:
    """Officers of a ministry, to whom a comment can be given."""
    g = role_grants.c
    query = (
        sa.select(accounts.c.id, accounts.c.name)
        .join(role_grants, g.account_id == accounts.c.id)
        .where(g.role == "officer", g.ministry.in_((ministry, "")), g.withdrawn_at.is_(None))
        .where(accounts.c.disabled_at.is_(None), accounts.c.deleted_at.is_(None))
        .order_by(accounts.c.name)
        .distinct()
    )
    return [(row.id, row.name) for row in connection.execute(query)]


def comment(connection: sa.Connection, comment_id: int) -> Row | None:
    """One comment."""
    return connection.execute(sa.select(c.comments).where(c.comments.c.id == comment_id)).one_or_none()


def of_comment(connection: sa.Connection, table: sa.Table, comment_id: int) -> Sequence[Row]:
    """Notes, reports, claims or files of a comment, oldest first."""
    query = sa.select(table).where(table.c.comment_id == comment_id).order_by(table.c.id)
    return connection.execute(query).all()


def person_of(connection: sa.Connection, comment_id: int) -> Row | None:
    """Who sent it, with what is not public."""
    p = c.comment_people
    return connection.execute(sa.select(p).where(p.c.comment_id == comment_id)).one_or_none()


def similar_answers(connection: sa.Connection, comment: Row, path: str | None) -> Sequence[Row]:
    """Answers published or drafted for other comments on the same clause, newest first."""
    a, place = c.answers, c.comment_anchors.c
    here = sa.select(place.comment_id).where(place.path == path)
    query = (
        sa.select(a)
        .where(a.c.consultation_id == comment.consultation_id, a.c.comment_id != comment.id)
        .where(a.c.comment_id.in_(here))
        .order_by(a.c.id.desc())
        .limit(5)
    )
    return connection.execute(query).all() if path else ()


def fits(connection: sa.Connection, version_id: int) -> dict[str, int]:
    """How comments came to a version: fit → count."""
    a = c.comment_anchors.c
    query = sa.select(a.fit, sa.func.count()).where(a.version_id == version_id).group_by(a.fit)
    return {row[0]: row[1] for row in connection.execute(query)}


def detached(connection: sa.Connection, version_id: int) -> Sequence[Row]:
    """Comments without a place in a version, and those moved by likeness: what a person looks at."""
    a, t = c.comment_anchors.c, c.comments.c
    query = (
        sa.select(c.comment_anchors, t.tracking)
        .join(c.comments, t.id == a.comment_id)
        .where(a.version_id == version_id, a.fit.in_(("detached", "fuzzy", "moved")))
        .order_by(a.fit, a.comment_id)
        .limit(500)
    )
    return connection.execute(query).all()
