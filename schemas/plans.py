"""What a plan to cut or simplify regulations (phương án cắt giảm, đơn giản hóa) is, as it is published.

A plan is written as a whole (`PlanContent`), read by a second person and published; what happens to it
afterwards (consulted on, submitted, approved …) are its states, in `schemas.plan_states`.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from .costs import LONGEST_COST, CostSheet, compare_costs, whole
from .documents import Model
from .text.normalise import clean

Action = Literal["abolish", "cut", "simplify", "amend", "replace", "decentralise"]
ACTIONS: dict[str, str] = {
    "abolish": "Bãi bỏ",
    "cut": "Cắt giảm",
    "simplify": "Đơn giản hóa",
    "amend": "Sửa đổi, bổ sung",
    "replace": "Thay thế",
    "decentralise": "Phân cấp, phân quyền",
}
Step = Literal["consulting", "answering", "submitted", "approved", "implementing"]
#: The five steps every plan goes through, in order.
STEPS: dict[str, str] = {
    "consulting": "Lấy ý kiến",
    "answering": "Tiếp thu, giải trình",
    "submitted": "Trình",
    "approved": "Phê duyệt",
    "implementing": "Thực thi",
}
MOST_ITEMS = 500
LONGEST_TEXT = 20_000


# Control and direction-changing characters: no spreadsheet holds them and no reader sees them.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")


def _one_line(value: Any) -> Any:
    return clean(" ".join(_CONTROL.sub("", value).split())) if isinstance(value, str) else value


def _paragraphs(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    lines = _CONTROL.sub("", value).splitlines()
    return "\n".join(filter(None, (clean(line) for line in lines)))


def _each_line(value: Any) -> Any:
    if not isinstance(value, (list, tuple)):
        return value
    return tuple(filter(None, (_one_line(line) for line in value)))


class Clause(Model):
    """A clause an item changes: the wording now and the wording proposed (empty: it goes)."""

    document_number: str = Field(min_length=1, max_length=100)
    provision: str | None = Field(
        None, max_length=200, pattern=r"^[a-z0-9][a-z0-9.-]*(/[a-z0-9][a-z0-9.-]*)*$"
    )
    heading: str = Field(default="", max_length=500)
    current_text: str = Field(default="", max_length=LONGEST_TEXT)
    proposed_text: str = Field(default="", max_length=LONGEST_TEXT)

    _lines = field_validator("document_number", "heading", mode="before")(_one_line)
    _texts = field_validator("current_text", "proposed_text", mode="before")(_paragraphs)


class Amendment(Model):
    """A document that must be amended to carry an item out, and until when."""

    document_number: str = Field(min_length=1, max_length=100)
    provisions: str = Field(default="", max_length=500)
    deadline: dt.date | None = None

    _lines = field_validator("document_number", "provisions", mode="before")(_one_line)


def figures(sheet: CostSheet) -> tuple[int | None, int | None, int | None, int | None]:
    """Cost now and after, hours now and after, of a calculation; None for all without an "after"."""
    found = compare_costs(sheet)
    if found.after is None:
        return None, None, None, None
    now, after = found.current, found.after
    return whole(now.year), whole(after.year), whole(now.hours_year), whole(after.hours_year)


class PlanItem(Model):
    """One regulation and what is to be done about it. Costs in whole đồng a year, time in hours a year.

    `starts_on`: this part takes effect earlier (or later) than the plan as a whole.
    """

    action: Action
    regulation: str | None = None  # code of a listed regulation
    title: str = Field(min_length=3, max_length=1000)
    reason: str = Field(default="", max_length=LONGEST_TEXT)
    current_cost: int | None = Field(default=None, ge=0, le=LONGEST_COST)
    after_cost: int | None = Field(default=None, ge=0, le=LONGEST_COST)
    current_hours: int | None = Field(default=None, ge=0, le=10**12)
    after_hours: int | None = Field(default=None, ge=0, le=10**12)
    starts_on: dt.date | None = None
    deadline: dt.date | None = None
    clauses: tuple[Clause, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    cost_sheet: CostSheet | None = None  # how costs and hours were calculated, where it was on the portal

    _lines = field_validator("title", mode="before")(_one_line)
    _texts = field_validator("reason", mode="before")(_paragraphs)

    @model_validator(mode="after")
    def _costs_come_in_pairs(self) -> PlanItem:
        for name, now, after in (
            ("cost", self.current_cost, self.after_cost),
            ("hours", self.current_hours, self.after_hours),
        ):
            if (now is None) != (after is None):
                raise ValueError(
                    f"the {name} must be given both as it is now and as it will be, or not at all"
                )
        if self.cost_sheet and figures(self.cost_sheet) != (
            self.current_cost,
            self.after_cost,
            self.current_hours,
            self.after_hours,
        ):
            raise ValueError("costs and hours must be what their calculation gives")
        return self


class Deadline(Model):
    """Until when a step must be finished."""

    step: Step
    due: dt.date


class Supersession(Model):
    """A part of an earlier plan this one takes the place of: an item by its position, None for the whole."""

    plan: str = Field(min_length=1, max_length=60)
    item: int | None = Field(default=None, ge=1, le=MOST_ITEMS)
    from_date: dt.date | None = None
    note: str = Field(default="", max_length=1000)


class PlanContent(Model):
    """Everything an officer writes. `effective_until` is the last day of the window, None for no end."""

    title: str = Field(min_length=3, max_length=1000)
    summary: str = Field(default="", max_length=5000)
    legal_bases: tuple[str, ...] = ()
    approving_act: str = Field(default="", max_length=200)
    effective_from: dt.date | None = None
    effective_until: dt.date | None = None
    deadlines: tuple[Deadline, ...] = ()
    items: tuple[PlanItem, ...] = Field(default=(), max_length=MOST_ITEMS)
    supersedes: tuple[Supersession, ...] = ()

    _lines = field_validator("title", "approving_act", mode="before")(_one_line)
    _lists = field_validator("legal_bases", mode="before")(_each_line)
    _texts = field_validator("summary", mode="before")(_paragraphs)

    @model_validator(mode="after")
    def _dates_in_order(self) -> PlanContent:
        if self.effective_from and self.effective_until and self.effective_until < self.effective_from:
            raise ValueError("the window must end on or after the day it starts")
        steps = [d.step for d in self.deadlines]
        if len(set(steps)) != len(steps):
            raise ValueError("each step has one deadline")
        in_order = sorted(self.deadlines, key=lambda d: list(STEPS).index(d.step))
        dues = [d.due for d in in_order]
        if dues != sorted(dues):
            raise ValueError("a step cannot be due before the step it follows")
        return self

    def due(self, step: str) -> dt.date | None:
        """The deadline of a step, if one is set."""
        return next((d.due for d in self.deadlines if d.step == step), None)

    def in_window(self, day: dt.date) -> bool:
        """Whether the plan's window is open on this day; a missing end is open."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_until is None or day <= self.effective_until
        )

    def starts(self, item: PlanItem) -> dt.date | None:
        """From when a part takes effect: its own date, else the plan's."""
        return item.starts_on or self.effective_from

    def documents(self) -> tuple[Amendment, ...]:
        """Every document to amend once, with all provisions named and the earliest deadline."""
        found: dict[str, Amendment] = {}
        for amendment in (a for item in self.items for a in item.amendments):
            known = found.get(amendment.document_number)
            if known:
                names = dict.fromkeys(filter(None, (known.provisions, amendment.provisions)))
                dates = [d for d in (known.deadline, amendment.deadline) if d]
                amendment = Amendment(
                    document_number=known.document_number,
                    provisions="; ".join(names)[:500],
                    deadline=min(dates) if dates else None,
                )
            found[amendment.document_number] = amendment
        return tuple(found.values())

    def ready(self) -> tuple[str, ...]:
        """Codes of what is still missing before a second person is asked to publish it."""
        missing = [] if self.items else ["items"]
        missing += [] if self.summary else ["summary"]
        for number, item in enumerate(self.items, 1):
            missing += [] if item.reason else [f"reason:{number}"]
            missing += [] if item.clauses or item.regulation else [f"clauses:{number}"]
        return tuple(missing)


class Saving(Model):
    """A saving with what it is a part of: whole đồng a year and hours a year.

    Items nobody measured are counted, never estimated.
    """

    current_cost: int = 0
    after_cost: int = 0
    current_hours: int = 0
    after_hours: int = 0
    unmeasured: int = 0

    @property
    def cost(self) -> int:
        """Current − after (Circular 02/2017/TT-VPCP, Article 27); negative when a plan costs more."""
        return self.current_cost - self.after_cost

    @property
    def hours(self) -> int:
        return self.current_hours - self.after_hours


def saving(items: tuple[PlanItem, ...]) -> Saving:
    """The saving of several items together."""
    return Saving(
        current_cost=sum(i.current_cost or 0 for i in items),
        after_cost=sum(i.after_cost or 0 for i in items),
        current_hours=sum(i.current_hours or 0 for i in items),
        after_hours=sum(i.after_hours or 0 for i in items),
        unmeasured=sum(i.current_cost is None for i in items),
    )
