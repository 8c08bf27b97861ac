"""The clause (khoản) of a hit that answers best, with the found words marked."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from schemas.search import MARK_END, MARK_START
from schemas.text.words import fold_word, spellings

from .outline import FOLD_MASK, LOOKED_AT, Outline, fold_number, outline, unpack, word_number

LENGTH = 320  # characters of a snippet
_WORD = re.compile(r"\w+")
_TABLE = 1 << 16  # most words of a text are ruled out by the lowest bits of their numbers
_LONG_CLAUSE = 4000.0  # a clause of so many characters counts half: it holds many words by chance


class Wanted:
    """The words to look for in texts, made once for a query.

    `words` are found as they are, `folded` whatever marks they carry. `weights` by word; words of `common` do
    not decide which clause is best and are marked only in a phrase with one that does.
    """

    def __init__(
        self,
        words: Iterable[str] = (),
        folded: Iterable[str] = (),
        weights: Mapping[str, float] | None = None,
        common: frozenset[str] = frozenset(),
    ) -> None:
        self.common = common
        self._weights = weights or {}
        # One word is one number, whichever place its tone mark has; names stay as they were asked.
        self._numbers = {word_number(spellings(word)[0]): word for word in sorted(set(words))}
        self._folds = {fold_number(fold_word(word)): word for word in sorted(set(folded))}

    def __bool__(self) -> bool:
        return bool(self._numbers or self._folds)

    def weight(self, name: str) -> float:
        return self._weights.get(name, 1.0)

    def named(self, numbers: Sequence[int]) -> list[str | None]:
        """Which wanted word each number is; None: none."""
        if not self._folds:
            return list(map(self._numbers.get, numbers))
        return [self._numbers.get(n) or self._folds.get(n & FOLD_MASK) for n in numbers]

    def found(
        self, numbers: npt.NDArray[np.uint32], also_common: bool = False
    ) -> tuple[npt.NDArray[np.int64], list[str]]:
        """Where wanted words stand among the numbers of outlines, in order, and which word each is: those
        that decide, or all of them.
        """
        left_out: frozenset[str] = frozenset() if also_common else self.common
        keys = [
            n for held in (self._numbers, self._folds) for n, word in held.items() if word not in left_out
        ]
        may_be = np.zeros(_TABLE, dtype=np.bool_)
        may_be[[number % _TABLE for number in keys]] = True
        at = np.flatnonzero(may_be[numbers & (_TABLE - 1)])
        names = self.named(numbers[at].tolist())
        keep = [name is not None and name not in left_out for name in names]
        return at[keep] if at.size else at, [n for n in names if n is not None and n not in left_out]


@dataclass(frozen=True, slots=True)
class Snippet:
    """`text` with marks; `found` are the wanted words that the whole text holds, common ones left out."""

    text: str
    found: frozenset[str] = frozenset()


def snippet(text: str, wanted: Wanted, length: int = LENGTH) -> Snippet:
    """The best clause of `text`, cut to about `length` characters, found words between STX and ETX."""
    return snippets([(text, outline(text) if wanted else b"")], wanted, length)[0]


def snippets(texts: Sequence[tuple[str, bytes]], wanted: Wanted, length: int = LENGTH) -> list[Snippet]:
    """A snippet of each text; `texts` come with their packed outlines."""
    if not texts or not wanted:
        return [Snippet(_cut(text.replace("\n", " "), length)) for text, _ in texts]
    outlines = [unpack(packed) for _, packed in texts]
    held = _divided([each.numbers for each in outlines], wanted)
    cuts = [
        _cut_of(text, each, each.places[at].tolist(), names, wanted, length)
        for (text, _), each, (at, names) in zip(texts, outlines, held, strict=True)
    ]
    parts = [
        slice(*np.searchsorted(each.places, (cut.first, cut.last)).tolist())
        for each, cut in zip(outlines, cuts, strict=True)
    ]
    shown = _divided(
        [each.numbers[part] for each, part in zip(outlines, parts, strict=True)], wanted, also_common=True
    )
    found = []
    for (text, _), each, cut, part, (at, names), (_, all_held) in zip(
        texts, outlines, cuts, parts, shown, held, strict=True
    ):
        spans = _spans(text, each.places[part][at].tolist(), names, wanted, cut.last)
        found.append(Snippet(_marked(text, spans, cut), frozenset(all_held)))
    return found


def _divided(
    numbers: Sequence[npt.NDArray[np.uint32]], wanted: Wanted, also_common: bool = False
) -> list[tuple[npt.NDArray[np.int64], list[str]]]:
    """`Wanted.found` of each of several texts, asked at once: a call of NumPy costs as much as some hundred
    numbers.
    """
    at, names = wanted.found(np.concatenate(numbers), also_common)
    lengths = list(map(len, numbers))
    ends = np.cumsum(lengths)
    cuts = [0, *np.searchsorted(at, ends).tolist()]
    return [
        (at[first:last] - start, names[first:last])
        for first, last, start in zip(cuts, cuts[1:], (ends - lengths).tolist(), strict=False)
    ]


class _Cut(NamedTuple):
    """What is shown of a text, from `first` to `last`, and where the clause ends that it is of."""

    clause_start: int
    clause_end: int
    first: int
    last: int


def _cut_of(
    text: str, each: Outline, characters: list[int], names: list[str], wanted: Wanted, length: int
) -> _Cut:
    """`characters`: where the deciding words begin; `names`: what each is."""
    start, end = _best_clause(text, each, characters, names, wanted)
    first = start
    if end - start > length:
        inside = slice(bisect_left(characters, start), bisect_left(characters, end))
        weighed = list(zip(characters[inside], map(wanted.weight, names[inside]), strict=True))
        first = _window(weighed, start, length)
    return _Cut(start, end, *_bounds(text, first, end, length))


def _best_clause(
    text: str, each: Outline, characters: list[int], names: list[str], wanted: Wanted
) -> tuple[int, int]:
    """Where the clause begins and ends that holds most of the wanted words, each counted once."""
    starts = each.first_characters.tolist()
    ends = [*starts[1:], min(len(text), LOOKED_AT)]
    if len(starts) == 1:
        return 0, ends[0]
    held: dict[int, dict[str, None]] = {}
    for character, name in zip(characters, names, strict=True):
        held.setdefault(bisect_right(starts, character) - 1, {})[name] = None
    best, best_score = 0, 0.0
    for n, words in held.items():
        score = sum(map(wanted.weight, words)) / (1.0 + (ends[n] - starts[n]) / _LONG_CLAUSE)
        if score > best_score + 1e-9:
            best, best_score = n, score
    return starts[best], ends[best]


def _window(found: list[tuple[int, float]], start: int, length: int) -> int:
    """Where the stretch of `length` characters with most weight begins."""
    best, best_score, score, last = start, -1.0, 0.0, 0
    for at, weight in found:
        while last < len(found) and found[last][0] <= at + length - 20:
            score += found[last][1]
            last += 1
        if score > best_score + 1e-9:
            best, best_score = at, score
        score -= weight
    return start if best - start < length // 3 else best - 40


def _bounds(text: str, start: int, end: int, length: int) -> tuple[int, int]:
    """Begin and end of the cut, at words."""
    if start and not text[start - 1].isspace():
        blank = text.find(" ", start, start + 40)
        start = blank + 1 if blank >= 0 else start
    last = min(end, start + length)
    if last < end:
        blank = text.rfind(" ", start, last)
        last = blank if blank > start else last
    return start, last


def _spans(
    text: str, characters: list[int], names: list[str], wanted: Wanted, last: int
) -> list[tuple[int, int]]:
    """(start, end) of the words to mark before `last`: deciding ones, and the others of their phrases.
    `characters`: where the wanted words begin that are shown; `names`: what each is.
    """
    spans: list[tuple[int, int]] = []
    phrase: list[tuple[int, int]] = []  # wanted words with nothing but blanks between them
    decides = False
    for character, name in zip(characters, names, strict=True):
        if phrase and text[phrase[-1][1] : character].strip():
            spans += phrase if decides else ()
            phrase, decides = [], False
        phrase.append((character, min(_end(text, character), last)))
        decides |= name not in wanted.common
    return spans + phrase if decides else spans


def _end(text: str, start: int) -> int:
    """Where the word ends that begins here."""
    found = _WORD.match(text, start)
    return found.end() if found else start


def _marked(text: str, spans: list[tuple[int, int]], cut: _Cut) -> str:
    at, end = cut.first, cut.last
    parts: list[str] = ["… "] if at > cut.clause_start else []
    for first, last in spans:
        if parts and parts[-1] == MARK_END and text[at:first].isspace():
            parts.pop()  # words side by side share one mark
            parts.append(text[at:last])
        else:
            parts += [text[at:first], MARK_START, text[first:last]]
        parts.append(MARK_END)
        at = last
    parts.append(text[at:end].rstrip())
    if text[end : cut.clause_end].strip():
        parts.append(" …")
    return "".join(parts).replace("\n", " ")


def _cut(text: str, length: int) -> str:
    start, end = _bounds(text, 0, len(text), length)
    return text[start:end].rstrip() + (" …" if end < len(text) else "")
