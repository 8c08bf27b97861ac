"""Document numbers as printed and as typed."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.text.numbers import DocumentNumber, find_numbers, find_official, number_key, parse_number


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("15/2018/NĐ-CP", "15/2018/NĐ-CP"),
        ("  15/2018/nđ-cp.", "15/2018/NĐ-CP"),
        ("nd 15 2018", "15/2018/NĐ-CP"),
        ("15-2018-ndcp", "15/2018/NĐ-CP"),
        ("15_2018_ND_CP", "15/2018/NĐ-CP"),
        ("15.2018.NĐ-CP", "15/2018/NĐ-CP"),
        ("nđ15/2018", "15/2018/NĐ-CP"),
        ("2018 nghị định 15", "15/2018/NĐ-CP"),
        ("nghị định 15", "15/NĐ-CP"),
        ("nghi dinh so 15 nam 2018 cua chinh phu", "15/2018/NĐ-CP"),
        ("Nghị định số 15/2018/NĐ-CP của Chính phủ", "15/2018/NĐ-CP"),
        ("số: 59/2020/QH14", "59/2020/QH14"),
        ("qh14 59 2020", "59/2020/QH14"),
        ("luật số 59/2020/qh14", "59/2020/QH14"),
        ("tt 02 2017 vpcp", "02/2017/TT-VPCP"),
        ("thông tư 39 2016 ngân hàng nhà nước", "39/2016/TT-NHNN"),
        ("ttlt 29 2014 btc bkhcn", "29/2014/TTLT-BTC-BKHCN"),
        ("66.17/2026/NQ-CP", "66.17/2026/NQ-CP"),
        ("nq 66.17 2026", "66.17/2026/NQ"),
        ("107/2003/QĐ-BTC", "107/2003/QĐ-BTC"),
        ("11/CT-UB", "11/CT-UB"),
        ("82-TC/TCT", "82-TC/TCT"),
        ("15-LCT/HĐNN8", "15-LCT/HĐNN8"),
        ("35a/NQ-UBTVQH9", "35a/NQ-UBTVQH9"),
        ("15/2024/NĐ-MẪU", "15/2024/NĐ-MẪU"),
        ("nd 15 2024 mau", "15/2024/NĐ-MẪU"),
        ("05/2024/QH-MẪU", "05/2024/QH-MẪU"),
        ("39/2014/TT-BCA(C41)", "39/2014/TT-BCA(C41)"),
        ("15/2018/NÐ‑CP", "15/2018/NĐ-CP"),  # Icelandic eth and a non-breaking hyphen
        ("123 / 2020 / NĐ - CP", "123/2020/NĐ-CP"),
        ("1.001193", "1.001193"),
        ("1.001612.000.00.00.h01", "1.001612.000.00.00.H01"),
    ],
)
def test_typed_any_way(typed: str, canonical: str) -> None:
    number = parse_number(typed)
    assert number is not None
    assert number.canonical == canonical


@pytest.mark.parametrize(
    "words",
    [
        "", "15", "2018", "điều 5", "khoản 2 điều 15", "luật doanh nghiệp 2020", "60 km/h", "02-02-2019",
        "15/3/2018", "nd", "vốn 20 tỷ đồng", "nghị định", "mẫu số 01", "1.5", "66.17", "nd 15 2018 2019",
        "nd tt 15 2018", "qh14",
    ],
)  # fmt: skip
def test_not_a_number(words: str) -> None:
    assert parse_number(words) is None


def test_parts_of_a_number() -> None:
    assert parse_number("08/2020/TTLT-BTC-BTP") == DocumentNumber(
        "08", 2020, "TTLT", "BTC-BTP", "08/2020/TTLT-BTC-BTP"
    )
    law = parse_number("59/2020/QH14")
    assert law is not None and (law.type_code, law.agency) == (None, "QH14")
    code = parse_number("1.001193")
    assert code is not None and code.kind == "procedure"


@pytest.mark.parametrize(
    ("short", "full", "fits"),
    [
        ("nghị định 15", "15/2018/NĐ-CP", True),
        ("nd 15 2018", "15/2018/NĐ-MẪU", True),
        ("nd 15 2018", "15/2019/NĐ-CP", False),
        ("15/2018", "15/2018/TT-BTC", True),
        ("luật 59/2020", "59/2020/QH14", True),
        ("nd 8 2020", "08/2020/NĐ-CP", True),
        ("tt 15 2018 btc", "15/2018/TT-BCT", False),
        ("nd 15 2018", "15/2018/TT-BTC", False),
    ],
)
def test_what_a_short_number_may_mean(short: str, full: str, fits: bool) -> None:
    first, second = parse_number(short), parse_number(full)
    assert first is not None and second is not None
    assert first.fits(second) is fits


def test_numbers_glued_to_words_and_broken_by_blanks() -> None:
    text = "theo Nghị định số46/2018/NĐ-CPngày 15/3/2018 và Thông tư 02/ 2017/ TT- BTC; nđ 15/2018; "
    text += "18-NQ/TW (1.001193)"
    spans = find_numbers(text)
    assert [text[s.start : s.end] for s in spans] == [
        "46/2018/NĐ-CP", "02/ 2017/ TT- BTC", "nđ 15/2018", "18-NQ/TW", "1.001193",
    ]  # fmt: skip
    assert spans[1].number.canonical == "02/2017/TT-BTC"


@pytest.mark.parametrize(
    "text",
    ["mẫu số 01/CK-NSNN", "vận tốc 60 m3/h", "mẫu 02/TNĐS.doc", "ngày 15/3/2018", "QCVN 01:2018/BYT",
     "1.001.193 đồng", "tỷ lệ 0,5%/năm", "TCVN 5507:2002", "1.000000000", "mẫu 16/SXCT",
     "số điện thoại 0913/123456"],
)  # fmt: skip
def test_what_only_looks_like_a_number(text: str) -> None:
    assert find_numbers(text) == []


def test_annex_codes_of_joint_circulars_stay_whole() -> None:
    number = "19/2013/TTLT-BCA-BQP-BTC-BNN&PTNT-VKSNDTC"
    (span,) = find_official(f"({number})")
    assert span.number.canonical == number


def test_keys_meet_however_written() -> None:
    assert number_key("08/2020/NĐ-CP") == number_key("8-2020-nd-cp") == number_key("8/2020/NÐ–CP")


_CODES = st.sampled_from(
    ["NĐ-CP", "TT-BTC", "QĐ-TTg", "TTLT-BYT-BCT", "NQ-CP", "QH14", "UBTVQH13", "TT-BGDĐT"]
)
# A serial that looks like a year cannot be told from one once the slashes are gone.
_SERIALS = st.integers(1, 1899)


@given(_SERIALS, st.integers(1945, 2099), _CODES, st.sampled_from(["/", "-", " ", "_"]), st.booleans())
def test_every_official_number_survives_careless_typing(
    serial: int, year: int, code: str, separator: str, lower: bool
) -> None:
    official = f"{serial}/{year}/{code}"
    typed = official.replace("/", separator).replace("-", separator)
    number = parse_number(typed.lower().replace("đ", "d") if lower else typed)
    assert number is not None
    assert number.key == number_key(official)


@given(st.text(max_size=60))
def test_any_text_is_survived(text: str) -> None:
    parse_number(text)
    spans = find_numbers(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
