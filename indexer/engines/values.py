"""What of a record can be filtered, counted and sorted by, the same for every engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from schemas.lists import agency_name, successor
from schemas.search import UNKNOWN, Record

#: Fields of exact values: filters and facets.
VALUE_FIELDS = (
    "kind",
    "document_type",
    "agencies",
    "fields",
    "regulation_types",
    "business_lines",
    "condition_kinds",
    "validity",
    "year",
)
LAST_DAY = dt.date.max.toordinal()
#: How many of the best results are ranked again, unless an engine says otherwise.
LISTED = 200
#: Results are ordered in blocks of so many, so that pages of one block never share or miss a record.
BLOCK = 100
# The date is the high part of a sort key, the ordinal the low one: one field sorts by both.
_ORDINAL_BITS = 43
_ORDINAL_MASK = (1 << _ORDINAL_BITS) - 1
_NO_DATE = (1 << 20) - 1


def filter_values(record: Record) -> dict[str, list[str]]:
    """The values of each field. Documents of unknown validity say so; procedures have none at all."""
    unknown = [UNKNOWN] if record.document_type else []
    return {
        "kind": [record.kind],
        "document_type": [record.document_type] if record.document_type else [],
        "agencies": agencies_today(record.agencies),
        "fields": list(record.fields),
        "regulation_types": list(record.regulation_types),
        "business_lines": list(record.business_lines),
        "condition_kinds": list(record.condition_kinds),
        "validity": [record.validity] if record.validity else unknown,
        "year": [str(record.year)] if record.year else [],
    }


def agencies_today(agencies: tuple[str, ...]) -> list[str]:
    """The agencies under their usual names and those that have their tasks today: who filters by a ministry
    finds what the ministries merged into it issued, however a document writes them.
    """
    names = [agency_name(name) for name in agencies]
    present = (successor(name) for name in names)
    return list(dict.fromkeys((*names, *(name for name in present if name))))


def sort_keys(record: Record) -> tuple[int, int]:
    """(newest, oldest): to be sorted descending and ascending. Records without a date come last in both."""
    date = record.issue_date.toordinal() if record.issue_date else None
    newest = ((date or 0) << _ORDINAL_BITS) | (_ORDINAL_MASK - record.ordinal)
    return newest, ((date or _NO_DATE) << _ORDINAL_BITS) | record.ordinal


def validity_days(record: Record) -> tuple[int, int]:
    """[from, until) in days since year 1; open ends are the first and the last possible day."""
    start = record.valid_from.toordinal() if record.valid_from else 0
    return start, record.valid_until.toordinal() if record.valid_until else LAST_DAY + 1


def block(offset: int, limit: int) -> int:
    """How many of the best results to order so that those from `offset` on are in their final order."""
    return -(-(offset + max(1, limit)) // BLOCK) * BLOCK


def best_first(score: float, ordinal: int) -> tuple[float, int]:
    """The key that sorts results by relevance, scores that differ by rounding only by ordinal."""
    return -round(score, 4), ordinal


def told_apart(scores: Sequence[float], end: int) -> int:
    """How many of the results, best first, decide which are the first `end`: those and their equals."""
    end = max(1, end)
    if end >= len(scores):
        return len(scores)
    last = round(scores[end - 1], 4)
    while end < len(scores) and round(scores[end], 4) == last:
        end += 1
    return end


def by_count(counts: dict[str, int]) -> dict[str, int]:
    """Facet values, most first, then by value."""
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
