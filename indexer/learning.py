"""Learning the order of tier C from judged questions: the question encoder, then, on the features it gives,
trees and the tuning of a network.

A question's features come from an encoder that did not see it, for what is learned next as for what is
measured: else trees would trust cosines more than they deserve (stacking; Wolpert 1992).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .collecting import JudgedCandidates
from .ranking import models
from .ranking.arrays import Array
from .ranking.encoder import Encoder
from .ranking.encoder_learning import EncoderExample, example, train_encoder
from .ranking.learned import ENCODER, NETWORK, closest, joined, sure
from .ranking.learning import FOLDS, Judged, fold_of, train_trees
from .ranking.matches import Matches, comparable, leading, match
from .ranking.network import Network
from .ranking.network_learning import TUNING, Example, train_network
from .ranking.trees import Trees

log = logging.getLogger(__name__)
#: Made-up questions that the encoder learns from, how often it sees them; candidates of one that the network
#: learns from.
_ENCODED, _ENCODER_EPOCHS, _SEEN = 8_000, 4, 60


@dataclass(frozen=True, slots=True)
class Shown:
    """A judged question as trees (`judged`) and network (`matches`, `inputs`) see it, with the vector of an
    encoder that did not.
    """

    judged: Judged
    matches: Matches
    inputs: Array

    @property
    def example(self) -> Example:
        right = self.judged.right.astype(np.float32)
        return Example(self.matches, self.inputs, right / right.sum())


def unencoded(found: Sequence[JudgedCandidates]) -> list[Judged]:
    """The questions with the features of their candidates, by tier B's vector."""
    return [question.judged(question.candidates.look()[1]) for question in found]


def encoded(found: Sequence[JudgedCandidates], examples: Sequence[EncoderExample | None]) -> list[Shown]:
    """The questions as encoders show them that were trained on the other folds; `examples` of each."""
    encoders = []
    for fold in range(FOLDS):
        log.info("encoder: without fold %d", fold)
        pairs = zip(found, examples, strict=True)
        others = [e for q, e in pairs if e is not None and fold_of(q.question) != fold]
        encoders.append(Encoder(train_encoder(others)))
    return [_shown(question, encoders[fold_of(question.question)]) for question in found]


def encoder_examples(found: Sequence[JudgedCandidates]) -> list[EncoderExample | None]:
    """What an encoder learns from each question; None where it is nothing."""
    examples = []
    for judged in found:
        data, (question, seen) = judged.candidates.data, judged.candidates.look()
        right, known = judged.judged(seen).right, (data.terms, data.word_inputs)
        examples.append(example(question, data.arrays, *known, seen.rows, seen.features, right))
    return examples


def _shown(judged: JudgedCandidates, encoder: Encoder) -> Shown:
    data, (question, seen) = judged.candidates.data, judged.candidates.look(encoder)
    matches = _small(match(question, data.arrays, data.terms, seen.rows, seen.clauses))
    return Shown(judged.judged(seen), matches, comparable(seen.features))


def _small(matches: Matches) -> Matches:
    return Matches(matches.terms, matches.matches.astype(np.float16))


def learn(examples: Sequence[EncoderExample | None], shown: Sequence[Shown]) -> dict[str, Array]:
    """Arrays for `Learned`: trees and network learn from the questions as they are `shown`, by encoders
    that did not see them; the encoder that serves learns from all. Needs LightGBM.
    """
    arrays = train_trees([question.judged for question in shown])
    if network := _tuned(shown):
        arrays |= {NETWORK + name: value for name, value in network.items()}
    encoder = train_encoder([e for e in examples if e is not None])
    return arrays | {ENCODER + name: value for name, value in encoder.items()}


def learn_unjudged(found: Sequence[JudgedCandidates]) -> dict[str, Array]:
    """Arrays for `Unjudged`, learned from made-up questions."""
    arrays = train_encoder([e for e in encoder_examples(found[:_ENCODED]) if e is not None], _ENCODER_EPOCHS)
    encoder = Encoder(arrays)
    examples = [e for question in found if (e := _example(question, encoder)) is not None]
    return train_network(examples) | {ENCODER + name: value for name, value in arrays.items()}


def _example(judged: JudgedCandidates, encoder: Encoder) -> Example | None:
    """The leading candidates of a made-up question, with the right one; None if that is not among those
    looked at.
    """
    data, (question, seen) = judged.candidates.data, judged.candidates.look(encoder)
    right = np.flatnonzero(judged.judged(seen).right)
    if not len(right):
        return None
    chosen = leading(seen.features, _SEEN)
    if right[0] not in chosen:
        chosen[-1] = right[0]
    matches = _small(match(question, data.arrays, data.terms, seen.rows[chosen], seen.clauses[chosen]))
    return Example(matches, comparable(seen.features)[chosen], (chosen == right[0]).astype(np.float32))


def _tuned(shown: Sequence[Shown]) -> dict[str, Array]:
    """The network that comes with the code, tuned; empty if it is missing."""
    start = models.network_arrays()
    examples = [question.example for question in shown if question.judged.right.any()]
    return train_network(examples, TUNING, start) if start and examples else {}


def cross_validated(shown: Sequence[Shown]) -> dict[str, list[Array]]:
    """Scores of each question's candidates by trees, and by trees and network, that did not see the
    question.
    """
    by_trees: list[Array] = [np.zeros(0)] * len(shown)
    by_both: list[Array] = [np.zeros(0)] * len(shown)
    for fold in range(FOLDS):
        log.info("trees and network: without fold %d", fold)
        others = [question for question in shown if question.judged.fold != fold]
        trees = Trees(train_trees([question.judged for question in others]))
        arrays = _tuned(others)
        network = Network(arrays) if arrays else None
        for at, question in enumerate(shown):
            if question.judged.fold == fold:
                by_trees[at] = by_both[at] = values = trees(question.judged.features)
                if network is not None and not sure(values):
                    close = closest(values)
                    seen = Matches(question.matches.terms, question.matches.matches[close].astype(np.float32))
                    by_both[at] = joined(values, close, network.order(seen, question.inputs[close]))
    return {"trees": by_trees, "trees and network": by_both}
