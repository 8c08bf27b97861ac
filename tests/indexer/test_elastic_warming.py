"""A generation is searched before it is published; a cluster that fails then costs nothing but that."""

from __future__ import annotations

from typing import Any

from elasticsearch import ConnectionError as NoConnection

from indexer.engines.elastic_warming import Questions, warm
from schemas.engine import AnyOf, Has, Query

from .contract import record


class Client:
    """Answers each search with one result, fails from the given search on."""

    def __init__(self, fails_at: int = 10**6) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.fails_at = fails_at

    def options(self, **_: Any) -> Client:
        return self

    def search(self, index: str, **body: Any) -> Any:
        assert index == "lần-2"
        if len(self.bodies) >= self.fails_at:
            raise NoConnection("gone")
        self.bodies.append(body)
        return {"hits": {"hits": [{"_index": index, "_score": 1.0, "fields": {"ordinal": [7]}}]}}


def queries(records: int) -> list[Query]:
    questions = Questions()
    for n in range(1, records + 1):
        questions.add(record(n, "", f"Điều kiện cấp giấy phép thứ {n}"))
    return [*questions.queries()]


def test_headings_of_some_records_are_asked_as_people_would() -> None:
    assert len(queries(23)) == 0
    unmarked, marked = queries(48)
    assert isinstance(marked.match, AnyOf)
    assert Has("pairs", "giấy_phép") in marked.match.parts
    assert {term.field for term in marked.terms} == {"all", "pairs", "exact"}
    assert {term.text for term in marked.terms if term.field == "exact"} == {"dieu kien cap giay phep thu 48"}
    assert {term.field for term in unmarked.terms} == {"all", "pairs", "fold", "fold_pairs", "exact"}
    assert len(queries(60_000)) == 2000


def test_a_question_is_listed_counted_and_read() -> None:
    client: Any = Client()
    assert warm(client, "lần-2", queries(48)) == 2
    listing, counting, reading = client.bodies[:3]
    assert listing["size"] == 150 and counting["aggs"] and reading["query"] == {"terms": {"ordinal": [7]}}
    assert len(client.bodies) == 6


def test_it_ends_when_time_is_up_or_the_cluster_is_gone() -> None:
    client: Any = Client()
    assert warm(client, "lần-2", queries(48), seconds=-1) == 0
    assert not client.bodies
    failing: Any = Client(fails_at=4)
    assert warm(failing, "lần-2", queries(48)) == 1
