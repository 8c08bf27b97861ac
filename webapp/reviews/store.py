"""Conditions waiting for a person, and what was decided about them.

Conditions are found anew whenever their document changes, so a decision is kept by what it was about: the
record, the clause, the kind and a hash of the words. A changed wording waits again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from schemas import regulation_tables as r
from schemas import tables as t
from schemas.errors import Refused
from schemas.people import Action, Person, Subject, may
from schemas.text.normalise import slugify

from ..audit import now, record

PAGE = 20
CHUNK = 400
MOST_OF_A_CHUNK = 100_000
DECISIONS = ("confirmed", "corrected", "rejected")
Key = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class FoundCondition:
    """A condition as it was found, with the record it comes from. `ministry`: code of who answers for it,
    empty where the record was issued above ministries."""

    id: int
    source: str
    source_id: str
    provision: str
    kind: str
    text: str
    subject: str | None
    business_lines: tuple[str, ...]
    document_id: int | None
    procedure_code: str | None
    procedure_name: str | None
    ministry: str

    @property
    def key(self) -> Key:
        digest = hashlib.sha256(self.text.encode()).hexdigest()
        return (self.source, self.source_id, self.provision, self.kind, digest)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided: kind and lines as they should read."""

    decision: str
    kind: str
    business_lines: tuple[str, ...]
    note: str = ""


def _found(connection: sa.Connection, *where: sa.ColumnElement[bool], limit: int) -> list[FoundCondition]:
    c, d, p = t.conditions.c, t.documents.c, t.procedures.c
    query = (
        sa.select(
            c.id, c.provision, c.condition_kind, c.text, c.subject, c.business_lines, c.document_id,
            d.source, d.source_id, d.agencies,
            p.source.label("p_source"), p.source_id.label("p_source_id"), p.code, p.name, p.ministry,
        )
        .select_from(t.conditions.outerjoin(t.documents).outerjoin(t.procedures))
        .where(*where)
        .order_by(c.id)
        .limit(limit)
    )  # fmt: skip
    rows = connection.execute(query).all()
    codes = set(connection.scalars(sa.select(r.ministries.c.code)))
    return [_condition(row, codes) for row in rows]


def _condition(row: Any, codes: set[str]) -> FoundCondition:
    names = [row.ministry] if row.code else list(row.agencies or ())
    ministry = next((slugify(name) for name in names if name and slugify(name) in codes), "")
    return FoundCondition(
        row.id,
        row.source or row.p_source,
        row.source_id or row.p_source_id,
        row.provision or "",
        row.condition_kind,
        row.text,
        row.subject,
        tuple(map(str, row.business_lines or ())),
        row.document_id,
        row.code,
        row.name,
        ministry,
    )


def subject_of(found: FoundCondition, person: Person) -> Subject:
    """A condition as authority is asked about it.

    What was issued above ministries has no ministry of its own: whoever confirms for some ministry may.
    """
    ministry = found.ministry
    if not ministry:
        scopes = sorted(grant.ministry for grant in person.grants)
        ministry = scopes[0] if scopes else ""
        for scope in scopes:
            if may(person, Action.CONFIRM_CONDITION, Subject("condition", "", scope)):
                ministry = scope
    return Subject("condition", str(found.id), ministry)


def by_id(connection: sa.Connection, condition_id: int) -> FoundCondition | None:
    """One condition."""
    found = _found(connection, t.conditions.c.id == condition_id, limit=1)
    return found[0] if found else None


def decided(connection: sa.Connection, found: Iterable[FoundCondition]) -> dict[Key, Decision]:
    """Decisions about these conditions."""
    ids = sorted({one.source_id for one in found})
    table = r.condition_reviews.c
    result: dict[Key, Decision] = {}
    for start in range(0, len(ids), CHUNK):
        query = sa.select(r.condition_reviews).where(table.source_id.in_(ids[start : start + CHUNK]))
        for row in connection.execute(query):
            key = (row.source, row.source_id, row.provision, row.condition_kind, row.text_sha256)
            lines = tuple(map(str, row.business_lines))
            result[key] = Decision(row.decision, row.kind_decided, lines, row.note)
    return result


def waiting(
    connection: sa.Connection, person: Person, after: int = 0, limit: int = PAGE
) -> tuple[list[FoundCondition], int | None]:
    """The next conditions nobody decided about and this person may; and where to go on, None at the end."""
    result: list[FoundCondition] = []
    while True:
        batch = _found(connection, t.conditions.c.id > after, limit=CHUNK)
        if not batch:
            return result, None
        known = decided(connection, batch)
        for found in batch:
            after = found.id
            if found.key in known:
                continue
            if may(person, Action.CONFIRM_CONDITION, subject_of(found, person)):
                result.append(found)
            if len(result) == limit:
                return result, after


def decide(connection: sa.Connection, person: Person, found: FoundCondition, decision: Decision) -> None:
    """Write a decision, in place of an earlier one about the same words. Raises Refused."""
    subject = subject_of(found, person)
    if not may(person, Action.CONFIRM_CONDITION, subject):
        raise Refused("authority")
    table = r.condition_reviews
    key = dict(
        zip(("source", "source_id", "provision", "condition_kind", "text_sha256"), found.key, strict=True)
    )
    where = sa.and_(*(table.c[name] == value for name, value in key.items()))
    before = connection.execute(sa.select(table).where(where)).one_or_none()
    connection.execute(sa.delete(table).where(where))
    values = {
        "decision": decision.decision,
        "kind_decided": decision.kind,
        "business_lines": list(decision.business_lines),
        "note": decision.note,
        "decided_by": person.id,
        "decided_at": now(),
    }
    connection.execute(sa.insert(table).values(**key, **values))
    statement = sa.insert(t.outbox).values(
        kind="condition", record_id=found.id, action="index", created_at=values["decided_at"]
    )
    connection.execute(statement)
    after = {name: values[name] for name in ("decision", "kind_decided", "business_lines", "note")}
    old = {name: getattr(before, name) for name in after} if before else None
    record(connection, person, Action.CONFIRM_CONDITION, subject, old, {**after, "clause": list(found.key)})


def effects(connection: sa.Connection) -> dict[int, tuple[FoundCondition, Decision]]:
    """Conditions somebody decided about, by id, with what was decided."""
    sources = sorted(set(connection.scalars(sa.select(r.condition_reviews.c.source_id))))
    result: dict[int, tuple[FoundCondition, Decision]] = {}
    for start in range(0, len(sources), CHUNK):
        part = sources[start : start + CHUNK]
        where = sa.or_(t.documents.c.source_id.in_(part), t.procedures.c.source_id.in_(part))
        found = _found(connection, where, limit=MOST_OF_A_CHUNK)
        known = decided(connection, found)
        result |= {one.id: (one, known[one.key]) for one in found if one.key in known}
    return result
