"""Why a hit is where it is: whole words, nothing that is not so."""

from __future__ import annotations

from indexer.query.expand import Expansion
from indexer.query.understand import Meaning
from indexer.ranking.reasons import reasons, units
from schemas.engine import Query
from schemas.search import Record, Understood, note

COUNTS = {
    "điều": 900,
    "kiện": 300,
    "kinh": 400,
    "doanh": 350,
    "karaoke": 9,
    "phạt": 200,
    "bao": 120,
    "nhiêu": 80,
    "điều_kiện": 280,
    "kinh_doanh": 330,
    "bao_nhiêu": 80,
    "doanh_karaoke": 3,
    "kiện_kinh": 20,
}
COMMON = frozenset({"điều", "giấy", "chứng"})


def record(heading: str = "", title: str = "") -> Record:
    return Record("a", "provision", "1", None, None, title, heading, "", "/", validity="CHL")


def meaning(text: str, expansions: tuple[Expansion, ...] = ()) -> Meaning:
    return Meaning(
        Query(), Understood(text), tokens=tuple(text.split()), counts=COUNTS, expansions=expansions
    )


def why(found: Meaning, held: Record, *in_text: str) -> tuple[str, ...]:
    return reasons(held, found, units(found, COMMON), frozenset(in_text), COMMON)


def test_two_syllables_that_stand_together_are_one_word() -> None:
    asked = meaning("điều kiện kinh doanh karaoke")
    assert units(asked, COMMON) == (("điều", "kiện"), ("kinh", "doanh"), ("karaoke",))
    assert why(asked, record("Kinh doanh karaoke")) == (
        note("heading", "kinh doanh karaoke"),
        note("missing", "điều kiện"),
    )
    assert why(asked, record(), "kiện", "karaoke", "kinh") == (
        note("text", "điều kiện karaoke"),
        note("missing", "kinh doanh"),
    )


def test_syllables_in_two_places_are_neither_found_nor_missing() -> None:
    assert why(meaning("kinh doanh"), record("Kinh phí"), "doanh") == ()


def test_words_that_only_ask_are_not_told() -> None:
    assert units(meaning("karaoke bị phạt bao nhiêu"), COMMON) == (("karaoke",), ("phạt",))
    assert units(meaning("bao nhiêu"), COMMON) == (("bao", "nhiêu"),)


def test_common_words_alone_are_not_told() -> None:
    assert units(meaning("điều karaoke"), COMMON) == (("karaoke",),)


def test_who_has_the_synonym_does_not_miss_the_word() -> None:
    paper = Expansion(0, 2, "sổ đỏ", (("giấy", "chứng", "nhận"),))
    asked = meaning("sổ đỏ", (paper,))
    assert why(asked, record(), "nhận") == (note("synonym", "giấy chứng nhận", "sổ đỏ"),)
    assert why(asked, record()) == (note("missing", "sổ đỏ"),)
