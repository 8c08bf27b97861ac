"""Word-level differences: nothing lost, aligned as a reader would."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.text.differences import Segment, compare, new_side, old_side, without

WORDS = st.sampled_from(
    [
        "thời hạn",
        "10",
        "05",
        "ngày",
        "làm việc",
        ",",
        ";",
        ".",
        "Giấy phép",
        " ",
        "\n",
        "15/2018/NĐ-CP",
        "đ",
        "…",
        "̣",
    ]
)
TEXTS = st.lists(WORDS, max_size=40).map(" ".join) | st.text(max_size=80)


@given(TEXTS, TEXTS)
def test_both_wordings_can_be_had_back(old: str, new: str) -> None:
    segments = compare(old, new)
    assert without(segments, "insert") == old == "".join(s.text for s in old_side(segments))
    assert without(segments, "delete") == new == "".join(s.text for s in new_side(segments))


@given(TEXTS, TEXTS)
def test_segments_alternate_and_none_is_empty(old: str, new: str) -> None:
    segments = compare(old, new)
    assert all(s.text for s in segments)
    assert all(a.kind != b.kind for a, b in pairwise(segments))


@given(TEXTS)
def test_the_same_text_has_no_difference(text: str) -> None:
    assert all(s.kind == "equal" for s in compare(text, text))


def kinds(old: str, new: str) -> list[tuple[str, str]]:
    return [(s.kind, s.text) for s in compare(old, new)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "Trong thời hạn 10 ngày làm việc",
            "Trong thời hạn 05 ngày làm việc",
            [
                ("equal", "Trong thời hạn "),
                ("delete", "10"),
                ("insert", "05"),
                ("equal", " ngày làm việc"),
            ],
        ),
        # Punctuation is not part of the word: only the comma is new.
        (
            "cấp phép và thu phí",
            "cấp phép, và thu phí",
            [("equal", "cấp phép"), ("insert", ","), ("equal", " và thu phí")],
        ),
        # A document's number and an amount are one word each.
        (
            "theo Nghị định 15/2018/NĐ-CP, 1.480.000 đồng",
            "theo Nghị định 46/2018/NĐ-CP, 1.105.000 đồng",
            [
                ("equal", "theo Nghị định "),
                ("delete", "15/2018/NĐ-CP"),
                ("insert", "46/2018/NĐ-CP"),
                ("equal", ", "),
                ("delete", "1.480.000"),
                ("insert", "1.105.000"),
                ("equal", " đồng"),
            ],
        ),
        # Khác dấu là khác chữ.
        ("hoa", "hóa", [("delete", "hoa"), ("insert", "hóa")]),
        # "và" stands in both, but everything around it is new: one change, not three.
        (
            "Có bể tách mỡ riêng và rãnh thoát nước có nắp.",
            "Bếp không đọng dầu thải và nhà vệ sinh phải sạch.",
            [
                ("delete", "Có bể tách mỡ riêng và rãnh thoát nước có nắp"),
                ("insert", "Bếp không đọng dầu thải và nhà vệ sinh phải sạch"),
                ("equal", "."),
            ],
        ),
        ("", "mới", [("insert", "mới")]),
        ("cũ", "", [("delete", "cũ")]),
    ],
)
def test_alignment(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(old, new) == expected


def test_very_long_texts_keep_their_paragraphs() -> None:
    old = "\n".join(f"Khoản {n}. Cơ sở phải lưu hồ sơ trong {n} ngày làm việc." for n in range(3000))
    new = old.replace("trong 77 ngày", "trong 30 ngày")
    changed = [s for s in compare(old, new) if s.kind != "equal"]
    assert changed == [Segment("delete", "77"), Segment("insert", "30")]
