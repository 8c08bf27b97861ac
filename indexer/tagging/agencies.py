"""State agencies by their official names, of today and of former times (schemas/data/agencies.csv)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import schemas

from .model import Tag

_DATA = Path(schemas.__file__).parent / "data" / "agencies.csv"
_PLACE = r"[A-ZĐÂÁÀẢÃẠĂÊÉÈÔƠỞỒÍÓÒÚƯỨ]\w*(?: [A-ZĐÂÁÀẢÃẠĂÊÉÈÔƠỞỒÍÓÒÚƯỨ]\w*){0,3}"
#: What makes a body of one level or place out of a kind of body.
_LEVEL = (
    r"(?: (?:các )?(?:cấp (?:tỉnh|huyện|xã)(?:,? ?(?:cấp )?(?:huyện|xã))*(?: và cấp (?:huyện|xã))?|các cấp"
    r"|cùng cấp"
    r"|(?:các )?(?:tỉnh(?:, thành phố|/thành phố)|thành phố, tỉnh) trực thuộc [Tt]rung ương"
    rf"|(?:tỉnh|thành phố|TP\.?|quận|huyện|thị xã|xã|phường|thị trấn) {_PLACE}"
    r"|(?:quận, huyện|huyện, quận|xã, phường|huyện|quận)(?:, (?:quận|huyện|thị xã|thị trấn|phường"
    r"|thành phố))*"
    r"(?:,? thành phố)? (?:thuộc|trực thuộc) (?:tỉnh|thành phố trực thuộc [Tt]rung ương)"
    r"|(?:tỉnh, thành phố|huyện, xã|tỉnh|huyện|xã|thành phố)))"
)


@cache
def _pattern() -> re.Pattern[str]:
    """One pattern of all names, grouped by first word; built once for each process."""
    groups: dict[str, list[tuple[str, bool]]] = {}
    with _DATA.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            groups.setdefault(row["kind"], []).append((row["name"], row["levels"] == "yes"))
    alternatives = []
    for kind, names in sorted(groups.items(), key=lambda item: -len(item[0])):
        parts = "|".join(
            _name(name, levels) for name, levels in sorted(names, key=lambda item: -len(item[0]))
        )
        spelling = kind.replace("òa", "(?:òa|oà)")
        for first in ("Ủ", "U") if kind[0] == "Ủ" else (kind[0],):
            rest = spelling[1:].replace("y ban", "ỷ ban") if first == "U" else spelling[1:]
            # The first letter comes before the assertion: that is what makes the search fast.
            alternatives.append(rf"{first}(?<!\w.){rest}(?:{parts})(?!\w)")
    return re.compile("|".join(alternatives))


def _name(name: str, has_levels: bool) -> str:
    """Pattern of what follows the kind; its first letter is spelled out, so that a wrong one is refused
    fast.
    """
    level = f"(?:{_LEVEL})?" if has_levels else ""
    if not name:
        return level
    words = re.split(r"(?:,? - |,? và |, | )", name)
    joined = r"(?:,? | ?[-–] ?|,? và )".join(re.escape(word) for word in words)
    return f" [{words[0][0].upper()}{words[0][0].lower()}](?i:{joined[1:]}){level}"


def agencies(text: str) -> Iterator[Tag]:
    """Every mention of a known agency, with the level or place that belongs to its name."""
    for match in _pattern().finditer(text):
        yield Tag("agency", match.start(), match.end(), agency_name(match.group()))


def agency_name(words: str) -> str:
    """One spelling for each name."""
    name = re.sub(r"^Uỷ ", "Ủy ", words).replace("Toà ", "Tòa ").replace("hoá", "hóa").replace("Hoá", "Hóa")
    return re.sub(r" ?– ?", " - ", name)
