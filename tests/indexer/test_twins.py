"""Syllables written with i or y alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from indexer.query.restore import Speller
from indexer.query.twins import respelt
from indexer.query.understand import understand
from schemas.search import SearchRequest, parse_note
from schemas.text.words import fold_word, pairs, words

TEXTS = (
    ["đăng ký kinh doanh"] * 40
    + ["bác sĩ điều trị tỉ lệ thương tật"] * 40
    + ["đăng kí tạm trú", "tỷ lệ", "bác sỹ"]
    + ["quý và kỳ tính thuế"] * 20
)


def frequencies(field: str, asked: Sequence[str]) -> list[int]:
    def held(text: str) -> set[str]:
        plain = words(text)
        found = pairs(plain) if "pairs" in field else plain
        return set(map(fold_word, found)) if field.startswith("fold") else set(found)

    return [sum(term in held(text) for text in TEXTS) for term in asked]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("đăng kí kinh doanh", "đăng ký kinh doanh"),
        ("dang ki kinh doanh", "dang ky kinh doanh"),
        ("bác sỹ", "bác sĩ"),
        ("tỷ lệ", "tỉ lệ"),
        ("kì tính thuế", "kỳ tính thuế"),
        ("quí", "quý"),
        ("đăng ký", "đăng ký"),
        ("mì chính", "mì chính"),  # neither is known: as typed
        ("thủ lĩnh", "thủ lĩnh"),
        ("", ""),
    ],
)
def test_the_spelling_of_the_texts_is_taken(typed: str, meant: str) -> None:
    tokens = words(typed)
    assert list(respelt(tokens, frequencies).words) == words(meant)


def test_where_texts_use_both_both_are_searched() -> None:
    counts = {"kí_quỹ": 3, "ký_quỹ": 9}

    def held(_field: object, asked: Sequence[str]) -> list[int]:
        return [counts.get(term, 0) for term in asked]

    found = respelt(("ký", "quỹ"), held)
    assert (found.words, found.also) == (("ký", "quỹ"), {0: "kí"})
    counts["ký_quỹ"] = 31
    assert not respelt(("ký", "quỹ"), held).also


def test_both_spellings_are_found_and_said() -> None:
    counts = {word: n for text in TEXTS for word in words(text) if (n := frequencies("all", [word])[0])}
    speller = Speller(counts.items(), lambda asked: frequencies("pairs", asked))
    today = dt.date(2026, 1, 1)
    found = understand(SearchRequest("đăng kí"), today, frequencies, {}, speller)
    assert found.tokens == ("đăng", "ký")
    assert ("corrected", ("kí", "ký")) in map(parse_note, found.understood.notes)
    assert any(term.text == "kí" for term in found.terms) and any(t.text == "đăng_ký" for t in found.terms)
    assert found.understood.changed
    as_typed = understand(SearchRequest("đăng kí", exact=True), today, frequencies, {}, speller)
    assert as_typed.tokens == ("đăng", "kí")
