"""Elasticsearch keeps the contract."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from indexer.engines.elastic import ElasticEngine

from .contract import EngineContract

pytestmark = pytest.mark.elasticsearch


class TestElasticsearch(EngineContract):
    @pytest.fixture
    def opening(self, tmp_path: Path) -> Iterator[tuple[Any, tuple[Any, ...]]]:
        hosts = os.environ["QUYDINH_TEST_ELASTICSEARCH_URL"].split(",")
        prefix = f"test-{uuid.uuid4().hex[:10]}"
        yield ElasticEngine, (hosts, prefix, tmp_path)
        with Elasticsearch(hosts) as client:
            for name in client.indices.get(index=f"{prefix}*", features="aliases"):
                client.indices.delete(index=name)
