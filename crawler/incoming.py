"""Incoming relations that the acting documents tell of.

A document's own pages show who acts on it, but they are read again only when the document itself is edited.
The acting document is always fresh, so its outgoing edges are mirrored on their targets (`derived`).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from schemas import tables as t

from .rows import relation_content
from .store import chunks


def derive_incoming(
    engine: sa.Engine, source: str, run_id: int, new_ids: Collection[int], now: dt.datetime
) -> int:
    """Adds the edges that are missing and takes away derived ones whose origin is gone, in one transaction.

    Each target's change is recorded (except of documents new in this run, `new_ids`) and announced. Returns
    how many documents got or lost edges.
    """
    with engine.begin() as connection:
        lost = _stale(connection, source)
        gained = _missing(connection, source)
        if lost:
            for part in chunks([row.id for row in lost]):
                connection.execute(sa.delete(t.relations).where(t.relations.c.id.in_(part)))
        if gained:
            _insert(connection, gained)
        touched: dict[int, tuple[str, tuple[list[Any], list[Any]]]] = {}
        for side, rows in enumerate((lost, gained)):
            for row in rows:
                _, edges = touched.setdefault(row.document_id, (row.source_id, ([], [])))
                edges[side].append(_edge(row))
        _record(connection, source, run_id, new_ids, now, touched)
    return len(touched)


def _missing(connection: sa.Connection, source: str) -> list[Any]:
    acting, target = t.documents.alias("acting"), t.documents.alias("target")
    out, have = t.relations.alias("out_edge"), t.relations.alias("have")
    known = sa.exists().where(
        have.c.document_id == target.c.id,
        have.c.direction == "in",
        have.c.code == out.c.code,
        have.c.target_id == acting.c.source_id,
    )
    statement = (
        sa.select(
            target.c.id.label("document_id"),
            target.c.source_id,
            out.c.code,
            acting.c.source_id.label("target_id"),
            acting.c.number.label("target_number"),
            out.c.provisions,
        )
        .select_from(out)
        .join(acting, acting.c.id == out.c.document_id)
        .join(target, sa.and_(target.c.source == acting.c.source, target.c.source_id == out.c.target_id))
        .where(out.c.direction == "out", acting.c.source == source, ~known)
        .order_by(target.c.id, acting.c.id, out.c.ordinal)
    )
    unique: dict[tuple[int, int, str], Any] = {}
    for row in connection.execute(statement):
        unique.setdefault((row.document_id, row.code, row.target_id), row)
    return list(unique.values())


def _stale(connection: sa.Connection, source: str) -> list[Any]:
    acting, target = t.documents.alias("acting"), t.documents.alias("target")
    edge, out = t.relations.alias("edge"), t.relations.alias("out_edge")
    origin = (
        sa.exists()
        .where(acting.c.source == source, acting.c.source_id == edge.c.target_id)
        .where(out.c.document_id == acting.c.id, out.c.direction == "out")
        .where(out.c.code == edge.c.code, out.c.target_id == target.c.source_id)
    )
    statement = (
        sa.select(
            edge.c.id,
            edge.c.document_id,
            target.c.source_id,
            edge.c.code,
            edge.c.target_id,
            edge.c.target_number,
            edge.c.provisions,
        )
        .select_from(edge)
        .join(target, target.c.id == edge.c.document_id)
        .where(edge.c.derived == sa.true(), target.c.source == source, ~origin)
    )
    return list(connection.execute(statement))


def _insert(connection: sa.Connection, rows: list[Any]) -> None:
    c = t.relations.c
    last: dict[int, int] = defaultdict(lambda: -1)
    for part in chunks(sorted({row.document_id for row in rows})):
        statement = sa.select(c.document_id, sa.func.max(c.ordinal)).where(c.document_id.in_(part))
        last.update((n, o) for n, o in connection.execute(statement.group_by(c.document_id)))
    values = []
    for row in rows:
        last[row.document_id] += 1
        values.append(
            {"document_id": row.document_id, "ordinal": last[row.document_id], "code": row.code,
             "direction": "in", "target_id": row.target_id, "target_number": row.target_number,
             "provisions": row.provisions, "derived": True}
        )  # fmt: skip
    connection.execute(t.relations.insert(), values)


def _record(
    connection: sa.Connection,
    source: str,
    run_id: int,
    new_ids: Collection[int],
    now: dt.datetime,
    touched: dict[int, tuple[str, tuple[list[Any], list[Any]]]],
) -> None:
    changes = [
        {"run_id": run_id, "source": source, "kind": "document", "source_id": key, "change": "relation",
         "detail": {"relations": [lost, gained], "derived": [False, True]}, "recorded_at": now}
        for number, (key, (lost, gained)) in touched.items()
        if number not in new_ids
    ]  # fmt: skip
    outbox = [
        {"kind": "document", "record_id": number, "action": "index", "created_at": now} for number in touched
    ]
    if changes:
        connection.execute(t.changes.insert(), changes)
    if outbox:
        connection.execute(t.outbox.insert(), outbox)


def _edge(row: Any) -> dict[str, Any]:
    return relation_content((row.code, "in", row.target_id, row.target_number, list(row.provisions)))
