"""How likely a word follows two others in the articles: "thoát nước mưa" tells what pairs do not, since both
"nước mưa" and "nước mua" stand in texts. Made with the re-ranking data, from the same words.

Interpolated Kneser-Ney with one discount (Chen and Goodman, An Empirical Study of Smoothing Techniques for
Language Modeling, 1998): what no text holds is told by how many different words the shorter run follows. "Nam
nhập" is frequent, but after "Việt" alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .arrays import Array
from .terms import places

_MOST = 2_000_000  # runs that are kept
_ROWS_AT_ONCE = 8192
_BITS = 21  # of the number of a word in a key; words with higher numbers are left out
_MOST_DIGITS = 4  # numbers are counted by their length: "15 năm" is as likely as "10 năm"
_DISCOUNT = 0.8
_UNSEEN = 0.05  # words that a word no text holds is taken to follow

_ZERO, _ONE = np.uint64(0), np.uint64(1)

BEGINNING = ""  # stands before a text as a word of its own


def find_runs(arrays: dict[str, Array], words: Sequence[str], rows: Array) -> dict[str, Array]:
    """Runs of three words inside a clause, heading or title of these articles, `BEGINNING` before each.

    `run_keys`: the most frequent runs, sorted; `run_sums`: how often all before each stand there.
    `after_keys`, `after_sums`: the same of pairs of words, counted by how many words they follow;
    `after_words`: how many words each word follows.
    """
    numbers = _numbers(words, {word: number for number, word in enumerate(words) if word})
    begin, numbers[0] = numbers[0], 0  # where a word is not known 0 stands, as BEGINNING does before texts
    parts = [np.zeros(0, np.uint64), *_keys(arrays, numbers, begin, rows)]
    keys, counts = np.unique(np.concatenate(parts), return_counts=True)
    pairs, before = np.unique(keys & np.uint64((1 << 2 * _BITS) - 1), return_counts=True)
    last = (pairs & np.uint64((1 << _BITS) - 1)).astype(np.int64)
    best = np.sort(np.argsort(-counts, kind="stable")[:_MOST])
    return {
        "run_keys": keys[best],
        "run_sums": _sums(counts[best]),
        "after_keys": pairs,
        "after_sums": _sums(before),
        "after_words": np.bincount(last, minlength=len(words) + _MOST_DIGITS + 2).astype(np.uint32),
    }


def _sums(counts: Array) -> Array:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.uint32)


def _keys(arrays: dict[str, Array], numbers: Array, begin: np.uint64, rows: Array) -> Iterator[Array]:
    """Keys of all runs of three words: their numbers, one behind the other; `begin` before each text."""
    for name, starts, ends in _texts(arrays, rows):
        at, owner = places(starts, ends)
        ids = numbers[arrays[name][at]]
        if len(ids) < 2:
            continue
        begins = np.r_[True, owner[1:] != owner[:-1]]
        before = np.where(begins, begin, np.r_[begin, ids[:-1]])[:-1]
        inside = (owner[:-1] == owner[1:]) & (ids[:-1] > 0) & (ids[1:] > 0) & (before > 0)
        yield _key(before, ids[:-1], ids[1:])[inside]


def _key(*numbers: Any) -> Array:
    """Numbers as one; several keys have the order of their first, then of their second number."""
    found: Array = numbers[0]
    for number in numbers[1:]:
        found = (found << np.uint64(_BITS)) | number
    return found


def _texts(arrays: dict[str, Array], rows: Array) -> Iterator[tuple[str, Array, Array]]:
    """(array of words, starts, ends) of titles, headings and clauses, some thousand articles at once."""
    titles = np.unique(arrays["title_of"][rows])
    yield "title", arrays["title_at"][titles], arrays["title_at"][titles + 1]
    for first in range(0, len(rows), _ROWS_AT_ONCE):
        part = rows[first : first + _ROWS_AT_ONCE]
        yield "heading", arrays["heading_at"][part], arrays["heading_at"][part + 1]
        clauses = places(arrays["clauses_at"][part], arrays["clauses_at"][part + 1])[0]
        yield "text", arrays["clause_at"][clauses], arrays["clause_at"][clauses + 1]


def _numbers(words: Sequence[str], number_of: Mapping[str, int]) -> Array:
    """The number of each word in keys; 0 for those that have none."""
    size = len(number_of)  # the numbers run from 1

    def number(word: str) -> int:
        if word == BEGINNING:
            return size + _MOST_DIGITS + 1
        return size + min(len(word), _MOST_DIGITS) if word.isdecimal() else number_of.get(word, 0)

    found = np.array([number(word) for word in words], np.uint64)
    found[found >> np.uint64(_BITS) > 0] = 0
    return found


class Runs:
    """What `find_runs` found, for whoever looks words up."""

    def __init__(self, arrays: Mapping[str, Array], number_of: Mapping[str, int]) -> None:
        """`number_of`: the words that `find_runs` was given, the empty one left out."""
        self._arrays, self._number_of = arrays, number_of
        self._every = len(arrays["after_keys"]) + _UNSEEN * len(arrays["after_words"])

    def numbers(self, words: Sequence[str]) -> Array:
        """The numbers of words, for `shares`; 0 for those that texts do not hold."""
        return _numbers(words, self._number_of)

    def shares(self, first: Array, second: Array, third: Array) -> Array:
        """How likely each third word comes after the first and second; all of one shape."""
        alone = (self._arrays["after_words"][third.astype(np.int64)] + _UNSEEN) / self._every
        return self._after("run", _key(first, second), third, self._after("after", second, third, alone))

    def _after(self, name: str, before: Array, word: Array, lower: Array) -> Array:
        """The discounted share of the words among all that come after those before (as a key); what is taken
        off goes by `lower`.
        """
        keys, sums = self._arrays[f"{name}_keys"], self._arrays[f"{name}_sums"]
        if not len(keys):
            return lower
        start, end = keys.searchsorted(_key(before, _ZERO)), keys.searchsorted(_key(before + _ONE, _ZERO))
        asked = _key(before, word)
        at = np.minimum(keys.searchsorted(asked), len(keys) - 1)
        held = np.where(keys[at] == asked, sums[at + 1] - sums[at] - _DISCOUNT, 0.0)
        every = (sums[end] - sums[start]).astype(np.float64)
        found: Array = np.where(
            every > 0, (held + _DISCOUNT * (end - start) * lower) / np.maximum(every, 1), lower
        )
        return found
