"""What the database has taken in of an archive, and what it could not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from schemas import tables as t

from .rows import utc
from .sources import Source
from .store import KINDS


def watermarks(engine: sa.Engine, source: str) -> dict[str, dt.datetime]:
    """For each record, the time of the newest page that the database has taken in."""
    c = t.pages.c
    statement = sa.select(c.record_key, sa.func.max(c.fetched_at)).where(c.source == source)
    with engine.connect() as connection:
        return {key: utc(_time(at)) for key, at in connection.execute(statement.group_by(c.record_key))}


def _time(value: Any) -> dt.datetime:
    """`max` of a time is text to SQLite's driver in some versions."""
    return value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value))


def failing(engine: sa.Engine, source: Source) -> frozenset[str]:
    """Records whose last parse failed: tried again each time, for the parser may have learnt."""
    table, c = KINDS[source.kind], t.changes.c
    ours = c.source == source.name, c.kind == source.kind, c.change == "problem"
    stored = sa.exists().where(table.c.source == c.source, table.c.source_id == c.source_id)
    with engine.connect() as connection:
        known = connection.execute(
            sa.select(table.c.source_id).where(table.c.source == source.name, table.c.problem.is_not(None))
        )
        never = connection.execute(sa.select(c.source_id).distinct().where(*ours, ~stored))
        return frozenset([*known.scalars(), *never.scalars()])
