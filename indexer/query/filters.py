"""Filters: those of the request and those typed as `field:value`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indexer.ranking.fields import exact_key
from schemas.documents import VALIDITY
from schemas.search import FILTERS, UNKNOWN, SearchRequest, note

from .syntax import Field, Parsed, parse

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
}


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
            notes.append(note("filter", typed.name, typed.value))
        else:
            notes.append(note("ignored", f"{typed.name}:{typed.value}"))
            words += parse(typed.value, frozenset()).node.tokens if typed.value.strip("()") else []  # type: ignore[union-attr]
    return filters, words


def filter_values(typed: Field, known: KnownValues) -> tuple[str, ...]:
    """The values of the index that were meant: equal without marks, else those that hold the words."""
    name = FILTERS[typed.name]
    wanted = exact_key(typed.value.replace("_", " "))
    if not wanted:
        return ()
    if name == "validity":
        by_label = {exact_key(text): (code,) for code, text in VALIDITY.items()}
        codes = {code.lower(): (code,) for code in (*VALIDITY, UNKNOWN)}
        return (codes | by_label | _VALIDITY_WORDS).get(wanted, ())
    values = known.get(name, ())
    if name == "year":
        return _years(typed.value, values)
    equal = tuple(value for value in values if exact_key(value) == wanted)
    return equal or tuple(value for value in values if f" {wanted} " in f" {exact_key(value)} ")


def _years(typed: str, values: Sequence[str]) -> tuple[str, ...]:
    first, dots, last = typed.replace("..", "-").partition("-")
    if dots and first.isdecimal() and last.isdecimal():
        return tuple(value for value in values if int(first) <= int(value) <= int(last))
    return (typed,) if typed.isdecimal() and len(typed) == 4 else ()
