"""References to provisions as typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.text.references import TypedReference, code_named, parse_reference


@pytest.mark.parametrize(
    ("typed", "path", "number"),
    [
        ("k2 đ15 nđ 46/2018", "dieu-15/khoan-2", "46/2018/NĐ-CP"),
        ("k2đ15", "dieu-15/khoan-2", None),
        ("đa k1 đ5", "dieu-5/khoan-1/diem-a", None),
        ("điều 5 khoản 2", "dieu-5/khoan-2", None),
        ("Điểm đ, Khoản 1, Điều 3", "dieu-3/khoan-1/diem-dd", None),
        ("diem d khoan 1 dieu 3", "dieu-3/khoan-1/diem-d", None),
        ("d15 k2", "dieu-15/khoan-2", None),
        ("nd 15 2018 dieu 3", "dieu-3", "15/2018/NĐ-CP"),
        ("điều 3 nghị định 15", "dieu-3", "15/NĐ-CP"),
        ("điểm a khoản 2 Điều 15 Nghị định số 46/2018/NĐ-CP", "dieu-15/khoan-2/diem-a", "46/2018/NĐ-CP"),
        ("điều 7a thông tư 02/2017/TT-VPCP", "dieu-7a", "02/2017/TT-VPCP"),
        ("mục 1 chương II", "chuong-ii/muc-1", None),
        ("điều 5 chương II", "dieu-5", None),
        ("phụ lục IV luật đầu tư", "phu-luc-iv", None),
        ("46/2018/NĐ-CP", None, "46/2018/NĐ-CP"),
    ],
)
def test_typed_references(typed: str, path: str | None, number: str | None) -> None:
    reference = parse_reference(typed)
    assert reference is not None
    assert reference.path == path
    assert (reference.number.canonical if reference.number else None) == number


def test_a_law_by_its_title() -> None:
    assert parse_reference("khoản 2 điều 5 Luật Đầu tư năm 2020") == TypedReference(
        "dieu-5/khoan-2", None, "Luật", 2020, "đầu tư"
    )
    assert parse_reference("dieu 104 blhs 2015") == TypedReference(
        "dieu-104", None, "Bộ luật", 2015, "hình sự"
    )


@pytest.mark.parametrize(
    "words",
    ["điều kiện kinh doanh", "khoản vay 5 triệu", "luật đầu tư", "", "điểm đến du lịch", "đi 15 km", "k"],
)
def test_words_that_refer_to_nothing(words: str) -> None:
    assert parse_reference(words) is None


def test_initials_of_a_code() -> None:
    assert code_named("BLLĐ") == TypedReference(None, None, "Bộ luật", None, "lao động")
    assert code_named("blhs năm 2015") == TypedReference(None, None, "Bộ luật", 2015, "hình sự")
    assert code_named("lao động") is None and code_named("blhs tội trộm") is None and code_named("") is None


@given(st.text(alphabet="điềukhoản đ15k2nd/-.a", max_size=40))
def test_any_typing_is_survived(text: str) -> None:
    parse_reference(text)
