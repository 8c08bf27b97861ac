"""What waits at each desk for one person, the overdue first: counted when their first page opens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas import petition_tables as p
from schemas import regulation_tables as r
from schemas.people import Person, Role
from schemas.petitions import State

from ..consultations import desk_queries
from ..consultations.rows import answered
from ..formats import number
from ..languages import local, ngettext
from ..queries import petitions, plans

Codes = frozenset[str] | None  # ministries; None: all


@dataclass(frozen=True, slots=True)
class Waiting:
    """In words: what is overdue, and what is to be done besides; empty where there is nothing."""

    late: str
    other: str


def waiting(connection: sa.Connection, person: Person, day: dt.date) -> Mapping[str, Waiting]:
    """By the address of each desk where something can wait for this person."""
    found: dict[str, Waiting] = {}
    team = person.ministries(Role.OFFICER, Role.APPROVER)
    if team != frozenset():
        found[local("/quan-tri/tham-van")] = _answers(connection, team, day)
        found[local("/quan-tri/phan-anh")] = _petitions(connection, team, day)
        found[local("/quan-tri/phuong-an")] = _plans(connection, team, day)
    moderators = person.ministries(Role.MODERATOR, Role.APPROVER)
    if moderators != frozenset():
        count = len(desk_queries.queue(connection, moderators))
        words = ngettext("%(n)s chờ kiểm duyệt", "%(n)s chờ kiểm duyệt", count, n=number(count))
        found[local("/quan-tri/kiem-duyet")] = Waiting("", words if count else "")
    return found


def _late(count: int) -> str:
    return ngettext("%(n)s quá hạn", "%(n)s quá hạn", count, n=number(count)) if count else ""


def _of(codes: Codes) -> list[sa.ColumnElement[bool]]:
    return [] if codes is None else [r.ministries.c.code.in_(sorted(codes))]


def _counts(connection: sa.Connection, source: Any, late: Any, *where: Any) -> tuple[int, int]:
    """How many rows, and how many of them are overdue."""
    query = sa.select(sa.func.count(), sa.func.sum(sa.case((late, 1), else_=0))).select_from(source)
    row = connection.execute(query.where(*where)).one()
    return row[0], row[1] or 0


def _answers(connection: sa.Connection, codes: Codes, day: dt.date) -> Waiting:
    t = c.comments.c
    source = c.comments.join(c.consultations).join(
        r.ministries, r.ministries.c.id == c.consultations.c.ministry_id
    )
    count, late = _counts(
        connection,
        source,
        t.due_on < day,
        t.state.in_(("submitted", "published", "redacted")),
        ~t.collapsed,
        c.consultations.c.answered_at.is_(None),
        ~answered(),
        *_of(codes),
    )
    words = ngettext("%(n)s góp ý chưa trả lời", "%(n)s góp ý chưa trả lời", count, n=number(count))
    return Waiting(_late(late), words if count else "")


def _petitions(connection: sa.Connection, codes: Codes, day: dt.date) -> Waiting:
    t = p.petitions
    source = t.outerjoin(r.ministries, r.ministries.c.id == t.c.ministry_id)
    states = (State.NEW, State.AWAITING, State.IN_PROGRESS)
    count, late = _counts(connection, source, petitions.late(day), t.c.state.in_(states), *_of(codes))
    words = ngettext("%(n)s phản ánh đang mở", "%(n)s phản ánh đang mở", count, n=number(count))
    return Waiting(_late(late), words if count else "")


def _plans(connection: sa.Connection, codes: Codes, day: dt.date) -> Waiting:
    source = r.plans.join(r.ministries, r.ministries.c.id == r.plans.c.ministry_id)
    _count, late = _counts(
        connection, source, plans.is_late(day), r.plans.c.published_at.is_not(None), *_of(codes)
    )
    drafts = len(plans.open_drafts(connection, codes))
    words = ngettext("%(n)s bản soạn đang mở", "%(n)s bản soạn đang mở", drafts, n=number(drafts))
    return Waiting(_late(late), words if drafts else "")
