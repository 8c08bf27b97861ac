"""Compliance cost: golden cases worked out by hand in each docstring, to the đồng."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.costs import (
    Activity,
    CostSheet,
    Input,
    Situation,
    activity_cost,
    compare_costs,
    cost,
    edition_on,
    lower_middle,
    whole,
)
from schemas.lists import wage_editions
from schemas.plans import PlanItem
from schemas.regulations import Regulation


def number(*values: str) -> Input:
    return Input(values=tuple(map(Decimal, values)), source="Khảo sát mẫu", on=dt.date(2026, 5, 1))


def activity(name: str, hours: str, hourly: str, services: str = "", share: str = "") -> Activity:
    return Activity(
        name=name,
        hours=number(hours),
        hourly=number(hourly),
        services=number(services) if services else None,
        share=number(share) if share else None,
    )


def test_hours_and_a_fee() -> None:
    """A licence; income 36.000 đồng an hour.

    prepare  6 h    × 36.000 = 216.000
    submit   2,5 h  × 36.000 =  90.000, and 40.000 for a messenger   = 130.000
    receive  1,5 h  × 36.000 =  54.000
    work     216.000 + 130.000 + 54.000                              = 400.000
    fee                                                              1.200.000
    other prescribed cost (notarised copies)                            30.000
    once     400.000 + 1.200.000 + 30.000                          = 1.630.000
    a year   1.630.000 × 1 time × 12.000 shops              = 19.560.000.000
    hours    (6 + 2,5 + 1,5) × 12.000                               = 120.000
    """
    found = cost(
        Situation(
            activities=(
                activity("Chuẩn bị hồ sơ", "6", "36000"),
                activity("Nộp hồ sơ", "2.5", "36000", services="40000"),
                activity("Nhận kết quả", "1.5", "36000"),
            ),
            fees=number("1200000"),
            other=number("30000"),
            times=number("1"),
            subjects=number("12000"),
        )
    )
    assert [whole(line.cost) for line in found.lines] == [216_000, 130_000, 54_000]
    assert whole(found.work) == 400_000
    assert whole(found.once) == 1_630_000
    assert whole(found.year) == 19_560_000_000
    assert whole(found.hours_year) == 120_000


def test_optional_activities_count_by_their_share() -> None:
    """A report twice a year; 37.019 đồng an hour; 40 % hire an accountant for 500.000, 15 % must explain it.

    write    3 h × 37.019 = 111.057
    hire     (0 h × 37.019 + 500.000) × 40 %                          = 200.000
    explain  1,5 h × 37.019 = 55.528,5; × 15 %                        =   8.329,275
    once     111.057 + 200.000 + 8.329,275                            = 319.386,275
    a year   319.386,275 × 2 × 850 = 638.772,55 × 850           = 542.956.667,5
    rounded half up at the very end                             = 542.956.668
    (rounding 319.386 first would have given 542.956.200: 468 đồng away)
    hours    (3 + 1,5 × 15 %) × 2 × 850 = 3,225 × 1.700               = 5.482,5, shown 5.483
    """
    found = cost(
        Situation(
            activities=(
                activity("Lập báo cáo", "3", "37019"),
                activity("Thuê kế toán", "0", "37019", services="500000", share="40"),
                activity("Giải trình", "1.5", "37019", share="15"),
            ),
            times=number("2"),
            subjects=number("850"),
        )
    )
    assert found.once == Decimal("319386.275")
    assert found.year == Decimal("542956667.5")
    assert whole(found.year) == 542_956_668
    assert whole(found.hours_year) == 5_483


def test_a_range_takes_its_lower_middle_value() -> None:
    """Five firms said 4, 10, 6, 5 and 30 hours: sorted 4 5 6 10 30, the middle is 6 (the mean would be 11).
    Two fee notices say 200.000 and 300.000: of two, the lower, 200.000. Four districts counted 90, 120, 100
    and 110 files: sorted 90 100 110 120, the lower of the two in the middle is 100.

    once     6 h × 30.000 + 200.000 = 380.000
    a year   380.000 × 100          = 38.000.000
    """
    found = cost(
        Situation(
            activities=(
                Activity(name="Chuẩn bị", hours=number("4", "10", "6", "5", "30"), hourly=number("30000")),
            ),
            fees=number("300000", "200000"),
            subjects=number("90", "120", "100", "110"),
        )
    )
    assert (whole(found.once), whole(found.year)) == (380_000, 38_000_000)


def test_current_after_and_saving() -> None:
    """Now 8 h, after 3 h, 40.000 an hour; the fee falls from 500.000 to 250.000; 2.000 files a year.

    now     (8 × 40.000 + 500.000) × 2.000 = 820.000 × 2.000 = 1.640.000.000
    after   (3 × 40.000 + 250.000) × 2.000 = 370.000 × 2.000 =   740.000.000
    saving  1.640.000.000 − 740.000.000                      =   900.000.000
    hours   (8 − 3) × 2.000                                  =        10.000
    """
    sheet = CostSheet(
        current=Situation(
            activities=(activity("Hồ sơ", "8", "40000"),), fees=number("500000"), subjects=number("2000")
        ),
        after=Situation(
            activities=(activity("Hồ sơ", "3", "40000"),), fees=number("250000"), subjects=number("2000")
        ),
    )
    found = compare_costs(sheet)
    assert found.saving == 900_000_000
    assert found.hours_saved == 10_000


def test_what_is_abolished_costs_nothing() -> None:
    """(2 h × 50.000 + 10.000) × 300 = 33.000.000 now, 0 after: all of it is saved."""
    now = Situation(
        activities=(activity("Báo cáo", "2", "50000"),), other=number("10000"), subjects=number("300")
    )
    found = compare_costs(CostSheet(current=now, after=now.model_copy(update={"abolished": True})))
    assert found.after is not None
    assert (whole(found.after.year), found.saving) == (0, 33_000_000)


def test_a_figure_as_large_as_the_nations_is_exact() -> None:
    """137 procedures of one ministry came to 393,4 tỷ a year; here 1 file of 0,1 h × 33.333 đồng, 3 times,
    for 999.999.999 subjects: 3.333,3 × 3 × 999.999.999 = 9.999,9 × 999.999.999 = 9.999.899.990.000,1"""
    found = cost(
        Situation(
            activities=(activity("Hồ sơ", "0.1", "33333"),), times=number("3"), subjects=number("999999999")
        )
    )
    assert found.year == Decimal("9999899990000.1")


VALUES = st.decimals(0, 10_000, places=2)


@given(st.lists(VALUES, min_size=1, max_size=9))
def test_the_lower_middle_is_one_of_the_values(values: list[Decimal]) -> None:
    found = lower_middle(values)
    assert found in values
    assert sum(v <= found for v in values) * 2 >= len(values)
    assert sum(v < found for v in values) * 2 < len(values)


@given(
    st.lists(
        st.tuples(VALUES, st.integers(0, 10**6), st.integers(0, 10**9), st.integers(0, 100)), max_size=6
    ),
    st.integers(0, 10**9),
    st.integers(0, 52),
    st.integers(0, 10**7),
)
def test_nothing_is_rounded_on_the_way(
    rows: list[tuple[Decimal, int, int, int]], fee: int, times: int, subjects: int
) -> None:
    """Against the formula in exact fractions."""
    situation = Situation(
        activities=tuple(
            activity(f"Việc {n}", str(h), str(w), services=str(s), share=str(p))
            for n, (h, w, s, p) in enumerate(rows)
        ),
        fees=number(str(fee)),
        times=number(str(times)),
        subjects=number(str(subjects)),
    )
    exact = sum(((Fraction(h) * w + s) * p / 100 for h, w, s, p in rows), Fraction(fee)) * times * subjects
    assert Fraction(cost(situation).year) == exact
    assert all(line == activity_cost(line.activity) for line in cost(situation).lines)


@pytest.mark.parametrize("values", [("-1",), ("NaN",), ("Infinity",), ()])
def test_what_is_no_number_of_zero_or_more_is_refused(values: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError):
        number(*values)


def test_a_share_is_at_most_the_whole() -> None:
    with pytest.raises(ValidationError):
        activity("Việc", "1", "1", share="100.01")


def test_the_wage_table_is_by_edition() -> None:
    """7.700.000 đồng a month / 208 hours = 37.019,2…, so 37.019 đồng an hour."""
    table = wage_editions()
    assert [entry.edition for entry in table] == sorted({entry.edition for entry in table})
    assert edition_on(table, dt.date(2024, 12, 31)).edition == "2023"
    assert edition_on(table, dt.date(2026, 1, 1)).hourly == 37_019
    assert edition_on(table, dt.date(1999, 1, 1)) == table[0]
    assert all(entry.source and entry.published for entry in table)


def test_a_stored_figure_is_what_its_calculation_gives() -> None:
    now = Situation(activities=(activity("Báo cáo", "2", "50000"),), subjects=number("300"))
    sheet = CostSheet(current=now, after=now.model_copy(update={"abolished": True}))
    figures = {"current_cost": 30_000_000, "after_cost": 0, "current_hours": 600, "after_hours": 0}
    item = PlanItem(action="abolish", title="Báo cáo", cost_sheet=sheet, **figures)  # type: ignore[arg-type]
    assert PlanItem.model_validate_json(item.model_dump_json()) == item
    with pytest.raises(ValidationError):
        PlanItem.model_validate({**dict(item), "after_cost": 1})
    known = {"code": "QD-1", "name": "Báo cáo", "type": "reporting", "ministry": "bo-thu"}
    with pytest.raises(ValidationError):
        Regulation.model_validate({**known, "annual_cost": 1, "cost_source": "x", "cost_sheet": sheet})
