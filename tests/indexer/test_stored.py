"""What engines keep of a record gives the record back."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from indexer.engines.stored import dump, load, of_plain, plain
from indexer.ranking.outline import outline
from schemas.search import Record

from .contract import record

RECORDS = [
    record(1),
    record(
        2,
        "1. Cơ sở phải có giấy phép.\n2. Hồ sơ gồm: “đơn”, \\ và\u2028dòng mới 😀.",
        "Điều kiện",
        agencies=("Bộ Y tế", "Bộ Công an"),
        neighbours=("Điều 1", "", "Chương I"),
        issue_date=dt.date(2020, 2, 29),
        valid_until=dt.date(2026, 7, 1),
        validity="CHL",
        cited_by=7,
        sample=True,
    ),
]


@pytest.mark.parametrize("one", RECORDS)
def test_a_record_comes_back_with_its_outline(one: Record) -> None:
    as_bytes = load(dump(one))
    as_values = of_plain(json.loads(json.dumps(plain(one))))
    assert as_bytes == as_values == one
    assert as_bytes.outline == as_values.outline == outline(one.text)
    assert dump(as_values) == dump(one)  # written again it stays the same
