"""How long a search takes: in process, over HTTP for numbers of clients, beside the bare engines."""

from __future__ import annotations

import argparse
import concurrent.futures
import http.client
import math
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from indexer.build import all_records
from indexer.changes import snapshot
from indexer.datasets import fill, find_corpus
from indexer.engines import open_engine
from indexer.reader import Reader
from schemas.database import database_engine
from schemas.engine import Query, SearchEngine, Term
from schemas.errors import QuydinhError
from schemas.search import SearchRequest
from schemas.settings import Settings, load_settings
from schemas.text.words import words

from . import quality

Call = Callable[[str], object]
WHOOSH_PROVISIONS = 5000
_WARM_UP = 50


def main(arguments: Sequence[str]) -> dict[str, Any]:
    """Keys: in_process, http {clients: …}, suggest, baselines {bare engine, whoosh}, ratios."""
    options = _parser().parse_args(arguments)
    if options.dataset:
        with quality.opened(options) as (reader, _):
            return _measured(options, reader, None)
    settings = load_settings()
    reader = Reader(open_engine(settings), database_engine(settings.database))
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
    parser.add_argument("--url", help="a running site; without it one is started (the site's index only)")
    parser.add_argument("--seconds", type=float, default=5.0, help="of load for each number of clients")
    parser.set_defaults(engine="tantivy", tier="A", limit=None, keep=None)
    return parser


def _measured(options: argparse.Namespace, reader: Reader, settings: Settings | None) -> dict[str, Any]:
    queries = _queries(options, reader)
    engine = reader.engine
    found: dict[str, Any] = {"records": reader.status().records, "queries": len(queries)}
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
    if settings is not None:
        found["http"] = _over_http(options, queries)
    return found


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


def summary(times: Sequence[float], seconds: float, errors: int) -> dict[str, Any]:
    """{p50_ms, p95_ms, p99_ms, per_s, errors}."""
    order = sorted(times)

    def percentile(share: float) -> float | None:
        return round(order[math.ceil(share * len(order)) - 1], 2) if order else None

    return {
        "p50_ms": percentile(0.5),
        "p95_ms": percentile(0.95),
        "p99_ms": percentile(0.99),
        "per_s": round(len(order) / seconds, 1) if seconds else 0.0,
        "errors": errors,
    }


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
        count = _write_some(engine, database, WHOOSH_PROVISIONS)
        found = timed(lambda text: engine.search(bare(text)), queries[:60])
        engine.close()
        database.dispose()
        return found | {"records": count}


def _write_some(engine: SearchEngine, database: Any, most: int) -> int:
    with engine.create() as writer, snapshot(database) as connection:
        count = writer.add(islice(all_records(connection), most))
        writer.publish(0, expected=count)
    return count


# ---------------------------------------------------------------- over HTTP


def _over_http(options: argparse.Namespace, queries: Sequence[str]) -> dict[str, Any]:
    clients = [int(number) for number in options.clients.split(",") if number]
    if options.url:
        return {str(number): load(options.url, queries, number, options.seconds) for number in clients}
    port = _free_port()
    site = subprocess.Popen(
        [sys.executable, "-m", "webapp", "serve", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, site)
        return {str(number): load(url, queries, number, options.seconds) for number in clients}
    finally:
        site.terminate()
        site.wait(30)


def _free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port: int = chosen.getsockname()[1]
        return port


def _wait(url: str, site: subprocess.Popen[bytes], seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if site.poll() is not None:
            raise QuydinhError(f"the site ended with status {site.returncode}")
        try:
            if _fetch(_connection(url), "/readyz") == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise QuydinhError(f"{url} was not ready within {seconds:.0f} s")


def load(url: str, queries: Sequence[str], clients: int, seconds: float) -> dict[str, Any]:
    """Result pages asked by so many clients, each with a connection of its own, one request after another."""
    stop = threading.Event()

    def client(number: int) -> tuple[list[float], int]:
        chance = random.Random(number)
        connection, times, errors = _connection(url), [], 0
        while not stop.is_set():
            path = "/tim-kiem?" + urllib.parse.urlencode({"q": chance.choice(queries)})
            started = time.perf_counter()
            try:
                errors += _fetch(connection, path) != 200
            except (OSError, http.client.HTTPException):
                errors += 1
                connection = _connection(url)
            times.append((time.perf_counter() - started) * 1000)
        return times, errors

    started = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        running = [pool.submit(client, number) for number in range(clients)]
        time.sleep(seconds)
        stop.set()
        done = [future.result() for future in running]
    times = [t for found, _ in done for t in found]
    return summary(times, time.perf_counter() - started, sum(errors for _, errors in done))


def _connection(url: str) -> http.client.HTTPConnection:
    parts = urllib.parse.urlsplit(url)
    return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)


def _fetch(connection: http.client.HTTPConnection, path: str) -> int:
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    return answer.status
