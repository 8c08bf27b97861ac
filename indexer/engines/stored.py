"""A record as bytes kept beside the index, and back: its values, its text and the outline of the text."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import datetime as dt
import json
import struct
from collections.abc import Sequence
from typing import Any

from indexer.ranking.outline import outline
from schemas.search import Record

_NAMES = tuple(f.name for f in dataclasses.fields(Record) if f.name not in ("text", "outline"))
_TEXT_AT = [f.name for f in dataclasses.fields(Record)].index("text")
_DATES = ("issue_date", "effective_date", "expiry_date", "valid_from", "valid_until")
_LISTS = ("agencies", "fields", "business_lines", "regulation_types", "condition_kinds", "neighbours")
_DATE_AT = tuple(_NAMES.index(name) for name in _DATES)
_LIST_AT = tuple(_NAMES.index(name) for name in _LISTS)
_HEADER = struct.Struct("<II")
# A frozen class sets its 28 fields one by one through `object.__setattr__`, 11 microseconds a record; what
# the slots themselves offer takes 2, and a page has ten or a hundred records.
_SETTERS = tuple(getattr(Record, f.name).__set__ for f in dataclasses.fields(Record))


def dump(record: Record) -> bytes:
    """Compact JSON of the values in the order of the fields, then text and outline, which need no parsing."""
    head = json.dumps(_values(record), ensure_ascii=False, separators=(",", ":")).encode()
    text = record.text.encode()
    return b"".join((_HEADER.pack(len(head), len(text)), head, text, _outline(record)))


def load(data: bytes) -> Record:
    """The record that `dump` wrote, with its outline."""
    head, text = _HEADER.unpack_from(data)
    start = _HEADER.size + head
    values = json.loads(data[_HEADER.size : start])
    return _record(values, data[start : start + text].decode(), data[start + text :])


def plain(record: Record) -> list[Any]:
    """For an engine that keeps JSON: the values in the order of the fields, text, outline in base64."""
    return [*_values(record), record.text, base64.b64encode(_outline(record)).decode()]


def of_plain(found: Sequence[Any]) -> Record:
    """The record that `plain` wrote, with its outline."""
    *values, text, packed = found
    return _record(values, text, binascii.a2b_base64(packed))


def _outline(record: Record) -> bytes:
    return record.outline or outline(record.text)


def _values(record: Record) -> list[Any]:
    values = [getattr(record, name) for name in _NAMES]
    for at in _DATE_AT:
        if values[at] is not None:
            values[at] = values[at].isoformat()
    return values


def _record(values: list[Any], text: str, packed: bytes) -> Record:
    for at in _DATE_AT:
        if values[at] is not None:
            values[at] = dt.date.fromisoformat(values[at])
    for at in _LIST_AT:
        values[at] = tuple(values[at])
    values.insert(_TEXT_AT, text)
    values.append(packed)
    record = object.__new__(Record)
    for assign, value in zip(_SETTERS, values, strict=True):
        assign(record, value)
    return record
