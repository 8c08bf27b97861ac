"""`python -m indexer train`: the order learned from judged questions, through the product's own index and
search.
"""

from __future__ import annotations

import contextlib
import logging
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from schemas.errors import QuydinhError
from schemas.search import Record

from .build import all_records
from .changes import snapshot
from .collecting import JudgedCandidates, collect, deep, opened
from .learning import cross_validated, encoded, encoder_examples, learn, learn_unjudged, unencoded
from .ranking.arrays import Array
from .ranking.features import NAMES
from .ranking.learning import by_engine, measures
from .ranking.linear import linear
from .ranking.models import FEATURES, MODELS
from .ranking.synthesis import Synthesis

log = logging.getLogger(__name__)
_LEAST_WORDS = 15  # of an article that questions are made of


def train(
    datasets: Sequence[Path], output: Path | None, cross: bool, keep: Path | None, synthetic: int = 0
) -> dict[str, Any]:
    """Train the order of tier C on every question of these datasets; with `cross` also say how well questions
    are answered by what did not see them (5 folds). With `synthetic`, train the network for portals without
    judged questions instead, on so many made-up ones about the articles of the first dataset; no judgement is
    looked at.
    """
    folder = output or MODELS
    folder.mkdir(parents=True, exist_ok=True)
    if synthetic:
        with _folder(keep, datasets[0].name) as scratch:
            questions = made_up(datasets[0], scratch, synthetic)
        _save(folder / "network.npz", learn_unjudged(questions))
        return {"questions": len(questions)}
    found: list[JudgedCandidates] = []
    for dataset in datasets:
        with _folder(keep, dataset.name) as scratch:
            of_dataset = collect(dataset, scratch)
        log.info("%s: %d questions with candidates", dataset.name, len(of_dataset))
        found += of_dataset
    if not found:
        # Fewer than 2,000 articles get no re-ranking data, and so no features to learn from.
        raise QuydinhError("nothing to learn from: no question has candidates with re-ranking data")
    plain = unencoded(found)
    figures: dict[str, Any] = {
        "questions": len(found),
        "engine": measures(plain, [by_engine(q) for q in plain]),
        "linear": measures(plain, [linear(q.features) for q in plain]),
    }
    del plain
    examples = encoder_examples(found)
    shown = encoded(found, examples)
    if cross:
        judged = [question.judged for question in shown]
        for name, values in cross_validated(shown).items():
            figures[f"{name}, cross-validated"] = measures(judged, values)
    _save(folder / "trees.npz", learn(examples, shown))
    return figures


def _save(path: Path, arrays: Mapping[str, Array]) -> None:
    np.savez_compressed(path, **arrays, **{FEATURES: np.array(NAMES)})  # type: ignore[arg-type]


def made_up(dataset: Path, folder: Path, count: int, seed: int = 7) -> list[JudgedCandidates]:
    """Questions made from the articles of a corpus, each with the article it was made from, with
    candidates.
    """
    found: list[JudgedCandidates] = []
    with opened(dataset, folder) as (reader, recorder, database):
        with snapshot(database) as connection:
            articles = [r for r in all_records(connection) if r.kind == "provision" and _long_enough(r)]
        for text, article in Synthesis(articles, seed).questions(count):
            reader.search(deep(text, 1))
            if recorder.last is not None:
                right = frozenset((article.ordinal,))
                found.append(JudgedCandidates(text, dataset.name, recorder.last, right, 1))
    return found


def _long_enough(article: Record) -> bool:
    return article.text.count(" ") >= _LEAST_WORDS - 1


@contextlib.contextmanager
def _folder(keep: Path | None, name: str) -> Iterator[Path]:
    if keep is not None:
        folder = keep / name
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="quydinh-train-") as scratch:
        yield Path(scratch)
