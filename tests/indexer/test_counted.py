"""Counts of tokens that readers keep."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from indexer.engines import counted
from indexer.engines.counted import Counting, Counts


def _packed(records: list[dict[str, list[str]]], position: int = 7) -> bytes | None:
    counting = Counting()
    for record in records:
        counting.add({field: record.get(field, []) for field in counted.COUNTED})
    return counting.packed(position)


def test_counts_are_those_of_the_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counted, "_RECORDS_AT_ONCE", 7)
    source = random.Random(1)
    words = [f"từ{n}" for n in range(60)]
    records = [
        {field: source.choices(words, k=source.randint(0, 30)) for field in counted.COUNTED}
        for _ in range(100)
    ]
    counts = Counts("v3-a", _packed(records), 7)
    for field in counted.COUNTED:
        expected = Counter(word for record in records for word in set(record[field]))
        assert counts.of(field, [*words, "không có"]) == {w: expected[w] for w in (*words, "không có")}


def test_what_may_be_new_is_not_known() -> None:
    counts = Counts("v3-a", _packed([{"all": ["thuế"], "pairs": [], "exact": []}]), 7)
    assert counts.of("all", ["thuế", "đất"]) == {"thuế": 1, "đất": 0}
    assert counts.moved(8).of("all", ["thuế", "đất"]) == {"thuế": 1}
    assert counts.of("pairs", ["thuế"]) == {"thuế": 0}
    assert counts.of("starts", ["thue"]) == {}


def test_nothing_kept_is_nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Counts("v3-a", None, 7).of("all", ["thuế"]) == {}
    monkeypatch.setattr(counted, "_MOST", 2)
    assert _packed([{"all": ["một", "hai", "ba"], "pairs": [], "exact": []}] * 3) is None
