"""What moderators, readers and senders do about a comment after it was sent. Nothing is silent: each step is
a row of `moderation_actions` and of the audit trail, and the sender's page shows it with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from schemas import consultation_tables as c
from schemas.consultations import COVER, NEEDS_REASON, CommentState, HideReason, Step, after
from schemas.errors import Refused
from schemas.people import Action, Person, Subject, may

from ..audit import now, record
from ..receipts import erasure
from .campaigns import lead
from .comments import locked, write_step
from .rows import Row, begin_write, consultation, outbox


@dataclass(frozen=True, slots=True)
class Decision:
    """What a moderator decides, and why. `body` and `replacement` are what is shown from now on."""

    step: Step
    reason_code: str = ""
    reason: str = ""
    body: str | None = None
    replacement: str | None = None


def decide(
    connection: sa.Connection, person: Person, comment_id: int, seen_state: str, decision: Decision
) -> CommentState:
    """Publish, redact or hide, or decide an appeal; the new state.

    Raises Refused: `authority`, `step` (not possible in this state, also when somebody else was quicker),
    `reason` (none was given), `not_covered` (redacting changed nothing).
    """
    begin_write(connection)
    row = locked(connection, comment_id, campaigns=True)
    held = consultation(connection, row.consultation_id)
    appeal = decision.step in (Step.APPEAL_UPHELD, Step.APPEAL_REJECTED)
    action = Action.DECIDE_APPEAL if appeal else Action.MODERATE_COMMENT
    subject = Subject("comment", str(row.id), held.ministry_code, _deciders(connection, row.id, appeal))
    if not may(person, action, subject):
        raise Refused("authority")
    then = after(decision.step, CommentState(row.state))
    if then is None or row.state != seen_state or (appeal and row.appealed_at is None):
        raise Refused("step")
    if decision.step in NEEDS_REASON and not decision.reason.strip():
        raise Refused("reason")
    values: dict[str, Any] = {"state": then}
    if then in (CommentState.PUBLISHED, CommentState.REDACTED):
        values["published_at"] = row.published_at or now()
    if decision.step is Step.REDACT:
        values |= _covered(row, decision, _said_words(connection, row.id))
    if then is CommentState.PUBLISHED:
        values |= {"shown_body": None, "shown_replacement": None, "hide_reason": ""}
    if decision.step in (Step.REDACT, Step.HIDE):
        values["hide_reason"] = HideReason(decision.reason_code)
    if appeal:
        values["appealed_at"] = None
    connection.execute(sa.update(c.comments).where(c.comments.c.id == row.id).values(**values))
    if row.campaign_id:
        lead(connection, row.campaign_id)
    write_step(connection, row, decision.step, then, person, decision.reason_code, decision.reason.strip())
    connection.execute(_handled(row.id, person))
    outbox(connection, "comment", row.id)
    more = {"state": then, "step": decision.step, "reason": decision.reason_code}
    record(connection, person, action, subject, {"state": row.state}, more)
    return then


def appeal(connection: sa.Connection, comment: Row, reason: str) -> None:
    """The sender asks another person to look again; once for each decision."""
    begin_write(connection)
    row = locked(connection, comment.id)
    then = after(Step.APPEAL, CommentState(row.state))
    if then is None or row.appealed_at is not None:
        raise Refused("step")
    if not reason.strip():
        raise Refused("reason")
    last = connection.scalar(
        sa.select(c.moderation_actions.c.step)
        .where(c.moderation_actions.c.comment_id == row.id)
        .order_by(c.moderation_actions.c.id.desc())
        .limit(1)
    )
    if last == Step.APPEAL_REJECTED:
        raise Refused("appeal_over")
    connection.execute(sa.update(c.comments).where(c.comments.c.id == row.id).values(appealed_at=now()))
    write_step(connection, row, Step.APPEAL, then, None, "", reason.strip())
    held = consultation(connection, row.consultation_id)
    record(connection, None, "appealed", Subject("comment", str(row.id), held.ministry_code))


def report(connection: sa.Connection, comment_id: int, reporter: str, reason: str, note: str) -> bool:
    """A reader finds it abusive; False when the same reader has said so before."""
    begin_write(connection)
    row = locked(connection, comment_id)
    if row.state not in (CommentState.PUBLISHED, CommentState.REDACTED):
        raise Refused("step")
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    values = {"comment_id": row.id, "reporter": reporter, "reason": reason, "note": note, "created_at": now()}
    insert = dialect.insert(c.comment_reports).values(values).on_conflict_do_nothing()
    if connection.execute(insert.returning(c.comment_reports.c.id)).scalar() is None:
        return False
    held = consultation(connection, row.consultation_id)
    subject = Subject("comment", str(row.id), held.ministry_code)
    record(connection, None, "reported", subject, None, {"reason": reason})
    return True


def claim(connection: sa.Connection, comment_id: int, name: str, contact: str, note: str) -> int:
    """ "Filed in my name": somebody says that they did not send it. A moderator decides."""
    begin_write(connection)
    row = locked(connection, comment_id)
    if row.state not in (CommentState.PUBLISHED, CommentState.REDACTED):
        raise Refused("step")
    values = {
        "comment_id": row.id,
        "name": name,
        "contact": contact,
        "note": note,
        "created_at": now(),
    }
    key: Any = connection.execute(sa.insert(c.comment_claims).values(**values)).inserted_primary_key
    held = consultation(connection, row.consultation_id)
    record(connection, None, "claimed", Subject("comment", str(row.id), held.ministry_code))
    return int(key[0])


def decide_claim(connection: sa.Connection, person: Person, claim_id: int, *, upheld: bool) -> None:
    """Upheld: the name goes, the comment stays and says that its name was disputed."""
    begin_write(connection)
    query = sa.select(c.comment_claims).where(c.comment_claims.c.id == claim_id)
    found = connection.execute(query).one_or_none()
    if found is None:
        raise Refused("unknown")
    row = locked(connection, found.comment_id)
    held = consultation(connection, row.consultation_id)
    subject = Subject("comment", str(row.id), held.ministry_code)
    if not may(person, Action.MODERATE_COMMENT, subject):
        raise Refused("authority")
    open_one = sa.and_(c.comment_claims.c.id == claim_id, c.comment_claims.c.decision.is_(None))
    decided = {"decision": "upheld" if upheld else "rejected", "decided_at": now(), "decided_by": person.id}
    if connection.execute(sa.update(c.comment_claims).where(open_one).values(**decided)).rowcount != 1:
        raise Refused("step")
    if upheld:
        then = after(Step.CLAIM_UPHELD, CommentState(row.state)) or CommentState(row.state)
        disputed = {"disputed_at": now(), "verification": "none"}
        connection.execute(sa.update(c.comments).where(c.comments.c.id == row.id).values(**disputed))
        erasure.forget_person(connection, row.id, "not_the_sender")
        write_step(connection, row, Step.CLAIM_UPHELD, then, person, HideReason.IMPERSONATION)
        outbox(connection, "comment", row.id)
    record(connection, person, Action.MODERATE_COMMENT, subject, None, {"claim": decided["decision"]})


def dismiss_reports(connection: sa.Connection, person: Person, comment_id: int) -> None:
    """The moderator has looked and leaves the comment as it is."""
    begin_write(connection)
    row = locked(connection, comment_id)
    held = consultation(connection, row.consultation_id)
    subject = Subject("comment", str(row.id), held.ministry_code)
    if not may(person, Action.MODERATE_COMMENT, subject):
        raise Refused("authority")
    connection.execute(_handled(row.id, person))
    record(connection, person, Action.MODERATE_COMMENT, subject, None, {"reports": "dismissed"})


def _deciders(connection: sa.Connection, comment_id: int, appeal: bool) -> frozenset[int]:
    """Who decided before: an appeal goes to somebody else."""
    if not appeal:
        return frozenset()
    a = c.moderation_actions.c
    query = sa.select(a.person_id).where(a.comment_id == comment_id, a.person_id.is_not(None))
    return frozenset(connection.scalars(query))


def _said_words(connection: sa.Connection, comment_id: int) -> bool:
    """Whether a question of the ministry was answered in words: they are covered with the rest."""
    a = c.comment_answers.c
    words = sa.select(a.question_id).where(a.comment_id == comment_id, a.text != "")
    return connection.scalar(words.limit(1)) is not None


def _covered(row: Row, decision: Decision, said: bool) -> dict[str, str]:
    body = row.body if decision.body is None else decision.body.strip()
    replacement = row.replacement if decision.replacement is None else decision.replacement.strip()
    if (body, replacement) == (row.body, row.replacement) and not said:
        raise Refused("not_covered")
    for shown, sent in ((body, row.body), (replacement, row.replacement)):
        if not only_covered(shown, sent):
            raise Refused("changed_words")
    return {"shown_body": body, "shown_replacement": replacement}


def only_covered(shown: str, sent: str) -> bool:
    """Whether `shown` is `sent` with stretches covered and nothing put in: a moderator may leave words out,
    never write any."""
    at = 0
    pieces = [piece.strip() for piece in shown.split(COVER)]
    for number, piece in enumerate(pieces):
        if number == 0 and not sent.strip().startswith(piece):
            return False
        found = sent.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return sent.strip().endswith(pieces[-1])


def _handled(comment_id: int, person: Person) -> sa.Update:
    r = c.comment_reports
    waiting = sa.and_(r.c.comment_id == comment_id, r.c.handled_at.is_(None))
    return sa.update(r).where(waiting).values(handled_at=now(), handled_by=person.id)
