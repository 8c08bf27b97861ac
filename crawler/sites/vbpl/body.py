"""The parts of an act's text: letterhead, title, preamble, provisions, signature, annexes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from schemas.documents import Annex, Provision
from schemas.text.headings import ARTICLE, Line, find_headings, first_article
from schemas.text.outline import outline

from .html import Block


@dataclass(slots=True)
class Body:
    """What the text gives; `title` is the name below the type's line, "" where none was found."""

    title: str = ""
    preamble: tuple[str, ...] = ()
    provisions: tuple[Provision, ...] = ()
    annexes: tuple[Annex, ...] = ()


@dataclass(slots=True)
class _Part:
    """An annex being put together."""

    title: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


_PREAMBLE = re.compile(
    r"(?:Căn cứ|Theo |Xét |Thực hiện|Để |Nhằm |Sau khi|Trên cơ sở|Thi hành|Tiếp theo|Được sự|Chiếu)",
    re.IGNORECASE,
)
# Offices that sign, with the marks for "on behalf of" (TM., KT., TL., TUQ., Q.).
_OFFICE = re.compile(
    r"(?:(?:TM|KT|TL|TUQ|Q|T/M|K/T)\.?\s*)*(?:PHÓ |THỨ |QUYỀN )?"
    r"(?:BỘ TRƯỞNG|THỨ TRƯỞNG|TRƯỞNG|THỦ TƯỚNG|CHỦ TỊCH|CHỦ NHIỆM|TỔNG|THỐNG ĐỐC|THỦ TRƯỞNG|VIỆN TRƯỞNG"
    r"|CHÁNH ÁN|CHÁNH VĂN PHÒNG|GIÁM ĐỐC|CỤC TRƯỞNG|VỤ TRƯỞNG|CHÍNH PHỦ|ỦY BAN|UỶ BAN|HỘI ĐỒNG|BAN |BỘ )"
)
_SIGNED = re.compile(r"\(?\s*(?:Đã ký|đã ký|ĐÃ KÝ|Ký tên)\s*\)?\.?$")
_RECIPIENTS = re.compile(r"Nơi nhận\s*:?", re.IGNORECASE)
_ANNEX = re.compile(
    r"(?:PHỤ\s+LỤC|PHỤ\s+BIỂU|BIỂU\s+MẪU|MẪU\s+SỐ)(?:\s+(?:SỐ\s+)?[\dIVXLCA-ZĐ.\-/]{1,8})?\s*(?:[.:–\-].*|\n.*)?$",
    re.DOTALL,
)
_ATTACHED = re.compile(
    r"(?:QUY CHẾ|QUY ĐỊNH|ĐIỀU LỆ|NỘI QUY|QUY TRÌNH|DANH MỤC|CHƯƠNG TRÌNH|KẾ HOẠCH|ĐỀ ÁN|QUY TẮC)(?:\n.*)?$",
    re.DOTALL,
)
_ISSUED_WITH = re.compile(r"\(?\s*(?:Ban hành )?(?:kèm|Kèm) theo", re.IGNORECASE)
# "Luật này đã được Quốc hội … thông qua ngày …", below the last article.
_ADOPTED = re.compile(
    r"(?:Bộ luật|Luật|Pháp lệnh|Nghị quyết) này (?:đã )?được .{0,200}thông qua", re.IGNORECASE
)
_STATE = re.compile(r"CỘNG H[ÒO][AÀ] XÃ HỘI", re.IGNORECASE)


def read_body(blocks: Sequence[Block], type_name: str, annexes_marked: bool = True) -> Body:
    """Take the text apart; `annexes_marked` says that annex headings are bold or centred (HTML)."""
    lines = [block.line for block in blocks]
    article = first_article(lines)
    if article is None:
        return Body(title=_title(lines, type_name), preamble=_preamble(lines, type_name))
    # The annexes are cut off first: an attached regulation can have more articles than the act itself.
    start = _annex_start(blocks, article, annexes_marked)
    headings = find_headings(lines[:start])
    first = headings[0].start if headings else article
    end = _signature_start(blocks, first, start)
    body = Body(
        title=_title(lines[:first], type_name),
        preamble=_preamble(lines[:first], type_name),
        provisions=outline(_lines(blocks[first:end])),
    )
    annexes = _annexes(_without_letterheads(blocks[start:]))
    body.annexes = tuple(annex for annex, _ in annexes)
    body.provisions += tuple(provision for _, provisions in annexes for provision in provisions)
    return body


def _lines(blocks: Sequence[Block]) -> list[Line]:
    """Lines of provisions; a table inside an article reads as one line a row."""
    found = []
    for block in blocks:
        if block.table is None:
            found.append(block.line)
        else:
            found += [Line(" | ".join(cell.replace("\n", " ") for cell in row)) for row in block.table]
    return found


# ------------------------------------------------------------------------------- before the first heading
def _title(lines: Sequence[Line], type_name: str) -> str:
    """The line below "NGHỊ ĐỊNH"; in one paragraph they are parted by a line break."""
    wanted = type_name.upper()
    for index, line in enumerate(lines):
        label, _, rest = line.text.partition("\n")
        if label.strip() != wanted:
            continue
        if rest:
            return rest.replace("\n", " ")
        if index + 1 < len(lines) and not _PREAMBLE.match(lines[index + 1].text):
            return lines[index + 1].text.replace("\n", " ")
        return ""
    return ""


def _preamble(lines: Sequence[Line], type_name: str) -> tuple[str, ...]:
    """Paragraphs from the first "Căn cứ" on, without lines in capitals ("QUYẾT ĐỊNH:")."""
    wanted = type_name.upper()
    start = 0
    for index, line in enumerate(lines):
        label, _, rest = line.text.partition("\n")
        if label.strip() == wanted:
            start = index + (1 if rest else 2)
            break
    found: list[str] = []
    for line in lines[start:]:
        text = line.text.replace("\n", " ")
        if not found and (line.centred or not _PREAMBLE.match(text)):
            continue
        if not text.isupper() and any(character.isalnum() for character in text):
            found.append(text)
    return tuple(found)


# --------------------------------------------------------------------------------- behind the last article
def _annex_start(blocks: Sequence[Block], first: int, marked: bool) -> int:
    """Index of the first annex heading, or of the end."""
    for index in range(first + 1, len(blocks)):
        line = blocks[index].line
        if marked:
            if line.mark is None and (line.bold or line.centred) and _is_annex_heading(line.text):
                return index
        elif _is_annex_heading(line.text) and _follows_signature(blocks, index):
            return index
        if line.mark is None and _STATE.match(line.text) and line.bold and blocks[index].group:
            # The letterhead of an attached regulation.
            return _group_start(blocks, index)
    return len(blocks)


def _follows_signature(blocks: Sequence[Block], index: int) -> bool:
    """Whether a signature stands just above and the act's own articles do not go on below.

    A form inside an article has signatures and annexes too, but below it the numbering of the articles is
    taken up again, while the articles of an attached regulation begin with 1.
    """
    above = blocks[max(0, index - _SIGNATURE_LINES) : index]
    if not any(_is_signature(block.line.text) for block in above):
        return False
    numbers = [
        (at, number) for at, block in enumerate(blocks) if (number := _article_number(block.line.text))
    ]
    next_number = max((number for at, number in numbers if at < index), default=0) + 1
    before = 0
    for _, number in (pair for pair in numbers if pair[0] > index):
        if number == next_number != before + 1:
            return False
        before = number
    return True


def _article_number(text: str) -> int:
    match = ARTICLE.match(text)
    return int("".join(filter(str.isdigit, match.group(1)))) if match else 0


def _is_annex_heading(text: str) -> bool:
    upper = text.upper() if text[:7].lower() == "phụ lục" else text
    return bool(_ANNEX.match(upper) or _ATTACHED.match(text))


def _is_signature(text: str) -> bool:
    return bool(_SIGNED.match(text)) or (len(text) < 90 and text.isupper() and bool(_OFFICE.match(text)))


def _group_start(blocks: Sequence[Block], index: int) -> int:
    group = blocks[index].group
    while group and index and blocks[index - 1].group == group:
        index -= 1
    return index


def _signature_start(blocks: Sequence[Block], first: int, end: int) -> int:
    """Index of the signature, the last one before the annexes; `end` where there is none.

    Forms inside articles have signatures too, so the search goes backwards and stops at text.
    """
    last = next((i for i in range(end - 1, first, -1) if _signs(blocks[i])), None)
    if last is None or end - last > _LONGEST_SIGNATURE:
        return end
    if blocks[last].group:
        return _before_adoption(blocks, first, _group_start(blocks, last))
    start = last
    while (
        start - 1 > first and _is_signature(blocks[start - 1].line.text) and not blocks[start - 1].line.mark
    ):
        start -= 1
    return _before_adoption(blocks, first, start)


def _before_adoption(blocks: Sequence[Block], first: int, end: int) -> int:
    """`end`, or one less where the note of adoption stands before it and the source marks it as no part.

    Texts whose last article is not marked by the source keep the note in that article, where it reads.
    """
    if not _ADOPTED.match(blocks[end - 1].line.text) or blocks[end - 1].line.mark:
        return end
    marks = (block.line.mark for block in reversed(blocks[first : end - 1]))
    return end - 1 if next(marks, None) else end


_LONGEST_SIGNATURE = 12
_TITLE_LINES = 4
# Office, "(Đã ký)", name: what can stand between the last article and an annex.
_SIGNATURE_LINES = 3


def _signs(block: Block) -> bool:
    line = block.line
    if line.mark or block.table is not None:
        return False
    return _is_signature(line.text) or bool(block.group and _RECIPIENTS.match(line.text))


def _without_letterheads(blocks: Sequence[Block]) -> list[Block]:
    """Blocks without the layout tables that hold "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"."""
    groups = {block.group for block in blocks if block.group and _STATE.match(block.line.text)}
    return [block for block in blocks if block.group not in groups]


def _annexes(blocks: Sequence[Block]) -> list[tuple[Annex, tuple[Provision, ...]]]:
    marked = any(block.line.bold or block.line.centred for block in blocks)
    parts: list[_Part] = []
    for block in blocks:
        line = block.line
        emphasised = bool(line.bold or line.centred) or not marked
        starts = block.table is None and emphasised and _is_annex_heading(line.text)
        if not parts or (starts and parts[-1].blocks):
            parts.append(_Part())
        part = parts[-1]
        if block.table is None and not part.blocks and _continues_title(part, line, marked):
            part.title.append(line.text)
        else:
            part.blocks.append(block)
    found = []
    for number, part in enumerate(parts, start=1):
        annex, provisions = _annex(part, number)
        if annex.text or annex.tables or provisions:
            found.append((annex, provisions))
    return found


def _continues_title(part: _Part, line: Line, marked: bool) -> bool:
    if _STATE.match(line.text) or _ISSUED_WITH.match(line.text):
        return False
    emphasised = line.bold > 0 and line.centred if marked else line.text.isupper()
    return not part.title or (emphasised and len(part.title) < _TITLE_LINES)


def _annex(part: _Part, number: int) -> tuple[Annex, tuple[Provision, ...]]:
    pieces = [piece for text in part.title for piece in text.split("\n")]
    note = next((i for i, piece in enumerate(pieces) if _ISSUED_WITH.match(piece)), len(pieces))
    title, notes = pieces[:note], pieces[note:]
    tables = tuple(block.table for block in part.blocks if block.table is not None)
    lines = [replace(block.line) for block in part.blocks if block.table is None]
    provisions = outline(lines, f"phu-luc-{number}/") if find_headings(lines) else ()
    text = [*notes, *(line.text.replace("\n", " ") for line in lines)]
    return Annex(title=". ".join(title), text="\n".join(text), tables=tables), provisions
