"""What Elasticsearch is told: settings, mappings and the body of a search, as plain values."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from schemas import engine as ask
from schemas.text.words import fold_word, pairs

from .values import VALUE_FIELDS

SETTINGS: dict[str, Any] = {
    "number_of_shards": 1,
    "number_of_replicas": 0,  # the settings' number takes its place
    "refresh_interval": "-1",  # shown when published, never in between
    "similarity": {"catch_all": {"type": "BM25", "k1": 0.8, "b": 0.75}},
    "analysis": {
        "analyzer": {
            "words": {"type": "custom", "tokenizer": "whitespace"},
            "folded": {"type": "custom", "tokenizer": "whitespace", "filter": ["asciifolding"]},
        }
    },
}


#: The small index of what is kept with a generation.
KEPT_SETTINGS: dict[str, Any] = {"number_of_shards": 1, "number_of_replicas": 0}
KEPT_MAPPINGS: dict[str, Any] = {"dynamic": "strict", "properties": {"packed": {"type": "binary"}}}
#: Keywords have no length here, so that long names count as short ones; elsewhere a name of
#: usual length counts a third as much.
_NAMES = 1 / 3


def packed(data: bytes) -> str:
    """A value of a binary field."""
    return base64.b64encode(zlib.compress(data)).decode()


def unpacked(value: str) -> bytes:
    """What `packed` was given."""
    return zlib.decompress(binascii.a2b_base64(value))


def _text(analyzer: str, options: str) -> dict[str, Any]:
    return {"type": "text", "analyzer": analyzer, "similarity": "catch_all", "index_options": options}


MAPPINGS: dict[str, Any] = {
    "dynamic": "strict",
    "_source": {"includes": ["stored"]},
    "properties": {
        "all": _text("words", "freqs"),
        "pairs": _text("words", "freqs"),
        "fold": _text("folded", "positions"),
        "fold_pairs": _text("folded", "freqs"),
        "exact": {"type": "keyword"},
        "starts": {"type": "keyword", "doc_values": False},
        "owner": {"type": "keyword"},
        # The record as JSON (`stored.plain`). Packed into bytes it would be half as long to send, but 20 take
        # 2 ms to unpack, and .9 to read as they are.
        "stored": {"type": "object", "enabled": False},
        **{name: {"type": "keyword"} for name in VALUE_FIELDS},
        **{name: {"type": "long"} for name in ("newest", "oldest", "ordinal", "valid_from", "valid_until")},
    },
}


def search_body(query: ask.Query) -> dict[str, Any]:
    """A search: everything in one question. Filters come after the facets were counted."""
    filters = _filters(query)
    found: dict[str, Any] = {"bool": {"filter": _found(query)}}
    if query.terms and query.sort == "relevance":
        found["bool"]["should"] = [term_query(term) for term in query.terms]
    body: dict[str, Any] = {
        "query": found,
        "from": query.offset,
        "size": max(1, query.limit),
        "sort": _sort(query),
        "track_total_hits": True,
        "track_scores": query.sort == "relevance",
    }
    if filters:
        body["post_filter"] = {"bool": {"filter": list(filters.values())}}
    if query.facets:
        body["aggs"] = {name: _facet(name, filters, query.facet_values) for name in query.facets}
    return body


def shortlist_body(query: ask.Query, size: int) -> dict[str, Any]:
    """Ordinals and scores of the best only: nothing is counted, no record is read or sent, not even its id,
    which is kept with it. By relevance equal scores are in no order, and there may be more than asked for.
    """
    filters = list(_filters(query).values())
    found: dict[str, Any] = {"filter": [*_found(query), *filters]}
    order: dict[str, Any] = {"sort": _sort(query), "size": max(1, size)}
    if query.terms and query.sort == "relevance":
        # Sorted by more than the score, everything would have to be scored.
        order = {"size": max(1, size)}
        found["should"] = [term_query(term) for term in query.terms]
        if query.match is None:  # any of the words that rank: found while they are scored
            found |= {"filter": [*_bounds(query), *filters], "minimum_should_match": 1}
        if not filters and _broad(query.match):
            order["post_filter"] = {"bool": {"filter": found.pop("filter")}}
            found["minimum_should_match"] = 1
    return order | {
        "query": {"bool": found},
        "track_total_hits": False,
        "docvalue_fields": ["ordinal"],
        "_source": False,
        "stored_fields": "_none_",
    }


def _broad(match: ask.Match | None) -> bool:
    """Whether nearly all of the best by score are found: then scoring comes first, and only what would be
    among the best is looked at. Words alone are scored in blocks that can be passed over as a whole, which a
    condition beside them rules out (55,623 articles, lay questions: mean 8 ms against 13, p95 15 against 28).
    With all words asked for (3.8 against 3.1) or a value chosen the condition leaves little to score.
    """
    return match is None or (
        isinstance(match, ask.AnyOf) and all(isinstance(part, ask.Has) for part in match.parts)
    )


def counting_body(query: ask.Query) -> dict[str, Any]:
    """How many records a query finds, and the facets; nothing is scored. What does not bind on that day is
    taken out: kept in by two ranges, each record found would be looked up in both (2.9 ms against 1.9).
    """
    body = search_body(replace(query, valid_on=None)) | {"from": 0, "size": 0}
    if query.valid_on is not None:
        day = query.valid_on.toordinal()
        gone = [{"range": {"valid_from": {"gt": day}}}, {"range": {"valid_until": {"lte": day}}}]
        body["query"]["bool"]["must_not"] = gone
    body["query"]["bool"].pop("should", None)
    for name in ("sort", "track_scores"):
        del body[name]
    return body


def ordinals_body(ordinals: Sequence[int]) -> dict[str, Any]:
    """A search for the records with these ordinals."""
    return {"query": {"terms": {"ordinal": list(ordinals)}}, "size": len(ordinals)}


def _filters(query: ask.Query) -> dict[str, dict[str, Any]]:
    """The condition of each field that is filtered by."""
    return {name: {"terms": {name: list(values)}} for name, values in query.filters.items() if values}


def _found(query: ask.Query) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if query.match is not None:
        found.append(_match(query.match))
    elif query.terms:
        found.append({"bool": {"should": [_has(term.field, term.text) for term in query.terms]}})
    return [*found, *_bounds(query)] or [{"match_all": {}}]


def _bounds(query: ask.Query) -> list[dict[str, Any]]:
    """What binds on the day asked for."""
    if query.valid_on is None:
        return []
    day = query.valid_on.toordinal()
    return [{"range": {"valid_from": {"lte": day}}}, {"range": {"valid_until": {"gt": day}}}]


def _sort(query: ask.Query) -> list[Any]:
    if query.sort == "relevance":
        return [{"_score": "desc"}, {"ordinal": "asc"}] if query.terms else [{"ordinal": "asc"}]
    return [{query.sort: "asc" if query.sort == "oldest" else "desc"}]


def term_query(term: ask.Term) -> dict[str, Any]:
    weight = term.weight * _NAMES if term.field == "starts" else term.weight
    return {"term": {term.field: {"value": term.text, "boost": weight}}}


def _has(field: str, text: str) -> dict[str, Any]:
    return {"term": {field: text}}


def _facet(name: str, filters: dict[str, Any], most: int) -> dict[str, Any]:
    counted = {"terms": {"field": name, "size": most}}
    others = [condition for field, condition in filters.items() if field != name]
    if not others:
        return counted
    return {"filter": {"bool": {"filter": others}}, "aggs": {"values": counted}}


def _match(match: ask.Match) -> dict[str, Any]:
    if isinstance(match, ask.Has):
        return _has(match.field, match.text)
    if isinstance(match, ask.Equals):
        return _has(match.field, match.value)
    if isinstance(match, ask.Phrase):
        return _phrase(match)
    if isinstance(match, ask.NoneOf):
        return {"bool": {"must_not": [_match(match.part)]}}
    parts = [_match(part) for part in match.parts]
    if isinstance(match, ask.AllOf):
        return {"bool": {"filter": parts}} if parts else {"match_all": {}}
    return {"bool": {"should": parts, "minimum_should_match": 1}} if parts else {"match_none": {}}


def _phrase(phrase: ask.Phrase) -> dict[str, Any]:
    """Positions are kept without marks only; the pairs decide the marks."""
    if len(phrase.words) == 1:
        return _has(phrase.field, phrase.words[0])
    bare = " ".join(fold_word(word) for word in phrase.words)
    parts: list[dict[str, Any]] = [{"match_phrase": {"fold": {"query": bare, "analyzer": "whitespace"}}}]
    if phrase.field == "all":
        parts += [_has("pairs", pair) for pair in pairs(list(phrase.words))]
    return {"bool": {"filter": parts}}
