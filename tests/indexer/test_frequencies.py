"""Counts are asked once; a token that was nowhere is asked again."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.query.frequencies import Remembered
from schemas.engine import WordField


def test_counts_are_asked_once_but_zeros_every_time() -> None:
    held = {"giấy": 3, "phép": 2}
    asked: list[tuple[str, tuple[str, ...]]] = []

    def ask(field: WordField, texts: Sequence[str]) -> list[int]:
        asked.append((field, tuple(texts)))
        return [held.get(text, 0) for text in texts]

    counts = Remembered(ask)
    assert counts("all", ["giấy", "lạ"]) == [3, 0]
    assert counts("all", ["phép", "giấy", "lạ"]) == [2, 3, 0]
    held["lạ"] = 1
    assert counts("all", ["lạ", "giấy", "phép"]) == [1, 3, 2]
    assert counts("fold", ["giấy"]) == [3]
    assert asked == [("all", ("giấy", "lạ")), ("all", ("phép", "lạ")), ("all", ("lạ",)), ("fold", ("giấy",))]
