"""Writing consultations: drafted by one person, opened by another, closed, closed as answered.

Each call is one transaction of the caller with its audit and outbox rows. Raises Refused where a rule forbids
it and Conflict where somebody else was quicker.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas import regulation_tables as r
from schemas import tables as t
from schemas.consultations import (
    ConsultationContent,
    DraftProvision,
    Stage,
    days_short,
    may_close_answered,
)
from schemas.documents import content_hash
from schemas.errors import Refused
from schemas.people import Action, Person, Subject, may
from schemas.settings import Settings
from schemas.text.normalise import fold, slugify

from ..audit import aware, changed, now, record
from .rows import Row, clock, consultation, lock, new_id, outbox, progress, stage_of, subject_of, utc


def create(
    connection: sa.Connection,
    person: Person,
    ministry: str,
    content: ConsultationContent,
    settings: Settings,
    *,
    sample: bool = False,
) -> int:
    """A new consultation only its ministry sees; gives its id."""
    if not may(person, Action.DRAFT_CONSULTATION, Subject("consultation", "", ministry)):
        raise Refused("authority")
    ministry_id = connection.scalar(sa.select(r.ministries.c.id).where(r.ministries.c.code == ministry))
    if ministry_id is None:
        raise Refused("ministry")
    moment = now()
    values = {
        **_values(connection, content),
        "ministry_id": ministry_id,
        "minimum_days": settings.consultation_days,
        "minimum_basis": settings.consultation_basis,
        "drafted_by": [person.id],
        "revision": 1,
        "created_at": moment,
        "updated_at": moment,
        "sample": sample,
    }
    consultation_id = new_id(connection, sa.insert(c.consultations).values(**values))
    _write_questions(connection, consultation_id, content)
    subject = Subject("consultation", str(consultation_id), ministry)
    record(connection, person, Action.DRAFT_CONSULTATION, subject, None, _brief(content))
    return consultation_id


def save(
    connection: sa.Connection,
    person: Person,
    consultation_id: int,
    content: ConsultationContent,
    revision: int,
) -> None:
    """Write it anew while nobody has opened it."""
    row = lock(connection, consultation_id, revision)
    _need(person, Action.DRAFT_CONSULTATION, row)
    if row.published_at is not None:
        raise Refused("published")
    before = _brief(read_content(connection, row))
    writers = sorted({*row.drafted_by, person.id})
    # What changes has to be seen again by whoever opens it.
    values = {
        **_values(connection, content),
        "drafted_by": writers,
        "submitted_at": None,
        "updated_at": now(),
    }
    _update(connection, consultation_id, values)
    connection.execute(
        sa.delete(c.consultation_questions).where(
            c.consultation_questions.c.consultation_id == consultation_id
        )
    )
    _write_questions(connection, consultation_id, content)
    record(connection, person, Action.DRAFT_CONSULTATION, subject_of(row), *changed(before, _brief(content)))


def submit(connection: sa.Connection, person: Person, consultation_id: int, revision: int) -> None:
    """Ask a second person to open it. Needs a draft, and a reason where the period is short."""
    row = lock(connection, consultation_id, revision)
    _need(person, Action.DRAFT_CONSULTATION, row)
    if row.published_at is not None:
        raise Refused("published")
    _check_ready(connection, row)
    moment = now()
    _update(connection, consultation_id, {"submitted_at": moment, "updated_at": moment})
    record(connection, person, Action.DRAFT_CONSULTATION, subject_of(row), None, {"submitted": True})


def open_for_comment(connection: sa.Connection, person: Person, consultation_id: int, revision: int) -> None:
    """Publish it, with its first draft version. Never by one of those who wrote it."""
    row = lock(connection, consultation_id, revision)
    _need(person, Action.OPEN_CONSULTATION, row)
    if row.published_at is not None:
        raise Refused("published")
    if row.submitted_at is None:
        raise Refused("not_submitted")
    _check_ready(connection, row)
    moment = clock(connection)
    if aware(row.closes_at) <= moment:
        raise Refused("closes_in_the_past")
    values: dict[str, Any] = {"published_at": moment, "published_by": person.id, "updated_at": moment}
    if aware(row.opens_at) < moment:
        # The public's time runs from the day it could read the draft.
        values["opens_at"] = moment
        if days_short(moment, aware(row.closes_at), row.minimum_days) and not row.short_reason:
            raise Refused("short")
    _update(connection, consultation_id, values)
    own = c.draft_versions.c.consultation_id == consultation_id
    connection.execute(sa.update(c.draft_versions).where(own).values(published_at=moment))
    outbox(connection, "consultation", consultation_id)
    after = {"published_at": moment.isoformat(), "closes_at": aware(row.closes_at).isoformat()}
    record(connection, person, Action.OPEN_CONSULTATION, subject_of(row), None, after)


def change_end(
    connection: sa.Connection, person: Person, consultation_id: int, closes_at: dt.datetime, revision: int
) -> None:
    """Close later, or earlier (never before this moment): comments that were received before still count."""
    row = lock(connection, consultation_id, revision)
    _need(person, Action.CLOSE_CONSULTATION, row)
    moment = clock(connection)
    if stage_of(row, moment) not in (Stage.UPCOMING, Stage.OPEN, Stage.CLOSING_SOON):
        raise Refused("not_open")
    closes_at = max(utc(closes_at), moment)
    if days_short(aware(row.opens_at), closes_at, row.minimum_days) and not row.short_reason:
        raise Refused("short")
    _update(connection, consultation_id, {"closes_at": closes_at, "updated_at": moment})
    outbox(connection, "consultation", consultation_id)
    before = {"closes_at": aware(row.closes_at).isoformat()}
    after = {"closes_at": closes_at.isoformat()}
    record(connection, person, Action.CLOSE_CONSULTATION, subject_of(row), before, after)


def close_answered(
    connection: sa.Connection,
    person: Person,
    consultation_id: int,
    revision: int,
    result: str,
    stated_open: int | None = None,
) -> None:
    """Close it as answered, with what became of it; below 100 % only saying how many are still open."""
    row = lock(connection, consultation_id, revision)
    _need(person, Action.CLOSE_CONSULTATION, row)
    moment = clock(connection)
    if stage_of(row, moment) is not Stage.CLOSED:
        raise Refused("not_closed")
    reached = progress(connection, consultation_id)
    if not may_close_answered(reached, stated_open):
        raise Refused("open_comments")
    values = {
        "answered_at": moment,
        "left_open": reached.open,
        "result": result.strip(),
        "updated_at": moment,
    }
    _update(connection, consultation_id, values)
    outbox(connection, "consultation", consultation_id)
    after = {"answered": reached.answered, "open": reached.open}
    record(connection, person, Action.CLOSE_CONSULTATION, subject_of(row), None, after)


def read_content(connection: sa.Connection, row: Row) -> ConsultationContent:
    """What an officer wrote of it, for the form."""
    questions = connection.execute(
        sa.select(c.consultation_questions)
        .where(c.consultation_questions.c.consultation_id == row.id)
        .order_by(c.consultation_questions.c.ordinal)
    )
    names = ("title", "purpose", "field", "document_number", "short_reason", "answer_by", "premoderated")
    return ConsultationContent.model_validate(
        {name: getattr(row, name) for name in names}
        | {"opens_at": aware(row.opens_at), "closes_at": aware(row.closes_at)}
        | {"questions": [{"text": q.text, "choices": q.choices} for q in questions]}
    )


def write_draft(
    connection: sa.Connection,
    person: Person,
    consultation_id: int,
    revision: int,
    provisions: Sequence[DraftProvision],
    preamble: str = "",
    note: str = "",
) -> int:
    """The draft's next version, only its ministry sees it; an unpublished one is written anew. Its id."""
    row = lock(connection, consultation_id, revision)
    _need(person, Action.DRAFT_CONSULTATION, row)
    if row.answered_at is not None:
        raise Refused("answered")
    if not provisions:
        raise Refused("no_provisions")
    v = c.draft_versions
    last = connection.execute(
        sa.select(v).where(v.c.consultation_id == consultation_id).order_by(v.c.number.desc()).limit(1)
    ).one_or_none()
    hands, before = {person.id}, None
    if last is not None and last.published_at is None:
        before = _brief_draft(last, _provisions(connection, last.id))
        connection.execute(sa.delete(v).where(v.c.id == last.id))
        number = last.number
        hands |= set(last.drafted_by)
    else:
        number = last.number + 1 if last else 1
    values = {
        "consultation_id": consultation_id,
        "number": number,
        "note": note,
        "preamble": preamble,
        "written_by": person.id,
        "drafted_by": sorted(hands),
        "created_at": now(),
    }
    version_id = new_id(connection, sa.insert(v).values(**values))
    rows = [{"version_id": version_id, "ordinal": n, **p.model_dump()} for n, p in enumerate(provisions)]
    connection.execute(sa.insert(c.draft_provisions), rows)
    writers = sorted({*row.drafted_by, person.id})
    values = {"drafted_by": writers, "updated_at": now()}
    if row.published_at is None:
        values["submitted_at"] = None
    _update(connection, consultation_id, values)
    made = connection.execute(sa.select(v).where(v.c.id == version_id)).one()
    after = _brief_draft(made, provisions)
    record(connection, person, Action.DRAFT_CONSULTATION, subject_of(row), before, after)
    return version_id


# ---------------------------------------------------------------- parts


def _need(person: Person, action: Action, row: Row) -> None:
    if not may(person, action, subject_of(row)):
        raise Refused("authority")


def _check_ready(connection: sa.Connection, row: Row) -> None:
    if days_short(aware(row.opens_at), aware(row.closes_at), row.minimum_days) and not row.short_reason:
        raise Refused("short")
    v = c.draft_versions.c
    if connection.scalar(sa.select(v.id).where(v.consultation_id == row.id).limit(1)) is None:
        raise Refused("no_provisions")


def _update(connection: sa.Connection, consultation_id: int, values: dict[str, Any]) -> None:
    statement = sa.update(c.consultations).where(c.consultations.c.id == consultation_id)
    connection.execute(statement.values(**values))


def _values(connection: sa.Connection, content: ConsultationContent) -> dict[str, Any]:
    if content.closes_at <= content.opens_at:
        raise Refused("dates")
    held = connection.scalars(
        sa.select(t.documents.c.id).where(
            t.documents.c.slug == slugify(content.document_number), t.documents.c.withdrawn_at.is_(None)
        )
    ).all()
    values = content.model_dump(exclude={"questions"})
    return values | {
        "opens_at": utc(content.opens_at),
        "closes_at": utc(content.closes_at),
        "folded": fold(f"{content.title} {content.document_number}"),
        "document_id": held[0] if content.document_number and len(held) == 1 else None,
    }


def _write_questions(connection: sa.Connection, consultation_id: int, content: ConsultationContent) -> None:
    rows = [
        {"consultation_id": consultation_id, "ordinal": n, "text": q.text, "choices": list(q.choices)}
        for n, q in enumerate(content.questions, 1)
    ]
    if rows:
        connection.execute(sa.insert(c.consultation_questions), rows)


def _provisions(connection: sa.Connection, version_id: int) -> list[DraftProvision]:
    p = c.draft_provisions
    rows = connection.execute(sa.select(p).where(p.c.version_id == version_id).order_by(p.c.ordinal))
    return [DraftProvision.model_validate(row._asdict(), extra="ignore") for row in rows]


def _brief_draft(version: Row, provisions: Sequence[DraftProvision]) -> dict[str, Any]:
    """What the audit trail keeps of a draft: how much it is, and a hash of all its words."""
    words = {"preamble": version.preamble, "provisions": [p.model_dump(mode="json") for p in provisions]}
    brief = {"version": version.number, "note": version.note, "provisions": len(provisions)}
    return {**brief, "sha256": content_hash(words)}


def _brief(content: ConsultationContent) -> dict[str, Any]:
    """What the audit trail keeps: everything."""
    return content.model_dump(mode="json")


__all__ = [
    "change_end",
    "close_answered",
    "consultation",
    "create",
    "open_for_comment",
    "read_content",
    "save",
    "submit",
    "write_draft",
]
