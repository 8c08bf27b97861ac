"""All three engines on one corpus in one run: building, size, waiting time, throughput, memory, quality."""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from indexer.build import build
from indexer.datasets import fill, find_corpus, read_questions, record_ids
from indexer.engines import open_engine
from indexer.reader import Reader
from schemas.database import database_engine
from schemas.search import SearchRequest
from schemas.settings import Settings, load_settings

from . import quality
from .latency import WHOOSH_PROVISIONS, timed, write_some

ENGINES = ("tantivy", "elasticsearch", "whoosh")


def main(arguments: Sequence[str]) -> dict[str, Any]:
    """Key `engines`: for each build_s, size_mb, p50_ms, p95_ms, p99_ms, per_s, peak_mb, ndcg_at_10.

    Each engine runs in a process of its own, so that memory is its own too.
    """
    parser = argparse.ArgumentParser(prog="python -m bench engines", description=__doc__)
    parser.add_argument("--dataset", type=Path, help="a BEIR folder instead of the site's own documents")
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--limit", type=int, help="only so many articles")
    parser.add_argument(
        "--engines",
        default=",".join(ENGINES),
        help=f"with whoosh among them all get {WHOOSH_PROVISIONS} articles, without it all there are",
    )
    parser.add_argument("--only", choices=ENGINES, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.only:
        return one(options, options.only)
    names = options.engines.split(",")
    limited = [*arguments, "--limit", str(min(options.limit or WHOOSH_PROVISIONS, WHOOSH_PROVISIONS))]
    given = limited if "whoosh" in names else arguments
    return {"engines": {name: _apart(given, name) for name in names}}


def _apart(arguments: Sequence[str], name: str) -> dict[str, Any]:
    program = "import json,sys; from bench.engines import main; print(json.dumps(main(sys.argv[1:])))"
    command = [sys.executable, "-c", program, *arguments, "--only", name]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        return {"error": f"{name} could not be measured (exit status {done.returncode})"}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def one(options: argparse.Namespace, name: str) -> dict[str, Any]:
    """The figures of one engine, measured in this process."""
    limit = options.limit
    with tempfile.TemporaryDirectory(prefix="quydinh-bench-") as scratch:
        folder = Path(scratch)
        settings, ids = _database(options, folder, limit)
        database = database_engine(settings.database)
        engine = open_engine(settings, name)
        before = peak_mb()
        started = time.perf_counter()
        if options.dataset is None and limit is not None:
            records = write_some(engine, database, limit)
        else:
            records = build(engine, database).records
        seconds = time.perf_counter() - started
        reader = Reader(engine, database)
        texts, judged = _questions(options, reader, set(ids.values()))
        found: dict[str, Any] = {"records": records, "build_s": round(seconds, 2)}
        found["size_mb"] = _size(engine, folder)
        found |= timed(lambda text: reader.search(SearchRequest(text)), list(texts.values())[:200])
        found["per_s"] = _throughput(reader, list(texts.values()))
        found["peak_mb"], found["peak_before_mb"] = peak_mb(), before
        if judged:
            measured = quality.measure(reader, ids, texts)
            found["ndcg_at_10"] = quality.evaluate(measured.rankings, judged)["ndcg_at_10"]
        quality.drop(engine)
        reader.close()
        return found


def _database(
    options: argparse.Namespace, folder: Path, limit: int | None
) -> tuple[Settings, dict[str, str]]:
    if options.dataset is None:
        own = load_settings()
        update = {
            "data_dir": folder,
            "database_url": own.database,
            "elasticsearch_index": quality.scratch_index(folder),
        }
        return own.model_copy(update=update), {}
    settings = load_settings(
        data_dir=folder,
        database_url=f"sqlite:///{folder}/corpus.sqlite3",
        elasticsearch_index=quality.scratch_index(folder),
    )
    corpus = find_corpus(options.dataset, options.corpus)
    fill(database_engine(settings.database), corpus, limit)
    return settings, record_ids(corpus, limit)


def _questions(
    options: argparse.Namespace, reader: Reader, held: set[str]
) -> tuple[dict[str, str], dict[str, dict[str, int]]]:
    """Judged questions whose answers are in the (perhaps shortened) corpus; else headings of the index."""
    if options.dataset is None:
        hits = reader.search(SearchRequest(size=100, in_force=False)).hits
        return {hit.id: hit.heading or hit.title for hit in hits}, {}
    questions = read_questions(options.dataset)
    judged = {id_: right for id_, right in questions.judged.items() if set(right) <= held}
    texts = {id_: questions.texts[id_] for id_ in judged} or questions.texts
    return texts, judged


def _size(engine: Any, folder: Path) -> float | None:
    """Megabytes of the index; asked of the engine where it keeps it elsewhere."""
    if hasattr(engine, "size_bytes"):
        return round(float(engine.size_bytes()) / 1e6, 1)
    files = (folder / "index").rglob("*")
    return round(sum(path.stat().st_size for path in files if path.is_file()) / 1e6, 1)


def _throughput(reader: Reader, texts: Sequence[str], seconds: float = 5.0) -> float:
    """Searches a second by two threads."""
    until = time.monotonic() + seconds

    def ask(seed: int) -> int:
        chance, count = random.Random(seed), 0
        while time.monotonic() < until:
            reader.search(SearchRequest(chance.choice(texts)))
            count += 1
        return count

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return round(sum(pool.map(ask, range(2))) / seconds, 1)


def peak_mb() -> float:
    """Highest resident memory of this process so far."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
