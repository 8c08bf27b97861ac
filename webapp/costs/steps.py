"""Every step of a calculation in words and figures, so that a reader can repeat it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from schemas.costs import Cost, CostSheet, Input, compare_costs, whole

from ..amounts import dong, exact, percent
from ..formats import date
from ..languages import gettext as _
from ..languages import language
from .numbers import shown


@dataclass(frozen=True, slots=True)
class Step:
    """A line: what, how it is reckoned, what it comes to in đồng, and where its numbers are from."""

    name: str
    formula: str
    amount: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SituationSteps:
    """One situation step by step: the work, then what one time and a year cost."""

    title: str
    lines: tuple[Step, ...]
    sums: tuple[Step, ...]
    year: str  # "19,56 tỷ đồng"


@dataclass(frozen=True, slots=True)
class CostSteps:
    situations: tuple[SituationSteps, ...]
    saving: Step | None
    hours: Step | None
    note: str
    edition: str


def cost_steps(sheet: CostSheet) -> CostSteps:
    """The whole calculation for a page."""
    found = compare_costs(sheet)
    situations = [_situation(_("Hiện nay"), sheet, found.current, now=True)]
    saving = hours = None
    if found.after is not None and found.saving is not None and found.hours_saved is not None:
        situations.append(_situation(_("Sau khi sửa"), sheet, found.after, now=False))
        share = percent(whole(found.saving), whole(found.current.year))
        saving = Step(
            _("Tiết kiệm một năm") if found.saving >= 0 else _("Chi thêm một năm"),
            f"{_n(found.current.year)} − {_n(found.after.year)}" + (f" ({share})" if share else ""),
            exact(whole(abs(found.saving))),
        )
        hours = Step(
            _("Số giờ bớt một năm") if found.hours_saved >= 0 else _("Số giờ thêm một năm"),
            f"{_n(found.current.hours_year)} − {_n(found.after.hours_year)}",
            exact(whole(abs(found.hours_saved))),
        )
    return CostSteps(tuple(situations), saving, hours, sheet.note, sheet.wage_edition)


def _n(value: Decimal) -> str:
    return shown(value, english=language() == "en")


def _situation(title: str, sheet: CostSheet, found: Cost, *, now: bool) -> SituationSteps:
    given = sheet.current if now else sheet.after
    assert given is not None
    lines = tuple(
        Step(
            line.activity.name,
            _work_formula(line.hours, line.hourly, line.services, line.share),
            _n(line.cost),
            _sources(line.activity.hours, line.activity.hourly, line.activity.services, line.activity.share),
        )
        for line in found.lines
    )
    if given.abolished:
        nothing = (Step(_("Bãi bỏ: không ai phải làm nữa"), "", "0"),)
        return SituationSteps(title, (), nothing, dong(0))
    parts = [_n(part) for part in (found.work, found.fees, found.other) if part] or ["0"]
    sums = (
        Step(_("Chi phí công việc"), " + ".join(line.amount for line in lines), _n(found.work)),
        Step(_("Phí, lệ phí"), _data(given.fees), _n(found.fees), _sources(given.fees)),
        Step(_("Chi phí khác theo quy định"), _data(given.other), _n(found.other), _sources(given.other)),
        Step(_("Một lần"), " + ".join(parts), _n(found.once)),
        Step(
            _("Một năm"),
            _(
                "%(once)s × %(times)s lần một năm × %(subjects)s đối tượng",
                once=_n(found.once),
                times=_n(found.times),
                subjects=_n(found.subjects),
            ),
            exact(whole(found.year)),
            _sources(given.times, given.subjects),
        ),
    )
    kept = tuple(step for step in sums if step.amount != "0" or step in sums[3:])
    return SituationSteps(title, lines, kept, dong(whole(found.year)))


def _work_formula(hours: Decimal, hourly: Decimal, services: Decimal, share: Decimal) -> str:
    text = _("%(hours)s giờ × %(hourly)s đồng", hours=_n(hours), hourly=_n(hourly))
    if services:
        text += _(" + %(amount)s thuê ngoài", amount=_n(services))
        text = f"({text})" if share != 100 else text
    if share != 100:
        text += _(" × %(share)s %% số đối tượng", share=_n(share))
    return text


def _data(given: Input | None) -> str:
    """The values that differ, of which the lower-middle one counts; empty where there is only one."""
    if given is None or len(given.values) < 2:
        return ""
    return _("trung bình thấp của %(values)s", values="; ".join(_n(v) for v in sorted(given.values)))


def _sources(*inputs: Input | None) -> tuple[str, ...]:
    texts = []
    for given in inputs:
        if given is None:
            continue
        day = date(given.on)
        texts.append(" · ".join(filter(None, (_data(given), given.source, day))))
    return tuple(dict.fromkeys(filter(None, texts)))
