"""Formats that pages share."""

from __future__ import annotations

import pytest
from flask import Flask

from webapp.formats import duration, numbered, whole_numbers
from webapp.procedures import _base_name


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Nghị định 15/2018/NĐ-CP", 'Nghị định <span class="n">15/2018/NĐ-CP</span>'),
        ("15/QĐ-TTg; 59/2020/QH14", '<span class="n">15/QĐ-TTg</span>; <span class="n">59/2020/QH14</span>'),
        ("66.17/2026/NQ-CP", '<span class="n">66.17/2026/NQ-CP</span>'),
        ("từ 12/03/2020", "từ 12/03/2020"),
        ("<b>15/A", '&lt;b&gt;<span class="n">15/A</span>'),
    ],
)
def test_numbers_of_documents_stay_on_one_line(text: str, shown: str) -> None:
    assert whole_numbers(text) == shown


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("105/2017/NĐ-CP", "Nghị định 105/2017/NĐ-CP"),
        ("23/2021/TT-BTC", "Thông tư 23/2021/TT-BTC"),
        ("59/2020/QH14", "59/2020/QH14"),  # a law or a resolution: the number does not say
        ("không số", "không số"),
    ],
)
def test_a_number_alone_tells_the_type(number: str, name: str) -> None:
    assert numbered(number) == name


@pytest.mark.parametrize(
    ("number", "name", "shown"),
    [
        ("67/2013/NĐ-CP", "Quy định chi tiết", "Nghị định 67/2013/NĐ-CP quy định chi tiết"),
        ("23/2021/TT-BTC", "Thông tư 23/2021/TT-BTC", "Thông tư 23/2021/TT-BTC"),
        ("38/2019/QH14", "Luật Quản lý thuế", "38/2019/QH14: Luật Quản lý thuế"),
        ("", "", "Văn bản không rõ số"),
        ("1/2020/NĐ-CP", "", "Nghị định 1/2020/NĐ-CP"),
    ],
)
def test_a_legal_basis_has_its_number_once(app: Flask, number: str, name: str, shown: str) -> None:
    with app.test_request_context("/"):
        assert _base_name(number, name) == shown


def test_a_time_without_a_unit_says_so(app: Flask) -> None:
    with app.test_request_context("/"):
        assert duration("1", None) == "1, nguồn không ghi đơn vị"
        assert duration("", None) == duration(None, "DAY") == ""
        assert duration("1,5", "HOUR") == "1,5 giờ"
