"""The clause (khoản) of a hit that answers best, with the found words marked."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from schemas.search import MARK_END, MARK_START
from schemas.text.words import fold_word, spellings

LENGTH = 320  # characters of a snippet
_LOOKED_AT = 5_000  # characters of a text that are considered
_WORD = re.compile(r"\w+")
_CLAUSE = re.compile(r"\n(?=\s*\d{1,3}\s*[.)]\s)")
_LONG_CLAUSE = 4000.0  # a clause of so many characters counts half: it holds many words by chance


class Wanted:
    """The words to look for in texts, made once for a query.

    `words` are found as they are, `folded` whatever marks they carry. `weights` by word; words of `common` do
    not decide which clause is best and are marked only beside another wanted word.
    """

    def __init__(
        self,
        words: Iterable[str] = (),
        folded: Iterable[str] = (),
        weights: Mapping[str, float] | None = None,
        common: frozenset[str] = frozenset(),
    ) -> None:
        self._words, self._folded = frozenset(words), frozenset(folded)
        self.common = common
        self._weights = weights or {}
        self._spellings = _spelled(self._words)
        self._rare_spellings = _spelled(self._words - common)
        self._rare_folded = _pattern(self._folded - common)
        self._names: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._words or self._folded)

    def name(self, found: str) -> str:
        """The wanted word that this lower-case word of a text is; empty if it is none."""
        name = self._names.get(found)
        if name is None:
            canonical = spellings(found)[0]
            bare = fold_word(found) if self._folded else ""
            name = canonical if canonical in self._words else bare if bare in self._folded else ""
            self._names[found] = name
        return name

    def weight(self, name: str) -> float:
        return self._weights.get(name, 1.0)

    def rare_in(self, lowered: str) -> list[tuple[int, str]]:
        """(position, wanted word) of the words that decide."""
        found = [(at, name) for at, _, name in _occurrences(lowered, self._rare_spellings)]
        if self._rare_folded is not None:
            found += [(m.start(), self.name(m[0])) for m in self._rare_folded.finditer(lowered)]
        return sorted(found)

    def to_mark(self, lowered: str) -> list[tuple[int, int]]:
        """(start, end) of the words to mark."""
        found = _occurrences(lowered, self._spellings)
        if self._folded:
            taken = {start for start, _, _ in found}
            words = ((m.start(), m.end(), self.name(m[0])) for m in _WORD.finditer(lowered))
            found += [word for word in words if word[2] and word[0] not in taken]
        found.sort()
        rare = [name not in self.common for _, _, name in found]
        return [
            (start, end)
            for at, (start, end, _) in enumerate(found)
            if rare[at] or _beside(lowered, found, rare, at)
        ]


def _spelled(words: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """(spelling, word) of every word, both places of its tone mark."""
    return tuple((spelling, word) for word in sorted(words) for spelling in spellings(word))


def _occurrences(lowered: str, spelled: tuple[tuple[str, str], ...]) -> list[tuple[int, int, str]]:
    """(start, end, word) of every whole word. `str.find` passes over a text faster than a pattern does."""
    found = []
    for spelling, word in spelled:
        size = len(spelling)
        at = lowered.find(spelling)
        while at >= 0:
            end = at + size
            if not (at and _is_letter(lowered[at - 1])) and not _is_letter(lowered[end : end + 1]):
                found.append((at, end, word))
            at = lowered.find(spelling, end)
    return found


def _is_letter(character: str) -> bool:
    return character.isalnum() or character == "_"


def _beside(lowered: str, found: list[tuple[int, int, str]], rare: list[bool], at: int) -> bool:
    """Whether a rare word stands directly before or after the word at this place."""
    if at and rare[at - 1] and not lowered[found[at - 1][1] : found[at][0]].strip():
        return True
    after = at + 1
    return after < len(found) and rare[after] and not lowered[found[at][1] : found[after][0]].strip()


def _pattern(folded: frozenset[str]) -> re.Pattern[str] | None:
    """One expression for all words, whatever marks they carry."""
    choices = [_any_marks(word) for word in sorted(folded)]
    return re.compile(rf"\b(?:{'|'.join(choices)})\b") if choices else None


_TWINS = {
    "a": "aàáảãạăằắẳẵặâầấẩẫậ",
    "d": "dđ",
    "e": "eèéẻẽẹêềếểễệ",
    "i": "iìíỉĩị",
    "o": "oòóỏõọôồốổỗộơờớởỡợ",
    "u": "uùúủũụưừứửữự",
    "y": "yỳýỷỹỵ",
}


@lru_cache(maxsize=8192)
def _any_marks(word: str) -> str:
    return "".join(f"[{_TWINS[c]}]" if c in _TWINS else re.escape(c) for c in word)


@dataclass(frozen=True, slots=True)
class Snippet:
    """`text` with marks; `found` are the wanted words that the whole text holds, common ones left out."""

    text: str
    found: frozenset[str] = frozenset()


def snippet(text: str, wanted: Wanted, length: int = LENGTH) -> Snippet:
    """The best clause of `text`, cut to about `length` characters, found words between STX and ETX."""
    if not text or not wanted:
        return Snippet(_cut(text.replace("\n", " "), length))
    considered = text[:_LOOKED_AT]
    lowered = _lowered(considered)
    rare = wanted.rare_in(lowered)
    start, end = _best_clause(considered, rare, wanted)
    inside = [(at, wanted.weight(name)) for at, name in rare if start <= at < end]
    first = _window(inside, start, end, length)
    marked = _marked(considered, lowered, wanted, (start, end), _bounds(considered, first, end, length))
    return Snippet(marked, frozenset(name for _, name in rare))


def _lowered(text: str) -> str:
    """Lower case of the same length, so that positions agree ("İ" becomes two characters: left as it is)."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else text


def _best_clause(text: str, rare: list[tuple[int, str]], wanted: Wanted) -> tuple[int, int]:
    """Where the clause begins and ends that holds most of the wanted words, each counted once."""
    starts = [0, *(match.end() for match in _CLAUSE.finditer(text))]
    if len(starts) == 1:
        return 0, len(text)
    held: list[dict[str, None]] = [{} for _ in starts]
    for at, name in rare:
        held[bisect_right(starts, at) - 1][name] = None
    ends = [*starts[1:], len(text)]
    best, best_score = 0, -1.0
    for n, names in enumerate(held):
        score = sum(map(wanted.weight, names)) / (1.0 + (ends[n] - starts[n]) / _LONG_CLAUSE)
        if score > best_score + 1e-9:
            best, best_score = n, score
    return starts[best], ends[best]


def _window(found: list[tuple[int, float]], start: int, end: int, length: int) -> int:
    """Where the stretch of `length` characters with most weight begins."""
    if end - start <= length or not found:
        return start
    best, best_score, score, last = start, -1.0, 0.0, 0
    for first, (at, weight) in enumerate(found):
        while last < len(found) and found[last][0] <= at + length - 20:
            score += found[last][1]
            last += 1
        if score > best_score + 1e-9:
            best, best_score = at, score
        score -= weight
        last = max(last, first + 1)
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


def _marked(text: str, lowered: str, wanted: Wanted, clause: tuple[int, int], cut: tuple[int, int]) -> str:
    start, end = cut
    parts: list[str] = ["… "] if start > clause[0] else []
    at = start
    for first, last in wanted.to_mark(lowered[start:end]):
        first, last = first + start, last + start
        if parts and parts[-1] == MARK_END and text[at:first].isspace():
            parts.pop()  # words side by side share one mark
            parts.append(text[at:last])
        else:
            parts += [text[at:first], MARK_START, text[first:last]]
        parts.append(MARK_END)
        at = last
    parts.append(text[at:end].rstrip())
    if text[end : clause[1]].strip():
        parts.append(" …")
    return "".join(parts).replace("\n", " ")


def _cut(text: str, length: int) -> str:
    start, end = _bounds(text, 0, len(text), length)
    return text[start:end].rstrip() + (" …" if end < len(text) else "")
