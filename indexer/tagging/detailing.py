"""The table `details`: what is tagged anew, and whatever gives the details of it, is paired anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from schemas import tables as t

from .details import Above, Below, Cited, detail_pairs, left_to, may_detail
from .headings import Headings

#: Version of the rules of details.py: a change makes every document's pairs be looked for again.
RULES = "2026.11.2"
#: Relation "quy định chi tiết, hướng dẫn" of the source.
DETAILS = 9
_MANY = 400  # ids in one query
_LAWS_KEPT = 256  # whose headings stay in memory while others are compared with them


def stale_details(connection: sa.Connection) -> list[int]:
    """Documents tagged since their pairs were written, or paired by other rules; in order of id."""
    tags = t.document_tags.c
    query = sa.select(tags.document_id).where(sa.or_(tags.detailed.is_(None), tags.detailed != RULES))
    return list(connection.scalars(query.order_by(tags.document_id)))


def mark_referring(connection: sa.Connection, ids: Sequence[int]) -> None:
    """Make stale what may give the details of these documents: their articles have changed or are new."""
    tags = t.document_tags
    for at in range(0, len(ids), _MANY):
        referring = sorted(_referring(connection, _documents(connection, ids[at : at + _MANY])))
        for start in range(0, len(referring), _MANY):
            update = tags.update().where(tags.c.document_id.in_(referring[start : start + _MANY]))
            connection.execute(update.values(detailed=None))


class Detailing:
    """Finds the pairs of documents. Keeps the headings of laws, so it serves one run of the tagger."""

    def __init__(self) -> None:
        self._law = lru_cache(_LAWS_KEPT)(_read_law)

    def write(self, connection: sa.Connection, ids: Sequence[int]) -> int:
        """Replace the pairs in which these documents give the details; how many there are now.

        Afterwards these documents are no longer stale.
        """
        rows = self._rows(connection, ids)
        connection.execute(t.details.delete().where(t.details.c.document_id.in_(ids)))
        if rows:
            connection.execute(t.details.insert(), rows)
        update = t.document_tags.update().where(t.document_tags.c.document_id.in_(ids))
        connection.execute(update.values(detailed=RULES))
        return len(rows)

    def _rows(self, connection: sa.Connection, ids: Sequence[int]) -> list[dict[str, Any]]:
        linked = _linked(connection, ids)
        numbers = _cited_numbers(connection, ids)
        above_of = {id_: linked.get(id_, set()) | {*numbers.get(id_, {}).values()} - {id_} for id_ in ids}
        documents = _documents(connection, {*ids, *(above for found in above_of.values() for above in found)})
        rows = []
        for identity in ids:
            document = documents.get(identity)
            above = [
                documents[key]
                for key in sorted(above_of[identity])
                if key in documents and document and may_detail(document.type, documents[key].type)
            ]
            if document is None or not above:
                continue
            below = Below(
                document.type,
                document.title,
                _articles(connection, identity),
                _cited(connection, identity, numbers.get(identity, {})),
            )
            candidates = [
                Above(
                    law.id,
                    law.number,
                    law.type,
                    law.title,
                    self._law(connection, law.id)[0],
                    law.id in linked.get(identity, ()),
                    self._law(connection, law.id)[1],
                )
                for law in above
            ]
            for pair in detail_pairs(below, [law for law in candidates if law.headings.paths]):
                rows.append({
                    "document_id": identity,
                    "provision": pair.provision,
                    "target_document_id": pair.document,
                    "target_provision": pair.target,
                    "evidence": pair.evidence,
                    "strength": round(pair.strength, 3),
                })  # fmt: skip
        return rows


def _documents(connection: sa.Connection, ids: Iterable[int]) -> dict[int, Any]:
    d = t.documents.c
    wanted = sorted(set(ids))
    found = {}
    for at in range(0, len(wanted), _MANY):
        query = sa.select(d.id, d.source, d.source_id, d.number, d.type, d.title)
        for row in connection.execute(query.where(d.id.in_(wanted[at : at + _MANY]))):
            found[row.id] = row
    return found


def _referring(connection: sa.Connection, targets: dict[int, Any]) -> set[int]:
    """Documents of a lower rank that cite one of these or are said to detail it."""
    c, d, r = t.citations.c, t.documents.c, t.relations.c
    cites = (
        sa.select(c.target_document_id, d.id, d.type)
        .join(t.documents, d.id == c.document_id)
        .where(c.target_document_id.in_(targets), c.target_provision.is_not(None))
        .distinct()
    )
    found = {id_ for target, id_, kind in connection.execute(cites) if may_detail(kind, targets[target].type)}
    by_source = {(row.source, row.source_id): row for row in targets.values()}
    relates = (
        sa.select(d.id, d.type, d.source, r.target_id)
        .join(t.documents, d.id == r.document_id)
        .where(
            r.code == DETAILS,
            r.direction == "out",
            r.target_id.in_([source_id for _, source_id in by_source]),
        )
    )
    for id_, kind, source, target_id in connection.execute(relates):
        target = by_source.get((source, target_id))
        if target and may_detail(kind, target.type):
            found.add(id_)
    return found


def _linked(connection: sa.Connection, ids: Sequence[int]) -> dict[int, set[int]]:
    """For each document those that the source says it gives the details of."""
    own, target, r = t.documents.alias("own"), t.documents.alias("target"), t.relations
    query = (
        sa.select(own.c.id, target.c.id)
        .select_from(r)
        .join(own, own.c.id == r.c.document_id)
        .join(target, (target.c.source_id == r.c.target_id) & (target.c.source == own.c.source))
        .where(own.c.id.in_(ids), r.c.code == DETAILS, r.c.direction == "out")
    )
    found: dict[int, set[int]] = defaultdict(set)
    for document, law in connection.execute(query):
        found[document].add(law)
    return found


def _cited_numbers(connection: sa.Connection, ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """For each document the held documents of which it cites a provision, by the number it writes."""
    c = t.citations.c
    query = (
        sa.select(c.document_id, c.target_number, c.target_document_id)
        .where(
            c.document_id.in_(ids),
            c.target_document_id.is_not(None),
            c.target_document_id != c.document_id,
            c.target_provision.is_not(None),
        )
        .distinct()
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for document, number, target in connection.execute(query):
        found[document][number] = target
    return found


def _cited(connection: sa.Connection, document: int, numbers: dict[str, int]) -> list[Cited]:
    tags = connection.scalar(
        sa.select(t.document_tags.c.tags).where(t.document_tags.c.document_id == document)
    )
    return [
        Cited(provision, start, end, numbers.get(value["number"]), value["number"], value["provision"])
        for provision, tag, start, end, value in tags or ()
        if tag == "citation" and value["number"] and value["provision"]
    ]


def _articles(connection: sa.Connection, document: int) -> dict[str, tuple[str, str]]:
    p = t.provisions.c
    query = (
        sa.select(p.path, p.heading, p.text)
        .where(p.document_id == document, p.level == "article")
        .order_by(p.ordinal)
    )
    return {row.path: (row.heading, row.text) for row in connection.execute(query)}


def _read_law(connection: sa.Connection, document: int) -> tuple[Headings, dict[str, frozenset[str]]]:
    """The headings of a document's articles, and to which types of document they leave details."""
    articles = _articles(connection, document)
    left = {path: kinds for path, (_, text) in articles.items() if (kinds := left_to(text))}
    return Headings({path: heading for path, (heading, _) in articles.items()}), left
