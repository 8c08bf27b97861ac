"""A comment from the form to the table: kept while it is written, sent once, followed and withdrawn.

A form has a random submission key. However often it is sent (a double click, a browser that tries again, a
server killed in between) it makes one comment with one tracking number. Whether it came in time is decided by
the instant at which the request reached the server, by the database's clock.
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from schemas import consultation_tables as c
from schemas.consultations import (
    CommentState,
    Sender,
    Step,
    after,
    counts,
    parse_tracking,
    tracking_number,
)
from schemas.errors import Refused
from schemas.people import Action, Person, Subject

from ..accounts.sessions import hash_token
from ..audit import aware, now, record
from ..cookies import new_token
from ..keys import keyed
from ..receipts import entries, erasure, log
from ..receipts.keys import Signer
from . import challenge
from .campaigns import lead
from .rows import Row, begin_write, consultation, hold_campaigns, outbox
from .versions import move_anchors

#: What was typed and not sent is kept as long.
DRAFTS_KEPT = dt.timedelta(days=30)
#: A link to confirm an e-mail address works as long.
CONFIRM_WITHIN = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a sender wrote, checked. `shows` are the fields of the person that may be public."""

    sender: Sender
    stance: str = ""
    body: str = ""
    replacement: str = ""
    path: str | None = None
    version: int | None = None  # number of the draft version it was written about
    name: str = ""
    organisation: str = ""
    email: str = ""
    phone: str = ""
    place: str = ""
    shows: frozenset[str] = frozenset()
    answers: Mapping[int, tuple[int | None, str]] = field(default_factory=dict)  # question → choice, text


@dataclass(frozen=True, slots=True)
class Sent:
    """What a sender gets. `repeated`: the same form had been sent before."""

    comment_id: int
    tracking: str
    secret: str
    state: CommentState
    repeated: bool
    confirm: str = ""  # what goes into the link sent by e-mail


# ---------------------------------------------------------------- what is being written


def keep_draft(
    connection: sa.Connection, visit: str, consultation_id: int, path: str, typed: Mapping[str, Any]
) -> str:
    """Keep what was typed for this browser; gives the submission key of the form."""
    d = c.comment_drafts
    values = {
        "visit_hash": hash_token(visit),
        "consultation_id": consultation_id,
        "path": path,
        "submission": new_token(),
        "typed": dict(typed),
        "updated_at": now(),
    }
    insert = _dialect(connection).insert(d).values(values)
    kept = insert.on_conflict_do_update(
        index_elements=["visit_hash", "consultation_id", "path"],
        set_={"typed": insert.excluded.typed, "updated_at": insert.excluded.updated_at},
    ).returning(d.c.submission)
    return str(connection.execute(kept).scalar_one())


def find_draft(connection: sa.Connection, visit: str, consultation_id: int, path: str) -> Row | None:
    """What this browser has typed about this clause and not sent; `has_files`: with something uploaded."""
    d, a = c.comment_drafts, c.attachments.c
    uploaded = sa.exists().where(a.submission == d.c.submission, a.consultation_id == d.c.consultation_id)
    query = sa.select(d, uploaded.label("has_files")).where(
        d.c.visit_hash == hash_token(visit),
        d.c.consultation_id == consultation_id,
        d.c.path == path,
        d.c.updated_at > now() - DRAFTS_KEPT,
    )
    return connection.execute(query).one_or_none() if visit else None


def drop_draft(connection: sa.Connection, submission: str) -> None:
    """Forget what was typed: it was sent, or thrown away."""
    connection.execute(sa.delete(c.comment_drafts).where(c.comment_drafts.c.submission == submission))


# ---------------------------------------------------------------- sending


def send(
    connection: sa.Connection,
    key: str,
    consultation_id: int,
    submission: str,
    letter: Letter,
    received_at: dt.datetime,
    consent: str,
    *,
    person: Person | None = None,
    proof: bool = False,
    proof_id: str = "",
    suspicious: bool = False,
    files: bool = True,
    sample: bool = False,
    signer: Signer,
    also: Callable[[Sent], None] | None = None,
) -> Sent:
    """Write the comment, or find the one this form has made before.

    `key` is the site's secret, `received_at` the database's time when the request arrived, `signer` signs the
    receipt; `also` is done in the same transaction for a new comment. `proof_id` is the name of a solved
    challenge, spent here; one that was spent before proves nothing. `suspicious` ones wait for a moderator
    whatever else speaks for them. Without `files` nothing was uploaded with the form. Raises Refused("late")
    or ("not_open").
    """
    begin_write(connection)
    secret = secret_of(key, submission)
    row = consultation(connection, consultation_id, shared=True)
    if row.published_at is None or not counts(received_at, aware(row.opens_at), aware(row.closes_at)):
        earlier = by_submission(connection, submission)
        if earlier is not None:
            return _repeated(earlier, secret)
        raise Refused("late" if received_at >= aware(row.closes_at) else "not_open")
    proof = proof or (bool(proof_id) and challenge.spend(connection, proof_id))
    trusted = (proof or person is not None) and not suspicious and not row.premoderated
    state = CommentState.PUBLISHED if trusted else CommentState.SUBMITTED
    confirm = new_token() if letter.email and person is None else ""
    values = {
        "consultation_id": consultation_id,
        "secret_hash": hash_token(secret),
        "submission": submission,
        "state": state,
        "account_id": person.id if person else None,
        "sender": letter.sender,
        "stance": letter.stance,
        "body": letter.body,
        "replacement": letter.replacement,
        "verification": "account" if person else "none",
        "proof": proof,
        "received_at": received_at,
        "published_at": received_at if trusted else None,
        "hide_reason": "",
        "confirm_hash": hash_token(confirm) if confirm else None,
        "confirm_until": received_at + CONFIRM_WITHIN if confirm else None,
        "commitment_salt": secrets.token_hex(16),
        "sample": sample,
    }
    made = _insert(connection, values)
    if made is None:  # this form has made its comment already, maybe at this very moment
        twin = by_submission(connection, submission)
        assert twin is not None
        return _repeated(twin, secret)
    comment_id, tracking = made
    uploaded = _take_files(connection, comment_id, submission, row.id) if files else []
    entry = _write_parts(connection, comment_id, tracking, values, letter, consent, uploaded)
    outbox(connection, "comment", comment_id)
    subject = Subject("comment", str(comment_id), row.ministry_code)
    seen = {"consultation": consultation_id, "state": state, "proof": proof, "path": letter.path}
    record(connection, person, Action.SEND_COMMENT, subject, None, seen)
    drop_draft(connection, submission)
    sent = Sent(comment_id, tracking, secret, state, False, confirm)
    if also:
        also(sent)
    log.append(connection, signer, comment_id, entry)  # last: it takes the log's lock
    return sent


def _repeated(row: Row, secret: str) -> Sent:
    return Sent(row.id, row.tracking, secret, CommentState(row.state), True)


def secret_of(key: str, submission: str) -> str:
    """The code that opens the sender's page; only whoever has the form and the site's secret can make it."""
    return keyed(key, "comment", submission)[:32]


def by_submission(connection: sa.Connection, submission: str) -> Row | None:
    """The comment a form has made."""
    return connection.execute(
        sa.select(c.comments).where(c.comments.c.submission == submission)
    ).one_or_none()


def _insert(connection: sa.Connection, values: Mapping[str, Any]) -> tuple[int, str] | None:
    """Id and tracking number; None when the submission was there already."""
    for _ in range(5):
        tracking = tracking_number(secrets.randbits(40))
        insert = _dialect(connection).insert(c.comments).values(tracking=tracking, **values)
        key = connection.execute(insert.on_conflict_do_nothing().returning(c.comments.c.id)).scalar()
        if key is not None:
            return int(key), tracking
        if by_submission(connection, values["submission"]) is not None:
            return None
    raise RuntimeError("no free tracking number")


def _write_parts(
    connection: sa.Connection,
    comment_id: int,
    tracking: str,
    comment: Mapping[str, Any],
    letter: Letter,
    consent: str,
    files: Sequence[tuple[str, str]],
) -> str:
    """Write what belongs to a comment; its entry for the receipt log."""
    received_at, consultation_id = comment["received_at"], comment["consultation_id"]
    person = None
    if letter.name or letter.organisation or letter.email or letter.phone or letter.place:
        people = {
            "comment_id": comment_id,
            "name": letter.name,
            "organisation": letter.organisation,
            "email": letter.email,
            "phone": letter.phone,
            "place": letter.place,
            "show_name": "name" in letter.shows,
            "show_organisation": "organisation" in letter.shows,
            "show_place": "place" in letter.shows,
            "commitment_salt": secrets.token_hex(16),
            "consented_at": received_at,
            "consent_text": consent,
        }
        connection.execute(sa.insert(c.comment_people).values(**people))
        person = entries.commitment(people["commitment_salt"], entries.person_text(people))
    given: list[dict[str, Any]] = [
        {"comment_id": comment_id, "question_id": question, "choice": choice, "text": text}
        for question, (choice, text) in letter.answers.items()
    ]
    if given:
        connection.execute(sa.insert(c.comment_answers), given)
    anchor = _anchor(connection, comment_id, consultation_id, letter)
    answers = [(g["question_id"], g["choice"], g["text"]) for g in given]
    content = entries.content_text(comment, anchor, answers, files)
    committed = entries.commitment(comment["commitment_salt"], content)
    return entries.entry_text(tracking, consultation_id, received_at, committed, person)


def _take_files(
    connection: sa.Connection, comment_id: int, submission: str, consultation_id: int
) -> list[tuple[str, str]]:
    """Give the files uploaded with a form to its comment; names and hashes."""
    a = c.attachments
    mine = sa.and_(a.c.submission == submission, a.c.consultation_id == consultation_id)
    taken = sa.update(a).where(mine).values(comment_id=comment_id).returning(a.c.name, a.c.sha256)
    return [(row.name, row.sha256) for row in connection.execute(taken)]


def _anchor(
    connection: sa.Connection, comment_id: int, consultation_id: int, letter: Letter
) -> tuple[int, str | None] | None:
    """Where it stands: in the version its sender read, and from there in each one since. Gives that version's
    number and the clause; None without a version."""
    v, p = c.draft_versions, c.draft_provisions
    versions = connection.execute(
        sa.select(v.c.id, v.c.number)
        .where(v.c.consultation_id == consultation_id, v.c.published_at.is_not(None))
        .order_by(v.c.number)
    ).all()
    since = [row for row in versions if letter.version is None or row.number >= letter.version]
    read = since[0] if since and letter.version is not None else (versions[-1] if versions else None)
    if read is None:
        return None
    path, quote = letter.path, ""
    if path:
        found = connection.execute(
            sa.select(p).where(p.c.version_id == read.id, p.c.path == path)
        ).one_or_none()
        if found is None:
            path = None
        else:
            quote = f"{found.heading}\n{found.text}".strip()
    values = {"comment_id": comment_id, "version_id": read.id, "path": path, "fit": "sent", "quote": quote}
    connection.execute(sa.insert(c.comment_anchors).values(**values))
    for older, newer in pairwise(since):
        if letter.version is not None:
            move_anchors(connection, older.id, newer.id, comment_id)
    return read.number, path


# ---------------------------------------------------------------- afterwards


def by_tracking(connection: sa.Connection, tracking: str) -> Row | None:
    """The comment with this tracking number, however it was typed."""
    number = parse_tracking(tracking)
    return connection.execute(sa.select(c.comments).where(c.comments.c.tracking == number)).one_or_none()


def opens(comment: Row | None, secret: str) -> bool:
    """Whether this code opens the sender's page; takes the same time for a wrong number."""
    kept = comment.secret_hash if comment is not None else "0" * 64
    return hmac.compare_digest(hash_token(secret.strip().lower()), kept)


def confirm(connection: sa.Connection, token: str) -> Row | None:
    """The sender's e-mail address is theirs: the comment counts as verified and is published unless a
    moderator is to see it first. None for a link that is unknown, used or too old."""
    begin_write(connection)
    moment = now()
    good = sa.and_(c.comments.c.confirm_hash == hash_token(token), c.comments.c.confirm_until > moment)
    hold_campaigns(connection, connection.scalars(sa.select(c.comments.c.consultation_id).where(good)).all())
    row = connection.execute(
        sa.update(c.comments)
        .where(good)
        .values(confirm_hash=None, confirm_until=None, verification="email")
        .returning(c.comments)
    ).one_or_none()
    if row is None:
        return None
    held = consultation(connection, row.consultation_id)
    then = after(Step.CONFIRM, CommentState(row.state))
    if then is not None and not held.premoderated and then != row.state:
        _set_state(connection, row, then, moment)
    if row.campaign_id:
        lead(connection, row.campaign_id)
    write_step(connection, row, Step.CONFIRM, then or CommentState(row.state), None)
    outbox(connection, "comment", row.id)
    subject = Subject("comment", str(row.id), held.ministry_code)
    record(connection, None, "email_confirmed", subject, {"state": row.state}, {"state": then or row.state})
    return row


def withdraw(connection: sa.Connection, comment: Row, person: Person | None = None) -> None:
    """The sender takes it back: it is shown no more, and who sent it is forgotten at once."""
    begin_write(connection)
    row = locked(connection, comment.id, campaigns=True)
    then = after(Step.WITHDRAW, CommentState(row.state))
    if then is None:
        raise Refused("withdrawn")
    values = {"state": then, "withdrawn_at": now(), "confirm_hash": None, "appealed_at": None}
    connection.execute(sa.update(c.comments).where(c.comments.c.id == row.id).values(**values))
    erasure.forget_person(connection, row.id, "withdrawn")
    if row.campaign_id:
        lead(connection, row.campaign_id)
    write_step(connection, row, Step.WITHDRAW, then, person)
    outbox(connection, "comment", row.id)
    held = consultation(connection, row.consultation_id)
    subject = Subject("comment", str(row.id), held.ministry_code)
    record(connection, person, Action.WITHDRAW_COMMENT, subject, {"state": row.state}, {"state": then})


def locked(connection: sa.Connection, comment_id: int, *, campaigns: bool = False) -> Row:
    """The comment, this transaction's until it ends; with `campaigns` first those of its consultation.
    Refused when there is none."""
    if campaigns:
        of = sa.select(c.comments.c.consultation_id).where(c.comments.c.id == comment_id)
        hold_campaigns(connection, connection.scalars(of).all())
    query = sa.select(c.comments).where(c.comments.c.id == comment_id)
    if connection.dialect.name == "postgresql":
        query = query.with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None:
        raise Refused("unknown")
    return row


def write_step(
    connection: sa.Connection,
    comment: Row,
    step: Step,
    then: CommentState,
    person: Person | None,
    reason_code: str = "",
    reason: str = "",
) -> None:
    """One row of the comment's own history, which is append-only."""
    values = {
        "comment_id": comment.id,
        "step": step,
        "from_state": comment.state,
        "to_state": then,
        "reason_code": reason_code,
        "reason": reason,
        "person_id": person.id if person else None,
        "recorded_at": now(),
    }
    connection.execute(sa.insert(c.moderation_actions).values(**values))


def _set_state(connection: sa.Connection, row: Row, then: CommentState, moment: dt.datetime) -> None:
    values = {"state": then, "published_at": row.published_at or moment}
    connection.execute(sa.update(c.comments).where(c.comments.c.id == row.id).values(**values))


def _dialect(connection: sa.Connection) -> Any:
    return postgresql if connection.dialect.name == "postgresql" else sqlite
