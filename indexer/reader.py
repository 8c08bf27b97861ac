"""Search as the site sees it: understanding, engine and ranking composed into one `SearchReader`."""

from __future__ import annotations

import datetime as dt
import logging
import math
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from schemas.calendar import VIETNAM
from schemas.engine import Candidates, Query, SearchEngine
from schemas.errors import BadSearch, SearchUnavailable
from schemas.search import (
    FACETS,
    FILTERS,
    MAX_OFFSET,
    FacetValue,
    Hit,
    IndexStatus,
    Record,
    SearchRequest,
    SearchResults,
    Suggestion,
    note,
)

from .changes import pending
from .query.complete import Completions
from .query.expand import Lexicon
from .query.filters import KnownValues
from .query.frequencies import Remembered
from .query.helping import did_you_mean, obstacles
from .query.jumps import Named, named
from .query.mining import ABBREVIATIONS, Mined, load
from .query.related import choose, related_query
from .query.restore import Speller
from .query.suggest import completions, suggest
from .query.synonyms import SynonymFile, Synonyms
from .query.understand import Meaning, understand
from .ranking.page import Page, ranked_page
from .ranking.reasons import reasons, units
from .ranking.rerank import Asked, Ranking
from .ranking.runs import Runs
from .ranking.snippets import Snippet, Wanted, snippet, snippets

log = logging.getLogger(__name__)
MOST_ON_A_PAGE = 100
_LOOK_EVERY_SECONDS = 1.0  # for a new generation's words; its records are seen at once
_KNOWN_VALUES = 2_000  # of each field that can be filtered by
_SORTS = ("relevance", "newest", "oldest")
_DECIDING = 8  # so many words, the rarest, decide which clause is shown; others are marked beside them
_MARK_BELOW = 0.35  # words that more than this share of all records hold never decide


class Reader:
    """A `SearchReader` over any engine. Safe for threads; sees new generations and changes at once."""

    def __init__(
        self,
        engine: SearchEngine,
        database: sa.Engine | None = None,
        synonyms: Path | None = None,
        ranking: Ranking | None = None,
    ) -> None:
        self._database = database
        self._synonyms = SynonymFile(synonyms)
        self.ranking = ranking  # tiers B and C; without it the engine's order stands
        self.engine = engine  # for measuring it alone
        self._index: _Index | None = None
        self._looked = 0.0
        self._knowing = threading.Lock()

    # ------------------------------------------------------------ the site's calls

    def search(self, request: SearchRequest) -> SearchResults:
        """A page of results. Raises BadSearch for what cannot be asked and SearchUnavailable."""
        started = time.perf_counter()
        _check(request)
        index = self._known_index()
        today = dt.datetime.now(VIETNAM).date()
        meaning = _meaning(request, index, today)
        page = self._page(meaning.query, meaning, index.size, today)
        notes, suggestion = meaning.understood.notes, None
        every = bool(page.found.total)
        if not page.found.total and meaning.loose is not None:
            page = self._page(meaning.loose, meaning, index.size, today)
            notes = (*notes, note("relaxed")) if page.found.total else notes
        found = page.found
        wanted = _wanted(meaning, index.size)
        texts = [(item.record.text, item.record.outline) for item in found.items]
        best = snippets(texts, wanted)
        asked = units(meaning, wanted.common)
        hits = tuple(
            _hit(
                item.record,
                item.score,
                shown,
                (
                    *reasons(item.record, meaning, asked, shown.found, wanted.common),
                    *page.why.get(item.record.ordinal, ()),
                ),
            )
            for item, shown in zip(found.items, best, strict=True)
        )
        direct = named(self.engine, request.text) if request.page == 1 else Named()
        notes = (*notes, *direct.notes)
        if meaning.tokens and not (direct.jumps or direct.notes) and (not every or request.exact):
            suggestion = did_you_mean(request, meaning, index.speller, self._count)
        if request.generation and request.generation != found.generation:
            notes = (*notes, note("moved"))
        if not found.total:
            notes = (*notes, *obstacles(request, meaning, index.frequencies, self._count))
        return SearchResults(
            total=found.total,
            page=request.page,
            size=request.size,
            hits=hits,
            understood=replace(meaning.understood, notes=notes),
            facets=_facets(found, meaning.query),
            jumps=direct.jumps,
            suggestion=suggestion,
            generation=found.generation,
            took_ms=round((time.perf_counter() - started) * 1000, 2),
        )

    def _page(self, query: Query, meaning: Meaning, size: int, today: dt.date) -> Page:
        """A page in the order of the highest tier there is."""
        if self.ranking is None or self.ranking.tier == "A":
            return Page(self.engine.search(query))
        added = [words for expansion in meaning.expansions for words in expansion.added]
        asked = Asked(meaning.terms, meaning.tokens, meaning.counts or {}, size, today, added)
        return ranked_page(self.engine, self.ranking, query, asked)

    def _runs(self, generation: str) -> Runs | None:
        """Runs of words, which lie with the re-ranking data."""
        data = self.ranking.data(generation) if self.ranking is not None else None
        return data.runs if data is not None else None

    def _count(self, request: SearchRequest) -> int:
        """How many records hold all the words of a request."""
        index = self._known_index()
        today = dt.datetime.now(VIETNAM).date()
        meaning = _meaning(request, index, today)
        return self.engine.search(replace(meaning.query, facets=(), offset=0, limit=1)).total

    def suggest(self, prefix: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Documents, procedures, terms and lines of business with words that begin so, best first."""
        index = self._known_index()
        return suggest(self.engine, index.completions, index.lexicon, index.frequencies, prefix, limit)

    def related(self, record_id: str, limit: int = 6) -> tuple[Hit, ...]:
        """Records about the same matter that are in force today; empty if the record is unknown."""
        records = self.engine.get([record_id])
        if not records:
            return ()
        record, index = records[0], self._known_index()
        today = dt.datetime.now(VIETNAM).date()
        query = related_query(record, index.frequencies, index.size, today, limit)
        if not query.terms:
            return ()
        others = choose(record, self.engine.search(query).items, limit)
        return tuple(_hit(item.record, item.score, snippet(item.record.text, Wanted())) for item in others)

    def status(self) -> IndexStatus:
        """What is served. Raises SearchUnavailable when nothing is."""
        state = self.engine.state()
        if state is None:
            raise SearchUnavailable("no index is published; run `python -m indexer build`")
        by_kind = dict(self.engine.count())
        waiting = 0
        if self._database is not None:
            try:
                waiting = pending(self._database, state.position)
            except sa.exc.SQLAlchemyError as error:
                raise SearchUnavailable(f"the database does not answer: {error}") from error
        return IndexStatus(
            self.engine.name, state.generation, sum(by_kind.values()), by_kind, waiting, state.built_at
        )

    def close(self) -> None:
        """Let go of the index."""
        self.engine.close()

    # ------------------------------------------------------------ what it knows

    def _known_index(self) -> _Index:
        """Values of the filter fields, number of records and words, read once for each generation."""
        known, now = self._index, time.monotonic()
        if known is not None and now - self._looked < _LOOK_EVERY_SECONDS:
            return known
        state = self.engine.state()
        if state is None:
            raise SearchUnavailable("no index is published; run `python -m indexer build`")
        self._looked = now
        synonyms = self._synonyms.current()
        if known is not None and known.synonyms is not synonyms:
            known = self._index = replace(known, synonyms=synonyms, lexicon=Lexicon(known.mined, synonyms))
        if known is None or known.generation != state.generation:
            with self._knowing:
                found = self.engine.search(Query(facets=FACETS, facet_values=_KNOWN_VALUES, limit=1))
                values = {name: tuple(counts) for name, counts in found.facets.items()}
                frequencies = Remembered(self.engine.frequencies)
                pairs, runs = partial(self.engine.frequencies, "pairs"), partial(self._runs, state.generation)
                speller = Speller(self.engine.vocabulary(), pairs, runs)
                mined = load(self.engine.kept(ABBREVIATIONS))
                lexicon = Lexicon(mined, synonyms)
                known = self._index = _Index(
                    state.generation,
                    values,
                    found.total,
                    frequencies,
                    speller,
                    mined,
                    synonyms,
                    lexicon,
                    completions(mined),
                )
        return known


@dataclass(frozen=True, slots=True)
class _Index:
    """What the reader remembers of a generation."""

    generation: str
    values: KnownValues
    size: int
    frequencies: Remembered
    speller: Speller
    mined: Mined
    synonyms: Synonyms
    lexicon: Lexicon
    completions: Completions


def _meaning(request: SearchRequest, index: _Index, today: dt.date) -> Meaning:
    return understand(
        request, today, index.frequencies, index.values, index.speller, index.lexicon, index.size
    )


def _check(request: SearchRequest) -> None:
    for name in request.filters:
        if name not in FILTERS.values():
            raise BadSearch(name, request.filters[name], f"filters are {', '.join(FILTERS)}")
    if request.sort not in _SORTS:
        raise BadSearch("sort", request.sort, " | ".join(_SORTS))
    if not 1 <= request.size <= MOST_ON_A_PAGE:
        raise BadSearch("size", request.size, f"1 to {MOST_ON_A_PAGE}")
    if request.page < 1 or (request.page - 1) * request.size >= MAX_OFFSET:
        raise BadSearch("page", request.page, f"from 1, up to result {MAX_OFFSET}")


def _wanted(meaning: Meaning, size: int) -> Wanted:
    """What to mark: the rarest words of the query, the others beside them."""
    added = (word for expansion in meaning.expansions for words in expansion.added for word in words)
    counts = {token: (meaning.counts or {}).get(token, 0) for token in (*meaning.tokens, *added)}
    weights = {token: math.log(1 + max(1, size) / (count + 0.5)) for token, count in counts.items()}
    rarest = sorted((count, token) for token, count in counts.items())[:_DECIDING]
    rare = {token for count, token in rarest if count <= _MARK_BELOW * size}
    common = frozenset(counts.keys() - rare) if rare else frozenset()
    return Wanted(counts.keys() - meaning.unmarked, meaning.unmarked, weights, common)


def _hit(record: Record, score: float, best: Snippet, why: tuple[str, ...] = ()) -> Hit:
    return Hit(
        id=record.id,
        kind=record.kind,
        source_id=record.source_id,
        number=record.number,
        provision=record.provision,
        title=record.title,
        heading=record.heading,
        snippet=best.text,
        url=record.url,
        score=round(score, 4),
        document_type=record.document_type,
        agencies=record.agencies,
        validity=record.validity,
        issue_date=record.issue_date,
        sample=record.sample,
        why=why,
    )


def _facets(found: Candidates, query: Query) -> Mapping[str, tuple[FacetValue, ...]]:
    """Counts by value, chosen values always among them."""
    facets = {}
    for name, counts in found.facets.items():
        chosen = query.filters.get(name, ())
        values = [FacetValue(value, count, value in chosen) for value, count in counts.items()]
        values += [FacetValue(value, 0, True) for value in chosen if value not in counts]
        facets[name] = tuple(values)
    return facets
