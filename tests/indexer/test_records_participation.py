"""Plans in the index: found within one synchronisation, gone when they are no longer public."""

from __future__ import annotations

import shutil
from pathlib import Path

import sqlalchemy as sa

from indexer import open_search
from indexer.build import build
from indexer.engines import open_engine
from indexer.records_participation import plan_records
from indexer.sync import sync
from schemas.calendar import WorkingCalendar
from schemas.search import SearchRequest
from schemas.settings import Settings
from tests.webapp.plans.people import APPROVER, MINISTRY, OFFICER, add_ministries, content
from webapp.plans import store


def draft(database: sa.Engine) -> store.Written:
    with database.begin() as connection:
        written = store.create(connection, OFFICER, MINISTRY, content())
        return store.submit_draft(connection, OFFICER, written.plan_id, written.revision)


def test_a_draft_has_no_record_and_a_public_plan_has_one(database: sa.Engine) -> None:
    with database.begin() as connection:
        add_ministries(connection)
    written = draft(database)
    with database.begin() as connection:
        assert list(plan_records(connection)) == []
        store.publish(connection, APPROVER, written.plan_id, written.revision)
    with database.connect() as connection:
        (record,) = plan_records(connection, [written.plan_id])
    assert (record.id, record.owner) == (f"plan:{written.number}", f"plan:{written.plan_id}")
    assert record.url == f"/phuong-an/{written.number}"
    assert record.ordinal < 2**43
    assert "15/2024/NĐ-MẪU" in record.text


def test_a_published_plan_is_found_after_one_synchronisation(tmp_path: Path, empty_sqlite: Path) -> None:
    file = shutil.copy(empty_sqlite, tmp_path / "test.sqlite3")
    settings = Settings(data_dir=tmp_path, database_url=f"sqlite:///{file}")
    database = sa.create_engine(settings.database)
    with database.begin() as connection:
        add_ministries(connection)
    engine = open_engine(settings)
    build(engine, database)
    written = draft(database)
    assert sync(engine, database).records == 0
    with database.begin() as connection:
        written = store.publish(connection, APPROVER, written.plan_id, written.revision)
    assert sync(engine, database).records == 1
    found = open_search(settings).search(SearchRequest("bán lẻ rượu", filters={"kind": ("plan",)}))
    assert [hit.number for hit in found.hits] == [written.number]
    # A second change replaces the record; it does not add one.
    with database.begin() as connection:
        store.move(connection, OFFICER, written.plan_id, "consulting", written.revision, WorkingCalendar())
    assert sync(engine, database).records == 1
    found = open_search(settings).search(SearchRequest("bán lẻ rượu", filters={"kind": ("plan",)}))
    assert found.total == 1
