"""What changed between two wordings, word by word.

Words are the unit because people read words: "10" becoming "05" is one change, not a shared zero. Punctuation
and white space are units of their own, so that a word keeps its match when a comma after it goes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

Kind = Literal["equal", "insert", "delete"]

# A number with its separators is one word ("1.480.000", "5,5"), so is a document's number ("105/2017/NĐ-CP").
_TOKENS = re.compile(r"\w+(?:[./,\-–]\w+)*|\s+|[^\w\s]")
_WORD = re.compile(r"\w")
#: Longer texts are compared paragraph by paragraph first; word alignment grows with the square of the length.
MOST_WORDS = 4000


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text that both wordings have, or only the old one (delete), or only the new one (insert)."""

    kind: Kind
    text: str


def compare(old: str, new: str) -> tuple[Segment, ...]:
    """Segments in reading order; where words were replaced the deletion comes before the insertion.

    Without the insertions they spell `old` exactly, without the deletions `new`.
    """
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    if max(len(before), len(after)) > MOST_WORDS:
        return _merged(_long(old, new))
    return _merged(_smooth(_aligned(before, after)))


def without(segments: Sequence[Segment], kind: Kind) -> str:
    """The text of all segments but those of one kind."""
    return "".join(s.text for s in segments if s.kind != kind)


def old_side(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """What stands in the column of the old wording."""
    return tuple(s for s in segments if s.kind != "insert")


def new_side(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """What stands in the column of the new wording."""
    return tuple(s for s in segments if s.kind != "delete")


def _aligned(before: Sequence[str], after: Sequence[str]) -> list[Segment]:
    # White space matches white space anywhere and would pull words apart: words are aligned first (a space
    # belongs to the word before it), the spaces between settled afterwards.
    old_units, new_units = _units(before), _units(after)
    matcher = SequenceMatcher(None, [u.strip() for u in old_units], [u.strip() for u in new_units], False)
    result: list[Segment] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            for x, y in zip(old_units[a:b], new_units[c:d], strict=True):
                result += _same_word(x, y)
        else:
            result.append(Segment("delete", "".join(old_units[a:b])))
            result.append(Segment("insert", "".join(new_units[c:d])))
    return result


def _units(tokens: Sequence[str]) -> list[str]:
    """Tokens with the white space that follows them; leading white space is a unit of its own."""
    units: list[str] = []
    for token in tokens:
        if units and token.isspace():
            units[-1] += token
        else:
            units.append(token)
    return units


def _same_word(old: str, new: str) -> list[Segment]:
    """One word on both sides, whose white space may differ."""
    if old == new:
        return [Segment("equal", old)]
    word = old.rstrip()
    return [
        Segment("equal", word),
        Segment("delete", old[len(word) :]),
        Segment("insert", new[len(word) :]),
    ]


def _smooth(segments: list[Segment]) -> list[Segment]:
    """A word or two that happen to stand in both of two rewritten passages ("và", a comma) are no anchor for
    the eye: equal runs much shorter than the rewriting on either side join it."""
    merged = _merged(segments)
    result: list[Segment] = []
    for at, segment in enumerate(merged):
        if segment.kind == "equal" and _words(segment.text) <= 2 and _rewritten_around(merged, at):
            result += [Segment("delete", segment.text), Segment("insert", segment.text)]
        else:
            result.append(segment)
    return result


def _words(text: str) -> int:
    return sum(1 for token in _TOKENS.findall(text) if _WORD.match(token))


def _rewritten_around(segments: Sequence[Segment], at: int) -> bool:
    """Whether at least four words were both removed and added on each side of a run."""
    sides = (segments[max(0, at - 2) : at], segments[at + 1 : at + 3])
    return all(
        {"insert", "delete"} == {s.kind for s in side} and min(_words(s.text) for s in side) >= 4
        for side in sides
    )


def _merged(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Neighbours of one kind joined; inside a run of changes all deletions come first; empty ones dropped."""
    result: list[Segment] = []
    for same, run in groupby((s for s in segments if s.text), key=lambda s: s.kind == "equal"):
        parts = list(run)
        kinds: tuple[Kind, ...] = ("equal",) if same else ("delete", "insert")
        texts = {kind: "".join(s.text for s in parts if s.kind == kind) for kind in kinds}
        tail = "" if same else _common_space(texts["delete"], texts["insert"])
        for kind, text in texts.items():
            if text := text[: len(text) - len(tail)]:
                result.append(Segment(kind, text))
        if tail:
            result.append(Segment("equal", tail))
    return _joined(result)


def _common_space(old: str, new: str) -> str:
    """White space both end in: it need not be marked as changed."""
    a, b = old[len(old.rstrip()) :], new[len(new.rstrip()) :]
    return a if a == b else ""


def _joined(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Equal neighbours as one."""
    runs = groupby(segments, key=lambda s: s.kind)
    return tuple(Segment(kind, "".join(s.text for s in run)) for kind, run in runs)


def _long(old: str, new: str) -> list[Segment]:
    """Paragraphs aligned as wholes; only changed stretches that are short enough word by word."""
    before, after = old.splitlines(True), new.splitlines(True)
    result: list[Segment] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, False).get_opcodes():
        left, right = "".join(before[a:b]), "".join(after[c:d])
        words = max(len(_TOKENS.findall(left)), len(_TOKENS.findall(right)))
        if tag == "equal":
            result.append(Segment("equal", left))
        elif words <= MOST_WORDS:
            result += compare(left, right)
        else:
            result += [Segment("delete", left), Segment("insert", right)]
    return result
