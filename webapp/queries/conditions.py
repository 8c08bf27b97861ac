"""Reading business conditions (điều kiện kinh doanh) by line of business."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from schemas import tables as t

from ..reviews.store import Decision, FoundCondition, effects
from .documents import Reference, reference_by_ids

LIMIT = 3000
Row = Any


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition with where it comes from: a clause of a document, or a procedure."""

    kind: str
    text: str
    subject: str | None
    provision: str | None
    document: Reference | None
    procedure_code: str | None
    procedure_name: str | None
    sample: bool
    confirmed: bool = False  # by a person of the ministry


def count_by_line(connection: sa.Connection) -> dict[str, int]:
    """How many conditions each line of business has."""
    c = t.conditions.c
    counts: Counter[str] = Counter()
    query = sa.select(c.business_lines, sa.func.count()).group_by(c.business_lines)
    for lines, number in connection.execute(query):
        for line in lines or ():
            counts[str(line)] += number
    for found, said in effects(connection).values():
        counts.subtract(found.business_lines)
        counts.update(said.business_lines if said.decision != "rejected" else ())
    return {line: count for line, count in counts.items() if count > 0}


def of_line(connection: sa.Connection, line: str) -> list[Condition]:
    """Conditions of one line, those of the newest documents first."""
    c, d, p = t.conditions.c, t.documents.c, t.procedures.c
    decided = effects(connection)
    moved = [key for key, (_found, said) in decided.items() if line in said.business_lines]
    query = (
        sa.select(
            c.id, c.condition_kind, c.text, c.subject, c.provision, c.document_id, c.business_lines,
            p.code, p.name, p.sample,
        )
        .select_from(t.conditions.outerjoin(t.documents).outerjoin(t.procedures))
        .where(sa.cast(c.business_lines, sa.Text).contains(line, autoescape=True) | c.id.in_(moved))
        .order_by(d.issue_date.desc(), c.document_id, c.ordinal, c.id)
        .limit(LIMIT)
    )  # fmt: skip
    rows = [row for row in connection.execute(query) if line in _lines(row, decided)]
    documents = reference_by_ids(connection, {row.document_id for row in rows if row.document_id})
    result = []
    for row in rows:
        document = documents.get(row.document_id)
        result.append(
            Condition(
                decided[row.id][1].kind if row.id in decided else row.condition_kind,
                row.text,
                row.subject,
                row.provision,
                document,
                row.code,
                row.name,
                bool(document.sample if document else row.sample),
                row.id in decided,
            )
        )
    return result


def _lines(row: Row, decided: Mapping[int, tuple[FoundCondition, Decision]]) -> tuple[str, ...]:
    """Lines a condition belongs to: as a person decided, else as they were found."""
    if row.id not in decided:
        return tuple(map(str, row.business_lines or ()))
    said = decided[row.id][1]
    return () if said.decision == "rejected" else said.business_lines
