"""Append-only tables, kept so by the database itself.

A row once written can be neither changed nor removed, whatever program asks. Whoever owns the tables can
still drop the triggers: give the site a PostgreSQL role that does not own them (docs/operations.md).
"""

from __future__ import annotations

import sqlalchemy as sa

#: Tables that only grow. Add the name of a new one here and call `create_triggers` in its migration.
APPEND_ONLY = (
    "audit_log",
    "plan_state_changes",
    "moderation_actions",
    "log_keys",
    "log_leaves",
    "log_heads",
    "log_erasures",
    "petition_steps",
)

_FUNCTION = """
create or replace function quydinh_append_only() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, tg_op;
end $$
"""


def create_triggers(connection: sa.Connection, tables: tuple[str, ...] = APPEND_ONLY) -> None:
    """Refuse UPDATE, DELETE and TRUNCATE on these tables from now on. Running it again changes nothing."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(_FUNCTION))
    for table in tables:
        for statement in _create(connection.dialect.name, table):
            connection.execute(sa.text(statement))


def drop_triggers(connection: sa.Connection, tables: tuple[str, ...] = APPEND_ONLY) -> None:
    """The way back, for a migration that goes down."""
    postgresql = connection.dialect.name == "postgresql"
    for table in tables:
        for name in _names(connection.dialect.name, table):
            connection.execute(sa.text(f"drop trigger if exists {name}" + f" on {table}" * postgresql))
    if postgresql:
        # Other migrations' tables may still use it.
        in_use = "select 1 from pg_trigger where tgfoid = to_regproc('quydinh_append_only')"
        if not connection.execute(sa.text(in_use)).first():
            connection.execute(sa.text("drop function if exists quydinh_append_only()"))


def _names(dialect: str, table: str) -> tuple[str, ...]:
    kinds = ("rows", "truncate") if dialect == "postgresql" else ("update", "delete", "replace")
    return tuple(f"append_only_{table}_{kind}" for kind in kinds)


def _create(dialect: str, table: str) -> list[str]:
    if dialect == "postgresql":
        rows, truncate = _names(dialect, table)
        return [
            f"create or replace trigger {rows} before update or delete on {table} "
            "for each row execute function quydinh_append_only()",
            f"create or replace trigger {truncate} before truncate on {table} "
            "for each statement execute function quydinh_append_only()",
        ]
    update, delete, replace = _names(dialect, table)
    refuse = f"begin select raise(abort, '{table} is append-only'); end"
    return [
        f"create trigger if not exists {update} before update on {table} {refuse}",
        f"create trigger if not exists {delete} before delete on {table} {refuse}",
        # INSERT OR REPLACE removes the old row without asking the delete trigger.
        f"create trigger if not exists {replace} before insert on {table} "
        f"when exists (select 1 from {table} where id = new.id) {refuse}",
    ]
