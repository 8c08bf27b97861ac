"""Elasticsearch that is refused, cut off, frozen or gone. Nodes are wires to one real node, cut by the test;
`python -m bench crash --elasticsearch` kills and stops real nodes of a cluster of three.
"""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from elasticsearch import Elasticsearch

from indexer.build import build
from indexer.engines import elastic_writing
from indexer.engines.elastic import ElasticEngine
from indexer.engines.elastic_writing import send
from schemas.engine import Query, Term
from schemas.errors import IndexBuildError, SearchUnavailable
from schemas.settings import Settings
from webapp import create_app

from .contract import publish, record
from .proxy import Proxy
from .rows import add_document

pytestmark = pytest.mark.elasticsearch
WORD = Query((Term("all", "phép"),), limit=1)


@pytest.fixture
def prefix() -> Iterator[str]:
    name = f"test-{uuid.uuid4().hex[:10]}"
    yield name
    with Elasticsearch(os.environ["QUYDINH_TEST_ELASTICSEARCH_URL"].split(",")) as client:
        for index in client.indices.get(index=f"{name}*", features="aliases"):
            client.indices.delete(index=index)


@pytest.fixture
def nodes() -> Iterator[list[Proxy]]:
    address = urlsplit(os.environ["QUYDINH_TEST_ELASTICSEARCH_URL"].split(",")[0])
    made = [Proxy((address.hostname or "", address.port or 9200)) for _ in range(3)]
    yield made
    for node in made:
        node.close()


@pytest.fixture
def engine(nodes: list[Proxy], prefix: str, tmp_path: Path) -> Iterator[ElasticEngine]:
    opened = ElasticEngine([node.url for node in nodes], prefix, tmp_path, timeout=1.0)
    yield opened
    opened.close()


def test_a_node_that_dies_loses_and_doubles_nothing(engine: ElasticEngine, nodes: list[Proxy]) -> None:
    publish(engine, [record(0, "giấy phép")])
    stop, errors, searches = threading.Event(), [], [0]

    def search() -> None:
        while not stop.is_set():
            try:
                engine.search(WORD)
                searches[0] += 1
            except SearchUnavailable as error:
                errors.append(error)

    searching = threading.Thread(target=search)
    searching.start()
    with engine.create() as writer:
        for n in range(6):
            nodes[n % 3].cut() if n % 2 == 0 else nodes[(n - 1) % 3].up()
            writer.add(record(at, f"giấy phép {at}") for at in range(n * 200, n * 200 + 200))
        nodes[1].up()
        writer.publish(1, expected=1200)
    stop.set()
    searching.join()
    assert (errors, searches[0] > 0) == ([], True)
    assert engine.search(WORD).total == 1200


def test_a_frozen_node_is_passed_over(engine: ElasticEngine, nodes: list[Proxy]) -> None:
    publish(engine, [record(n, "giấy phép") for n in range(5)])
    nodes[0].freeze()
    assert [engine.search(WORD).total for _ in range(8)] == [5] * 8


def test_a_cluster_that_is_gone_keeps_nobody_waiting(engine: ElasticEngine, nodes: list[Proxy]) -> None:
    publish(engine, [record(1, "giấy phép")])
    for node in nodes:
        node.freeze()
    with pytest.raises(SearchUnavailable):
        engine.search(WORD)
    started = time.monotonic()
    for _ in range(20):
        with pytest.raises(SearchUnavailable):
            engine.search(WORD)
    assert time.monotonic() - started < 1.0  # one time limit: nobody waited for the cluster again
    for node in nodes:
        node.up()
    assert _until_found(engine) == 1


def _until_found(engine: ElasticEngine) -> int:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            return engine.search(WORD).total
        except SearchUnavailable:
            time.sleep(0.1)
    raise AssertionError("it never came back")


def test_refused_records_are_named_and_fail_the_build(engine: ElasticEngine) -> None:
    published = publish(engine, [record(1, "giấy phép")])
    with pytest.raises(IndexBuildError, match="refused test:7"), engine.create() as writer:
        wrong = {"_op_type": "index", "_index": writer.generation, "_id": "test:7", "_source": {"unknown": 1}}
        send(engine._writing, [wrong])
    state = engine.state()
    assert state is not None and state.generation == published


def test_patience_with_a_cluster_that_stays_away_ends(
    engine: ElasticEngine, nodes: list[Proxy], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elastic_writing, "_PAUSES", (0.1, 0.1))
    with pytest.raises(IndexBuildError), engine.create() as writer:
        for node in nodes:
            node.cut()
        writer.add([record(1)])


def test_the_site_goes_on_without_the_cluster(
    database: sa.Engine, nodes: list[Proxy], prefix: str, settings: Settings
) -> None:
    add_document(database, 1, {"1": "Cấp phép\nGiấy phép được cấp trong 15 ngày."})
    own = settings.model_copy(
        update={
            "search_engine": "elasticsearch",
            "elasticsearch_url": ",".join(node.url for node in nodes),
            "elasticsearch_index": prefix,
            "elasticsearch_timeout": 1.0,
        }
    )
    engine = ElasticEngine([node.url for node in nodes], prefix, own.index_dir)
    build(engine, database)
    client = create_app(own).test_client()
    assert "1 kết quả" in client.get("/tim-kiem?q=giấy+phép").get_data(as_text=True)
    for node in nodes:
        node.cut()
    answer = client.get("/tim-kiem?q=giấy+phép")
    assert answer.status_code == 503 and "Tìm kiếm đang tạm nghỉ" in answer.get_data(as_text=True)
    assert 'value="giấy phép"' in answer.get_data(as_text=True)
    assert client.get("/readyz").status_code == 503
    for address in ("/van-ban/1-2020-nd-cp", "/van-ban/1-2020-nd-cp/dieu-1", "/"):
        assert client.get(address).status_code == 200, address
    for node in nodes:
        node.up()
    until = time.monotonic() + 30
    while client.get("/tim-kiem?q=giấy+phép").status_code != 200 and time.monotonic() < until:
        time.sleep(0.2)
    assert "1 kết quả" in client.get("/tim-kiem?q=giấy+phép").get_data(as_text=True)
