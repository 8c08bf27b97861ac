"""The page of a line of business: what binds stands first, what has ended is put away, plans are named."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any, cast

import pytest

from webapp.conditions import _binds, _plan
from webapp.procedures import _method
from webapp.queries.conditions import Condition
from webapp.queries.documents import Reference
from webapp.queries.plans import PlanLine


def condition(status: str = "CHL", provision: str | None = "dieu-35/khoan-2") -> Condition:
    day = dt.date(2024, 7, 1)
    held = Reference(20, "20", "15/2024/NĐ-CP", "Nghị định", "Về chợ", status, day, day, False)
    return Condition("capital", "Có vốn 500 triệu đồng", None, provision, held, None, None, False)


@pytest.mark.parametrize(
    ("status", "binds"), [("CHL", True), ("HHL1P", True), ("CCHL", True), ("HHL", False), ("KCPH", False)]
)
def test_conditions_of_ended_documents_bind_nobody(status: str, binds: bool) -> None:
    assert _binds(condition(status)) is binds


@pytest.mark.parametrize(
    ("document", "place", "named"),
    [
        (20, "dieu-35", True),
        (20, "dieu-35/khoan-2", True),
        (20, "dieu-35/khoan-2/diem-a", True),
        (20, "dieu-35/khoan-20", False),
        (20, "dieu-3", False),
        (20, None, False),
        (21, "dieu-35", False),
    ],
)
def test_a_plan_is_named_where_it_touches_the_clause(document: int, place: str | None, named: bool) -> None:
    plan = cast(PlanLine, SimpleNamespace(title="Bỏ vốn tối thiểu", number="PA-1"))
    found = _plan(condition(), [(document, place, plan)])
    assert bool(found) is named and (not found or found.text == "Bỏ vốn tối thiểu")


@pytest.mark.parametrize(
    ("fee", "shown"),
    [
        (
            {"amount": "350000", "currency": "Đồng", "description": "Phí thẩm định"},
            ("Phí thẩm định: 350.000 đồng",),
        ),
        ({"amount": "350000", "currency": "Đồng", "description": None}, ("Phí: 350.000 đồng",)),
        ({"amount": None, "description": "Theo thỏa thuận."}, ("Theo thỏa thuận",)),
    ],
)
def test_a_fee_is_called_by_its_name(fee: dict[str, Any], shown: tuple[str, ...]) -> None:
    assert _method({"channel": "ONLINE", "fees": [fee]}) == ("Trực tuyến", shown)
