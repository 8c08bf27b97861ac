"""What is said of a document on a day that was asked for."""

from __future__ import annotations

import datetime as dt

from flask import Flask

from webapp.on_day import Held, sentences_on, version_on
from webapp.queries.documents import Document

DAY = dt.date(2026, 6, 1)
FIRST = Held(1, dt.datetime(2026, 3, 1, 20, tzinfo=dt.UTC))  # the second of March in Vietnam
NOW = Held(2, dt.datetime(2026, 9, 1, 3, tzinfo=dt.UTC))


def document(**values: object) -> Document:
    row: dict[str, object] = {
        **dict.fromkeys(("source", "source_id", "slug", "number", "type", "title", "sha256"), ""),
        **{name: [] for name in ("agencies", "signers", "fields", "preamble", "annexes", "files")},
        **dict.fromkeys(("issue_date", "effective_date", "expiry_date", "withdrawn_at", "problem")),
        "id": 1,
        "status": "CHL",
        "text_length": 0,
        "version": 2,
        "recorded_at": NOW.recorded_at,
        "version_changes": [],
        "sample": False,
        "provenance": {},
        "doubled": False,
    }
    return Document(**(row | values))  # type: ignore[arg-type]


def said(held: list[Held], day: dt.date, shown: int = 2, **values: object) -> str:
    with Flask(__name__).test_request_context():
        return "".join(part.text for part in sentences_on(document(**values), held, day, "/van-ban/x", shown))


def test_the_version_of_a_day_is_the_newest_taken_until_then() -> None:
    held = [NOW, FIRST]
    assert version_on(held, dt.date(2026, 3, 1)) is None
    assert version_on(held, dt.date(2026, 3, 2)) == version_on(held, DAY) == FIRST
    assert version_on(held, dt.date(2026, 9, 1)) == NOW


def test_the_text_of_another_day_is_never_taken_for_that_days() -> None:
    held = [NOW, FIRST]
    assert "Cổng không giữ lời văn của ngày ấy; lời văn dưới đây lấy từ nguồn ngày 01/09/2026." in said(
        held, dt.date(2020, 1, 1)
    )
    assert "không phải của ngày ấy. Xem bản của ngày 01/06/2026." in said(held, DAY)
    assert "là bản nguồn hiện vào ngày ấy, lấy ngày 02/03/2026" in said(held, DAY, shown=1)


def test_validity_on_a_day() -> None:
    start = dt.date(2026, 1, 1)
    assert "chưa có hiệu lực" in said([NOW], dt.date(2025, 12, 31), effective_date=start)
    assert "văn bản này có hiệu lực." in said([NOW], start, effective_date=start)
    assert "đã hết hiệu lực" in said([NOW], DAY, effective_date=start, expiry_date=DAY)
    assert "Nguồn không ghi ngày hết hiệu lực" in said([NOW], DAY, effective_date=start, status="HHL")
    assert "không rõ" in said([NOW], DAY, status=None)
    assert "có phần nay không còn hiệu lực" in said([NOW], DAY, effective_date=start, status="HHL1P")
