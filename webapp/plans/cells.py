"""One cell of a workbook, read as what its column holds."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from schemas.plans import ACTIONS
from schemas.text.money import parse_dong
from schemas.text.normalise import clean, slugify
from schemas.text.references import parse_reference

from .columns import Column

_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_PATH = re.compile(r"[a-z0-9][a-z0-9.-]*(?:/[a-z0-9][a-z0-9.-]*)*")
_ACTIONS = {slugify(name): code for code, name in ACTIONS.items()}


class BadCell(ValueError):
    """What a cell holds is not what its column takes: `code` of the rule, and what is allowed."""

    def __init__(self, code: str, allowed: str = "") -> None:
        super().__init__(code)
        self.code, self.allowed = code, allowed


def read_cell(column: Column, cell: Any) -> Any:
    """The cell's value; None (or "" for words) when empty. Raises BadCell."""
    value = cell.value
    if cell.data_type == "f":
        raise BadCell("formula")
    if cell.data_type == "e":
        raise BadCell("error_value")
    if value is None or (isinstance(value, str) and not value.strip()):
        if column.required:
            raise BadCell("missing")
        return "" if column.type in ("text", "lines") else None
    reader = {
        "date": _date,
        "amount": _amount,
        "count": _count,
        "action": _action,
        "provision": read_provision,
        "text": _text,
        "lines": _lines,
    }[column.type]
    return reader(value)


def _text(value: Any) -> str:
    if isinstance(value, bool | dt.date | dt.time | dt.timedelta):
        raise BadCell("text")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean(str(value))


def _lines(value: Any) -> str:
    return value if isinstance(value, str) else _text(value)


def _date(value: Any) -> dt.date:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str):
        text = value.strip()
        match = _DATE.fullmatch(text)
        try:
            return dt.date.fromisoformat(f"{match[3]}-{match[2]:0>2}-{match[1]:0>2}" if match else text)
        except ValueError:
            pass
    raise BadCell("date", "22/11/2026")


def _amount(value: Any) -> int:
    if isinstance(value, int | float) and not isinstance(value, bool):
        if value < 0 or value != int(value):
            raise BadCell("amount", "1.480.000")
        return int(value)
    amount = parse_dong(value) if isinstance(value, str) else None
    if amount is None:
        raise BadCell("amount", "1.480.000")
    return amount


def _count(value: Any) -> int:
    try:
        return _amount(value)
    except BadCell:
        raise BadCell("count", "12") from None


def _action(value: Any) -> str:
    code = _ACTIONS.get(slugify(str(value)))
    if code is None:
        raise BadCell("action", "; ".join(ACTIONS.values()))
    return code


def read_provision(value: Any) -> str:
    """A path from words ("Khoản 2 Điều 18") or from a path. Raises BadCell."""
    text = clean(str(value))
    if _PATH.fullmatch(text) and "-" in text:
        return text
    found = parse_reference(text)
    if found is None or found.path is None or found.number or found.title_words:
        raise BadCell("provision", "Khoản 2 Điều 18")
    return found.path
