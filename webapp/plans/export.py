"""Plans as an XLSX workbook that `plans.reading` reads back to the same contents."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from schemas.plans import ACTIONS, PlanContent
from schemas.text.paths import label
from schemas.text.references import parse_reference

from .columns import AMENDMENTS, CLAUSES, ITEMS, PLANS, SHEETS, SUPERSESSIONS, Column, Sheet

#: A spreadsheet's numbers are binary fractions of 53 bits; larger amounts are written as text.
LARGEST_NUMBER = 2**53
#: Spreadsheets know no date before 1900 and count 1900 as a leap year.
FIRST_DATE = dt.date(1901, 1, 1)
_LAST_ROW = 20_000


def workbook(plans: Mapping[str, PlanContent]) -> bytes:
    """Number → content, as the bytes of an XLSX file; without plans an empty form to fill in."""
    book = Workbook()
    for at, sheet in enumerate(SHEETS):
        page = book.active if at == 0 else book.create_sheet()
        page.title = sheet.title
        _write(page, sheet, _rows(sheet, plans))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _rows(sheet: Sheet, plans: Mapping[str, PlanContent]) -> Iterator[Mapping[str, Any]]:
    for number, content in plans.items():
        if sheet is PLANS:
            due = {f"due_{d.step}": d.due for d in content.deadlines}
            bases = "\n".join(content.legal_bases)
            yield {**content.model_dump(exclude={"items"}), **due, "legal_bases": bases, "plan": number}
        if sheet is SUPERSESSIONS:
            for earlier in content.supersedes:
                yield {**earlier.model_dump(), "plan": number, "earlier": earlier.plan}
        for ordinal, item in enumerate(content.items, 1):
            key = {"plan": number, "ordinal": ordinal}
            if sheet is ITEMS:
                yield {**item.model_dump(), **key}
            parts = item.clauses if sheet is CLAUSES else item.amendments if sheet is AMENDMENTS else ()
            for part in parts:
                yield {**part.model_dump(), **key}


def _write(page: Any, sheet: Sheet, rows: Iterator[Mapping[str, Any]]) -> None:
    for at, column in enumerate(sheet.columns, 1):
        head = page.cell(1, at, column.title + (" *" if column.required else ""))
        head.font = Font(bold=True)
        head.alignment = Alignment(wrap_text=True, vertical="top")
        page.column_dimensions[get_column_letter(at)].width = column.width
    page.freeze_panes = "A2"
    for line, values in enumerate(rows, 2):
        for at, column in enumerate(sheet.columns, 1):
            _fill(page.cell(line, at), column, values.get(column.field))
    _offer_actions(page, sheet)


def _fill(cell: Cell, column: Column, value: Any) -> None:
    if value is None or value == "":
        return
    if column.type == "date" and value >= FIRST_DATE:
        cell.value, cell.number_format = value, "dd/mm/yyyy"
    elif column.type in ("amount", "count") and value < LARGEST_NUMBER:
        cell.value, cell.number_format = value, "#,##0"
    else:
        # Text is always text: a wording that starts with "=" must not become a formula.
        cell.value = as_text(column, value)
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def as_text(column: Column, value: Any) -> str:
    """A value as an officer would type it."""
    if column.type == "date":
        return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
    if column.type == "action":
        return ACTIONS[value]
    if column.type == "provision":
        return provision_text(value)
    return str(value)


def provision_text(path: str) -> str:
    """ "Điểm b Khoản 2 Điều 18" where that is read back to the same path, else the path itself."""
    words = label(path)
    found = parse_reference(words)
    plain = found and found.path == path and not found.number and not found.title_words
    return words if plain else path


def _offer_actions(page: Any, sheet: Sheet) -> None:
    """A list to choose from, in spreadsheets that show one."""
    for at, column in enumerate(sheet.columns, 1):
        if column.type == "action":
            names = ",".join(name.replace(",", "") for name in ACTIONS.values())
            choice = DataValidation(type="list", formula1=f'"{names}"', allow_blank=False)
            choice.showErrorMessage = False
            letter = get_column_letter(at)
            choice.add(f"{letter}2:{letter}{_LAST_ROW}")
            page.add_data_validation(choice)
