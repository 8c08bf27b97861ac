"""What pairs of words leave open, decided by runs of three. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexer.ranking.arrays import Array
from indexer.ranking.runs import Runs

from .viterbi import Column

Nearly = list[list[tuple[str, float]]]
Steps = Sequence[Sequence[Sequence[float]]]
_FROM_RUN = 0.6  # weight of a run of three words against the pair
_CLEARLY = -6.0  # ways that are so much worse by pairs do not become the best (natural logarithm)


def unclear_places(others: Nearly) -> list[int]:
    """Places where another way is nearly as good."""
    return [at for at, nearly in enumerate(others) if any(worse > _CLEARLY for _, worse in nearly)]


def by_threes(
    columns: Sequence[Column], steps: Steps, best: Sequence[str], others: Nearly, runs: Runs
) -> tuple[list[str], Nearly]:
    """`best` and `others` of `viterbi.best_way` over the same columns and steps, with unclear places decided
    anew. Elsewhere the word that pairs chose stands.
    """
    best, others = list(best), list(others)
    kept = []
    for column, chosen, nearly in zip(columns, best, others, strict=True):
        likely = {chosen, *(word for word, worse in nearly if worse > _CLEARLY)}
        kept.append([n for n, (word, _) in enumerate(column) if word in likely])
    for start, end in _windows(unclear_places(others), len(columns)):
        few = [[columns[at][n] for n in kept[at]] for at in range(start, end)]
        between = [
            np.array([[steps[at][right][left] for right in kept[at + 1]] for left in kept[at]])
            for at in range(start, end - 1)
        ]
        words = [runs.numbers([word for word, _ in column]) for column in few]
        threes = [
            np.log((1 - _FROM_RUN) * np.exp(between[n + 1]) + _FROM_RUN * runs.shares(*words[n : n + 3]))
            for n in range(len(few) - 2)
        ]
        best[start:end], found = best_way_of_three(few, between[0], threes)
        others[start:end] = found
    return best, others


def _windows(places: Sequence[int], size: int) -> list[tuple[int, int]]:
    """Stretches of the places with two neighbours on each side; near ones together. At least three long."""
    found: list[tuple[int, int]] = []
    for at in places:
        start, end = max(0, min(at - 2, size - 3)), min(size, at + 3)
        if found and start < found[-1][1]:
            start, _ = found.pop()
        found.append((start, end))
    return found


def best_way_of_three(
    lattice: Sequence[Column], first: Array, steps: Sequence[Array]
) -> tuple[list[str], Nearly]:
    """`best_way` where the score of a step depends on the two words before.

    `first`: [left, right] scores between the first two columns; `steps`: [left, middle, right] scores of
    coming to the right, for every three neighbouring columns.
    """
    own = [np.array([score for _, score in column]) for column in lattice]
    forward = [own[0][:, None] + first + own[1]]
    for step, here in zip(steps, own[2:], strict=True):
        forward.append((forward[-1][:, :, None] + step).max(0) + here)
    backward = [np.zeros_like(forward[-1])]
    for step, here in zip(reversed(steps), reversed(own[2:]), strict=True):
        backward.append((step + here + backward[-1]).max(2))
    through = [ahead + behind for ahead, behind in zip(forward, reversed(backward), strict=True)]
    best, others = [], []
    for column, scores in zip(lattice, [through[0].max(1), *(pair.max(0) for pair in through)], strict=True):
        most, at = scores.max(), int(scores.argmax())
        best.append(column[at][0])
        others.append([(word, float(scores[n] - most)) for n, (word, _) in enumerate(column) if n != at])
    return best, others
