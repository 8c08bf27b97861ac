"""Formats that pages share."""

from __future__ import annotations

import pytest

from webapp.formats import whole_numbers


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
