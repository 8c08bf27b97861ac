"""Records are made of all a document and its tags hold."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from indexer.build import all_records
from indexer.changes import snapshot
from schemas import tables as t
from schemas.search import Record
from schemas.text.paths import article_of

from .rows import NOW, add_document, add_procedure


def records(database: sa.Engine) -> dict[str, Record]:
    with snapshot(database) as connection:
        found = list(all_records(connection))
    assert len({r.id for r in found}) == len(found)
    assert len({r.ordinal for r in found}) == len(found)
    assert all(0 <= r.ordinal < 1 << 43 for r in found)
    return {r.id: r for r in found}


def test_an_article_carries_its_document_its_tags_and_its_neighbours(database: sa.Engine) -> None:
    add_document(
        database,
        1,
        {
            "chuong-i": "Quy định chung",
            "1": "Phạm vi\nVăn bản này",
            "2": "Điều kiện\n1. Có giấy phép",
            "3": "",
        },
        agencies=["Chính phủ"],
        fields=["Y tế"],
        status="HHL1P",
        issue_date=dt.date(2020, 3, 1),
        effective_date=dt.date(2020, 5, 1),
    )
    tags = [
        ["dieu-2", "regulation_type", 0, 5, "requirement"],
        ["dieu-2", "condition", 0, 5, "licence"],
        ["dieu-2", "condition", 8, 9, "licence"],
        ["dieu-2", "deadline", 0, 3, {"n": 3, "unit": "day"}],
    ]
    with database.begin() as connection:
        connection.execute(
            sa.insert(t.document_tags).values(
                document_id=1, sha256="", tagger="1", tags=tags, topics=["Khác"]
            )
        )
        connection.execute(
            sa.insert(t.citations),
            [
                {
                    "document_id": 1,
                    "provision": "dieu-1",
                    "target_document_id": 1,
                    "target_number": "1/2020/NĐ-CP",
                    "target_provision": path,
                }
                for path in ("dieu-2", "dieu-2/khoan-1", None)
            ],
        )
        connection.execute(
            sa.insert(t.conditions).values(
                document_id=1,
                provision="dieu-2/khoan-1",
                ordinal=0,
                condition_kind="licence",
                text="Có giấy phép",
                business_lines=[7],
            )
        )
    found = records(database)
    assert set(found) == {
        "vbpl:1001",
        "vbpl:1001:dieu-1",
        "vbpl:1001:dieu-2",
        "vbpl:1001:dieu-3",
        "vbpl:1001:dieu-2/khoan-1#1",
    }
    article = found["vbpl:1001:dieu-2"]
    assert (article.kind, article.provision, article.heading) == ("provision", "dieu-2", "Điều 2. Điều kiện")
    assert article.url == "/van-ban/1-2020-nd-cp/dieu-2"
    assert (article.agencies, article.fields, article.validity) == (("Chính phủ",), ("Y tế",), "HHL1P")
    assert (article.year, article.valid_from, article.valid_until) == (2020, dt.date(2020, 5, 1), None)
    assert article.regulation_types == ("requirement",) and article.condition_kinds == ("licence",)
    assert article.cited_by == 2 and found["vbpl:1001"].cited_by == 1
    assert article.neighbours == ("Chương i. Quy định chung", "Điều 1. Phạm vi", "Điều 3.")
    condition = found["vbpl:1001:dieu-2/khoan-1#1"]
    assert (condition.kind, condition.url) == ("condition", "/van-ban/1-2020-nd-cp/dieu-2/khoan-1")
    assert condition.business_lines == ("Kinh doanh dịch vụ cầm đồ",) and condition.validity == "HHL1P"
    assert {r.owner for r in found.values()} == {"document:1"}


def test_articles_of_annexes_say_so(database: sa.Engine) -> None:
    add_document(database, 1, {"1": "A\nb", "phu-luc-1/dieu-1": "Mẫu\nTờ khai"})
    assert records(database)["vbpl:1001:phu-luc-1/dieu-1"].heading == "Phụ lục 1. Điều 1. Mẫu"


def test_documents_of_one_number_get_addresses_of_their_own(database: sa.Engine) -> None:
    add_document(database, 1, {"1": "A\nb"}, number="100/2015/QH13")
    add_document(database, 2, {"1": "A\nb"}, number="100/2015/QH13")
    found = records(database)
    assert found["vbpl:1001"].url == "/van-ban/100-2015-qh13--1001"
    assert found["vbpl:1002:dieu-1"].url == "/van-ban/100-2015-qh13--1002/dieu-1"


def test_withdrawn_rows_make_no_records(database: sa.Engine) -> None:
    add_document(database, 1, {"1": "A\nb"}, withdrawn_at=NOW)
    add_procedure(database, 1, withdrawn_at=NOW)
    assert records(database) == {}


def test_a_procedure_is_found_by_all_its_parts(database: sa.Engine) -> None:
    content = {
        "methods": [
            {
                "channel": "ONLINE",
                "time": "10",
                "unit": "WORKING_DAY",
                "description": None,
                "fees": [{"description": "Phí thẩm định", "amount": "1200000", "currency": "Đồng"}],
            }
        ],
        "dossiers": [{"name": None, "components": [{"name": "Tờ khai mẫu số 3"}]}],
        "requirements": "Có trụ sở",
        "subjects": ["Doanh nghiệp"],
        "legal_bases": [{"number": "1/2020/NĐ-CP", "name": None}],
        "fields": ["Dược"],
    }
    add_procedure(database, 3, content=content)
    (record,) = records(database).values()
    assert (record.number, record.url) == ("1.001003", "/thu-tuc/1.001003")
    for words in (
        "Nộp hồ sơ",
        "Phí thẩm định",
        "Tờ khai mẫu số 3",
        "Có trụ sở",
        "Doanh nghiệp",
        "1/2020/NĐ-CP",
    ):
        assert words in record.text
    assert record.text.startswith(
        "Thời hạn 10 ngày làm việc; phí 1.200.000 đồng; nộp trực tuyến; 1 giấy tờ.\n"
    )
    assert "ONLINE" not in record.text  # codes of the source are written out
    assert record.agencies == ("Bộ Y tế",) and record.fields == ("Dược",)


@pytest.mark.parametrize(
    ("status", "effective", "expiry", "expected"),
    [
        ("CHL", dt.date(2020, 1, 1), None, (dt.date(2020, 1, 1), None)),
        (None, None, None, (None, None)),
        ("HHL", dt.date(2020, 1, 1), dt.date(2021, 1, 1), (dt.date(2020, 1, 1), dt.date(2021, 1, 1))),
        ("HHL", None, None, (None, NOW.date())),
        ("TNHL", None, None, (None, NOW.date())),
        ("HHL1P", None, None, (None, None)),
        ("CCHL", None, None, (dt.date.max, None)),
        ("CCHL", dt.date(2030, 1, 1), None, (dt.date(2030, 1, 1), None)),
    ],
)
def test_validity(
    database: sa.Engine,
    status: str | None,
    effective: dt.date | None,
    expiry: dt.date | None,
    expected: tuple[dt.date | None, dt.date | None],
) -> None:
    add_document(database, 1, {}, status=status, effective_date=effective, expiry_date=expiry)
    (record,) = records(database).values()
    assert (record.valid_from, record.valid_until) == expected


def test_article_of() -> None:
    assert article_of("dieu-46/khoan-3/diem-b") == "dieu-46"
    assert article_of("phu-luc-1/dieu-2/khoan-1") == "phu-luc-1/dieu-2"
    assert article_of("khoan-1") is None and article_of(None) is None
