"""Completions of what is being typed: terms that documents define and lines of business. Pure.

Kept in memory, in letters without marks; documents and procedures come from the engine's field `starts`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from schemas.search import Suggestion
from schemas.text.words import fold_word, fold_words

_LOOKED_AT = 5_000  # entries for a beginning that many share
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class _Entry:
    suggestion: Suggestion
    words: tuple[str, ...]
    weight: int


class Completions:
    """Entries found by the beginnings of their words, in any order."""

    def __init__(self, entries: Iterable[tuple[Suggestion, int]]) -> None:
        """`entries`: each with its weight, the higher the earlier."""
        self._entries = [_Entry(s, tuple(fold_words(s.text)), weight) for s, weight in entries]
        self._words = sorted(
            (word, at) for at, entry in enumerate(self._entries) for word in set(entry.words)
        )

    def find(self, alternatives: Sequence[Sequence[str]], limit: int) -> tuple[Suggestion, ...]:
        """The best entries that hold all beginnings of one of the alternatives, whatever their marks."""
        found: dict[int, tuple[bool, int, int]] = {}
        for words in alternatives:
            beginnings = list(map(fold_word, words))
            whole = " ".join(beginnings)
            for at in self._holding(beginnings):
                entry = self._entries[at]
                starts = " ".join(entry.words).startswith(whole)
                key = (not starts, -entry.weight, len(entry.suggestion.text))
                found[at] = min(found.get(at, key), key)
        best = sorted(found, key=lambda at: (found[at], at))[:limit]
        return tuple(self._entries[at].suggestion for at in best)

    def _holding(self, beginnings: Sequence[str]) -> Iterator[int]:
        ranges = [self._range(word) for word in beginnings]
        if not ranges:
            return
        start, end = min(ranges, key=lambda pair: pair[1] - pair[0])
        for _, at in self._words[start : min(end, start + _LOOKED_AT)]:
            words = self._entries[at].words
            if all(any(word.startswith(begun) for word in words) for begun in beginnings):
                yield at

    def _range(self, begun: str) -> tuple[int, int]:
        return bisect_left(self._words, (begun, -1)), bisect_left(self._words, (begun + _LAST, -1))
