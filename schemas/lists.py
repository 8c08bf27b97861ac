"""The official lists the portal is shipped with, read from `schemas/data` (SOURCES.md names the sources)."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from .costs import WageEdition
from .text.normalise import fold
from .text.words import fold_words


@dataclass(frozen=True, slots=True)
class BusinessLine:
    """A conditional line of business (ngành, nghề đầu tư kinh doanh có điều kiện).

    `number` counts in its own list. `vsic`: classes of the economic classification it touches (list of 227
    only). `former`: its number in the list of 227 (list of 142 only), None where the wording is not the same.
    """

    number: int
    name: str
    vsic: tuple[str, ...] = ()
    former: int | None = None


@dataclass(frozen=True, slots=True)
class EconomicClass:
    """A four-digit class of the economic classification (VSIC)."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class MinistryEntry:
    """A ministry or agency of that rank, from when until when (exclusive) it exists, and who took over."""

    code: str
    name: str
    valid_from: dt.date | None
    valid_until: dt.date | None
    successor: str
    act: str


@dataclass(frozen=True, slots=True)
class Province:
    """One of the 34 provinces and cities since 1 July 2025, by its statistical code."""

    code: str
    name: str


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("schemas").joinpath(f"data/{name}").read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


@cache
def business_lines() -> tuple[BusinessLine, ...]:
    """The 227 lines of the Law on Investment, Appendix IV."""
    return tuple(
        BusinessLine(int(row["number"]), row["name"], tuple(filter(None, row["vsic"].split(";"))))
        for row in _rows("business_lines.csv")
    )


@cache
def reduced_business_lines() -> tuple[BusinessLine, ...]:
    """The 142 lines that remain under Resolution 66.17/2026/NQ-CP."""
    return tuple(
        BusinessLine(
            int(row["number"]), row["name"], former=int(row["number_227"]) if row["number_227"] else None
        )
        for row in _rows("business_lines_142.csv")
    )


@cache
def economic_classes() -> tuple[EconomicClass, ...]:
    """All four-digit classes in the order of the classification."""
    return tuple(EconomicClass(row["code"], row["name"]) for row in _rows("vsic.csv"))


def lines_of_class(code: str) -> tuple[BusinessLine, ...]:
    """The conditional lines a class touches; a shorter code (section of the tree) stands for all below it."""
    return tuple(line for line in business_lines() if code and any(own.startswith(code) for own in line.vsic))


@cache
def ministries() -> tuple[MinistryEntry, ...]:
    """Ministries and agencies of that rank, present first."""
    return tuple(
        MinistryEntry(
            row["code"],
            row["name"],
            dt.date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
            dt.date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
            row["successor"],
            row["act"],
        )
        for row in _rows("ministries.csv")
    )


@cache
def _successors() -> dict[str, str]:
    """Folded name of an agency that is gone → the name of the one that has its tasks today."""
    known = {entry.code: entry for entry in ministries()}
    found = {}
    for entry in ministries():
        last = entry
        while last.successor in known and last.successor != last.code:
            last = known[last.successor]
        if last is not entry:
            found[fold(entry.name)] = last.name
    return found


_LONGEST_NAME = 60  # letters; longer ones are the title of a document with its agency at the end
#: Agencies that are no ministries, as the law writes them.
_OTHERS = (
    "Quốc hội",
    "Ủy ban Thường vụ Quốc hội",
    "Chủ tịch nước",
    "Chính phủ",
    "Thủ tướng Chính phủ",
    "Tòa án nhân dân tối cao",
    "Viện kiểm sát nhân dân tối cao",
    "Kiểm toán nhà nước",
)


@cache
def _usual_names() -> dict[str, str]:
    names = (*_OTHERS, *(entry.name for entry in ministries()))
    return {" ".join(fold_words(name)): name for name in names}


@lru_cache(maxsize=4096)
def agency_name(written: str) -> str:
    """The usual name of an agency: "Bộ công thương" is Bộ Công Thương; an unknown one as written."""
    known = _usual_names()
    found = known.get(" ".join(fold_words(written)))
    if (
        found is None and len(written) > _LONGEST_NAME
    ):  # a consolidated text: "Chính phủ quy định … của Bộ Tài chính"
        found = known.get(" ".join(fold_words(written.rpartition(" của ")[2])))
    return found or written


@cache
def successor(agency: str) -> str | None:
    """The agency that has the tasks of one that is gone; None for one that exists or is unknown."""
    return _successors().get(fold(agency_name(agency)))


@cache
def predecessors(agency: str) -> tuple[str, ...]:
    """Agencies that are gone and whose tasks this one has today."""
    return tuple(entry.name for entry in ministries() if successor(entry.name) == agency)


@cache
def provinces() -> tuple[Province, ...]:
    """The provinces by code."""
    return tuple(Province(row["code"], row["name"]) for row in _rows("provinces.csv"))


@cache
def wage_editions() -> tuple[WageEdition, ...]:
    """The editions of the wage table, oldest first."""
    return tuple(
        WageEdition(
            row["edition"],
            dt.date.fromisoformat(row["valid_from"]),
            int(row["income"]),
            int(row["hours"]),
            row["source"],
            dt.date.fromisoformat(row["published"]),
        )
        for row in _rows("wages.csv")
    )
