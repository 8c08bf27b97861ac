"""A small network over the terms of a question. Learned from made-up questions it orders for those who have
no judged question; tuned on judged ones it has a say in the order of the first (`learned.py`).

Each term looks at each candidate (in its heading, its best clause, close to something there …) through two
layers; two sums over the terms, weighted by what kind of term it is, join the features of the candidate. 43
KB; NumPy throughout.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .arrays import Array
from .data import RankingData
from .features import Seen
from .matches import GLOBAL_INPUTS, MATCH_INPUTS, TERM_INPUTS, Matches, comparable, match
from .question import Question

Weights = dict[str, Array]
_FIRST, _SECOND, _GATE, _GATES, _JOINED, _LAST = 24, 16, 12, 2, 48, 24
_IDF = 2  # input of a term that its weight begins with
_LARGEST = 5.0


def new_weights(seed: int) -> Weights:
    """He initialisation; what goes into a softmax or to the outside begins small."""
    chance = np.random.default_rng(seed)

    def layer(inputs: int, outputs: int, scale: float = 1.0) -> Array:
        return chance.normal(0, scale * np.sqrt(2 / inputs), (inputs, outputs)).astype(np.float32)

    return {
        "term": layer(TERM_INPUTS + MATCH_INPUTS, _FIRST)[:TERM_INPUTS],
        "match": layer(TERM_INPUTS + MATCH_INPUTS, _FIRST)[TERM_INPUTS:],
        "first": np.zeros(_FIRST, np.float32),
        "second": layer(_FIRST, _SECOND),
        "second_bias": np.zeros(_SECOND, np.float32),
        "gate": layer(TERM_INPUTS, _GATE),
        "gate_bias": np.zeros(_GATE, np.float32),
        "gates": layer(_GATE, _GATES, 0.3),
        "pooled": layer(_GATES * _SECOND, _JOINED),
        "global": layer(GLOBAL_INPUTS, _JOINED, 0.7),
        "joined_bias": np.zeros(_JOINED, np.float32),
        "last": layer(_JOINED, _LAST),
        "last_bias": np.zeros(_LAST, np.float32),
        "score": layer(_LAST, 1, 0.3),
    }


def forward(
    weights: Weights, seen: Matches, inputs: Array, kept: Array | float = 1.0
) -> tuple[Array, dict[str, Array]]:
    """(score of each candidate, what the way back needs). `kept`: factor of each joined unit (dropout)."""
    rows, count, _ = seen.matches.shape
    first = seen.matches.reshape(rows * count, -1) @ weights["match"]
    first = first.reshape(rows, count, -1) + (seen.terms @ weights["term"] + weights["first"])
    np.maximum(first, 0, out=first)
    second = first.reshape(rows * count, -1) @ weights["second"] + weights["second_bias"]
    np.maximum(second, 0, out=second)
    second = second.reshape(rows, count, -1)
    gate = np.tanh(seen.terms @ weights["gate"] + weights["gate_bias"])
    share = gate @ weights["gates"] + 2 * seen.terms[:, _IDF : _IDF + 1]
    share = np.exp(share - share.max(0))
    share /= share.sum(0)
    pooled = np.matmul(share.T, second).reshape(rows, -1)
    joined = (
        np.maximum(pooled @ weights["pooled"] + inputs @ weights["global"] + weights["joined_bias"], 0) * kept
    )
    last = np.maximum(joined @ weights["last"] + weights["last_bias"], 0)
    scores: Array = (last @ weights["score"])[:, 0]
    return scores, {
        "first": first,
        "second": second,
        "gate": gate,
        "share": share,
        "pooled": pooled,
        "joined": joined,
        "last": last,
    }


def backward(
    weights: Weights,
    seen: Matches,
    inputs: Array,
    held: dict[str, Array],
    slope: Array,
    kept: Array | float = 1.0,
) -> Weights:
    """Gradients of every weight, given the slope of the loss at each candidate's score."""
    rows, count, _ = seen.matches.shape
    found: Weights = {"score": held["last"].T @ slope[:, None]}
    last = slope[:, None] @ weights["score"].T * (held["last"] > 0)
    found["last"], found["last_bias"] = held["joined"].T @ last, last.sum(0)
    joined = last @ weights["last"].T * (held["joined"] > 0) * kept
    found["pooled"], found["global"] = held["pooled"].T @ joined, inputs.T @ joined
    found["joined_bias"] = joined.sum(0)
    pooled = (joined @ weights["pooled"].T).reshape(rows, _GATES, _SECOND)
    share = np.einsum("rgs,rts->tg", pooled, held["second"])
    share = held["share"] * (share - (held["share"] * share).sum(0))
    found["gates"] = held["gate"].T @ share
    gate = share @ weights["gates"].T * (1 - held["gate"] ** 2)
    found["gate"], found["gate_bias"] = seen.terms.T @ gate, gate.sum(0)
    second = np.matmul(held["share"], pooled) * (held["second"] > 0)
    flat = second.reshape(rows * count, -1)
    found["second"], found["second_bias"] = held["first"].reshape(rows * count, -1).T @ flat, flat.sum(0)
    first = (flat @ weights["second"].T).reshape(rows, count, -1) * (held["first"] > 0)
    by_term = first.sum(0)
    found["term"], found["first"] = seen.terms.T @ by_term, by_term.sum(0)
    found["match"] = seen.matches.reshape(rows * count, -1).T @ first.reshape(rows * count, -1)
    return found


class Network:
    """Weights as they were trained, with the mean and spread of the inputs they were trained on."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._weights = {name: arrays[name].astype(np.float32) for name in new_weights(0)}
        self._mean, self._spread = arrays["mean"], arrays["spread"]

    def __call__(self, question: Question, data: RankingData, seen: Seen, chosen: Array) -> Array:
        """A score for each of the chosen candidates, which are compared with all."""
        rows, clauses = seen.rows[chosen], seen.clauses[chosen]
        matches = match(question, data.arrays, data.terms, rows, clauses)
        return self.order(matches, comparable(seen.features)[chosen])

    def order(self, seen: Matches, inputs: Array) -> Array:
        """A score for each candidate; `inputs` as `comparable` gives them."""
        return forward(self._weights, seen, standard(inputs, self._mean, self._spread))[0]


def standard(inputs: Array, mean: Array, spread: Array) -> Array:
    """Inputs with mean 0 and spread 1, cut at 5."""
    found: Array = np.clip((inputs - mean) / spread, -_LARGEST, _LARGEST).astype(np.float32)
    return found
