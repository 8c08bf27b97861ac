"""Sessions on the server: the cookie holds a random token, the table its hash, so that a copy of the database
opens nothing. Roles are read anew for each request: withdrawing one works at once."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

import sqlalchemy as sa

from schemas.people import Grant, Person, Role
from schemas.people_tables import accounts, role_grants, sessions

from ..audit import aware, now
from ..cookies import new_token

#: However busy, a session ends after this long.
LONGEST = dt.timedelta(days=30)
#: `seen_at` is written at most this often.
TOUCH_AFTER = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody's signed-in browser."""

    id: int
    person: Person
    method: str  # password | oidc
    created_at: dt.datetime
    seen_at: dt.datetime
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A line of "where you are signed in"."""

    id: int
    method: str
    created_at: dt.datetime
    seen_at: dt.datetime
    browser: str
    address: str


def hash_token(token: str) -> str:
    """What the database keeps of a random token. They are too long to guess, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(
    connection: sa.Connection, account_id: int, method: str, browser: str, address: str, idle: dt.timedelta
) -> str:
    """A new session; gives the token for the cookie, which exists nowhere else."""
    token = new_token()
    moment = now()
    connection.execute(
        sessions.insert().values(
            account_id=account_id,
            token_hash=hash_token(token),
            method=method,
            created_at=moment,
            seen_at=moment,
            expires_at=moment + idle,
            browser=browser[:200],
            address=address[:64],
        )
    )
    return token


def find(connection: sa.Connection, token: str, *, samples: bool) -> Session | None:
    """The live session of a cookie, with the person's roles as they are now.

    None when it ended, when the account was closed, and for sample accounts unless `samples` (in a demo).
    """
    statement = (
        sa.select(sessions, accounts.c.name, accounts.c.email, accounts.c.sample)
        .join(accounts, accounts.c.id == sessions.c.account_id)
        .where(
            sessions.c.token_hash == hash_token(token),
            sessions.c.expires_at > now(),
            accounts.c.disabled_at.is_(None),
            accounts.c.deleted_at.is_(None),
        )
    )
    row = connection.execute(statement).first()
    if row is None or (row.sample and not samples):
        return None
    person = Person(row.account_id, row.name, row.email or "", grants(connection, row.account_id), row.sample)
    times = (aware(row.created_at), aware(row.seen_at), aware(row.expires_at))
    return Session(row.id, person, row.method, *times)


def grants(connection: sa.Connection, account_id: int) -> tuple[Grant, ...]:
    """The roles an account holds now."""
    held = sa.select(role_grants.c.role, role_grants.c.ministry).where(
        role_grants.c.account_id == account_id, role_grants.c.withdrawn_at.is_(None)
    )
    rows = connection.execute(held.order_by(role_grants.c.id))
    return tuple(Grant(Role(row.role), row.ministry) for row in rows)


def needs_touch(session: Session) -> bool:
    """Is it time to note that the session is still used?"""
    return now() - session.seen_at > TOUCH_AFTER


def touch(connection: sa.Connection, session: Session, idle: dt.timedelta) -> None:
    """Note that it is used; it lives on for `idle`, at most LONGEST after its start."""
    moment = now()
    until = min(moment + idle, session.created_at + LONGEST)
    values = {"seen_at": moment, "expires_at": until}
    connection.execute(sessions.update().where(sessions.c.id == session.id).values(values))


def listed(connection: sa.Connection, account_id: int) -> list[SessionRow]:
    """The live sessions of an account, last used first."""
    columns = [sessions.c[name] for name in ("id", "method", "created_at", "seen_at", "browser", "address")]
    live = sa.select(*columns).where(sessions.c.account_id == account_id, sessions.c.expires_at > now())
    rows = connection.execute(live.order_by(sessions.c.seen_at.desc(), sessions.c.id.desc()))
    return [
        SessionRow(row.id, row.method, aware(row.created_at), aware(row.seen_at), row.browser, row.address)
        for row in rows
    ]


def end(connection: sa.Connection, account_id: int, session_id: int) -> bool:
    """End one session of this account; False when it has no such session."""
    mine = sessions.delete().where(sessions.c.id == session_id, sessions.c.account_id == account_id)
    return connection.execute(mine).rowcount > 0


def end_all(connection: sa.Connection, account_id: int, keep: int | None = None) -> int:
    """End every session of the account, but for `keep`; gives how many."""
    statement = sessions.delete().where(sessions.c.account_id == account_id)
    if keep is not None:
        statement = statement.where(sessions.c.id != keep)
    return connection.execute(statement).rowcount
