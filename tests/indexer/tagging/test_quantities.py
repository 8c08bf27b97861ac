"""Dates, money, time limits, agencies, terms, business lines."""

from __future__ import annotations

import pytest

from .helpers import article, document, tags_of


def found(tag: str, text: str, heading: str = "") -> list[tuple[str, object]]:
    return tags_of(document(article(text, heading=heading)), tag)


@pytest.mark.parametrize(
    ("text", "words", "n", "unit"),
    [
        ("trong thời hạn 15 ngày làm việc kể từ ngày nhận", "15 ngày làm việc", 15, "working_day"),
        ("không quá 30 ngày", "30 ngày", 30, "day"),
        ("Trong thời hạn mười lăm ngày, kể từ", "mười lăm ngày", 15, "day"),
        ("chậm nhất là bốn mươi lăm (45) ngày trước khi họp", "bốn mươi lăm (45) ngày", 45, "day"),
        ("trong thời hạn 03 (ba) ngày làm việc", "03 (ba) ngày làm việc", 3, "working_day"),
        ("Giấy phép có thời hạn 05 năm", "05 năm", 5, "year"),
        ("trong vòng 24 giờ kể từ khi", "24 giờ", 24, "hour"),
        ("thời hạn không quá 02 tuần", "02 tuần", 14, "day"),
        ("gia hạn tối đa 6 tháng", "6 tháng", 6, "month"),
    ],
)
def test_deadlines(text: str, words: str, n: int, unit: str) -> None:
    assert found("deadline", text) == [(words, {"n": n, "unit": unit})]


@pytest.mark.parametrize(
    "text",
    [
        "từ đủ 18 tuổi; trẻ em dưới 24 tháng tuổi", "có ít nhất 05 năm kinh nghiệm",
        "phạt tù từ 2 năm đến 7 năm",
        "từ ngày 15 tháng 3 năm 2018", "kế hoạch tài chính 5 năm", "định kỳ 6 tháng một lần",
        "trong năm 2020",
        "nhiệt độ trên 35 độ kéo dài không quá 25 ngày", "hưởng 3 tháng tiền lương", "Điều 5 ngày",
    ],
)  # fmt: skip
def test_lengths_that_limit_nothing(text: str) -> None:
    assert found("deadline", text) == []


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("100.000 đồng/lần", [("100.000 đồng", 100_000, "VND")]),
        ("tối thiểu 20 tỷ đồng", [("20 tỷ đồng", 20_000_000_000, "VND")]),
        ("1,5 triệu đồng", [("1,5 triệu đồng", 1_500_000, "VND")]),
        ("ký quỹ 5.000 USD", [("5.000 USD", 5000, "USD")]),
        ("từ 5 đến 10 triệu đồng", [("5", 5_000_000, "VND"), ("10 triệu đồng", 10_000_000, "VND")]),
        ("từ 5.000.000 đồng đến 10.000.000 đồng",
         [("5.000.000 đồng", 5_000_000, "VND"), ("10.000.000 đồng", 10_000_000, "VND")]),
        ("300.000.000 (ba trăm triệu) đồng", [("300.000.000 (ba trăm triệu) đồng", 300_000_000, "VND")]),
        ("hội đồng 5 người, hợp đồng số 12", []),
    ],
)  # fmt: skip
def test_money(text: str, amounts: list[tuple[str, int, str]]) -> None:
    assert found("money", text) == [(w, {"amount": a, "currency": c}) for w, a, c in amounts]


def test_dates_that_exist() -> None:
    text = "ngày 15 tháng 3 năm 2018, 1/2/2019, ngày 31/02/2020, tháng 5 năm 2020, 15-03-2018, 46/2018/NĐ-CP"
    assert found("date", text) == [
        ("ngày 15 tháng 3 năm 2018", "2018-03-15"), ("1/2/2019", "2019-02-01"), ("15-03-2018", "2018-03-15"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Bộ trưởng Bộ Y tế, Bộ Tài chính và các bộ, ngành", ["Bộ Y tế", "Bộ Tài chính"]),
        ("Chủ tịch Uỷ ban nhân dân cấp huyện", ["Ủy ban nhân dân cấp huyện"]),
        ("Sở Công Thương tỉnh Đồng Tháp xem xét", ["Sở Công Thương tỉnh Đồng Tháp"]),
        ("Ủy ban nhân dân các tỉnh, thành phố trực thuộc trung ương báo cáo",
         ["Ủy ban nhân dân các tỉnh, thành phố trực thuộc trung ương"]),
        ("Ủy ban nhân dân huyện A Lưới và Bộ Y tế", ["Ủy ban nhân dân huyện A Lưới", "Bộ Y tế"]),
        ("Bộ Lao động – Thương binh và Xã hội", ["Bộ Lao động - Thương binh và Xã hội"]),
        ("Toà án nhân dân tối cao", ["Tòa án nhân dân tối cao"]),
        ("cơ quan có thẩm quyền, cán bộ tài chính, vụ việc", []),
    ],
)  # fmt: skip
def test_agencies(text: str, names: list[str]) -> None:
    assert [value for _, value in found("agency", text)] == names


def test_terms_of_a_glossary_only() -> None:
    text = (
        "Trong Nghị định này, các từ ngữ dưới đây được hiểu như sau:\n1. “Chợ nổi” là nơi mua bán trên "
        "sông.\n"
        "2. Ghe hàng (sau đây gọi là ghe) là phương tiện chở hàng.\n3. Chủ ghe: là người sở hữu ghe."
    )
    assert [value for _, value in found("definition", text, "Giải thích từ ngữ")] == [
        "Chợ nổi",
        "Ghe hàng",
        "Chủ ghe",
    ]
    assert found("definition", "1. Chủ ghe là người nộp phí.", "Mức phí") == []


def test_business_lines_by_name_and_variant() -> None:
    text = "Doanh nghiệp kinh doanh xăng dầu, Kinh doanh dịch vụ cầm đồ; "
    text += "theo Luật Kinh doanh bảo hiểm; mua dầu ăn"
    assert [value for _, value in found("business_line", text)] == [
        "Kinh doanh xăng dầu",
        "Kinh doanh dịch vụ cầm đồ",
    ]
