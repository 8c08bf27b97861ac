"""Conditions and types of regulation; single conditions."""

from __future__ import annotations

import pytest

from indexer.tagging.conditions import clause_conditions, split_requirements
from indexer.tagging.pipeline import tag_document

from .helpers import article, document, tags_of, titles

CONDITIONS = (
    "Doanh nghiệp kinh doanh chợ nổi phải đáp ứng các điều kiện sau đây:\n"
    "1. Có vốn pháp định từ 5 tỷ đồng trở lên.\n"
    "2. Có bến neo đậu diện tích tối thiểu 500 m2 và phao cứu sinh, phương tiện cứu hộ.\n"
    "3. Người quản lý có trình độ đại học và 02 năm kinh nghiệm.\n"
    "4. Ký quỹ 100 triệu đồng tại ngân hàng."
)


def values(text: str, heading: str, tag: str) -> list[object]:
    return [value for _, value in tags_of(document(article(text, heading=heading)), tag)]


def test_kinds_of_conditions_clause_by_clause() -> None:
    assert values(CONDITIONS, "Điều kiện kinh doanh chợ nổi", "condition") == [
        "capital", "premises", "equipment", "staff", "insurance_deposit",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "text", "kind"),
    [
        ("Trình tự cấp giấy phép họp chợ",
         "1. Chủ chợ nộp 01 bộ hồ sơ đề nghị cấp giấy phép.\n2. Trường hợp từ chối cấp phải nêu rõ lý do "
         "bằng văn bản.",
         "procedure"),
        ("Chế độ báo cáo", "Định kỳ hằng quý, chủ chợ báo cáo tình hình hoạt động gửi Sở Công Thương.",
        "reporting"),
        ("Yêu cầu kỹ thuật của ghe",
         "Ghe phải phù hợp quy chuẩn kỹ thuật quốc gia, chiều dài không quá 12 m, rộng tối thiểu 200 cm.",
         "standard"),
        ("Kiểm tra chất lượng thủy sản nhập khẩu",
         "Lô hàng nhập khẩu phải được kiểm tra nhà nước về chất lượng và lấy mẫu trước khi thông quan.",
         "inspection"),
    ],
)  # fmt: skip
def test_types_of_regulation(heading: str, text: str, kind: str) -> None:
    assert set(values(text, heading, "regulation_type")) == {kind}


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("Phạm vi điều chỉnh", "Nghị định này quy định điều kiện kinh doanh và hồ sơ đề nghị cấp giấy phép."),
        (
            "Xác minh điều kiện thi hành án",
            "Chấp hành viên phải xác minh điều kiện thi hành án của người phải thi hành.",
        ),
        (
            "Hiệu lực thi hành",
            "Thông tư này có hiệu lực kể từ ngày 1 tháng 1 năm 2020 và thay thế Thông tư cũ.",
        ),
    ],
)
def test_clauses_that_lay_nothing_down(heading: str, text: str) -> None:
    assert values(text, heading, "condition") == values(text, heading, "regulation_type") == []


@pytest.mark.parametrize(
    ("heading", "text", "condition", "regulation"),
    [
        # "thành viên" holds the letters of "hành vi", which heads prohibitions.
        (
            "Công nhận thành viên chợ nổi",
            "1. Chủ chợ nộp 01 bộ hồ sơ gửi Sở Công Thương.\n2. Hồ sơ gồm: đơn đề nghị, danh sách.",
            [],
            ["procedure", "procedure"],
        ),
        (
            "Nhập khẩu phao cứu sinh",
            "Phao cứu sinh chỉ được nhập khẩu khi có giấy chứng nhận chất lượng của nước sản xuất.",
            ["certificate"],
            ["requirement"],
        ),
        (
            "Neo đậu",
            "Tổ chức, cá nhân neo đậu phương tiện phải thắp đèn hiệu từ khi mặt trời lặn.",
            [],
            ["requirement"],
        ),
        (
            "Trách nhiệm của chủ chợ nổi",
            "1. Bố trí người cứu hộ trong giờ họp chợ.\n2. Được thu tiền neo đậu theo thỏa thuận.",
            [],
            ["requirement"],
        ),
        (
            "Điều kiện cấp giấy phép họp chợ",
            "1. Điều kiện về nhân sự:\na) Có ít nhất 02 bác sĩ trực;\nb) Có đủ thợ lặn.\n"
            "2. Quyết định cấp giấy phép được gửi cho chủ chợ nổi trong ngày.",
            ["staff"],
            ["requirement", "procedure"],
        ),
        (
            "Hồ sơ đề nghị cấp giấy phép họp chợ",
            "1. Phiếu khai báo bến neo đậu của chủ chợ.\n2. Sơ đồ luồng nước nơi họp chợ.",
            [],
            ["procedure", "procedure"],
        ),
        (
            "Chế độ báo cáo của chủ chợ nổi",
            "Trường hợp đột xuất, chủ chợ nổi báo cáo theo yêu cầu của Sở Công Thương.",
            [],
            ["reporting"],
        ),
        (
            "Sửa đổi, bổ sung quy chuẩn kỹ thuật",
            "Quy chuẩn kỹ thuật được sửa đổi theo kế hoạch xây dựng quy chuẩn kỹ thuật hằng năm.",
            [],
            [],
        ),
        ("Điều kiện nuôi ong", "Con giống ong là cá thể ong dùng để nhân đàn tại cơ sở.", [], []),
    ],
)
def test_what_a_clause_lays_down(
    heading: str, text: str, condition: list[str], regulation: list[str]
) -> None:
    assert values(text, heading, "condition") == condition
    assert values(text, heading, "regulation_type") == regulation


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Doanh nghiệp kinh doanh rượu phải dán tem.", ["Kinh doanh rượu"]),
        ("Hồ sơ được gửi bằng dịch vụ bưu chính.", []),
        ("Người dân sử dụng dịch vụ bưu chính để nộp hồ sơ.", []),
        ("Hành vi khai thác khoáng sản trái phép bị xử phạt.", []),
        ("Luật Kinh doanh bảo hiểm có hiệu lực.", []),
    ],
)
def test_business_lines_are_meant_not_only_named(text: str, lines: list[str]) -> None:
    assert values(text, "Quy định chung", "business_line") == lines


def test_condition_records_know_their_clause_and_subject() -> None:
    children = (
        ("dieu-12/khoan-1", "clause", "1", "Chủ chợ nổi được cấp giấy phép khi đáp ứng các điều kiện sau:"),
        ("dieu-12/khoan-1/diem-a", "point", "a", "Có bến neo đậu;"),
        ("dieu-12/khoan-1/diem-b", "point", "b", "Có vốn điều lệ 1 tỷ đồng."),
    )
    text = (
        "1. Chủ chợ nổi được cấp giấy phép khi đáp ứng các điều kiện sau:\na) Có địa điểm neo đậu;\n"
        "b) Có vốn điều lệ 1 tỷ đồng."
    )
    children = (children[0], ("dieu-12/khoan-1/diem-a", "point", "a", "Có địa điểm neo đậu;"), children[2])
    of = document(article(text, heading="Điều kiện cấp giấy phép", children=children))
    ((part, tags),) = tag_document(of, titles())
    records = list(clause_conditions(part, tags))
    assert [(r.kind, r.path, r.subject) for r in records] == [
        ("premises", "dieu-12/khoan-1/diem-a", "Chủ chợ nổi"),
        ("capital", "dieu-12/khoan-1/diem-b", "Chủ chợ nổi"),
    ]
    assert records[0].text == "Có địa điểm neo đậu"


@pytest.mark.parametrize(
    "words", [None, "", "Không", "Không có.", "- Không có", "Không quy định", " không yêu cầu "]
)
def test_no_requirements(words: str | None) -> None:
    assert split_requirements(words) == []


def test_requirements_are_split_with_their_intro() -> None:
    text = "Người xin phép phải đáp ứng:\n1. Về nhân lực:\n- Có 02 thợ máy;\n- Có 01 y tá.\n"
    text += "2. Có bến neo đậu riêng.\n"
    assert split_requirements(text) == [
        "Về nhân lực: Có 02 thợ máy",
        "Về nhân lực: Có 01 y tá.",
        "Người xin phép phải đáp ứng: Có bến neo đậu riêng.",
    ]


def test_lines_broken_in_the_middle_are_joined() -> None:
    assert split_requirements("- Có danh mục thiết bị, chế độ và thời\ngian làm việc;\n- Có sổ ghi.") == [
        "Có danh mục thiết bị, chế độ và thời gian làm việc", "Có sổ ghi.",
    ]  # fmt: skip
