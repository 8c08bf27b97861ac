"""Training of the network on questions made from articles, or its tuning on judged ones: listwise softmax,
Adam, dropout. NumPy only.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .adam import Adam
from .arrays import Array
from .matches import Matches
from .network import Weights, backward, forward, new_weights, standard

log = logging.getLogger(__name__)
_BATCH = 16
_DROP_UNITS, _DROP_TERMS = 0.1, 0.1
_DECAY = 1e-4


@dataclass(frozen=True, slots=True)
class Schedule:
    """Epochs, the rate at first, and the share of inputs that is left out by chance."""

    epochs: int
    rate: float
    drop_inputs: float


FROM_NOTHING, TUNING = Schedule(3, 2e-3, 0.1), Schedule(4, 1e-3, 0.2)


@dataclass(frozen=True, slots=True)
class Example:
    """A question: what the network sees of its candidates and which are right; `right` adds up to 1."""

    seen: Matches
    inputs: Array  # not standardised
    right: Array


def train_network(
    examples: Sequence[Example],
    schedule: Schedule = FROM_NOTHING,
    start: Mapping[str, Array] | None = None,
    seed: int = 0,
) -> dict[str, Array]:
    """Arrays for `Network`, learned from nothing or on from those of `start`. The same examples and seed give
    the same result up to float noise.
    """
    if start is None:
        sample = np.concatenate([example.inputs for example in examples[:1500]])
        mean, spread = sample.mean(0), sample.std(0) + np.float32(1e-3)
        weights = new_weights(seed)
    else:
        mean, spread = start["mean"], start["spread"]
        weights = {name: start[name].astype(np.float32) for name in new_weights(seed)}
    chance, adam = np.random.default_rng(seed), Adam(weights, _DECAY)
    size, epochs = min(_BATCH, len(examples)), schedule.epochs
    steps, step = max(1, epochs * (len(examples) // max(1, size))), 0
    for epoch in range(epochs):
        order, total = chance.permutation(len(examples)), 0.0
        for at in range(0, len(order) - size + 1, size):
            gradients = {name: np.zeros_like(value) for name, value in weights.items()}
            for number in order[at : at + size].tolist():
                example = examples[number]
                inputs = standard(example.inputs, mean, spread)
                total += _learn(weights, gradients, example, inputs, schedule.drop_inputs, size, chance)
            step += 1
            adam.step(gradients, schedule.rate * (1 - 0.95 * step / steps))
        log.info("network: epoch %d of %d, loss %.3f", epoch + 1, epochs, total / max(1, len(order)))
    return {**weights, "mean": mean.astype(np.float32), "spread": spread.astype(np.float32)}


def _learn(
    weights: Weights,
    gradients: Weights,
    example: Example,
    inputs: Array,
    drop_inputs: float,
    size: int,
    chance: np.random.Generator,
) -> float:
    """Add the gradients of one question of a batch of `size`; returns its loss."""
    keep = chance.random(len(example.seen.terms)) >= _DROP_TERMS
    if not keep.any():
        keep[:] = True
    seen = Matches(example.seen.terms[keep], example.seen.matches[:, keep].astype(np.float32))
    inputs = inputs * (chance.random(inputs.shape[1]) >= drop_inputs) / np.float32(1 - drop_inputs)
    inputs = inputs.astype(np.float32)
    units = len(weights["joined_bias"])
    kept = (chance.random((len(inputs), units)) >= _DROP_UNITS).astype(np.float32) / np.float32(
        1 - _DROP_UNITS
    )
    scores, held = forward(weights, seen, inputs, kept)
    likely = np.exp(scores - scores.max())
    likely /= likely.sum()
    slope = ((likely - example.right) / size).astype(np.float32)
    for name, value in backward(weights, seen, inputs, held, slope, kept).items():
        gradients[name] += value
    return -float((example.right * np.log(likely + 1e-12)).sum())
