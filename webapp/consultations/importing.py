"""A draft as text or as a DOCX file, made into articles, clauses and points that an officer then corrects."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from schemas.consultations import DraftProvision
from schemas.errors import Refused
from schemas.text.normalise import clean
from schemas.text.outline import outline

from . import docx_numbers

#: A DOCX is a packed folder; unpacked it may be this large.
MOST_UNPACKED = 50 << 20
MOST_LINES = 20_000


def docx_lines(data: bytes) -> list[str]:
    """The paragraphs of a DOCX in reading order, with the numbers Word makes by itself written out. Refused:
    `file_type`, `file_size`, `file_empty`."""
    # python-docx needs lxml, without which the site still starts and everything else works.
    from docx import Document

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(item.file_size for item in packed.infolist()) > MOST_UNPACKED:
                raise Refused("file_size")
        lines = _lines(Document(io.BytesIO(data)))
    except Refused:
        raise
    except Exception as error:  # python-docx and lxml fail in many ways on what is no Word file
        raise Refused("file_type") from error
    lines = [line for line in lines if line][:MOST_LINES]
    if not lines:
        raise Refused("file_empty")
    return lines


def _lines(document: Any) -> list[str]:
    numbers = docx_numbers.read(document)
    lines: list[str] = []
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            for row in block.rows:
                lines.append(" | ".join(clean(cell.text) for cell in row.cells))
            continue
        number = numbers.of(block)  # an empty paragraph counts, too
        first, *rest = block.text.split("\n")
        lines += [clean(f"{number} {first}") if first.strip() else "", *map(clean, rest)]
    return lines


def read_draft(text: str, explanations: Mapping[str, str] | None = None) -> tuple[str, list[DraftProvision]]:
    """What stands before the first heading, and the provisions with their explanations by path."""
    lines = [line for line in (clean(line) for line in text.split("\n")) if line]
    found = outline(lines)
    if not found:
        return "\n".join(lines), []
    given = explanations or {}
    provisions = [
        DraftProvision(
            path=p.id,
            level=p.level,
            number=p.number,
            heading=p.heading,
            text=p.text,
            explanation=given.get(p.id, "").strip(),
        )
        for p in found
    ]
    return "\n".join(_before(lines)), provisions


def _before(lines: list[str]) -> list[str]:
    """Lines before the first heading: adding one line at a time until a provision appears."""
    low, high = 0, len(lines)
    while low < high:
        middle = (low + high) // 2
        if outline(lines[: middle + 1]):
            high = middle
        else:
            low = middle + 1
    return lines[:low]


def as_text(preamble: str, provisions: list[DraftProvision]) -> str:
    """The draft as it can be typed and read back."""
    names = {"part": "Phần", "chapter": "Chương", "section": "Mục", "subsection": "Tiểu mục"}
    lines = [preamble] if preamble else []
    for p in provisions:
        if p.level == "article":
            lines.append(f"Điều {p.number}. {p.heading}".rstrip())
            if p.text:
                lines.append(p.text)
        elif p.level in names:
            lines.append(f"{names[p.level]} {p.number}. {p.heading}".rstrip())
    return "\n".join(lines)
