"""Numbers as people type and read them in a calculation. Pure."""

from __future__ import annotations

import re
from decimal import Decimal

from schemas.text.money import grouped, parse_dong

#: More decimals than an hour or a share is ever measured to.
MOST_DECIMALS = 4
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", re.ASCII)
_PLAIN = re.compile(r"\d{1,15}(?:[.,]\d+)?", re.ASCII)
_RANGE = re.compile(r"\s*(?:[–—-]|đến|to)\s*")
_SWAP = str.maketrans(",.", ".,")


def parse_decimal(text: str, *, english: bool = False) -> Decimal | None:
    """ "2,5", "1.234,5" (in English "2.5", "1,234.5") as a number; None for anything else."""
    text = text.strip().replace("\u00a0", "").replace(" ", "")
    if english:
        text = text.translate(_SWAP)
    if _GROUPED.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    elif _PLAIN.fullmatch(text):
        text = text.replace(",", ".")
    else:
        return None
    value = Decimal(text)
    exponent = value.normalize().as_tuple().exponent
    return value if isinstance(exponent, int) and -exponent <= MOST_DECIMALS else None


def parse_amount(text: str, *, english: bool = False) -> Decimal | None:
    """Whole đồng: "36.000", "1,2 triệu" (in English "36,000")."""
    amount = parse_dong(text.translate(_SWAP) if english else text)
    return None if amount is None else Decimal(amount)


def parse_values(text: str, *, money: bool, english: bool = False) -> tuple[Decimal, ...] | None:
    """One number, several that differ ("2; 3; 5") or the two ends of a range ("2–4"); None if one is none."""
    pieces = text.strip().rstrip(";").split(";")
    parts = [part for piece in pieces for part in _RANGE.split(piece.strip())]
    parse = parse_amount if money else parse_decimal
    values = [parse(part, english=english) for part in parts]
    found = tuple(value for value in values if value is not None)
    return found if found and len(found) == len(values) else None


def shown(value: Decimal, *, english: bool = False) -> str:
    """Every digit that counts: "1.234,5"; in English "1,234.5"."""
    exponent = value.normalize().as_tuple().exponent
    text = grouped(value, max(0, -exponent) if isinstance(exponent, int) else 0)
    return text.translate(_SWAP) if english else text
