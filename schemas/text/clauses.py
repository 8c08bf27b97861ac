"""Clauses (khoản) and points (điểm) of one article."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from .headings import Line
from .quotes import quoted_lines


@dataclass(frozen=True, slots=True)
class ArticleText:
    """An article's title ("" where it has none) and its paragraphs."""

    heading: str
    lines: list[Line]


@dataclass(slots=True)
class Unit:
    """One clause or point with its own paragraphs."""

    level: Literal["clause", "point"]
    number: str
    inside_clause: bool
    paragraphs: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Own text: without the number, paragraphs joined by line breaks."""
        return "\n".join(filter(None, self.paragraphs))


# "1. ", "1- ", "1/ ", "1) " and "2a. "; not "1.1. " (a step below the clause) nor "1.000".
_CLAUSE = re.compile(r"(\d{1,3})([a-zđ]{0,2})\s?(?:[./)](?!\d)|[-–](?!\s*\d))\s*(?=\S)")
# "a) ", "đ) ", "a1) ", "a. ", "a/ "
_POINT = re.compile(r"([a-zđð]{1,2}\d{0,2})(?:\)\s*|[./]\s+(?=\S))")
_ALPHABET = {letter: place for place, letter in enumerate("abcdđefghijklmnopqrstuvwxyz")}
#: Points that the source left out; more missing letters mean another list.
_LARGEST_GAP = 4


def split_article(lines: Sequence[Line]) -> list[Unit]:
    """Clauses and points in reading order.

    Where the source marks clauses or points, its marks hold. Elsewhere numbers must run on (1, 2, 3; a, b,
    c, d, đ, e, g) and lines inside a quotation are not counted, so that neither a quoted amendment nor a
    numbered list becomes a provision.
    """
    marked = any(line.mark in ("clause", "point") for line in lines)
    if marked and not (lines and lines[0].mark is None and _CLAUSE.match(lines[0].text)):
        return list(_marked(lines))
    return list(_numbered(lines))


def _marked(lines: Sequence[Line]) -> Iterator[Unit]:
    unit: Unit | None = None
    in_clause = False
    for line in lines:
        match = None
        if line.mark == "clause":
            match = _CLAUSE.match(line.text)
        elif line.mark == "point":
            match = _POINT.match(line.text)
        if match is None:
            if unit is not None:
                unit.paragraphs.append(line.text)
            continue
        if unit is not None:
            yield unit
        if line.mark == "clause":
            in_clause = True
            unit = Unit("clause", match.group(1) + match.group(2), True)
        else:
            unit = Unit("point", _letter(match), in_clause)
        unit.paragraphs.append(line.text[match.end() :])
    if unit is not None:
        yield unit


def _numbered(lines: Sequence[Line]) -> Iterator[Unit]:
    texts = [line.text for line in lines]
    quoted = quoted_lines(texts)
    unit: Unit | None = None
    clause, point = (0, ""), ""
    in_clause = False
    for index, text in enumerate(texts):
        new: Unit | None = None
        if index not in quoted and (match := _CLAUSE.match(text)) and _next_clause(clause, match):
            clause, point, in_clause = (int(match.group(1)), match.group(2)), "", True
            new = Unit("clause", match.group(1) + match.group(2), True, [text[match.end() :]])
        elif (
            index not in quoted
            and (match := _POINT.match(text))
            and _next_point(point, _letter(match), in_clause)
            and not _is_step(_letter(match), unit)
        ):
            point = _letter(match)
            new = Unit("point", point, in_clause, [text[match.end() :]])
        if new is not None:
            if unit is not None:
                yield unit
            unit = new
        elif unit is not None:
            unit.paragraphs.append(text)
    if unit is not None:
        yield unit


def _letter(match: re.Match[str]) -> str:
    """The point's letter; old acts write đ with the eth, which looks the same."""
    return match.group(1).replace("ð", "đ")


def _next_clause(last: tuple[int, str], match: re.Match[str]) -> bool:
    number, suffix = int(match.group(1)), match.group(2)
    if suffix:
        return number == last[0] and suffix > last[1]
    return number == last[0] + 1


def _next_point(last: str, letter: str, in_clause: bool) -> bool:
    """A list in a clause may begin behind a repealed point; outside clauses only "a" begins one."""
    if not last:
        return letter == "a" or (in_clause and letter in _ALPHABET)
    before, after = _point_key(last), _point_key(letter)
    return before < after and after[0] - before[0] <= _LARGEST_GAP


def _is_step(number: str, unit: Unit | None) -> bool:
    """Whether "a1)" is a step below point a, which then ends with a colon, and not an inserted point."""
    if number.isalpha() or unit is None or unit.level != "point":
        return False
    return unit.number[0] == number[0] and unit.paragraphs[0].endswith(":")


def _point_key(number: str) -> tuple[int, str]:
    return _ALPHABET.get(number[0], 99), number[1:]
