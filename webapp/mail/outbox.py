"""The outbox: a message is written in the transaction of the change it tells of, and leaves only with it.

A message is claimed for a while before it is sent. If the worker dies in between, nobody can know whether the
server took it; it is sent again under the same Message-ID, by which receivers drop the second one.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from schemas.people_tables import mail_outbox

from ..audit import aware, now

#: An attempt not finished by then is lost with its worker.
LEASE = dt.timedelta(minutes=10)
FIRST_WAIT = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(hours=6)
#: With doubling waits: about 30 hours.
MOST_ATTEMPTS = 13
KEPT = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Message:
    """A mail as it stands in the outbox."""

    id: int
    message_id: str
    recipient: str
    subject: str
    body: str
    attempts: int
    created_at: dt.datetime


def post(
    connection: sa.Connection,
    recipient: str,
    subject: str,
    body: str,
    *,
    kind: str,
    account_id: int | None = None,
    void: bool = False,
) -> int:
    """Put a message into the outbox in the caller's transaction; gives its row.

    `void`: write the row but never send it, where sending or not must not show in the time an answer takes.
    """
    moment = now()
    statement = mail_outbox.insert().values(
        account_id=account_id,
        message_id=f"<{secrets.token_hex(16)}@quydinh>",
        recipient=recipient,
        subject=" ".join(subject.split())[:200],
        body="" if void else body,
        kind=kind,
        created_at=moment,
        state="void" if void else "waiting",
        attempts=0,
        due_at=moment,
    )
    return int(connection.execute(statement.returning(mail_outbox.c.id)).scalar_one())


def claim(database: sa.Engine) -> Message | None:
    """The next message that is due, now this worker's for LEASE; None when there is none."""
    moment = now()
    due = (
        sa.select(mail_outbox.c.id)
        .where(mail_outbox.c.state.in_(("waiting", "sending")), mail_outbox.c.due_at <= moment)
        .order_by(mail_outbox.c.due_at, mail_outbox.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken = (
        mail_outbox.update()
        .where(mail_outbox.c.id == due.scalar_subquery())
        .values(state="sending", due_at=moment + LEASE, attempts=mail_outbox.c.attempts + 1)
        .returning(mail_outbox)
    )
    with database.begin() as connection:
        row = connection.execute(taken).first()
    if row is None:
        return None
    created = aware(row.created_at)
    return Message(row.id, row.message_id, row.recipient, row.subject, row.body, row.attempts, created)


def mark_sent(database: sa.Engine, message: Message, *, keep_body: bool) -> None:
    """The server took it. The text goes, links in it open doors; in a demo it stays for the mailbox page."""
    values: dict[str, object] = {"state": "sent", "sent_at": now(), "problem": None}
    if not keep_body:
        values["body"] = ""
    _set(database, message, values)


def mark_failed(database: sa.Engine, message: Message, problem: str, *, for_good: bool) -> None:
    """The server refused it or did not answer: try again later, or never."""
    over = for_good or message.attempts >= MOST_ATTEMPTS
    values: dict[str, object] = {"state": "failed" if over else "waiting", "problem": problem[:500]}
    if over:
        values["body"] = ""
    else:
        values["due_at"] = now() + wait(message.attempts)
    _set(database, message, values)


def wait(attempts: int) -> dt.timedelta:
    """How long after this many attempts: 1, 2, 4 … minutes, at most LONGEST_WAIT."""
    doubled: int = 2 ** min(max(attempts - 1, 0), 20)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)


def purge(connection: sa.Connection) -> int:
    """Remove what was dealt with long ago."""
    over = mail_outbox.c.state.in_(("sent", "failed", "void"))
    return connection.execute(
        mail_outbox.delete().where(over, mail_outbox.c.created_at < now() - KEPT)
    ).rowcount


def _set(database: sa.Engine, message: Message, values: dict[str, object]) -> None:
    # Only while the claim is still this one: a worker that was too slow changes nothing.
    mine = sa.and_(mail_outbox.c.id == message.id, mail_outbox.c.attempts == message.attempts)
    with database.begin() as connection:
        connection.execute(mail_outbox.update().where(mine).values(values))
