"""The terms an embedding has a vector for, frequent words and pairs, and bags of them cut out of texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .arrays import Array, Bags, added

_WORDS_FROM, _PAIRS_FROM, _MOST_PAIRS = 3, 6, 150_000  # articles that hold a word, a pair; pairs at most
# So many words, or articles, are looked at at once: training on 55,623 articles takes less than a gigabyte.
_AT_ONCE, _ROWS_AT_ONCE = 1 << 20, 8192


@dataclass(frozen=True, slots=True)
class Terms:
    """`word_term`: word number → term or -1; `pair_keys`: sorted keys of pairs, the n-th is term
    `words + n`; `idf` by term."""

    word_term: Array
    pair_keys: Array
    idf: Array
    words: int

    def __len__(self) -> int:
        return len(self.idf)

    def of(self, ids: Array, last: Array | None = None) -> tuple[Array, Array]:
        """(term of each word, term of the pair it begins), -1 for none; no pair begins at places `last`."""
        size = len(self.word_term)
        single, pair = np.empty(len(ids), np.int32), np.full(len(ids), -1, np.int32)
        for start in range(0, len(ids), _AT_ONCE):
            part = ids[start : start + _AT_ONCE + 1].astype(np.int64)
            single[start : start + _AT_ONCE] = self.word_term[np.minimum(part, size - 1)][:_AT_ONCE]
            if len(part) > 1 and len(self.pair_keys):
                keys = part[:-1] * size + part[1:]
                at = np.minimum(np.searchsorted(self.pair_keys, keys), len(self.pair_keys) - 1)
                pair[start : start + len(keys)] = np.where(self.pair_keys[at] == keys, at + self.words, -1)
        if last is not None:
            pair[last] = -1
        return single, pair


def find_terms(arrays: dict[str, Array], size: int, rows: Array) -> Terms:
    """Words that at least 3 and pairs that at least 6 of these articles hold; `size`: how many words there
    are.
    """
    counts = np.zeros(size, np.int64)
    pair_keys, pair_counts = np.zeros(0, np.int64), np.zeros(0, np.int64)
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        part = rows[start : start + _ROWS_AT_ONCE]
        words_seen, pairs_seen = [], []
        for values, starts, ends in fields(arrays, part):
            at, owner = places(starts, ends)
            ids = values[at].astype(np.int64)
            words_seen.append(ids * len(part) + owner)
            inside = owner[1:] == owner[:-1]
            pairs_seen.append((ids[:-1] * size + ids[1:])[inside] * len(part) + owner[:-1][inside])
        counts += np.bincount(_distinct(words_seen) // len(part), minlength=size)
        found = np.unique(_distinct(pairs_seen) // len(part), return_counts=True)
        pair_keys, pair_counts = added(pair_keys, pair_counts, *found)
    frequent = np.flatnonzero(pair_counts >= _PAIRS_FROM)
    best = np.sort(frequent[np.argsort(-pair_counts[frequent], kind="stable")][:_MOST_PAIRS])
    counts[0] = 0
    known = np.flatnonzero(counts >= _WORDS_FROM)
    word_term = np.full(size, -1, np.int32)
    word_term[known] = np.arange(len(known))
    frequency = np.concatenate([counts[known], pair_counts[best]])
    return Terms(word_term, pair_keys[best], idf(frequency, len(rows)), len(known))


def _distinct(parts: list[Array]) -> Array:
    """Distinct keys of all parts; sorting plain numbers is the fastest way to them."""
    keys = np.concatenate(parts)
    parts.clear()
    keys.sort()
    found: Array = keys[np.r_[True, keys[1:] != keys[:-1]]] if len(keys) else keys
    return found


def idf(frequency: Array, size: int) -> Array:
    """Inverse document frequency as BM25 has it."""
    return np.log(1 + (size - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)


def fields(arrays: dict[str, Array], rows: Array) -> list[tuple[Array, Array, Array]]:
    """(word numbers, starts, ends) of heading, text and title of some rows."""
    found = [
        (arrays[name], arrays[f"{name}_at"][rows], arrays[f"{name}_at"][rows + 1])
        for name in ("heading", "text")
    ]
    title = arrays["title_of"][rows].astype(np.int64)
    return [*found, (arrays["title"], arrays["title_at"][title], arrays["title_at"][title + 1])]


def places(starts: Array, ends: Array) -> tuple[Array, Array]:
    """All places of the ranges, one range after the other, and the number of the range of each."""
    sizes = np.maximum(ends - starts, 0)
    owner = np.repeat(np.arange(len(sizes)), sizes)
    before = np.cumsum(sizes) - sizes
    return np.arange(int(sizes.sum())) + np.repeat(starts - before, sizes), owner


@dataclass(frozen=True, slots=True)
class Segments:
    """Pieces of one long row of terms, each for a bag."""

    starts: Array
    ends: Array
    bags: Array

    @staticmethod
    def join(parts: Sequence[Segments]) -> Segments:
        return Segments(
            np.concatenate([p.starts for p in parts]),
            np.concatenate([p.ends for p in parts]),
            np.concatenate([p.bags for p in parts]),
        )


def bag(
    terms: Terms,
    single: Array,
    pair: Array,
    segments: Segments,
    count: int,
    keep: Array | None = None,
    chance: np.random.Generator | None = None,
) -> Bags:
    """Bags of the distinct terms of the segments, weighted (1 + ln tf) idf. `keep`: by bag, the share of
    terms that is kept by chance.
    """
    at, which = places(segments.starts, segments.ends)
    owner = segments.bags[which]
    inside = np.append(which[1:] == which[:-1], False) if len(which) else which > 0
    found = np.concatenate([single[at], pair[at[inside]]]).astype(np.int64)
    owners = np.concatenate([owner, owner[inside]])
    good = found >= 0
    if keep is not None and chance is not None:
        good &= chance.random(len(found), np.float32) < keep[owners]
    size = len(terms)
    keys = np.sort(owners[good] * size + found[good])
    first = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.zeros(0, np.int64)
    often = np.diff(np.append(first, len(keys)))
    ids = keys[first] % size
    offsets = np.searchsorted(keys[first], np.arange(count + 1) * size)
    return ids, ((1 + np.log(often)) * terms.idf[ids]).astype(np.float32), offsets
