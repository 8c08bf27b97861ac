"""Shortlists of long questions in Elasticsearch: fast, and no result is lost or shown twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from indexer.engines.elastic_listing import LISTED, best
from schemas.engine import Query, Term, WordField

LONG = tuple(Term("all", f"từ{n}") for n in range(40))


def rare_at_the_end(field: WordField, texts: Sequence[str]) -> list[int]:
    return [1000 - int(text.removeprefix("từ")) for text in texts]


class Cluster:
    """Answers with so many results; a quick listing finds others than a whole one."""

    def __init__(self, quick: Sequence[int], whole: Sequence[int]) -> None:
        self.quick, self.whole = quick, whole
        self.asked: list[dict[str, Any]] = []

    def __call__(self, body: dict[str, Any]) -> Any:
        self.asked.append(body)
        found = self.quick if "rescore" in body else self.whole
        hits = [
            {"_index": "lần-1", "_score": 1000.0 - ordinal, "fields": {"ordinal": [ordinal]}}
            for ordinal in found[: body["size"]]
        ]
        return {"hits": {"hits": hits}}


def ordinals(cluster: Cluster, terms: Sequence[Term], size: int) -> list[int]:
    listed, generation = best(cluster, rare_at_the_end, Query(tuple(terms)), size)
    assert generation == "lần-1"
    return [ordinal for _, ordinal in listed]


def words(query: Any) -> list[str]:
    return [term["term"]["all"]["value"] for term in query["bool"]["should"]]


def test_the_rarest_words_list_and_the_others_add_to_the_scores() -> None:
    cluster = Cluster(range(0, 600, 2), range(600))
    assert ordinals(cluster, LONG, 10) == [*range(0, 20, 2)]
    (body,) = cluster.asked
    assert words(body["query"]) == [f"từ{n}" for n in range(39, 11, -1)]
    assert words(body["rescore"]["query"]["rescore_query"]) == [f"từ{n}" for n in range(11, -1, -1)]


def test_a_short_question_is_asked_as_it_is() -> None:
    cluster = Cluster([], range(600))
    assert ordinals(cluster, LONG[:28], 200) == [*range(200)]
    (body,) = cluster.asked
    assert "rescore" not in body
    assert words(body["query"]) == [f"từ{n}" for n in range(28)]


@pytest.mark.parametrize("size", [10, LISTED, 160, 400])
def test_what_a_quick_listing_passed_over_follows_it_once(size: int) -> None:
    cluster = Cluster(range(0, 600, 2), range(600))
    quick = [*range(0, 2 * LISTED, 2)]
    others = [n for n in range(600) if n not in quick]
    assert ordinals(cluster, LONG, size) == [*quick, *others][:size]


def test_few_results_are_listed_by_every_word() -> None:
    cluster = Cluster(range(0, 90, 2), range(90))
    assert ordinals(cluster, LONG, 20) == [*range(20)]
    assert ordinals(cluster, LONG, LISTED) == [*range(90)]
