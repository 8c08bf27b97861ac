"""Judged questions with their candidates, found through the product's own index and search: what `train`
learns from.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import sqlalchemy as sa

from schemas.database import database_engine
from schemas.engine import SearchEngine
from schemas.search import SearchRequest
from schemas.settings import load_settings

from .build import all_records, build
from .changes import snapshot
from .datasets import fill, find_corpus, read_questions, record_ids
from .engines import open_engine
from .ranked import attach_ranking
from .ranking.arrays import Array
from .ranking.data import RankingData
from .ranking.encoder import Encoder
from .ranking.features import Seen
from .ranking.hurried import NOISES
from .ranking.learning import Judged
from .ranking.question import Question
from .ranking.rerank import Asked, Ranked, Ranking, look, question_of, ranking_store
from .reader import Reader


@dataclass(frozen=True, slots=True)
class Candidates:
    """A question as ranking was asked it: its candidates by the engine, and their rows in the data."""

    data: RankingData
    asked: Asked
    ordinals: Array
    rows: Array
    scores: Array

    def look(self, encoder: Encoder | None = None) -> tuple[Question, Seen]:
        """The question, and the candidates that ranking looks at."""
        question = question_of(self.data, self.asked)
        return question, look(self.data, question, self.asked.today, self.rows, self.scores, encoder)


class Recorder(Ranking):
    """Ranks nothing but remembers the candidates of the last question."""

    last: Candidates | None = None

    def rank(
        self, asked: Asked, generation: str, ordinals: Sequence[int], scores: Sequence[float]
    ) -> Ranked | None:
        self.last = None
        data = self.data(generation)
        rows = data.rows_of(ordinals) if data is not None and asked.tokens else np.zeros(0, np.int64)
        known = np.flatnonzero(rows >= 0)
        if data is not None and len(known):
            of_engine = np.array(ordinals, np.int64)[known], np.array(scores, np.float32)[known]
            self.last = Candidates(data, asked, of_engine[0], rows[known], of_engine[1])
        return None


@dataclass(frozen=True, slots=True)
class JudgedCandidates:
    """A judged question of a dataset: its candidates and, among them, the ordinals of right ones; how many
    are right in all.
    """

    question: str
    dataset: str
    candidates: Candidates
    right: frozenset[int]
    in_all: int

    def judged(self, seen: Seen) -> Judged:
        """What the trees learn from."""
        hit = [ordinal in self.right for ordinal in self.candidates.ordinals[seen.places].tolist()]
        return Judged(self.question, self.dataset, seen.features, np.array(hit, bool), self.in_all)


def collect(
    dataset: Path, folder: Path, noises: Mapping[str, Callable[[str, str], str]] = NOISES
) -> list[JudgedCandidates]:
    """Every judged question with its candidates, as it is and as people type it in a hurry (without marks,
    with half of them, with mistakes), unless `noises` names fewer. What is built stays in `folder`.
    """
    questions = read_questions(dataset)
    with opened(dataset, folder) as (reader, recorder, database):
        ids = record_ids(find_corpus(dataset))
        with snapshot(database) as connection:
            ordinal_of = {ids[r.id]: r.ordinal for r in all_records(connection) if r.id in ids}
        found = []
        for (name, typed), (id_, text) in product(noises.items(), questions.texts.items()):
            reader.search(deep(typed(text, id_), 1))
            if recorder.last is not None:
                right = frozenset(ordinal_of[doc] for doc in questions.judged[id_] if doc in ordinal_of)
                named = f"{dataset.name}, {name}"
                found.append(JudgedCandidates(id_, named, recorder.last, right, len(questions.judged[id_])))
    return found


def deep(text: str, size: int = 20) -> SearchRequest:
    """A search among articles, in force or not."""
    return SearchRequest(text, filters={"kind": ("provision",)}, in_force=False, size=size)


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
