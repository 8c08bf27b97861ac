"""Order of equal scores."""

from __future__ import annotations

import random

from indexer.engines.values import best_first, told_apart


def test_told_apart_is_enough_for_the_first_results() -> None:
    source = random.Random(3)
    for _ in range(200):
        scores = sorted(source.choice((3.0, 2.0, 2.00001, 1.0)) for _ in range(source.randint(0, 30)))[::-1]
        results = [(score, source.randrange(1000)) for score in scores]
        end = source.randint(0, 35)
        whole = sorted(results, key=lambda pair: best_first(*pair))
        some = sorted(results[: told_apart(scores, end)], key=lambda pair: best_first(*pair))
        assert some[:end] == whole[:end]
        assert len(some) >= min(end, len(results))
