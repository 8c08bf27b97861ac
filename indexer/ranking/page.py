"""A page of results in the order of the highest tier: the engine's shortlist ranked again, then its own
order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from schemas.engine import Candidates, Query, SearchEngine

from .rerank import Asked, Ranking


@dataclass(frozen=True, slots=True)
class Page:
    """What was found, and by ordinal why ranking put it where it is (codes of `schemas.search.REASONS`)."""

    found: Candidates
    why: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def ranked_page(engine: SearchEngine, ranking: Ranking, query: Query, asked: Asked) -> Page:
    """The page that `query` asks for. Results after those that the engine lists, and results sorted by date,
    stand in the engine's order.
    """
    most = engine.listed
    ranks = query.sort == "relevance" and query.offset < most and bool(query.terms)
    if not ranks or not ranking.may_have_data:
        return Page(engine.search(query))
    listed = engine.shortlist(query, most)
    ranked = ranking.rank(asked, listed.generation, listed.ordinals, listed.scores)
    order = ranked.order if ranked else range(len(listed.ordinals))
    end = query.offset + query.limit
    items = listed.candidates(order[query.offset : end], query.offset)
    if end > most and listed.total > most:
        beyond = replace(query, offset=most, limit=end - most, facets=())
        items += engine.search(beyond).items
    found = Candidates(listed.total, items, listed.facets, listed.generation)
    why = {listed.ordinals[at]: codes for at, codes in ranked.why.items()} if ranked else {}
    return Page(found, why)
