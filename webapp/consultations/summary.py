"""The table of comments and what became of them (bảng tổng hợp, giải trình, tiếp thu ý kiến), five columns as
the rules on legal documents ask for it: TT | Nội dung dự thảo | Nội dung góp ý | Đơn vị góp ý | Ý kiến giải
trình, tiếp thu. As DOCX and XLSX; a campaign is one row that says how many sent it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Response, abort
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from schemas import consultation_tables as c
from schemas.text.paths import label

from ..state import site
from . import words
from .blueprint import bp
from .common import public
from .queries import Shown, newest_version, public_said, shown
from .rows import Row

HEADINGS = ("TT", "Nội dung dự thảo", "Nội dung góp ý", "Đơn vị góp ý", "Ý kiến giải trình, tiếp thu")
WIDTHS = (6, 45, 60, 28, 60)
_CHUNK = 1000
#: XML 1.0 cannot hold these.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table without its number."""

    draft: str
    comment: str
    sender: str
    answer: str


def lines(connection: sa.Connection, row: Row) -> Iterator[Line]:
    """Public comments in the order of the newest draft: on the whole first, then clause by clause, then those
    whose clause is gone. What is not public of a sender is not in it."""
    t, a, p = c.comments.c, c.comment_anchors.c, c.draft_provisions.c
    newest = newest_version(row.id)
    query = (
        sa.select(c.comments)
        .outerjoin(c.comment_anchors, sa.and_(a.comment_id == t.id, a.version_id == newest))
        .outerjoin(c.draft_provisions, sa.and_(p.version_id == newest, p.path == a.path))
        .where(t.consultation_id == row.id, t.state.in_(("published", "redacted")))
        .where(sa.not_(t.collapsed))
        .order_by(sa.case((a.fit == "detached", 2), (p.ordinal.is_(None), 0), else_=1), p.ordinal, t.id)
    )
    rows = connection.execute(query).all()
    for start in range(0, len(rows), _CHUNK):
        for item in shown(connection, row.id, rows[start : start + _CHUNK]):
            yield _line(item)


def _line(item: Shown) -> Line:
    row = item.row
    body = row.body if row.shown_body is None else row.shown_body
    wording = row.replacement if row.shown_replacement is None else row.shown_replacement
    where = label(item.path) if item.path else ("" if item.fit == "detached" else "Toàn bộ dự thảo")
    said = [words.stance_name(row.stance), body]
    if wording:
        said.append(f"Đề xuất lời văn: {wording}")
    for one in public_said(item):
        said.append(f"{one.question} – " + ". ".join(filter(None, (one.choice, one.text))))
    if item.members > 1:
        said.append(f"({item.members} góp ý có nội dung gần giống nhau)")
    sender = " – ".join(filter(None, (item.name, item.organisation, item.place)))
    answer = f"{words.verdict_name(item.verdict)}. {item.answer}" if item.answer else "Chưa trả lời"
    return Line(
        _clean("\n".join(filter(None, (where, item.quote)))),
        _clean("\n".join(filter(None, said))),
        _clean(sender or "Người gửi không nêu tên"),
        _clean(answer),
    )


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)


def as_xlsx(title: str, rows: Iterator[Line]) -> bytes:
    """A workbook; no cell is ever a formula, whatever somebody has written."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Tổng hợp góp ý")
    for number, width in enumerate(WIDTHS):
        sheet.column_dimensions["ABCDE"[number]].width = width

    def cell(value: object, bold: bool = False) -> WriteOnlyCell:
        made = WriteOnlyCell(sheet, value=value[:32_000] if isinstance(value, str) else value)
        if isinstance(value, str):
            made.data_type = "s"
        made.alignment = Alignment(wrap_text=True, vertical="top")
        made.font = Font(bold=bold)
        return made

    sheet.append([cell(_clean(title), True)])
    sheet.append([cell(name, True) for name in HEADINGS])
    for number, line in enumerate(rows, 1):
        sheet.append([cell(number), *map(cell, (line.draft, line.comment, line.sender, line.answer))])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_docx(title: str, rows: Iterator[Line]) -> bytes:
    """A landscape Word document with the table; its heading row repeats on each page."""
    # python-docx needs lxml, without which the site still starts and everything else works.
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.oxml import OxmlElement

    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    document.add_heading("Bảng tổng hợp, giải trình, tiếp thu ý kiến góp ý", 1)
    document.add_paragraph(_clean(title))
    table = document.add_table(rows=1, cols=len(HEADINGS), style="Table Grid")
    for cell, name in zip(table.rows[0].cells, HEADINGS, strict=True):
        cell.paragraphs[0].add_run(name).bold = True
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:tblHeader"))
    for number, line in enumerate(rows, 1):
        cells = table.add_row().cells
        values = (str(number), line.draft, line.comment, line.sender, line.answer)
        for cell, value in zip(cells, values, strict=True):
            cell.text = value
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@bp.get("/tham-van/<int:consultation_id>/bang-tong-hop.<kind>")
def summary(consultation_id: int, kind: str) -> Response:
    """The table as DOCX or XLSX."""
    if kind not in TYPES:
        abort(404)
    make = {"docx": as_docx, "xlsx": as_xlsx}[kind]
    with site().database.connect() as connection:
        row = public(connection, consultation_id)
        data = make(row.title, lines(connection, row))
    response = Response(data, mimetype=TYPES[kind])
    response.headers["Content-Disposition"] = f"attachment; filename=tong-hop-gop-y-{row.id}.{kind}"
    return response
