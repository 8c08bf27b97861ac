"""The list of conditional lines of business (ngành, nghề đầu tư kinh doanh có điều kiện)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class BusinessLine:
    """One line: its number in the list, its name."""

    number: str
    name: str


#: Where the list comes from, as shown beside it.
SOURCE = "Phụ lục IV Luật Đầu tư 61/2020/QH14"


@cache
def lines() -> tuple[BusinessLine, ...]:
    """All lines in the order of the list."""
    text = resources.files("schemas").joinpath("data/business_lines.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(BusinessLine(row["number"], row["name"]) for row in rows)


def line(number: str) -> BusinessLine | None:
    """The line with this number."""
    return next((item for item in lines() if item.number == number), None)


def line_name(number: str) -> str:
    """Name of the line with this number, as tags and filters write it; the number itself if there is none."""
    known = line(number)
    return known.name if known else number
