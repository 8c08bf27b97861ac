"""The audit trail: who did what to what, with before and after. Rows are added, never changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, overload

import sqlalchemy as sa

from schemas.people import Action, Person, Subject
from schemas.people_tables import audit_log

Values = Mapping[str, Any]


def now() -> dt.datetime:
    """The time in UTC, to the second: what every record of this stage is stamped with."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


@overload
def aware(moment: dt.datetime) -> dt.datetime: ...
@overload
def aware(moment: None) -> None: ...
def aware(moment: dt.datetime | None) -> dt.datetime | None:
    """A time of the database as it is compared: SQLite gives times back without their zone; they are UTC."""
    return moment.replace(tzinfo=dt.UTC) if moment is not None and moment.tzinfo is None else moment


def record(
    connection: sa.Connection,
    actor: Person | None,
    action: Action | str,
    subject: Subject,
    before: Values | None = None,
    after: Values | None = None,
    *,
    system: bool = False,
) -> int:
    """Add one row to the trail, in the caller's transaction, and give its id.

    `action` is the Action that was permitted, or a short word for what has none ("signed_in"). `before` and
    `after` hold only the fields that changed, as JSON values; None before: it is new, None after: it is gone.
    No personal data belongs in them (the trail outlives accounts): name people by id. `actor` None: a visitor
    without an account, or with `system` the portal itself.
    """
    kind = "person" if actor else "system" if system else "visitor"
    statement = audit_log.insert().values(
        recorded_at=now(),
        actor_id=actor.id if actor else None,
        actor_kind=kind,
        action=str(action),
        subject_kind=subject.kind,
        subject_id=subject.id,
        ministry=subject.ministry,
        before=dict(before) if before is not None else sa.null(),
        after=dict(after) if after is not None else sa.null(),
    )
    return int(connection.execute(statement.returning(audit_log.c.id)).scalar_one())


def changed(before: Values, after: Values) -> tuple[dict[str, Any], dict[str, Any]]:
    """Only the fields that differ, for `record`: (before, after)."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}
