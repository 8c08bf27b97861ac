"""The audit trail cannot be rewritten, not even with SQL of one's own."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from schemas.people import Person, Subject
from schemas.people_tables import audit_log
from schemas.triggers import APPEND_ONLY, create_triggers
from webapp.audit import record

ATTEMPTS = [
    "update audit_log set action = 'nothing' where id = 1",
    "update audit_log set after = null",
    "delete from audit_log where id = 1",
    "delete from audit_log",
]


@pytest.fixture
def trail(database: sa.Engine) -> sa.Engine:
    with database.begin() as connection:
        record(
            connection, Person(7, "Người thử"), "tried", Subject("plan", "1"), {"state": "a"}, {"state": "b"}
        )
    return database


def rows(database: sa.Engine) -> list[sa.Row[tuple[object, ...]]]:
    with database.connect() as connection:
        return list(connection.execute(sa.select(audit_log)))


@pytest.mark.parametrize("statement", ATTEMPTS)
def test_no_row_is_changed_or_removed(trail: sa.Engine, statement: str) -> None:
    before = rows(trail)
    with pytest.raises(sa.exc.DatabaseError, match="append-only"), trail.begin() as connection:
        connection.execute(sa.text(statement))
    assert rows(trail) == before


def test_no_row_is_put_over_another(trail: sa.Engine) -> None:
    """Each database's own way of inserting over a row."""
    values = "(id, recorded_at, actor_kind, action, subject_kind, subject_id, ministry) values "
    values += "(1, '2026-01-01', 'person', 'other', 'plan', '1', '')"
    if trail.dialect.name == "sqlite":
        statements = [
            f"insert or replace into audit_log {values}",
            f"insert into audit_log {values} on conflict (id) do update set action = 'other'",
        ]
    else:
        statements = [f"insert into audit_log {values} on conflict (id) do update set action = 'other'"]
    before = rows(trail)
    for statement in statements:
        with pytest.raises(sa.exc.DatabaseError, match="append-only"), trail.begin() as connection:
            connection.execute(sa.text(statement))
    assert rows(trail) == before


def test_the_table_is_not_emptied(trail: sa.Engine) -> None:
    if trail.dialect.name == "sqlite":
        statement = "delete from audit_log where 1"  # SQLite's truncate is a delete without a condition
    else:
        statement = "truncate audit_log cascade"
    with pytest.raises(sa.exc.DatabaseError, match="append-only"), trail.begin() as connection:
        connection.execute(sa.text(statement))
    assert len(rows(trail)) == 1


def test_creating_them_again_changes_nothing(trail: sa.Engine) -> None:
    with trail.begin() as connection:
        create_triggers(connection)
    with pytest.raises(sa.exc.DatabaseError, match="append-only"), trail.begin() as connection:
        connection.execute(sa.text("delete from audit_log"))


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_every_listed_table_is_guarded(database: sa.Engine, table: str) -> None:
    if database.dialect.name == "sqlite":
        query = "select count(*) from sqlite_master where type = 'trigger' and tbl_name = :table"
        wanted = 3
    else:
        query = "select count(*) from pg_trigger where tgrelid = to_regclass(:table) and not tgisinternal"
        wanted = 2
    with database.connect() as connection:
        assert connection.execute(sa.text(query), {"table": table}).scalar() == wanted


def test_a_row_is_added(trail: sa.Engine) -> None:
    with trail.begin() as connection:
        record(connection, None, "looked", Subject("plan", "2"))
    assert [(row.actor_id, row.actor_kind, row.before) for row in rows(trail)] == [
        (7, "person", {"state": "a"}),
        (None, "visitor", None),
    ]
