"""Amounts of money and working days as pages say them, in the page's language."""

from __future__ import annotations

from decimal import Decimal

from schemas.text import money

from .formats import NBSP, number
from .languages import language, ngettext


def dong(amount: int) -> str:
    """ "9,25 tỷ đồng"; in English "9.25 billion đồng"."""
    text = money.dong(amount)
    if language() != "en":
        return text
    words = text.split(NBSP)
    words[0] = _english(words[0])
    names = {"tỷ": "billion", "triệu": "million"}
    return NBSP.join(names.get(word, word) for word in words)


def exact(amount: int) -> str:
    """Every digit, without the unit: for tables whose head names it."""
    text = money.grouped(Decimal(amount))
    return _english(text) if language() == "en" else text


def percent(part: int, whole: int) -> str:
    """ "25,34 %"; empty where there is nothing to be a share of."""
    text = money.percent(part, whole)
    return _english(text) if language() == "en" else text


def working_days(count: int) -> str:
    """ "5 ngày làm việc"."""
    return ngettext("%(n)s ngày làm việc", "%(n)s ngày làm việc", count, n=number(count))


def _english(text: str) -> str:
    return str(text.translate(str.maketrans(",.", ".,")))
