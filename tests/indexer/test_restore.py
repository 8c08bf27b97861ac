"""Marks put back and mistakes mended by a model that is nothing but counts."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from indexer.query.restore import Speller
from indexer.query.viterbi import best_way
from schemas.text.words import pairs, words

TEXTS = (
    ["cấp giấy phép xây dựng nhà ở cho người dân"] * 9
    + ["giấy chứng nhận quyền sử dụng đất của hộ gia đình"] * 9
    + ["thời hạn là 10 năm tại Việt Nam"] * 5
    + ["cơ quan quản lý thuế và cho thuê nhà"] * 5
    + ["nộp thuế"]  # so that "thue" is sooner thuế than thuê
)


@pytest.fixture(scope="module")
def speller() -> Speller:
    vocabulary: Counter[str] = Counter()
    held: Counter[str] = Counter()
    for text in TEXTS:
        vocabulary.update(set(words(text)))
        held.update(set(pairs(words(text))))
    return Speller(vocabulary.items(), lambda asked: [held[pair] for pair in asked])


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("giay phep xay dung", "giấy phép xây dựng"),
        ("giấy phep xay dựng", "giấy phép xây dựng"),
        ("giấy phéép xây dựng", "giấy phép xây dựng"),  # a letter added
        ("giấy php xây dựng", "giấy phép xây dựng"),  # dropped
        ("giấy phép xyâ dựng", "giấy phép xây dựng"),  # exchanged
        ("giấy phép xây dụng", "giấy phép xây dụng"),  # all are words: left as typed
        ("co quan thue", "cơ quan thuế"),
        ("thoi han la 12 nam", "thời hạn là 12 năm"),  # any number stands before năm
        ("bao nhieu giay to gi", "bao nhiêu giấy tờ gì"),  # questions: texts do not hold these words
        ("giấy phép xây dựng", "giấy phép xây dựng"),
        ("xyz 15/2018", "xyz 15/2018"),
    ],
)
def test_restored(speller: Speller, typed: str, expected: str) -> None:
    assert list(speller.restore(words(typed)).words) == words(expected)


def test_what_was_changed_is_told(speller: Speller) -> None:
    found = speller.restore(("giay", "phép", "xyâ", "dựng"))
    assert (found.marked, found.mended) == ({0}, {2})
    assert speller.restore(("thue", "dat"), fixed=frozenset({0, 1})).words == ("thue", "dat")
    assert speller.restore(()).words == ()


def test_what_is_nearly_as_likely_is_told(speller: Speller) -> None:
    found = speller.restore(("thue",))
    assert found.words == ("thuế",)
    assert [word for word, _ in found.also[0]] == ["thuê"]
    assert all(0 < likely <= 1 for _, likely in found.also[0])


def test_the_best_way_is_the_best_of_all() -> None:
    lattice = [[("a", 0.0), ("b", -1.0)], [("c", -0.5), ("d", 0.0)], [("e", 0.0)]]
    after = {("a", "c"): -1.0, ("a", "d"): -3.0, ("b", "c"): -0.2, ("b", "d"): -0.1}
    steps = [
        [[after.get((x, y), -0.3) for x, _ in left] for y, _ in right] for left, right in pairwise(lattice)
    ]
    best, others = best_way(lattice, steps)
    assert best == ["b", "d", "e"]
    assert dict(others[0]) == {"a": pytest.approx(-0.4)}
    assert dict(others[1]) == {"c": pytest.approx(-0.4)}
    assert others[2] == []
