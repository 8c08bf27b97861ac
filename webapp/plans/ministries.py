"""The dated list of ministries in the database: filled from the shipped list, extended by samples."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

import sqlalchemy as sa

from schemas import regulation_tables as r
from schemas.lists import MinistryEntry
from schemas.lists import ministries as shipped

from .content import new_id


def load(connection: sa.Connection, entries: Iterable[MinistryEntry], *, sample: bool = False) -> int:
    """Add the ministries that are not there yet, with their successors; how many were added."""
    known = {row.code: row.id for row in connection.execute(sa.select(r.ministries))}
    entries = list(entries)
    added = [entry for entry in entries if entry.code not in known]
    for entry in added:
        statement = sa.insert(r.ministries).values(
            code=entry.code,
            name=entry.name,
            valid_from=entry.valid_from,
            valid_until=entry.valid_until,
            sample=sample,
        )
        known[entry.code] = new_id(connection, statement)
    pairs = [(known[e.code], known[e.successor], e.act) for e in added if e.successor in known]
    for own, successor, act in pairs:
        values = {"ministry_id": own, "successor_id": successor, "act": act}
        connection.execute(sa.insert(r.ministry_successors).values(**values))
    return len(added)


def ensure(engine: sa.Engine) -> None:
    """Bring the shipped list into the database where something of it is missing.

    Processes that start together may all try; one of them does it.
    """
    with contextlib.suppress(sa.exc.IntegrityError), engine.begin() as connection:
        load(connection, shipped())
