"""Days reckoned by the database are those of the calendar in Vietnam."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.calendar import today
from schemas.tables import Time
from webapp.queries.days import vietnam_days

MIDNIGHT = dt.datetime(2026, 8, 31, 17, tzinfo=dt.UTC)
MILLISECOND = dt.timedelta(milliseconds=1)
moments = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2199, 12, 31), timezones=st.just(dt.UTC)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)

DATABASE = sa.create_engine("sqlite://")


@given(moments, moments)
@example(MIDNIGHT - MILLISECOND, MIDNIGHT)
@example(MIDNIGHT, MIDNIGHT + dt.timedelta(days=1) - MILLISECOND)
@example(MIDNIGHT, MIDNIGHT + dt.timedelta(days=40_000))
def test_days_between_two_instants(since: dt.datetime, until: dt.datetime) -> None:
    days = vietnam_days(sa.literal(since, Time), sa.literal(until, Time))
    with DATABASE.connect() as connection:
        assert connection.scalar(sa.select(days)) == (today(until) - today(since)).days
