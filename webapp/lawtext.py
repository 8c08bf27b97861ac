"""An article's text as lines that know their clause, with citations as links. Pure.

The article's stored text holds its clauses and points as they read; the outline tells which there are. Lines
are matched to the outline in reading order, so that offsets of tags stay those of the stored text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_LABEL = re.compile(r"\s*(?:(\d{1,3}[a-zđ]?)\s?[.)\-–/]+|([a-zđ]{1,2}\d?)\s?[).])\s*", re.IGNORECASE)
LOOK_AHEAD = 3


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of running text; a link when `url` is set."""

    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A citation: characters `start` to `end` of the article's text lead to `url`."""

    start: int
    end: int
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph. `kind`: text, clause, point, or `clause-more`, `point-more` for their further lines."""

    kind: str
    path: str | None
    label: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """A clause (khoản) or point (điểm) of the article's outline."""

    path: str
    level: str
    number: str


def lines(text: str, units: Sequence[Unit], links: Sequence[Link] = ()) -> tuple[Line, ...]:
    """The text of one article as lines. Every character of it is in exactly one line's label or parts."""
    ordered = _disjoint(links)
    result: list[Line] = []
    next_unit, kind, start = 0, "text", 0
    for paragraph in text.split("\n"):
        end = start + len(paragraph)
        found = _match(paragraph, units, next_unit)
        if found is None:
            more = kind if kind.endswith("-more") or kind == "text" else kind + "-more"
            if paragraph.strip():
                result.append(Line(more, None, "", _parts(text, start, end, ordered)))
        else:
            index, label, width = found
            unit, next_unit = units[index], index + 1
            kind = unit.level
            result.append(Line(kind, unit.path, label, _parts(text, start + width, end, ordered)))
        start = end + 1
    return tuple(result)


def _match(paragraph: str, units: Sequence[Unit], position: int) -> tuple[int, str, int] | None:
    """Which of the next units this paragraph begins: its index, its label as printed, the label's width."""
    match = _LABEL.match(paragraph)
    if not match:
        return None
    level = "clause" if match.group(1) else "point"
    number = (match.group(1) or match.group(2)).lower()
    for index in range(position, min(position + LOOK_AHEAD, len(units))):
        if units[index].level == level and units[index].number.lower() == number:
            return index, match.group(0).strip(), match.end()
    return None


def _disjoint(links: Sequence[Link]) -> list[Link]:
    """Links in order, without those that overlap an earlier one (a list of clauses shares its words)."""
    result: list[Link] = []
    for link in sorted(links, key=lambda item: (item.start, -item.end)):
        if link.start < link.end and (not result or link.start >= result[-1].end):
            result.append(link)
    return result


def _parts(text: str, start: int, end: int, links: Sequence[Link]) -> tuple[Part, ...]:
    parts: list[Part] = []
    position = start
    for link in links:
        if link.end <= position or link.start >= end:
            continue
        left, right = max(link.start, position), min(link.end, end)
        if left > position:
            parts.append(Part(text[position:left]))
        parts.append(Part(text[left:right], link.url))
        position = right
    if position < end:
        parts.append(Part(text[position:end]))
    return tuple(parts)


def highlighted(snippet: str, start: str, end: str) -> tuple[tuple[str, bool], ...]:
    """A snippet with marks between `start` and `end` as pieces: text, and whether it was found."""
    result: list[tuple[str, bool]] = []
    for index, piece in enumerate(snippet.split(start)):
        if index == 0:
            result.append((piece, False))
            continue
        found, _, rest = piece.partition(end)
        result.append((found, True))
        result.append((rest, False))
    return tuple((text, mark) for text, mark in result if text)
