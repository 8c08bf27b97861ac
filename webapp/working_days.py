"""Vietnam's working days, from the library `holidays`: public holidays, Tết, swapped and made-up days."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import holidays

from schemas.calendar import WorkingCalendar

#: Deadlines reach some years ahead; older days stand in plans that were carried over.
FIRST_YEAR = 2015
YEARS_AHEAD = 12


@lru_cache(maxsize=8)
def vietnam(year: int | None = None) -> WorkingCalendar:
    """The calendar from 2015 until twelve years after `year` (default: this year).

    Moved days of a year are known once the Government has announced them and the library was updated; until
    then a year has its statutory holidays only.
    """
    last = (year or dt.datetime.now(dt.UTC).year) + YEARS_AHEAD
    found = holidays.country_holidays("VN", years=range(FIRST_YEAR, last + 1))
    return WorkingCalendar(frozenset(found), frozenset(found.weekend_workdays))
