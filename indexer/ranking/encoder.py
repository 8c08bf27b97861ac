"""A question encoder with word order: what each term weighs in the vector of a question.

The sum of all terms takes "mức phạt đối với hành vi" for as much of the matter as what was done. Two layers
see each word with the two before and behind it, how rare it is, how likely it asks (`frames.py`), where it
stands and how close it comes to the rest, and say how much its term counts. No input is a word itself, so
that what is learned on one collection holds on another, whose embedding has other vectors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .arrays import Array
from .frames import asking
from .question import Question
from .terms import Terms
from .vectors import distinct, sizes

Weights = dict[str, Array]
_AROUND = 2  # words looked at on each side
_OF_WORD, _OF_PLACE, _OF_TERM, _ASKS = 3, 3, 7, 5
INPUTS = (2 * _AROUND + 1) * (_OF_WORD + _OF_PLACE) + _OF_TERM + _ASKS
_HIDDEN = 24
_UNEMBEDDED = 9.0  # idf of a word too rare for the embedding
_LEAST, _MOST = -4.0, 3.0  # ln of a weight
_TINY = 1e-6


def new_weights(seed: int) -> Weights:
    """Weights with which every term counts about as much as without the encoder."""
    chance = np.random.default_rng(seed)
    return {
        "first": chance.normal(0, 0.5 * np.sqrt(2 / INPUTS), (INPUTS, _HIDDEN)).astype(np.float32),
        "first_bias": np.zeros(_HIDDEN, np.float32),
        "second": chance.normal(0, 0.05, _HIDDEN).astype(np.float32),
        "direct": np.zeros(INPUTS, np.float32),
    }


def word_inputs(terms: Terms, number_of: Mapping[str, int]) -> Array:
    """[word number, 3]: how rare each word is, how likely it asks beside that, how likely it asks."""
    rare, usual = np.full(len(number_of) + 1, _UNEMBEDDED, np.float32), np.zeros(len(number_of) + 1)
    embedded = np.flatnonzero(terms.word_term >= 0)
    rare[embedded] = terms.idf[terms.word_term[embedded]]
    for word, share in asking().items():
        usual[number_of.get(word, 0)] = share
    usual[0], rare[0] = 0, 0
    ratio = np.log((usual + 3e-4) / (np.exp(-rare) + 1e-3)) / 4
    return np.stack([rare / 10, ratio, np.log(usual + 3e-4) / 8], 1).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Said:
    """The distinct terms of a question: their `vectors`, as they are summed, and `inputs` [term, INPUTS]."""

    vectors: Array
    inputs: Array


def said(question: Question, arrays: dict[str, Array], terms: Terms, known: Array) -> Said:
    """What the encoder sees of a question. `known`: `word_inputs` of the collection."""
    ids = question.ids
    count = len(ids)
    held, place, often = distinct(terms, ids)
    pairs = place >= count
    place = np.where(pairs, place - count, place)
    size = sizes(terms, arrays["weights_scale"], held, often)
    vectors = size[:, None] * arrays["weights"][held].astype(np.float32)
    inputs = np.zeros((len(held), INPUTS), np.float32)
    around = np.zeros((count + 2 * _AROUND, _OF_WORD + _OF_PLACE), np.float32)
    middle = around[_AROUND : _AROUND + count]
    middle[:, :_OF_WORD] = known[ids]
    middle[:, _OF_WORD] = ids > 0
    middle[:, _OF_WORD + 1] = np.arange(count) / max(1, count)
    middle[:, _OF_WORD + 2] = np.minimum(10, np.arange(count)[::-1]) / 10
    seen = (2 * _AROUND + 1) * around.shape[1]
    if len(held):
        inputs[:, :seen] = around[place[:, None] + np.arange(2 * _AROUND + 1)].reshape(len(held), -1)
    length, near = _near(vectors)
    of_term: tuple[Array | float, ...] = (
        pairs,
        terms.idf[held] / 10,
        often - 1,
        near,
        1,
        min(40, count) / 40,
        length / 5,
    )
    for at, column in enumerate(of_term, seen):
        inputs[:, at] = column
    inputs[:, seen + _OF_TERM :] = question.asks[:_ASKS]
    return Said(vectors, inputs)


def _near(vectors: Array) -> tuple[Array, Array]:
    """(length of each vector, its cosine with the sum of the others)."""
    total = vectors.sum(0)
    length = np.linalg.norm(vectors, axis=1)
    along = vectors @ total
    others = np.sqrt(np.maximum(_TINY, total @ total - 2 * along + length**2))
    return length, (along - length**2) / (length * others + _TINY)


def counted(weights: Weights, inputs: Array) -> tuple[Array, Array]:
    """(how much each term counts, the hidden layer)."""
    hidden = np.maximum(inputs @ weights["first"] + weights["first_bias"], 0)
    gate = hidden @ weights["second"] + inputs @ weights["direct"]
    return np.exp(np.clip(gate, _LEAST, _MOST)), hidden


class Encoder:
    """Weights as they were trained."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._weights = {name: arrays[name].astype(np.float32) for name in new_weights(0)}

    def __call__(self, question: Question, arrays: dict[str, Array], terms: Terms, known: Array) -> Array:
        """The vector of a question, of length one; zero if the embedding has none of its terms."""
        seen = said(question, arrays, terms, known)
        total = counted(self._weights, seen.inputs)[0] @ seen.vectors
        unit: Array = (total / (np.linalg.norm(total) + np.float32(1e-9))).astype(np.float32)
        return unit
