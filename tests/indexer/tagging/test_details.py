"""Which article gives the details of which, in documents made for the test."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.tagging.details import Above, Below, Cited, Detail, detail_pairs, left_to
from indexer.tagging.headings import Headings

LAW = {
    "dieu-1": "Phạm vi điều chỉnh",
    "dieu-5": "Điều kiện họp chợ nổi",
    "dieu-6": "Hồ sơ đăng ký ghe hàng",
    "dieu-7": "Phí neo đậu",
    "dieu-8": "Trách nhiệm của chủ ghe",
    "dieu-9": "Hiệu lực thi hành",
}


def law(headings: dict[str, str] | None = None, kind: str = "Luật", linked: bool = False) -> Above:
    return Above(1, "12/2019/QH14", kind, "Chợ nổi", Headings(headings or LAW), linked)


def pairs(
    heading: str,
    text: str = "Chủ ghe nộp đơn.",
    *cited: tuple[str, str],
    title: str = "Quy định chi tiết một số điều của Luật Chợ nổi",
    above: Above | None = None,
    article: str = "dieu-4",
    kind: str = "Nghị định",
) -> list[tuple[str, str, str]]:
    """(article, target, evidence); `cited`: words in the text and the path that they mean."""
    citations = [
        Cited(article, text.index(words), text.index(words) + len(words), 1, "12/2019/QH14", path)
        for words, path in cited
    ]
    below = Below(kind, title, {article: (heading, text)}, citations)
    return [_short(pair) for pair in detail_pairs(below, [above or law()])]


def _short(pair: Detail) -> tuple[str, str, str]:
    return pair.provision, pair.target, pair.evidence


@pytest.mark.parametrize(
    "heading",
    [
        "Hướng dẫn khoản 2 Điều 6 Luật Chợ nổi",
        "Giấy tờ của chủ ghe (Điều 6 Luật số 12/2019/QH14)",
        "Giấy tờ quy định tại điểm a khoản 1 Điều 6 của Luật",
    ],
)
def test_a_heading_names_the_article_of_the_law(heading: str) -> None:
    assert pairs(heading) == [("dieu-4", "dieu-6", "heading")]


def test_the_same_matter_and_a_citation() -> None:
    text = "Hồ sơ quy định tại khoản 1 Điều 6 Luật Chợ nổi nộp tại bến."
    where = ("khoản 1 Điều 6 Luật Chợ nổi", "dieu-6/khoan-1")
    assert pairs("Nộp hồ sơ đăng ký ghe hàng", text, where) == [("dieu-4", "dieu-6", "cited")]


def test_a_citation_alone_is_a_reference() -> None:
    text = "Ghe có hồ sơ theo Điều 6 Luật Chợ nổi được ưu tiên neo đậu."
    assert pairs("Thứ tự vào bến", text, ("Điều 6 Luật Chợ nổi", "dieu-6")) == []


def test_what_is_excepted_is_not_detailed() -> None:
    text = "Ghe phải nộp hồ sơ, trừ trường hợp quy định tại Điều 6 Luật Chợ nổi."
    where = ("Điều 6 Luật Chợ nổi", "dieu-6")
    assert pairs("Hồ sơ đăng ký ghe hàng và ghe khách", text, where, title="Về chợ nổi") == []


def test_an_opening_with_as_follows() -> None:
    text = "Ghe nhỏ quy định tại khoản 3 Điều 7 Luật Chợ nổi được xác định như sau:\n1. Dài dưới 5 mét."
    where = ("khoản 3 Điều 7 Luật Chợ nổi", "dieu-7/khoan-3")
    assert pairs("Ghe nhỏ", text, where) == [("dieu-4", "dieu-7", "opening")]
    assert pairs("Ghe nhỏ", text, where, title="Về ghe nhỏ") == []  # nothing says that it details this law


def test_the_same_heading() -> None:
    assert pairs("Điều kiện họp chợ nổi") == [("dieu-4", "dieu-5", "same")]
    assert pairs("Điều kiện họp chợ nổi", title="Về bến đò") == []
    linked, text = law(linked=True), "Theo Điều 7 Luật Chợ nổi, ghe phải neo."
    assert pairs("Điều kiện họp chợ nổi", text, title="Về bến đò", above=linked) == []
    where = ("Điều 7 Luật Chợ nổi", "dieu-7")  # it speaks of this law
    assert pairs("Điều kiện họp chợ nổi", text, where, title="Về bến đò", above=linked) == [
        ("dieu-4", "dieu-5", "same")
    ]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Chính phủ quy định chi tiết Điều này.", {"Nghị định"}),
        ("Thủ tướng Chính phủ quy định mức phí.", {"Quyết định"}),
        ("Bộ trưởng Bộ Y tế hướng dẫn khoản 2.", {"Thông tư", "Thông tư liên tịch"}),
        ("Đơn theo mẫu do Bộ trưởng Bộ Tư pháp quy định.", set()),
        ("Theo quy định của Chính phủ quy định tại Điều 5.", set()),
    ],
)
def test_to_whom_an_article_leaves_its_details(text: str, kinds: set[str]) -> None:
    assert left_to(text) == kinds


def test_what_the_law_leaves_to_a_decree_is_found_by_a_heading_less_alike() -> None:
    heading = "Nộp và xét hồ sơ đăng ký ghe hàng"
    assert pairs(heading) == []
    left = replace(law(), left={"dieu-6": left_to("Chính phủ quy định chi tiết Điều này.")})
    assert pairs(heading, above=left) == [("dieu-4", "dieu-6", "left")]
    assert pairs(heading, above=left, kind="Thông tư") == []
    assert pairs(heading, above=left, title="Về ghe") == []


@pytest.mark.parametrize("title", ["Quy định chi tiết một số điều của Luật Chợ nổi", "Về ghe"])
def test_an_article_that_only_sends_the_reader_on(title: str) -> None:
    text = "Điều kiện họp chợ nổi thực hiện theo quy định tại Điều 5 Luật Chợ nổi."
    assert pairs("Điều kiện họp chợ nổi", text, ("Điều 5 Luật Chợ nổi", "dieu-5"), title=title) == []


def test_a_word_of_details_must_be_said_of_this_law() -> None:
    title = "Quy định biểu mẫu thực hiện Luật Chợ nổi và hướng dẫn cách ghi"
    assert pairs("Điều kiện họp chợ nổi", title=title) == []
    assert pairs("Điều kiện họp chợ nổi", title="Hướng dẫn Luật số 12/2019/QH14") != []


@pytest.mark.parametrize("heading", ["Trách nhiệm của chủ ghe", "Phạm vi điều chỉnh", "Hiệu lực thi hành"])
def test_headings_that_all_documents_have(heading: str) -> None:
    assert pairs(heading) == []


def test_two_headings_alike_tell_nothing() -> None:
    twice = law({"dieu-5": "Điều kiện họp chợ nổi", "dieu-15": "Điều kiện họp chợ nổi", "dieu-6": "Hồ sơ"})
    assert pairs("Điều kiện họp chợ nổi", above=twice) == []


def test_the_first_article_lists_what_the_whole_document_details() -> None:
    text = "Nghị định này quy định chi tiết khoản 2 Điều 5 và Điều 7 Luật Chợ nổi."
    words = "khoản 2 Điều 5 và Điều 7 Luật Chợ nổi"
    where = ((words, "dieu-5/khoan-2"), (words, "dieu-7"))
    found = pairs("Phạm vi điều chỉnh", text, *where, title="Về ghe", article="dieu-1")
    assert found == [("", "dieu-5", "whole"), ("", "dieu-7", "whole")]


def test_a_listed_article_is_found_by_a_heading_less_alike() -> None:
    first = "Nghị định này quy định chi tiết:\n1. Điều 6 Luật Chợ nổi về hồ sơ."
    at = first.index("Điều 6")
    below = Below(
        "Nghị định",
        "Về ghe",
        {"dieu-1": ("Phạm vi", first), "dieu-3": ("Tiếp nhận hồ sơ đăng ký ghe hàng", "Tại bến.")},
        [Cited("dieu-1", at, at + 6, 1, "12/2019/QH14", "dieu-6")],
    )
    found = [_short(pair) for pair in detail_pairs(below, [law()])]
    assert found == [("", "dieu-6", "only"), ("dieu-3", "dieu-6", "listed")]


def test_a_law_details_no_decree_and_an_amendment_nothing() -> None:
    assert pairs("Điều kiện họp chợ nổi", kind="Luật") == []
    assert pairs("Điều kiện họp chợ nổi", above=law(kind="Thông tư")) == []
    title = "Sửa đổi, bổ sung một số điều của Nghị định quy định chi tiết Luật Chợ nổi"
    assert pairs("Điều kiện họp chợ nổi", title=title) == []


def test_a_law_of_the_same_title_that_is_not_held() -> None:
    text = "Theo Điều 40 và Điều 41 Luật Chợ nổi."
    words = "Điều 40 và Điều 41 Luật Chợ nổi"
    assert pairs("Điều kiện họp chợ nổi", text, (words, "dieu-40"), (words, "dieu-41")) == []


def test_circulars_on_fees_apply_the_decree() -> None:
    title = "Quy định mức thu, chế độ thu, nộp phí neo đậu"
    assert pairs("Phí neo đậu", title=title, above=law(linked=True)) == []


def test_headings_are_alike_by_their_rare_words() -> None:
    headings = Headings(LAW)
    assert headings.likeness("Hồ sơ đăng ký ghe hàng", "dieu-6") == 1
    assert headings.likeness("Việc của bến", "dieu-6") == 0
    rare, common = Headings({"a": "ghe chuối", "b": "ghe dừa", "c": "ghe lúa"}), "a"
    assert rare.likeness("chuối", common) > rare.likeness("ghe", common)
    assert headings.nearest("Việc của bến") == (None, 0.0)
