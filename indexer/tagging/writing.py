"""What the tagger writes: one transaction for each batch, so that a killed run leaves whole documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from schemas import tables as t

from .condition_rules import condition_kind
from .conditions import Condition, clause_conditions, split_requirements
from .lines import line_numbers
from .model import TAGGER, Article, DocumentText, Tag
from .pipeline import heading_lines
from .reading import NumberIndex, is_number

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TaggedDocument:
    """The rows of one document, ready to be written; citations still without their targets' ids."""

    id: int
    articles: int
    tags: list[list[Any]]
    topics: list[str]
    citations: list[tuple[str, str | None, str | None]]  # citing article, number, provision
    conditions: list[Row]


def to_rows(
    document: DocumentText, tagged: Sequence[tuple[Article, list[Tag]]], topics: list[str]
) -> TaggedDocument:
    """Tags of a document as rows of the database."""
    tags: list[list[Any]] = []
    citations: dict[tuple[str, str | None, str | None], None] = {}
    conditions: list[Row] = []
    for article, found in tagged:
        for tag in found:
            tags.append([article.path, tag.tag, tag.start, tag.end, tag.value])
            if tag.tag == "citation":
                citations[(article.path, tag.value["number"], tag.value["provision"])] = None
        if any(tag.tag == "condition" for tag in found):
            conditions += _condition_rows(document, article, found, len(conditions))
    return TaggedDocument(document.id, len(document.articles), tags, topics, list(citations), conditions)


def _condition_rows(document: DocumentText, article: Article, tags: list[Tag], first: int) -> list[Row]:
    names = [tag.value for tag in tags if tag.tag == "business_line"]
    lines = line_numbers(names) or line_numbers(heading_lines(f"{article.heading}\n{document.title}"))
    return [
        _condition_row(condition, first + n, lines) | {"document_id": document.id, "procedure_id": None}
        for n, condition in enumerate(clause_conditions(article, tags))
    ]


def _condition_row(condition: Condition, ordinal: int, lines: list[int]) -> Row:
    return {
        "provision": condition.path,
        "ordinal": ordinal,
        "condition_kind": condition.kind,
        "text": condition.text,
        "subject": condition.subject,
        "business_lines": lines,
    }


def write_documents(
    connection: sa.Connection,
    batch: Sequence[TaggedDocument],
    numbers: NumberIndex,
    related: dict[int, frozenset[str]],
) -> int:
    """Replace everything known of these documents; the number of citations whose target is in the
    database.
    """
    ids = [document.id for document in batch]
    d = t.documents.c
    known = {
        row.id: row for row in connection.execute(sa.select(d.id, d.sha256, d.number).where(d.id.in_(ids)))
    }
    for table in (t.document_tags, t.citations, t.conditions):
        connection.execute(table.delete().where(table.c.document_id.in_(ids)))
    tags, citations, conditions = [], [], []
    for document in batch:
        if document.id not in known:
            continue  # withdrawn for good while it was being tagged
        row = known[document.id]
        tags.append(
            {
                "document_id": document.id,
                "sha256": row.sha256,
                "tagger": TAGGER,
                "tags": document.tags,
                "topics": document.topics,
            }
        )
        for provision, number, target in document.citations:
            own = number is None
            targets = related.get(document.id, frozenset())
            citations.append({
                "document_id": document.id,
                "provision": provision,
                "target_document_id": document.id if own else numbers.document(number or "", targets),
                "target_number": number or row.number,
                "target_provision": target,
            })  # fmt: skip
        conditions += document.conditions
    for table, rows in ((t.document_tags, tags), (t.citations, citations), (t.conditions, conditions)):
        if rows:
            connection.execute(table.insert(), rows)
    return sum(1 for row in citations if row["target_document_id"] is not None)


def relink_citations(connection: sa.Connection, numbers: NumberIndex) -> int:
    """Citations of documents that have come in since: now they have their targets."""
    c = t.citations.c
    missing = connection.scalars(sa.select(c.target_number).where(c.target_document_id.is_(None)).distinct())
    found = [(number, numbers.document(number)) for number in missing if is_number(number)]
    linked = 0
    for number, document in found:
        if document is not None:
            update = t.citations.update().where(c.target_number == number, c.target_document_id.is_(None))
            linked += connection.execute(update.values(target_document_id=document)).rowcount
    return linked


def write_procedures(connection: sa.Connection) -> tuple[int, int]:
    """Conditions of the procedures, where they differ from what is stored: procedures read, conditions
    written.
    """
    c = t.conditions.c
    kept: dict[int, list[Row]] = {}
    columns = (c.procedure_id, c.provision, c.ordinal, c.condition_kind, c.text, c.subject, c.business_lines)
    query = sa.select(*columns).where(c.procedure_id.is_not(None)).order_by(c.procedure_id, c.ordinal)
    for row in connection.execute(query):
        values = dict(row._mapping)
        kept.setdefault(values.pop("procedure_id"), []).append(values)
    read = written = 0
    p = t.procedures.c
    for identity, content in connection.execute(sa.select(p.id, p.content).order_by(p.id)).all():
        read += 1
        rows = procedure_rows(content)
        if rows == kept.get(identity, []):
            continue
        connection.execute(t.conditions.delete().where(c.procedure_id == identity))
        if rows:
            connection.execute(
                t.conditions.insert(), [row | {"procedure_id": identity, "document_id": None} for row in rows]
            )
        written += len(rows)
    return read, written


def procedure_rows(content: dict[str, Any]) -> list[Row]:
    """The single conditions of a procedure as rows."""
    lines = line_numbers(heading_lines(content.get("name") or ""))
    subjects = content.get("subjects") or []
    subject = ", ".join(subjects) if subjects else None
    return [
        _condition_row(Condition(condition_kind(text), text, subject), n, lines)
        for n, text in enumerate(split_requirements(content.get("requirements")))
    ]
