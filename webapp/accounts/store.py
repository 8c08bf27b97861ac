"""Reading and writing accounts. Each function works in its caller's transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from schemas.people import Person, Subject
from schemas.people_tables import accounts, identities

from .. import audit
from . import sessions


@dataclass(frozen=True, slots=True)
class Account:
    """One account as it stands."""

    id: int
    email: str
    name: str
    password_hash: str | None
    language: str
    created_at: dt.datetime
    disabled_at: dt.datetime | None
    sample: bool


def subject_of(account_id: int, ministry: str = "") -> Subject:
    """An account as the subject of an action or of an audit row."""
    return Subject("account", str(account_id), ministry, owner_id=account_id)


def by_email(connection: sa.Connection, email: str, *, samples: bool) -> Account | None:
    """The usable account with this (lower-case) address: not disabled, sample ones only with `samples`."""
    row = connection.execute(sa.select(accounts).where(accounts.c.email == email)).first()
    if row is None or row.disabled_at is not None or (row.sample and not samples):
        return None
    return _account(row)


def by_id(connection: sa.Connection, account_id: int) -> Account | None:
    """Any account that was not deleted, disabled ones too."""
    statement = sa.select(accounts).where(accounts.c.id == account_id, accounts.c.deleted_at.is_(None))
    row = connection.execute(statement).first()
    return _account(row) if row else None


def by_identity(connection: sa.Connection, issuer: str, subject: str) -> Account | None:
    """The account linked to a person of a sign-on service; disabled ones too."""
    statement = (
        sa.select(accounts)
        .join(identities, identities.c.account_id == accounts.c.id)
        .where(identities.c.issuer == issuer, identities.c.subject == subject)
    )
    row = connection.execute(statement).first()
    return _account(row) if row else None


def create(
    connection: sa.Connection,
    *,
    email: str | None,
    name: str,
    password_hash: str | None,
    language: str = "vi",
    sample: bool = False,
    consented: bool = True,
    system: bool = False,
) -> int:
    """A new account with a confirmed address; gives its id. Raises IntegrityError if the address is taken."""
    moment = audit.now()
    statement = accounts.insert().values(
        email=email,
        email_confirmed_at=moment if email else None,
        consented_at=moment if consented else None,
        name=name,
        password_hash=password_hash,
        language=language,
        created_at=moment,
        sample=sample,
    )
    account_id = int(connection.execute(statement.returning(accounts.c.id)).scalar_one())
    actor = None if system else Person(account_id, name)
    after = {"sample": sample, "password": password_hash is not None}
    audit.record(connection, actor, "account_created", subject_of(account_id), None, after, system=system)
    return account_id


def set_password(connection: sa.Connection, actor: Person, password_hash: str, how: str) -> None:
    """Store a new password; `how`: changed | reset."""
    connection.execute(accounts.update().where(accounts.c.id == actor.id).values(password_hash=password_hash))
    audit.record(connection, actor, f"password_{how}", subject_of(actor.id))


def rehash(connection: sa.Connection, account_id: int, password_hash: str) -> None:
    """The same password under today's parameters: no change worth an audit row."""
    connection.execute(
        accounts.update().where(accounts.c.id == account_id).values(password_hash=password_hash)
    )


def set_name(connection: sa.Connection, actor: Person, name: str) -> None:
    connection.execute(accounts.update().where(accounts.c.id == actor.id).values(name=name))
    audit.record(connection, actor, "name_changed", subject_of(actor.id))


def set_email(connection: sa.Connection, actor: Person, email: str) -> None:
    """A confirmed new address. Raises IntegrityError where it is taken."""
    values = {"email": email, "email_confirmed_at": audit.now()}
    connection.execute(accounts.update().where(accounts.c.id == actor.id).values(values))
    audit.record(connection, actor, "email_changed", subject_of(actor.id))


def link_identity(connection: sa.Connection, actor: Person, issuer: str, subject: str) -> None:
    """Let a person of a sign-on service sign in to this account. Raises IntegrityError if linked already."""
    values = {"account_id": actor.id, "issuer": issuer, "subject": subject, "created_at": audit.now()}
    connection.execute(identities.insert().values(values))
    audit.record(connection, actor, "identity_linked", subject_of(actor.id), None, {"issuer": issuer})


def unlink_identity(connection: sa.Connection, actor: Person, identity_id: int) -> bool:
    """Take it away again; False when the account has no such link."""
    mine = sa.and_(identities.c.id == identity_id, identities.c.account_id == actor.id)
    row = connection.execute(identities.delete().where(mine).returning(identities.c.issuer)).first()
    if row is None:
        return False
    audit.record(connection, actor, "identity_unlinked", subject_of(actor.id), {"issuer": row.issuer}, None)
    return True


def identities_of(connection: sa.Connection, account_id: int) -> list[sa.Row[tuple[int, str, dt.datetime]]]:
    """The sign-on services linked to an account: id, issuer, created_at."""
    columns = (identities.c.id, identities.c.issuer, identities.c.created_at)
    return list(connection.execute(sa.select(*columns).where(identities.c.account_id == account_id)))


def person(connection: sa.Connection, account: Account) -> Person:
    """The account as an actor, with its roles."""
    grants = sessions.grants(connection, account.id)
    return Person(account.id, account.name, account.email, grants, account.sample)


def _account(row: sa.Row[tuple[object, ...]]) -> Account:
    return Account(
        id=row.id,
        email=row.email or "",
        name=row.name,
        password_hash=row.password_hash,
        language=row.language,
        created_at=audit.aware(row.created_at),
        disabled_at=row.disabled_at,
        sample=row.sample,
    )
