"""Working days: the rules of counting, and the library's Vietnamese calendar."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.calendar import WorkingCalendar, today
from webapp.working_days import vietnam

DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2028, 12, 31))
CALENDARS = st.builds(WorkingCalendar, st.frozensets(DAYS, max_size=40), st.frozensets(DAYS, max_size=10))


@given(CALENDARS, DAYS, st.integers(1, 60))
def test_add_ends_on_a_working_day_and_between_counts_back(
    calendar: WorkingCalendar, day: dt.date, count: int
) -> None:
    end = calendar.add(day, count)
    assert calendar.is_working(end)
    assert calendar.between(day, end) == count
    assert calendar.between(end, day) == -count


@given(CALENDARS, DAYS, DAYS, DAYS)
def test_between_adds_up(calendar: WorkingCalendar, a: dt.date, b: dt.date, c: dt.date) -> None:
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)


def test_zero_days_is_the_day_itself_unless_offices_are_closed() -> None:
    saturday = dt.date(2026, 11, 21)
    assert WorkingCalendar().add(saturday, 0) == dt.date(2026, 11, 23)
    assert WorkingCalendar(made_up=frozenset({saturday})).add(saturday, 0) == saturday


def test_limits_out_of_range_are_refused() -> None:
    for count in (-1, 100_000):
        with pytest.raises(ValueError):
            WorkingCalendar().add(dt.date(2026, 1, 1), count)


def test_tet_and_moved_days_of_2026() -> None:
    calendar = vietnam(2026)
    # Friday before Tết Bính Ngọ; offices open again on Monday 23 February.
    assert calendar.add(dt.date(2026, 2, 13), 1) == dt.date(2026, 2, 23)
    # Monday 31 August is off, Saturday 22 August is worked instead.
    assert not calendar.is_working(dt.date(2026, 8, 31))
    assert calendar.is_working(dt.date(2026, 8, 22))


def test_the_day_in_vietnam() -> None:
    assert today(dt.datetime(2026, 11, 22, 17, 30, tzinfo=dt.UTC)) == dt.date(2026, 11, 23)
