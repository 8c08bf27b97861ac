"""Searches of a generation before people search it."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Iterable
from typing import Any

from elasticsearch import ApiError, Elasticsearch, TransportError

from indexer.ranking.fields import bare_heading
from schemas import engine as ask
from schemas.search import FACETS, PAGE_SIZE, Record
from schemas.text.normalise import fold
from schemas.text.words import fold_word, pairs, words

from .elastic_body import counting_body, ordinals_body
from .elastic_listing import LISTED, best

log = logging.getLogger(__name__)
_ONE_OF = 24  # records gives a question
_MOST, _SECONDS = 2000, 60.0
_LONGEST = 16  # words
_SHORT = 4  # letters; many records hold so short a word
_UNMARKED = 8  # one question of so many is asked without marks


class Questions:
    """Headings of some records that were written, to ask for."""

    def __init__(self) -> None:
        self._seen = 0
        self._headings: list[str] = []

    def add(self, record: Record) -> None:
        self._seen += 1
        if self._seen % _ONE_OF == 0 and len(self._headings) < _MOST:
            self._headings.append(bare_heading(record) or record.title)

    def queries(self) -> Iterable[ask.Query]:
        """What the site would ask for each heading; for some as if it were typed without marks."""
        for at, heading in enumerate(self._headings):
            if tokens := words(heading)[:_LONGEST]:
                yield _query(tokens, marked=bool(at % _UNMARKED))


def _query(tokens: list[str], marked: bool) -> ask.Query:
    """Alike in its fields and parts to what `indexer.query` makes of a question: code that was compiled for
    other queries is compiled again.
    """
    key = " ".join(map(fold_word, tokens))
    terms = [ask.Term("pairs", pair, 0.7) for pair in pairs(tokens)] + [
        ask.Term("all", word) for word in tokens
    ]
    if not marked:
        twins: dict[str, ask.WordField] = {"pairs": "fold_pairs", "all": "fold"}
        terms += [ask.Term(twins[term.field], fold(term.text), 0.5) for term in terms]
    parts = [ask.Has(term.field, term.text) for term in terms if len(term.text) > _SHORT]
    return ask.Query(
        (*terms, ask.Term("exact", key, 3.0)),
        match=ask.AnyOf((*parts, ask.Has("exact", key))),
        valid_on=dt.date.today(),
        facets=FACETS,
        limit=PAGE_SIZE,
    )


def warm(client: Elasticsearch, index: str, queries: Iterable[ask.Query], seconds: float = _SECONDS) -> int:
    """Search, count and read as the site does; returns how many questions there was time for.

    A Java process that has only been written to compiles the code of searches while the first thousand wait:
    of 55,623 articles the first 200 searches take 46 ms, p95 88, and 68 ms of its CPU time; after 1,400 they
    take 23, p95 35, and 18. A cluster that does not answer goes without: what is written is whole.
    """
    asked, end = 0, time.monotonic() + seconds
    once = client.options(max_retries=0, retry_on_timeout=False, request_timeout=seconds)
    try:
        for query in queries:
            if time.monotonic() > end:
                break
            _search(once, index, query)
            asked += 1
    except (TransportError, ApiError) as error:
        log.warning("%s is published without having been searched before: %s", index, error)
    return asked


def _search(client: Elasticsearch, index: str, query: ask.Query) -> None:
    def answer(body: dict[str, Any]) -> Any:
        return client.search(index=index, **body)

    listed, _ = best(answer, lambda _, texts: [0] * len(texts), query, LISTED)
    answer(counting_body(query))
    if ordinals := [ordinal for _, ordinal in listed[: query.limit]]:
        answer(ordinals_body(ordinals))
