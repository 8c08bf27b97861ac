"""Amounts and shares in Vietnamese notation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.text.money import dong, exact_dong, parse_dong, percent, share

AMOUNTS = st.integers(-(10**18), 10**18)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (1652 * 10**9, "1.652 tỷ đồng"),
        (9_250_000_000, "9,25 tỷ đồng"),
        (1_480_000, "1,48 triệu đồng"),
        (850_000, "850.000 đồng"),
        (0, "0 đồng"),
        (999_999_999, "1 tỷ đồng"),
        (-192_400_000_000, "-192,40 tỷ đồng"),
        (9_007_199_254_740_993, "9.007.199,25 tỷ đồng"),
    ],
)
def test_amounts_as_people_say_them(amount: int, text: str) -> None:
    assert plain(dong(amount)) == text


def test_shares_show_both_numbers() -> None:
    # Hà Nội's 293 procedures: 2,306 → 654 tỷ. Published as 71,64 %.
    assert plain(share(1652, 2306)) == "1.652/2.306 (71,64 %)"
    assert plain(share(699, 5187)) == "699/5.187 (13,48 %)"
    assert plain(share(0, 0)) == "0/0"
    assert percent(1, 0) == ""


@given(AMOUNTS.filter(lambda n: n >= 0))
def test_the_exact_form_is_read_back(amount: int) -> None:
    assert parse_dong(exact_dong(amount)) == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("9,25 tỷ đồng", 9_250_000_000),
        ("1.480.000", 1_480_000),
        ("850 nghìn đồng", 850_000),
        ("1,5 triệu", 1_500_000),
        ("0", 0),
        ("1,5", None),
        ("1,0000001 triệu", None),
        ("1.48", None),
        ("mười triệu", None),
        ("", None),
        ("-5", None),
        ("1e9", None),
    ],
)
def test_typed_amounts(text: str, amount: int | None) -> None:
    assert parse_dong(text) == amount
