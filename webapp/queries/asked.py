"""Open consultations on changes to a document, and which of its articles each one touches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas.consultations import days_left
from schemas.text.citations import find_citations
from schemas.text.references import provision_path

from ..audit import aware
from ..consultations.rows import clock
from .acts import acts_of, article_of
from .documents import Document


@dataclass(frozen=True, slots=True)
class Asked:
    """An open consultation: its address, days left, and article of the document → provision of the draft."""

    id: int
    title: str
    days: int
    articles: dict[str, str]


def open_consultations(connection: sa.Connection, document: Document) -> list[Asked]:
    """Open consultations about this document, those that end first on top."""
    t, v = c.consultations.c, c.draft_versions.c
    moment = clock(connection)
    rows = connection.execute(
        sa.select(t.id, t.title, t.closes_at)
        .where(
            t.document_id == document.id,
            t.published_at.is_not(None),
            t.opens_at <= moment,
            t.closes_at > moment,
        )
        .order_by(t.closes_at, t.id)
    ).all()
    result = []
    for row in rows:
        newest = (
            sa.select(sa.func.max(v.id))
            .where(v.consultation_id == row.id, v.published_at.is_not(None))
            .scalar_subquery()
        )
        p = c.draft_provisions.c
        parts = connection.execute(
            sa.select(p.path, p.text).where(p.version_id == newest).order_by(p.ordinal)
        ).all()
        touched = articles_touched(document.number, ((part.path, part.text) for part in parts))
        result.append(Asked(row.id, row.title, days_left(aware(row.closes_at), aware(moment)), touched))
    return result


def articles_touched(number: str, parts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Article of the document → the draft's article that amends, adds or repeals something of it.

    Only provisions named together with the document's number, or without any document, count.
    """
    found: dict[str, str] = {}
    for path, text in parts:
        citations = [
            (raw.start, provision_path({level: value.lower() for level, value in steps.items()}))
            for raw in find_citations(text, lambda _text, _start: None)
            for steps in raw.targets
            if "article" in steps and "này" not in steps.values()
            if raw.document is None or raw.document.number == number
        ]
        for _kind, target in acts_of(text, citations):
            found.setdefault(article_of(target), article_of(path))
    return found
