"""Counts and news for the first page."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from schemas import tables as t

from .documents import Reference, reference_by_ids


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the portal holds, and when it last read from a source."""

    documents: int
    provisions: int
    procedures: int
    conditions: int
    fields: tuple[tuple[str, int], ...]
    read_at: dt.datetime | None
    samples: int


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a document on a day: issued, effective, expired, or a code of the log."""

    when: dt.date
    what: str
    document: Reference


def counts(connection: sa.Connection) -> Counts:
    """All counts in one go; kept by the caller, because they read whole tables."""

    def count(table: sa.Table, *where: Any) -> int:
        return connection.execute(sa.select(sa.func.count()).select_from(table).where(*where)).scalar_one()

    fields: Counter[str] = Counter()
    rows = connection.execute(sa.select(t.documents.c.fields, sa.func.count()).group_by(t.documents.c.fields))
    for names, number in rows:
        for name in names or ():
            fields[name] += number
    times = [
        connection.execute(sa.select(sa.func.max(table.c.recorded_at))).scalar()
        for table in (t.documents, t.procedures)
    ]
    known = [time for time in times if time is not None]
    return Counts(
        documents=count(t.documents),
        provisions=count(t.provisions, t.provisions.c.level == "article"),
        procedures=count(t.procedures),
        conditions=count(t.conditions),
        fields=tuple(fields.most_common()),
        read_at=max(known) if known else None,
        samples=count(t.documents, t.documents.c.sample) + count(t.procedures, t.procedures.c.sample),
    )


def example_number(connection: sa.Connection, wanted: str) -> str | None:
    """A number that is really held: the wanted one, or else the newest decree in force with one."""
    d = t.documents.c
    query = (
        sa.select(d.number)
        .where(
            d.number != "", (d.number == wanted) | (d.status.in_(("CHL", "HHL1P")) & (d.type == "Nghị định"))
        )
        .order_by((d.number == wanted).desc(), d.issue_date.desc(), d.id)
        .limit(1)
    )
    return connection.execute(query).scalar()


def events(connection: sa.Connection, until: dt.date, offset: int, limit: int) -> list[Event]:
    """What was issued, took effect, ended or was changed at the source up to a day, newest first.

    A document that takes effect on the day it is issued is told once.
    """
    d, c = t.documents.c, t.changes.c
    recorded = sa.cast(sa.func.date(c.recorded_at), sa.String)
    day = sa.cast(d.effective_date, sa.String)
    union = sa.union_all(
        sa.select(day.label("day"), sa.literal("effective").label("what"), d.id)
        .where(d.effective_date <= until, d.withdrawn_at.is_(None)),
        sa.select(sa.cast(d.issue_date, sa.String), sa.literal("issued"), d.id)
        .where(
            d.issue_date <= until,
            d.effective_date.is_(None) | (d.effective_date != d.issue_date),
            d.withdrawn_at.is_(None),
        ),
        sa.select(sa.cast(d.expiry_date, sa.String), sa.literal("expired"), d.id)
        .where(d.expiry_date <= until, d.withdrawn_at.is_(None)),
        sa.select(recorded, c.change, d.id)
        .select_from(
            t.changes.join(
                t.documents,
                (c.source == d.source) & (c.source_id == d.source_id) & (c.kind == "document"),
            )
        )
        .where(c.change.not_in(("new", "problem"))),
    ).subquery()  # fmt: skip
    query = sa.select(union).order_by(union.c.day.desc(), union.c.id.desc()).offset(offset).limit(limit)
    rows = connection.execute(query).all()
    known = reference_by_ids(connection, [row.id for row in rows])
    return [
        Event(dt.date.fromisoformat(row.day[:10]), row.what, known[row.id]) for row in rows if row.id in known
    ]
