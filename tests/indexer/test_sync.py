"""Builds and single changes: nothing lost, nothing seen too early, the same after any crash."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from indexer import open_search
from indexer.__main__ import main
from indexer.build import build
from indexer.changes import changes_since, last_position, pending
from indexer.engines.tantivy import TantivyEngine
from indexer.reader import Reader
from indexer.sync import follow, sync
from schemas import tables as t
from schemas.errors import SearchUnavailable
from schemas.search import SearchRequest
from schemas.settings import Settings

from .rows import NOW, add_document, add_procedure, announce, change


@pytest.fixture
def engine(settings: Settings) -> Iterator[TantivyEngine]:
    engine = TantivyEngine(settings.index_dir / "tantivy")
    yield engine
    engine.close()


def ids(engine: TantivyEngine, text: str = "") -> set[str]:
    found = Reader(engine).search(SearchRequest(text, in_force=False, size=100))
    return {hit.id for hit in found.hits}


def test_a_build_holds_everything_and_says_up_to_where(database: sa.Engine, engine: TantivyEngine) -> None:
    add_document(database, 1, {"1": "Giấy phép\nNội dung"})
    add_procedure(database, 1)
    built = build(engine, database)
    assert built.by_kind == {"document": 1, "provision": 1, "procedure": 1} and built.records == 3
    with database.connect() as connection:
        (state,) = connection.execute(sa.select(t.index_state)).all()
    assert (state.engine, state.generation) == ("tantivy", built.generation)
    assert state.outbox_id == last_position(database) == 2
    assert pending(database, state.outbox_id) == 0


def test_changes_arrive_and_withdrawn_rows_leave(database: sa.Engine, engine: TantivyEngine) -> None:
    add_document(database, 1, {"1": "Giấy phép\nNội dung"})
    add_document(database, 2, {"1": "Thuế\nNội dung"})
    add_procedure(database, 1)
    build(engine, database)
    add_document(database, 3, {"1": "Giấy phép mới\nNội dung"})
    change(database, 1, title="Về đất đai")
    change(database, 2, withdrawn_at=NOW)
    with database.begin() as connection:
        connection.execute(sa.delete(t.procedures))
        announce(connection, "procedure", 1, "remove")
    done = sync(engine, database)
    assert (done.rows, done.position) == (4, last_position(database))
    assert ids(engine) == {"vbpl:1001", "vbpl:1001:dieu-1", "vbpl:1003", "vbpl:1003:dieu-1"}
    assert "vbpl:1001:dieu-1" in ids(engine, "đất đai")
    assert sync(engine, database).rows == 0


def test_a_second_document_of_a_number_moves_the_first(database: sa.Engine, engine: TantivyEngine) -> None:
    add_document(database, 1, {"1": "A\nb"}, number="5/2020/QH14")
    build(engine, database)
    add_document(database, 2, {"1": "A\nb"}, number="5/2020/QH14")
    sync(engine, database)
    assert engine.get(["vbpl:1001:dieu-1"])[0].url == "/van-ban/5-2020-qh14--1001/dieu-1"


def test_applying_a_change_again_changes_nothing(
    database: sa.Engine, engine: TantivyEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash after the records and before the position: the same rows come once more."""
    add_document(database, 1, {"1": "A\nb"})
    build(engine, database)
    add_document(database, 2, {"1": "C\nd"})

    def crash(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("indexer.engines.generations.Generations.write_state", crash)
        with pytest.raises(KeyboardInterrupt):
            sync(engine, database)
    assert len(ids(engine)) == 4
    assert sync(engine, database).rows == 1
    assert len(ids(engine)) == 4 and sum(engine.count().values()) == 4


def test_conditions_are_changed_with_their_document(database: sa.Engine, engine: TantivyEngine) -> None:
    add_document(database, 1, {"1": "A\nb"})
    build(engine, database)
    with database.begin() as connection:
        key = connection.scalar(
            sa.insert(t.conditions)
            .values(
                document_id=1,
                provision="dieu-1",
                ordinal=0,
                condition_kind="staff",
                text="c",
                business_lines=[],
            )
            .returning(t.conditions.c.id)
        )
        announce(connection, "condition", key or 0)
    sync(engine, database)
    assert "vbpl:1001:dieu-1#1" in ids(engine)


def test_many_changes_are_taken_in_portions(database: sa.Engine) -> None:
    for key in range(1, 6):
        add_document(database, key, {})
    first = changes_since(database, 0, limit=3)
    assert (first.rows, first.documents) == (3, (1, 2, 3))
    assert changes_since(database, first.position, limit=3).documents == (4, 5)
    assert changes_since(database, last_position(database)).rows == 0


def test_sync_needs_a_build(database: sa.Engine, engine: TantivyEngine) -> None:
    with pytest.raises(SearchUnavailable):
        sync(engine, database)


@contextmanager
def following(engine: TantivyEngine, database: sa.Engine) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=follow, args=(engine, database, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.mark.integration
def test_following_waits_for_the_first_build_and_goes_on(database: sa.Engine, engine: TantivyEngine) -> None:
    with following(engine, database):
        add_document(database, 1, {"1": "A\nb"})
        build(engine, database)
        add_document(database, 2, {"1": "C\nd"})
        until = time.monotonic() + 20
        while time.monotonic() < until and "vbpl:1002:dieu-1" not in ids(engine):
            time.sleep(0.05)
    assert "vbpl:1002:dieu-1" in ids(engine)


def test_commands(
    settings: Settings, database: sa.Engine, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("QUYDINH_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("QUYDINH_DATABASE_URL", settings.database)

    def run(*arguments: str) -> Any:
        assert main([*arguments, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    assert main(["status"]) == 1
    assert "build" in capsys.readouterr().err
    with pytest.raises(SearchUnavailable):
        open_search(settings)
    add_document(database, 1, {"1": "Giấy phép\nNội dung"})
    assert run("build", "--no-tags")["records"] == 2
    status = run("status")
    assert status.keys() == {"engine", "generation", "records", "by_kind", "pending", "built_at"}
    assert (status["records"], status["by_kind"]) == (2, {"document": 1, "provision": 1})
    add_document(database, 2, {"1": "Thuế\nNội dung"})
    assert run("status")["pending"] == 1
    assert run("sync", "--no-tags")["rows"] == 1
    assert run("status")["pending"] == 0
    assert open_search(settings).status().records == 4
    assert run("build", "--no-tags", "--engine", "whoosh")["records"] == 4
    assert {p.name for p in Path(settings.index_dir).iterdir()} == {"tantivy", "whoosh"}
