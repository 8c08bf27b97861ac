"""From a document's rows to what its page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from schemas.addresses import document_url
from schemas.text.paths import LABELS, WORDS

from .division import Slice, slice_of
from .languages import gettext as _
from .languages import local
from .lawtext import Line, Link, Part, Unit, lines
from .queries.documents import Document, Row
from .record_pages import AnnexBlock, Block, Note, TocEntry


@dataclass(frozen=True, slots=True)
class Texts:
    """The text of what a page shows: by path, with each article's clauses and points."""

    texts: Mapping[str, str]
    units: Mapping[str, Sequence[Row]]


def row_label(row: Row) -> str:
    """ "Điều 13", "Chương II"."""
    word = LABELS.get(WORDS.get(row.level, ""), "")
    return f"{word} {row.number}".strip()


def row_title(row: Row) -> str:
    """ "Điều 13. Điều kiện bán lẻ rượu"."""
    name = row_label(row)
    return f"{name}. {row.heading}" if row.heading else name


def page_url(
    document: Document, page: int, pages: int, fragment: str = "", version: int | None = None
) -> str:
    """Address of page `page` (from 0) of a document."""
    query = [f"phan={page + 1}"] if pages > 1 and page else []
    if version is not None:
        query.insert(0, f"ban={version}")
    url = local(document_url(document.address)) + ("?" + "&".join(query) if query else "")
    return f"{url}#{fragment}" if fragment else url


def annex_path(index: int) -> str:
    """Fragment of an annex as a whole."""
    return f"phu-luc--{index + 1}"


def annex_title(title: str, index: int) -> str:
    return title or _("Phụ lục %(n)s", n=index + 1)


def contents(
    document: Document, rows: Sequence[Row], slices: Sequence[Slice], current: int, version: int | None = None
) -> tuple[TocEntry, ...]:
    """The whole table of contents; what stands on another page leads there."""
    entries: list[TocEntry] = []
    for index, row in enumerate(rows):
        page = slice_of(slices, index)
        url = f"#{row.path}" if page == current else page_url(document, page, len(slices), row.path, version)
        opens = len(slices) > 1 and page == current and slices[page].first == index
        entries.append(TocEntry(row_title(row), url, row.level != "article", opens))
    paged = [number for number, item in enumerate(slices) if item.annex is not None]
    for index, annex in enumerate(document.annexes):
        page = paged[index] if paged else current
        path = annex_path(index)
        url = f"#{path}" if page == current else page_url(document, page, len(slices), path, version)
        title = annex_title(annex.get("title", ""), index)
        entries.append(TocEntry(title, url, True, bool(paged) and page == current))
    return tuple(entries)


def blocks(
    document: Document,
    rows: Sequence[Row],
    text: Texts,
    links: Mapping[str, Sequence[Link]],
    notes: Mapping[str, tuple[Note, ...]],
) -> tuple[Block, ...]:
    """Headings and articles in reading order."""
    base = local(document_url(document.address)) + "/"
    result = []
    for row in rows:
        body = article_lines(row, text, links.get(row.path, ()))
        if row.level == "article" or row.level in ("clause", "point"):
            title = row_title(row) if row.level == "article" else ""
            result.append(
                Block("article", row.path, "", title, base + row.path, body, notes.get(row.path, ()))
            )
        else:
            result.append(
                Block(
                    "part" if row.level in ("part", "chapter") else "section",
                    row.path,
                    row_label(row),
                    row.heading,
                    "",
                    body,
                    (),
                )
            )
    return tuple(result)


def article_lines(row: Row, text: Texts, links: Sequence[Link] = ()) -> tuple[Line, ...]:
    """The lines of one row of the outline."""
    own = text.texts.get(row.path, "")
    if row.level == "article":
        units = [Unit(unit.path, unit.level, unit.number) for unit in text.units.get(row.path, ())]
        return lines(own, units, links)
    if row.level in ("clause", "point"):
        sign = f"{row.number}." if row.level == "clause" else f"{row.number})"
        first, *rest = own.split("\n")
        head = Line(row.level, row.path, sign, (Part(first),))
        return (head, *(Line(row.level + "-more", None, "", (Part(line),)) for line in rest if line))
    return lines(own, ())


def annex_blocks(document: Document, only: int | None = None) -> tuple[AnnexBlock, ...]:
    """Annexes (phụ lục) with their tables; `only` for a page that shows one."""
    result = []
    for index, annex in enumerate(document.annexes):
        if only is None or index == only:
            paragraphs = tuple(line for line in annex.get("text", "").split("\n") if line.strip())
            title = annex_title(annex.get("title", ""), index)
            result.append(AnnexBlock(annex_path(index), title, paragraphs, annex.get("tables", ())))
    return tuple(result)
