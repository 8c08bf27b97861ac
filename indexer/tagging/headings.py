"""How alike the headings of articles are: shared words and pairs of words, rare ones counting more."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping

from schemas.text.words import pairs, words

_COMMON = frozenset(
    words(
        "của và các về việc đối với trong theo cho khi tại do có là được một số những quy định từ đến hoặc để"
        " bởi này"
    )
)
#: The best heading must be so much more alike than the next one to be the only one meant.
_AHEAD = 0.05


class Headings:
    """The headings of a document's articles, by path."""

    def __init__(self, headings: Mapping[str, str]) -> None:
        self._headings = headings
        self._terms = {path: _terms(heading) for path, heading in headings.items()}
        self._holders: dict[str, list[str]] = defaultdict(list)
        for path, terms in self._terms.items():
            for term in terms:
                self._holders[term].append(path)
        size = len(headings)
        self._weights = {
            term: math.log(1 + size / (0.5 + len(paths))) for term, paths in self._holders.items()
        }
        self._weight_of_others = math.log(1 + 2 * size)  # of a word that no heading here has
        self._sums = {path: self._sum(terms) for path, terms in self._terms.items()}

    def __contains__(self, path: object) -> bool:
        return path in self._headings

    @property
    def paths(self) -> frozenset[str]:
        return frozenset(self._headings)

    def of(self, path: str) -> str:
        return self._headings[path]

    def likeness(self, heading: str, path: str) -> float:
        """0 (no word shared) to 1 (the same words) for a heading of another document and one of these."""
        terms = _terms(heading)
        total = self._sum(terms) + self._sums[path]
        return 2 * self._sum(terms & self._terms[path]) / total if total else 0.0

    def nearest(self, heading: str) -> tuple[str | None, float]:
        """The path of the heading most alike and how alike; None where two are about equally alike."""
        terms = _terms(heading)
        own = self._sum(terms)
        shared: dict[str, float] = defaultdict(float)
        for term in terms & self._weights.keys():
            weight = self._weights[term]
            for path in self._holders[term]:
                shared[path] += weight
        ranked = sorted(
            ((2 * common / (own + self._sums[path]), path) for path, common in shared.items()), reverse=True
        )
        if not ranked or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _AHEAD):
            return None, 0.0
        return ranked[0][1], ranked[0][0]

    def _sum(self, terms: frozenset[str]) -> float:
        weights, unknown = self._weights, self._weight_of_others
        return sum([weights.get(term, unknown) for term in terms])


def _terms(heading: str) -> frozenset[str]:
    telling = [word for word in words(heading) if word not in _COMMON and not word.isdigit()]
    return frozenset((*telling, *pairs(telling)))
