"""What the tagger reads from the database."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from schemas import tables as t
from schemas.text.numbers import number_key

from .model import TAGGER, Article, DocumentText
from .titles import Law, TitleIndex, title_key
from .units import locate

TITLED_TYPES = ("Luật", "Bộ luật", "Pháp lệnh", "Hiến pháp")
_OPENING = 90  # characters of a clause that are enough to find it in its article


def pending_documents(connection: sa.Connection) -> list[int]:
    """Documents never tagged, tagged in another version of their text, or by other rules; in order of id."""
    tags = t.document_tags
    query = (
        sa.select(t.documents.c.id)
        .join(tags, tags.c.document_id == t.documents.c.id, isouter=True)
        .where(
            sa.or_(
                tags.c.document_id.is_(None), tags.c.sha256 != t.documents.c.sha256, tags.c.tagger != TAGGER
            )
        )
        .order_by(t.documents.c.id)
    )
    return list(connection.scalars(query))


def title_index(connection: sa.Connection) -> TitleIndex:
    """Titles of laws: of those in the database, and as preambles of all documents name them."""
    index = TitleIndex()
    d = t.documents.c
    laws = sa.select(d.title, d.number, d.issue_date, d.expiry_date).where(d.type.in_(TITLED_TYPES))
    for title, number, issued, expired in connection.execute(laws.order_by(d.id)):
        index.add(title, Law(number, issued, expired))
    for preamble in connection.scalars(sa.select(d.preamble).order_by(d.id)).yield_per(500):
        for paragraph in preamble or ():
            if "uật" in paragraph or "Pháp lệnh" in paragraph:
                index.add_mentions(paragraph)
    index.close()
    return index


class NumberIndex:
    """Numbers of the documents in the database → their ids."""

    def __init__(self, connection: sa.Connection) -> None:
        self._ids: dict[str, list[int]] = defaultdict(list)
        self._sources: dict[int, str] = {}
        d = t.documents.c
        for identity, number, source_id in connection.execute(sa.select(d.id, d.number, d.source_id)):
            self._ids[number_key(number)].append(identity)
            self._sources[identity] = source_id

    def document(self, number: str, related: frozenset[str] = frozenset()) -> int | None:
        """The id of the document of that number; of several the one the citing document is related to."""
        ids = self._ids.get(number_key(number), [])
        if len(ids) == 1:
            return ids[0]
        known = [identity for identity in ids if self._sources[identity] in related]
        return known[0] if len(known) == 1 else None


def read_documents(connection: sa.Connection, ids: Sequence[int]) -> list[DocumentText]:
    """The documents with these ids, their articles and where clauses and points stand in them."""
    d = t.documents.c
    articles = _articles(connection, ids)
    related = _related_laws(connection, ids)
    rows = connection.execute(
        sa.select(d.id, d.number, d.type, d.title, d.issue_date, d.preamble, d.fields)
        .where(d.id.in_(ids))
        .order_by(d.id)
    )
    return [
        DocumentText(
            row.id, row.number, row.type, row.title, row.issue_date, tuple(row.preamble or ()),
            tuple(articles.get(row.id, ())), tuple(row.fields or ()), related.get(row.id, {}),
        )
        for row in rows
    ]  # fmt: skip


def _articles(connection: sa.Connection, ids: Sequence[int]) -> dict[int, list[Article]]:
    p = t.provisions.c
    text = sa.case((p.level == "article", p.text), else_=sa.func.substr(p.text, 1, _OPENING)).label("text")
    levels = ("article", "clause", "point")
    rows = connection.execute(
        sa.select(p.document_id, p.path, p.level, p.number, p.heading, text)
        .where(p.document_id.in_(ids), p.level.in_(levels))
        .order_by(p.document_id, p.ordinal)
    )
    found: dict[int, list[tuple[Any, list[tuple[str, str, str, str]]]]] = {}
    for row in rows:
        of_document = found.setdefault(row.document_id, [])
        if row.level == "article":
            of_document.append((row, []))
        elif of_document and row.path.startswith(of_document[-1][0].path + "/"):
            of_document[-1][1].append((row.path, row.level, row.number, row.text))
    return {
        document: [
            Article(row.path, row.number, row.heading, row.text, locate(row.text, children))
            for row, children in articles
        ]
        for document, articles in found.items()
    }


def _related_laws(connection: sa.Connection, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """For each document the laws it acts on or is based on, by title; a title met twice tells nothing."""
    r, d = t.relations.c, t.documents.c
    rows = connection.execute(
        sa.select(r.document_id, d.title, d.number)
        .join(t.documents, d.source_id == r.target_id)
        .where(r.document_id.in_(ids), r.direction == "out", d.type.in_(TITLED_TYPES))
        .order_by(r.document_id, r.ordinal)
    )
    laws: dict[int, dict[str, str]] = {}
    doubled: set[tuple[int, str]] = set()
    for document, title, number in rows:
        key = title_key(title)
        if laws.setdefault(document, {}).setdefault(key, number) != number:
            doubled.add((document, key))
    for document, key in doubled:
        del laws[document][key]
    return laws


def related_ids(connection: sa.Connection, ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """For each document the source ids it is related to."""
    r = t.relations.c
    found: dict[int, set[str]] = defaultdict(set)
    for document, target in connection.execute(
        sa.select(r.document_id, r.target_id).where(r.document_id.in_(ids))
    ):
        found[document].add(target)
    return {document: frozenset(targets) for document, targets in found.items()}


def is_number(text: str) -> bool:
    """Whether a citation's target is a number, not a title that could not be told."""
    return bool(re.match(r"\d", text))
