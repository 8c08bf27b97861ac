"""The numbers Word writes before paragraphs by itself: they are in no text of a DOCX file, only rules are
(ECMA-376, part 1, 17.9). Without them "1." and "a)" of most drafts would be lost."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

#: A style's numbering may come from the style it is based on; circles end here.
MOST_STYLES = 20
#: Larger numbers are no letters and no Roman numerals, whatever a file asks for.
MOST_WRITTEN = 3999
NAMES = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
W = f"{{{NAMES['w']}}}"
_PLACE = re.compile(r"%([1-9])")


@dataclass(slots=True)
class Level:
    """How one level of a list counts and reads: "%1." in decimals from 1."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    style: str = ""


@dataclass(slots=True)
class Numbers:
    """Gives each paragraph its number, asked in reading order."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)  # of an abstract list
    lists: dict[str, tuple[str, dict[int, int]]] = field(default_factory=dict)  # list → abstract, new starts
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)

    def of(self, paragraph: Any) -> str:
        """The number before this paragraph as Word shows it; empty for none and for bullets."""
        named, level = _numbered(paragraph)
        if named not in self.lists:
            return ""
        abstract, starts = self.lists[named]
        levels = self.levels.get(abstract, {})
        if level is None:
            own = paragraph.style.style_id if paragraph.style is not None else ""
            level = next((n for n, found in levels.items() if found.style and found.style == own), 0)
        if level not in levels:
            return ""
        counts = self.counts.setdefault(abstract, {})
        if level in starts and (named, level) not in self.begun:
            counts[level] = starts[level] - 1
        self.begun.add((named, level))
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [n for n in counts if n > level]:
            del counts[deeper]
        if levels[level].format in ("bullet", "none"):
            return ""
        return _PLACE.sub(lambda match: _shown(levels, counts, int(match[1]) - 1), levels[level].text)


def _shown(levels: dict[int, Level], counts: dict[int, int], level: int) -> str:
    known = levels.get(level, Level())
    return written(counts.get(level, known.start), known.format)


def written(number: int, how: str) -> str:
    """A number in one of Word's formats; as a plain one where the format would not end."""
    if not 0 < number <= MOST_WRITTEN:
        return str(number)
    if how in ("lowerLetter", "upperLetter"):
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters.upper() if how == "upperLetter" else letters
    if how in ("lowerRoman", "upperRoman"):
        return roman(number) if how == "upperRoman" else roman(number).lower()
    return f"{number:02d}" if how == "decimalZero" else str(number)


def roman(number: int) -> str:
    """ "XIV"."""
    values = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)
    text = ""
    letters = ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I")
    for value, written_as in zip(values, letters, strict=True):
        text += written_as * (number // value)
        number %= value
    return text


def read(document: Any) -> Numbers:
    """The lists of a document; one without any numbers nothing."""
    try:
        numbering = document.part.numbering_part.element
    except (KeyError, NotImplementedError, AttributeError):
        return Numbers()
    found = Numbers()
    for abstract in numbering.findall("w:abstractNum", NAMES):
        levels = {int(one.get(f"{W}ilvl")): _level(one) for one in abstract.findall("w:lvl", NAMES)}
        found.levels[str(abstract.get(f"{W}abstractNumId"))] = levels
    for one in numbering.findall("w:num", NAMES):
        starts = {
            int(changed.get(f"{W}ilvl")): int(_value(changed, "w:startOverride", "1"))
            for changed in one.findall("w:lvlOverride", NAMES)
            if changed.find("w:startOverride", NAMES) is not None
        }
        found.lists[str(one.get(f"{W}numId"))] = (_value(one, "w:abstractNumId"), starts)
    return found


def _level(element: Any) -> Level:
    return Level(
        start=int(_value(element, "w:start", "1")),
        format=_value(element, "w:numFmt", "decimal"),
        text=_value(element, "w:lvlText"),
        style=_value(element, "w:pStyle"),
    )


def _numbered(paragraph: Any) -> tuple[str, int | None]:
    """The list a paragraph is in and its level (None: as its style says), from itself or from its style."""
    own = paragraph._p.find("w:pPr/w:numPr", NAMES)
    if own is not None:
        return _value(own, "w:numId"), int(_value(own, "w:ilvl", "0"))
    style = paragraph.style
    for _ in range(MOST_STYLES):
        if style is None:
            break
        of_style = style.element.find("w:pPr/w:numPr", NAMES)
        if of_style is not None and (named := _value(of_style, "w:numId")):
            level = _value(of_style, "w:ilvl")
            return named, int(level) if level else None
        style = style.base_style
    return "", None


def _value(element: Any, child: str, otherwise: str = "") -> str:
    found = element.find(child, NAMES)
    return otherwise if found is None else str(found.get(f"{W}val", otherwise))
