"""Re-ranking data of what is served: made after publishing, attached while readers go on."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import sqlalchemy as sa

from schemas.engine import SearchEngine
from schemas.errors import SearchUnavailable

from .build import all_records
from .changes import changes_since, last_position, snapshot
from .ranking.data import RankingStore
from .ranking.embedding import EPOCHS
from .ranking.prepare import LEAST_ARTICLES, prepare, renewed
from .records import POSITION_BITS, document_records, surroundings

log = logging.getLogger(__name__)


def attach_ranking(
    engine: SearchEngine,
    database: sa.Engine,
    store: RankingStore,
    epochs: int = EPOCHS,
    least: int = LEAST_ARTICLES,
) -> dict[str, Any] | None:
    """Make the data for the generation that is served now and attach it; returns figures, None for a
    collection too small to learn from (`least` articles).

    Searches go on meanwhile in the engine's order. Raises SearchUnavailable when nothing is served.
    """
    state = engine.state()
    if state is None:
        raise SearchUnavailable("nothing is published yet; run `python -m indexer build` first")
    position = last_position(database)
    with snapshot(database) as connection:
        prepared = prepare(all_records(connection), epochs, least)
    if prepared is None:
        store.clean(state.generation)
        return None
    store.attach(state.generation, prepared.arrays, prepared.words, position=position, **prepared.facts)
    store.clean(state.generation)
    return {**prepared.facts, "seconds": prepared.seconds}


def renew_ranking(engine: SearchEngine, database: sa.Engine, store: RankingStore) -> int:
    """Bring the data of what is served up to the changes the engine has; returns how many documents changed.

    What is not in the data yet, or no longer, stands in the engine's order meanwhile.
    """
    state = engine.state()
    data = store.open(state.generation) if state else None
    if state is None or data is None:
        return 0
    position, changed = int(data.facts["position"]), set[int]()
    while position < state.position and (changes := changes_since(database, position)).rows:
        position = changes.position
        changed.update(changes.documents)
    if position == data.facts["position"]:
        return 0
    gone = np.flatnonzero(np.isin(data.arrays["ordinals"] >> POSITION_BITS, sorted(changed)))
    with snapshot(database) as connection:
        records = document_records(connection, surroundings(connection), sorted(changed)) if changed else ()
        made = renewed(data, records, gone)
    store.attach(state.generation, made.arrays, made.words, **{**made.facts, "position": position})
    return len(changed)
