"""A small invented portal in the database, and a search reader that answers what it is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from schemas import tables as t
from schemas.documents import Procedure
from schemas.errors import SearchUnavailable
from schemas.search import (
    FacetValue,
    Hit,
    IndexStatus,
    Jump,
    SearchRequest,
    SearchResults,
    Suggestion,
    Understood,
    note,
)
from schemas.text.normalise import slugify

NOW = dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC)
HOSTILE = '<script>alert("x")</script>\' onmouseover=alert(1) "'
DECREE, AMENDING, FIRST_TWIN, SECOND_TWIN, LONG, BARE = 1, 2, 3, 4, 5, 6

ARTICLE_2 = (
    "Cửa hàng mẫu phải:\n1. Có biển hiệu theo khoản 1 Điều 3 Nghị định này.\n2. Nộp hồ sơ gồm:\n"
    "a) Đơn đề nghị theo Nghị định số 99/2031/NĐ-CP;\nđ) Bản vẽ mặt bằng\nkèm ảnh chụp.\n"
    "3. Chấp hành Điều 9 Thông tư số 77/2029/TT-BXD."
)


def document(key: int, number: str, kind: str, title: str, **values: Any) -> dict[str, Any]:
    """A row of `documents`; everything else has a plain value."""
    row = {
        "id": key,
        "source": "vbpl",
        "source_id": str(1000 + key),
        "slug": slugify(number),
        "number": number,
        "type": kind,
        "title": title,
        "agencies": ["Bộ Thử nghiệm"],
        "signers": [{"name": None, "office": "Bộ trưởng"}],
        "issue_date": dt.date(2030, 1, key),
        "effective_date": dt.date(2026, 3, key),
        "expiry_date": None,
        "status": "CHL",
        "fields": ["Thương mại"],
        "preamble": ["Căn cứ Luật Mẫu;"],
        "annexes": [],
        "files": [],
        "text_length": 500,
        "sha256": f"{key:064d}",
        "version": 1,
        "recorded_at": NOW,
        "version_changes": ["new"],
        "withdrawn_at": None,
        "sample": False,
        "provenance": {"url": "https://vbpl.vn/x", "fetched_at": NOW.isoformat(), "sha256": "0" * 64},
        "problem": None,
    }
    return row | values


def provisions(key: int, rows: list[tuple[str, str, str, str, str]]) -> list[dict[str, Any]]:
    names = ("path", "level", "number", "heading", "text")
    return [
        {"document_id": key, "ordinal": n, **dict(zip(names, row, strict=True))} for n, row in enumerate(rows)
    ]


def long_rows() -> list[tuple[str, str, str, str, str]]:
    rows: list[tuple[str, str, str, str, str]] = []
    for chapter in (1, 2, 3):
        rows.append((f"chuong-{chapter}", "chapter", str(chapter), f"Chương thứ {chapter}", ""))
        for article in range(5):
            number = str((chapter - 1) * 5 + article + 1)
            rows.append((f"dieu-{number}", "article", number, f"Điều thứ {number}", "Lời văn dài. " * 280))
    return rows


def fill(database: sa.Engine) -> None:
    """Write the portal."""
    clause = "Có biển hiệu theo khoản 1 Điều 3 Nghị định này."
    decree = [
        ("chuong-i", "chapter", "I", "QUY ĐỊNH CHUNG", ""),
        ("dieu-1", "article", "1", "Giải thích từ ngữ", "Cửa hàng mẫu là nơi bán hàng mẫu."),
        ("chuong-ii", "chapter", "II", "ĐIỀU KIỆN", ""),
        ("dieu-2", "article", "2", f"Điều kiện {HOSTILE}", ARTICLE_2),
        ("dieu-2/khoan-1", "clause", "1", "", clause),
        ("dieu-2/khoan-2", "clause", "2", "", "Nộp hồ sơ gồm:"),
        ("dieu-2/khoan-2/diem-a", "point", "a", "", "Đơn đề nghị theo Nghị định số 99/2031/NĐ-CP;"),
        ("dieu-2/khoan-2/diem-dd", "point", "đ", "", "Bản vẽ mặt bằng\nkèm ảnh chụp."),
        ("dieu-2/khoan-3", "clause", "3", "", "Chấp hành Điều 9 Thông tư số 77/2029/TT-BXD."),
        ("dieu-3", "article", "3", "Biển hiệu", "1. Biển hiệu bằng tiếng Việt.\n2. Không quá 2 m²."),
        ("dieu-3/khoan-1", "clause", "1", "", "Biển hiệu bằng tiếng Việt."),
        ("dieu-3/khoan-2", "clause", "2", "", "Không quá 2 m²."),
    ]
    start = ARTICLE_2.index("khoản 1 Điều 3")
    other = ARTICLE_2.index("Nghị định số 99/2031")
    missing = ARTICLE_2.index("Điều 9 Thông tư")
    tags = [
        ["dieu-1", "definition", 0, 12, "Cửa hàng mẫu"],
        ["dieu-2", "citation", start, start + 14, {"number": None, "provision": "dieu-3/khoan-1"}],
        ["dieu-2", "citation", other, other + 26, {"number": "99/2031/NĐ-CP", "provision": None}],
        ["dieu-2", "citation", missing, missing + 32, {"number": "77/2029/TT-BXD", "provision": "dieu-9"}],
    ]
    annex = {
        "title": "PHỤ LỤC",
        "text": "Mẫu đơn",
        "tables": [[["TT", "Tên mẫu"], ["1", "Đơn <b>đề nghị</b>"]]],
    }
    edge = {"ordinal": 0, "code": 10, "provisions": []}
    with database.begin() as connection:
        connection.execute(
            t.documents.insert(),
            [
                document(
                    DECREE,
                    "12/2030/NĐ-CP",
                    "Nghị định",
                    "Về cửa hàng mẫu",
                    status="HHL1P",
                    annexes=[annex],
                    version=2,
                ),
                document(AMENDING, "99/2031/NĐ-CP", "Nghị định", f"Sửa đổi {HOSTILE}", sample=True),
                document(FIRST_TWIN, "34/2030/TT-BTN", "Thông tư", "Thông tư thứ nhất"),
                document(SECOND_TWIN, "34/2030/TT-BTN", "Thông tư", "Thông tư thứ hai"),
                document(LONG, "5/2030/QH16", "Luật", "Dài", text_length=55_000, annexes=[annex]),
                document(
                    BARE,
                    "6/2030/QĐ-TTg",
                    "Quyết định",
                    "Không lời",
                    status=None,
                    withdrawn_at=NOW,
                    preamble=[],
                    effective_date=None,
                ),
            ],
        )
        connection.execute(
            t.provisions.insert(),
            [
                *provisions(DECREE, decree),
                *provisions(
                    AMENDING,
                    [("dieu-1", "article", "1", "Sửa đổi", "Sửa khoản 1 Điều 2 Nghị định số 12/2030/NĐ-CP.")],
                ),
                *provisions(FIRST_TWIN, [("dieu-1", "article", "1", "Một", "Một.")]),
                *provisions(SECOND_TWIN, [("dieu-1", "article", "1", "Hai", "Hai.")]),
                *provisions(LONG, long_rows()),
            ],
        )
        connection.execute(
            t.relations.insert(),
            [
                edge
                | {
                    "document_id": DECREE,
                    "direction": "in",
                    "target_id": "1002",
                    "target_number": "99/2031/NĐ-CP",
                },
                edge
                | {
                    "document_id": AMENDING,
                    "direction": "out",
                    "target_id": "1001",
                    "target_number": "12/2030/NĐ-CP",
                },
                edge
                | {
                    "document_id": DECREE,
                    "direction": "out",
                    "code": 3,
                    "target_id": "9",
                    "target_number": "1/1999/QH10",
                },
            ],
        )
        connection.execute(
            t.document_tags.insert(),
            {"document_id": DECREE, "sha256": "x", "tagger": "1", "tags": tags, "topics": []},
        )
        connection.execute(
            t.citations.insert(),
            {
                "document_id": AMENDING,
                "provision": "dieu-1",
                "target_document_id": DECREE,
                "target_number": "12/2030/NĐ-CP",
                "target_provision": "dieu-2/khoan-1",
            },
        )
        pair = {"evidence": "cited", "strength": 0.9}
        connection.execute(
            t.details.insert(),
            [
                pair
                | dict(
                    zip(
                        ("document_id", "provision", "target_document_id", "target_provision"),
                        ends,
                        strict=True,
                    )
                )
                for ends in (
                    (FIRST_TWIN, "dieu-1", DECREE, "dieu-3"),
                    (SECOND_TWIN, "dieu-1", DECREE, "dieu-3"),
                    (BARE, "", DECREE, "dieu-3"),  # withdrawn
                    (DECREE, "dieu-3", LONG, "dieu-7"),
                )
            ],
        )
        old = {
            "source": "vbpl",
            "source_id": "1001",
            "title": "Về cửa hàng cũ",
            "issue_date": "2029-05-01",
            "provisions": [
                {"id": "dieu-1", "level": "article", "number": "1", "heading": "Cũ", "text": "Lời văn cũ."}
            ],
        }
        version = {"sha256": "y", "changes": ["text"], "content": old, "provenance": {}, "recorded_at": NOW}
        connection.execute(t.versions.insert(), {"kind": "document", "record_id": 1, "number": 1, **version})
        connection.execute(
            t.changes.insert(),
            {
                "source": "vbpl",
                "kind": "document",
                "source_id": "1001",
                "change": "text",
                "detail": {},
                "recorded_at": NOW,
            },
        )
        _fill_procedures(connection)


def _fill_procedures(connection: sa.Connection) -> None:
    provenance = {"url": "https://mau.invalid/tt/1", "fetched_at": NOW.isoformat(), "sha256": "0" * 64}
    full = {
        "source": "dichvucong",
        "source_id": "p1",
        "code": "1.000001",
        "name": f"Cấp giấy phép mẫu {HOSTILE}",
        "ministry": "Bộ Thử nghiệm",
        "authorities": ["Sở Thử nghiệm"],
        "subjects": ["Doanh nghiệp"],
        "steps": [{"name": "Bước 1", "description": "Nộp hồ sơ.\n\nNhận phiếu hẹn."}],
        "methods": [
            {
                "channel": "ONLINE",
                "time": "15",
                "unit": "WORKING_DAY",
                "fees": [{"amount": "1700000", "currency": "Đồng", "description": "Mỗi lần"}],
            }
        ],
        "dossiers": [{"components": [{"name": "Đơn", "originals": 1, "copies": 2, "forms": ["mau01.docx"]}]}],
        "results": ["Giấy phép"],
        "requirements": "Có địa điểm.",
        "legal_bases": [
            {"number": "12/2030/NĐ-CP", "name": "Về cửa hàng mẫu"},
            {"number": "1/1999/QH10", "name": "Luật cũ"},
        ],
        "levels": {"ministry": False, "province": True, "ward": False},
    }
    empty = {"source": "dichvucong", "source_id": "p2", "code": "1.000002", "name": "Thủ tục trống"}
    rows = []
    for key, content, sample in ((1, full, True), (2, empty, False)):
        record = Procedure.model_validate({**content, "provenance": provenance})
        rows.append(
            {
                "id": key,
                "source": record.source,
                "source_id": record.source_id,
                "code": record.code,
                "name": record.name,
                "ministry": record.ministry,
                "content": record.content(),
                "sha256": record.content_sha256,
                "version": 1,
                "recorded_at": NOW,
                "version_changes": [],
                "sample": sample,
                "provenance": provenance,
            }
        )
    connection.execute(t.procedures.insert(), rows)
    base = {"ordinal": 0, "business_lines": ["12"], "subject": None}
    connection.execute(
        t.conditions.insert(),
        [
            base
            | {
                "document_id": DECREE,
                "procedure_id": None,
                "provision": "dieu-2/khoan-1",
                "condition_kind": "premises",
                "text": f"Có biển hiệu {HOSTILE}",
            },
            base
            | {
                "document_id": None,
                "procedure_id": 1,
                "provision": None,
                "condition_kind": "capital",
                "text": "Có vốn.",
                "business_lines": ["12", "112"],
            },
            base
            | {
                "document_id": DECREE,
                "procedure_id": None,
                "provision": "dieu-3/khoan-1",
                "condition_kind": "requirement",
                "text": "Của ngành khác",
                "business_lines": ["112"],
            },
        ],
    )


def hit(number: int, **values: Any) -> Hit:
    """A hit on article 2 of the decree unless told otherwise."""
    plain: dict[str, Any] = {
        "id": f"vbpl:1001:dieu-{number}",
        "kind": "provision",
        "source_id": "1001",
        "number": "12/2030/NĐ-CP",
        "provision": f"dieu-{number}",
        "title": f"Về cửa hàng mẫu {HOSTILE}",
        "heading": f"Điều {number}. Điều kiện {HOSTILE}",
        "snippet": f"Phải có \x02biển hiệu\x03 {HOSTILE}",
        "url": f"/van-ban/12-2030-nd-cp/dieu-{number % 3 + 1}",
        "score": 1.5,
        "document_type": "Nghị định",
        "agencies": ("Bộ Thử nghiệm",),
        "validity": "CHL",
        "issue_date": dt.date(2030, 1, 1),
        "why": (note("heading", HOSTILE), note("in_force"), note("of a later release")),
    }
    return Hit(**(plain | values))


class ScriptedReader:
    """A SearchReader that remembers what it was asked and answers with `total` hits, twenty a page."""

    def __init__(self, total: int = 45) -> None:
        self.total = total
        self.asked: list[SearchRequest] = []
        self.jumps: tuple[Jump, ...] = ()
        self.understood: Understood | None = None
        self.suggestion: str | None = None
        self.fail: Callable[[], Exception] | None = None

    def search(self, request: SearchRequest) -> SearchResults:
        if self.fail:
            raise self.fail()
        self.asked.append(request)
        first = (request.page - 1) * request.size
        count = max(0, min(request.size, self.total - first))
        return SearchResults(
            total=self.total,
            page=request.page,
            size=request.size,
            hits=tuple(hit(first + n + 1) for n in range(count)),
            understood=self.understood or Understood(request.text),
            facets={
                "validity": (FacetValue("CHL", 40), FacetValue("HHL1P", 5)),
                "agencies": tuple(FacetValue(f"Bộ số {n}", 9 - n) for n in range(8)),
                "kind": (FacetValue("provision", 45),),
                "year": (FacetValue("2029", 3), FacetValue("2030", 42)),
            },
            jumps=self.jumps,
            suggestion=self.suggestion,
            generation="g1",
            took_ms=4.2,
        )

    def suggest(self, prefix: str, limit: int = 8) -> tuple[Suggestion, ...]:
        return (Suggestion(f"{prefix} mẫu", "term", "/tim-kiem?q=x"),)

    def related(self, record_id: str, limit: int = 6) -> tuple[Hit, ...]:
        if self.fail:
            raise self.fail()
        return (hit(3),)

    def status(self) -> IndexStatus:
        if self.fail:
            raise self.fail()
        return IndexStatus("scripted", "g1", 45, {"provision": 45}, 0, NOW)


def unavailable() -> Exception:
    return SearchUnavailable("no generation is published")
