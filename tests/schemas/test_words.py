"""Words as search sees them."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from schemas.text.normalise import fold
from schemas.text.words import fold_words, pairs, spellings, words


def test_words_are_runs_of_letters_and_digits() -> None:
    assert words("Nghị định 15/2018/NĐ-CP, ngày 2-2") == [
        "nghị",
        "định",
        "15",
        "2018",
        "nđ",
        "cp",
        "ngày",
        "2",
        "2",
    ]
    assert words("") == [] == words("—…")


def test_both_places_of_the_tone_mark_are_one_word() -> None:
    assert words("hoà khoẻ thuỷ uỷ toà") == words("hòa khỏe thủy ủy tòa")
    assert words("hoàn quý quỳ khoản thuyền") == ["hoàn", "quý", "quỳ", "khoản", "thuyền"]
    assert set(spellings("hoà")) == {"hoà", "hòa"} and spellings("quý") == ("quý",)


def test_composed_and_decomposed_text_is_the_same() -> None:
    assert words(unicodedata.normalize("NFD", "Đường sắt đô thị")) == words("Đường sắt đô thị")


@given(st.text())
def test_folding_takes_marks_away_and_nothing_else(text: str) -> None:
    parts = unicodedata.normalize("NFD", text.lower())
    plain = "".join(part for part in parts if not unicodedata.combining(part))
    assert fold(text) == plain.replace("đ", "d").replace("ð", "d")


def test_folded_twins() -> None:
    assert fold_words("Đường Hoà Bình") == ["duong", "hoa", "binh"]


def test_pairs() -> None:
    assert pairs(["a", "b", "c"]) == ["a_b", "b_c"] and pairs(["a"]) == []


@given(st.text(max_size=80))
def test_words_are_stable(text: str) -> None:
    found = words(text)
    assert words(" ".join(found)) == found or any(w != w.lower() for w in found)
