"""Abbreviations and synonyms of a query: words that are searched too, never instead. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from schemas.text.words import fold_word, words

from .mining import Mined
from .synonyms import Synonyms, Words, shipped

_PIECE = re.compile(r"\w+(?:&\w+)*")
_NUMBERED = re.compile(r"\d.*[/-]|[/-].*\d")  # part of a document's number: 15/2018/NĐ-CP
_SPOKEN = re.compile(
    r"(?:b|c|ch|d|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|q|qu|r|s|t|th|tr|v|x)?[aeiouy]{1,3}"
    r"(?:c|ch|m|n|ng|nh|p|t)?"
)
_VOWEL = re.compile(r"[aeiouy]")
_SHORTEST, _LONGEST = 2, 8
_MOST_CAPITALS = 0.6  # of a text in capitals, capitals tell nothing


@dataclass(frozen=True, slots=True)
class Expansion:
    """At the words from `start` to `end` of the query, typed as `typed`, these are searched too."""

    start: int
    end: int
    typed: str
    added: tuple[Words, ...]


class Lexicon:
    """What abbreviations and lay words stand for. A ministry's `own` entries win over what is shipped."""

    def __init__(self, mined: Mined | None = None, own: Synonyms | None = None) -> None:
        self._mined = mined or Mined()
        self._entries = {**shipped("synonyms").entries, **(own or Synonyms()).entries}
        self._folded = {_folded(term): added for term, added in self._entries.items()}
        self._short = {**shipped("abbreviations").entries, **(own or Synonyms()).entries}
        marked = {short for (short, *more) in self._short if not more}
        self._marked = {
            bare: short
            for short in sorted(marked)
            if (bare := fold_word(short)) != short and (bare,) not in self._short
        }
        self._longest = max(map(len, self._entries), default=0)

    def expansions(self, text: str, typed: Sequence[str], tokens: Sequence[str]) -> tuple[Expansion, ...]:
        """All of a query: `text` as typed, `typed` its words, `tokens` the words searched in their places."""
        found = self.abbreviations(text, typed)
        taken = {at for expansion in found for at in range(expansion.start, expansion.end)}
        more = self.synonyms(tokens, typed)
        found += tuple(e for e in more if taken.isdisjoint(range(e.start, e.end)))
        whole = f" {' '.join(tokens)} "
        left = (replace(e, added=tuple(a for a in e.added if f" {' '.join(a)} " not in whole)) for e in found)
        return tuple(sorted((e for e in left if e.added), key=lambda e: e.start))

    def abbreviations(self, text: str, typed: Sequence[str]) -> tuple[Expansion, ...]:
        """Those of a text as typed: words in capitals and words nobody could pronounce."""
        found, at = [], 0
        capitals = _capitals_tell(text)
        for chunk in text.split():
            if _NUMBERED.search(chunk):
                continue
            for piece in _PIECE.findall(chunk):
                added = self._long_forms(piece.replace("&", ""), capitals)
                if not added:
                    continue
                held = words(piece)
                place = _find(typed, held, at)
                if place >= 0:
                    at = place + len(held)
                    found.append(Expansion(place, at, piece, added))
        return tuple(found)

    def spelled(self, text: str, typed: Sequence[str]) -> dict[int, str]:
        """Places of abbreviations typed without the mark they are written with, and how they are written: NLD
        is NLĐ.
        """
        return {
            e.start: self._marked[typed[e.start]]
            for e in self.abbreviations(text, typed)
            if e.end == e.start + 1 and typed[e.start] in self._marked
        }

    def _long_forms(self, piece: str, capitals: bool) -> tuple[Words, ...]:
        short = piece.lower()
        if not (_SHORTEST <= len(short) <= _LONGEST and short.isalpha()):
            return ()
        shouted, bare = capitals and piece.isupper(), fold_word(short)
        if not shouted and _can_be_said(bare):
            return ()
        if (short,) in self._short:
            return self._short[(short,)]
        if short in self._marked:  # NLD typed for NLĐ
            return (*self._short[(self._marked[short],)], (self._marked[short],))
        long = self._mined.defined.get(short, "")
        # Guessed ones in capitals only: "đnh" is a slip of the keyboard, as two of three such words are.
        if not long and shouted:
            long = self._mined.initialisms.get(short, "")
        return (tuple(long.split()),) if long else ()

    def synonyms(self, tokens: Sequence[str], typed: Sequence[str]) -> tuple[Expansion, ...]:
        """Those of the words searched, the longest entry at each place.

        A text typed without any mark is compared without marks: its restoration may be a wrong guess.
        """
        return self._entries_in(tokens, typed if all(fold_word(word) == word for word in typed) else None)

    def as_typed(self, text: str, typed: Sequence[str]) -> frozenset[int]:
        """Places of words that are known here, whether texts hold them or not: no typing mistakes."""
        found = (*self.abbreviations(text, typed), *self._entries_in(typed, None))
        return frozenset(at for expansion in found for at in range(expansion.start, expansion.end))

    def _entries_in(self, tokens: Sequence[str], bare: Sequence[str] | None) -> tuple[Expansion, ...]:
        found: list[Expansion] = []
        at = 0
        while at < len(tokens):
            end, added = self._longest_entry(tokens, at, self._entries)
            if end == at and bare is not None:
                end, added = self._longest_entry(bare, at, self._folded)
            if added:
                found.append(Expansion(at, end, " ".join(tokens[at:end]), added))
            at = max(end, at + 1)
        return tuple(found)

    def _longest_entry(
        self, tokens: Sequence[str], at: int, entries: Mapping[Words, tuple[Words, ...]]
    ) -> tuple[int, tuple[Words, ...]]:
        """(end, words searched too) of the longest entry that begins here; (at, ()) if none does."""
        for end in range(min(len(tokens), at + self._longest), at, -1):
            added = entries.get(tuple(tokens[at:end]))
            if added is not None:
                return end, added
        return at, ()


@lru_cache(maxsize=4096)
def _can_be_said(bare: str) -> bool:
    return _SPOKEN.fullmatch(bare) is not None


def _folded(term: Words) -> Words:
    return tuple(map(fold_word, term))


def _capitals_tell(text: str) -> bool:
    """Whether a word in capitals stands out."""
    pieces = [piece for piece in _PIECE.findall(text) if piece.isalpha()]
    shouted = len([piece for piece in pieces if piece.isupper() and len(piece) > 1])
    return shouted <= _MOST_CAPITALS * len(pieces)


def _find(tokens: Sequence[str], held: Sequence[str], start: int) -> int:
    """The first place from `start` on where these words stand side by side; -1 if there is none."""
    for at in range(start, len(tokens) - len(held) + 1):
        if list(tokens[at : at + len(held)]) == list(held):
            return at
    return -1
