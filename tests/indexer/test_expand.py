"""What is searched too for abbreviations and lay words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from indexer.query.expand import Lexicon
from indexer.query.mining import Mined
from indexer.query.restore import Speller
from indexer.query.synonyms import parse_synonyms
from indexer.query.understand import understand
from schemas.engine import AllOf, AnyOf, Has
from schemas.search import SearchRequest, parse_note
from schemas.text.words import words

MINED = Mined(
    {"gplx": "giấy phép lái xe", "bkhđt": "bộ kế hoạch đầu tư"}, {"kd": "kinh doanh", "spa": "sản phẩm an"}
)


def added(text: str, own: str = "") -> dict[str, list[str]]:
    tokens = words(text)
    found = Lexicon(MINED, parse_synonyms(own)).expansions(text, tokens, tokens)
    return {e.typed: [" ".join(long) for long in e.added] for e in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("thủ tục đổi GPLX", {"GPLX": ["giấy phép lái xe"]}),
        ("doi gplx", {"gplx": ["giấy phép lái xe"]}),
        ("QSDĐ", {"QSDĐ": ["quyền sử dụng đất"]}),
        ("Bộ trưởng BKH&ĐT", {"BKH&ĐT": ["bộ kế hoạch đầu tư"]}),
        ("hộ kd là gì", {"kd": ["kinh doanh"]}),
        ("mở spa", {}),  # can be pronounced and is not in capitals: a word
        ("SPA", {}),  # a text that is all in capitals tells nothing by them
        ("THỦ TỤC ĐỔI GPLX", {"GPLX": ["giấy phép lái xe"]}),
        ("mở SPA tại nhà", {"SPA": ["sản phẩm an"]}),
        ("15/2018/NĐ-CP", {}),
        ("nghị định NĐ 15", {}),  # what is there already is not added
        ("làm sổ đỏ", {"sổ đỏ": ["giấy chứng nhận quyền sử dụng đất"]}),
        ("lam so do", {"so do": ["giấy chứng nhận quyền sử dụng đất"]}),
        ("hồ sơ so do", {}),
        ("", {}),
    ],
)
def test_expansions(text: str, expected: dict[str, list[str]]) -> None:
    assert added(text) == expected


def test_own_entries_win() -> None:
    assert added("làm sổ đỏ", "sổ đỏ => đất") == {"sổ đỏ": ["đất"]}
    assert added("làm sổ đỏ", "sổ đỏ =>") == {}
    assert added("làm sổ đỏ hồng", "sổ đỏ hồng => x") == {"sổ đỏ hồng": ["x"]}
    assert added("đổi GPLX", "GPLX => bằng") == {"GPLX": ["bằng"]}


def test_abbreviations_typed_without_their_mark_are_read_as_they_are_written() -> None:
    text = "QSDD và kd của QSDĐ"
    typed = words(text)
    lexicon = Lexicon(MINED)
    assert lexicon.spelled(text, typed) == {0: "qsdđ"}
    read = ["qsdđ", *typed[1:]]
    assert [e.added for e in lexicon.expansions(text, typed, read)][:1] == [
        (tuple(words("quyền sử dụng đất")),)
    ]
    assert lexicon.spelled("phí KD", ["phí", "kd"]) == {}  # nothing is written KĐ


def test_what_an_abbreviation_is_read_as_is_said() -> None:
    speller = Speller([("nhận", 9), ("là", 9)], lambda asked: [0] * len(asked))
    request, today = SearchRequest("QSDD là"), dt.date(2026, 1, 1)
    found = understand(request, today, lambda _, asked: [1] * len(asked), {}, speller, Lexicon(MINED))
    assert found.tokens == ("qsdđ", "là")
    assert ("corrected", ("qsdd", "qsdđ")) in map(parse_note, found.understood.notes)


def test_single_capitals_stay() -> None:
    vocabulary = [(word, 9) for word in ("xe", "hạng", "ba", "của", "ô", "tô")]
    speller = Speller(vocabulary, lambda asked: [9 * (pair == "ô_tô") for pair in asked])
    for text, expected in {"của xe hạng A ba": "của xe hạng a ba", "cua xe O to": "của xe ô tô"}.items():
        found = understand(SearchRequest(text), dt.date(2026, 1, 1), lambda _, t: [9] * len(t), {}, speller)
        assert found.tokens == tuple(words(expected))


def test_what_an_abbreviation_stands_for_finds_as_well_as_itself() -> None:
    """Also of a short question of which a single word decides what is found."""
    counts = {"qsdđ": 9, "nhận": 900, "lại": 900, "được": 900, "người": 900}
    speller = Speller(counts.items(), lambda asked: [0] * len(asked))

    def held(_: object, asked: Sequence[str]) -> list[int]:
        return [counts.get(term, 0) for term in asked]

    for text in ("người nhận lại QSDĐ được", "người nhận lại QSDD được"):
        found = understand(
            SearchRequest(text), dt.date(2026, 1, 1), held, {}, speller, Lexicon(MINED), size=1000
        )
        whole = AllOf(tuple(Has("pairs", pair) for pair in ("quyền_sử", "sử_dụng", "dụng_đất")))
        match = found.query.match
        assert isinstance(match, AnyOf) and match.parts[0] == AnyOf((Has("all", "qsdđ"), whole))
