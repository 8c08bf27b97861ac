"""Training of the network on questions made from articles: listwise softmax, Adam, dropout. NumPy only."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .arrays import Array
from .matches import Matches
from .network import Weights, backward, forward, new_weights, standard

log = logging.getLogger(__name__)
EPOCHS, _BATCH, _RATE = 3, 16, 2e-3
_DROP_UNITS, _DROP_INPUTS, _DROP_TERMS = 0.1, 0.1, 0.1
_DECAY = 1e-4
_BETA1, _BETA2 = 0.9, 0.999


@dataclass(frozen=True, slots=True)
class Example:
    """A question: what the network sees of its candidates and which one is right."""

    seen: Matches
    inputs: Array  # not standardised
    right: int


def train_network(examples: Sequence[Example], epochs: int = EPOCHS, seed: int = 0) -> dict[str, Array]:
    """Arrays for `Network`. The same examples and seed give the same result up to float noise."""
    sample = np.concatenate([example.inputs for example in examples[:1500]])
    mean, spread = sample.mean(0), sample.std(0) + np.float32(1e-3)
    weights = new_weights(seed)
    chance = np.random.default_rng(seed)
    moments = {name: (np.zeros_like(value), np.zeros_like(value)) for name, value in weights.items()}
    steps, step = epochs * (len(examples) // _BATCH), 0
    for epoch in range(epochs):
        order, total = chance.permutation(len(examples)), 0.0
        for at in range(0, len(order) - _BATCH + 1, _BATCH):
            gradients = {name: np.zeros_like(value) for name, value in weights.items()}
            for number in order[at : at + _BATCH].tolist():
                total += _learn(weights, gradients, examples[number], mean, spread, chance)
            step += 1
            _move(weights, gradients, moments, step, _RATE * (1 - 0.95 * step / steps))
        log.info("network: epoch %d of %d, loss %.3f", epoch + 1, epochs, total / max(1, len(order)))
    return {**weights, "mean": mean.astype(np.float32), "spread": spread.astype(np.float32)}


def _learn(
    weights: Weights,
    gradients: Weights,
    example: Example,
    mean: Array,
    spread: Array,
    chance: np.random.Generator,
) -> float:
    """Add the gradients of one question; returns its loss."""
    keep = chance.random(len(example.seen.terms)) >= _DROP_TERMS
    if not keep.any():
        keep[:] = True
    seen = Matches(example.seen.terms[keep], example.seen.matches[:, keep].astype(np.float32))
    inputs = standard(example.inputs, mean, spread)
    inputs = inputs * (chance.random(inputs.shape[1]) >= _DROP_INPUTS) / np.float32(1 - _DROP_INPUTS)
    inputs = inputs.astype(np.float32)
    size = len(weights["joined_bias"])
    kept = (chance.random((len(inputs), size)) >= _DROP_UNITS).astype(np.float32) / np.float32(
        1 - _DROP_UNITS
    )
    scores, held = forward(weights, seen, inputs, kept)
    likely = np.exp(scores - scores.max())
    likely /= likely.sum()
    loss = -float(np.log(likely[example.right] + 1e-12))
    likely[example.right] -= 1
    for name, value in backward(weights, seen, inputs, held, likely / _BATCH, kept).items():
        gradients[name] += value
    return loss


def _move(
    weights: Weights, gradients: Weights, moments: dict[str, tuple[Array, Array]], step: int, rate: float
) -> None:
    """Adam with decoupled weight decay."""
    for name, value in weights.items():
        first, second = moments[name]
        gradient = gradients[name].reshape(value.shape)
        first *= _BETA1
        first += (1 - _BETA1) * gradient
        second *= _BETA2
        second += (1 - _BETA2) * gradient**2
        unbiased = first / (1 - _BETA1**step)
        value -= rate * (unbiased / (np.sqrt(second / (1 - _BETA2**step)) + 1e-8) + _DECAY * value)
