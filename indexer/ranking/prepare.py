"""Makes the re-ranking data of a generation: forward index, embedding trained on it, vectors."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from schemas.search import Record

from .arrays import Array
from .data import RankingData
from .embedding import EPOCHS, train, usable
from .encoding import article_vectors, quantised
from .forward import Forward
from .frames import heads, tails
from .merge import join, take
from .runs import find_runs
from .terms import Terms, find_terms

log = logging.getLogger(__name__)
#: Fewer articles do not teach which words are used alike.
LEAST_ARTICLES = 2_000
#: More articles are sampled, in runs of neighbours: memory and time of training stay the same however many
#: there are.
MOST_TRAINED = 100_000
_RUN = 8


@dataclass(frozen=True, slots=True)
class Prepared:
    """Arrays and words for `RankingStore.attach`, and what to note with them."""

    arrays: dict[str, Array]
    words: list[str]
    facts: dict[str, Any]
    seconds: dict[str, float]


def prepare(records: Iterable[Record], epochs: int = EPOCHS, least: int = LEAST_ARTICLES) -> Prepared | None:
    """Re-ranking data of the articles among the records; None for fewer than 2,000 articles (`least`).

    Articles must come in the order of their ordinals, as `all_records` gives them.
    """
    started = time.monotonic()
    forward = Forward()
    for record in records:
        if record.kind == "provision":
            forward.add(record)
    arrays, words = forward.arrays(), forward.words()
    articles = len(arrays["ordinals"])
    if articles < least:
        return None
    seconds = {"forward": round(time.monotonic() - started, 1)}
    started = time.monotonic()
    arrays |= find_runs(arrays, words, sampled(articles))
    seconds["runs"] = round(time.monotonic() - started, 1)
    started = time.monotonic()
    terms, weights = _embedding(arrays, words, epochs)
    seconds["embedding"] = round(time.monotonic() - started, 1)
    started = time.monotonic()
    arrays |= article_vectors(arrays, terms, weights)
    arrays["weights"], arrays["weights_scale"] = _bytes(weights)
    arrays |= {"word_term": terms.word_term, "pair_keys": terms.pair_keys, "idf": terms.idf}
    seconds["vectors"] = round(time.monotonic() - started, 1)
    log.info("re-ranking data of %d articles: %s", articles, seconds)
    facts = {"articles": articles, "embedded_words": terms.words, "epochs": epochs}
    return Prepared(arrays, words, facts, seconds)


def renewed(data: RankingData, records: Iterable[Record], gone: Array) -> Prepared:
    """The data with the rows `gone` taken out and the articles among the records put in, by the embedding
    there is.

    Words that are not known yet count as none until the next build."""
    started = time.monotonic()
    words = list(data.number_of)
    forward = Forward(words, grow=False)
    for record in sorted((r for r in records if r.kind == "provision"), key=lambda r: r.ordinal):
        forward.add(record)
    arrays = take(data.arrays, np.setdiff1d(np.arange(len(data.arrays["ordinals"])), gone))
    fresh = forward.arrays()
    if len(fresh["ordinals"]):
        weights = data.arrays["weights"].astype(np.float32) * data.arrays["weights_scale"][:, None]
        arrays = join(arrays, fresh | article_vectors(fresh, data.terms, weights))
    facts = {name: value for name, value in data.facts.items() if name != "format"}
    facts["articles"] = len(arrays["ordinals"])
    return Prepared(arrays, ["", *words], facts, {"renewed": round(time.monotonic() - started, 1)})


def _embedding(arrays: dict[str, Array], words: list[str], epochs: int) -> tuple[Terms, Array]:
    rows = sampled(len(arrays["ordinals"]))
    terms = find_terms(arrays, len(words), rows)
    number_of = {word: number for number, word in enumerate(words)}
    frames = [
        np.array([number_of[word] for word in frame if word in number_of], np.int64)
        for frame in (*heads(), *tails())
    ]
    trained_on = rows[np.isin(rows, usable(arrays), assume_unique=True)]
    return terms, train(arrays, terms, trained_on, [frame for frame in frames if len(frame)], epochs)


def sampled(articles: int, most: int = MOST_TRAINED) -> Array:
    """Rows to learn from: all, or runs of neighbours spread evenly."""
    if articles <= most:
        return np.arange(articles)
    runs = np.linspace(0, articles - _RUN, most // _RUN).astype(np.int64)
    return np.unique((runs[:, None] + np.arange(_RUN)).ravel())


def _bytes(weights: Array) -> tuple[Array, Array]:
    """Rows as numbers from -127 to 127 and the factor of each."""
    values, scales, lengths = quantised(weights)
    return values, scales * lengths
