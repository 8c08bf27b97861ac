"""Marks put back and mistakes mended by a model that is nothing but counts."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise, product
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from indexer.query.restore import Speller
from indexer.query.threes import best_way_of_three
from indexer.query.viterbi import best_way
from indexer.ranking.forward import Forward
from indexer.ranking.runs import BEGINNING, Runs, find_runs
from schemas.text.words import pairs, words

from .contract import record

TEXTS = (
    ["cấp giấy phép xây dựng nhà ở cho người dân"] * 9
    + ["giấy chứng nhận quyền sử dụng đất của hộ gia đình"] * 9
    + ["thời hạn là 10 năm tại Việt Nam"] * 5
    + ["cơ quan quản lý thuế và cho thuê nhà"] * 5
    + ["điểm c khoản 2"] * 3
    + ["nộp thuế"]  # so that "thue" is sooner thuế than thuê
)


def spelling(texts: list[str], runs: Runs | None = None) -> Speller:
    vocabulary: Counter[str] = Counter()
    held: Counter[str] = Counter()
    for text in texts:
        vocabulary.update(set(words(text)))
        held.update(set(pairs(words(text))))
    return Speller(vocabulary.items(), lambda asked: [held[pair] for pair in asked], lambda: runs)


@pytest.fixture(scope="module")
def speller() -> Speller:
    return spelling(TEXTS)


def runs_of(texts: list[str]) -> Runs:
    """Runs of articles with these texts."""
    return Runs(*found_in(texts))


def found_in(texts: list[str]) -> tuple[dict[str, npt.NDArray[Any]], dict[str, int]]:
    """What `find_runs` finds in articles with these texts, and the numbers of their words."""
    forward = Forward()
    for n, text in enumerate(texts):
        forward.add(record(n, text))
    found = find_runs(forward.arrays(), forward.words(), np.arange(len(texts)))
    return found, {word: number for number, word in enumerate(forward.words()) if word}


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
        ("thời hạn l 10 năm", "thời hạn là 10 năm"),  # a letter that texts do not hold here has lost another
        ("cơ quan quản ý thuế", "cơ quan quản lý thuế"),
        ("c quan quản lý thuế", "cơ quan quản lý thuế"),
        ("điểm c nhà ở", "điểm c nhà ở"),  # a point, and a word of one letter
        ("quản lý c", "quản lý c"),  # a letter of so short a text is meant
        ("cho thuê ô", "cho thuê ô"),  # a word, and nothing else is wrong
        ("trường hợp noà", "trường hợp nào"),  # read as "nòa", but typed with two letters exchanged
        ("xyz 15/2018", "xyz 15/2018"),
    ],
)
def test_restored(speller: Speller, typed: str, expected: str) -> None:
    assert list(speller.restore(words(typed)).words) == words(expected)


def test_a_word_without_a_mark_stays_in_a_text_that_wants_none() -> None:
    texts = ["cấp giấy phép cho con tôi"] * 3 + ["thời hạn còn lại của giấy phép"] * 9
    typed = {
        "giấy phép con": "giấy phép con",
        "giấy phep con lại": "giấy phép còn lại",  # where others want one it may want one, too
        "thoi han con": "thời hạn còn",
    }
    for text, expected in typed.items():
        assert list(spelling(texts).restore(words(text)).words) == words(expected)


def test_a_letter_that_stands_there_by_chance_only_has_lost_another() -> None:
    texts = ["điểm c của khoản"] * 60 + ["cơ quan có quyền của nhà nước"] * 60 + ["của cơ quan c sở"] * 2
    typed = {"cơ quan c quyền": "cơ quan có quyền", "điểm c của khoản": "điểm c của khoản"}
    for text, expected in typed.items():
        assert list(spelling(texts).restore(words(text)).words) == words(expected)


def test_a_letter_in_front_is_a_name_unless_a_word_fits_well() -> None:
    speller = spelling(["hồ sơ xin giấy phép"] * 9 + ["đã ký tên"] + ["có hiệu lực"] * 5)
    typed = {"h sơ xin giấy": "hồ sơ xin giấy", "k có hiệu lực giấy": "k có hiệu lực giấy"}
    for text, expected in typed.items():
        assert list(speller.restore(words(text)).words) == words(expected)


def test_a_vowel_has_lost_a_letter_where_all_marks_are_typed() -> None:
    speller = spelling(["người dân đi xe máy"] * 5 + ["điểm ở y tế"])
    assert list(speller.restore(words("người dân đi e máy")).words) == words("người dân đi xe máy")
    assert list(speller.restore(words("diem o y te")).words) == words("điểm ở y tế")  # may want a mark only


def test_where_a_text_ends_a_question_ends() -> None:
    texts = ["giấy phép xây dựng"] * 60 + ["phép náo động"] + ["nơi nào"] * 10
    typed = {"cần giấy phép nao": "cần giấy phép nào", "cần giấy phép nao dong": "cần giấy phép náo động"}
    for text, expected in typed.items():
        assert list(spelling(texts).restore(words(text)).words) == words(expected)


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


RAIN = ["thoát nước mưa qua đất liền kề"] * 4 + ["người dân mua nước"] * 9 + ["chọn nước mua hàng"] * 9


def test_three_words_tell_what_two_do_not() -> None:
    typed = words("thoat nuoc mua")
    assert list(spelling(RAIN).restore(typed).words) == words("thoát nước mua")
    assert list(spelling(RAIN, runs_of(RAIN)).restore(typed).words) == words("thoát nước mưa")
    assert list(spelling(RAIN, runs_of(RAIN)).restore(words("chon nuoc mua")).words) == words("chọn nước mua")


def share(runs: Runs, *three: str) -> float:
    return float(runs.shares(*(runs.numbers([word]) for word in three))[0])


def test_runs_are_counted_inside_a_clause_and_numbers_by_length() -> None:
    runs = runs_of(["1. Trong 15 ngày làm việc.\n2. Trong 20 ngày làm việc.\n3. Việc này một lần."])
    assert share(runs, "trong", "30", "ngày") > 0.5  # "ngày" alone follows "trong" and two digits
    assert share(runs, "trong", "300", "ngày") < share(runs, "trong", "30", "ngày")
    assert share(runs, "làm", "việc", "2") < share(runs, "lạ", "lạ", "2")  # "việc.", then another clause


def test_what_texts_begin_with_is_told() -> None:
    runs = runs_of(["sổ đăng ký"] * 5 + ["hồ sơ đăng ký"] * 5)
    assert share(runs, BEGINNING, "sổ", "đăng") > share(runs, BEGINNING, "sơ", "đăng")


def test_shares_are_a_distribution_over_what_follows() -> None:
    found, number_of = found_in(["trong mưa và nắng", "trong mưa rơi", "mưa rơi và nắng", "nước mưa rơi"])
    runs, every = Runs(found, number_of), np.arange(len(found["after_words"]), dtype=np.uint64)
    for first, second in (("trong", "mưa"), ("nước", "mưa"), ("nắng", "trong"), ("lạ", "lạ")):
        one, two = (np.repeat(runs.numbers([word]), len(every)) for word in (first, second))
        assert runs.shares(one, two, every).sum() == pytest.approx(1)


def test_a_pair_that_follows_one_word_only_is_not_likely_after_others() -> None:
    texts = ["việt nam nhập khẩu"] * 20 + [f"{word} năm nhập khẩu" for word in ("và", "mỗi", "trong", "qua")]
    runs = runs_of(texts)
    assert share(runs, "việt", "nam", "nhập") > 0.9
    assert share(runs, "lạ", "nam", "nhập") < share(runs, "lạ", "năm", "nhập")  # a fifth of the places


def test_nothing_is_known_of_no_articles() -> None:
    runs = runs_of([])
    assert 0 < share(runs, "trong", "mưa", "và") < 1


def test_the_best_way_by_threes_is_the_best_of_all() -> None:
    chance = np.random.default_rng(3)
    sizes = (2, 3, 1, 4, 2)
    lattice = [[(f"{at}{n}", float(chance.normal())) for n in range(size)] for at, size in enumerate(sizes)]
    first = chance.normal(size=sizes[:2])
    steps = [chance.normal(size=sizes[at : at + 3]) for at in range(len(sizes) - 2)]

    def score(way: tuple[int, ...]) -> float:
        own = sum(lattice[at][n][1] for at, n in enumerate(way))
        return float(own + first[way[:2]] + sum(step[way[at : at + 3]] for at, step in enumerate(steps)))

    ways = {way: score(way) for way in product(*map(range, sizes))}
    best_of_all = max(ways, key=ways.__getitem__)
    best, others = best_way_of_three(lattice, first, steps)
    assert best == [f"{at}{n}" for at, n in enumerate(best_of_all)]
    for at, nearly in enumerate(others):
        for word, worse in nearly:
            through = max(value for way, value in ways.items() if f"{at}{way[at]}" == word)
            assert worse == pytest.approx(through - ways[best_of_all])
