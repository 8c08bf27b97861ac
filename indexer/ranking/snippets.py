"""The clause (khoản) of a hit that answers best, with the found words marked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from schemas.search import MARK_END, MARK_START
from schemas.text.words import canonical, fold_word

LENGTH = 320  # characters of a snippet
_LOOKED_AT = 24_000  # characters of a text that are considered
_WORD = re.compile(r"\w+")
_CLAUSE = re.compile(r"\n(?=\s*\d{1,3}\s*[.)]\s)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words to mark. `words` as they are, `folded` whatever marks they carry; weights by either."""

    words: frozenset[str]
    folded: frozenset[str]
    weights: Mapping[str, float]
    common: frozenset[str] = frozenset()  # words to mark only beside another wanted word

    def is_common(self, word: str) -> bool:
        """Whether it is marked only beside another wanted word."""
        return word in self.common or (bool(self.folded) and fold_word(word) in self.common)

    def weight(self, word: str) -> float:
        """0 for a word that is not wanted."""
        if word in self.words:
            return self.weights.get(word, 1.0)
        if self.folded and (bare := fold_word(word)) in self.folded:
            return self.weights.get(bare, 1.0)
        return 0.0


def snippet(text: str, wanted: Wanted, length: int = LENGTH) -> str:
    """The best clause of `text`, cut to about `length` characters, found words between STX and ETX."""
    if not text:
        return ""
    if not wanted.words and not wanted.folded:
        return _cut(text.replace("\n", " "), 0, length)
    piece = _best_clause(text[:_LOOKED_AT], wanted)
    found = _found(piece, wanted)
    start = _window(found, len(piece), length)
    return _marked(piece, found, start, length)


def _best_clause(text: str, wanted: Wanted) -> str:
    clauses = _CLAUSE.split(text)
    if len(clauses) == 1:
        return text.replace("\n", " ")
    best, best_score = clauses[0], -1.0
    for clause in clauses:
        kinds = set(_WORD.findall(canonical(clause)))
        score = sum(map(wanted.weight, kinds)) / (1.0 + len(clause) / 4000.0)
        if score > best_score + 1e-9:
            best, best_score = clause, score
    return best.strip().replace("\n", " ")


def _found(piece: str, wanted: Wanted) -> list[tuple[int, int, float]]:
    """(start, end, weight) of each word to mark."""
    words = list(_WORD.finditer(_same_length(piece)))
    weights = [wanted.weight(match[0]) for match in words]
    rare = [bool(w) and not wanted.is_common(m[0]) for m, w in zip(words, weights, strict=True)]
    found = []
    for at, (match, weight) in enumerate(zip(words, weights, strict=True)):
        if weight and (rare[at] or (at and rare[at - 1]) or (at + 1 < len(rare) and rare[at + 1])):
            found.append((match.start(), match.end(), weight))
    return found


def _same_length(piece: str) -> str:
    lowered = canonical(piece)
    return lowered if len(lowered) == len(piece) else piece.lower()


def _window(found: list[tuple[int, int, float]], total: int, length: int) -> int:
    """Where the stretch of `length` characters with most weight begins."""
    if total <= length or not found:
        return 0
    best_start, best_score, score, last = 0, -1.0, 0.0, 0
    for first, (start, _, weight) in enumerate(found):
        while last < len(found) and found[last][1] <= start + length:
            score += found[last][2]
            last += 1
        if score > best_score + 1e-9:
            best_start, best_score = start, score
        score -= weight if last > first else 0.0
        last = max(last, first + 1)
    return 0 if best_start < length // 3 else max(0, best_start - 40)


def _marked(piece: str, found: list[tuple[int, int, float]], start: int, length: int) -> str:
    start, end = _bounds(piece, start, length)
    parts: list[str] = ["… "] if start else []
    at = start
    for first, last, _ in found:
        if first < start or last > end:
            continue
        between = piece[at:first]
        if parts and parts[-1] == MARK_END and between.isspace():
            parts.pop()  # words side by side share one mark
            parts.append(between + piece[first:last])
        else:
            parts += [between, MARK_START, piece[first:last]]
        parts.append(MARK_END)
        at = last
    parts.append(piece[at:end].rstrip())
    if end < len(piece):
        parts.append(" …")
    return "".join(parts)


def _bounds(piece: str, start: int, length: int) -> tuple[int, int]:
    """Begin and end at words."""
    if start:
        blank = piece.find(" ", start)
        start = blank + 1 if 0 <= blank < start + 40 else start
    end = min(len(piece), start + length)
    if end < len(piece):
        blank = piece.rfind(" ", start, end)
        end = blank if blank > start else end
    return start, end


def _cut(text: str, start: int, length: int) -> str:
    start, end = _bounds(text, start, length)
    return text[start:end].rstrip() + (" …" if end < len(text) else "")
