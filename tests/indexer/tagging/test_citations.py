"""What citations mean, in sentences made for the test."""

from __future__ import annotations

import datetime as dt

import pytest

from indexer.tagging.titles import TitleIndex

from .helpers import article, document, tags_of

Target = tuple[str | None, str | None]


def cited(text: str, **options: object) -> list[tuple[str, Target]]:
    of = document(article(text), **options)  # type: ignore[arg-type]
    return [
        (words, (value["number"], value["provision"]))  # type: ignore[index]
        for words, value in tags_of(of, "citation")
    ]


@pytest.mark.parametrize(
    ("text", "words", "targets"),
    [
        (
            "Theo điểm a khoản 2 Điều 15 Nghị định số 46/2018/NĐ-CP ngày 14 tháng 3 năm 2018 của Chính phủ.",
            "điểm a khoản 2 Điều 15 Nghị định số 46/2018/NĐ-CP",
            [("46/2018/NĐ-CP", "dieu-15/khoan-2/diem-a")],
        ),
        (
            "trừ các điểm a, c và đ khoản 2 Điều 15 Nghị định này",
            "điểm a, c và đ khoản 2 Điều 15 Nghị định này",
            [(None, f"dieu-15/khoan-2/diem-{p}") for p in ("a", "c", "dd")],
        ),
        ("từ Điều 5 đến Điều 8 của Nghị định này", "Điều 5 đến Điều 8 của Nghị định này",
         [(None, f"dieu-{n}") for n in (5, 6, 7, 8)]),
        ("các điều 5, 6 và 7", "điều 5, 6 và 7", [(None, f"dieu-{n}") for n in (5, 6, 7)]),
        ("tại điểm d đến điểm g khoản 1 Điều 3", "điểm d đến điểm g khoản 1 Điều 3",
         [(None, f"dieu-3/khoan-1/diem-{p}") for p in ("d", "dd", "e", "g")]),
        ("khoản 1, khoản 3 Điều 5 và điểm b khoản 2 Điều 9 Nghị định này",
         "khoản 1, khoản 3 Điều 5 và điểm b khoản 2 Điều 9 Nghị định này",
         [(None, "dieu-5/khoan-1"), (None, "dieu-5/khoan-3"), (None, "dieu-9/khoan-2/diem-b")]),
        ("tại khoản 2 Điều này", "khoản 2 Điều này", [(None, "dieu-12/khoan-2")]),
        ("theo Điều này", "Điều này", [(None, "dieu-12")]),
        ("Điều 4a Luật Đầu tư", "Điều 4a Luật Đầu tư", [("67/2014/QH13", "dieu-4a")]),
        ("Luật Đầu tư năm 2005 quy định", "Luật Đầu tư năm 2005", [("59/2005/QH11", None)]),
        ("theo khoản 1 Điều 7 Bộ luật dân sự thì", "khoản 1 Điều 7 Bộ luật dân sự",
         [("91/2015/QH13", "dieu-7/khoan-1")]),
        ("Mục 2 Chương III Thông tư số 8/2003/TT-BTC", "Mục 2 Chương III Thông tư số 8/2003/TT-BTC",
         [("8/2003/TT-BTC", "chuong-iii/muc-2")]),
        ("Phụ lục II ban hành kèm theo Nghị định này", "Phụ lục II ban hành kèm theo Nghị định này",
         [(None, "phu-luc-ii")]),
        ("Điều 6 Quy chế ban hành kèm theo Quyết định số 12/2007/QĐ-BTC",
         "Điều 6 Quy chế ban hành kèm theo Quyết định số 12/2007/QĐ-BTC", [("12/2007/QĐ-BTC", "dieu-6")]),
        ("Điều 12 khoản 2", "Điều 12 khoản 2", [(None, "dieu-12/khoan-2")]),
        ("theo Nghị định số46/2018/NĐ-CPngày 1", "Nghị định số46/2018/NĐ-CP", [("46/2018/NĐ-CP", None)]),
        ("theo khoản 1,2 Điều 5 Nghị định này", "khoản 1,2 Điều 5 Nghị định này",
         [(None, "dieu-5/khoan-1"), (None, "dieu-5/khoan-2")]),
        ("tại Điều 122,123 Luật Đầu tư", "Điều 122,123 Luật Đầu tư",
         [("67/2014/QH13", "dieu-122"), ("67/2014/QH13", "dieu-123")]),
        ("các Điều từ 5 đến 8 Nghị định này", "Điều từ 5 đến 8 Nghị định này",
         [(None, f"dieu-{n}") for n in (5, 6, 7, 8)]),
        ("điểm a - d khoản 1 Điều 6", "điểm a - d khoản 1 Điều 6",
         [(None, f"dieu-6/khoan-1/diem-{p}") for p in ("a", "b", "c", "d")]),
        ("tại Điều 15, khoản 2, điểm a", "Điều 15, khoản 2, điểm a", [(None, "dieu-15/khoan-2/diem-a")]),
        ("khoản 3 Điều 2 Luật Chợ trời và", "khoản 3 Điều 2 Luật Chợ trời",
         [("Luật Chợ trời", "dieu-2/khoan-3")]),
    ],
)  # fmt: skip
def test_one_reference(text: str, words: str, targets: list[Target]) -> None:
    assert cited(text) == [(words, target) for target in targets]


@pytest.mark.parametrize(
    "text",
    [
        "Nghị định này có hiệu lực từ ngày ký.",
        "Đạt 9 điểm và khoản vay 5 triệu đồng.",
        "Mỗi điều kiện được chấm 10 điểm a.",
        "Điều 5 Nghị định nêu trên đã hết hiệu lực.",
        "Điều 8 Hiệp định về hàng không.",
        "theo mẫu số 01/CK-NSNN và QCVN 01:2018/BYT",
        "bản vẽ tại phần mềm, mục tiêu chung, chương trình học",
        "trung thành với Tổ quốc và Hiến pháp",
        "Chương IV\nTỔ CHỨC THỰC HIỆN",
        "Điều 13. Trách nhiệm của chủ ghe",
        "Phụ lục 2_Mau don.doc",
        "theo khoản 2 của một trong các điều đó",
    ],
)
def test_no_reference(text: str) -> None:
    assert cited(text) == []


def test_separate_documents_are_separate() -> None:
    found = cited("Điều 5 Nghị định này, Điều 6 Thông tư số 1/2015/TT-BCT và Nghị định số 2/2016/NĐ-CP")
    assert [target for _, target in found] == [
        (None, "dieu-5"), ("1/2015/TT-BCT", "dieu-6"), ("2/2016/NĐ-CP", None),
    ]  # fmt: skip


def test_a_longer_unknown_title_is_not_cut_to_a_known_one() -> None:
    assert cited("theo Luật Đầu tư mạo hiểm, Điều 3")[0][1][0] == "Luật Đầu tư mạo hiểm"


def test_titles_with_commas() -> None:
    assert cited("Điều 9 Luật Phòng, chống tác hại của rượu, bia.")[0][1] == ("44/2019/QH14", "dieu-9")


def test_a_law_that_expired_before_is_not_meant() -> None:
    assert cited("Điều 9 Luật Hộ tịch.")[0][1] == ("Luật Hộ tịch", "dieu-9")


def test_the_preamble_tells_which_law() -> None:
    preamble = ("Căn cứ Luật Đầu tư ngày 29 tháng 11 năm 2005;",)
    assert cited("theo Điều 3 Luật Đầu tư", preamble=preamble)[0][1] == ("59/2005/QH11", "dieu-3")


def test_the_preamble_tells_a_law_by_the_year_where_the_day_is_noted_wrong() -> None:
    preamble = ("Căn cứ Luật Đầu tư ngày 26 tháng 12 năm 2014;",)
    assert cited("theo Điều 3 Luật Đầu tư", preamble=preamble)[0][1] == ("67/2014/QH13", "dieu-3")


def test_a_law_of_another_year_than_those_known_is_none_of_them() -> None:
    preamble = ("Căn cứ Luật Đầu tư ngày 16 tháng 6 năm 2019;",)
    assert cited("theo Điều 3 Luật Đầu tư", preamble=preamble)[0][1] == ("Luật Đầu tư", "dieu-3")


def test_the_number_of_a_decree_is_not_that_of_the_law_in_its_title() -> None:
    paragraph = (
        "Căn cứ Nghị định Quy định chi tiết Luật Đầu tư công số 40/2019/NĐ-CP ngày 01 tháng 7 năm 2019;"
    )
    assert cited("theo Điều 3 Luật Đầu tư công", preamble=(paragraph,))[0][1] == ("39/2019/QH14", "dieu-3")
    index = TitleIndex()
    index.add_mentions(paragraph)
    index.close()
    assert index.number_on("Luật Đầu tư công", dt.date(2020, 1, 1)) is None


def test_the_title_of_a_cited_document_is_not_cited() -> None:
    text = "Nghị định số 118/2015/NĐ-CP ngày 12 tháng 11 năm 2015 của Chính phủ "
    text += "quy định chi tiết Luật Đầu tư; chợ"
    assert [words for words, _ in cited(text)] == ["Nghị định số 118/2015/NĐ-CP"]


def test_bare_law_means_the_law_in_the_title() -> None:
    found = cited("theo Điều 3 của Luật.", title="Quy định chi tiết một số điều của Luật Đầu tư công")
    assert found[0][1] == ("39/2019/QH14", "dieu-3")


CLAUSES = (
    ("dieu-12/khoan-1", "clause", "1", "Chủ ghe phải khai báo"),
    ("dieu-12/khoan-2", "clause", "2", "Trừ trường hợp"),
    ("dieu-12/khoan-2/diem-a", "point", "a", "Ghe theo khoản này;"),
)
TEXT = (
    "1. Chủ ghe phải khai báo.\n2. Trừ trường hợp quy định tại điểm b:\na) Ghe theo khoản này;\nb) Ghe khác."
)


def test_this_clause_is_the_one_around() -> None:
    of = document(article(TEXT, children=CLAUSES))
    assert [value["provision"] for _, value in tags_of(of, "citation")] == [  # type: ignore[index]
        "dieu-12/khoan-2/diem-b", "dieu-12/khoan-2",
    ]  # fmt: skip


def test_amending_article_speaks_of_the_amended_document() -> None:
    text = (
        "1. Sửa đổi khoản 2 Điều 5 như sau:\n“2. Chủ chợ nổi đáp ứng khoản 1 Điều này và Điều 9 Nghị định "
        "này được cấp "
        "giấy theo quy định.”\n2. Bãi bỏ Điều 7."
    )
    heading = "Sửa đổi, bổ sung một số điều của Nghị định số 3/2011/NĐ-CP"
    of = document(article(text, "dieu-1", heading))
    assert [(value["number"], value["provision"]) for _, value in tags_of(of, "citation")] == [  # type: ignore[index]
        ("3/2011/NĐ-CP", "dieu-5/khoan-2"),
        ("3/2011/NĐ-CP", "dieu-5/khoan-1"),
        ("3/2011/NĐ-CP", "dieu-9"),
        ("3/2011/NĐ-CP", "dieu-7"),
    ]
