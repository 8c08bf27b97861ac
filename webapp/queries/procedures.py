"""Reading administrative procedures (thủ tục hành chính)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from schemas import tables as t


@dataclass(frozen=True, slots=True)
class StoredProcedure:
    """A row of `procedures`; `content` is `schemas.documents.Procedure.content()`."""

    id: int
    source: str
    source_id: str
    code: str
    name: str
    ministry: str | None
    content: dict[str, Any]
    version: int
    recorded_at: dt.datetime
    version_changes: list[str]
    withdrawn_at: dt.datetime | None
    sample: bool
    provenance: dict[str, Any]
    problem: str | None


_columns = [t.procedures.c[name] for name in StoredProcedure.__dataclass_fields__]


def find(connection: sa.Connection, code: str) -> StoredProcedure | None:
    """The procedure with this code; the newest record if the source repeats a code."""
    p = t.procedures.c
    query = sa.select(*_columns).where(p.code == code).order_by(p.id.desc()).limit(1)
    row = connection.execute(query).mappings().first()
    return StoredProcedure(**row) if row else None


def codes_like(connection: sa.Connection, start: str, limit: int = 500) -> list[tuple[str, str]]:
    """Codes and names of procedures whose code starts so."""
    p = t.procedures.c
    query = sa.select(p.code, p.name).where(p.code.startswith(start, autoescape=True)).limit(limit)
    return [(row.code, row.name) for row in connection.execute(query)]


def same_field(
    connection: sa.Connection, procedure: StoredProcedure, limit: int = 5
) -> list[tuple[str, str]]:
    """Other procedures of the same ministry, next to it in the list of codes."""
    p = t.procedures.c
    query = (
        sa.select(p.code, p.name)
        .where(p.ministry == procedure.ministry, p.code > procedure.code)
        .order_by(p.code)
        .limit(limit)
    )
    return [(row.code, row.name) for row in connection.execute(query)]


def conditions(connection: sa.Connection, procedure_id: int) -> list[sa.Row[Any]]:
    """The procedure's conditions, split one by one by the indexer."""
    c = t.conditions.c
    query = sa.select(c.condition_kind, c.text).where(c.procedure_id == procedure_id).order_by(c.ordinal)
    return list(connection.execute(query))


def old_versions(connection: sa.Connection, procedure_id: int) -> list[sa.Row[Any]]:
    """Replaced versions, newest first, without their content."""
    v = t.versions.c
    query = (
        sa.select(v.number, v.recorded_at, v.changes)
        .where(v.kind == "procedure", v.record_id == procedure_id)
        .order_by(v.number.desc())
    )
    return list(connection.execute(query))
