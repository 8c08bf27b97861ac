"""Nothing that can be typed is a syntax error."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.query.syntax import Group, Words, parse
from indexer.query.understand import understand
from schemas.search import PAGE_SIZE, SearchRequest, parse_note

FIELDS = frozenset({"co_quan", "loai", "nam", "hieu_luc"})
KNOWN = {
    "agencies": ("Bộ Y tế", "Bộ Tài chính", "Ngân hàng Nhà nước Việt Nam"),
    "document_type": ("Nghị định", "Thông tư", "Thông tư liên tịch"),
    "year": ("2018", "2019", "2020"),
    "fields": ("Thuế", "Thuế, phí, lệ phí", "Lao động"),
    "regulation_types": ("procedure", "reporting"),
}
PIECES = st.sampled_from(
    [
        '"',
        "(",
        ")",
        "AND",
        "OR",
        "NOT",
        "VÀ",
        "HOẶC",
        "KHÔNG",
        "-",
        "co_quan:",
        "nam:",
        "hieu_luc:",
        "thuế",
        ":",
        "“",
    ]
)


def meaning(text: str, **values: object):  # type: ignore[no-untyped-def]
    def none(_field: object, texts: object) -> list[int]:
        return [1] * len(texts)  # type: ignore[arg-type]

    return understand(SearchRequest(text, **values), dt.date(2026, 1, 1), none, KNOWN)  # type: ignore[arg-type]


def notes(text: str) -> dict[str, tuple[str, ...]]:
    return dict(parse_note(n) for n in meaning(text).understood.notes)


@given(st.lists(PIECES, max_size=12).map(" ".join))
@example("((((((((((((((((((((((((((((((((((((((((a")
@example("NOT NOT NOT a")
@example('-"" () OR')
def test_anything_is_understood(text: str) -> None:
    found = meaning(text)
    assert found.query.limit == PAGE_SIZE


@given(st.text(max_size=60))
def test_any_text_is_understood(text: str) -> None:
    meaning(text)


def test_operators_in_capitals_only() -> None:
    assert parse("thuế và phí", FIELDS) == parse("thuế  và phí ", FIELDS)
    assert parse("thuế và phí", FIELDS).node == Words(("thuế", "và", "phí"))
    both = Group("OR", (Words(("thuế",)), Words(("phí",))))
    assert parse("thuế OR phí", FIELDS).node == both == parse("thuế HOẶC phí", FIELDS).node
    assert not parse("THUẾ HOẶC PHÍ", FIELDS).advanced
    stressed = "Điều nào sau đây KHÔNG phải là nghĩa vụ của người quản lý?"
    assert not parse(stressed, FIELDS).advanced


def test_precedence_and_brackets() -> None:
    a, b, c = Words(("a",)), Words(("b",)), Words(("c",))
    assert parse("a OR b AND c", FIELDS).node == Group("OR", (a, Group("AND", (b, c))))
    assert parse("(a OR b) AND c", FIELDS).node == Group("AND", (Group("OR", (a, b)), c))
    excluded = Group("NOT", (Words(("b",)),))
    assert parse("a -b", FIELDS).node == Group("AND", (a, excluded))
    assert parse("a (b", FIELDS).ignored == ("(",)


def test_fields_become_filters() -> None:
    found = meaning('thuế co_quan:"bo y te" nam:2019-2020 hieu_luc:het')
    assert found.query.filters == {
        "agencies": ("Bộ Y tế",),
        "year": ("2019", "2020"),
        "validity": ("HHL",),
    }
    assert found.query.valid_on is None, "a validity that was asked for replaces today's"
    assert found.tokens == ("thuế",)


def test_a_value_nobody_knows_is_searched_as_words_and_said() -> None:
    found = meaning("co_quan:zzz thuế")
    assert "zzz" in found.tokens and not found.query.filters
    assert notes("co_quan:zzz thuế")["ignored"] == ("co_quan:zzz",)
    assert "http" in meaning("http://thuế").tokens


@pytest.mark.parametrize(
    ("text", "field", "values", "left"),
    [
        ("co_quan: bộ tài chính hóa đơn", "agencies", ("Bộ Tài chính",), ("hóa", "đơn")),
        ("hóa đơn co_quan:tai chinh", "agencies", ("Bộ Tài chính",), ("hóa", "đơn")),
        ('co_quan:"bộ y tế', "agencies", ("Bộ Y tế",), ()),
        ("co_quan:BTC", "agencies", ("Bộ Tài chính",), ()),
        ("co_quan:nhnn", "agencies", ("Ngân hàng Nhà nước Việt Nam",), ()),
        ("loai:nđ thuế", "document_type", ("Nghị định",), ("thuế",)),
        ("loai: thông tư liên tịch thuế", "document_type", ("Thông tư liên tịch",), ("thuế",)),
        ("loai:thong_tu,nghi_dinh", "document_type", ("Thông tư", "Nghị định"), ()),
        ("loai:TTLT", "document_type", ("Thông tư liên tịch",), ()),
        ("nam:>2018", "year", ("2019", "2020"), ()),
        ("nam:<=2019", "year", ("2018", "2019"), ()),
        ("nam:2019-", "year", ("2019", "2020"), ()),
        ("nam: từ 2019", "year", ("2019", "2020"), ()),
        ("nam:2018..2019", "year", ("2018", "2019"), ()),
        ("nam:2018,2020", "year", ("2018", "2020"), ()),
        ("linh_vuc:thuế phí", "fields", ("Thuế, phí, lệ phí",), ()),
        ("linh_vuc:thue", "fields", ("Thuế", "Thuế, phí, lệ phí"), ()),
        ("quy_dinh: chế độ báo cáo thuế", "regulation_types", ("reporting",), ("thuế",)),
        ("hieu_luc: còn hiệu lực thuế", "validity", ("CHL", "HHL1P"), ("thuế",)),
    ],
)
def test_fields_as_people_type_them(
    text: str, field: str, values: tuple[str, ...], left: tuple[str, ...]
) -> None:
    found = meaning(text)
    assert found.query.filters == {field: values}
    assert found.tokens == left
    assert "ignored" not in notes(text)


@pytest.mark.parametrize(
    "text", ["co_quan: AND thuế", "hieu_luc:", "loai: co_quan:y", "nam: (thuế)", "loai:,"]
)
def test_a_field_without_a_value_is_left_out_and_said(text: str) -> None:
    found = meaning(text)
    assert found.tokens == (("thuế",) if "thuế" in text else ())
    assert "ignored" in notes(text)


def test_what_other_search_engines_understand_is_said() -> None:
    assert notes("tieu_de:hóa đơn")["ignored"] == ("tieu_de:hóa",)
    assert meaning("tieu_de:hóa đơn").tokens == ("tieu", "de", "hóa", "đơn")
    assert notes("hóa* đơn")["ignored"] == ("hóa*",) and meaning("hóa* đơn").tokens == ("hóa", "đơn")
    for plain in ("https://vbpl.vn thuế", "Lưu ý: thuế", "* thuế *", "8:30"):
        assert "ignored" not in notes(plain)


def test_a_field_nobody_knows_is_words() -> None:
    assert parse('khái niệm: "doanh nghiệp nhỏ"', FIELDS).node == Group(
        "AND", (Words(("khái", "niệm")), Words(("doanh", "nghiệp", "nhỏ"), side_by_side=True))
    )


def test_not_takes_the_words_after_it_together() -> None:
    excluded = Group("NOT", (Words(("điện", "tử"), side_by_side=True),))
    assert parse("hóa đơn NOT điện tử", FIELDS).node == Group("AND", (Words(("hóa", "đơn")), excluded))
    assert notes("hóa đơn KHÔNG điện tử OR biên lai")["excluded"] == ("điện tử",)
    assert meaning("hóa đơn NOT điện tử").tokens == ("hóa", "đơn")


@pytest.mark.parametrize("text", ["!!!", "😀", "((", "-", "%"])
def test_what_was_not_typed_is_not_reported(text: str) -> None:
    assert "OR" not in {
        parse_note(n)[1][0] for n in meaning(text).understood.notes if n.startswith("ignored")
    }


def test_notes_say_what_was_done() -> None:
    assert notes("co_quan:btc")["filter"] == ("co_quan", "btc", "Bộ Tài chính")
    assert notes("thuế")["today"] == ("2026-01-01",)
    assert notes('"giấy phép" NOT thuế')["phrase"] == ("giấy phép",)
    assert notes('"giấy phép" NOT thuế')["excluded"] == ("thuế",)
    assert "phrase" not in notes('thuế NOT "giấy phép"')
    assert "no_words" in notes("  ")


def test_of_a_long_question_the_rarest_terms_make_the_order() -> None:
    tokens = [f"chữ{n}" for n in range(40)]
    held = {token: 100 - n for n, token in enumerate(tokens)}

    def counts(field: object, texts: list[str]) -> list[int]:
        return [held.get(text, 200) if field == "all" else 150 for text in texts]

    request = SearchRequest(" ".join(tokens))
    found = understand(request, dt.date(2026, 1, 1), counts, KNOWN, size=1000)  # type: ignore[arg-type]
    ranked = [term for term in found.query.terms if term.field != "exact"]
    assert len(ranked) == 48
    assert {term.text for term in ranked} >= set(tokens)
    assert len(found.terms) == 79  # ranking again looks at all of them
