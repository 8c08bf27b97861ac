"""What learning from clicks can give: simulated choices of people who look at the top most, and err.

The questions of a dataset are asked so many times each and answered in the order of tier B. Who searches
looks at place k with probability (1 / k) ** bias, opens the right article 9 times in 10 when it is looked at,
and a wrong one with probability `noise`: the model of Joachims et al. 2017. Trees learn from what was opened,
and are measured on questions they have not seen (5 folds), against the true judgements.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from indexer.clicks import BIAS, Choice, best_articles
from indexer.collecting import collect
from indexer.learning import unencoded
from indexer.ranking.arrays import Array
from indexer.ranking.hurried import NOISES
from indexer.ranking.learning import FOLDS, Judged, by_engine, measures, train_trees
from indexer.ranking.linear import linear
from indexer.ranking.trees import Trees
from schemas.click_tables import LAST_PLACE

from .quality import paired_bootstrap

_RIGHT_OPENED = 0.9


@dataclass(frozen=True, slots=True)
class Searchers:
    """How people behave: how many questions they ask (None: all) and how often each, how steeply they look,
    how often they open a wrong article.
    """

    searches: int
    bias: float
    noise: float
    questions: int | None = None

    def choices(self, question: Judged, shown: Array, chance: np.random.Generator) -> list[Choice]:
        """What is opened of the first page; `shown`: candidates in the order of the page."""
        top = shown[:LAST_PLACE]
        looked = 1 / np.arange(1, len(top) + 1) ** self.bias
        opened = np.where(question.right[top], _RIGHT_OPENED, self.noise) * looked
        times = chance.binomial(self.searches, opened).tolist()
        counted = enumerate(zip(top.tolist(), times, strict=True), 1)
        return [(question.question, str(at), place, often) for place, (at, often) in counted if often]


def main(arguments: Sequence[str]) -> dict[str, Any]:
    """nDCG@10 of the order people saw, of trees from judgements, and of trees from choices, taken as they are
    and with the bias of place taken out.
    """
    options = _parser().parse_args(arguments)
    judged = _collected(options.dataset, options.keep)
    seen = [linear(question.features) for question in judged]
    plain = ndcg(judged, seen)
    figures: dict[str, Any] = {
        "dataset": options.dataset.name,
        "questions": len(judged),
        "answer_first": round(
            float(np.mean([q.right[np.argmax(v)] for q, v in zip(judged, seen, strict=True)])), 4
        ),
        "bias": options.bias,
        "noise": options.noise,
        "seeds": options.seeds,
        "asked": options.questions or len(judged),
        "tier A": _mean(ndcg(judged, [by_engine(q) for q in judged])),
        "tier B, as people saw it": _mean(plain),
        "trees from judgements": _mean(ndcg(judged, unseen(judged, judged))),
    }
    if options.elsewhere:
        trees = Trees(train_trees(_collected(options.elsewhere, options.keep)))
        name = f"trees from judgements of {options.elsewhere.name}"
        figures[name] = _mean(ndcg(judged, [trees(question.features) for question in judged]))
    for searches in options.searches:
        people = Searchers(searches, options.bias, options.noise, options.questions)
        figures[f"{searches} searches"] = _compared(judged, seen, plain, people, options.seeds)
    return figures


def _collected(dataset: Path, keep: Path | None) -> list[Judged]:
    """The questions of a dataset as they are, with the features of their candidates."""
    with tempfile.TemporaryDirectory(prefix="quydinh-bench-") as scratch:
        folder = (keep or Path(scratch)) / dataset.name
        folder.mkdir(parents=True, exist_ok=True)
        return unencoded(collect(dataset, folder, {"clean": NOISES["clean"]}))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench clicks", description=__doc__)
    parser.add_argument("--dataset", type=Path, required=True, help="folder in BEIR layout")
    parser.add_argument("--searches", type=int, nargs="*", default=[10, 50], help="of each question")
    parser.add_argument("--questions", type=int, help="so many of the dataset's are asked, by chance")
    parser.add_argument("--elsewhere", type=Path, help="judged questions of another collection, to compare")
    parser.add_argument("--bias", type=float, default=1.0, help="how fast people stop looking")
    parser.add_argument("--noise", type=float, default=0.1, help="how often a wrong article is opened")
    parser.add_argument("--seeds", type=int, default=3, help="simulations; figures are means")
    parser.add_argument("--keep", type=Path, help="folder to keep the index in, and to take it from")
    return parser


def _compared(
    judged: Sequence[Judged], seen: Sequence[Array], plain: Array, people: Searchers, seeds: int
) -> dict[str, Any]:
    """Trees from choices as they are, and from choices without the bias, with the gains of the latter."""
    found: dict[str, list[Array]] = {"as they are": [], "bias taken out": []}
    right: dict[str, list[float]] = {name: [] for name in found}
    for seed in range(1, seeds + 1):
        chance = np.random.default_rng(seed)
        choices: list[Choice] = []
        for at in chance.permutation(len(judged))[: people.questions].tolist():
            question, values = judged[at], seen[at]
            choices += people.choices(question, np.argsort(-values, kind="stable"), chance)
        for name, bias in (("as they are", 0.0), ("bias taken out", BIAS)):
            learned = labelled(judged, best_articles(choices, bias))
            agreed = [bool((a.right & b.right).any()) for a, b in learned]
            right[name].append(float(np.mean(agreed)))
            found[name].append(ndcg(judged, unseen([a for a, _ in learned], judged)))
    raw, undone = (np.mean(values, axis=0) for values in found.values())
    return {
        **{
            name: {"right_articles": round(float(np.mean(right[name])), 4), "ndcg_at_10": _mean(values)}
            for name, values in (("as they are", raw), ("bias taken out", undone))
        },
        "gain_over_what_people_saw": paired_bootstrap((undone - plain).tolist()),
        "gain_over_choices_as_they_are": paired_bootstrap((undone - raw).tolist()),
    }


def labelled(judged: Sequence[Judged], best: dict[str, str]) -> list[tuple[Judged, Judged]]:
    """The questions that have a best article, with it for the right one, beside the truth."""
    pairs = []
    for question in judged:
        if (article := best.get(question.question)) is not None:
            right = np.zeros(len(question.right), bool)
            right[int(article)] = True
            pairs.append((replace(question, right=right), question))
    return pairs


def unseen(learned: Sequence[Judged], asked: Sequence[Judged]) -> list[Array]:
    """Scores of each question's candidates by trees that did not see the question."""
    found: list[Array] = [np.zeros(0)] * len(asked)
    for fold in range(FOLDS):
        trees = Trees(train_trees([q for q in learned if q.fold != fold], seeds=(1,)))
        for at, question in enumerate(asked):
            if question.fold == fold:
                found[at] = trees(question.features)
    return found


def ndcg(judged: Sequence[Judged], scores: Sequence[Array]) -> Array:
    """nDCG@10 of each question."""
    values = []
    for question, score in zip(judged, scores, strict=True):
        (figures,) = measures([question], [score]).values()
        values.append(figures["ndcg_at_10"])
    return np.array(values)


def _mean(values: Array) -> float:
    return round(float(values.mean()), 4)
