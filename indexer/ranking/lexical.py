"""Lexical features: which words and pairs of a question each candidate holds, in which field, how close
together.

Everything is counted for all candidates at once: the words of their texts are mapped to places in the
question, and only the words that have one are looked at further.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arrays import Array
from .question import Question

_FIELD = ("bm25_words", "bm25_pairs", "words", "pairs", "naming_words", "run")
_SHORT = ("words_back", "pairs_back", "length")
LEXICAL = (
    *(f"heading_{name}" for name in (*_FIELD, *_SHORT)),
    *(f"text_{name}" for name in (*_FIELD, "length")),
    *(f"title_{name}" for name in (*_FIELD, *_SHORT)),
    *("window_words", "window_pairs", "all_words", "all_pairs", "all_naming", "missing_most", "missing"),
)
CLAUSE = (
    *("clause_bm25", "clause_words", "clause_pairs", "clause_words_or_heading", "clause_place"),
    *("clauses", "clause_length", "clause_share", "clause_run"),
)
_K1, _B = {"heading": 1.2, "text": 0.8, "title": 1.2}, 0.75
_CLAUSE_K1, _CLAUSE_B = 0.8, 0.6
_STEP = 20  # words; a window is two steps
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Words:
    """Word numbers of one field of all candidates, one after the other.

    `ends`: where each unit that is counted ends (a candidate, or a clause); `average`: words of this field in
    an article of the index.
    """

    ids: Array
    ends: Array
    average: float

    @property
    def sizes(self) -> Array:
        """Words of each unit."""
        return np.diff(self.ends, prepend=0)


@dataclass(frozen=True, slots=True)
class Held:
    """By unit: how often it holds each word and each pair of the question, and its longest run of them."""

    words: Array
    pairs: Array
    run: Array

    def of(self, units: slice | Array) -> Held:
        """The same of some units."""
        return Held(self.words[units], self.pairs[units], self.run[units])


@dataclass(frozen=True, slots=True)
class Found:
    """What units hold, and where: `at` places that hold a word of the question, `slot` which word that is;
    `pair_at` positions in `at` where a pair begins, `pair_slot` which."""

    held: Held
    at: Array
    slot: Array
    pair_at: Array
    pair_slot: Array


def find(question: Question, ids: Array, sizes: Array, breaks: Array) -> Found:
    """Count the question's words and pairs in units of so many words. No pair and no run reaches over one of
    the `breaks`; pairs may reach over the end of a unit and count for the one they begin in, runs end there.
    """
    slots = question.slot_of.take(ids)
    at = np.flatnonzero(slots != 0)  # five times as fast for truth values as for numbers
    slot = slots.take(at)
    following = np.append(slots[1:], np.uint8(0)) if len(slots) else slots
    following[breaks[breaks > 0] - 1] = 0
    pairs = question.pair_slot.ravel().take(slot * np.intp(question.n_words + 1) + following.take(at))
    units, n_words, n_pairs = len(sizes), question.n_words, question.n_pairs
    unit = np.repeat(np.arange(units), sizes).take(at)
    held = np.bincount(unit * n_words + (slot - 1), minlength=units * n_words)
    pair_at = np.flatnonzero(pairs != 0)
    pair_slot = pairs.take(pair_at)
    pair_unit = unit.take(pair_at)
    held_pairs = np.bincount(pair_unit * n_pairs + (pair_slot - 1), minlength=units * n_pairs)
    run = np.zeros(units, np.float32)
    run[unit] = 1
    if len(pair_at):
        place = at.take(pair_at)
        starts = np.flatnonzero(np.r_[True, (np.diff(place) != 1) | (np.diff(pair_unit) != 0)])
        np.maximum.at(run, pair_unit[starts], np.diff(np.append(starts, len(place))).astype(np.float32) + 1)
    words = held.reshape(units, n_words).astype(np.float32)
    both = held_pairs.reshape(units, n_pairs).astype(np.float32)
    return Found(Held(words, both, run), at, slot, pair_at, pair_slot)


def saturated(counts: Array, k: Array, k1: float) -> Array:
    """BM25's share of a term by how often it occurs."""
    found: Array = counts * np.float32(k1 + 1) / (counts + k[:, None])
    return found


def first_best(values: Array, starts: Array, owner: Array) -> Array:
    """For each group of `values` the place of its first largest one; groups begin at `starts`."""
    largest = np.flatnonzero(values >= np.maximum.reduceat(values, starts)[owner])
    best = np.empty(len(starts), np.int64)
    best[owner[largest][::-1]] = largest[::-1]
    return best


def _field(
    name: str, question: Question, words: Array, pairs: Array, length: Array, average: float
) -> list[Array]:
    k = np.float32(_K1[name]) * (1 - _B + _B * length / np.float32(average))
    return [
        saturated(words, k, _K1[name]) @ question.word_idf,
        saturated(pairs, k, _K1[name]) @ question.pair_idf,
        (words > 0) @ question.word_share,
        (pairs > 0) @ question.pair_share,
        (words > 0) @ question.naming_share,
    ]


def _short(name: str, question: Question, held: Held, length: Array, average: float) -> list[Array]:
    """Columns of heading or title: how much of the question it holds and the other way round."""
    columns = _field(name, question, held.words, held.pairs, length, average)
    back = held.words.sum(1) / np.maximum(1, length), held.pairs.sum(1) / np.maximum(1, length - 1)
    return [*columns, held.run, *back, length]


@dataclass(frozen=True, slots=True)
class Texts:
    """What is read of the candidates: their headings, texts by clause and the distinct titles of their
    documents.

    `clauses_from`: the first clause of each candidate; `title_of`: which title is whose.
    """

    heading: Words
    text: Words
    title: Words
    clauses_from: Array
    title_of: Array


def lexical(question: Question, texts: Texts) -> tuple[list[Array], Array]:
    """(columns of LEXICAL and CLAUSE, best clause of each candidate, counted from its own first)."""
    heading, text, title, first = texts.heading, texts.text, texts.title, texts.clauses_from
    text_ends = text.ends[np.append(first[1:], len(text.ends)) - 1]
    # All fields at once, texts first: a call of NumPy costs as much as counting some hundred words.
    ids = np.concatenate([text.ids, heading.ids, title.ids])
    breaks = [text_ends, len(text.ids) + heading.ends, len(text.ids) + len(heading.ids) + title.ends]
    sizes = [text.sizes, heading.sizes, title.sizes]
    found = find(question, ids, np.concatenate(sizes), np.concatenate(breaks))
    clauses, rows = len(text.ends), len(first)
    in_clauses, in_heading = found.held.of(slice(clauses)), found.held.of(slice(clauses, clauses + rows))
    in_title = found.held.of(clauses + rows + texts.title_of)
    words = np.add.reduceat(in_clauses.words, first)
    pairs = np.add.reduceat(in_clauses.pairs, first)
    starts = np.concatenate([[0], text_ends[:-1]])
    length = (text_ends - starts).astype(np.float32)
    text_columns = _field("text", question, words, pairs, length, text.average)
    text_columns += [np.maximum.reduceat(in_clauses.run, first), length]
    heading_length, title_length = sizes[1].astype(np.float32), sizes[2].astype(np.float32)[texts.title_of]
    any_word = (words > 0) | (in_heading.words > 0) | (in_title.words > 0)
    any_pair = (pairs > 0) | (in_heading.pairs > 0) | (in_title.pairs > 0)
    clause_columns, best = _clauses(question, in_clauses, sizes[0], first, in_heading, text.average)
    return [
        *_short("heading", question, in_heading, heading_length, heading.average),
        *text_columns,
        *_short("title", question, in_title, title_length, title.average),
        *_windows(question, found, len(text.ids), starts, length),
        any_word @ question.word_share,
        any_pair @ question.pair_share,
        any_word @ question.naming_share,
        np.where(any_word, 0, question.naming).max(1, initial=0),
        (~any_word).sum(1),
        *clause_columns,
    ], best


def _windows(question: Question, found: Found, end: int, starts: Array, length: Array) -> list[Array]:
    """Shares of the words and pairs of the best 40 words of each text, looked at in steps of 20. Texts take
    the places up to `end`.
    """
    last_at = int(np.searchsorted(found.at, end))
    at, slot = found.at[:last_at], found.slot[:last_at]
    last_pair = int(np.searchsorted(found.pair_at, last_at))
    pair_at, pair_slot = found.pair_at[:last_pair], found.pair_slot[:last_pair]
    steps = np.maximum(1, np.ceil(length / _STEP)).astype(np.int64)
    first = np.cumsum(steps) - steps
    owner_of_place = np.repeat(np.arange(len(starts)), length.astype(np.int64)).take(at)
    step = first.take(owner_of_place) + (at - starts.take(owner_of_place)) // _STEP
    total = int(steps.sum())
    words = np.zeros((total + 1, question.n_words), np.float32)
    words[step, slot - 1] = 1
    pairs = np.zeros((total + 1, question.n_pairs), np.float32)
    pairs[step[pair_at], pair_slot - 1] = 1
    owner = np.repeat(np.arange(len(steps)), steps)
    last = first + steps - 1
    both_words, both_pairs = np.maximum(words[:-1], words[1:]), np.maximum(pairs[:-1], pairs[1:])
    both_words[last], both_pairs[last] = words[last], pairs[last]
    by_words, by_pairs = both_words @ question.word_idf, both_pairs @ question.pair_idf
    best = first_best(by_words + by_pairs, first, owner)
    return [by_words[best] / question.word_total, by_pairs[best] / question.pair_total]


def _clauses(
    question: Question, held: Held, sizes: Array, starts: Array, in_heading: Held, average: float
) -> tuple[list[Array], Array]:
    counts = np.diff(np.append(starts, len(sizes)))
    owner = np.repeat(np.arange(len(starts)), counts)
    typical = max(1.0, float(average) / max(1.0, question.clauses_of_an_article))
    k = np.float32(_CLAUSE_K1) * (1 - _CLAUSE_B + _CLAUSE_B * sizes.astype(np.float32) / np.float32(typical))
    score = saturated(held.words, k, _CLAUSE_K1) @ question.word_idf
    score += saturated(held.pairs, k, _CLAUSE_K1) @ question.pair_idf
    best = first_best(score, starts, owner)
    words = held.words[best] > 0
    columns = [
        score[best],
        words @ question.word_share,
        (held.pairs[best] > 0) @ question.pair_share,
        (words | (in_heading.words > 0)) @ question.word_share,
        (best - starts) / np.maximum(1, counts),
        counts,
        sizes[best],
        score[best] / (np.add.reduceat(score, starts) + _TINY),
        held.run[best],
    ]
    return columns, best - starts
