"""The store: every replaced content is kept, every change is told, on SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from crawler.incoming import derive_incoming
from crawler.marks import watermarks
from crawler.outcomes import Gone, Outcome, PageRef, Parsed, Problem
from crawler.rows import prepare, utc
from crawler.runs import begin_run
from crawler.store import Counts, Store
from schemas import tables as t
from schemas.documents import LegalDocument, Procedure, Relation, content_hash
from schemas.errors import StoreError
from tests.crawler.test_differences import document

START = dt.datetime(2026, 11, 16, 8, tzinfo=dt.UTC)


def at(minute: int) -> dt.datetime:
    return START + dt.timedelta(minutes=minute)


def page(minute: int) -> PageRef:
    return PageRef("detail", "http://x/1", at(minute), 200, "a/b", "0" * 64, "f.warc.gz", 1, "f.warc.gz", 1)


def parsed(record: LegalDocument | Procedure, minute: int = 0, touched: bool = True) -> Parsed:
    return Parsed(record.source_id, prepare(record), at(minute), touched, (page(minute),))


def save(engine: sa.Engine, *outcomes: Outcome, kind: str = "document") -> Counts:
    store = Store(engine, "fake", kind, begin_run(engine, "fake", "crawl"))
    store.save(outcomes)
    return store.counts


def rows(engine: sa.Engine, table: sa.Table) -> list[Any]:
    with engine.connect() as connection:
        return [dict(r) for r in connection.execute(sa.select(table).order_by(*table.primary_key)).mappings()]


def derive(engine: sa.Engine, new_ids: tuple[int, ...] = ()) -> int:
    return derive_incoming(engine, "fake", begin_run(engine, "fake", "crawl"), new_ids, at(30))


def changes(engine: sa.Engine) -> list[tuple[str, str]]:
    return [(r["source_id"], r["change"]) for r in rows(engine, t.changes)]


def test_a_new_document_is_stored_whole(database: sa.Engine) -> None:
    counts = save(database, parsed(document()), parsed(document(source_id="2")))
    assert counts.new == 2
    first, _ = rows(database, t.documents)
    assert (first["number"], first["slug"], first["version"]) == ("1/2026/QH16", "1-2026-qh16", 1)
    assert first["sample"] is True and first["text_length"] == len("Nội dung.")
    assert first["sha256"] == document().content_sha256
    assert utc(first["recorded_at"]) == START
    assert changes(database) == [("1", "new"), ("2", "new")]
    assert [r["action"] for r in rows(database, t.outbox)] == ["index", "index"]
    assert watermarks(database, "fake") == {"1": START, "2": START}


def test_the_same_content_again_changes_nothing(database: sa.Engine) -> None:
    save(database, parsed(document()))
    before = {
        name: rows(database, t.metadata.tables[name])
        for name in ("documents", "changes", "outbox", "versions")
    }
    assert save(database, parsed(document(), 5)).unchanged == 1
    assert {name: rows(database, t.metadata.tables[name]) for name in before} == before
    assert watermarks(database, "fake")["1"] == at(5)


def test_replaced_content_is_kept(database: sa.Engine) -> None:
    save(database, parsed(document()))
    new = document(title="Luật Mẫu (sửa đổi)", status="HHL", provisions=())
    assert save(database, parsed(new, 7)).changed == 1
    (version,) = rows(database, t.versions)
    assert version["content"] == document().content()
    assert version["sha256"] == content_hash(version["content"]) == document().content_sha256
    assert (version["number"], version["changes"]) == (1, ["new"])
    (head,) = rows(database, t.documents)
    assert (head["version"], head["version_changes"]) == (2, ["text", "metadata", "status"])
    assert head["sha256"] == new.content_sha256 and utc(head["recorded_at"]) == at(7)
    assert rows(database, t.provisions) == []
    assert changes(database)[1:] == [("1", "text"), ("1", "metadata"), ("1", "status")]
    assert rows(database, t.changes)[2]["detail"] == {"title": ["Luật Mẫu", "Luật Mẫu (sửa đổi)"]}


def test_several_states_of_a_record_in_one_batch(database: sa.Engine) -> None:
    states = [document(title=f"Luật {n}") for n in range(3)]
    counts = save(
        database, *(parsed(d, n) for n, d in enumerate(states)), Gone("1", at(4), ()), parsed(states[2], 5)
    )
    assert (counts.new, counts.changed, counts.withdrawn, counts.returned) == (1, 2, 1, 1)
    assert [v["content"]["title"] for v in rows(database, t.versions)] == ["Luật 0", "Luật 1"]
    assert [change for _, change in changes(database)] == [
        "new",
        "metadata",
        "metadata",
        "withdrawn",
        "returned",
    ]


def test_withdrawn_and_returned(database: sa.Engine) -> None:
    save(database, parsed(document()))
    assert save(database, Gone("1", at(1), (page(1),))).withdrawn == 1
    assert utc(rows(database, t.documents)[0]["withdrawn_at"]) == at(1)
    assert save(database, Gone("1", at(2), ())).withdrawn == 0  # still gone
    assert save(database, Gone("unknown", at(2), ())).withdrawn == 0
    counts = save(database, parsed(document(title="Luật trở lại"), 3))
    assert (counts.returned, counts.changed) == (1, 1)
    assert rows(database, t.documents)[0]["withdrawn_at"] is None
    assert [change for _, change in changes(database)] == ["new", "withdrawn", "returned", "metadata"]
    assert [r["action"] for r in rows(database, t.outbox)] == ["index", "remove", "index"]


def test_a_problem_marks_the_document_and_keeps_its_content(database: sa.Engine) -> None:
    save(database, parsed(document()))
    counts = save(database, Problem("1", "no title", at(1), (page(1),)))
    assert counts.problems == {"1": "no title"}
    (head,) = rows(database, t.documents)
    assert head["problem"] == "no title" and head["sha256"] == document().content_sha256
    save(database, Problem("1", "no title", at(2), ()))  # told once
    assert changes(database) == [("1", "new"), ("1", "problem")]
    save(database, parsed(document(), 3))
    assert rows(database, t.documents)[0]["problem"] is None


def test_a_problem_of_an_unknown_record_is_told_once(database: sa.Engine) -> None:
    for minute in range(2):
        save(database, Problem("9", "no title", at(minute), ()))
    assert changes(database) == [("9", "problem")]
    assert rows(database, t.documents) == []


def test_status_by_date_is_counted_apart(database: sa.Engine) -> None:
    save(database, parsed(document()))
    counts = save(database, parsed(document(status="HHL"), 1, touched=False))
    assert (counts.changed, counts.status_by_date) == (0, 1)
    assert changes(database)[-1] == ("1", "status_by_date")


def test_a_failing_batch_leaves_nothing_behind(database: sa.Engine) -> None:
    bad = parsed(document(source_id="2"))
    bad.prepared.row["number"] = None
    with pytest.raises(StoreError):
        save(database, parsed(document()), bad)
    assert rows(database, t.documents) == rows(database, t.changes) == rows(database, t.pages) == []


def test_procedures_are_versioned_too(database: sa.Engine) -> None:
    base = {"source": "fake", "source_id": "p", "code": "1.001193", "name": "Đăng ký khai sinh",
            "provenance": document().provenance}  # fmt: skip
    save(database, parsed(Procedure(**base)), kind="procedure")
    new = Procedure(**base | {"name": "Khai sinh"}, requirements="Có hộ khẩu")
    assert save(database, parsed(new, 1), kind="procedure").changed == 1
    (head,) = rows(database, t.procedures)
    assert head["content"] == new.content() and head["name"] == "Khai sinh"
    assert [change for _, change in changes(database)] == ["new", "text", "metadata"]
    assert rows(database, t.versions)[0]["content"] == Procedure(**base).content()


class TestIncoming:
    """Edges mirrored from the acting documents."""

    edge = Relation(code=10, direction="out", target_id="1")

    def edges(self, database: sa.Engine, key: str) -> list[tuple[int, str, str, bool]]:
        ids = {r["id"]: r["source_id"] for r in rows(database, t.documents)}
        return [
            (r["code"], r["direction"], r["target_id"], r["derived"])
            for r in rows(database, t.relations)
            if ids[r["document_id"]] == key
        ]

    def test_the_target_gets_the_edge_once(self, database: sa.Engine) -> None:
        acting = document(source_id="2", number="2/2026/QH16", relations=(self.edge,))
        save(database, parsed(document()), parsed(acting))
        assert derive(database) == 1
        assert self.edges(database, "1") == [(10, "in", "2", True)]
        assert derive(database) == 0
        told = rows(database, t.changes)[-1]
        assert (told["source_id"], told["change"]) == ("1", "relation")
        assert told["detail"]["relations"][1][0]["target_number"] == "2/2026/QH16"

    def test_what_the_source_shows_itself_is_not_doubled(self, database: sa.Engine) -> None:
        shown = Relation(code=10, direction="in", target_id="2")
        save(database, parsed(document(relations=(shown,))))
        save(database, parsed(document(source_id="2", relations=(self.edge,))))
        assert derive(database) == 0

    def test_it_is_no_change_of_the_content(self, database: sa.Engine) -> None:
        save(database, parsed(document()), parsed(document(source_id="2", relations=(self.edge,))))
        derive(database)
        assert save(database, parsed(document(), 2)).unchanged == 1
        save(database, parsed(document(title="Khác"), 3))
        assert self.edges(database, "1") == [(10, "in", "2", True)]  # kept over a new version
        assert rows(database, t.versions)[0]["content"] == document().content()

    def test_once_the_source_shows_it_the_derived_edge_goes(self, database: sa.Engine) -> None:
        save(database, parsed(document()), parsed(document(source_id="2", relations=(self.edge,))))
        derive(database)
        save(database, parsed(document(relations=(Relation(code=10, direction="in", target_id="2"),)), 3))
        assert self.edges(database, "1") == [(10, "in", "2", False)]

    def test_it_goes_with_its_origin(self, database: sa.Engine) -> None:
        save(database, parsed(document()), parsed(document(source_id="2", relations=(self.edge,))))
        derive(database)
        save(database, parsed(document(source_id="2"), 4))
        assert derive(database) == 1
        assert self.edges(database, "1") == []
        assert rows(database, t.changes)[-1]["detail"]["relations"][0]

    def test_nothing_is_told_of_documents_new_in_this_run(self, database: sa.Engine) -> None:
        save(database, parsed(document()), parsed(document(source_id="2", relations=(self.edge,))))
        ids = tuple(r["id"] for r in rows(database, t.documents))
        assert derive(database, ids) == 1
        assert [change for _, change in changes(database)] == ["new", "new"]
