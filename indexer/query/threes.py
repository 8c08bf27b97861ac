"""What pairs of words leave open, decided by runs of three. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from indexer.ranking.arrays import Array
from indexer.ranking.runs import BEGINNING, Runs

from .viterbi import Column

Nearly = list[list[tuple[str, float]]]
Steps = Sequence[Sequence[Sequence[float]]]
_FROM_RUN = 0.75  # weight of a run of three words against the pair
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
    few, between = _likely(columns, steps, best, others)
    # Among the few, places are one further: the first is the beginning, which tells what texts begin with.
    spans = [
        (start + 1 if start else 0, end + 1) for start, end in _windows(unclear_places(others), len(best))
    ]
    told = _told(few, spans, runs)
    for first, last in spans:
        threes = [
            np.log((1 - _FROM_RUN) * np.exp(between[at + 1]) + _FROM_RUN * told[at])
            for at in range(first, last - 2)
        ]
        words, nearly = best_way_of_three(few[first:last], between[first], threes)
        start = max(first, 1)
        best[start - 1 : last - 1] = words[start - first :]
        others[start - 1 : last - 1] = nearly[start - first :]
    return best, others


def _likely(
    columns: Sequence[Column], steps: Steps, best: Sequence[str], others: Nearly
) -> tuple[list[Column], list[Array]]:
    """The beginning as a column of its own and of each column the words that are likely there; between them
    the scores of the steps [left, right].
    """
    kept = []
    for column, chosen, nearly in zip(columns, best, others, strict=True):
        likely = {chosen, *(word for word, worse in nearly if worse > _CLEARLY)}
        kept.append([n for n, (word, _) in enumerate(column) if word in likely])
    few: list[Column] = [[column[n] for n in places] for column, places in zip(columns, kept, strict=True)]
    between = [
        np.array([[rows[right][left] for right in rights] for left in lefts])
        for rows, (lefts, rights) in zip(steps, pairwise(kept), strict=True)
    ]
    return [[(BEGINNING, 0.0)], *few], [np.zeros((1, len(few[0]))), *between]


def _told(few: Sequence[Column], spans: Sequence[tuple[int, int]], runs: Runs) -> dict[int, Array]:
    """Place of a column → [left, middle, right] how likely the right word comes after the two, for it and the
    two columns behind it; all are looked up at once.
    """
    triples = [at for first, last in spans for at in range(first, last - 2)]
    wanted = {at + n for at in triples for n in range(3)}
    numbers = {at: runs.numbers([word for word, _ in few[at]]) for at in wanted}
    ways = [
        np.broadcast_arrays(numbers[at][:, None, None], numbers[at + 1][:, None], numbers[at + 2])
        for at in triples
    ]
    flat = [np.concatenate([way[n].ravel() for way in ways]) for n in range(3)]
    found = np.split(runs.shares(*flat), np.cumsum([way[0].size for way in ways])[:-1])
    return {at: values.reshape(way[0].shape) for at, values, way in zip(triples, found, ways, strict=True)}


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
