"""Working days (ngày làm việc): counting them, given which days are off and which are made up.

Labour Code 45/2019/QH14, Article 112 names the holidays; the Government moves working days around them every
year (ngày làm bù), so that both sets are data, handed in by whoever knows them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field

#: Vietnam has one time zone, without summer time.
VIETNAM = dt.timezone(dt.timedelta(hours=7), "Asia/Ho_Chi_Minh")
_ONE_DAY = dt.timedelta(days=1)
_LONGEST = 3660  # working days that may be added; ten years of deadlines are enough


def today(now: dt.datetime) -> dt.date:
    """The date in Vietnam at an instant (with a time zone)."""
    return now.astimezone(VIETNAM).date()


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Days off besides Saturday and Sunday, and weekend days that are worked instead."""

    holidays: Collection[dt.date] = field(default_factory=frozenset)
    made_up: Collection[dt.date] = field(default_factory=frozenset)

    def is_working(self, day: dt.date) -> bool:
        """Whether offices work on this day."""
        if day in self.made_up:
            return True
        return day.weekday() < 5 and day not in self.holidays

    def add(self, day: dt.date, count: int) -> dt.date:
        """The last day of a limit of `count` working days; `day` is not counted (Civil Code, Article 147).

        With 0 the day itself, or the next working day if offices are closed. ValueError for a count below 0
        or above ten years.
        """
        if not 0 <= count <= _LONGEST:
            raise ValueError(f"{count} working days")
        if count == 0:
            while not self.is_working(day):
                day += _ONE_DAY
            return day
        while count:
            day += _ONE_DAY
            count -= self.is_working(day)
        return day

    def between(self, start: dt.date, end: dt.date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` is before `start`."""
        if end < start:
            return -self.between(end, start)
        days = (start + dt.timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(map(self.is_working, days))
