"""A new index generation from the whole database: create, write, verify, publish; dropped on failure."""

from __future__ import annotations

import contextlib
import gc
import logging
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa

from schemas import tables as t
from schemas.engine import EngineState, SearchEngine
from schemas.search import Record

from .changes import last_position, snapshot
from .query.mining import ABBREVIATIONS, Miner, dump
from .records import document_records, procedure_records, surroundings
from .records_participation import PARTICIPATION

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made."""

    engine: str
    generation: str
    records: int
    by_kind: dict[str, int]
    seconds: float
    stages: dict[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def build(engine: SearchEngine, database: sa.Engine) -> Built:
    """Index everything the database holds now and serve it. The old generation serves until then.

    Raises IndexBuildError; whatever goes wrong, the new generation is dropped and the old one stays.
    """
    started = time.monotonic()
    # The position is read before the view of the data: a change between the two is only indexed twice.
    position = last_position(database)
    counted: Counter[str] = Counter()
    with engine.create() as writer:
        miner = Miner()
        with snapshot(database) as connection, _without_collector():
            writer.add(miner.watch(_counting(all_records(connection), counted)))
        writer.keep(ABBREVIATIONS, dump(miner.found()))
        written = time.monotonic()
        writer.publish(position, expected=counted.total())
        generation = writer.generation
    remember(database, engine)
    engine.clean()
    ended = time.monotonic()
    stages = {"write": round(written - started, 3), "publish": round(ended - written, 3)}
    built = Built(engine.name, generation, counted.total(), dict(counted), round(ended - started, 3), stages)
    log.info("published %s: %d records in %.1f s", generation, built.records, built.seconds)
    return built


@contextlib.contextmanager
def _without_collector() -> Iterator[None]:
    """Records hold no cycles: looking for some among millions of new objects takes a tenth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def all_records(connection: sa.Connection) -> Iterator[Record]:
    """Every record of the database, document by document."""
    yield from document_records(connection, surroundings(connection))
    yield from procedure_records(connection)
    for records in PARTICIPATION.values():
        yield from records(connection, None)


def _counting(records: Iterable[Record], counted: Counter[str]) -> Iterator[Record]:
    for record in records:
        counted[record.kind] += 1
        yield record


def remember(database: sa.Engine, engine: SearchEngine) -> EngineState | None:
    """Copy what the engine serves to `index_state`, for whoever looks at the database only."""
    state = engine.state()
    if state is None:
        return None
    values = {
        "engine": engine.name,
        "generation": state.generation,
        "built_at": state.built_at,
        "outbox_id": state.position,
        "detail": {"records": dict(engine.count())},
    }
    with database.begin() as connection:
        connection.execute(sa.delete(t.index_state).where(t.index_state.c.engine == engine.name))
        connection.execute(sa.insert(t.index_state).values(**values))
    return state
