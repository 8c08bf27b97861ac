"""Reads a canonical export into the database: `import` on the command line.

Records the database lacks are put back as they were, versions and all. A record it has in another state is
changed as by a crawl, so that the state before is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.exc import SQLAlchemyError

from schemas import tables as t
from schemas.documents import AnyRecord, LegalDocument, Procedure, content_hash
from schemas.errors import QuydinhError, StoreError

from .incoming import derive_incoming
from .outcomes import Gone, Outcome, Parsed
from .rows import Prepared, prepare, prepared_content
from .runs import SourceSummary, begin_run
from .store import KINDS, Store, chunks

_LINES_AT_ONCE = 200
_LINE: TypeAdapter[LegalDocument | Procedure] = TypeAdapter(AnyRecord)


class RestoreError(QuydinhError):
    """A line of the file cannot be read in; the message names it."""


@dataclass(slots=True)
class _Target:
    """The stores of one import, by source and kind."""

    engine: sa.Engine
    stores: dict[tuple[str, str], Store] = field(default_factory=dict)

    def store(self, source: str, kind: str) -> Store:
        if (source, kind) not in self.stores:
            run_id = begin_run(self.engine, source, "import")
            self.stores[source, kind] = Store(self.engine, source, kind, run_id)
        return self.stores[source, kind]


def restore(engine: sa.Engine, lines: Iterable[str]) -> list[SourceSummary]:
    """Reads all lines, a transaction for each few hundred. Raises RestoreError for a bad line, StoreError."""
    target = _Target(engine)
    for batch in _batches(lines):
        groups: dict[tuple[str, str], list[LegalDocument | Procedure]] = {}
        for record in batch:
            groups.setdefault((record.source, record.kind), []).append(record)
        for (source, kind), records in groups.items():
            _restore(engine, target.store(source, kind), records)
    summaries = []
    for (source, kind), store in target.stores.items():
        if kind == "document":
            derive_incoming(engine, source, store.run_id, store.new_ids, dt.datetime.now(dt.UTC))
        c = store.counts
        summaries.append(
            SourceSummary(
                source,
                new=c.new,
                changed=c.changed,
                unchanged=c.unchanged,
                withdrawn=c.withdrawn,
                returned=c.returned,
            )
        )
    return summaries


def _batches(lines: Iterable[str]) -> Iterator[list[LegalDocument | Procedure]]:
    batch = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            batch.append(_LINE.validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise RestoreError(f"line {number}: {where}: {first['msg']}") from error
        if len(batch) >= _LINES_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _restore(engine: sa.Engine, store: Store, records: Sequence[LegalDocument | Procedure]) -> None:
    table = KINDS[store.kind]
    known: dict[str, tuple[str, bool]] = {}
    with engine.connect() as connection:
        for part in chunks([r.source_id for r in records]):
            c = table.c
            heads = connection.execute(
                sa.select(c.source_id, c.sha256, c.withdrawn_at).where(
                    c.source == store.source, c.source_id.in_(part)
                )
            )
            known |= {row.source_id: (row.sha256, row.withdrawn_at is not None) for row in heads}
    fresh = [r for r in records if r.source_id not in known]
    if len({r.source_id for r in fresh}) < len(fresh):
        raise RestoreError(f"{store.source}: a record occurs twice in the file")
    try:
        with engine.begin() as connection:
            _insert(connection, store, fresh)
    except SQLAlchemyError as error:
        raise StoreError(f"{store.source}: {type(error).__name__}: {str(error)[:300]}") from error
    for record in records:
        if record.source_id in known:
            outcomes = _outcomes(record, known[record.source_id])
            store.save(outcomes)
            store.counts.unchanged += not outcomes


def _outcomes(record: LegalDocument | Procedure, known: tuple[str, bool]) -> list[Outcome]:
    """What must happen to a record the database has with this hash, withdrawn or not; nothing if it is so."""
    prepared, _ = _own(record)
    if known == (prepared.sha256, record.withdrawn_at is not None):
        return []
    parsed: Outcome = Parsed(record.source_id, prepared, dt.datetime.now(dt.UTC), True, ())
    if record.withdrawn_at:
        return [parsed, Gone(record.source_id, record.withdrawn_at, ())]
    return [parsed]


def _own(record: LegalDocument | Procedure) -> tuple[Prepared, Sequence[Any]]:
    """The record as its source gave it, and the incoming edges at its end that were derived.

    The hash of the current version tells where the ones end and the others begin.
    """
    prepared = prepare(record)
    wanted = record.versions[-1].sha256 if record.versions else prepared.sha256
    relations = prepared.relations
    for end in range(len(relations), -1, -1):
        if end < len(relations) and relations[end][1] != "in":
            break
        own = replace(prepared, relations=relations[:end])
        if end == len(relations) and prepared.sha256 == wanted:
            return own, []
        if content_hash(prepared_content(own)) == wanted:
            return replace(own, sha256=wanted), relations[end:]
    raise RestoreError(
        f"{record.source} {record.source_id}: the content is not that of its sha256 {wanted[:12]}…"
    )


def _insert(connection: sa.Connection, store: Store, records: Sequence[LegalDocument | Procedure]) -> None:
    if not records:
        return
    own = {r.source_id: _own(r) for r in records}
    rows = [_head(r, own[r.source_id][0]) for r in records]
    statement = store.table.insert().returning(store.table.c.id, store.table.c.source_id)
    ids = {key: number for number, key in connection.execute(statement, rows)}
    store.new_ids.update(ids.values())
    store.counts.new += len(records)
    store.add_parts(connection, [(ids[key], prepared) for key, (prepared, _) in own.items()])
    now = dt.datetime.now(dt.UTC)
    derived = [
        {"document_id": ids[key], "ordinal": len(prepared.relations) + i, "code": r[0], "direction": r[1],
         "target_id": r[2], "target_number": r[3], "provisions": r[4], "derived": True}
        for key, (prepared, edges) in own.items()
        for i, r in enumerate(edges)
    ]  # fmt: skip
    versions = [
        {"kind": store.kind, "record_id": ids[r.source_id], "number": v.number, "recorded_at": v.recorded_at,
         "sha256": v.sha256, "changes": list(v.changes), "content": v.content,
         "provenance": (v.provenance or r.provenance).model_dump(mode="json")}
        for r in records
        for v in r.versions
        if v.content is not None
    ]  # fmt: skip
    changes = [
        {"run_id": store.run_id, "source": store.source, "kind": store.kind, "source_id": r.source_id,
         "change": "new", "detail": {}, "recorded_at": now}
        for r in records
    ]  # fmt: skip
    outbox = [
        {"kind": store.kind, "record_id": ids[r.source_id], "action": "index", "created_at": now}
        for r in records
        if r.withdrawn_at is None
    ]
    for table, values in (
        (t.relations, derived),
        (t.versions, versions),
        (t.changes, changes),
        (t.outbox, outbox),
    ):
        if values:
            connection.execute(table.insert(), values)


def _head(record: LegalDocument | Procedure, prepared: Prepared) -> dict[str, Any]:
    current = record.versions[-1] if record.versions else None
    return prepared.row | {
        "sha256": prepared.sha256,
        "version": current.number if current else 1,
        "recorded_at": current.recorded_at if current else record.provenance.fetched_at,
        "version_changes": list(current.changes) if current else ["new"],
        "withdrawn_at": record.withdrawn_at,
    }
