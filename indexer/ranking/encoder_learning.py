"""Training of the question encoder on judged questions: listwise softmax over candidates, Adam. NumPy only.

What is learned is what helps beside the engine's score: alone, cosines get worse by it (nDCG@10 .754 → .760
and .882 → .866 on the two development sets, cross-validated), with the score they get better (.823 → .847,
.927 → .932).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .adam import Adam
from .arrays import Array
from .encoder import Weights, counted, new_weights, said
from .encoding import passage_vectors
from .features import NAMES
from .lexical import first_best
from .question import Question
from .terms import Terms, places

log = logging.getLogger(__name__)
EPOCHS, SEEDS = 20, (2, 3, 4)
_BATCH, _RATE, _LAST_RATE = 32, 2e-3, 0.05
_DROP_TERMS, _LEAST_TERMS = 0.1, 3
_PULL = np.float32(1e-3)  # of weights to 0, as a part of the gradient
#: What a cosine with the whole article, with its best passage, and the engine's score count at first (ln).
_SCALES = np.log([8.0, 8.0, 4.0]).astype(np.float32)
_SCORE_SHARE = NAMES.index("score_share")
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class EncoderExample:
    """A judged question: `inputs` of its terms; products [candidate, term] with the vectors of the whole
    articles and of their best passages, [term, term] with each other; the engine's scores over the best;
    `right` adds up to 1.
    """

    inputs: Array
    whole: Array
    passage: Array
    among: Array
    score: Array
    right: Array


def example(
    question: Question,
    arrays: dict[str, Array],
    terms: Terms,
    known: Array,
    rows: Array,
    features: Array,
    right: Array,
) -> EncoderExample | None:
    """A judged question with its candidates; None if nothing can be learned from it."""
    seen = said(question, arrays, terms, known)
    if not len(seen.vectors) or not right.any():
        return None
    passages = _best_passages(arrays, rows, seen.vectors.sum(0))
    whole = arrays["whole"][rows].astype(np.float32) * arrays["whole_scale"][rows][:, None]
    return EncoderExample(
        seen.inputs,
        (whole @ seen.vectors.T).astype(np.float16),
        (passages @ seen.vectors.T).astype(np.float16),
        seen.vectors @ seen.vectors.T,
        features[:, _SCORE_SHARE].astype(np.float32),
        (right / right.sum()).astype(np.float32),
    )


def _best_passages(arrays: dict[str, Array], rows: Array, asked: Array) -> Array:
    """[candidate, dimension]: of each candidate the passage (clause, heading, half the title) closest to the
    question without an encoder.
    """
    at, owner = places(arrays["clauses_at"][rows], arrays["clauses_at"][rows + 1])
    passages = passage_vectors(arrays, at, rows[owner], arrays["title_of"][rows][owner])
    passages /= (arrays["passage"][at] + np.float32(1e-6))[:, None]
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    found: Array = passages[first_best(passages @ asked, starts, owner)]
    return found


def train_encoder(
    examples: Sequence[EncoderExample], epochs: int = EPOCHS, seeds: Sequence[int] = SEEDS
) -> Weights:
    """Weights for `Encoder`: the mean of what one encoder for each seed says (ln). The same examples and
    seeds give the same result up to float noise.
    """
    found = [_train(examples, epochs, seed) for seed in seeds]
    share = np.float32(1 / len(found))
    return {
        "first": np.concatenate([weights["first"] for weights in found], 1),
        "first_bias": np.concatenate([weights["first_bias"] for weights in found]),
        "second": np.concatenate([weights["second"] for weights in found]) * share,
        "direct": np.sum([weights["direct"] for weights in found], 0) * share,
    }


def _train(examples: Sequence[EncoderExample], epochs: int, seed: int) -> Weights:
    weights = new_weights(seed) | {"scales": _SCALES.copy()}
    adam, chance = Adam(weights), np.random.default_rng(seed)
    size = min(_BATCH, len(examples))
    steps, step, total = max(1, epochs * (len(examples) // max(1, size))), 0, 0.0
    for _ in range(epochs):
        order, total = chance.permutation(len(examples)), 0.0
        for at in range(0, len(order) - size + 1, size):
            gradients = {name: _PULL * value for name, value in weights.items()}
            gradients["scales"][:] = 0
            for number in order[at : at + size].tolist():
                total += _learn(weights, gradients, examples[number], chance, size)
            adam.step(gradients, _RATE * (1 - (1 - _LAST_RATE) * step / steps))
            step += 1
    log.info("encoder, seed %d: loss %.3f after %d epochs", seed, total / max(1, len(examples)), epochs)
    return weights


def _learn(
    weights: Weights, gradients: Weights, example: EncoderExample, chance: np.random.Generator, size: int
) -> float:
    """Add the gradients of one question, without some of its terms; returns its loss."""
    keep = chance.random(len(example.inputs)) >= _DROP_TERMS
    if keep.sum() < _LEAST_TERMS:
        keep[:] = True
    inputs, among = example.inputs[keep], example.among[np.ix_(keep, keep)]
    whole, passage = (part[:, keep].astype(np.float32) for part in (example.whole, example.passage))
    counts, hidden = counted(weights, inputs)
    length = np.sqrt(max(_TINY, float(counts @ among @ counts)))
    near_whole, near_passage = whole @ counts / length, passage @ counts / length
    scales = np.exp(weights["scales"])
    scores = scales[0] * near_whole + scales[1] * near_passage + scales[2] * example.score
    likely = np.exp(scores - scores.max())
    likely /= likely.sum()
    slope = ((likely - example.right) / size).astype(np.float32)
    by_whole, by_passage = scales[0] * slope, scales[1] * slope
    gradients["scales"] += [
        by_whole @ near_whole,
        by_passage @ near_passage,
        scales[2] * slope @ example.score,
    ]
    of_count = (by_whole @ whole + by_passage @ passage) / length
    # The length of the sum grows with what counts: what goes along it changes no cosine.
    of_count -= (by_whole @ near_whole + by_passage @ near_passage) * (among @ counts) / length**2
    of_gate = of_count * counts
    gradients["second"] += hidden.T @ of_gate
    gradients["direct"] += inputs.T @ of_gate
    of_hidden = np.outer(of_gate, weights["second"]) * (hidden > 0)
    gradients["first"] += inputs.T @ of_hidden
    gradients["first_bias"] += of_hidden.sum(0)
    return -float((example.right * np.log(likely + 1e-12)).sum())
