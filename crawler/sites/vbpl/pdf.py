"""Text of a PDF file's text layer, with wrapped lines put together again."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from pypdf import PdfReader

from schemas.errors import ParseError
from schemas.pages import Page
from schemas.text.headings import Line
from schemas.text.normalise import clean

from .html import Block

log = logging.getLogger(__name__)

_ARTICLE = re.compile(r"Điều\s+\d+\w*\s*[.:]")
# "1. ", "2.1. ", "a) ", "d.1) ", "IV. "; not a date or an amount that a line happens to begin with.
_NUMBERED = re.compile(
    r"\d{1,3}(?:\.\d{1,2})*[a-zđ]?\s?(?:[.)](?=\s+\S|[A-ZÀ-Ỹ])|/(?=\s+\S))"
    r"|[a-zđ]{1,2}(?:\.?\d{1,2})*(?:\)(?=\s+\S|[A-ZÀ-Ỹ])|\.\s+\S)|[IVX]{1,5}[.)]\s"
)
_DASH = re.compile(r"[-–+•*]\s")
_PREAMBLE = re.compile(r"(?:Căn cứ|Theo đề nghị|Xét đề nghị|Xét tờ trình)\s", re.IGNORECASE)
# Words before "Điều 5" in a citation.
_CITING = re.compile(r"(?:[,(]|\b(?:tại|của|theo|và|hoặc|với|đến|từ|khoản \d+\w?|điểm \w{1,2}))$")
_LABEL = re.compile(
    r"(?:Phần|Chương|Mục|Tiểu mục|PHẦN|CHƯƠNG|MỤC|TIỂU MỤC|PHỤ LỤC|Phụ lục)\s+"
    r"(?:thứ\s|[IVXLC\d]+\s*(?:[.:–-]|$))"
    r"|Nơi nhận\b"
)
_PAGE_NUMBER = re.compile(r"[-–\s]*\d{1,4}[-–\s]*$")


def read_pdf(page: Page) -> list[Block]:
    """Paragraphs in reading order; [] for a scan or a locked file. Raises ParseError when it is broken."""
    try:
        reader = PdfReader(io.BytesIO(page.body))
        if reader.is_encrypted and not reader.decrypt(""):
            log.warning("%s is locked by a password", page.url)
            return []
        pages = [sheet.extract_text().split("\n") for sheet in reader.pages]
    except Exception as error:
        # The reader meets other people's files; what it raises on broken ones is not part of its contract.
        raise ParseError(page.url, f"not a readable PDF file: {type(error).__name__}: {error}") from error
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
    ends its paragraph. Where the word would not have fitted either may be, and `_continues` decides.
    """
    width = _width(lines)
    paragraphs: list[str] = []
    previous = ""
    before_articles = True
    for line in lines:
        before_articles = before_articles and not _ARTICLE.match(line)
        full = len(previous) + 1 + len(line.split(" ", 1)[0]) > width
        new = before_articles and _PREAMBLE.match(line)
        if paragraphs and full and not new and _continues(paragraphs[-1], line):
            paragraphs[-1] += " " + line
        else:
            paragraphs.append(line)
        previous = line
    return paragraphs


def _width(lines: Sequence[str]) -> float:
    """Characters that a line holds; a word longer than the page is no measure."""
    lengths = sorted(len(line) for line in lines if " " in line)
    if not lengths:
        return 0
    longest = lengths[-1]
    near = sum(1 for length in lengths if length > longest - 5)
    # Where letters differ in width no length is common; then lines near the longest count as full.
    return longest if near * 20 >= len(lengths) else 0.88 * longest


def _continues(paragraph: str, line: str) -> bool:
    """Whether `line` goes on with `paragraph`, whose last line is full.

    The rules follow counts over 19,000 articles wrapped at 92 characters: behind a comma or no mark a line
    continues unless it starts a provision; behind ";" and ":" unless it starts a numbered line; behind a
    full stop a capital is as often the next sentence as the next paragraph, and inside numbered paragraphs
    twice as often the next sentence.
    """
    last = paragraph.rstrip('”"’)')[-1:]
    if _ARTICLE.match(line):
        return bool(_CITING.search(paragraph))
    capitals = line.isupper() and " " in line
    if _LABEL.match(line) or capitals != paragraph.isupper():
        return last not in ".;:/" and not paragraph.isupper() and not capitals
    if _NUMBERED.match(line):
        return False
    if _DASH.match(line):
        return last not in ".;:"
    if last == "." and line[:1].isupper():
        return bool(_NUMBERED.match(paragraph))
    return not (last == ";" and line[:1].isupper() and not _NUMBERED.match(paragraph))
