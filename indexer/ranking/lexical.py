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
    """Word numbers of one field of all candidates, one after the other; `ends[c]` is the end of candidate c.

    `unit_sizes`: words of each unit that is counted (a candidate, or a clause), in order.
    """

    ids: Array
    ends: Array
    unit_sizes: Array
    average: float  # words of this field in an article of the index


@dataclass(frozen=True, slots=True)
class Found:
    """By unit: how often it holds each word and each pair of the question, and its longest run of them."""

    words: Array
    pairs: Array
    run: Array
    at: Array  # places of the field that hold a word of the question
    slot: Array  # which word that is
    pair_at: Array  # positions in `at` where a pair begins
    pair_slot: Array


def find(question: Question, field: Words) -> Found:
    """Count the question's words and pairs in the units of a field."""
    slots = question.slot_of[field.ids]
    at = np.flatnonzero(slots)
    slot = slots[at]
    following = np.append(slots[1:], np.uint8(0)) if len(slots) else slots
    following[field.ends[field.ends > 0] - 1] = 0  # no pair reaches into the next candidate
    pairs = question.pair_slot[slot, following[at]]
    units, n_words, n_pairs = len(field.unit_sizes), question.n_words, question.n_pairs
    unit = np.repeat(np.arange(units), field.unit_sizes)[at]
    held = np.bincount(unit * n_words + (slot - 1), minlength=units * n_words)
    pair_at = np.flatnonzero(pairs)
    pair_slot = pairs[pair_at]
    pair_unit = unit[pair_at]
    held_pairs = np.bincount(pair_unit * n_pairs + (pair_slot - 1), minlength=units * n_pairs)
    run = np.zeros(units, np.float32)
    run[unit] = 1
    if len(pair_at):
        place = at[pair_at]
        starts = np.flatnonzero(np.r_[True, (np.diff(place) != 1) | (np.diff(pair_unit) != 0)])
        np.maximum.at(run, pair_unit[starts], np.diff(np.append(starts, len(place))).astype(np.float32) + 1)
    return Found(
        held.reshape(units, n_words).astype(np.float32),
        held_pairs.reshape(units, n_pairs).astype(np.float32),
        run,
        at,
        slot,
        pair_at,
        pair_slot,
    )


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


def _short(name: str, question: Question, field: Words) -> tuple[list[Array], Found]:
    """Columns of heading or title: how much of the question it holds and the other way round."""
    found, length = find(question, field), field.unit_sizes.astype(np.float32)
    columns = _field(name, question, found.words, found.pairs, length, field.average)
    back = found.words.sum(1) / np.maximum(1, length), found.pairs.sum(1) / np.maximum(1, length - 1)
    return [*columns, found.run, *back, length], found


def lexical(
    question: Question, heading: Words, text: Words, title: Words, clause_starts: Array
) -> tuple[list[Array], Array]:
    """(columns of LEXICAL and CLAUSE, best clause of each candidate, counted from its own first)."""
    heading_columns, in_heading = _short("heading", question, heading)
    title_columns, in_title = _short("title", question, title)
    clauses = find(question, text)
    words = np.add.reduceat(clauses.words, clause_starts)
    pairs = np.add.reduceat(clauses.pairs, clause_starts)
    starts = np.concatenate([[0], text.ends[:-1]])
    length = (text.ends - starts).astype(np.float32)
    text_columns = _field("text", question, words, pairs, length, text.average)
    text_columns += [np.maximum.reduceat(clauses.run, clause_starts), length]
    any_word = (words > 0) | (in_heading.words > 0) | (in_title.words > 0)
    any_pair = (pairs > 0) | (in_heading.pairs > 0) | (in_title.pairs > 0)
    together = [
        *_windows(question, clauses, starts, length),
        any_word @ question.word_share,
        any_pair @ question.pair_share,
        any_word @ question.naming_share,
        np.where(any_word, 0, question.naming).max(1, initial=0),
        (~any_word).sum(1),
    ]
    clause_columns, best = _clauses(
        question, clauses, text.unit_sizes, clause_starts, in_heading, text.average
    )
    return [*heading_columns, *text_columns, *title_columns, *together, *clause_columns], best


def _windows(question: Question, found: Found, starts: Array, length: Array) -> list[Array]:
    """Shares of the words and pairs of the best 40 words of each text, looked at in steps of 20."""
    steps = np.maximum(1, np.ceil(length / _STEP)).astype(np.int64)
    first = np.cumsum(steps) - steps
    owner_of_place = np.searchsorted(starts, found.at, "right") - 1
    step = first[owner_of_place] + (found.at - starts[owner_of_place]) // _STEP
    total = int(steps.sum())
    words = np.zeros((total + 1, question.n_words), np.float32)
    words[step, found.slot - 1] = 1
    pairs = np.zeros((total + 1, question.n_pairs), np.float32)
    pairs[step[found.pair_at], found.pair_slot - 1] = 1
    owner = np.repeat(np.arange(len(steps)), steps)
    last = first + steps - 1
    both_words, both_pairs = np.maximum(words[:-1], words[1:]), np.maximum(pairs[:-1], pairs[1:])
    both_words[last], both_pairs[last] = words[last], pairs[last]
    by_words, by_pairs = both_words @ question.word_idf, both_pairs @ question.pair_idf
    best = first_best(by_words + by_pairs, first, owner)
    return [by_words[best] / question.word_total, by_pairs[best] / question.pair_total]


def _clauses(
    question: Question, found: Found, sizes: Array, starts: Array, in_heading: Found, average: float
) -> tuple[list[Array], Array]:
    counts = np.diff(np.append(starts, len(sizes)))
    owner = np.repeat(np.arange(len(starts)), counts)
    typical = max(1.0, float(average) / max(1.0, question.clauses_of_an_article))
    k = np.float32(_CLAUSE_K1) * (1 - _CLAUSE_B + _CLAUSE_B * sizes.astype(np.float32) / np.float32(typical))
    score = saturated(found.words, k, _CLAUSE_K1) @ question.word_idf
    score += saturated(found.pairs, k, _CLAUSE_K1) @ question.pair_idf
    best = first_best(score, starts, owner)
    words = found.words[best] > 0
    columns = [
        score[best],
        words @ question.word_share,
        (found.pairs[best] > 0) @ question.pair_share,
        (words | (in_heading.words > 0)) @ question.word_share,
        (best - starts) / np.maximum(1, counts),
        counts,
        sizes[best],
        score[best] / (np.add.reduceat(score, starts) + _TINY),
        found.run[best],
    ]
    return columns, best - starts
