"""Whole canonical records from the database, for the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from schemas import tables as t

from ..audit import aware
from .documents import Document
from .procedures import StoredProcedure


def document_fields(connection: sa.Connection, document: Document) -> dict[str, Any]:
    """Fields of `schemas.documents.LegalDocument` for one row."""
    p, r = t.provisions.c, t.relations.c
    provisions = connection.execute(
        sa.select(p.path.label("id"), p.level, p.number, p.heading, p.text)
        .where(p.document_id == document.id)
        .order_by(p.ordinal)
    ).mappings()
    relations = connection.execute(
        sa.select(r.code, r.direction, r.target_id, r.target_number, r.provisions)
        .where(r.document_id == document.id)
        .order_by(r.ordinal)
    ).mappings()
    return {
        "source": document.source,
        "source_id": document.source_id,
        "number": document.number,
        "type": document.type,
        "title": document.title,
        "agencies": document.agencies,
        "signers": document.signers,
        "issue_date": document.issue_date,
        "effective_date": document.effective_date,
        "expiry_date": document.expiry_date,
        "status": document.status,
        "fields": document.fields,
        "preamble": document.preamble,
        "provisions": [dict(row) for row in provisions],
        "annexes": document.annexes,
        "relations": [dict(row) for row in relations],
        "files": document.files,
        **_stored(connection, "document", document.id, document),
    }


def procedure_fields(connection: sa.Connection, record: StoredProcedure) -> dict[str, Any]:
    """Fields of `schemas.documents.Procedure` for one row."""
    return {**record.content, **_stored(connection, "procedure", record.id, record)}


def _stored(
    connection: sa.Connection, kind: str, key: int, record: Document | StoredProcedure
) -> dict[str, Any]:
    v = t.versions.c
    old = connection.execute(
        sa.select(v.number, v.recorded_at, v.sha256, v.changes)
        .where(v.kind == kind, v.record_id == key)
        .order_by(v.number)
    ).mappings()
    return {
        "versions": [_version(row) for row in old],
        "withdrawn_at": aware(record.withdrawn_at),
        "provenance": record.provenance,
    }


def _version(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A replaced version without its content, which has a page of its own."""
    return {**row, "recorded_at": aware(row["recorded_at"])}
