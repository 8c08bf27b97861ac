"""A record as bytes kept beside the index, and back."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

from schemas.search import Record

_NAMES = tuple(f.name for f in dataclasses.fields(Record))
_DATES = ("issue_date", "effective_date", "expiry_date", "valid_from", "valid_until")
_LISTS = ("agencies", "fields", "business_lines", "regulation_types", "condition_kinds", "neighbours")
_DATE_AT = tuple(_NAMES.index(name) for name in _DATES)
_LIST_AT = tuple(_NAMES.index(name) for name in _LISTS)


def dump(record: Record) -> bytes:
    """Compact JSON: the values in the order of the fields."""
    values = [getattr(record, name) for name in _NAMES]
    for at in _DATE_AT:
        if values[at] is not None:
            values[at] = values[at].isoformat()
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def load(data: bytes | str) -> Record:
    """The record that `dump` wrote."""
    values = json.loads(data)
    for at in _DATE_AT:
        if values[at] is not None:
            values[at] = dt.date.fromisoformat(values[at])
    for at in _LIST_AT:
        values[at] = tuple(values[at])
    return Record(*values)
