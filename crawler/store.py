"""Writes records into the database: content, versions, changes and the outbox in one transaction a batch.

Nothing is overwritten without a trace: replaced content goes to `versions`, what differed to `changes`.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from schemas import tables as t
from schemas.errors import StoreError

from .differences import Detail, differences
from .outcomes import Gone, Outcome, Parsed, Problem
from .rows import Prepared, document_content, prepared_content, utc

logger = logging.getLogger(__name__)

KINDS: dict[str, sa.Table] = {"document": t.documents, "procedure": t.procedures}
#: Keys of one `in (…)`: SQLite allows 32,766 parameters, PostgreSQL 65,535.
_CHUNK = 500


@dataclass(slots=True)
class Counts:
    """How many records each outcome had."""

    new: int = 0
    changed: int = 0
    status_by_date: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    returned: int = 0
    problems: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Batch:
    """Rows that one transaction adds beside the records themselves."""

    versions: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    outbox: list[dict[str, Any]] = field(default_factory=list)
    pages: list[dict[str, Any]] = field(default_factory=list)


class Store:
    """Saves the outcomes of one run over one source."""

    def __init__(self, engine: sa.Engine, source: str, kind: str, run_id: int) -> None:
        self.engine, self.source, self.kind, self.run_id = engine, source, kind, run_id
        self.table = KINDS[kind]
        self.counts = Counts()
        self.new_ids: set[int] = set()

    def save(self, outcomes: Sequence[Outcome]) -> None:
        """Saves a batch, in order, in one transaction. Raises StoreError; then nothing of it was written."""
        try:
            with self.engine.begin() as connection:
                for part in _rounds(outcomes):
                    self._save(connection, part)
        except SQLAlchemyError as error:
            raise StoreError(f"{self.source}: {error.__class__.__name__}: {str(error)[:300]}") from error

    def _save(self, connection: sa.Connection, outcomes: Sequence[Outcome]) -> None:
        heads = self._heads(connection, [o.key for o in outcomes])
        batch, new = _Batch(), []
        for outcome in outcomes:
            head = heads.get(outcome.key)
            if isinstance(outcome, Gone):
                self._withdraw(connection, batch, outcome, head)
            elif isinstance(outcome, Problem):
                self._problem(connection, batch, outcome, head)
            elif head is None:
                new.append(outcome)
            else:
                self._update(connection, batch, outcome, head)
            batch.pages += (self._page(outcome.key, page) for page in outcome.pages)
        self._insert(connection, batch, new)
        for table, rows in (
            (t.versions, batch.versions),
            (t.changes, batch.changes),
            (t.outbox, batch.outbox),
            (t.pages, batch.pages),
        ):
            if rows:
                connection.execute(table.insert(), rows)

    # ------------------------------------------------------------------ outcomes
    def _insert(self, connection: sa.Connection, batch: _Batch, new: Sequence[Parsed]) -> None:
        if not new:
            return
        rows = [
            item.prepared.row | {"version": 1, "recorded_at": item.recorded_at, "version_changes": ["new"]}
            for item in new
        ]
        statement = self.table.insert().returning(self.table.c.id, self.table.c.source_id)
        ids = {key: number for number, key in connection.execute(statement, rows)}
        self.add_parts(connection, [(ids[item.key], item.prepared) for item in new])
        for item in new:
            self._change(batch, item.key, "new", {}, item.recorded_at)
            self._announce(batch, ids[item.key], "index", item.recorded_at)
        self.counts.new += len(new)
        self.new_ids.update(ids.values())

    def _update(self, connection: sa.Connection, batch: _Batch, item: Parsed, head: Any) -> None:
        values: dict[str, Any] = {}
        if head.withdrawn_at is not None:
            values["withdrawn_at"] = None
            self.counts.returned += 1
            detail = {"withdrawn_at": [utc(head.withdrawn_at).isoformat(), None]}
            self._change(batch, item.key, "returned", detail, item.recorded_at)
        if head.problem is not None:
            values["problem"] = None
        if head.sha256 != item.prepared.sha256:
            values |= self._replace(connection, batch, item, head)
        elif not values:
            self.counts.unchanged += 1
        if values:
            connection.execute(sa.update(self.table).where(self.table.c.id == head.id).values(values))
            self._announce(batch, head.id, "index", item.recorded_at)

    def _replace(self, connection: sa.Connection, batch: _Batch, item: Parsed, head: Any) -> dict[str, Any]:
        """Moves the stored content to `versions` and puts the new in its place; the columns to update."""
        before = self._content(connection, head.id)
        after = prepared_content(item.prepared)
        found = differences(before, after, item.touched)
        kinds = [change for change, _ in found]
        recorded = max(item.recorded_at, utc(head.recorded_at))
        batch.versions.append(
            {
                "kind": self.kind,
                "record_id": head.id,
                "number": head.version,
                "recorded_at": head.recorded_at,
                "sha256": head.sha256,
                "changes": head.version_changes,
                "content": before,
                "provenance": head.provenance,
            }
        )
        for change, detail in found:
            self._change(batch, item.key, change, detail, recorded)
        if kinds == ["status_by_date"]:
            self.counts.status_by_date += 1
        else:
            self.counts.changed += 1
        if self.kind == "document":
            connection.execute(sa.delete(t.provisions).where(t.provisions.c.document_id == head.id))
            self._drop_relations(connection, head.id, item.prepared)
            self.add_parts(connection, [(head.id, item.prepared)])
        return item.prepared.row | {
            "version": head.version + 1,
            "recorded_at": recorded,
            "version_changes": kinds,
        }

    def _withdraw(self, connection: sa.Connection, batch: _Batch, item: Gone, head: Any) -> None:
        if head is None or head.withdrawn_at is not None:
            return
        connection.execute(
            sa.update(self.table).where(self.table.c.id == head.id).values(withdrawn_at=item.at)
        )
        self.counts.withdrawn += 1
        self._change(batch, item.key, "withdrawn", {"withdrawn_at": [None, item.at.isoformat()]}, item.at)
        self._announce(batch, head.id, "remove", item.at)

    def _problem(self, connection: sa.Connection, batch: _Batch, item: Problem, head: Any) -> None:
        self.counts.problems[item.key] = item.reason
        before = head.problem if head is not None else self._last_problem(connection, item.key)
        if before == item.reason:
            return
        self._change(batch, item.key, "problem", {"problem": [before, item.reason]}, item.recorded_at)
        if head is not None:
            connection.execute(
                sa.update(self.table).where(self.table.c.id == head.id).values(problem=item.reason)
            )

    # ------------------------------------------------------------------ reading
    def _heads(self, connection: sa.Connection, keys: Sequence[str]) -> dict[str, Any]:
        c = self.table.c
        heads: dict[str, Any] = {}
        for part in chunks(keys):
            rows = connection.execute(
                sa.select(
                    c.id, c.source_id, c.sha256, c.version, c.recorded_at, c.version_changes, c.withdrawn_at,
                    c.problem, c.provenance,
                ).where(c.source == self.source, c.source_id.in_(part))
            )  # fmt: skip
            heads |= {row.source_id: row for row in rows}
        return heads

    def _content(self, connection: sa.Connection, number: int) -> dict[str, Any]:
        row = connection.execute(sa.select(self.table).where(self.table.c.id == number)).mappings().one()
        if self.kind == "procedure":
            return dict(row["content"])
        p, r = t.provisions.c, t.relations.c
        provisions = connection.execute(
            sa.select(p.path, p.level, p.number, p.heading, p.text)
            .where(p.document_id == number)
            .order_by(p.ordinal)
        )
        relations = connection.execute(
            sa.select(r.code, r.direction, r.target_id, r.target_number, r.provisions)
            .where(r.document_id == number, r.derived == sa.false())
            .order_by(r.ordinal)
        )
        return document_content(row, map(tuple, provisions), map(tuple, relations))  # type: ignore[arg-type]

    def _last_problem(self, connection: sa.Connection, key: str) -> str | None:
        c = t.changes.c
        detail = connection.execute(
            sa.select(c.detail)
            .where(c.source == self.source, c.kind == self.kind, c.source_id == key, c.change == "problem")
            .order_by(c.id.desc())
            .limit(1)
        ).scalar()
        return detail["problem"][1] if detail else None

    # ------------------------------------------------------------------ writing
    def add_parts(self, connection: sa.Connection, items: Iterable[tuple[int, Prepared]]) -> None:
        """Provisions and relations of documents that have none."""
        provisions: list[tuple[Any, ...]] = []
        relations: list[dict[str, Any]] = []
        for number, prepared in items:
            provisions += [(number, i, *unit) for i, unit in enumerate(prepared.provisions)]
            relations += [
                {"document_id": number, "ordinal": i, "code": r[0], "direction": r[1], "target_id": r[2],
                 "target_number": r[3], "provisions": r[4], "derived": False}
                for i, r in enumerate(prepared.relations)
            ]  # fmt: skip
        if provisions:
            _add_provisions(connection, provisions)
        if relations:
            connection.execute(t.relations.insert(), relations)

    def _drop_relations(self, connection: sa.Connection, number: int, prepared: Prepared) -> None:
        """Own edges go; derived ones stay unless the source now tells of them itself."""
        c = t.relations.c
        connection.execute(sa.delete(t.relations).where(c.document_id == number, c.derived == sa.false()))
        for code, direction, target, _, _ in prepared.relations:
            if direction == "in":
                connection.execute(
                    sa.delete(t.relations).where(
                        c.document_id == number, c.direction == "in", c.code == code, c.target_id == target
                    )
                )

    def _change(self, batch: _Batch, key: str, change: str, detail: Detail, at: dt.datetime) -> None:
        batch.changes.append(
            {"run_id": self.run_id, "source": self.source, "kind": self.kind, "source_id": key,
             "change": change, "detail": detail, "recorded_at": at}
        )  # fmt: skip

    def _announce(self, batch: _Batch, number: int, action: str, at: dt.datetime) -> None:
        batch.outbox.append({"kind": self.kind, "record_id": number, "action": action, "created_at": at})

    def _page(self, key: str, page: Any) -> dict[str, Any]:
        return {
            "source": self.source, "record_key": key, "part": page.part, "url": page.url,
            "fetched_at": page.fetched_at, "status": page.status, "sha256": page.sha256,
            "warc_file": page.file, "warc_offset": page.offset,
        }  # fmt: skip


def _add_provisions(connection: sa.Connection, rows: list[tuple[Any, ...]]) -> None:
    """By far the most rows: where the driver takes tuples they go to it as they are, at half the cost."""
    columns = ("document_id", "ordinal", "path", "level", "number", "heading", "text")
    statement = t.provisions.insert()
    if connection.dialect.positional:
        plain = statement.compile(dialect=connection.dialect, column_keys=list(columns))
        connection.exec_driver_sql(str(plain), rows)
    else:
        connection.execute(statement, [dict(zip(columns, row, strict=True)) for row in rows])


def _rounds(outcomes: Sequence[Outcome]) -> Iterator[list[Outcome]]:
    """Splits a batch so that a record occurs once in each part: its states are saved one after another."""
    part: list[Outcome] = []
    keys: set[str] = set()
    for outcome in outcomes:
        if outcome.key in keys:
            yield part
            part, keys = [], set()
        part.append(outcome)
        keys.add(outcome.key)
    if part:
        yield part


def chunks(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Slices short enough for one `in (…)`."""
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]
