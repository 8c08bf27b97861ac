"""Granting and withdrawing roles, and closing accounts, each with its audit row."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from schemas.people import Action, Grant, Person, Role
from schemas.people_tables import accounts, role_grants

from .. import audit
from . import sessions
from .store import subject_of


@dataclass(frozen=True, slots=True)
class HeldGrant:
    """A role somebody holds, with the row that says so."""

    id: int
    account_id: int
    grant: Grant


def held(connection: sa.Connection, account_id: int) -> list[HeldGrant]:
    """The roles an account holds now, in the order they were granted."""
    mine = sa.and_(role_grants.c.account_id == account_id, role_grants.c.withdrawn_at.is_(None))
    rows = connection.execute(sa.select(role_grants).where(mine).order_by(role_grants.c.id))
    return [HeldGrant(row.id, row.account_id, Grant(Role(row.role), row.ministry)) for row in rows]


def grant(
    connection: sa.Connection, actor: Person | None, account_id: int, role: Grant, *, system: bool = False
) -> bool:
    """Give an account a role; False when it holds it already."""
    if any(one.grant == role for one in held(connection, account_id)):
        return False
    statement = role_grants.insert().values(
        account_id=account_id,
        role=role.role.value,
        ministry=role.ministry,
        granted_at=audit.now(),
        granted_by=actor.id if actor else None,
    )
    connection.execute(statement)
    subject = subject_of(account_id, role.ministry)
    audit.record(connection, actor, Action.GRANT_ROLE, subject, None, _values(role), system=system)
    return True


def withdraw(connection: sa.Connection, actor: Person, one: HeldGrant) -> bool:
    """Take a role back; False when somebody else just did."""
    still = sa.and_(role_grants.c.id == one.id, role_grants.c.withdrawn_at.is_(None))
    values = {"withdrawn_at": audit.now(), "withdrawn_by": actor.id}
    if not connection.execute(role_grants.update().where(still).values(values)).rowcount:
        return False
    subject = subject_of(one.account_id, one.grant.ministry)
    audit.record(connection, actor, Action.WITHDRAW_ROLE, subject, _values(one.grant), None)
    return True


def set_disabled(connection: sa.Connection, actor: Person, account_id: int, disabled: bool) -> bool:
    """Close an account (its sessions end) or open it again; False when it is so already."""
    now_so = accounts.c.disabled_at.is_not(None) if disabled else accounts.c.disabled_at.is_(None)
    change = accounts.update().where(accounts.c.id == account_id, sa.not_(now_so))
    if not connection.execute(change.values(disabled_at=audit.now() if disabled else None)).rowcount:
        return False
    if disabled:
        sessions.end_all(connection, account_id)
    values = ({"disabled": not disabled}, {"disabled": disabled})
    audit.record(connection, actor, Action.DISABLE_ACCOUNT, subject_of(account_id), *values)
    return True


def is_last_administrator(connection: sa.Connection, account_id: int) -> bool:
    """Would nobody be left who can grant national roles?"""
    national = sa.and_(
        role_grants.c.role == Role.ADMINISTRATOR.value,
        role_grants.c.ministry == "",
        role_grants.c.withdrawn_at.is_(None),
        accounts.c.disabled_at.is_(None),
        accounts.c.deleted_at.is_(None),
    )
    holders = sa.select(role_grants.c.account_id).join(accounts).where(national)
    return set(connection.execute(holders).scalars()) == {account_id}


def _values(role: Grant) -> dict[str, str]:
    return {"role": role.role.value, "ministry": role.ministry}
