"""What changed: the outbox, read in order, and one consistent view of the database."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from schemas import tables as t


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows to bring to the index, by kind, up to and with outbox row `position`."""

    position: int
    rows: int = 0
    documents: tuple[int, ...] = ()
    procedures: tuple[int, ...] = ()
    other: dict[str, tuple[int, ...]] = field(default_factory=dict)


@contextlib.contextmanager
def snapshot(database: sa.Engine) -> Iterator[sa.Connection]:
    """A connection that sees one state of the database for as long as it is open; for reading only."""
    if database.dialect.name == "postgresql":
        with database.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            connection.execute(sa.text("set transaction read only"))
            yield connection
            connection.rollback()
    else:
        with database.connect() as connection:
            connection.exec_driver_sql("begin")
            connection.execute(sa.select(t.documents.c.id).limit(1)).first()  # the first read fixes the view
            yield connection
            connection.rollback()


def last_position(database: sa.Engine) -> int:
    """Number of the last outbox row such that no row before it can still appear.

    PostgreSQL gives out numbers before transactions end, so those that write now are waited for; SQLite has
    one writer at a time.
    """
    with database.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("lock table outbox in share mode"))
        return connection.scalar(sa.select(sa.func.max(t.outbox.c.id))) or 0


def pending(database: sa.Engine, after: int) -> int:
    """How many outbox rows come after this position."""
    with database.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).where(t.outbox.c.id > after)) or 0


def changes_since(database: sa.Engine, after: int, limit: int = 500) -> Changes:
    """The next changes after a position, each row once; whether it is there or gone is read from itself."""
    last = last_position(database)
    query = (
        sa.select(t.outbox.c.id, t.outbox.c.kind, t.outbox.c.record_id)
        .where(t.outbox.c.id > after, t.outbox.c.id <= last)
        .order_by(t.outbox.c.id)
        .limit(limit)
    )
    with database.connect() as connection:
        rows = connection.execute(query).all()
        by_kind: dict[str, dict[int, None]] = {}
        for _, kind, record_id in rows:
            by_kind.setdefault(kind, {})[record_id] = None
        owners = _owners_of_conditions(connection, list(by_kind.pop("condition", ())))
    for kind, record_id in owners:
        by_kind.setdefault(kind, {})[record_id] = None
    return Changes(
        position=rows[-1].id if rows else after,
        rows=len(rows),
        documents=tuple(by_kind.pop("document", ())),
        procedures=tuple(by_kind.pop("procedure", ())),
        other={kind: tuple(ids) for kind, ids in by_kind.items()},
    )


def _owners_of_conditions(connection: sa.Connection, ids: Sequence[int]) -> list[tuple[str, int]]:
    """Conditions are indexed with the document or procedure they come from."""
    table = t.conditions.c
    query = sa.select(table.document_id, table.procedure_id).where(table.id.in_(ids))
    rows = connection.execute(query).all() if ids else []
    return [("document", d) if d is not None else ("procedure", p) for d, p in rows]


def with_same_number(connection: sa.Connection, ids: Sequence[int]) -> tuple[int, ...]:
    """These documents and those that share a number with one: their addresses depend on each other."""
    if not ids:
        return ()
    table = t.documents
    slugs = sa.select(table.c.slug).where(table.c.id.in_(ids))
    return tuple(sorted({*ids, *connection.scalars(sa.select(table.c.id).where(table.c.slug.in_(slugs)))}))
