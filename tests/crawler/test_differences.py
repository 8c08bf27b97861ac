"""Changes told by kind."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.differences import differences
from crawler.rows import prepare, prepared_content
from schemas.documents import LegalDocument, Provenance, Provision, Relation
from schemas.errors import ParseError


def document(**changes: Any) -> LegalDocument:
    values: dict[str, Any] = {
        "source": "fake",
        "source_id": "1",
        "number": "1/2026/QH16",
        "type": "Luật",
        "title": "Luật Mẫu",
        "status": "CHL",
        "provisions": (
            Provision(id="dieu-1", level="article", number="1", heading="Phạm vi", text="Nội dung."),
        ),
        "provenance": Provenance(
            url="http://x.invalid/1", fetched_at="2026-11-16T00:00:00Z", sha256="0" * 64
        ),
    }
    return LegalDocument(**(values | changes))


def compare(touched: bool = True, **changes: Any) -> dict[str, dict[str, list[Any]]]:
    return dict(differences(document().content(), document(**changes).content(), touched))


def test_equal_contents_have_none() -> None:
    assert compare() == {}


def test_a_status_without_an_edit_came_by_date() -> None:
    change = {"status": ["CHL", "HHL"], "expiry_date": [None, "2026-11-16"]}
    assert compare(True, status="HHL", expiry_date="2026-11-16") == {"status": change}
    assert compare(False, status="HHL", expiry_date="2026-11-16") == {"status_by_date": change}


def test_by_date_is_told_apart_from_the_rest() -> None:
    assert set(compare(False, status="HHL", title="Luật Khác")) == {"metadata", "status_by_date"}


def test_each_changed_provision_is_named_with_both_texts() -> None:
    after = (
        Provision(id="dieu-1", level="article", number="1", heading="Phạm vi", text="Khác."),
        Provision(id="dieu-2", level="article", number="2", text="Mới."),
    )
    assert compare(provisions=after) == {
        "text": {
            "provisions/dieu-1": ["Phạm vi\nNội dung.", "Phạm vi\nKhác."],
            "provisions/dieu-2": [None, "Mới."],
        }
    }


def test_a_new_order_is_a_change_of_text() -> None:
    one, two = (Provision(id=f"dieu-{n}", level="article", number=str(n)) for n in (1, 2))
    before, after = document(provisions=(one, two)).content(), document(provisions=(two, one)).content()
    assert differences(before, after, True) == [
        ("text", {"provisions": [["dieu-1", "dieu-2"], ["dieu-2", "dieu-1"]]})
    ]


def test_relations_are_told_as_edges_lost_and_gained() -> None:
    edge = Relation(code=10, direction="out", target_id="2", target_number="2/2020/NĐ-CP")
    detail = compare(relations=(edge,))["relation"]["relations"]
    assert detail == [[], [edge.model_dump(mode="json")]]


def test_rows_hold_the_whole_content() -> None:
    whole = document(
        agencies=("Quốc hội",),
        issue_date="2026-01-02",
        annexes=({"title": "Phụ lục", "text": "a", "tables": [[["1", "2"]]]},),
        relations=(Relation(code=1, direction="in", target_id="9", provisions=("dieu-1",)),),
        files=({"name": "a.pdf", "media_type": "application/pdf"},),
    )
    assert prepared_content(prepare(whole)) == whole.content()


@pytest.mark.parametrize(
    "bad",
    [
        {"title": "a\0b"},
        {"provisions": (Provision(id="dieu-1", level="article", number="1", text="\0"),)},
        {"provisions": (Provision(id="dieu-1", level="article", number="1"),) * 2},
    ],
)
def test_what_no_database_can_hold_is_a_parse_error(bad: dict[str, Any]) -> None:
    with pytest.raises(ParseError):
        prepare(document(**bad))
