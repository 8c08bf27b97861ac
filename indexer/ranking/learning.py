"""Learning the order from judged questions: LambdaMART over the features of the candidates (tier C)."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .arrays import Array
from .features import NAMES
from .trees import from_lightgbm

FOLDS = 5
ROUNDS, SEEDS = 300, (1, 2)
#: LambdaMART (Burges 2010) with random split points (`extra_trees`): few judged questions, many features.
PARAMETERS: dict[str, Any] = {
    "objective": "lambdarank",
    "metric": "None",
    "learning_rate": 0.08,
    "num_leaves": 15,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "lambdarank_truncation_level": 10,
    "extra_trees": True,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
    "num_threads": 1,
}
# Rows of a question that are trained on: the engine's best, those of the embedding, some by chance, the
# right ones.
_BEST, _NEAREST, _RANDOM = 45, 22, 30
_SCORE_RANK, _COSINE_RANK = NAMES.index("score_rank"), NAMES.index("cosine_rank")


@dataclass(frozen=True, slots=True)
class Judged:
    """One question: features [candidate, feature], right candidates, right articles in all, and its fold: the
    same for a question as it is and as it is typed in a hurry. `dataset`: what it is measured with.
    """

    question: str
    dataset: str
    features: Array
    right: Array
    in_all: int

    @property
    def fold(self) -> int:
        return fold_of(self.question)


def fold_of(question: str) -> int:
    """The fold of a question, by its id."""
    return int(hashlib.md5(f"f{question}".encode()).hexdigest(), 16) % FOLDS


Scorer = Callable[[Array], Array]


def train_trees(judged: Sequence[Judged], seeds: Sequence[int] = SEEDS) -> dict[str, Array]:
    """Arrays of the mean of one model for each seed, for `Trees`. Needs LightGBM."""
    models = [_train(judged, seed) for seed in seeds]
    first = np.cumsum([0, *(len(model["values"]) for model in models)])
    joined = {
        name: np.concatenate([model[name] for model in models]) for name in ("feature", "threshold", "keeps")
    }
    joined["tree"] = np.concatenate([m["tree"] + n for m, n in zip(models, first, strict=False)]).astype(
        np.uint16
    )
    joined["values"] = np.concatenate([model["values"] for model in models]) / np.float32(len(models))
    return joined


def _train(judged: Sequence[Judged], seed: int) -> dict[str, Array]:
    import lightgbm

    chance = np.random.default_rng(0)
    kept = [_kept(question, chance) for question in judged]
    values = np.concatenate([q.features[rows] for q, rows in zip(judged, kept, strict=True)])
    labels = np.concatenate([q.right[rows] for q, rows in zip(judged, kept, strict=True)])
    data = lightgbm.Dataset(values, labels.astype(np.int32), group=[len(rows) for rows in kept])
    model = lightgbm.train({**PARAMETERS, "seed": seed}, data, ROUNDS)
    return from_lightgbm(model.dump_model())


def _kept(question: Judged, chance: np.random.Generator) -> Array:
    found = question.features
    keep = question.right | (found[:, _SCORE_RANK] < _BEST) | (found[:, _COSINE_RANK] < _NEAREST)
    keep[chance.choice(len(keep), min(_RANDOM, len(keep)), replace=False)] = True
    rows: Array = np.flatnonzero(keep)
    return rows


def measures(judged: Sequence[Judged], scores: Sequence[Array]) -> dict[str, dict[str, float]]:
    """By dataset: recall_at_1, recall_at_10 and ndcg_at_10 (binary gains) of the candidates in this order."""
    sums: dict[str, dict[str, float]] = {}
    for question, values in zip(judged, scores, strict=True):
        ranks = np.flatnonzero(question.right[np.argsort(-values, kind="stable")]) + 1
        ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(10, question.in_all) + 1))
        found = sums.setdefault(question.dataset, {})
        for name, value in (
            ("queries", 1.0),
            ("recall_at_1", float((ranks <= 1).sum()) / question.in_all),
            ("recall_at_10", float((ranks <= 10).sum()) / question.in_all),
            ("ndcg_at_10", float(sum(1 / np.log2(ranks[ranks <= 10] + 1))) / ideal),
        ):
            found[name] = found.get(name, 0.0) + value
    return {
        name: {
            key: round(total / (1 if key == "queries" else found["queries"]), 4)
            for key, total in found.items()
        }
        for name, found in sums.items()
    }


def by_engine(question: Judged) -> Array:
    """The engine's own order, as scores."""
    found: Array = -question.features[:, _SCORE_RANK]
    return found
