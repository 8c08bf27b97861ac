"""Where the clauses and points of an article stand in its text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from .model import Unit

_LABEL = re.compile(r"[ \t]*(?:[“\"'])?(?:\d{1,3}|[a-zđ]{1,2})[ ]?[.)\-/:]?[ ]*$", re.IGNORECASE)


def locate(text: str, children: Iterable[tuple[str, str, str, str]]) -> tuple[Unit, ...]:
    """Units from (path, level, number, opening words) in reading order.

    Each is found by its label at the start of a line or its opening words after the unit before it; one
    that is
    not found is left out. A unit ends where the next of its own or a higher level starts.
    """
    units: list[Unit] = []
    position = 0
    for path, level, number, opening in children:
        start = _find(text, position, number, opening.split("\n", 1)[0][:60])
        if start is None:
            continue
        units.append(Unit(path, level, number, start, len(text)))
        position = start + 1
    return tuple(_ends(units, text))


def _find(text: str, position: int, number: str, opening: str) -> int | None:
    """The start of the line that has the opening words behind nothing but a label."""
    found = text.find(opening, position) if opening else -1
    while found >= 0:
        line = text.rfind("\n", 0, found) + 1
        if line >= position - 1 and (line == found or _LABEL.match(text[line:found])):
            return line
        found = text.find(opening, found + 1)
    label = re.compile(rf"^{re.escape(number)}[ ]?[.)\-]", re.MULTILINE)
    match = label.search(text, position)
    return match.start() if match else None


def _ends(units: list[Unit], text: str) -> list[Unit]:
    """A clause lasts to the next clause, a point to the next unit of any level."""
    ended: list[Unit] = []
    next_start = clause_end = len(text)
    for unit in reversed(units):
        end = clause_end if unit.level == "clause" else next_start
        ended.append(replace(unit, end=unit.start + len(text[unit.start : end].rstrip())))
        next_start = unit.start
        if unit.level == "clause":
            clause_end = unit.start
    return ended[::-1]
