"""Amounts of đồng and shares as Vietnamese texts write them. Integers and Decimal, never binary fractions."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from .normalise import clean, fold

#: Unit of the number system → đồng.
BILLION, MILLION = 1_000_000_000, 1_000_000
_UNITS = {"ty": BILLION, "trieu": MILLION, "nghin": 1000, "ngan": 1000, "": 1}
_AMOUNT = re.compile(
    r"(?P<number>\d{1,3}(?:[.\s]\d{3})+(?:,\d+)?|\d+(?:,\d+)?)\s*(?P<unit>ty|trieu|nghin|ngan)?\s*(?:dong|vnd|d)?"
)
NBSP = "\u00a0"


def grouped(value: Decimal | int, decimals: int = 0) -> str:
    """1234567.5 → "1.234.567,5", rounded half up."""
    exact = Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{exact:,f}".translate(str.maketrans(",.", ".,"))


def dong(amount: int, *, decimals: int = 2) -> str:
    """An amount for people: "1.652 tỷ đồng", "9,25 tỷ đồng", "1,48 triệu đồng", "850.000 đồng".

    From one million on it is rounded to `decimals` places of its unit, and a fraction of zeros is left out.
    """
    half = Decimal(1).scaleb(-decimals) / 2
    for unit, name in ((BILLION, "tỷ"), (MILLION, "triệu")):
        # 999.999.999 rounds up to the next unit: "1 tỷ đồng", not "1.000 triệu đồng".
        if Decimal(abs(amount)) >= unit - half * (MILLION if unit == BILLION else 0):
            text = grouped(Decimal(amount) / unit, decimals)
            if decimals and set(text.rsplit(",", 1)[1]) == {"0"}:
                text = text.rsplit(",", 1)[0]
            return f"{text}{NBSP}{name}{NBSP}đồng"
    return f"{grouped(amount)}{NBSP}đồng"


def exact_dong(amount: int) -> str:
    """Every digit: "35.520.000.000 đồng"."""
    return f"{grouped(amount)}{NBSP}đồng"


def percent(numerator: int, denominator: int, decimals: int = 2) -> str:
    """ "71,64 %", rounded half up; empty where the denominator is 0, because there is no share of nothing."""
    if not denominator:
        return ""
    return grouped(Decimal(numerator) * 100 / Decimal(denominator), decimals) + f"{NBSP}%"


def share(numerator: int, denominator: int, decimals: int = 2) -> str:
    """A share with what it is of: "699/5.187 (13,48 %)"."""
    text = f"{grouped(numerator)}/{grouped(denominator)}"
    return f"{text} ({percent(numerator, denominator, decimals)})" if denominator else text


def parse_dong(text: str) -> int | None:
    """Whole đồng of "9,25 tỷ đồng", "1.480.000", "850 nghìn"; None if it is no amount or not whole đồng."""
    match = _AMOUNT.fullmatch(fold(clean(text)))
    if not match:
        return None
    number = re.sub(r"[.\s]", "", match["number"]).replace(",", ".")
    try:
        amount = Decimal(number) * _UNITS[match["unit"] or ""]
    except InvalidOperation:
        return None
    return int(amount) if amount == amount.to_integral_value() else None
