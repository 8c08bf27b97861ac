"""Runs of three words that articles hold, and how often: "thoát nước mưa" tells what pairs do not, since both
"nước mưa" and "nước mua" stand in texts. They are made with the re-ranking data, from the same words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from .arrays import Array
from .terms import places

_LEAST, _MOST = 2, 2_000_000  # places that hold a run; runs that are kept
_LARGEST = 65_535
_ROWS_AT_ONCE = 8192
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)
_DIGITS, _MOST_DIGITS = 1 << 40, 4  # numbers are counted by their length: "15 năm" is as likely as "10 năm"
_STEADY = 2.0  # places that are added to those of a pair: what follows a rare pair tells less


def find_runs(arrays: dict[str, Array], words: Sequence[str], rows: Array) -> dict[str, Array]:
    """`run_keys`, sorted, and `run_counts`: pairs and runs of three words that stand twice or more in a
    clause, heading or title of these articles. 64-bit hashes stand for the words.
    """
    number_of = {word: number for number, word in enumerate(words)}
    counted = _counted(words, number_of)
    found = [_frequent(_keys(arrays, counted, rows, size)) for size in (2, 3)]
    keys, counts = (np.concatenate(part) for part in zip(*found, strict=True))
    best = np.argsort(-counts, kind="stable")[:_MOST]
    order = best[np.argsort(keys[best])]
    return {"run_keys": keys[order], "run_counts": np.minimum(counts[order], _LARGEST).astype(np.uint16)}


def _keys(arrays: dict[str, Array], counted: Array, rows: Array, size: int) -> Iterator[Array]:
    """Hashes of all runs of so many words."""
    for name, starts, ends in _texts(arrays, rows):
        at, owner = places(starts, ends)
        ids = counted[arrays[name][at]]
        count = len(ids) - size + 1
        if count < 1:
            continue
        inside = owner[:count] == owner[size - 1 :]
        hashed = np.zeros(count, np.uint64)
        for n in range(size):
            inside &= ids[n : n + count] > 0
            hashed += ids[n : n + count] * _FACTORS[n]
        yield hashed[inside]


def _texts(arrays: dict[str, Array], rows: Array) -> Iterator[tuple[str, Array, Array]]:
    """(array of words, starts, ends) of titles, headings and clauses, some thousand articles at once."""
    titles = np.unique(arrays["title_of"][rows])
    yield "title", arrays["title_at"][titles], arrays["title_at"][titles + 1]
    for first in range(0, len(rows), _ROWS_AT_ONCE):
        part = rows[first : first + _ROWS_AT_ONCE]
        yield "heading", arrays["heading_at"][part], arrays["heading_at"][part + 1]
        clauses = places(arrays["clauses_at"][part], arrays["clauses_at"][part + 1])[0]
        yield "text", arrays["clause_at"][clauses], arrays["clause_at"][clauses + 1]


def _frequent(parts: Iterable[Array]) -> tuple[Array, Array]:
    keys, counts = np.unique(np.concatenate([np.zeros(0, np.uint64), *parts]), return_counts=True)
    often = counts >= _LEAST
    return keys[often], counts[often]


def _counted(words: Sequence[str], number_of: Mapping[str, int]) -> Array:
    return np.array(
        [
            _DIGITS + min(len(word), _MOST_DIGITS) if word.isdecimal() else number_of.get(word, 0)
            for word in words
        ],
        np.uint64,
    )


class Runs:
    """What `find_runs` found, for whoever looks words up."""

    def __init__(self, keys: Array, counts: Array, number_of: Mapping[str, int]) -> None:
        self._keys, self._counts, self._number_of = keys, counts, number_of

    def numbers(self, words: Sequence[str]) -> Array:
        """The numbers of words, for `shares`; 0 for those that texts do not hold."""
        return _counted(words, self._number_of)

    def shares(self, first: Array, second: Array, third: Array) -> Array:
        """[first, second, third] → the share of places with the first two words that the third follows."""
        pairs = first[:, None] * _FACTORS[0] + second * _FACTORS[1]
        runs = pairs[:, :, None] + third * _FACTORS[2]
        known = (first[:, None] > 0) & (second > 0)
        both = np.where(known, self._of(pairs), 0)
        whole = np.where(known[:, :, None] & (third > 0), self._of(runs), 0)
        found: Array = whole / (both[:, :, None] + _STEADY)
        return found

    def _of(self, keys: Array) -> Array:
        if not len(self._keys):
            return np.zeros(keys.shape, np.uint16)
        at = np.minimum(self._keys.searchsorted(keys), len(self._keys) - 1)
        found: Array = np.where(self._keys[at] == keys, self._counts[at], 0)
        return found
