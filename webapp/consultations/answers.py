"""The ministry's answers: assigned, drafted by an officer, published by another person; one for a comment or
for a whole campaign."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas.consultations import Verdict
from schemas.errors import Conflict, Refused
from schemas.people import Action, Person, Subject, may

from ..audit import now, record
from .comments import locked
from .rows import Row, begin_write, consultation, new_id, outbox


def assign(
    connection: sa.Connection, person: Person, comment_id: int, to: int | None, due: dt.date | None
) -> None:
    """Give a comment to an officer, with a day by which it is to be answered."""
    begin_write(connection)
    row = locked(connection, comment_id)
    subject = _subject(connection, row)
    if not may(person, Action.ASSIGN_ANSWER, subject):
        raise Refused("authority")
    values = {"assigned_to": to, "due_on": due}
    connection.execute(sa.update(c.comments).where(c.comments.c.id == row.id).values(**values))
    before = {"to": row.assigned_to, "due": _iso(row.due_on)}
    record(connection, person, Action.ASSIGN_ANSWER, subject, before, {"to": to, "due": _iso(due)})


def add_note(connection: sa.Connection, person: Person, comment_id: int, text: str) -> None:
    """A note only the ministry sees."""
    begin_write(connection)
    row = locked(connection, comment_id)
    subject = _subject(connection, row)
    if not may(person, Action.SEE_COMMENTS, subject):
        raise Refused("authority")
    if not text.strip():
        raise Refused("empty")
    values = {"comment_id": row.id, "person_id": person.id, "text": text.strip(), "created_at": now()}
    connection.execute(sa.insert(c.comment_notes).values(**values))
    record(connection, person, "note_written", subject)


def save(
    connection: sa.Connection,
    person: Person,
    comment_id: int,
    verdict: Verdict,
    text: str,
    *,
    for_campaign: bool = False,
    revision: int = 0,
) -> int:
    """Draft the answer to a comment, or to the campaign it belongs to; its id. What is public stays."""
    begin_write(connection)
    # A campaign that is being joined to another must not take an answer begun meanwhile with it.
    row = locked(connection, comment_id, campaigns=for_campaign)
    subject = _subject(connection, row)
    if not may(person, Action.DRAFT_ANSWER, subject):
        raise Refused("authority")
    if not text.strip():
        raise Refused("empty")
    if for_campaign and row.campaign_id is None:
        raise Refused("no_campaign")
    target = {"campaign_id": row.campaign_id} if for_campaign else {"comment_id": row.id}
    found = of(connection, **target)
    if found is None:
        if revision:
            raise Conflict("the answer is gone")
        values = {
            "consultation_id": row.consultation_id,
            "verdict": verdict,
            "text": text.strip(),
            "drafted_by": [person.id],
            "updated_at": now(),
            **target,
        }
        try:
            with connection.begin_nested():
                answer_id = new_id(connection, sa.insert(c.answers).values(**values))
        except sa.exc.IntegrityError as error:
            raise Conflict("somebody else has begun to answer") from error
        before = None
    else:
        answer_id, before = found.id, {"verdict": found.verdict, "text": found.text}
        changed = {
            "verdict": verdict,
            "text": text.strip(),
            "drafted_by": sorted({*found.drafted_by, person.id}),
            "submitted_at": None,
            "updated_at": now(),
        }
        _write(connection, answer_id, revision, changed)
    after = {"answer": answer_id, "verdict": verdict, "text": text.strip()}
    record(connection, person, Action.DRAFT_ANSWER, subject, before, after)
    return answer_id


def submit(connection: sa.Connection, person: Person, answer_id: int, revision: int) -> None:
    """Ask a second person to publish it."""
    begin_write(connection)
    answer = _answer(connection, answer_id)
    subject = _subject(connection, answer)
    if not may(person, Action.DRAFT_ANSWER, subject):
        raise Refused("authority")
    _write(connection, answer_id, revision, {"submitted_at": now()})
    record(connection, person, Action.DRAFT_ANSWER, subject, None, {"answer": answer_id, "submitted": True})


def publish(connection: sa.Connection, person: Person, answer_id: int, revision: int) -> None:
    """Make it public. Never by one of those who wrote it."""
    begin_write(connection)
    answer = _answer(connection, answer_id)
    subject = _subject(connection, answer, frozenset(answer.drafted_by))
    if not may(person, Action.PUBLISH_ANSWER, subject):
        raise Refused("authority")
    if answer.submitted_at is None:
        raise Refused("not_submitted")
    values = {
        "published_verdict": answer.verdict,
        "published_text": answer.text,
        "published_at": now(),
        "published_by": person.id,
        "submitted_at": None,
    }
    _write(connection, answer_id, revision, values)
    outbox(connection, "consultation", answer.consultation_id)
    if answer.comment_id:
        outbox(connection, "comment", answer.comment_id)
    else:
        campaign = c.campaigns.c
        query = sa.select(campaign.representative_id).where(campaign.id == answer.campaign_id)
        outbox(connection, "comment", connection.execute(query).scalar_one())
    # In full: an answer that replaces one the public has read must not make that one disappear.
    before = {"verdict": answer.published_verdict, "text": answer.published_text}
    after = {"answer": answer_id, "verdict": answer.verdict, "text": answer.text}
    record(connection, person, Action.PUBLISH_ANSWER, subject, before, after)


def of(
    connection: sa.Connection, *, comment_id: int | None = None, campaign_id: int | None = None
) -> Row | None:
    """The answer of a comment, or of a campaign."""
    a = c.answers
    where = a.c.comment_id == comment_id if comment_id is not None else a.c.campaign_id == campaign_id
    return connection.execute(sa.select(a).where(where)).one_or_none()


def _answer(connection: sa.Connection, answer_id: int) -> Row:
    found = connection.execute(sa.select(c.answers).where(c.answers.c.id == answer_id)).one_or_none()
    if found is None:
        raise Refused("unknown")
    return found


def _write(connection: sa.Connection, answer_id: int, revision: int, values: dict[str, Any]) -> None:
    a = c.answers
    mine = sa.and_(a.c.id == answer_id, a.c.revision == revision)
    written = sa.update(a).where(mine).values(revision=revision + 1, **values)
    if connection.execute(written).rowcount != 1:
        raise Conflict(f"answer {answer_id} is not at revision {revision}")


def _subject(connection: sa.Connection, row: Row, drafted_by: frozenset[int] = frozenset()) -> Subject:
    """Of a comment or an answer: what belongs to its consultation's ministry."""
    held = consultation(connection, row.consultation_id)
    return Subject("answer", str(row.id), held.ministry_code, drafted_by)


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
