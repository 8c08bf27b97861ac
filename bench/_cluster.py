"""A cluster of three real Elasticsearch nodes that lose one, have one stopped, and are gone altogether."""

from __future__ import annotations

import signal
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch, helpers

from indexer.engines.elastic import ElasticEngine
from schemas.engine import Query, Term
from schemas.errors import SearchUnavailable
from schemas.search import Record
from tests.services.elasticsearch import Node, elasticsearch

TIMEOUT = 3.0  # seconds, as the settings have it
#: A search that meets a dead or stopped node waits once for each node at most.
WINDOW = 3 * TIMEOUT
_STOPPED_SECONDS = 20.0
_QUERY = Query((Term("all", "phép"), Term("all", "xây")), facets=("kind",), limit=10)


@dataclass(slots=True)
class Searches:
    """What one searching thread met."""

    times: list[float] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)  # when, in seconds of time.monotonic

    def figures(self) -> dict[str, Any]:
        """searches, errors, how long the errors lasted, the longest search, its 95th percentile."""
        order = sorted(self.times) or [0.0]
        return {
            "searches": len(self.times),
            "errors": len(self.errors),
            "errors_s": round(self.errors[-1] - self.errors[0], 2) if self.errors else 0.0,
            "longest_s": round(order[-1], 2),
            "p95_ms": round(order[int(0.95 * (len(order) - 1))] * 1000, 1),
            "window_s": WINDOW,
        }


class Searching:
    """Searches without a pause on a thread of its own while the block runs."""

    def __init__(self, engine: ElasticEngine) -> None:
        self._engine, self._stop = engine, threading.Event()
        self.met = Searches()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Searches:
        self._thread.start()
        return self.met

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            started = time.monotonic()
            try:
                self._engine.search(_QUERY)
            except SearchUnavailable:
                self.met.errors.append(time.monotonic())
                time.sleep(0.05)
            self.met.times.append(time.monotonic() - started)


def run(records: int = 18_000) -> dict[str, Any]:
    """Figures of the three accidents, each against the same running cluster."""
    with elasticsearch(3) as nodes, tempfile.TemporaryDirectory(prefix="quydinh-cluster-") as folder:
        urls = [node.url for node in nodes]
        engine = ElasticEngine(urls, "bench", Path(folder), replicas=1, timeout=TIMEOUT)
        _green(urls)
        with engine.create() as writer:
            writer.add(_records(2000))
            writer.publish(0, expected=2000)
        try:
            return {
                "nodes": 3,
                "killed": _killed(engine, nodes, records),
                "stopped": _stopped(engine, nodes),
                "gone": _gone(engine, nodes),
            }
        finally:
            engine.close()


def _killed(engine: ElasticEngine, nodes: list[Node], count: int) -> dict[str, Any]:
    """Kill -9 of the node that holds the first copy of the new index, in the middle of writing it."""
    started = time.monotonic()
    with Searching(engine) as met, engine.create() as writer:
        written = writer.add(_killing(_records(count), count // 3, nodes, writer.generation))
        writer.publish(1, expected=count)
        seconds = time.monotonic() - started
    ids = _ids(nodes, writer.generation)
    figures = {"records": written, "lost": count - len(set(ids)), "doubled": len(ids) - len(set(ids))}
    for node in nodes:
        if node.process is None or node.process.poll() is not None:
            node.start()
            node.wait()
    _green([node.url for node in nodes])
    return {**figures, "build_s": round(seconds, 1), **met.figures()}


def _killing(records: Iterable[Record], at: int, nodes: list[Node], index: str) -> Iterator[Record]:
    for n, record in enumerate(records):
        if n == at:
            with Elasticsearch([node.url for node in nodes]) as client:
                shards = client.cat.shards(index=index, format="json")
            primary = next(row["node"] for row in shards if row["prirep"] == "p")  # type: ignore[index]
            next(node for node in nodes if node.name == primary).kill()
        yield record


def _stopped(engine: ElasticEngine, nodes: list[Node]) -> dict[str, Any]:
    """SIGSTOP of one node for some seconds; it goes on afterwards."""
    with Searching(engine) as met:
        time.sleep(2)
        nodes[1].signal(signal.SIGSTOP)
        try:
            time.sleep(_STOPPED_SECONDS)
        finally:
            nodes[1].signal(signal.SIGCONT)
        time.sleep(2)
    _green([node.url for node in nodes])
    return {"stopped_s": _STOPPED_SECONDS, **met.figures()}


def _gone(engine: ElasticEngine, nodes: list[Node]) -> dict[str, Any]:
    """Kill -9 of all nodes, then a start of all; the same reader goes on by itself."""
    for node in nodes:
        node.kill()
    answers = []
    for _ in range(3):
        started = time.monotonic()
        try:
            engine.search(_QUERY)
        except SearchUnavailable:
            answers.append(round(time.monotonic() - started, 3))
    for node in nodes:
        node.start()
    started = time.monotonic()
    for node in nodes:
        node.wait()
    answering = time.monotonic()
    while True:
        try:
            total = engine.search(_QUERY).total
            break
        except SearchUnavailable:
            if time.monotonic() - answering > 180:
                raise
            time.sleep(0.2)
    return {
        "refused_after_s": answers,
        "start_s": round(answering - started, 1),
        "back_after_s": round(time.monotonic() - answering, 1),
        "found": total,
    }


def _green(urls: list[str]) -> None:
    with Elasticsearch(urls, request_timeout=60) as client:
        client.cluster.health(wait_for_nodes="3", wait_for_status="green", timeout="120s")


def _ids(nodes: list[Node], index: str) -> list[str]:
    urls = [node.url for node in nodes if node.process is not None and node.process.poll() is None]
    with Elasticsearch(urls, request_timeout=60) as client:
        return [hit["_id"] for hit in helpers.scan(client, index=index, query={"_source": False})]


def _records(count: int) -> Iterator[Record]:
    for n in range(count):
        yield Record(
            id=f"bench:{n}",
            kind="provision",
            source_id=str(n),
            number=f"{n}/2020/NĐ-CP",
            provision="dieu-1",
            title="Quy định thử",
            heading=f"Điều {n}. Giấy phép xây dựng số {n}",
            text=f"Cơ quan cấp giấy phép xây dựng trong {n % 30} ngày làm việc.\n" * 8,
            url=f"/van-ban/{n}-2020-nd-cp/dieu-1",
            owner=f"document:{n}",
            ordinal=n,
        )
