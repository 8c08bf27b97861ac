"""Which lines of a legal text are headings of parts, chapters, sections and articles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from schemas.documents import Level

from .quotes import quoted_lines

Mark = Literal["chapter", "article", "clause", "point", "content"]


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph and what the markup said about it.

    `text` is clean; "\\n" in it is a line break inside the paragraph. `mark` is the level the source itself
    names, `bold` the number of characters in bold at its start, `centred` whether it stands in the middle.
    """

    text: str
    mark: Mark | None = None
    bold: int = 0
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """Lines start..end-1 are the heading; `rest` is what stands behind the article's number.

    `bold` counts the bold characters of `rest`; None where the text has no bold to go by.
    """

    level: Level
    number: str
    title: str
    rest: str
    bold: int | None
    start: int
    end: int


# Old acts say "Điều thứ 5", and some were typed with Ð (eth), which looks like Đ.
ARTICLE = re.compile(r"[ĐÐ]iều\s+(?:thứ\s+)?(\d{1,4}[a-zđ]{0,2})\s*(?:[.:]+\s*[-–]?\s*|$)", re.IGNORECASE)
# A source that marks its articles may leave out the full stop.
_MARKED_ARTICLE = re.compile(r"[ĐÐ]iều\s+(?:thứ\s+)?(\d{1,4}[a-zđ]{0,2})\s*[.:]*\s*[-–]?\s*", re.IGNORECASE)
_ORDINAL = r"thứ\s+(?:\w+\s+)?\w+"
_STRUCTURE = re.compile(
    rf"(?P<word>Phần|Chương|Tiểu\s+mục|Mục)\s+(?P<number>{_ORDINAL}|[IVXLC]+|\d{{1,3}}|[A-ZĐ])"
    r"(?:\s*[.:–-]+\s*|\s*\n\s*|\s+(?=[A-ZÀ-Ỹ“\"])|\s*$)(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_STRUCTURE_LEVELS: dict[str, Level] = {
    "phần": "part",
    "chương": "chapter",
    "mục": "section",
    "tiểu mục": "subsection",
}
_RANK = {"part": 0, "chapter": 1, "section": 2, "subsection": 3, "article": 4}
_LONGEST_TITLE = 300
#: Comparing all pairs of more headings than this takes minutes; the longest code has 700 articles.
_MOST_COMPARED = 5_000
_SENTENCE_END = (".", ";", ":", ",")


def find_headings(rows: Sequence[Line]) -> list[Heading]:
    """All headings in reading order; see the rules at `_structures` and `_articles`."""
    articles = _articles(rows)
    starts = {heading.start for heading in articles}
    return sorted([*articles, *_structures(rows, starts)], key=lambda heading: heading.start)


# ------------------------------------------------------------------------------------------- articles
def _articles(rows: Sequence[Line]) -> list[Heading]:
    """Article headings.

    Lines which the source marks are taken. Of the others the ones in quotation marks are left out (an
    amending act quotes articles of another), and of the rest the heaviest sequence with rising numbers is
    kept: numbers that fall back are articles of a form or of another act. A bold heading weighs more than
    any number of plain ones; where the text has bold headings, a plain one must read like a sentence,
    because only articles without a title have their text on the line of the number.
    """
    weighted, has_bold = _weighted(rows)
    if weighted:
        weighted = _rising(weighted, rows)
    return [_article_heading(index, row, match, has_bold) for index, row, match, _ in weighted]


def first_article(rows: Sequence[Line]) -> int | None:
    """Index of the first line that can be an article's heading, before numbers are compared."""
    weighted, _ = _weighted(rows)
    return weighted[0][0] if weighted else None


def _weighted(rows: Sequence[Line]) -> tuple[list[_Candidate], bool]:
    """Lines that can be headings of articles, and whether the text has bold ones."""
    candidates = []
    has_bold = False
    for index, row in enumerate(rows):
        if row.text[:1] not in "ĐÐđð":
            continue
        match = (_MARKED_ARTICLE if row.mark == "article" else ARTICLE).match(row.text)
        if match and (row.mark in (None, "article")):
            candidates.append((index, row, match))
            has_bold = has_bold or row.bold >= _label_length(match)
    marked = any(row.mark == "article" for _, row, _ in candidates)
    weighted = (
        (index, row, match, _weight(row, match, has_bold, marked)) for index, row, match in candidates
    )
    return [candidate for candidate in weighted if candidate[3]], has_bold


def _label_length(match: re.Match[str]) -> int:
    """Characters of "Điều 5" without what follows the number."""
    return match.end(1)


def _weight(row: Line, match: re.Match[str], has_bold: bool, marked: bool) -> int:
    if row.mark == "article":
        return 1_000_000
    if row.bold >= _label_length(match):
        return 1_000
    if not has_bold:
        return 1
    rest = row.text[match.end() :]
    return 1 if not marked and rest.endswith(_SENTENCE_END) else 0


_Candidate = tuple[int, Line, "re.Match[str]", int]


_Number = tuple[int, str]


def _number_key(number: str) -> _Number:
    digits = re.match(r"\d+", number)
    assert digits is not None  # both patterns start with digits
    return int(digits.group()), number[digits.end() :].lower()


def _rises(before: _Number, after: _Number) -> bool:
    """Whether the numbering goes on; inserted articles (40đ behind 40l) need not be in order."""
    return before[0] < after[0] or (before[0] == after[0] and before[1] != after[1])


def _rising(candidates: list[_Candidate], rows: Sequence[Line]) -> list[_Candidate]:
    """The heaviest subsequence with rising numbers; of equal ones the later lines."""
    keys = [_number_key(match.group(1)) for _, _, match, _ in candidates]
    if all(row.mark == "article" for _, row, _, _ in candidates):
        return candidates
    quoted = quoted_lines([row.text for row in rows])
    kept = [
        (candidate, key)
        for candidate, key in zip(candidates, keys, strict=True)
        if candidate[1].mark == "article" or candidate[0] not in quoted
    ]
    if all(_rises(before[1], after[1]) for before, after in pairwise(kept)):
        return [candidate for candidate, _ in kept]
    if len(kept) > _MOST_COMPARED:
        return _greedy(kept)
    best: list[int] = []
    back: list[int] = []
    for here, (candidate, key) in enumerate(kept):
        weight, previous = 0, -1
        for there in range(here):
            if _rises(kept[there][1], key) and best[there] >= weight:
                weight, previous = best[there], there
        best.append(weight + candidate[3])
        back.append(previous)
    at = max(range(len(kept)), key=lambda index: (best[index], index))
    chosen = []
    while at >= 0:
        chosen.append(kept[at][0])
        at = back[at]
    return chosen[::-1]


def _greedy(kept: list[tuple[_Candidate, _Number]]) -> list[_Candidate]:
    """The first rising numbers: all that is worth doing for a page with thousands of broken ones."""
    chosen: list[tuple[_Candidate, _Number]] = []
    for candidate, key in kept:
        if not chosen or _rises(chosen[-1][1], key):
            chosen.append((candidate, key))
    return [candidate for candidate, _ in chosen]


def _article_heading(index: int, row: Line, match: re.Match[str], has_bold: bool) -> Heading:
    rest = row.text[match.end() :].replace("\n", " ")
    bold = max(0, row.bold - match.end()) if has_bold else None
    return Heading("article", match.group(1), "", rest, bold, index, index + 1)


# ------------------------------------------------------------------------------------------ structure
def _structures(rows: Sequence[Line], articles: set[int]) -> list[Heading]:
    """Headings of parts, chapters, sections and subsections.

    Where the text has markup they must be marked, bold or centred. One that is not both bold and centred
    must be followed by a lower heading or an article: "Mục 1. …" lines inside an article are no structure.
    """
    marked = any(row.mark or row.bold or row.centred for row in rows)
    found: list[Heading] = []
    following: tuple[int, int] | None = None
    for index in range(len(rows) - 1, -1, -1):
        row = rows[index]
        if index in articles:
            following = (index, _RANK["article"])
            continue
        if row.text[:1].lower() not in "pcmt" or (marked and not (row.mark or row.bold or row.centred)):
            continue
        if row.mark not in (None, "chapter"):
            continue
        match = _STRUCTURE.match(row.text)
        if match is None:
            continue
        certain = row.bold and row.centred
        limit, rank = following or (len(rows), -1)
        level = _STRUCTURE_LEVELS[re.sub(r"\s+", " ", match["word"].lower())]
        title, end = _title(rows, index, match["rest"], marked, limit)
        if certain or (end == limit and _RANK[level] < rank):
            found.append(Heading(level, match["number"], title, "", None, index, end))
            following = (index, _RANK[level])
    return found[::-1]


def _title(rows: Sequence[Line], index: int, rest: str, marked: bool, limit: int) -> tuple[str, int]:
    """The title behind or below the label, and the index of the first line that is not part of it."""
    parts = [rest.replace("\n", " ").strip()] if rest.strip() else []
    end = index + 1
    while end < limit:
        row = rows[end]
        emphasised = row.bold or row.centred
        more = emphasised if marked else not parts or row.text.isupper()
        if not more or row.mark not in (None, "chapter", "content") or len(row.text) > _LONGEST_TITLE:
            break
        parts.append(row.text.replace("\n", " "))
        end += 1
    return " ".join(parts), end
