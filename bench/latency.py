"""How long a search takes: in process, over HTTP for numbers of clients, beside the bare engines."""

from __future__ import annotations

import argparse
import contextlib
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from indexer.build import all_records
from indexer.changes import snapshot
from indexer.datasets import fill, find_corpus
from indexer.engines import open_engine
from indexer.ranking.rerank import Ranking, ranking_store
from indexer.reader import Reader
from schemas.database import database_engine
from schemas.engine import Query, SearchEngine, Term
from schemas.errors import QuydinhError
from schemas.search import SearchRequest
from schemas.settings import Settings, load_settings
from schemas.text.words import words

from . import quality
from ._http import load, site, summary

Call = Callable[[str], object]
WHOOSH_PROVISIONS = 5000
_WARM_UP = 50


def main(arguments: Sequence[str]) -> dict[str, Any]:
    """Keys: in_process, http {clients: …}, suggest, baselines {bare engine, whoosh}, ratios."""
    options = _parser().parse_args(arguments)
    if options.dataset:
        with tempfile.TemporaryDirectory(prefix="quydinh-bench-") as scratch:
            options.keep = options.keep or Path(scratch)
            with quality.opened(options) as (reader, _):
                return _measured(options, reader, None)
    settings = load_settings()
    own = settings.search_models_dir
    ranking = Ranking(ranking_store(settings), options.tier, settings.search_model, own)
    reader = Reader(open_engine(settings), database_engine(settings.database), None, ranking)
    try:
        return _measured(options, reader, settings)
    finally:
        reader.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench latency", description=__doc__)
    parser.add_argument("--dataset", type=Path, help="a BEIR folder instead of the site's own index")
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--queries", type=Path, help="one query a line; without it headings of the index")
    parser.add_argument("--clients", default="1,4,16,64", help="numbers of clients at once over HTTP")
    parser.add_argument("--sample", type=int, default=500, help="how many queries are drawn (seed 1)")
    parser.add_argument("--keep", type=Path, help="folder to keep a dataset's index in, and to take it from")
    parser.add_argument("--url", help="a running site; without it one is started")
    parser.add_argument("--seconds", type=float, default=5.0, help="of load for each number of clients")
    parser.add_argument(
        "--tier", choices=("A", "B", "C"), default="C", help="highest ranking; a site without data has A"
    )
    parser.set_defaults(engine="tantivy", model="trees", limit=None)
    return parser


def _measured(options: argparse.Namespace, reader: Reader, settings: Settings | None) -> dict[str, Any]:
    queries = _queries(options, reader)
    engine = reader.engine
    status = reader.status()
    found: dict[str, Any] = {"records": status.records, "queries": len(queries)}
    found["tier"] = quality.tier_used(reader, options.tier)
    found["in_process"] = timed(lambda text: reader.search(SearchRequest(text)), queries)
    found["suggest"] = timed(lambda text: reader.suggest(text[:12]), queries)
    found["baselines"] = {
        "bare_engine": timed(lambda text: engine.search(bare(text)), queries),
        "whoosh": _whoosh(options, settings, queries),
    }
    p50 = found["in_process"]["p50_ms"]
    found["ratios"] = {
        name: round(p50 / baseline["p50_ms"], 3)
        for name, baseline in found["baselines"].items()
        if baseline and baseline["p50_ms"]
    }
    environment = {} if settings is not None else dataset_environment(options.keep)
    found["http"] = _over_http(options, queries, environment)
    return found


def dataset_environment(folder: Path) -> dict[str, str]:
    """Settings of a site over a dataset's index."""
    folder = folder.resolve()
    return {
        "QUYDINH_DATA_DIR": str(folder),
        "QUYDINH_DATABASE_URL": f"sqlite:///{folder / 'corpus.sqlite3'}",
        "QUYDINH_SEARCH_ENGINE": "tantivy",
    }


def _queries(options: argparse.Namespace, reader: Reader) -> list[str]:
    if options.queries:
        lines = options.queries.read_text(encoding="utf-8").splitlines()
        found = [line.strip() for line in lines if line.strip()]
    else:
        hits = reader.search(SearchRequest(size=100, in_force=False)).hits
        found = [hit.heading or hit.title for hit in hits]
    if not found:
        raise QuydinhError("there are no queries to ask")
    return random.Random(1).sample(found, min(options.sample, len(found)))


def bare(text: str) -> Query:
    """What anybody would ask the bare engine: any of the words, best 20, no facets, no snippets."""
    return Query(tuple(Term("all", word) for word in dict.fromkeys(words(text))), limit=20)


def timed(call: Call, queries: Sequence[str]) -> dict[str, Any]:
    """Percentiles of one caller's waiting time, after a warm-up."""
    for text in queries[:_WARM_UP]:
        call(text)
    times, errors = [], 0
    for text in queries:
        started = time.perf_counter()
        try:
            call(text)
        except QuydinhError:
            errors += 1
        times.append((time.perf_counter() - started) * 1000)
    return summary(times, sum(times) / 1000, errors)


def _whoosh(options: argparse.Namespace, settings: Settings | None, queries: Sequence[str]) -> dict[str, Any]:
    """Whoosh on the first 5,000 records, since more would take minutes: its figures flatter it."""
    with tempfile.TemporaryDirectory(prefix="quydinh-bench-") as scratch:
        folder = Path(scratch)
        if settings is None:
            own = load_settings(data_dir=folder, database_url=f"sqlite:///{folder}/corpus.sqlite3")
            database = database_engine(own.database)
            fill(database, find_corpus(options.dataset, options.corpus), WHOOSH_PROVISIONS)
        else:
            own = settings.model_copy(update={"data_dir": folder})
            database = database_engine(settings.database)
        engine = open_engine(own, "whoosh")
        count = write_some(engine, database, WHOOSH_PROVISIONS)
        found = timed(lambda text: engine.search(bare(text)), queries[:60])
        engine.close()
        database.dispose()
        return found | {"records": count}


def write_some(engine: SearchEngine, database: Any, most: int) -> int:
    with engine.create() as writer, snapshot(database) as connection:
        count = writer.add(islice(all_records(connection), most))
        writer.publish(0, expected=count)
    return count


# ---------------------------------------------------------------- over HTTP


def _over_http(
    options: argparse.Namespace, queries: Sequence[str], environment: dict[str, str]
) -> dict[str, Any]:
    clients = [int(number) for number in options.clients.split(",") if number]
    with contextlib.nullcontext(options.url) if options.url else site(environment) as url:
        return {str(number): load(url, queries, number, options.seconds) for number in clients}
