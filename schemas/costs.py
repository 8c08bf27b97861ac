"""Compliance cost of a regulation (chi phí tuân thủ), by Circular 02/2017/TT-VPCP, Article 27.

One time = the work (for each activity: hours × income an hour + hired services) + fees and charges (phí, lệ
phí) + other prescribed costs. A year = one time × times a year × subjects a year. Saving = current − after.
Where data differ the lower-middle value is taken; opportunity cost (what waiting makes one miss) is not
counted.

Everything is a Decimal and nothing is rounded on the way: a figure is rounded half up to the đồng only where
it is stored or shown, so that a reader with a pocket calculator comes to the same đồng.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from pydantic import Field, model_validator

from .documents import Model

#: đồng; a hundred times the national product: anything above is a typing mistake.
LONGEST_COST = 10**18
#: Largest values of the other inputs.
MOST_HOURS, MOST_WAGE, MOST_TIMES, MOST_SUBJECTS = 100_000, 100_000_000, 100_000, 1_000_000_000
MOST_ACTIVITIES = 30
MOST_VALUES = 50
WHOLE = Decimal(100)

ActivityKind = Literal["prepare", "submit", "wait", "receive", "other"]
#: What has to be done for a procedure, in order; "wait" is time spent on the spot, never the office's own.
ACTIVITY_KINDS: dict[str, str] = {
    "prepare": "Chuẩn bị hồ sơ",
    "submit": "Đi lại, nộp hồ sơ",
    "wait": "Chờ đợi, phục vụ kiểm tra",
    "receive": "Nhận kết quả",
    "other": "Công việc khác",
}


class Input(Model):
    """One number a calculation starts from, with where it is from.

    Several `values`: data that differ (sources, respondents, the two ends of a range); the lower-middle one
    of them counts.
    """

    values: tuple[Decimal, ...] = Field(min_length=1, max_length=MOST_VALUES)
    source: str = Field(default="", max_length=500)
    on: dt.date | None = None  # of the source

    @model_validator(mode="after")
    def _sensible(self) -> Input:
        if any(not value.is_finite() or value < 0 for value in self.values):
            raise ValueError("a number of 0 or more")
        return self

    @property
    def value(self) -> Decimal:
        """The value that counts."""
        return lower_middle(self.values)


def lower_middle(values: Sequence[Decimal]) -> Decimal:
    """The lower-middle of values that differ (giá trị trung bình thấp): of n sorted values the one at place
    ⌈n/2⌉, hence the lower of two. It is always one that somebody measured."""
    return statistics.median_low(values)


class Activity(Model):
    """A piece of work a subject has to do each time.

    `hourly`: income an hour in đồng of whoever does it. `services`: đồng paid to others for it. `share`: per
    cent of the subjects that do it, below 100 for what is optional.
    """

    name: str = Field(min_length=1, max_length=300)
    kind: ActivityKind = "other"
    hours: Input
    hourly: Input
    services: Input | None = None
    share: Input | None = None

    @model_validator(mode="after")
    def _in_bounds(self) -> Activity:
        if self.hours.value > MOST_HOURS or self.hourly.value > MOST_WAGE:
            raise ValueError("more hours or a higher income than can be")
        if self.services and self.services.value > LONGEST_COST:
            raise ValueError("services cost more than can be")
        if self.share and self.share.value > WHOLE:
            raise ValueError("a share of at most 100 per cent")
        return self


class Situation(Model):
    """What one regulation asks of those who follow it: as it is now, or as it will be.

    `abolished`: it is asked of nobody any more, so that it costs nothing.
    """

    activities: tuple[Activity, ...] = Field(default=(), max_length=MOST_ACTIVITIES)
    fees: Input | None = None
    other: Input | None = None
    times: Input | None = None  # a year, for each subject; None: once
    subjects: Input | None = None  # a year; None: one
    abolished: bool = False

    @model_validator(mode="after")
    def _in_bounds(self) -> Situation:
        for amount in (self.fees, self.other):
            if amount and amount.value > LONGEST_COST:
                raise ValueError("an amount above what can be")
        if (self.times and self.times.value > MOST_TIMES) or (
            self.subjects and self.subjects.value > MOST_SUBJECTS
        ):
            raise ValueError("more times or subjects a year than can be")
        return self


class CostSheet(Model):
    """A whole calculation: now, after (None: nothing changes yet), and the wage table it was made with."""

    current: Situation
    after: Situation | None = None
    wage_edition: str = Field(default="", max_length=20)
    note: str = Field(default="", max_length=2000)


@dataclass(frozen=True, slots=True)
class ActivityCost:
    """One line of the calculation, in đồng. `work` = hours × hourly; `cost` = (work + services) × share."""

    activity: Activity
    hours: Decimal
    hourly: Decimal
    work: Decimal
    services: Decimal
    share: Decimal  # per cent
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Cost:
    """A situation's cost with every step of it, in đồng and hours, unrounded."""

    lines: tuple[ActivityCost, ...]
    work: Decimal
    fees: Decimal
    other: Decimal
    once: Decimal
    times: Decimal
    subjects: Decimal
    hours_once: Decimal

    @property
    def year(self) -> Decimal:
        """Cost a year of all subjects."""
        return self.once * self.times * self.subjects

    @property
    def hours_year(self) -> Decimal:
        """Hours a year of all subjects."""
        return self.hours_once * self.times * self.subjects


@dataclass(frozen=True, slots=True)
class CostComparison:
    """Now and after; `after` None where nothing changes."""

    current: Cost
    after: Cost | None

    @property
    def saving(self) -> Decimal | None:
        """Current − after a year; negative when the change costs more."""
        return None if self.after is None else self.current.year - self.after.year

    @property
    def hours_saved(self) -> Decimal | None:
        return None if self.after is None else self.current.hours_year - self.after.hours_year


def _value(given: Input | None, otherwise: int = 0) -> Decimal:
    return given.value if given else Decimal(otherwise)


def activity_cost(activity: Activity) -> ActivityCost:
    """The cost of one activity, done once, over all subjects by its share."""
    hours, hourly = activity.hours.value, activity.hourly.value
    services, share = _value(activity.services), _value(activity.share, 100)
    work = hours * hourly
    return ActivityCost(activity, hours, hourly, work, services, share, (work + services) * share / WHOLE)


def cost(situation: Situation) -> Cost:
    """The cost of a situation by the formula of the Circular."""
    lines = () if situation.abolished else tuple(map(activity_cost, situation.activities))
    work = sum((line.cost for line in lines), Decimal(0))
    fees = Decimal(0) if situation.abolished else _value(situation.fees)
    other = Decimal(0) if situation.abolished else _value(situation.other)
    return Cost(
        lines=lines,
        work=work,
        fees=fees,
        other=other,
        once=work + fees + other,
        times=_value(situation.times, 1),
        subjects=_value(situation.subjects, 1),
        hours_once=sum((line.hours * line.share / WHOLE for line in lines), Decimal(0)),
    )


def compare_costs(sheet: CostSheet) -> CostComparison:
    """Both situations of a sheet."""
    return CostComparison(cost(sheet.current), cost(sheet.after) if sheet.after else None)


def whole(amount: Decimal) -> int:
    """Rounded half up: how a đồng (or an hour) is stored and shown."""
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class WageEdition:
    """An edition of the wage table: average income of a worker, with where it was published."""

    edition: str
    valid_from: dt.date
    income: int  # đồng a month
    hours: int  # worked a month
    source: str
    published: dt.date

    @property
    def hourly(self) -> int:
        """Income an hour, rounded half up to the đồng."""
        return whole(Decimal(self.income) / Decimal(self.hours))


def edition_on(table: Sequence[WageEdition], day: dt.date) -> WageEdition:
    """The edition that applies on a day: the newest that has begun, else the oldest."""
    begun = [entry for entry in table if entry.valid_from <= day]
    return max(begun, key=lambda e: e.valid_from) if begun else min(table, key=lambda e: e.valid_from)
