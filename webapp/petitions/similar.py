"""Petitions answered already that a sender should see before sending the same again."""

from __future__ import annotations

import logging
from typing import Any

import sqlalchemy as sa

from schemas.errors import SearchUnavailable
from schemas.search import SearchRequest
from schemas.text.words import fold_words

from ..queries import petitions as read
from ..state import site
from .store import Petition

log = logging.getLogger(__name__)
Row = Any
MOST = 5
_HITS = 20
_SHARED = 0.5  # of the longer words of the summary


def similar(connection: sa.Connection, petition: Petition) -> list[Row]:
    """Public petitions about the same regulation or with most words of the summary in theirs, then those the
    index finds by what they tell or by their answer. Without an index, the first only.
    """
    found = read.similar(connection, petition.title, petition.regulation, MOST)
    seen = {row.id for row in found}
    wanted = {word for word in fold_words(petition.title) if len(word) > 2}
    for row in read.public_ones(connection, _found(petition.title)):
        told = set(fold_words(f"{row.title} {row.body} {row.answer}"))
        if row.id not in seen and len(wanted & told) >= max(2, _SHARED * len(wanted)):
            found.append(row)
    return found[:MOST]


def _found(text: str) -> list[int]:
    request = SearchRequest(text, filters={"kind": ("petition",)}, in_force=False, size=_HITS)
    try:
        return [int(hit.source_id) for hit in site().reader.search(request).hits]
    except SearchUnavailable as error:
        log.warning("similar petitions without the index", extra={"error": str(error)})
        return []
