"""Filters: those of the request and those typed as `field:value`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from indexer.ranking.fields import exact_key
from schemas.documents import VALIDITY
from schemas.search import FILTERS, UNKNOWN, SearchRequest, note
from schemas.text.abbreviations import AGENCY_NAMES, TYPE_NAMES
from schemas.text.words import words as words_of

from .syntax import Field, Parsed

#: Values that occur in the index, by filter field.
KnownValues = Mapping[str, Sequence[str]]
#: Names of fields that can be typed.
TYPED = frozenset(name for name in FILTERS if name not in ("dang",))
_VALIDITY_WORDS = {
    "con hieu luc": ("CHL", "HHL1P"),
    "con": ("CHL", "HHL1P"),
    "het hieu luc": ("HHL",),
    "het": ("HHL",),
    "chua co hieu luc": ("CCHL",),
    "chua": ("CCHL",),
    "khong ro": (UNKNOWN,),
    "chua ro": (UNKNOWN,),
}
_RANGE = re.compile(r"(?:từ)?(\d{4})?(?:-|–|\.\.+|đến)(\d{4})?", re.ASCII)
_COMPARED = re.compile(r"(>=|>|≥|từ|<=|<|≤|đến)(\d{4})", re.ASCII)
#: What numbers write for a type or an agency, what the site calls a type of regulation → the value; without
#: marks.
_SHORT: Mapping[str, Mapping[str, str]] = {
    "document_type": {code: name for name, code in TYPE_NAMES.items() if name != "bo luat"},
    "agencies": {code: name for name, code in AGENCY_NAMES.items()},
    "regulation_types": {
        "thu tuc": "procedure",
        "thu tuc hanh chinh": "procedure",
        "yeu cau": "requirement",
        "dieu kien": "requirement",
        "yeu cau dieu kien": "requirement",
        "bao cao": "reporting",
        "che do bao cao": "reporting",
        "tieu chuan": "standard",
        "quy chuan": "standard",
        "tieu chuan quy chuan": "standard",
        "kiem tra": "inspection",
        "kiem tra chuyen nganh": "inspection",
    },
}
_TOLD = 3  # values a typed filter is told to mean


def filters_of(
    request: SearchRequest, parsed: Parsed, known: KnownValues, notes: list[str]
) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """The request's filters with those typed as `field:value`; and the words of fields nobody knows."""
    filters = {name: tuple(values) for name, values in request.filters.items() if values}
    words: list[str] = []
    for typed in parsed.fields:
        values = filter_values(typed, known)
        if values:
            name = FILTERS[typed.name]
            filters[name] = tuple(dict.fromkeys((*filters.get(name, ()), *values)))
            notes.append(note("filter", typed.name, typed.value, *_told(values)))
        else:
            notes.append(note("ignored", f"{typed.name}:{typed.value}"))
            words += words_of(typed.value)
    return filters, words


def _told(values: Sequence[str]) -> tuple[str, ...]:
    return (*values[:_TOLD], *(("…",) if len(values) > _TOLD else ()))


def filter_values(typed: Field, known: KnownValues) -> tuple[str, ...]:
    """The values of the index that were meant: equal without marks, else those that hold the words."""
    name = FILTERS[typed.name]
    found = _one_value(name, typed.value, known)
    if found or "," not in typed.value:
        return found
    each = [_one_value(name, piece, known) for piece in typed.value.split(",") if piece.strip()]
    return tuple(dict.fromkeys(value for values in each for value in values)) if all(each) else ()


def value_extent(known: KnownValues, name: str, first: str, following: Sequence[str]) -> int:
    """How many of the words after `first` belong to the value of a field: as many as name something."""
    for taken in range(len(following), 0, -1):
        if filter_values(Field(name, " ".join((first, *following[:taken]))), known):
            return taken
    return 0


def _one_value(name: str, typed: str, known: KnownValues) -> tuple[str, ...]:
    values = known.get(name, ())
    if name == "year":
        return _years(typed, values)
    wanted = exact_key(typed.replace("_", " "))
    if not wanted:
        return ()
    if name == "validity":
        by_label = {exact_key(text): (code,) for code, text in VALIDITY.items()}
        codes = {code.lower(): (code,) for code in (*VALIDITY, UNKNOWN)}
        return (codes | by_label | _VALIDITY_WORDS).get(wanted, ())
    equal, holding = _named(values, wanted)
    if not equal and wanted in _SHORT.get(name, {}):
        equal, holding = _named(values, _SHORT[name][wanted])
    # The sources name the same subject field in their own ways: "Thuế", "Thuế, phí, lệ phí, …".
    return (
        (*equal, *(value for value in holding if value not in equal))
        if name == "fields"
        else equal or holding
    )


def _named(values: Sequence[str], wanted: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Values that read so, and those that hold these words."""
    keys = [(value, _key(value)) for value in values]
    equal = tuple(value for value, key in keys if key == wanted)
    return equal, tuple(value for value, key in keys if f" {wanted} " in f" {key} ")


@lru_cache(maxsize=16_384)
def _key(value: str) -> str:
    return exact_key(value)


def _years(typed: str, values: Sequence[str]) -> tuple[str, ...]:
    text = re.sub(r"\s+", "", typed)
    if re.fullmatch(r"\d{4}", text, re.ASCII):
        return (text,)
    if match := _RANGE.fullmatch(text):
        first, last = int(match[1] or 0), int(match[2] or 9999)
    elif match := _COMPARED.fullmatch(text):
        sign, year = match[1], int(match[2])
        first = year + (sign == ">") if sign in (">", ">=", "≥", "từ") else 0
        last = year - (sign == "<") if sign in ("<", "<=", "≤", "đến") else 9999
    else:
        return ()
    return tuple(value for value in values if first <= int(value) <= last)
