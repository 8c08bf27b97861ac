"""Text of a PDF file's text layer, with wrapped lines put together again."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from schemas.errors import ParseError
from schemas.pages import Page
from schemas.text.headings import Line
from schemas.text.normalise import clean

from .html import Block

log = logging.getLogger(__name__)

_STARTS = re.compile(
    r"(?:Điều\s+\d+\w*\s*[.:]|\d{1,3}[a-zđ]?\s?[.)/]\s|[a-zđ]{1,2}[.)]\s|[-+–•*]\s"
    r"|(?:Phần|Chương|Mục|Tiểu mục|PHẦN|CHƯƠNG|MỤC|PHỤ LỤC|Phụ lục)\s+(?:thứ|[IVXLC\d])|Căn cứ\s|Theo đề nghị\s|Nơi nhận)"
)
_ENDS = re.compile(r"[.;:!?…](?:[”\"’)]|/\.)*$")
_PAGE_NUMBER = re.compile(r"[-–\s]*\d{1,4}[-–\s]*$")


def read_pdf(page: Page) -> list[Block]:
    """Paragraphs in reading order; [] for a scan. Raises ParseError when the file is broken."""
    try:
        reader = PdfReader(io.BytesIO(page.body))
        pages = [sheet.extract_text().split("\n") for sheet in reader.pages]
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ParseError(page.url, f"not a readable PDF file: {error}") from error
    lines = [clean(line) for sheet in _without_furniture(pages) for line in sheet]
    return [Block(Line(paragraph)) for paragraph in rejoin([line for line in lines if line])]


def _without_furniture(pages: Sequence[list[str]]) -> Iterator[list[str]]:
    """Pages without running headers, footers and page numbers."""
    edges = Counter(re.sub(r"\d+", "#", line) for lines in pages for line in (lines[:1] + lines[-1:]))
    often = max(2, len(pages) // 2)
    for lines in pages:
        kept = list(lines)
        for at in (0, -1):
            if kept and (
                _PAGE_NUMBER.match(kept[at])
                or (len(pages) > 2 and edges[re.sub(r"\d+", "#", kept[at])] > often)
            ):
                kept.pop(at)
        yield kept


def rejoin(lines: Sequence[str]) -> list[str]:
    """Paragraphs of wrapped lines.

    A line was wrapped only if the next line's first word had no more room in it, so a line that has room
    ends its paragraph. Where the word would not have fitted, the next line continues the paragraph unless
    it starts a provision or a sentence ended and a capital follows.
    """
    width = max(map(len, lines), default=0)
    paragraphs: list[str] = []
    previous = ""
    for line in lines:
        if paragraphs and _continues(previous, line, width):
            paragraphs[-1] += " " + line
        else:
            paragraphs.append(line)
        previous = line
    return paragraphs


def _continues(previous: str, line: str, width: int) -> bool:
    if len(previous) + 1 + len(line.split(" ", 1)[0]) <= width:
        return False
    if _ENDS.search(previous):
        return not (_STARTS.match(line) or line[:1].isupper())
    return not _STARTS.match(line) or (line.startswith("Điều") and not previous.isupper())
