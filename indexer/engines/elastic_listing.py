"""The best results of a query in Elasticsearch, as scores and ordinals, before any record is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from schemas import engine as ask

from .elastic_body import shortlist_body, term_query
from .values import best_first

#: Results that are ranked again. Fewer take less, since more can be passed over: of 55,623 articles 200 take
#: 9.8 ms, 100 take 6.7. The 80 that are looked at come from the first 150 as well: cross-validated on zalo's
#: questions nothing changes among the first ten; with 100 R@10 falls by .001.
LISTED = 150
#: The rarest terms of a long question list so many results, its other terms only add to the scores of these.
#: Of 55,623 articles lay questions take 5.8 ms, p95 9.3, instead of 7.0 and 12.7; of the 80 best 98.6 of 100
#: stay listed, and no measure of 610 judged questions changes. With 24 terms 96.7 stay, an answer is lost.
_LISTING, _RESCORED = 28, 300

Listed = list[tuple[float, int]]
Answer = Callable[[dict[str, Any]], Any]
Frequencies = Callable[[ask.WordField, Sequence[str]], Sequence[int]]


def best(answer: Answer, frequencies: Frequencies, query: ask.Query, size: int) -> tuple[Listed, str]:
    """Score and ordinal of the best `size` in order, and their generation; "" if nothing is found.

    The first `LISTED` of a long question are found quickly. What belongs among them but was not found so
    follows them, so that whoever turns the pages sees everything, and once.
    """
    first: Listed = []
    if query.sort == "relevance" and len(query.terms) > _LISTING:
        first, generation = _read(answer(quick_body(query, _rarest(query.terms, frequencies))), query)
        if len(first) < LISTED:  # others may hold only the words that were not asked for
            first = []
        elif size <= LISTED:
            return first[:size], generation
    every, generation = _read(answer(shortlist_body(query, size)), query)
    known = {ordinal for _, ordinal in first[:LISTED]}
    return [*first[:LISTED], *(pair for pair in every if pair[1] not in known)][:size], generation


def quick_body(query: ask.Query, rarest: Sequence[ask.Term]) -> dict[str, Any]:
    """`shortlist_body` for the best `LISTED`, of which a few may be others. `rarest`: the query's terms, the
    rarest first.
    """
    others = {"bool": {"should": [term_query(term) for term in rarest[_LISTING:]]}}
    body = shortlist_body(replace(query, terms=tuple(rarest[:_LISTING])), LISTED)
    return body | {"rescore": {"window_size": _RESCORED, "query": {"rescore_query": others}}}


def _rarest(terms: Sequence[ask.Term], frequencies: Frequencies) -> list[ask.Term]:
    counts: dict[tuple[str, str], int] = {}
    for field in dict.fromkeys(term.field for term in terms):
        texts = [term.text for term in terms if term.field == field]
        found = frequencies(field, texts)
        counts |= {(field, text): count for text, count in zip(texts, found, strict=True)}
    return sorted(terms, key=lambda term: counts[term.field, term.text])


def _read(answer: Any, query: ask.Query) -> tuple[Listed, str]:
    """Scores and ordinals of an answer, in order, and the generation."""
    hits = answer["hits"]["hits"]
    found = [(hit["_score"] or 0.0, hit["fields"]["ordinal"][0]) for hit in hits]
    if query.sort == "relevance":
        found.sort(key=lambda pair: best_first(*pair))
    return found, hits[0]["_index"] if hits else ""
