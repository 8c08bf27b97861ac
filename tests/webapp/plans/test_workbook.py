"""XLSX: what is exported is imported the same; what is wrong is named cell by cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from schemas.plans import PlanContent, PlanItem, Supersession
from webapp.plans.export import workbook
from webapp.plans.reading import LARGEST_FILE, read_workbook

from .people import content, contents

CODES = st.from_regex(r"[A-Z0-9][A-Z0-9.-]{0,10}", fullmatch=True)


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(CODES, contents(), min_size=1, max_size=3))
@example({"PA-2026-0001": content()})
def test_what_is_exported_is_imported_the_same(plans: dict[str, PlanContent]) -> None:
    reading = read_workbook(workbook(plans))
    assert reading.problems == ()
    assert reading.plans == plans


def test_large_amounts_early_dates_and_supersessions_survive() -> None:
    item = PlanItem(action="amend", title="Quy định", current_cost=10**18, after_cost=2**53 + 1)
    plan = PlanContent(
        title="=HYPERLINK(1)",
        items=(item,),
        supersedes=(Supersession(plan="PA-2025-0003", item=2, note="Phần phí"),),
    )
    assert read_workbook(workbook({"PA-1": plan})).plans == {"PA-1": plan}


def test_text_never_becomes_a_formula() -> None:
    book = load_workbook(io.BytesIO(workbook({"PA-1": PlanContent(title="=1+1")})))
    assert book["Phương án"]["B2"].data_type == "s"


def edited(change: Callable[[Any], None]) -> bytes:
    book = load_workbook(io.BytesIO(workbook({"PA-1": content(), "PA-2": content()})))
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def put(sheet: str, cell: str, value: Any) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        book[sheet][cell] = value

    return change


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "code"),
    [
        ("Phương án", "B2", None, "missing"),
        ("Phương án", "B2", "Á", "string_too_short"),
        ("Phương án", "A2", "PA 1/2", "bad_code"),
        ("Phương án", "A3", "PA-1", "twice"),
        ("Phương án", "F2", "31/02/2026", "date"),
        ("Phương án", "F2", 12.5, "date"),
        ("Phương án", "B2", "=1+1", "formula"),
        ("Nội dung", "C2", "Xóa", "action"),
        ("Nội dung", "G2", "nhiều", "amount"),
        ("Nội dung", "G2", -5, "amount"),
        ("Nội dung", "G2", 1.5, "amount"),
        ("Nội dung", "H2", None, "cost_pair"),
        ("Nội dung", "B2", "một", "count"),
        ("Nội dung", "A2", "PA-9", "unknown_plan"),
        ("Điều khoản", "B2", 7, "unknown_item"),
        ("Điều khoản", "D2", "chỗ nào đó", "provision"),
        ("Điều khoản", "C2", None, "missing"),
        ("Văn bản sửa đổi", "E2", "sớm", "date"),
        ("Phương án", "C1", "Cột lạ", "wrong_head"),
    ],
)
@pytest.mark.integration
def test_each_wrong_cell_is_named(sheet: str, cell: str, value: Any, code: str) -> None:
    reading = read_workbook(edited(put(sheet, cell, value)))
    assert reading.plans == {}
    assert (sheet, code) in {(p.sheet, p.code) for p in reading.problems}
    named = {p.cell for p in reading.problems if p.code == code}
    # A pair or a row is named at its first cell, everything else at the cell itself.
    assert cell in named or code in ("cost_pair",)


def test_all_wrong_cells_are_named_at_once() -> None:
    def change(book: Any) -> None:
        book["Phương án"]["F2"] = "mai"
        book["Nội dung"]["C3"] = "?"
        book["Điều khoản"]["D2"] = "?"

    problems = read_workbook(edited(change)).problems
    assert {("Phương án", "F2"), ("Nội dung", "C3"), ("Điều khoản", "D2")} <= {
        (p.sheet, p.cell) for p in problems
    }


def test_typed_as_officers_type() -> None:
    def change(book: Any) -> None:
        book["Nội dung"]["G2"], book["Nội dung"]["H2"] = "9,25 tỷ đồng", "850 nghìn"
        book["Nội dung"]["C2"] = "đơn giản hoá"
        book["Điều khoản"]["D2"] = "điểm đ khoản 2 điều 18"
        book["Phương án"]["F2"] = "1/7/2026"

    reading = read_workbook(edited(change))
    assert reading.problems == ()
    item = reading.plans["PA-1"].items[0]
    assert (item.current_cost, item.after_cost) == (9_250_000_000, 850_000)
    assert item.clauses[0].provision == "dieu-18/khoan-2/diem-dd"
    assert str(reading.plans["PA-1"].effective_from) == "2026-07-01"


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (61 << 20))
    return buffer.getvalue()


def with_entity() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_xlsx"),
        (b"PK\x03\x04 nothing", "not_xlsx"),
        (b"x" * (LARGEST_FILE + 1), "too_large"),
        (bomb(), "too_large"),
        (with_entity(), "not_xlsx"),
        (workbook({}), "empty"),
    ],
)
def test_files_that_are_no_such_workbook(data: bytes, code: str) -> None:
    assert [p.code for p in read_workbook(data).problems] == [code]


@settings(max_examples=30)
@given(st.binary(max_size=300))
def test_no_file_makes_it_fail(data: bytes) -> None:
    assert not read_workbook(b"PK\x03\x04" + data).clean
