"""Elasticsearch keeps the contract."""

from __future__ import annotations

import os
import random
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from indexer.engines.elastic import ElasticEngine
from schemas.engine import AnyOf, Has, Query, SearchEngine

from .contract import EngineContract, publish, record, words

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

    @pytest.mark.parametrize("chosen", [{}, {"document_type": ("Luật",)}])
    def test_pages_of_a_long_question_join_to_the_whole(self, engine: SearchEngine, chosen: Any) -> None:
        """The first results are listed by the rarest words only."""
        drawn, vocabulary = random.Random(4), [f"từ{n}" for n in range(40)]
        texts = [" ".join(drawn.sample(vocabulary, 1 + n % 30)) for n in range(400)]
        kinds = ["Luật", "Luật", "Nghị định"]
        publish(engine, [record(n, text, document_type=kinds[n % 3]) for n, text in enumerate(texts)])
        match = AnyOf(tuple(Has("all", word) for word in vocabulary))
        query = Query(words("all", *vocabulary), match=match, filters=chosen, facets=("kind",), limit=25)
        pages = [engine.search(replace(query, offset=at)) for at in range(0, 425, 25)]
        found = [item.record.ordinal for page in pages for item in page.items]
        assert len(found) == len(set(found)) == pages[0].total == (267 if chosen else 400)
        listed = engine.shortlist(query, 150)
        assert list(listed.ordinals) == found[:150]
        assert list(listed.scores) == sorted(listed.scores, reverse=True)
        whole = engine.search(replace(query, facets=(), offset=0, limit=400))
        scores = {item.record.ordinal: item.score for item in whole.items}
        assert listed.scores == pytest.approx([scores[ordinal] for ordinal in listed.ordinals], rel=1e-5)
        best = [item.record.ordinal for item in whole.items[:20]]
        assert found[:20] == best
