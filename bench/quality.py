"""How well judged questions are answered, through the product's own records, index and search."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import math
import random
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import sqlalchemy as sa

from indexer.build import build
from indexer.datasets import fill, find_corpus, read_questions, record_ids
from indexer.engines import open_engine
from indexer.ranked import attach_ranking
from indexer.ranking.hurried import NOISES
from indexer.ranking.rerank import Ranking, ranking_store
from indexer.reader import Reader
from schemas.database import database_engine
from schemas.engine import SearchEngine
from schemas.migrations import upgrade
from schemas.search import SearchRequest
from schemas.settings import Settings, load_settings

DEPTH = 100


@runtime_checkable
class Dropping(Protocol):
    """An engine that keeps its indexes elsewhere than in a folder."""

    def drop(self) -> None: ...


_DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Measured:
    """The ranking of each question (corpus ids, best first) and how long a page took."""

    rankings: dict[str, list[tuple[str, float]]]
    milliseconds: list[float]


def main(arguments: Sequence[str]) -> dict[str, Any]:
    """Keys as in docs/search.md: queries, recall_at_k, mrr_at_10, ndcg_at_10, ms_mean, ms_p95."""
    options = _parser().parse_args(arguments)
    questions = read_questions(options.dataset)
    texts = {id_: NOISES[options.noise](text, id_) for id_, text in questions.texts.items()}
    with opened(options) as (reader, ids):
        measured = measure(reader, ids, texts)
        tier = tier_used(reader, options.tier)
        gains = None if tier == "A" else _gains(reader, ids, texts, measured, questions.judged)
    if options.run:
        write_run(options.run, measured.rankings, f"{options.engine}-{tier}")
    figures = evaluate(measured.rankings, questions.judged)
    return {
        "dataset": options.dataset.name,
        "engine": options.engine,
        "tier": tier,
        **({"model": options.model} if tier == "C" else {}),
        "noise": options.noise,
        **figures,
        **({"ndcg_gain_over_A": gains} if gains else {}),
        **timing(measured.milliseconds),
    }


def timing(milliseconds: Sequence[float]) -> dict[str, float]:
    """ms_mean and ms_p95 of some times."""
    times = sorted(milliseconds)
    return {
        "ms_mean": round(sum(times) / len(times), 2),
        "ms_p95": round(times[math.ceil(0.95 * len(times)) - 1], 2),
    }


def tier_used(reader: Reader, asked: str) -> str:
    """The tier that ranks: "A" where there is no re-ranking data, as in a collection too small for it."""
    ranked = reader.ranking is not None and reader.ranking.data(reader.status().generation) is not None
    return asked if ranked else "A"


def _gains(
    reader: Reader,
    ids: Mapping[str, str],
    texts: Mapping[str, str],
    measured: Measured,
    judged: Mapping[str, Mapping[str, int]],
) -> tuple[float, float, float] | None:
    """Paired bootstrap of nDCG@10 against tier A on the same questions; None for tier A itself."""
    if reader.ranking is None:
        return None
    plain = measure(Reader(reader.engine), ids, texts)

    def ndcg(rankings: Mapping[str, Sequence[tuple[str, float]]], id_: str) -> float:
        return of_question([doc for doc, _ in rankings.get(id_, ())], judged[id_])["ndcg_at_10"]

    return paired_bootstrap([ndcg(measured.rankings, id_) - ndcg(plain.rankings, id_) for id_ in texts])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench quality", description=__doc__)
    parser.add_argument("--dataset", type=Path, required=True, help="folder in BEIR layout")
    parser.add_argument("--corpus", type=Path, help="corpus of a dataset that has none")
    parser.add_argument("--engine", choices=("tantivy", "elasticsearch", "whoosh"), default="tantivy")
    parser.add_argument("--tier", choices=("A", "B", "C"), default="C", help="which ranking")
    parser.add_argument("--model", choices=("trees", "network"), default="trees", help="of tier C")
    parser.add_argument("--noise", choices=tuple(NOISES), default="clean", help="none: no marks at all")
    parser.add_argument("--run", type=Path, help="write the ranking in TREC format")
    parser.add_argument("--limit", type=int, help="only so many articles of the corpus")
    parser.add_argument("--keep", type=Path, help="folder to keep the index in, and to take it from")
    return parser


@contextlib.contextmanager
def opened(options: argparse.Namespace) -> Iterator[tuple[Reader, dict[str, str]]]:
    """A reader over the dataset's corpus, and record id → corpus id."""
    with tempfile.TemporaryDirectory(prefix="quydinh-bench-") as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        database_file = folder / "corpus.sqlite3"
        fresh = not database_file.exists()
        settings = load_settings(
            data_dir=folder,
            database_url=f"sqlite:///{database_file}",
            elasticsearch_index=scratch_index(folder),
        )
        database = database_engine(settings.database)
        upgrade(database)  # a kept one may be of an earlier release
        engine = open_engine(settings, options.engine)
        corpus = find_corpus(options.dataset, options.corpus)
        if fresh:
            fill(database, corpus, options.limit)
        ids = record_ids(corpus, options.limit)
        if engine.state() is None:
            build(engine, database)
        ranking = _ranking(options, settings, engine, database)
        reader = Reader(engine, database, ranking=ranking)
        try:
            yield reader, ids
        finally:
            if not options.keep:
                drop(engine)
            reader.close()
            database.dispose()


def scratch_index(folder: Path) -> str:
    """Name of the indexes of a measurement in Elasticsearch: never those a site serves."""
    return "quydinh-bench-" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]


def drop(engine: SearchEngine) -> None:
    """Take out of a cluster what a measurement put in; folders go with their own."""
    if isinstance(engine, Dropping):
        engine.drop()


def _ranking(
    options: argparse.Namespace, settings: Settings, engine: SearchEngine, database: sa.Engine
) -> Ranking | None:
    """The ranking of the tier asked for, over data that is made unless it is there already."""
    if options.tier == "A":
        return None
    store, state = ranking_store(settings, options.engine), engine.state()
    if state is not None and store.open(state.generation) is None:
        attach_ranking(engine, database, store)
    return Ranking(store, options.tier, options.model)


def measure(reader: Reader, ids: Mapping[str, str], texts: Mapping[str, str]) -> Measured:
    """Ask every question once for the ranking and once, timed, for the page the site shows."""
    rankings, times = {}, []
    for id_, text in texts.items():
        deep = SearchRequest(text, filters={"kind": ("provision",)}, in_force=False, size=DEPTH)
        found = reader.search(deep)
        rankings[id_] = [(ids[hit.id], hit.score) for hit in found.hits if hit.id in ids]
        started = time.perf_counter()
        reader.search(SearchRequest(text))
        times.append((time.perf_counter() - started) * 1000)
    return Measured(rankings, times)


def evaluate(
    rankings: Mapping[str, Sequence[tuple[str, float]]], judged: Mapping[str, Mapping[str, int]]
) -> dict[str, Any]:
    """Means over the questions: recall at 1, 5, 10, 100, reciprocal rank and nDCG at 10 (binary gains)."""
    sums: dict[str, float] = {}
    for id_, right in judged.items():
        for name, value in of_question([doc for doc, _ in rankings.get(id_, ())], right).items():
            sums[name] = sums.get(name, 0.0) + value
    return {"queries": len(judged)} | {name: round(total / len(judged), 4) for name, total in sums.items()}


def of_question(ranking: Sequence[str], right: Mapping[str, int]) -> dict[str, float]:
    """The measures of one question."""
    found = {f"recall_at_{k}": len(set(ranking[:k]) & set(right)) / len(right) for k in (1, 5, 10, 100)}
    ranks = [rank for rank, doc in enumerate(ranking[:10], 1) if doc in right]
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(10, len(right)) + 1))
    found["mrr_at_10"] = 1 / ranks[0] if ranks else 0.0
    found["ndcg_at_10"] = sum(1 / math.log2(rank + 1) for rank in ranks) / ideal
    return found


def paired_bootstrap(gains: Sequence[float], seed: int = 1) -> tuple[float, float, float]:
    """(mean, 2.5 %, 97.5 %) of the gain of one ranking over another on the same questions."""
    chance = random.Random(seed)
    means = sorted(sum(chance.choices(gains, k=len(gains))) / len(gains) for _ in range(_DRAWS))
    mean = sum(gains) / len(gains)
    return round(mean, 4), round(means[int(0.025 * _DRAWS)], 4), round(means[int(0.975 * _DRAWS)], 4)


def write_run(path: Path, rankings: Mapping[str, Sequence[tuple[str, float]]], tag: str) -> None:
    """The ranking in TREC format: `qid Q0 docid rank score tag`."""
    with path.open("w", encoding="utf-8") as file:
        for id_, ranking in rankings.items():
            for rank, (doc, score) in enumerate(ranking, 1):
                file.write(f"{id_} Q0 {doc} {rank} {score} {tag}\n")
