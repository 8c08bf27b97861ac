"""Paragraphs and tables of the HTML that the gateway gives for a text.

One pass over the parser's events, no tree: many of the texts are old Word exports with a tag for every few
words, and deep nesting of unclosed tags must not matter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from schemas.text.headings import Line, Mark
from schemas.text.normalise import clean

from .styles import PLAIN, Style, read_style

Rows = tuple[tuple[str, ...], ...]

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
# In these a <br> is a line break inside the paragraph; directly in any other block it ends the paragraph.
_PARAGRAPHS = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "pre"])
_SKIPPED = frozenset(["head", "script", "style", "title"])
_BOLD = frozenset(["b", "strong", "h1", "h2", "h3", "h4", "h5", "h6"])
_MARKS: dict[str, Mark] = {
    "prov-part": "chapter",
    "prov-chapter": "chapter",
    "prov-section": "chapter",
    "prov-subsection": "chapter",
    "prov-article": "article",
    "prov-clause": "clause",
    "prov-item": "point",
    "prov-point": "point",
    "prov-content": "content",
}


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or, where `table` is set, a table. `group` names its layout table (0: none)."""

    line: Line
    group: int = 0
    table: Rows | None = None


@dataclass(slots=True)
class _Table:
    """A table being read: the blocks before it, where its cells begin, whether it shows a border."""

    blocks: list[Block] = field(default_factory=list)
    rows: list[list[int]] = field(default_factory=list)
    border: bool = False


@dataclass(slots=True)
class _Open:
    """An open element."""

    tag: str
    bold: bool
    centred: bool
    mark: Mark | None = None
    capitals: bool = False


def read_blocks(html: str) -> list[Block]:
    """Paragraphs and tables in reading order; empty when there is no text at all."""
    reader = _Reader()
    parser = etree.HTMLParser(target=reader, encoding="utf-8", huge_tree=True)
    try:
        parser.feed(html.encode("utf-8", "surrogatepass"))
        parser.close()
    except etree.XMLSyntaxError:
        # libxml2 reports an empty document this way; what it read before is in the reader.
        pass
    return reader.finish()


class _Reader:
    """Target of the parser: turns events into blocks."""

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._tables: list[_Table] = []
        self._blocks: list[Block] = []
        self._parts: list[str] = []
        self._bold: list[bool] = []
        self._skip = 0
        self._groups = 0

    # The four methods of lxml's target interface.
    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _SKIPPED:
            self._skip += 1
        elif tag == "br":
            self._break()
        parent = self._open[-1] if self._open else _Open("", False, False)
        style = read_style(attributes["style"]) if "style" in attributes else PLAIN
        bold = tag in _BOLD or parent.bold or style.bold
        capitals = parent.capitals or style.capitals
        if tag not in _BLOCKS:
            self._open.append(_Open(tag, bold, parent.centred, parent.mark, capitals))
            return
        self._flush()
        centred, mark = _block_style(tag, attributes, style, parent)
        self._open.append(_Open(tag, bold, centred, mark, capitals))
        if tag == "table":
            border = attributes.get("border", "0") not in ("", "0")
            self._tables.append(_Table(self._blocks, border=border))
            self._blocks = []
        elif tag == "tr" and self._tables:
            self._tables[-1].rows.append([])
        elif tag in ("td", "th") and self._tables:
            if not self._tables[-1].rows:
                self._tables[-1].rows.append([])
            self._tables[-1].rows[-1].append(len(self._blocks))

    def end(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._skip = max(0, self._skip - 1)
        if tag in _BLOCKS:
            self._flush()
        if tag == "table" and self._tables:
            self._end_table()
        if self._open:
            self._open.pop()

    def data(self, text: str) -> None:
        if not self._skip:
            holder = self._open[-1] if self._open else None
            self._parts.append(text.upper() if holder and holder.capitals else text)
            self._bold.append(holder is not None and holder.bold)

    def close(self) -> None:
        self._flush()

    def comment(self, text: str) -> None:
        """Comments of Word ("[if gte mso 9]") are no text."""

    def finish(self) -> list[Block]:
        """All blocks; tables left open are closed."""
        self._flush()
        while self._tables:
            self._end_table()
        return self._blocks

    def _break(self) -> None:
        holder = self._open[-1] if self._open else None
        if holder is None or (holder.tag in _BLOCKS and holder.tag not in _PARAGRAPHS):
            self._flush()
        else:
            self._parts.append(_BREAK)
            self._bold.append(holder.bold)

    def _flush(self) -> None:
        if not self._parts:
            return
        parts, bold = self._parts, self._bold
        self._parts, self._bold = [], []
        raw = "".join(parts)
        # Between blocks there is nothing but line breaks of the source.
        if raw.isspace():
            return
        if _BREAK in raw and len(_ARTICLES.findall(raw)) > 1:
            # A whole act in one paragraph: here a line break does end a paragraph.
            start = 0
            for end in [*(i for i, part in enumerate(parts) if part == _BREAK), len(parts)]:
                self._add(parts[start:end], bold[start:end])
                start = end + 1
        else:
            self._add(parts, bold)

    def _add(self, parts: list[str], bold: list[bool]) -> None:
        text = _paragraph("".join(parts))
        if not text:
            return
        at = self._open[-1] if self._open else _Open("body", False, False)
        line = Line(text, at.mark, _bold_length(parts, bold, text), at.centred)
        self._blocks.append(Block(line))

    def _end_table(self) -> None:
        table = self._tables.pop()
        inner, self._blocks = self._blocks, table.blocks
        cells = _cells(inner, table.rows)
        width = max((len(row) for row in cells), default=0)
        if (table.border and width > 1) or (width > 1 and len(cells) > 2 and not _lays_out(inner)):
            self._blocks.append(Block(Line(""), table=cells))
        elif width > 1:
            self._groups += 1
            self._blocks += [
                block if block.group or block.table else Block(block.line, self._groups) for block in inner
            ]
        else:
            self._blocks += inner


# A line break inside a paragraph, kept through cleaning: cleaning would make a blank of "\n".
_BREAK = "\uffff"
_ARTICLES = re.compile(rf"(?:^|{_BREAK})\s*[ĐÐ]iều\s+\d+\w?\s*[.:]")


def _paragraph(raw: str) -> str:
    if _BREAK not in raw:
        return clean(raw)
    return "\n".join(filter(None, (clean(piece) for piece in raw.split(_BREAK))))


def _bold_length(parts: list[str], bold: list[bool], text: str) -> int:
    """How many characters of `text` the bold run at its start covers."""
    if True not in bold:
        return 0
    if False not in bold:
        return len(text)
    for index, (part, is_bold) in enumerate(zip(parts, bold, strict=True)):
        if not is_bold and part != _BREAK and clean(part):
            return len(_paragraph("".join(parts[:index])))
    return len(text)


def _block_style(
    tag: str, attributes: Mapping[str, str], style: Style, parent: _Open
) -> tuple[bool, Mark | None]:
    """Whether the block is centred and which level the source names for it."""
    centred = tag == "center" or parent.centred
    if "align" in attributes:
        centred = attributes["align"].lower() == "center"
    if style.centred is not None:
        centred = style.centred
    mark = parent.mark
    if "class" in attributes:
        for name in attributes["class"].split():
            mark = _MARKS.get(name, mark)
    return centred, mark


def _cells(blocks: list[Block], rows: list[list[int]]) -> Rows:
    """Text of every cell; a cell's paragraphs are joined by line breaks."""
    starts = [start for row in rows for start in row]
    ends = [*starts[1:], len(blocks)]
    texts = [
        "\n".join(filter(None, (_text(block) for block in blocks[start:end])))
        for start, end in zip(starts, ends, strict=True)
    ]
    taken = iter(texts)
    return tuple(cells for row in rows if any(cells := tuple(next(taken) for _ in row)))


def _text(block: Block) -> str:
    if block.table is not None:
        return "\n".join(" | ".join(row) for row in block.table)
    return block.line.text.replace("\n", " ")


def _lays_out(blocks: list[Block]) -> bool:
    """Whether a table only places text: letterhead, signature, or the whole act in a frame."""
    return any(
        block.line.mark
        or block.line.text.startswith(("CỘNG HÒA", "CỘNG HOÀ", "Nơi nhận", "(Đã ký)"))
        or (block.line.bold and block.line.text.startswith("Điều "))
        for block in blocks
    )
