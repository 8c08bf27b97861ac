"""Reading regulations: the list, one with everything below it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from schemas import regulation_tables as r
from schemas.text.words import fold_words

PAGE = 20
Row = Any


@dataclass(frozen=True, slots=True)
class RegulationFilter:
    """What a list is narrowed to; empty: everything."""

    text: str = ""
    ministry: str = ""
    types: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    line: int | None = None
    vsic: str = ""


@dataclass(frozen=True, slots=True)
class RegulationLine:
    """A regulation as lists show it; `annual_cost` in đồng, None where nobody measured it."""

    id: int
    code: str
    name: str
    type: str
    ministry: str
    ministry_name: str
    field: str
    status: str
    annual_cost: int | None
    updated_at: dt.datetime
    sample: bool


@dataclass(frozen=True, slots=True)
class Basis:
    document_number: str
    document_id: int | None
    provision: str | None
    valid_from: dt.date | None
    valid_until: dt.date | None


_LINE = ("id", "code", "name", "type", "field", "status", "annual_cost", "updated_at", "sample")


def _select() -> sa.Select[Any]:
    return sa.select(
        *(r.regulations.c[name] for name in _LINE),
        r.ministries.c.code.label("ministry"),
        r.ministries.c.name.label("ministry_name"),
    ).join(r.ministries, r.ministries.c.id == r.regulations.c.ministry_id)


def _where(wanted: RegulationFilter) -> list[sa.ColumnElement[bool]]:
    g = r.regulations.c
    words = fold_words(wanted.text)
    if wanted.text and not words:
        return [sa.false()]
    conditions: list[sa.ColumnElement[bool]] = [
        g.folded.contains(f" {word} ", autoescape=True) for word in words
    ]
    if wanted.ministry:
        conditions.append(r.ministries.c.code == wanted.ministry)
    if wanted.types:
        conditions.append(g.type.in_(wanted.types))
    if wanted.statuses:
        conditions.append(g.status.in_(wanted.statuses))
    if wanted.line is not None:
        line = r.regulation_business_lines.c
        conditions.append(sa.exists().where(line.regulation_id == g.id, line.line == wanted.line))
    if wanted.vsic:
        vsic = r.regulation_vsic.c
        below = vsic.code.startswith(wanted.vsic, autoescape=True)
        conditions.append(sa.exists().where(vsic.regulation_id == g.id, below))
    return conditions


def listed(
    connection: sa.Connection, wanted: RegulationFilter, *, offset: int = 0, limit: int = PAGE
) -> tuple[list[RegulationLine], int]:
    """Regulations by name, and how many there are."""
    conditions = _where(wanted)
    joined = r.regulations.join(r.ministries, r.ministries.c.id == r.regulations.c.ministry_id)
    count = sa.select(sa.func.count()).select_from(joined).where(*conditions)
    query = _select().where(*conditions).order_by(r.regulations.c.name, r.regulations.c.id)
    rows = connection.execute(query.offset(offset).limit(limit)).mappings()
    return [RegulationLine(**row) for row in rows], connection.scalar(count) or 0


def counts(connection: sa.Connection) -> tuple[dict[str, int], dict[str, int]]:
    """Regulations by type and by status."""
    g = r.regulations.c
    by_type = connection.execute(sa.select(g.type, sa.func.count()).group_by(g.type)).all()
    by_status = connection.execute(sa.select(g.status, sa.func.count()).group_by(g.status)).all()
    return {row[0]: row[1] for row in by_type}, {row[0]: row[1] for row in by_status}


def ministries(connection: sa.Connection) -> list[tuple[str, str]]:
    """Code and name of every ministry with a regulation."""
    m = r.ministries.c
    query = sa.select(m.code, m.name).join(r.regulations, r.regulations.c.ministry_id == m.id).distinct()
    return [(code, name) for code, name in connection.execute(query.order_by(m.name))]


def by_code(connection: sa.Connection, code: str) -> tuple[RegulationLine, Row] | None:
    """One regulation and its row."""
    found = connection.execute(_select().where(r.regulations.c.code == code)).mappings().one_or_none()
    if found is None:
        return None
    row = connection.execute(sa.select(r.regulations).where(r.regulations.c.id == found["id"])).one()
    return RegulationLine(**found), row


def bases(connection: sa.Connection, regulation_id: int) -> list[Basis]:
    """What it rests on, in order."""
    b = r.regulation_bases.c
    query = sa.select(b.document_number, b.document_id, b.provision, b.valid_from, b.valid_until)
    rows = connection.execute(query.where(b.regulation_id == regulation_id).order_by(b.ordinal)).mappings()
    return [Basis(**row) for row in rows]


def links(connection: sa.Connection, regulation_id: int) -> tuple[list[int], list[str]]:
    """Its conditional lines of business and its economic classes."""
    lines = sa.select(r.regulation_business_lines.c.line).where(
        r.regulation_business_lines.c.regulation_id == regulation_id
    )
    classes = sa.select(r.regulation_vsic.c.code).where(r.regulation_vsic.c.regulation_id == regulation_id)
    return sorted(connection.scalars(lines)), sorted(connection.scalars(classes))


def of_document(connection: sa.Connection, document_ids: Iterable[int]) -> list[RegulationLine]:
    """Regulations that rest on one of these documents."""
    b = r.regulation_bases.c
    ids = sa.select(b.regulation_id).where(b.document_id.in_(sorted(set(document_ids))))
    rows = connection.execute(_select().where(r.regulations.c.id.in_(ids))).mappings()
    return [RegulationLine(**row) for row in rows]
