"""`python -m indexer train`: the order learned from judged questions, through the product's own index and
search.
"""

from __future__ import annotations

import contextlib
import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from schemas.database import database_engine
from schemas.engine import SearchEngine
from schemas.errors import QuydinhError
from schemas.search import Record, SearchRequest
from schemas.settings import load_settings

from .build import all_records, build
from .changes import snapshot
from .datasets import fill, find_corpus, read_questions, record_ids
from .engines import open_engine
from .ranked import attach_ranking
from .ranking.arrays import Array
from .ranking.features import NAMES
from .ranking.hurried import NOISES
from .ranking.learning import Judged, by_engine, cross_validate, measures, train_trees
from .ranking.matches import Matches, comparable, leading, match
from .ranking.models import FEATURES, MODELS
from .ranking.network_learning import Example, train_network
from .ranking.question import Question
from .ranking.rerank import (
    Asked,
    Ranked,
    Ranking,
    linear,
    look,
    question_of,
    ranking_store,
)
from .ranking.synthesis import Synthesis
from .reader import Reader

log = logging.getLogger(__name__)
_SEEN = 60  # candidates of a made-up question that the network learns from
_LEAST_WORDS = 15  # of an article that questions are made of


@dataclass(frozen=True, slots=True)
class Recorded:
    """The candidates of a question that are looked at: ordinals, rows, features, best clauses."""

    question: Question
    ordinals: list[int]
    rows: Array
    features: Array
    clauses: Array


class Recorder(Ranking):
    """Ranks nothing but remembers the candidates of the last question."""

    last: Recorded | None = None

    def rank(
        self, asked: Asked, generation: str, ordinals: Sequence[int], scores: Sequence[float]
    ) -> Ranked | None:
        self.last = None
        data = self.data(generation)
        rows = data.rows_of(ordinals) if data is not None and asked.tokens else np.zeros(0, np.int64)
        known = np.flatnonzero(rows >= 0)
        if data is not None and len(known):
            question = question_of(data, asked)
            seen = look(data, question, asked.today, rows[known], np.array(scores, np.float32)[known])
            looked_at = [ordinals[at] for at in known[seen.places].tolist()]
            self.last = Recorded(question, looked_at, seen.rows, seen.features, seen.clauses)
        return None


def train(
    datasets: Sequence[Path], output: Path | None, cross: bool, keep: Path | None, synthetic: int = 0
) -> dict[str, Any]:
    """Train the trees on every question of these datasets; with `cross` also say how well questions are
    answered by trees that did not see them (5 folds). With `synthetic`, train the network instead, on so
    many made-up questions about the articles of the first dataset; no judgement is looked at.
    """
    folder = output or MODELS
    folder.mkdir(parents=True, exist_ok=True)
    if synthetic:
        with _folder(keep, datasets[0].name) as scratch:
            examples = made_up(datasets[0], scratch, synthetic)
        _save(folder / "network.npz", train_network(examples))
        return {"examples": len(examples)}
    judged: list[Judged] = []
    for dataset in datasets:
        with _folder(keep, dataset.name) as scratch:
            found = collect(dataset, scratch)
        log.info("%s: %d questions with candidates", dataset.name, len(found))
        judged += found
    if not judged:
        # Fewer than 2,000 articles get no re-ranking data, and so no features to learn from.
        raise QuydinhError("nothing to learn from: no question has candidates with re-ranking data")
    figures: dict[str, Any] = {
        "questions": len(judged),
        "engine": measures(judged, [by_engine(q) for q in judged]),
        "linear": measures(judged, [linear(q.features) for q in judged]),
    }
    if cross:
        figures["trees, cross-validated"] = measures(judged, cross_validate(judged))
    _save(folder / "trees.npz", train_trees(judged))
    return figures


def _save(path: Path, arrays: Mapping[str, Array]) -> None:
    np.savez_compressed(path, **arrays, **{FEATURES: np.array(NAMES)})  # type: ignore[arg-type]


def made_up(dataset: Path, folder: Path, count: int, seed: int = 7) -> list[Example]:
    """What the network sees of questions made from the articles of a corpus."""
    found: list[Example] = []
    with opened(dataset, folder) as (reader, recorder, database):
        with snapshot(database) as connection:
            articles = [r for r in all_records(connection) if r.kind == "provision" and _long_enough(r)]
        state = reader.engine.state()
        data = recorder.data(state.generation) if state else None
        for text, article in Synthesis(articles, seed).questions(count):
            reader.search(_deep(text, 1))
            last = recorder.last
            if data is None or last is None or article.ordinal not in last.ordinals:
                continue
            right = last.ordinals.index(article.ordinal)
            chosen = leading(last.features, _SEEN)
            if right not in chosen:
                chosen[-1] = right
            seen = match(last.question, data.arrays, data.terms, last.rows[chosen], last.clauses[chosen])
            small = Matches(seen.terms, seen.matches.astype(np.float16))
            place = int(np.flatnonzero(chosen == right)[0])
            found.append(Example(small, comparable(last.features)[chosen], place))
    return found


def _long_enough(article: Record) -> bool:
    return article.text.count(" ") >= _LEAST_WORDS - 1


def _deep(text: str, size: int = 20) -> SearchRequest:
    return SearchRequest(text, filters={"kind": ("provision",)}, in_force=False, size=size)


@contextlib.contextmanager
def _folder(keep: Path | None, name: str) -> Iterator[Path]:
    if keep is not None:
        folder = keep / name
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="quydinh-train-") as scratch:
        yield Path(scratch)


def collect(
    dataset: Path, folder: Path, noises: Mapping[str, Callable[[str, str], str]] = NOISES
) -> list[Judged]:
    """Every judged question with the features of its candidates, as it is and as people type it in a hurry
    (without marks, with half of them, with mistakes), unless `noises` names fewer. What is built stays in
    `folder`.
    """
    questions = read_questions(dataset)
    with opened(dataset, folder) as (reader, recorder, database):
        ids = record_ids(find_corpus(dataset))
        with snapshot(database) as connection:
            ordinal_of = {ids[r.id]: r.ordinal for r in all_records(connection) if r.id in ids}
        found = []
        for (name, typed), (id_, text) in product(noises.items(), questions.texts.items()):
            reader.search(_deep(typed(text, id_), 1))
            last = recorder.last
            if last is None:
                continue
            right = {ordinal_of[doc] for doc in questions.judged[id_] if doc in ordinal_of}
            hit = np.array([ordinal in right for ordinal in last.ordinals], bool)
            in_all = len(questions.judged[id_])
            found.append(Judged(id_, f"{dataset.name}, {name}", last.features, hit, in_all))
    return found


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
    recorder = Recorder(store, "C")
    reader = Reader(engine, database, ranking=recorder)
    try:
        yield reader, recorder, database
    finally:
        reader.close()
        database.dispose()
