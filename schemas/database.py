"""One way to reach the database. Nothing connects before the first statement."""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa

#: Seconds after which a connection of the pool is asked whether the server still knows it.
RESTED = 1.0


def database_engine(url: str) -> sa.Engine:
    """An engine for `sqlite:///file` or `postgresql+psycopg://…`.

    SQLite gets WAL (readers go on while one writes), foreign keys and a busy timeout of 30 s.
    """
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _sqlite_pragmas)
    else:
        sa.event.listen(engine, "checkout", _check_rested)
        sa.event.listen(engine, "checkin", _note_use)
    return engine


def statements(database: sa.Engine) -> sa.Connection:
    """A connection on which each statement is a transaction of its own: no BEGIN, COMMIT or ROLLBACK is sent.

    For reading a few rows, and for single statements that count whatever comes after them.
    """
    return database.connect().execution_options(isolation_level="AUTOCOMMIT")


def _check_rested(connection: Any, record: Any, _proxy: Any) -> None:
    """Ask a connection that has rested whether it still lives; a busy one needs no question each time."""
    if time.monotonic() - record.info.get("used", 0.0) < RESTED:
        return
    try:
        connection.autocommit = True
        connection.execute("select 1")
        connection.autocommit = False
    except Exception as error:
        # Not only the driver's errors: whatever it is, the pool tries another connection.
        raise sa.exc.DisconnectionError from error


def _note_use(_connection: Any, record: Any) -> None:
    record.info["used"] = time.monotonic()


def _sqlite_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
