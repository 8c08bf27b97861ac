"""Snippets show the clause that answers and mark what was asked, nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.ranking.snippets import LENGTH, Wanted, snippet
from schemas.search import MARK_END, MARK_START


def shown(text: str, wanted: Wanted) -> str:
    return snippet(text, wanted).text.replace(MARK_START, "[").replace(MARK_END, "]")


def test_the_clause_with_most_of_the_words() -> None:
    text = "Mở đầu\n1. Hồ sơ gồm đơn.\n2. Thời hạn cấp giấy phép là 15 ngày.\na) trừ ngày nghỉ;\n3. Lệ phí."
    wanted = Wanted(("thời", "hạn", "giấy", "phép"))
    assert shown(text, wanted) == "2. [Thời hạn] cấp [giấy phép] là 15 ngày. a) trừ ngày nghỉ;"


def test_a_long_clause_is_cut_at_words_around_the_found_ones() -> None:
    text = "đầu " * 300 + "giấy phép xây dựng" + " cuối" * 300
    found = shown(text, Wanted(("giấy", "phép")))
    assert found.startswith("… đầu") and found.endswith("cuối …")
    assert "[giấy phép] xây" in found
    assert len(found) <= LENGTH + 10


def test_frequent_words_are_marked_only_beside_others() -> None:
    wanted = Wanted(("của", "giấy", "phép"), common=frozenset({"của"}))
    assert shown("của ai, giấy phép của họ", wanted) == "của ai, [giấy phép của] họ"
    karaoke = Wanted(("kinh", "doanh", "karaoke"), common=frozenset({"kinh", "doanh"}))
    text = "Kinh doanh gì, kinh doanh karaoke cũng là kinh doanh"
    assert shown(text, karaoke) == "Kinh doanh gì, [kinh doanh karaoke] cũng là kinh doanh"


def test_words_without_marks_find_every_spelling() -> None:
    wanted = Wanted((), ("duong", "hoa"))
    assert shown("Đường hoá, dưỡng hòa; đươngx dương", wanted) == "[Đường hoá], [dưỡng hòa]; đươngx [dương]"


def test_marked_words_find_only_themselves() -> None:
    assert shown("thuê thuế THUẾ thue", Wanted(("thuế",))) == "thuê [thuế THUẾ] thue"


def test_both_places_of_the_tone_mark() -> None:
    assert shown("Hoà hòa hoàn quý", Wanted(("hòa", "quý"))) == "[Hoà hòa] hoàn [quý]"


def test_nothing_wanted_shows_the_beginning() -> None:
    assert shown("Một\nhai", Wanted()) == "Một hai"
    assert shown("", Wanted(("a",))) == ""


@given(st.text(max_size=400), st.lists(st.text(min_size=1, max_size=6), max_size=4))
def test_the_text_itself_is_never_changed(text: str, words: list[str]) -> None:
    text = text.replace(MARK_START, "").replace(MARK_END, "")
    found = snippet(text, Wanted(words, words)).text
    plain = found.replace(MARK_START, "").replace(MARK_END, "").removeprefix("… ").removesuffix(" …")
    assert plain.strip() in text.replace("\n", " ")
    assert found.count(MARK_START) == found.count(MARK_END)
