"""The order of tier C, learned from judged questions: an encoder of the question, trees over the features
of the candidates, and a network over its terms that has a say about the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .arrays import Array
from .data import RankingData
from .encoder import Encoder
from .features import Seen
from .linear import linear
from .matches import leading
from .network import Network
from .question import Question
from .trees import Trees

#: What the names of arrays begin with in the file of the models.
ENCODER, NETWORK = "encoder.", "network."
#: Candidates that the network looks at, best by the trees first, and what its word counts beside theirs.
#: Cross-validated, 10 to 80 candidates are within .001 of each other, shares of .1 to .5 within .002.
CLOSE, SHARE = 15, 0.2
#: Deviations that the trees' first is ahead of their second where the network is not asked: half of the
#: questions, cross-validated without loss (one deviation: two of three, .0004 to .0015 of nDCG@10 on the
#: larger set). It takes a sixth of the time of a search.
SURE = 2.0
_TINY = 1e-6


def alike(values: Array) -> Array:
    """Values of mean 0 and deviation 1, so that two orders can be compared."""
    found: Array = (values - values.mean()) / max(_TINY, float(values.std()))
    return found


def closest(values: Array) -> Array:
    """Places of the candidates the network looks at, best first."""
    found: Array = np.argsort(-values, kind="stable")[:CLOSE]
    return found


def sure(values: Array) -> bool:
    """Whether the trees' first is so far ahead that the network need not be asked."""
    best = np.sort(values)[-2:]
    return bool(best[-1] - best[0] > SURE * max(_TINY, float(values.std())))


def joined(values: Array, close: Array, scores: Array) -> Array:
    """The trees' values and the network's scores of the `close` as one; what the network did not look at
    counts as the least of what it did.
    """
    said = np.full(len(values), scores.min(initial=0), np.float32)
    said[close] = scores
    found: Array = alike(values) + np.float32(SHARE) * said
    return found


class Learned:
    """What `indexer train` learned from judged questions. Models of an earlier version lack the encoder and
    the network.
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self.trees = Trees(arrays)
        self.encoder = _encoder(arrays)
        network = _named(arrays, NETWORK)
        self._network = Network(network) if network else None

    def encoder_of(self, question: Question) -> Encoder | None:
        """What makes the vector of this question; None for tier B's vector."""
        return None if question.keywords else self.encoder

    def __call__(self, question: Question, data: RankingData, seen: Seen) -> Array:
        """A value of each candidate that was looked at with the vector of `encoder_of`; the highest comes
        first.
        """
        values = self.trees(seen.features)
        if question.keywords:
            # All three learned from whole questions. Of a few words the mean of the trees' order and that of
            # tier B, on its vector, was better than either where the trees had seen neither the questions nor
            # the collection, and than the same with encoder and network (docs/search.md).
            return alike(values) + alike(linear(seen.features))
        if self._network is None or sure(values):
            return values
        close = closest(values)
        return joined(values, close, self._network(question, data, seen, close))


class Unjudged:
    """What `indexer train --synthetic` learned from made-up questions. Models of an earlier version lack the
    encoder.
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self.encoder = _encoder(arrays)
        self._network = Network(arrays)

    def encoder_of(self, question: Question) -> Encoder | None:
        """What makes the vector of this question; None for tier B's vector."""
        return self.encoder

    def __call__(self, question: Question, data: RankingData, seen: Seen) -> Array:
        """A value of each candidate that was looked at with the encoder's vector; the highest comes first.
        Those that are not worth a close look come after all others, in the engine's order.
        """
        chosen = leading(seen.features)
        scores = self._network(question, data, seen, chosen)
        found = float(scores.min(initial=0)) - 1 - np.arange(len(seen.rows), dtype=np.float32)
        found[chosen] = scores
        return found


def _encoder(arrays: Mapping[str, Array]) -> Encoder | None:
    named = _named(arrays, ENCODER)
    return Encoder(named) if named else None


def _named(arrays: Mapping[str, Any], start: str) -> dict[str, Array]:
    return {name.removeprefix(start): arrays[name] for name in arrays if name.startswith(start)}
