"""Plans read from an XLSX workbook: whole and clean, or a list of every wrong cell. Nothing is written."""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from pydantic import BaseModel, ValidationError

from schemas.plans import STEPS, Amendment, Clause, Deadline, PlanContent, PlanItem, Supersession

from .cells import BadCell, read_cell
from .columns import AMENDMENTS, CLAUSES, ITEMS, PLANS, SHEETS, SUPERSESSIONS, Sheet

LARGEST_FILE = 5 << 20
#: A few kilobytes of zip can hold gigabytes of zeros.
LARGEST_UNPACKED = 60 << 20
MOST_ROWS = 20_000
MOST_PROBLEMS = 500
NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,59}")


@dataclass(frozen=True, slots=True)
class Problem:
    """A wrong cell: sheet, cell ("C7"; "" for the whole sheet or file), what it holds, what is wrong with it.

    `code` names the rule; `allowed` what could stand there.
    """

    sheet: str
    cell: str
    found: str
    code: str
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a workbook holds: plans by their code, in order; or why it cannot be taken."""

    plans: Mapping[str, PlanContent] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def clean(self) -> bool:
        return not self.problems


@dataclass(slots=True)
class _Row:
    sheet: Sheet
    line: int
    values: dict[str, Any]

    def cell(self, name: str) -> str:
        """Address of the cell that fills a field."""
        names = [column.field for column in self.sheet.columns]
        return f"{get_column_letter(names.index(name) + 1 if name in names else 1)}{self.line}"


class _Reader:
    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def problem(self, row: _Row, name: str, code: str, allowed: str = "") -> None:
        found = row.values.get(name)
        shown = "" if found is None else str(found)[:200]
        self.problems.append(Problem(row.sheet.title, row.cell(name), shown, code, allowed))

    def rows(self, book: Any, sheet: Sheet) -> list[_Row]:
        """The rows of one sheet whose cells could all be read; empty rows are passed over."""
        if sheet.title not in book.sheetnames:
            self.problems.append(Problem(sheet.title, "", "", "no_sheet", sheet.title))
            return []
        lines = book[sheet.title].iter_rows(max_col=len(sheet.columns))
        head = [str(cell.value or "").strip(" *") for cell in next(lines, ())]
        for at, column in enumerate(sheet.columns):
            if at >= len(head) or head[at] != column.title:
                cell = f"{get_column_letter(at + 1)}1"
                found = head[at] if at < len(head) else ""
                self.problems.append(Problem(sheet.title, cell, found, "wrong_head", column.title))
                return []
        rows = []
        for number, cells in enumerate(lines, 2):
            if number > MOST_ROWS + 1:
                self.problems.append(Problem(sheet.title, f"A{number}", "", "too_many_rows", str(MOST_ROWS)))
                break
            row = self._row(sheet, number, cells)
            if row:
                rows.append(row)
        return rows

    def _row(self, sheet: Sheet, number: int, cells: Sequence[Any]) -> _Row | None:
        if all(cell.value is None or str(cell.value).strip() == "" for cell in cells):
            return None
        row = _Row(sheet, number, {})
        sound = True
        for column, cell in zip(sheet.columns, cells, strict=False):
            try:
                row.values[column.field] = read_cell(column, cell)
            except BadCell as error:
                sound = False
                row.values[column.field] = cell.value
                self.problem(row, column.field, error.code, error.allowed)
        return row if sound else None

    def build(self, model: type[BaseModel], row: _Row, values: Mapping[str, Any]) -> Any:
        """The record of a row; None when a rule of the record itself forbids it."""
        try:
            return model.model_validate(values)
        except ValidationError as error:
            for one in error.errors():
                name = str(one["loc"][0]) if one["loc"] else ""
                context = one.get("ctx", {})
                limit = context.get("max_length") or context.get("min_length") or context.get("le") or ""
                code = one["type"] if one["loc"] else _RULES.get(str(context.get("error")), "row")
                self.problem(row, name, code, str(limit))
            return None


#: What the records' own rules say → codes of problems.
_RULES = {
    "the cost must be given both as it is now and as it will be, or not at all": "cost_pair",
    "the hours must be given both as it is now and as it will be, or not at all": "hours_pair",
    "the window must end on or after the day it starts": "window_order",
    "a step cannot be due before the step it follows": "due_order",
}


def read_workbook(data: bytes) -> Reading:
    """Every plan of the file, or every problem (the first 500). Never raises for what a file may hold."""
    refused = _refuse(data)
    if refused:
        return Reading(problems=(Problem("", "", "", refused),))
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    except Exception:  # openpyxl raises whatever its parsers raise
        return Reading(problems=(Problem("", "", "", "not_xlsx"),))
    reader = _Reader()
    try:
        rows = {sheet.title: reader.rows(book, sheet) for sheet in SHEETS}
    except Exception:  # sheets are parsed while they are read
        return Reading(problems=(Problem("", "", "", "not_xlsx"),))
    plans = _assemble(reader, rows)
    if reader.problems:
        return Reading(problems=tuple(reader.problems[:MOST_PROBLEMS]))
    return Reading(plans)


def _refuse(data: bytes) -> str:
    """Why a file is not even opened: its size, packed or unpacked, or entities in its XML."""
    if len(data) > LARGEST_FILE:
        return "too_large"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > LARGEST_UNPACKED or len(members) > 500:
                return "too_large"
            for member in members:
                with archive.open(member) as part:
                    head = part.read(4096)
                if b"<!DOCTYPE" in head or b"<!ENTITY" in head or b"<\x00!\x00" in head:
                    return "not_xlsx"
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        return "not_xlsx"
    return ""


def _assemble(reader: _Reader, rows: Mapping[str, list[_Row]]) -> dict[str, PlanContent]:
    heads: dict[str, _Row] = {}
    for row in rows[PLANS.title]:
        code = row.values["plan"]
        if not NUMBER.fullmatch(code):
            reader.problem(row, "plan", "bad_code")
        elif code in heads:
            reader.problem(row, "plan", "twice")
        else:
            heads[code] = row
    if not heads and not reader.problems:
        reader.problems.append(Problem(PLANS.title, "A2", "", "empty"))
    items = _items(reader, rows, heads)
    earlier: dict[str, list[Supersession]] = defaultdict(list)
    for row in rows[SUPERSESSIONS.title]:
        if _known(reader, row, heads):
            values = {name: row.values[name] for name in ("item", "from_date", "note")}
            found = reader.build(Supersession, row, {**values, "plan": row.values["earlier"]})
            if found:
                earlier[row.values["plan"]].append(found)
    plans = {}
    for code, row in heads.items():
        due = [(step, row.values[f"due_{step}"]) for step in STEPS]
        values = {
            **{c.field: row.values[c.field] for c in PLANS.columns if c.field in PlanContent.model_fields},
            "legal_bases": tuple(row.values["legal_bases"].splitlines()),
            "deadlines": tuple(Deadline(step=s, due=day) for s, day in due if day),  # type: ignore[arg-type]
            "items": tuple(items[code]),
            "supersedes": tuple(earlier[code]),
        }
        content = reader.build(PlanContent, row, values)
        if content:
            plans[code] = content
    return plans


def _known(reader: _Reader, row: _Row, heads: Mapping[str, _Row]) -> bool:
    if row.values["plan"] in heads:
        return True
    reader.problem(row, "plan", "unknown_plan", ", ".join(list(heads)[:5]))
    return False


def _items(
    reader: _Reader, rows: Mapping[str, list[_Row]], heads: Mapping[str, _Row]
) -> dict[str, list[PlanItem]]:
    found: dict[tuple[str, int], _Row] = {}
    for row in rows[ITEMS.title]:
        key = (row.values["plan"], row.values["ordinal"])
        if _known(reader, row, heads) and key in found:
            reader.problem(row, "ordinal", "twice")
        found.setdefault(key, row)
    parts: dict[tuple[str, tuple[str, int]], list[Any]] = defaultdict(list)
    for sheet, model in ((CLAUSES, Clause), (AMENDMENTS, Amendment)):
        for row in rows[sheet.title]:
            key = (row.values["plan"], row.values["ordinal"])
            if not _known(reader, row, heads):
                continue
            if key not in found:
                reader.problem(row, "ordinal", "unknown_item")
                continue
            own = {name: value for name, value in row.values.items() if name in model.model_fields}
            part = reader.build(model, row, own)
            if part:
                parts[sheet.title, key].append(part)
    items: dict[str, list[PlanItem]] = defaultdict(list)
    for key in sorted(found, key=lambda key: key[1]):
        row = found[key]
        values = {name: value for name, value in row.values.items() if name in PlanItem.model_fields}
        values["regulation"] = values["regulation"] or None
        more = {
            "clauses": tuple(parts[CLAUSES.title, key]),
            "amendments": tuple(parts[AMENDMENTS.title, key]),
        }
        item = reader.build(PlanItem, row, {**values, **more})
        if item:
            items[key[0]].append(item)
    return items
