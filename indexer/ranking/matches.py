"""What the network looks at: each term of the question against each candidate, and the features made
comparable.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arrays import Array
from .features import NAMES
from .question import Question
from .terms import Terms, places

MOST_WORDS, MOST_TERMS, CANDIDATES = 26, 48, 100
TERM_INPUTS, MATCH_INPUTS = 8, 7
_AT = {name: at for at, name in enumerate(NAMES)}
_LOGARITHMIC = (
    *("heading_bm25_words", "heading_bm25_pairs", "text_bm25_words", "text_bm25_pairs", "title_bm25_words"),
    *(
        "title_bm25_pairs",
        "heading_length",
        "text_length",
        "title_length",
        "score",
        "score_rank",
        "cosine_rank",
    ),
    *("document_candidates", "articles", "clauses", "clause_length", "clause_bm25", "document_mass"),
    *("question_words", "heading_count", "subject_words", "years_to_newer", "same_heading_candidates"),
    *("missing", "heading_run", "text_run", "title_run", "clause_run", "term_words"),
)
_COMPARED = (
    *("heading_words", "heading_pairs", "heading_words_back", "heading_pairs_back", "text_bm25_words"),
    *(
        "text_bm25_pairs",
        "window_words",
        "window_pairs",
        "all_words",
        "all_pairs",
        "all_naming",
        "clause_bm25",
    ),
    *("clause_pairs", "clause_words_or_heading", "title_words", "title_words_back", "title_pairs"),
    *("heading_cosine", "title_cosine", "clause_cosine", "passage_cosine", "text_cosine", "cosine", "score"),
)
_LOG_COLUMNS = np.array([_AT[name] for name in _LOGARITHMIC])
_COMPARED_COLUMNS = np.array([_AT[name] for name in _COMPARED])
GLOBAL_INPUTS = len(NAMES) + 2 * len(_COMPARED)
_LEADING = 20
_TINY = 1e-6


def leading(features: Array, count: int = CANDIDATES) -> Array:
    """The candidates worth looking at closely, best first: score, half the cosine, defined terms."""
    value = features[:, _AT["score_share"]] + 0.5 * features[:, _AT["cosine_share"]]
    value = value + features[:, _AT["term_share"]] * features[:, _AT["asks_definition"]]
    found: Array = np.argsort(-value, kind="stable")[:count]
    return found


def comparable(features: Array) -> Array:
    """[candidate, GLOBAL_INPUTS]: features, large ones as logarithms; some beside the best and the leading
    ones.
    """
    plain = features.copy()
    plain[:, _LOG_COLUMNS] = np.log1p(np.maximum(plain[:, _LOG_COLUMNS], 0))
    compared = features[:, _COMPARED_COLUMNS]
    value = features[:, _AT["score_share"]] + 0.5 * features[:, _AT["cosine_share"]]
    first = compared[np.argsort(-value, kind="stable")[:_LEADING]]
    beside = np.clip((compared - first.mean(0)) / (first.std(0) + 1e-3), -4, 4) * 0.5
    found: Array = np.hstack([plain, compared / np.maximum(compared.max(0), _TINY), beside]).astype(
        np.float32
    )
    return found


@dataclass(frozen=True, slots=True)
class Matches:
    """`terms` [term, TERM_INPUTS] of the question, `matches` [candidate, term, MATCH_INPUTS]."""

    terms: Array
    matches: Array


def match(
    question: Question,
    arrays: dict[str, Array],
    embedded: Terms,
    rows: Array,
    best_clause: Array,
) -> Matches:
    """Words and pairs of the question, in the order they stand in it, against some candidates.

    Inputs of a match: in the heading, in the title, in the best clause, ln of how often in the text, largest
    cosine to a term of the heading and of the best clause, anywhere.
    """
    word_slots, pair_slots = _chosen(question)
    between = _between(question, pair_slots)
    n_words, n_terms = len(word_slots), len(word_slots) + len(pair_slots)
    clause = arrays["clauses_at"][rows] + best_clause
    title = arrays["title_of"][rows]
    parts = (
        ("heading", arrays["heading_at"][rows], arrays["heading_at"][rows + 1]),
        ("text", arrays["clause_at"][clause], arrays["clause_at"][clause + 1]),
        ("title", arrays["title_at"][title], arrays["title_at"][title + 1]),
        ("text", arrays["text_at"][rows], arrays["text_at"][rows + 1]),
    )
    gathered = [_gather(arrays[name], starts, ends) for name, starts, ends in parts]
    ids = np.concatenate([part for part, _ in gathered])
    owner = np.concatenate([of + n * len(rows) for n, (_, of) in enumerate(gathered)])
    counts = _counted(question, ids, owner, len(parts) * len(rows), word_slots, pair_slots)
    heading, of_clause, of_title, text = counts.reshape(len(parts), len(rows), n_terms)
    asked = _asked_vectors(question, arrays, embedded, word_slots, between)
    both = len(gathered[0][0]) + len(gathered[1][0])
    near = _nearest(arrays, embedded, ids[:both], owner[:both], 2 * len(rows), asked, n_words)
    found = np.empty((len(rows), n_terms, MATCH_INPUTS), np.float32)
    found[:, :, 0], found[:, :, 1], found[:, :, 2] = heading > 0, of_title > 0, of_clause > 0
    found[:, :, 3] = np.log1p(text) / 3
    found[:, :, 4], found[:, :, 5] = near[: len(rows)], near[len(rows) :]
    found[:, :, 6] = found[:, :, (0, 1, 3)].max(2) > 0
    return Matches(_of_terms(question, word_slots, pair_slots, between), found)


def _chosen(question: Question) -> tuple[Array, Array]:
    """Slots of the first words and pairs."""
    words = np.arange(1, min(question.n_words, MOST_WORDS) + 1)
    pairs = np.arange(1, min(question.n_pairs, MOST_TERMS - len(words)) + 1)
    return words, pairs


def _between(question: Question, pairs: Array) -> tuple[Array, Array]:
    """Slots of the first and of the second word of each chosen pair."""
    first, second = np.nonzero(question.pair_slot)
    place = np.zeros(question.n_pairs + 1, np.int64)
    # Backwards, so that of pairs with the same slot the first stays.
    place[question.pair_slot[first, second][::-1]] = np.arange(len(first))[::-1]
    return first[place[pairs]], second[place[pairs]]


def _of_terms(question: Question, words: Array, pairs: Array, between: tuple[Array, Array]) -> Array:
    """Inputs of a term: there, a pair, idf, how likely it asks, place from the front and the back, …,
    length.
    """
    count = len(words) + len(pairs)
    size = max(1, question.size)
    first, second = between
    place = np.concatenate([words - 1, np.minimum(first, second) - 1]).astype(np.float32)
    inputs = np.zeros((count, TERM_INPUTS), np.float32)
    inputs[:, 0] = 1
    inputs[len(words) :, 1] = 1
    inputs[:, 2] = np.concatenate([question.word_idf[words - 1], question.pair_idf[pairs - 1]]) / 10
    usual = np.concatenate(
        [question.usual[words - 1], np.minimum(question.usual[first - 1], question.usual[second - 1])]
    )
    inputs[:, 3] = np.clip(np.log((usual + 3e-4) / (np.exp(-inputs[:, 2] * 10) + 1e-3)) / 4, -1.5, 1.5)
    inputs[:, 4] = place / size
    inputs[:, 5] = np.minimum(size - 1 - place, 10) / 10
    inputs[:, 6] = np.log(usual + 3e-4) / 8
    inputs[:, 7] = min(size, 40) / 40
    return inputs


def _gather(values: Array, starts: Array, ends: Array) -> tuple[Array, Array]:
    at, owner = places(starts, ends)
    return values[at].astype(np.int64), owner


def _counted(question: Question, ids: Array, owner: Array, rows: int, words: Array, pairs: Array) -> Array:
    """[row, term]: how often each row holds each chosen word and pair."""
    slots = question.slot_of[ids].astype(np.int64)
    n_words, n_pairs = question.n_words + 1, question.n_pairs + 1
    held = np.bincount(owner * n_words + slots, minlength=rows * n_words).reshape(rows, n_words)
    following = np.append(slots[1:], 0)
    following[np.flatnonzero(np.diff(owner, append=-1))] = 0
    pair = question.pair_slot[slots, following].astype(np.int64)
    both = np.bincount(owner * n_pairs + pair, minlength=rows * n_pairs).reshape(rows, n_pairs)
    return np.hstack([held[:, words], both[:, pairs]])


def _asked_vectors(
    question: Question,
    arrays: dict[str, Array],
    embedded: Terms,
    words: Array,
    between: tuple[Array, Array],
) -> tuple[Array, Array]:
    """Unit vectors of the chosen words and of the chosen pairs; zero where the embedding has none."""
    of_words = embedded.word_term[question.numbers[words - 1]]
    first, second = (question.numbers[slots - 1] for slots in between)
    keys = first * len(embedded.word_term) + second
    at = np.minimum(np.searchsorted(embedded.pair_keys, keys), max(0, len(embedded.pair_keys) - 1))
    known = embedded.pair_keys[at] == keys if len(embedded.pair_keys) else np.zeros(len(keys), bool)
    of_pairs = np.where(known, at + embedded.words, -1)
    return _unit_rows(arrays, of_words), _unit_rows(arrays, of_pairs)


def _unit_rows(arrays: dict[str, Array], terms: Array) -> Array:
    vectors = arrays["weights"][np.maximum(terms, 0)].astype(np.float32)
    vectors /= np.sqrt(np.einsum("td,td->t", vectors, vectors))[:, None] + np.float32(_TINY)
    vectors[terms < 0] = 0
    found: Array = vectors
    return found


def _nearest(
    arrays: dict[str, Array],
    embedded: Terms,
    ids: Array,
    owner: Array,
    rows: int,
    asked: tuple[Array, Array],
    n_words: int,
) -> Array:
    """[row, term]: largest cosine of each asked word to a word, of each asked pair to a pair of the row, at
    least 0.
    """
    last = np.flatnonzero(np.diff(owner, append=-1))
    found = np.zeros((rows, len(asked[0]) + len(asked[1])), np.float32)
    single, pair = embedded.of(ids, last)
    for part, terms, vectors in (
        (slice(0, n_words), single, asked[0]),
        (slice(n_words, None), pair, asked[1]),
    ):
        good = terms >= 0
        if not good.any() or not len(vectors):
            continue
        distinct, which = np.unique(terms[good], return_inverse=True)
        similar = _unit_rows(arrays, distinct) @ vectors.T
        held = owner[good]
        starts = np.flatnonzero(np.diff(held, prepend=-1))
        best = np.maximum.reduceat(similar[which], starts)
        found[held[starts], part] = np.maximum(best, 0)
    return found
