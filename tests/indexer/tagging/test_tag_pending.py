"""Tagging the database: what is written, again and again, also after a kill."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import pytest
import sqlalchemy as sa

import indexer.tagging as tagging
from indexer.annotations import export_annotations
from indexer.tagging import tag_pending
from schemas import tables as t
from schemas.settings import Settings

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def _document(
    identity: int, number: str, text: str, kind: str = "Nghị định", title: str = "Chợ nổi"
) -> dict[str, Any]:
    return {
        "id": identity, "source": "vbpl", "source_id": f"s{identity}",
        "slug": number.lower(), "number": number,
        "type": kind, "title": title, "agencies": [], "signers": [],
        "issue_date": dt.date(2019 if kind == "Luật" else 2020, 1, identity),
        "fields": ["Giao thông, vận tải"], "preamble": [], "annexes": [], "files": [],
        "sha256": f"v1-{identity}",
        "recorded_at": NOW, "version_changes": [], "provenance": {}, "text_length": len(text),
    }  # fmt: skip


def _provision(document: int, text: str, heading: str = "") -> dict[str, Any]:
    return {
        "document_id": document, "ordinal": 0, "path": "dieu-1", "level": "article", "number": "1",
        "heading": heading, "text": text,
    }  # fmt: skip


TEXTS = {
    1: "Theo Điều 3 Nghị định số 2/2020/NĐ-CP và Điều 9 Nghị định số 99/2021/NĐ-CP, trong thời hạn 5 ngày "
    "làm việc.",
    2: "Có vốn pháp định 5 tỷ đồng. Doanh nghiệp kinh doanh xăng dầu phải đáp ứng điều kiện quy định tại "
    "Điều này.",
    3: "Bộ Y tế quy định theo Luật Chợ và Điều 1 Luật Chợ.",
    4: "Không có gì.",
}


@pytest.fixture
def database(database: sa.Engine) -> sa.Engine:
    """The tables of tests/conftest.py with four documents and a procedure."""
    rows = [
        _document(1, "1/2020/NĐ-CP", TEXTS[1]),
        _document(2, "2/2020/NĐ-CP", TEXTS[2]),
        _document(3, "3/2020/NĐ-CP", TEXTS[3]),
        _document(4, "4/2019/QH14", TEXTS[4], "Luật", "Chợ"),
    ]
    headings = {2: "Điều kiện kinh doanh xăng dầu"}
    content = {
        "name": "Cấp phép kinh doanh xăng dầu",
        "requirements": "1. Có bể chứa.\n2. Có 02 nhân viên.",
        "subjects": ["Doanh nghiệp"],
    }
    with database.begin() as connection:
        connection.execute(t.documents.insert(), rows)
        connection.execute(
            t.provisions.insert(), [_provision(n, text, headings.get(n, "")) for n, text in TEXTS.items()]
        )
        connection.execute(t.procedures.insert(), {
            "id": 7, "source": "dichvucong", "source_id": "p7", "code": "1.000001", "name": content["name"],
            "content": content, "sha256": "p", "recorded_at": NOW, "version_changes": [], "provenance": {},
        })  # fmt: skip
    return database


def _state(database: sa.Engine) -> list[list[tuple[Any, ...]]]:
    """Everything tagged, without the keys that count up."""
    with database.connect() as connection:
        return [
            sorted(
                tuple(map(str, row))
                for row in connection.execute(sa.select(*(c for c in table.c if c.name != "id")))
            )
            for table in (t.document_tags, t.citations, t.details, t.conditions)
        ]


def test_what_is_written(database: sa.Engine) -> None:
    summary = tag_pending(Settings(), database, workers=1)
    assert (summary.documents, summary.articles, summary.procedures) == (4, 4, 1)
    c = t.citations.c
    with database.connect() as connection:
        cited = connection.execute(
            sa.select(c.document_id, c.target_document_id, c.target_number, c.target_provision).order_by(c.id)
        ).all()
        kinds = connection.execute(
            sa.select(
                t.conditions.c.procedure_id, t.conditions.c.condition_kind, t.conditions.c.business_lines
            ).order_by(t.conditions.c.id)
        ).all()
    assert (1, 2, "2/2020/NĐ-CP", "dieu-3") in cited
    assert (1, None, "99/2021/NĐ-CP", "dieu-9") in cited
    assert (2, 2, "2/2020/NĐ-CP", "dieu-1") in cited  # "Điều này"
    assert (3, 4, "4/2019/QH14", None) in cited and (3, 4, "4/2019/QH14", "dieu-1") in cited
    assert [tuple(row) for row in kinds] == [
        (None, "capital", [38]),
        (7, "requirement", [38]),
        (7, "staff", [38]),
    ]


def test_again_changes_nothing_and_a_change_is_tagged(database: sa.Engine) -> None:
    tag_pending(Settings(), database, workers=1)
    before = _state(database)
    assert tag_pending(Settings(), database, workers=1).documents == 0
    assert _state(database) == before
    with database.begin() as connection:
        connection.execute(t.documents.update().where(t.documents.c.id == 4).values(sha256="v2-4"))
        connection.execute(
            t.provisions.update().where(t.provisions.c.document_id == 4).values(text="Bộ Y tế.")
        )
    assert tag_pending(Settings(), database, workers=1).documents == 1
    assert _state(database) != before


def test_killed_between_batches_and_run_again(database: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    tag_pending(Settings(), database, workers=1)
    whole = _state(database)
    with database.begin() as connection:
        for table in (t.document_tags, t.citations, t.details, t.conditions):
            connection.execute(table.delete())
    monkeypatch.setattr(tagging, "BATCH", 1)
    write = tagging.write_documents
    calls = []

    def killed(*arguments: Any) -> int:
        calls.append(arguments)
        linked = write(*arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt  # inside the third transaction
        return linked

    monkeypatch.setattr(tagging, "write_documents", killed)
    with pytest.raises(KeyboardInterrupt):
        tag_pending(Settings(), database, workers=1)
    assert len(_state(database)[0]) == 2
    monkeypatch.setattr(tagging, "write_documents", write)
    assert tag_pending(Settings(), database, workers=1).documents == 2
    assert _state(database) == whole


def test_a_document_that_comes_in_later_is_linked(database: sa.Engine) -> None:
    tag_pending(Settings(), database, workers=1)
    with database.begin() as connection:
        connection.execute(t.documents.insert(), _document(9, "99/2021/NĐ-CP", ""))
    tag_pending(Settings(), database, workers=1)
    with database.connect() as connection:
        found = connection.scalar(
            sa.select(t.citations.c.target_document_id).where(t.citations.c.target_number == "99/2021/NĐ-CP")
        )
    assert found == 9


def test_export_is_by_offsets(database: sa.Engine) -> None:
    tag_pending(Settings(), database, workers=1)
    output = io.StringIO()
    count = export_annotations(database, output)
    lines = [json.loads(line) for line in output.getvalue().splitlines()]
    assert len(lines) == count > 5
    for line in lines:
        text = TEXTS[int(line["source_id"][1:])]
        assert text[line["start"] : line["end"]] == line["text"]
    limit = next(line for line in lines if line["tag"] == "deadline")
    assert limit["value"] == {"n": 5, "unit": "working_day"}
    assert limit["number"] == "1/2020/NĐ-CP"


@pytest.mark.integration
def test_several_processes_write_the_same(database: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    tag_pending(Settings(), database, workers=1)
    alone = _state(database)
    with database.begin() as connection:
        for table in (t.document_tags, t.citations, t.details, t.conditions):
            connection.execute(table.delete())
    monkeypatch.setattr(tagging, "BATCH", 1)
    tag_pending(Settings(), database, workers=2)
    assert _state(database) == alone


def test_one_bad_text_does_not_stop_the_others(database: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    tag = tagging.tag_document

    def fails(document: Any, titles: Any) -> Any:
        if document.id == 2:
            raise ValueError("unforeseen")
        return tag(document, titles)

    monkeypatch.setattr(tagging, "tag_document", fails)
    summary = tag_pending(Settings(), database, workers=1)
    assert (summary.documents, summary.failed) == (3, 1)
    monkeypatch.setattr(tagging, "tag_document", tag)
    assert tag_pending(Settings(), database, workers=1).documents == 1


def _add(database: sa.Engine, *rows: dict[str, Any], heading: str = "") -> None:
    with database.begin() as connection:
        for row in rows:
            connection.execute(t.documents.insert(), row)
            text = row.pop("text", "Không có gì.")
            connection.execute(t.provisions.insert(), _provision(row["id"], text, heading))


def _details(database: sa.Engine) -> list[tuple[Any, ...]]:
    d = t.details.c
    with database.connect() as connection:
        query = sa.select(d.document_id, d.provision, d.target_document_id, d.target_provision, d.evidence)
        return [tuple(row) for row in connection.execute(query.order_by(d.document_id))]


def test_a_decree_is_paired_with_the_law_when_the_law_comes(database: sa.Engine) -> None:
    decree = _document(5, "5/2020/NĐ-CP", "", title="Quy định chi tiết một số điều của Luật Bến đò")
    _add(database, decree, heading="Hướng dẫn Điều 1 Luật Bến đò")
    with database.begin() as connection:
        connection.execute(
            t.relations.insert(),
            {
                "document_id": 5,
                "ordinal": 0,
                "code": 9,
                "direction": "out",
                "target_id": "s6",
                "provisions": [],
            },
        )
    tag_pending(Settings(), database, workers=1)
    assert _details(database) == []
    _add(database, _document(6, "6/2019/QH14", "", "Luật", "Bến đò"), heading="Đò ngang")
    assert tag_pending(Settings(), database, workers=1).details == 1
    assert _details(database) == [(5, "dieu-1", 6, "dieu-1", "heading")]
    assert tag_pending(Settings(), database, workers=1).details == 0
    assert len(_details(database)) == 1


def test_a_kill_between_tags_and_pairs_loses_none(
    database: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(tagging, "_write_details", lambda _database: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            tag_pending(Settings(), database, workers=1)
    with database.connect() as connection:
        assert len(tagging.stale_details(connection)) == 4
    tag_pending(Settings(), database, workers=1)
    with database.connect() as connection:
        assert tagging.stale_details(connection) == []
