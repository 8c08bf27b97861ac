"""Completions kept in memory: by the beginnings of words, in any order, whatever their marks."""

from __future__ import annotations

from indexer.query.complete import Completions
from schemas.search import Suggestion


def test_found_by_beginnings_and_ordered() -> None:
    names = {"Giấy phép xây dựng": 3, "Phép giấy": 9, "Giấy phép": 5, "Đất": 1, "Giấy tờ": 7}
    kept = Completions((Suggestion(name, "term", name), weight) for name, weight in names.items())

    def found(*alternatives: str, limit: int = 9) -> list[str]:
        return [s.text for s in kept.find([text.split() for text in alternatives], limit)]

    assert found("giay ph") == ["Giấy phép", "Giấy phép xây dựng", "Phép giấy"]
    assert found("phép giấ") == ["Phép giấy", "Giấy phép", "Giấy phép xây dựng"]
    assert found("gi", limit=1) == ["Giấy tờ"]
    assert found("dat") == ["Đất"] == found("xyz", "đất")
    assert found("xyz") == [] == found("") == found()
