"""The outline of a legal text: Phần > Chương > Mục > Tiểu mục > Điều > Khoản > Điểm.

The order of the levels and their numbering follow Decree 78/2025/NĐ-CP on drafting legal documents (and its
predecessor 34/2016/NĐ-CP, Article 62). Input is lines of text, with what the markup said about each where
there was markup; output is the flat list of provisions in reading order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from schemas.documents import Provision

from .clauses import ArticleText, split_article
from .headings import Heading, Line, find_headings
from .paths import segment
from .titles import split_titles

__all__ = ["Line", "outline"]

_ORDER = ("part", "chapter", "section", "subsection")


def outline(lines: Iterable[Line | str], prefix: str = "") -> tuple[Provision, ...]:
    """Provisions of `lines` in reading order; lines before the first heading are not provisions.

    `prefix` ("phu-luc-1/") stands before every id. Ids are unique: a repeated one gets "-2", "-3".
    An article's `text` holds its clauses and points as they read; clauses and points hold their own text
    without their number.
    """
    rows = [Line(row) if isinstance(row, str) else row for row in lines]
    headings = find_headings(rows)
    if not headings:
        return ()
    found: list[Provision] = []
    ids = _Ids(prefix)
    bodies = _bodies(rows, headings)
    titled = split_titles(bodies)
    structure: dict[str, str] = {}
    for heading, article in zip(headings, titled, strict=True):
        if heading.level == "article":
            found += _article(heading, article, ids)
            continue
        rank = _ORDER.index(heading.level)
        structure = {level: path for level, path in structure.items() if _ORDER.index(level) < rank}
        parent = next((structure[level] for level in reversed(_ORDER) if level in structure), "")
        path = ids.new(parent, segment(heading.level, heading.number))
        structure[heading.level] = path
        found.append(Provision(id=path, level=heading.level, number=heading.number, heading=heading.title))
    return tuple(found)


def _bodies(rows: Sequence[Line], headings: Sequence[Heading]) -> list[tuple[Heading, list[Line]]]:
    """Each heading with the lines that belong to it (only articles have any)."""
    ends = [heading.start for heading in headings[1:]] + [len(rows)]
    return [
        (heading, [_one_line(row) for row in rows[heading.end : end]] if heading.level == "article" else [])
        for heading, end in zip(headings, ends, strict=True)
    ]


def _one_line(row: Line) -> Line:
    """A line break inside a paragraph is a blank."""
    return replace(row, text=row.text.replace("\n", " ")) if "\n" in row.text else row


def _article(heading: Heading, article: ArticleText, ids: _Ids) -> list[Provision]:
    path = ids.new("", segment("article", heading.number))
    found = [
        Provision(
            id=path,
            level="article",
            number=heading.number,
            heading=article.heading,
            text="\n".join(line.text for line in article.lines),
        )
    ]
    clause_path = ""
    for unit in split_article(article.lines):
        if unit.level == "clause":
            own = clause_path = ids.new(path, segment("clause", unit.number))
        else:
            own = ids.new(clause_path if unit.inside_clause else path, segment("point", unit.number))
        found.append(Provision(id=own, level=unit.level, number=unit.number, text=unit.text))
    return found


class _Ids:
    """Hands out unique paths."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._used: set[str] = set()

    def new(self, parent: str, step: str) -> str:
        base = f"{parent}/{step}" if parent else self._prefix + step
        path, count = base, 1
        while path in self._used:
            count += 1
            path = f"{base}-{count}"
        self._used.add(path)
        return path
