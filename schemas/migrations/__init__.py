"""Bringing a database to the current tables."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

#: The newest migration; a test compares it with the files.
HEAD = "0014"


def upgrade(engine: sa.Engine) -> bool:
    """Apply what is missing; True if anything was. Two processes starting at once do it once.

    Alembic is imported only when there is something to do: it costs 0.2 s of a start.
    """
    if current(engine) == HEAD:
        return False
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("select pg_advisory_lock(7238461)"))
        else:
            connection.execute(sa.text("begin immediate"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
    return True


def current(engine: sa.Engine) -> str | None:
    """The migration the database is at; None for an empty one."""
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("select version_num from alembic_version")).scalar()
