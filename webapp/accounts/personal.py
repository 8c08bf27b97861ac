"""One's own data (Law 91/2025/QH15 on personal data): a copy of all of it, and its deletion.

A subject that keeps something personal adds a function to EXPORTS and one to ERASURES; a test looks that
every table with an account has both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from schemas.people import Person
from schemas.people_tables import (
    accounts,
    audit_log,
    email_tokens,
    identities,
    mail_outbox,
    role_grants,
    sessions,
)

from .. import audit
from .sessions import end_all
from .store import subject_of

#: Tables whose rows are exported as they are, found by `account_id`; what opens doors is left out.
_OWN: dict[str, tuple[sa.Table, tuple[str, ...]]] = {
    "sign_on": (identities, ("issuer", "subject", "created_at")),
    "roles": (role_grants, ("role", "ministry", "granted_at", "withdrawn_at")),
    "sessions": (sessions, ("method", "created_at", "seen_at", "expires_at", "browser", "address")),
    "links_sent": (email_tokens, ("purpose", "email", "created_at", "expires_at", "used_at")),
    "mail": (mail_outbox, ("recipient", "subject", "kind", "created_at", "state", "sent_at")),
}


def _own(connection: sa.Connection, account_id: int) -> dict[str, Any]:
    held = accounts.c
    row = connection.execute(
        sa.select(
            held.name, held.email, held.email_confirmed_at, held.language, held.created_at, held.consented_at
        ).where(held.id == account_id)
    ).one()
    result: dict[str, Any] = {"account": _plain(row)}
    for name, (table, columns) in _OWN.items():
        own = sa.select(*(table.c[column] for column in columns)).where(table.c.account_id == account_id)
        result[name] = [_plain(one) for one in connection.execute(own.order_by(table.c.id))]
    trail = audit_log.c
    done = sa.select(trail.recorded_at, trail.action, trail.subject_kind, trail.subject_id)
    rows = connection.execute(done.where(trail.actor_id == account_id).order_by(trail.id))
    result["done"] = [_plain(one) for one in rows]
    return result


def _erase_own(connection: sa.Connection, account_id: int) -> None:
    end_all(connection, account_id)
    for table in (identities, email_tokens, mail_outbox):
        connection.execute(table.delete().where(table.c.account_id == account_id))
    held = sa.and_(role_grants.c.account_id == account_id, role_grants.c.withdrawn_at.is_(None))
    connection.execute(role_grants.update().where(held).values(withdrawn_at=audit.now()))


#: name → value parts of the copy; each subject its own.
EXPORTS: list[Callable[[sa.Connection, int], dict[str, Any]]] = [_own]
#: What takes a person's data out of a subject's tables; what must stay stays without a name.
ERASURES: list[Callable[[sa.Connection, int], None]] = [_erase_own]


def export(connection: sa.Connection, account_id: int) -> dict[str, Any]:
    """Everything the portal holds about an account, as JSON values."""
    result: dict[str, Any] = {}
    for part in EXPORTS:
        result |= part(connection, account_id)
    return result


def erase(connection: sa.Connection, actor: Person) -> None:
    """Delete an account. Its row stays without any personal data: the audit trail refers to its number."""
    for part in ERASURES:
        part(connection, actor.id)
    empty = {"email": None, "email_confirmed_at": None, "name": "", "password_hash": None}
    change = accounts.update().where(accounts.c.id == actor.id)
    connection.execute(change.values(**empty, deleted_at=audit.now()))
    audit.record(connection, actor, "account_deleted", subject_of(actor.id))


def _plain(row: Any) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in row._mapping.items()
    }
