"""What the administration pages read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from schemas.people import Grant, Role
from schemas.people_tables import accounts, audit_log, role_grants

from ..audit import aware

PAGE = 50


@dataclass(frozen=True, slots=True)
class PersonRow:
    """An account as administrators see it."""

    id: int
    name: str
    email: str
    created_at: dt.datetime
    disabled: bool
    sample: bool
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """Which rows of the trail; empty fields do not filter. `ministries` None: all of them."""

    ministries: frozenset[str] | None = None
    action: str = ""
    subject_kind: str = ""
    subject_id: str = ""
    actor_id: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One row of the trail, with the actor's name if the account still has one."""

    id: int
    recorded_at: dt.datetime
    actor_id: int | None
    actor_kind: str
    actor_name: str
    action: str
    subject_kind: str
    subject_id: str
    ministry: str
    before: object
    after: object


def people(
    connection: sa.Connection, text: str, role: str, page: int, ministries: frozenset[str] | None = None
) -> tuple[list[PersonRow], int]:
    """Accounts whose name or address contains `text` and that hold `role`; one page, and how many in all.

    With `ministries`: only who holds a role there, or whose whole address was given.
    """
    chosen: list[sa.ColumnElement[bool]] = [accounts.c.deleted_at.is_(None)]
    if ministries is not None:
        chosen.append(accounts.c.id.in_(_holders(ministries)) | (accounts.c.email == text.lower()))
    if text:
        chosen.append(
            accounts.c.name.icontains(text, autoescape=True)
            | accounts.c.email.icontains(text, autoescape=True)
        )
    if role:
        live = role_grants.c.withdrawn_at.is_(None)
        held = sa.select(role_grants.c.account_id).where(live)
        chosen.append(accounts.c.id.in_(held if role == "any" else held.where(role_grants.c.role == role)))
    total = connection.execute(sa.select(sa.func.count()).select_from(accounts).where(*chosen)).scalar_one()
    shown = sa.select(accounts).where(*chosen).order_by(accounts.c.name, accounts.c.id)
    rows = connection.execute(shown.limit(PAGE).offset((page - 1) * PAGE)).all()
    return _with_grants(connection, rows), total


def _holders(ministries: frozenset[str]) -> sa.Select[tuple[int]]:
    here = role_grants.c.ministry.in_(sorted(ministries))
    return sa.select(role_grants.c.account_id).where(here, role_grants.c.withdrawn_at.is_(None))


def person(connection: sa.Connection, account_id: int) -> PersonRow | None:
    """One account that was not deleted."""
    one = sa.select(accounts).where(accounts.c.id == account_id, accounts.c.deleted_at.is_(None))
    rows = connection.execute(one).all()
    return _with_grants(connection, rows)[0] if rows else None


def _with_grants(connection: sa.Connection, rows: object) -> list[PersonRow]:
    listed = list(rows)  # type: ignore[call-overload]
    ids = [row.id for row in listed]
    held = sa.select(role_grants).where(
        role_grants.c.account_id.in_(ids), role_grants.c.withdrawn_at.is_(None)
    )
    grants: dict[int, list[Grant]] = {}
    for one in connection.execute(held.order_by(role_grants.c.id)):
        grants.setdefault(one.account_id, []).append(Grant(Role(one.role), one.ministry))
    return [
        PersonRow(
            id=row.id,
            name=row.name,
            email=row.email or "",
            created_at=aware(row.created_at),
            disabled=row.disabled_at is not None,
            sample=row.sample,
            grants=tuple(grants.get(row.id, ())),
        )
        for row in listed
    ]


def trail(
    connection: sa.Connection, wanted: TrailFilter, *, before_id: int | None = None, limit: int | None = PAGE
) -> Iterator[TrailRow]:
    """Rows of the audit trail, newest first; `before_id` goes on after a page's last row."""
    statement = (
        sa.select(audit_log, accounts.c.name)
        .outerjoin(accounts, accounts.c.id == audit_log.c.actor_id)
        .where(*_conditions(wanted))
        .order_by(audit_log.c.id.desc())
    )
    if before_id is not None:
        statement = statement.where(audit_log.c.id < before_id)
    if limit is not None:
        statement = statement.limit(limit)
    for row in connection.execution_options(yield_per=500).execute(statement):
        yield TrailRow(
            row.id,
            aware(row.recorded_at),
            row.actor_id,
            row.actor_kind,
            row.name or "",
            row.action,
            row.subject_kind,
            row.subject_id,
            row.ministry,
            row.before,
            row.after,
        )


def _conditions(wanted: TrailFilter) -> list[sa.ColumnElement[bool]]:
    column = audit_log.c
    result: list[sa.ColumnElement[bool]] = []
    if wanted.ministries is not None:
        result.append(column.ministry.in_(sorted(wanted.ministries)))
    for name in ("action", "subject_kind", "subject_id"):
        if value := getattr(wanted, name):
            result.append(column[name] == value)
    if wanted.actor_id is not None:
        result.append(column.actor_id == wanted.actor_id)
    if wanted.since:
        result.append(column.recorded_at >= _midnight(wanted.since))
    if wanted.until:
        result.append(column.recorded_at < _midnight(wanted.until + dt.timedelta(days=1)))
    return result


def _midnight(day: dt.date) -> dt.datetime:
    """The start of a day in Vietnam, in UTC as the table has it."""
    return dt.datetime.combine(day, dt.time(), dt.timezone(dt.timedelta(hours=7))).astimezone(dt.UTC)


def kinds(connection: sa.Connection) -> tuple[list[str], list[str]]:
    """The actions and the kinds of subject that occur."""
    actions = connection.execute(
        sa.select(audit_log.c.action).distinct().order_by(audit_log.c.action)
    ).scalars()
    subjects = connection.execute(
        sa.select(audit_log.c.subject_kind).distinct().order_by(audit_log.c.subject_kind)
    ).scalars()
    return list(actions), list(subjects)
