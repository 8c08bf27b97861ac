"""Re-ranking data of what is served: made after publishing, attached while readers go on."""

from __future__ import annotations

import logging
from typing import Any

import sqlalchemy as sa

from schemas.engine import SearchEngine
from schemas.errors import SearchUnavailable

from .build import all_records
from .changes import last_position, snapshot
from .ranking.data import RankingStore
from .ranking.embedding import EPOCHS
from .ranking.prepare import prepare

log = logging.getLogger(__name__)


def attach_ranking(
    engine: SearchEngine, database: sa.Engine, store: RankingStore, epochs: int = EPOCHS
) -> dict[str, Any] | None:
    """Make the data for the generation that is served now and attach it; returns figures, None for a
    collection too small to learn from.

    Searches go on meanwhile in the engine's order. Raises SearchUnavailable when nothing is served.
    """
    state = engine.state()
    if state is None:
        raise SearchUnavailable("nothing is published yet; run `python -m indexer build` first")
    position = last_position(database)
    with snapshot(database) as connection:
        prepared = prepare(all_records(connection), epochs)
    if prepared is None:
        store.clean(state.generation)
        return None
    store.attach(state.generation, prepared.arrays, prepared.words, position=position, **prepared.facts)
    store.clean(state.generation)
    return {**prepared.facts, "seconds": prepared.seconds}
