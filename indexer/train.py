"""`python -m indexer train`: the order learned from judged questions, through the product's own index and
search.
"""

from __future__ import annotations

import contextlib
import logging
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from schemas.database import database_engine
from schemas.engine import SearchEngine
from schemas.search import SearchRequest
from schemas.settings import load_settings

from .build import all_records, build
from .changes import snapshot
from .datasets import fill, find_corpus, read_questions
from .engines import open_engine
from .ranked import attach_ranking
from .ranking.arrays import Array
from .ranking.data import RankingStore
from .ranking.learning import Judged, by_engine, cross_validate, labels, measures, train_trees
from .ranking.rerank import MODELS, Asked, Ranked, Ranking, candidate_features, linear, ranking_store
from .reader import Reader

log = logging.getLogger(__name__)


class Recorder(Ranking):
    """Ranks nothing but remembers the features of the last question's candidates."""

    def __init__(self, store: RankingStore) -> None:
        super().__init__(store, "C")
        self.ordinals: Sequence[int] = ()
        self.features: Array = np.zeros((0, 0), np.float32)

    def rank(
        self, asked: Asked, generation: str, ordinals: Sequence[int], scores: Sequence[float]
    ) -> Ranked | None:
        data = self.data(generation)
        if data is None or not asked.tokens:
            self.ordinals = ()
            return None
        rows = data.rows_of(ordinals)
        known = np.flatnonzero(rows >= 0)
        self.ordinals = [ordinals[at] for at in known.tolist()]
        if self.ordinals:
            of_known = np.array(scores, np.float32)[known]
            self.features, _ = candidate_features(data, asked, rows[known], of_known)
        return None


def train(datasets: Sequence[Path], output: Path | None, cross: bool, keep: Path | None) -> dict[str, Any]:
    """Train on every question of these datasets; with `cross` also say how well questions are answered by
    trees that did not see them (5 folds).
    """
    judged: list[Judged] = []
    for dataset in datasets:
        with _folder(keep, dataset.name) as folder:
            found = collect(dataset, folder)
        log.info("%s: %d questions with candidates", dataset.name, len(found))
        judged += found
    figures: dict[str, Any] = {
        "questions": len(judged),
        "engine": measures(judged, [by_engine(q) for q in judged]),
    }
    figures["linear"] = measures(judged, [linear(q.features) for q in judged])
    folder = output or MODELS
    folder.mkdir(parents=True, exist_ok=True)
    if cross:
        figures["trees, cross-validated"] = measures(judged, cross_validate(judged))
    np.savez_compressed(folder / "trees.npz", **train_trees(judged))  # type: ignore[arg-type]
    return figures


@contextlib.contextmanager
def _folder(keep: Path | None, name: str) -> Iterator[Path]:
    if keep is not None:
        folder = keep / name
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="quydinh-train-") as scratch:
        yield Path(scratch)


def collect(dataset: Path, folder: Path) -> list[Judged]:
    """Every judged question with the features of its candidates. What is built stays in `folder`."""
    questions = read_questions(dataset)
    with opened(dataset, folder) as (reader, recorder, database):
        ids = _corpus_ids(dataset)
        with snapshot(database) as connection:
            ordinal_of = {ids[r.id]: r.ordinal for r in all_records(connection) if r.id in ids}
        found = []
        for id_, text in questions.texts.items():
            request = SearchRequest(text, filters={"kind": ("provision",)}, in_force=False)
            reader.search(request)
            if not recorder.ordinals:
                continue
            right = {ordinal_of[doc]: 1 for doc in questions.judged[id_] if doc in ordinal_of}
            hit = labels(recorder.ordinals, right)
            found.append(Judged(id_, dataset.name, recorder.features, hit, len(questions.judged[id_])))
    return found


def _corpus_ids(dataset: Path) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as scratch:
        return fill(database_engine(f"sqlite:///{scratch}/ids.sqlite3"), find_corpus(dataset))


@contextlib.contextmanager
def opened(dataset: Path, folder: Path) -> Iterator[tuple[Reader, Recorder, sa.Engine]]:
    """Search over the corpus of a dataset, built in `folder` unless it is there already."""
    file = folder / "corpus.sqlite3"
    settings = load_settings(data_dir=folder, database_url=f"sqlite:///{file}", search_engine="tantivy")
    fresh = not file.exists()
    database = database_engine(settings.database)
    if fresh:
        fill(database, find_corpus(dataset))
    engine: SearchEngine = open_engine(settings)
    if engine.state() is None:
        build(engine, database)
    store = ranking_store(settings)
    state = engine.state()
    if state is not None and store.open(state.generation) is None:
        attach_ranking(engine, database, store)
    recorder = Recorder(store)
    reader = Reader(engine, database, ranking=recorder)
    try:
        yield reader, recorder, database
    finally:
        reader.close()
        database.dispose()
