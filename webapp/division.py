"""Which part of a document a page shows: a long one is divided by chapters. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .queries.documents import Row

#: Above this many bytes of text a document shows one chapter (chương) a page.
LONG_DOCUMENT = 40_000
#: Above this many characters even one chapter is divided, between articles.
LONG_CHAPTER = 60_000
#: Characters a page aims at where there are no chapters to divide by.
CHUNK = 30_000


@dataclass(frozen=True, slots=True)
class Slice:
    """A page of a document: rows first to last of the outline (both shown); or one annex."""

    first: int
    last: int
    annex: int | None = None


def divide(rows: Sequence[Row], annexes: int, long: bool) -> tuple[Slice, ...]:
    """The pages of a document. A short one has a single page with everything."""
    if not long:
        return (Slice(0, len(rows) - 1),)
    starts = [index for index, row in enumerate(rows) if _opens(rows, index)]
    bounds = sorted({0, *starts}) if rows else []
    slices: list[Slice] = []
    for position, first in enumerate(bounds):
        last = (bounds[position + 1] if position + 1 < len(bounds) else len(rows)) - 1
        slices += _split(rows, first, last, LONG_CHAPTER if starts else CHUNK)
    return tuple(slices) + tuple(Slice(0, -1, annex) for annex in range(annexes))


def _opens(rows: Sequence[Row], index: int) -> bool:
    """Does a page begin here: at a chapter, or at a part, whose first chapter then stays with it?"""
    row, before = rows[index], rows[index - 1] if index else None
    if row.level == "chapter":
        return before is None or before.level != "part"
    return row.level == "part"


def _split(rows: Sequence[Row], first: int, last: int, limit: int) -> list[Slice]:
    result: list[Slice] = []
    size, start = 0, first
    if sum(row.size for row in rows[first : last + 1]) <= limit:
        return [Slice(first, last)]
    for index in range(first, last + 1):
        row = rows[index]
        opens = row.level == "article" and (index == start or rows[index - 1].level == "article")
        if (opens or row.level in ("section", "subsection")) and index > start and size + row.size > CHUNK:
            # A section's heading must not end a page: the cut is before the heading.
            result.append(Slice(start, index - 1))
            size, start = 0, index
        size += row.size
    return [*result, Slice(start, last)]


def slice_of(slices: Sequence[Slice], index: int) -> int:
    """The page (from 0) that shows row `index` of the outline."""
    for number, item in enumerate(slices):
        if item.annex is None and item.first <= index <= item.last:
            return number
    return 0
