"""The comparison with the truth records must see every difference."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from bench.fidelity import Score, compare_document

EXPECTED: dict[str, Any] = {
    "id": "1",
    "number": "1/2020/NĐ-MV",
    "type": "Nghị định",
    "title": "Về chim",
    "agencies": ["Bộ Mẫu Vật"],
    "signer_office": "Bộ trưởng",
    "status_shown": None,
    "issue_date": "2020-01-01",
    "effective_date": "2020-02-01",
    "expiry_date_shown": None,
    "relations_out": [{"code": 3, "id": "2"}],
    "relations_in": [{"code": 10, "id": "3"}],
    "text_recoverable": True,
    "tree": "none",
    "articles": [
        {"number": "1", "title": "", "text": "Lời.\nLời nữa.", "clauses": []},
        {
            "number": "2",
            "title": "Tên",
            "text": "1. A:\na) B.",
            "clauses": [{"number": "1", "points": ["a"]}],
        },
    ],
}
FOUND: dict[str, Any] = {
    "number": "1/2020/NĐ-MV",
    "type": "Nghị định",
    "title": "Về chim",
    "agencies": ["Bộ Mẫu Vật"],
    "signers": [{"name": None, "office": "Bộ trưởng"}],
    "status": None,
    "issue_date": "2020-01-01",
    "effective_date": "2020-02-01",
    "expiry_date": None,
    "relations": [
        {"direction": "out", "code": 3, "target_id": "2"},
        {"direction": "in", "code": 10, "target_id": "3"},
    ],
    "provisions": [
        {"id": "dieu-1", "level": "article", "number": "1", "heading": "", "text": "Lời.\nLời nữa."},
        {"id": "dieu-2", "level": "article", "number": "2", "heading": "Tên", "text": "1. A:\na) B."},
        {"id": "dieu-2/khoan-1", "level": "clause", "number": "1", "heading": "", "text": "A:"},
        {"id": "dieu-2/khoan-1/diem-a", "level": "point", "number": "a", "heading": "", "text": "B."},
    ],
}


def figures(found: dict[str, Any]) -> dict[str, Any]:
    score = Score()
    compare_document(found, EXPECTED, score)
    return score.figures()


def test_an_equal_document_is_all_equal() -> None:
    found = figures(FOUND)
    assert [found[name] for name in ("articles_exact", "clauses_exact", "metadata_exact", "dates_exact")] == [
        1.0
    ] * 4
    assert (found["relations_exact"], found["failures"], found["articles"]) == (1.0, [], 2)


@pytest.mark.parametrize(
    ("path", "value", "measure", "share"),
    [
        (("title",), "Về cá", "metadata_exact", 5 / 6),
        (("signers",), [], "metadata_exact", 5 / 6),
        (("expiry_date",), "2021-01-01", "dates_exact", 2 / 3),
        (("relations",), FOUND["relations"][:1], "relations_exact", 1 / 2),
        (("relations", 0, "code"), 4, "relations_exact", 1 / 3),
        (("provisions", 0, "text"), "Lời. Lời nữa.", "articles_exact", 1 / 2),
        (("provisions", 0, "heading"), "Lời", "articles_exact", 1 / 2),
        (("provisions",), FOUND["provisions"][1:], "articles_exact", 1 / 2),
        (("provisions",), FOUND["provisions"][:3], "clauses_exact", 1 / 2),
    ],
)
def test_each_difference_costs(path: tuple[Any, ...], value: Any, measure: str, share: float) -> None:
    changed: Any = copy.deepcopy(FOUND)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    found = figures(changed)
    assert found[measure] == pytest.approx(share)
    assert found["failures"]
