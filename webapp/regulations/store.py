"""Writing regulations, with their audit and outbox rows."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from schemas import regulation_tables as r
from schemas.errors import Refused
from schemas.people import Action, Person, Subject, may
from schemas.regulations import Regulation
from schemas.text.words import fold_words

from ..audit import changed, now, record
from ..plans.content import document_ids, new_id

_PLAIN = (
    "name", "type", "field", "status", "status_since", "in_force_from", "in_force_until", "procedure_code",
    "annual_cost", "cost_source",
)  # fmt: skip


def save(connection: sa.Connection, person: Person, regulation: Regulation, *, sample: bool = False) -> int:
    """Write a regulation, new or under the code it already has; its id. Raises Refused."""
    subject = Subject("regulation", regulation.code, regulation.ministry)
    held = connection.execute(
        sa.select(r.regulations, r.ministries.c.code.label("ministry"))
        .join(r.ministries, r.ministries.c.id == r.regulations.c.ministry_id)
        .where(r.regulations.c.code == regulation.code)
    ).one_or_none()
    owner = Subject("regulation", regulation.code, held.ministry) if held else subject
    if not (may(person, Action.EDIT_REGULATION, subject) and may(person, Action.EDIT_REGULATION, owner)):
        raise Refused("authority")
    ministry = sa.select(r.ministries.c.id).where(r.ministries.c.code == regulation.ministry)
    ministry_id = connection.scalar(ministry)
    if ministry_id is None:
        raise Refused("ministry")
    values: dict[str, Any] = {name: getattr(regulation, name) for name in _PLAIN}
    values |= {
        "ministry_id": ministry_id,
        "subjects": list(regulation.subjects),
        "folded": f" {' '.join(fold_words(f'{regulation.code} {regulation.name}'))} ",
        "updated_at": now(),
        "version": held.version + 1 if held else 1,
        "cost_sheet": regulation.cost_sheet.model_dump(mode="json") if regulation.cost_sheet else sa.null(),
    }
    before = read(connection, held.id, regulation.code) if held else None
    if held:
        connection.execute(sa.update(r.regulations).where(r.regulations.c.id == held.id).values(**values))
        regulation_id = int(held.id)
    else:
        insert = sa.insert(r.regulations).values(code=regulation.code, sample=sample, **values)
        regulation_id = new_id(connection, insert)
    _replace_parts(connection, regulation_id, regulation)
    after = regulation.model_dump(mode="json")
    old, new = changed(before.model_dump(mode="json"), after) if before else (None, after)
    record(connection, person, Action.EDIT_REGULATION, subject, old, new)
    return regulation_id


def _replace_parts(connection: sa.Connection, regulation_id: int, regulation: Regulation) -> None:
    for table in (r.regulation_bases, r.regulation_business_lines, r.regulation_vsic):
        connection.execute(sa.delete(table).where(table.c.regulation_id == regulation_id))
    documents = document_ids(connection, {basis.document_number for basis in regulation.bases})
    own = {"regulation_id": regulation_id}
    bases = [
        {**own, "ordinal": n, "document_id": documents.get(basis.document_number), **basis.model_dump()}
        for n, basis in enumerate(regulation.bases, 1)
    ]
    lines = [{**own, "line": line} for line in sorted(set(regulation.business_lines))]
    classes = [{**own, "code": code} for code in sorted(set(regulation.vsic))]
    for table, rows in (
        (r.regulation_bases, bases),
        (r.regulation_business_lines, lines),
        (r.regulation_vsic, classes),
    ):
        if rows:
            connection.execute(sa.insert(table), rows)


def read(connection: sa.Connection, regulation_id: int, code: str) -> Regulation:
    """A regulation as it was written."""
    row = connection.execute(
        sa.select(r.regulations, r.ministries.c.code.label("ministry"))
        .join(r.ministries, r.ministries.c.id == r.regulations.c.ministry_id)
        .where(r.regulations.c.id == regulation_id)
    ).one()
    b = r.regulation_bases.c
    bases = connection.execute(
        sa.select(b.document_number, b.provision, b.valid_from, b.valid_until)
        .where(b.regulation_id == regulation_id)
        .order_by(b.ordinal)
    ).mappings()
    lines = sa.select(r.regulation_business_lines.c.line).where(
        r.regulation_business_lines.c.regulation_id == regulation_id
    )
    classes = sa.select(r.regulation_vsic.c.code).where(r.regulation_vsic.c.regulation_id == regulation_id)
    return Regulation.model_validate(
        {
            **{name: getattr(row, name) for name in _PLAIN},
            "code": code,
            "ministry": row.ministry,
            "subjects": tuple(row.subjects),
            "cost_sheet": row.cost_sheet,
            "bases": tuple(dict(basis) for basis in bases),
            "business_lines": tuple(sorted(connection.scalars(lines))),
            "vsic": tuple(sorted(connection.scalars(classes))),
        }
    )
