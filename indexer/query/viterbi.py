"""The best way through a lattice of candidates, and what nearly was the best one at each place. Pure."""

from __future__ import annotations

from collections.abc import Sequence

#: A candidate and its own score, in natural logarithms; higher is better.
Column = Sequence[tuple[str, float]]


def best_way(
    lattice: Sequence[Column], steps: Sequence[Sequence[Sequence[float]]]
) -> tuple[list[str], list[list[tuple[str, float]]]]:
    """The best words, and for each place the others with how much worse the best way through them is (≤ 0).

    `steps`: between two columns, for each candidate on the right the scores after each one on the left. The
    columns hold at least one candidate each.
    """
    forward = [[score for _, score in lattice[0]]]
    for column, between in zip(lattice[1:], steps, strict=True):
        before = forward[-1]
        forward.append(
            [
                own + max(map(float.__add__, before, row))
                for (_, own), row in zip(column, between, strict=True)
            ]
        )
    backward = [[0.0] * len(lattice[-1])]
    for column, between in zip(reversed(lattice[1:]), reversed(steps), strict=True):
        after = [own + later for (_, own), later in zip(column, backward[-1], strict=True)]
        backward.append([max(map(float.__add__, after, row)) for row in zip(*between, strict=True)])
    best, others = [], []
    for column, ahead, behind in zip(lattice, forward, reversed(backward), strict=True):
        through = [a + b for a, b in zip(ahead, behind, strict=True)]
        most = max(through)
        at = through.index(most)
        best.append(column[at][0])
        others.append(
            [
                (word, score - most)
                for n, ((word, _), score) in enumerate(zip(column, through, strict=True))
                if n != at
            ]
        )
    return best, others
