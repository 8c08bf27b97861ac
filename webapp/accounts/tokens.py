"""Links sent by e-mail: random, kept as hashes, each good for one purpose, once, and not for long."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa

from schemas.people_tables import email_tokens

from ..audit import now
from ..cookies import new_token
from .sessions import hash_token

#: `void` opens nothing: written where an answer must take as long as with an account.
Purpose = Literal["register", "reset", "change", "void"]
LIFE: dict[Purpose, dt.timedelta] = {
    "register": dt.timedelta(days=2),
    "reset": dt.timedelta(hours=1),
    "change": dt.timedelta(days=1),
    "void": dt.timedelta(hours=1),
}


@dataclass(frozen=True, slots=True)
class Token:
    """What a link stands for."""

    id: int
    account_id: int | None
    email: str


def issue(connection: sa.Connection, purpose: Purpose, email: str, account_id: int | None = None) -> str:
    """A new token for this address; gives what goes into the link."""
    text = new_token()
    moment = now()
    connection.execute(
        email_tokens.insert().values(
            account_id=account_id,
            purpose=purpose,
            token_hash=hash_token(text),
            email=email,
            created_at=moment,
            expires_at=moment + LIFE[purpose],
        )
    )
    return text


def look(connection: sa.Connection, purpose: Purpose, text: str) -> Token | None:
    """What the link stands for, without using it up (mail programs open links by themselves)."""
    row = connection.execute(sa.select(email_tokens).where(_good(purpose, text))).first()
    return Token(row.id, row.account_id, row.email) if row else None


def use(connection: sa.Connection, purpose: Purpose, text: str) -> Token | None:
    """Use the link up; None when it is unknown, used or expired. Of two at once one wins."""
    statement = (
        email_tokens.update().where(_good(purpose, text)).values(used_at=now()).returning(email_tokens)
    )
    row = connection.execute(statement).first()
    return Token(row.id, row.account_id, row.email) if row else None


def cancel(connection: sa.Connection, account_id: int) -> None:
    """Make all open links of an account useless: its password or address has changed."""
    mine = sa.and_(email_tokens.c.account_id == account_id, email_tokens.c.used_at.is_(None))
    connection.execute(email_tokens.update().where(mine).values(used_at=now()))


def _good(purpose: Purpose, text: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        email_tokens.c.token_hash == hash_token(text),
        email_tokens.c.purpose == purpose,
        email_tokens.c.used_at.is_(None),
        email_tokens.c.expires_at > now(),
    )
