"""Text of a DOCX file (ECMA-376, WordprocessingML)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from schemas.errors import ParseError
from schemas.pages import Page
from schemas.text.headings import Line
from schemas.text.normalise import clean

from .html import Block, Rows

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: A document part larger than this is not an act but a trap.
_LARGEST = 200 * 2**20


def read_docx(page: Page) -> list[Block]:
    """Paragraphs and tables in reading order. Raises ParseError when the file is broken."""
    try:
        with zipfile.ZipFile(io.BytesIO(page.body)) as archive:
            if archive.getinfo("word/document.xml").file_size > _LARGEST:
                raise ParseError(page.url, "the DOCX file is too large")
            source = archive.read("word/document.xml")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        body = etree.fromstring(source, parser).find(f"{_W}body")
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, EOFError) as error:
        raise ParseError(page.url, f"not a readable DOCX file: {error}") from error
    return [] if body is None else list(_blocks(body))


def _blocks(holder: Any) -> Iterator[Block]:
    for element in holder:
        if element.tag == f"{_W}p":
            line = _line(element)
            if line.text:
                yield Block(line)
        elif element.tag == f"{_W}tbl":
            rows = _rows(element)
            if max((len(row) for row in rows), default=0) > 1:
                yield Block(Line(""), table=rows)
            else:
                yield from (Block(Line(cell.replace("\n", " "))) for row in rows for cell in row if cell)
        elif element.tag in (f"{_W}sdt", f"{_W}sdtContent"):
            yield from _blocks(element)


def _line(paragraph: Any) -> Line:
    pieces: list[str] = []
    for node in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}noBreakHyphen"):
        name = node.tag[len(_W) :]
        pieces.append(node.text or "" if name == "t" else "-" if name == "noBreakHyphen" else " ")
    return Line(clean("".join(pieces)))


def _rows(table: Any) -> Rows:
    rows = []
    for row in table.findall(f"{_W}tr"):
        cells = []
        for cell in row.findall(f"{_W}tc"):
            texts = (_line(paragraph).text for paragraph in cell.iter(f"{_W}p"))
            cells.append("\n".join(filter(None, texts)))
        rows.append(tuple(cells))
    return tuple(row for row in rows if any(row))
