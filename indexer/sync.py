"""Single changes from the outbox to the published generation: idempotent, safe to kill at any time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from schemas import tables as t
from schemas.engine import SearchEngine
from schemas.errors import SearchUnavailable

from .build import remember
from .changes import Changes, changes_since, snapshot, with_same_number
from .records import document_records, procedure_records, surroundings
from .records_participation import PARTICIPATION

log = logging.getLogger(__name__)
POLL_SECONDS = 0.5
_CLEAN_EVERY_SECONDS = 60.0
_RANK_EVERY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Synced:
    """What was brought over: outbox rows read, records written, the position reached."""

    engine: str
    rows: int = 0
    records: int = 0
    position: int = 0


def sync(engine: SearchEngine, database: sa.Engine, before: Callable[[], object] | None = None) -> Synced:
    """Apply everything the outbox holds; returns when nothing is left.

    `before` (tagging) runs whenever there is something to do; its failure is reported and passed over. Raises
    SearchUnavailable when nothing is
    published and IndexBuildError when writing fails; what was applied until then stays applied.
    """
    rows = records = 0
    while True:
        state = engine.state()
        if state is None:
            raise SearchUnavailable("nothing is published yet; run `python -m indexer build` first")
        changes = changes_since(database, state.position)
        if not changes.rows:
            break
        if before:
            _attempt(before, "tagging failed; the changes are indexed without new tags")
        records += apply(engine, database, changes)
        rows += changes.rows
        remember(database, engine)
    if rows:
        log.info("synchronised %d changes, %d records", rows, records)
    return Synced(engine.name, rows, records, state.position)


def _attempt(run: Callable[[], object], failed: str) -> None:
    """Run what goes before or after; without it the changes are searchable all the same."""
    try:
        run()
    except Exception:
        log.exception(failed)


def apply(engine: SearchEngine, database: sa.Engine, changes: Changes) -> int:
    """Replace the records of the changed rows; a row that is gone or withdrawn only leaves."""
    unknown = sorted(changes.other.keys() - PARTICIPATION.keys())
    if unknown:
        log.warning("outbox kinds without records are passed over: %s", unknown)
    with snapshot(database) as connection, engine.update() as writer:
        documents = with_same_number(connection, changes.documents)
        writer.remove([f"document:{i}" for i in documents] + [f"procedure:{i}" for i in changes.procedures])
        count = 0
        if documents:
            around = surroundings(connection, _slugs(connection, documents))
            count += writer.add(document_records(connection, around, documents))
        if changes.procedures:
            count += writer.add(procedure_records(connection, changes.procedures))
        for kind in changes.other.keys() & PARTICIPATION.keys():
            ids = changes.other[kind]
            writer.remove([f"{kind}:{i}" for i in ids])
            count += writer.add(PARTICIPATION[kind](connection, ids))
        writer.publish(changes.position)
    return count


def _slugs(connection: sa.Connection, ids: tuple[int, ...]) -> list[str]:
    return list(connection.scalars(sa.select(t.documents.c.slug).where(t.documents.c.id.in_(ids))))


def follow(
    engine: SearchEngine,
    database: sa.Engine,
    stop: threading.Event,
    before: Callable[[], object] | None = None,
    after: Callable[[], object] | None = None,
) -> None:
    """Synchronise until `stop` is set; a change is searchable within two seconds.

    `after` (re-ranking data) runs at the start and after changes, twice a minute at most; its failure is
    reported and passed over. While nothing is published it waits for the first build. A failing engine or
    database is reported once and tried again.
    """
    failing = ""
    cleaned = time.monotonic()
    changed, ranked = True, cleaned - _RANK_EVERY_SECONDS
    while not stop.is_set():
        try:
            if engine.state() is not None:
                changed |= sync(engine, database, before).rows > 0
                if after and changed and time.monotonic() - ranked >= _RANK_EVERY_SECONDS:
                    _attempt(after, "re-ranking data was not renewed; changes stand in the engine's order")
                    changed, ranked = False, time.monotonic()
            if time.monotonic() - cleaned > _CLEAN_EVERY_SECONDS:
                engine.clean()
                cleaned = time.monotonic()
            failing = ""
        except (SearchUnavailable, sa.exc.DBAPIError) as error:
            if str(error) != failing:
                log.error("synchronising waits: %s", error)
            failing = str(error)
        stop.wait(POLL_SECONDS)
