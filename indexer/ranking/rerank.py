"""Tiers B and C: the most promising of the engine's best results put in a better order.

Only articles (Điều) are moved, among the places that articles hold: models learn from questions whose
answers are articles and know nothing of documents, procedures or conditions, which keep the engine's place.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from threadpoolctl import threadpool_limits

from indexer.engines.generations import Stamp
from schemas.engine import Term
from schemas.search import note
from schemas.settings import Settings

from . import models
from .arrays import Array
from .context import term_at
from .data import RankingData, RankingStore
from .encoder import Encoder
from .features import NAMES, Seen, features
from .learned import Learned, Unjudged
from .linear import linear
from .question import Question, ask
from .vectors import question_vector

Tier = Literal["A", "B", "C"]
Model = Literal["trees", "network"]
_AT = {name: at for at, name in enumerate(NAMES)}
_LOOK_EVERY_SECONDS = 1.0  # for new data of the generation
_NEAR = 0.9  # of the best cosine: close in meaning


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a question ranking looks at: `terms` it is searched by, `tokens` as understood, records that
    hold each.
    """

    terms: Sequence[Term]
    tokens: Sequence[str]
    counts: Mapping[str, int]
    size: int
    today: dt.date
    added: Sequence[Sequence[str]] = ()  # what abbreviations and synonyms stand for


@dataclass(frozen=True, slots=True)
class Ranked:
    """`order`: places of the engine's list, best first; `why`: place → codes of `schemas.search.REASONS`."""

    order: list[int]
    why: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Known:
    """The data that was opened last, for which generation and when it was looked at."""

    generation: str = ""
    stamp: Stamp | None = None
    data: RankingData | None = None
    looked: float = 0.0


class Ranking:
    """Re-ranks by the highest tier that is asked for and that the data and the models allow."""

    def __init__(
        self, store: RankingStore, tier: Tier = "C", model: Model = "trees", own: Path | None = None
    ) -> None:
        """`own`: folder of the portal's own models, which take the place of those that come with the code."""
        self.tier, self.model, self._own = tier, model, own
        self._store = store
        self._known = _Known()
        self._opening = threading.Lock()
        _without_threads()

    @property
    def may_have_data(self) -> bool:
        """False while there was none at the last look, less than a second ago: no need to list candidates."""
        known = self._known
        return known.data is not None or time.monotonic() - known.looked >= _LOOK_EVERY_SECONDS

    def data(self, generation: str) -> RankingData | None:
        """The data of the generation that is served, as it is now: looked at once a second."""
        known, now = self._known, time.monotonic()
        if known.generation == generation and now - known.looked < _LOOK_EVERY_SECONDS:
            return known.data
        with self._opening:
            known, found = self._known, self._store.stamp(generation)
            same = known.generation == generation and known.stamp == found
            data = known.data if same else self._store.open(generation) if found else None
            self._known = _Known(generation, found, data, now)
            return data

    def rank(
        self, asked: Asked, generation: str, ordinals: Sequence[int], scores: Sequence[float]
    ) -> Ranked | None:
        """The candidates in a better order; None to keep the engine's."""
        data = self.data(generation) if self.tier != "A" and asked.tokens else None
        if data is None:
            return None
        rows = data.rows_of(ordinals)
        places = np.flatnonzero(rows >= 0)
        if len(places) < 2:
            return None
        question = question_of(data, asked)
        model = self._model()
        encoder = model.encoder_of(question) if model else None
        seen = look(data, question, asked.today, rows[places], np.array(scores, np.float32)[places], encoder)
        value = model(question, data, seen) if model else linear(seen.features)
        terms = _explained(data, question, asked.tokens, seen)
        best, others = places[seen.places], np.delete(places, seen.places)
        order = np.arange(len(ordinals))
        order[places] = np.concatenate([best[np.argsort(-value, kind="stable")], others])
        return Ranked(order.tolist(), _why(seen.features, best, places, order[places], terms))

    def _model(self) -> Learned | Unjudged | None:
        """What orders in tier C, if it is there."""
        if self.tier != "C":
            return None
        return models.learned(self._own) if self.model == "trees" else models.unjudged(self._own)


def _explained(data: RankingData, question: Question, tokens: Sequence[str], seen: Seen) -> dict[int, str]:
    """Candidate looked at → the longest term of the question it explains, where a definition is asked for."""
    terms, found = {}, seen.features
    for at in np.flatnonzero(found[:, _AT["asks_definition"]] * found[:, _AT["term_words"]]).tolist():
        size = int(found[at, _AT["term_words"]])
        start = term_at(question, data.arrays, int(seen.rows[at]), size)
        terms[at] = " ".join(tokens[start : start + size])
    return terms


def _why(
    found: Array, seen: Array, places: Array, best: Array, terms: Mapping[int, str]
) -> dict[int, tuple[str, ...]]:
    """Codes for the articles that were moved up, that are close in meaning or define what is asked. `found`:
    features of the articles `seen`; `best`: which article stands at each of `places` now.
    """
    codes: dict[int, list[str]] = {}
    for at, term in terms.items():
        codes.setdefault(int(seen[at]), []).append(note("definition", term))
    for at in np.flatnonzero(found[:, _AT["cosine_share"]] >= _NEAR).tolist():
        codes.setdefault(int(seen[at]), []).append(note("meaning"))
    for place, article in zip(places.tolist(), best.tolist(), strict=True):
        if article > place:
            codes.setdefault(article, []).append(note("learned"))
    return {place: tuple(found) for place, found in codes.items()}


def ranking_store(settings: Settings, engine: str | None = None) -> RankingStore:
    """Where the data of an engine's generations lies on this machine."""
    return RankingStore(settings.index_dir / "ranking" / (engine or settings.search_engine))


def question_of(data: RankingData, asked: Asked) -> Question:
    """The question in the numbers of the data."""
    return ask(
        asked.terms,
        asked.tokens,
        asked.added,
        asked.counts,
        asked.size,
        data.number_of,
        data.marked_of if any(term.field == "fold" for term in asked.terms) else {},
        data.averages.clauses,
    )


def look(
    data: RankingData,
    question: Question,
    today: dt.date,
    rows: Array,
    scores: Array,
    encoder: Encoder | None = None,
) -> Seen:
    """All features of the candidates that are worth it."""
    arrays = data.arrays
    if encoder is not None:
        vector = encoder(question, arrays, data.terms, data.word_inputs)
    else:
        vector = question_vector(data.terms, arrays["weights"], arrays["weights_scale"], question.ids)
    expired = arrays["valid_until"][rows] <= today.toordinal()
    return features(question, arrays, data.averages, rows, scores, expired, vector)


@lru_cache(maxsize=1)
def _without_threads() -> None:
    """From now on BLAS multiplies in this process on the thread that asks.

    Products of a search are small, and requests run side by side already: a second thread for each product
    has to be woken, and on a busy machine the search waits for it (wall time over CPU time 1.6 against 1.1).
    """
    threadpool_limits(1, "blas")
