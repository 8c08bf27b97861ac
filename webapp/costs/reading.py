"""A calculation out of a form, and back into one. What was typed is kept until it is right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from schemas.costs import (
    ACTIVITY_KINDS,
    LONGEST_COST,
    MOST_ACTIVITIES,
    MOST_HOURS,
    MOST_SUBJECTS,
    MOST_TIMES,
    MOST_WAGE,
    Activity,
    ActivityKind,
    Input,
    Situation,
    WageEdition,
)
from schemas.text.money import grouped

from ..forms import Form
from ..languages import gettext as _
from ..languages import language
from .numbers import parse_values, shown

NOW, AFTER = "n", "s"  # prefixes of the fields of each situation
PARTS = ("hours", "hourly", "services", "share")
WHOLES = ("fees", "other", "times", "subjects")
MONEY = frozenset({"hourly", "services", "fees", "other"})
MOST = {
    "hours": MOST_HOURS,
    "hourly": MOST_WAGE,
    "services": LONGEST_COST,
    "share": 100,
    "fees": LONGEST_COST,
    "other": LONGEST_COST,
    "times": MOST_TIMES,
    "subjects": MOST_SUBJECTS,
}
#: Empty lines a form offers beyond those filled in.
SPARE = 1


def kind_name(kind: str) -> str:
    """ "Chuẩn bị hồ sơ"."""
    return {
        "prepare": _("Chuẩn bị hồ sơ"),
        "submit": _("Đi lại, nộp hồ sơ"),
        "wait": _("Chờ đợi, phục vụ kiểm tra"),
        "receive": _("Nhận kết quả"),
        "other": _("Công việc khác"),
    }[kind]


def common_source(form: Form, *, needed: bool) -> tuple[str, dt.date | None]:
    """The source and its date of every number that names none of its own."""
    missing = _("Nhập nguồn chung của số liệu, chẳng hạn “Khảo sát 30 cơ sở, tháng 5/2026”") if needed else ""
    source = form.text("source", longest=500, missing=missing)
    return source, form.date("on", missing=_("Nhập ngày của nguồn, chẳng hạn 31/05/2026") if needed else "")


def read_situation(
    form: Form, prefix: str, wage: WageEdition, source: tuple[str, dt.date | None]
) -> tuple[Situation | None, int]:
    """The situation of the fields with this prefix (None when something is wrong), and its lines.

    `source` and its date stand for numbers that name none of their own. Lines without a name and hours are
    left out; an income left empty is that of the wage table.
    """
    lines = 0
    activities: list[Activity] = []
    for k in range(MOST_ACTIVITIES):
        base = f"{prefix}{k}-"
        name = form.text(f"{base}name", longest=300)
        inputs = {part: _input(form, base + part, part, source) for part in PARTS}
        if not any(form.values.get(base + part) for part in ("hours", "services")):
            if name:
                lines = k + 1  # kept for the next look at the form, not counted
            continue
        lines = k + 1
        chosen = form.choice(f"{base}kind", ACTIVITY_KINDS)
        kind: ActivityKind = chosen if chosen else "other"  # type: ignore[assignment]
        zero = Input(values=(Decimal(0),), source=source[0], on=source[1])
        if form.ok:
            activities.append(
                Activity(
                    name=name or kind_name(kind),
                    kind=kind,
                    hours=inputs["hours"] or zero,
                    hourly=inputs["hourly"] or table_input(wage),
                    services=inputs["services"],
                    share=inputs["share"],
                )
            )
    whole = {name: _input(form, f"{prefix}-{name}", name, source) for name in WHOLES}
    abolished = form.checked(f"{prefix}-abolished")
    if not form.ok:
        return None, lines
    found = Situation(activities=tuple(activities), abolished=abolished, **whole)
    return found, lines


def table_input(wage: WageEdition) -> Input:
    """The income an hour of an edition of the wage table."""
    return Input(values=(Decimal(wage.hourly),), source=wage.source, on=wage.published)


def _input(form: Form, field: str, name: str, common: tuple[str, dt.date | None]) -> Input | None:
    typed = form.text(field, longest=200)
    own, day = form.text(f"{field}_source", longest=500), form.date(f"{field}_on")
    if not typed:
        return None
    values = parse_values(typed, money=name in MONEY, english=language() == "en")
    if values is None:
        form.error(field, _bad_number(name))
    elif max(values) > MOST[name]:
        form.error(field, _("Nhiều nhất %(n)s", n=grouped(MOST[name])))
    elif len(values) > 50:
        form.error(field, _("Nhiều nhất 50 số"))
    elif own and not day and common[1]:
        # Whoever has to give the form's common source gives this one's day as well.
        form.error(f"{field}_on", _("Nhập ngày của nguồn riêng này, chẳng hạn 31/05/2026"))
    else:
        return Input(values=values, source=own or common[0], on=day or (None if own else common[1]))
    return None


def _bad_number(name: str) -> str:
    if name in MONEY:
        return _("Nhập số đồng, chẳng hạn 36.000 hay 1,2 triệu; nhiều số thì cách nhau bằng dấu chấm phẩy")
    return _("Nhập một số, chẳng hạn 2,5; nhiều số thì cách nhau bằng dấu chấm phẩy, khoảng thì ghi 2–4")


def typed_values(
    situation: Situation, prefix: str, common: tuple[str, dt.date | None], wage: WageEdition
) -> dict[str, str]:
    """A situation as its form shows it."""
    table = table_input(wage)
    values = {f"{prefix}-abolished": "1" if situation.abolished else ""}
    for name in WHOLES:
        values |= _typed(getattr(situation, name), f"{prefix}-{name}", common)
    for k, activity in enumerate(situation.activities):
        base = f"{prefix}{k}-"
        values |= {f"{base}name": activity.name, f"{base}kind": activity.kind}
        for part in PARTS:
            if part == "hourly" and activity.hourly == table:
                continue  # an empty field stands for the table's income
            values |= _typed(getattr(activity, part), base + part, common)
    return values


def _typed(given: Input | None, field: str, common: tuple[str, dt.date | None]) -> dict[str, str]:
    if given is None:
        return {}
    english = language() == "en"
    values = {field: "; ".join(shown(value, english=english) for value in given.values)}
    if (given.source, given.on) != common:
        values[f"{field}_source"] = given.source
        values[f"{field}_on"] = f"{given.on:%d/%m/%Y}" if given.on else ""
    return values


def sources_of(situations: Iterable[Situation]) -> list[tuple[str, dt.date | None]]:
    """Source and date of every number, in order, with repetitions."""
    found = []
    for situation in situations:
        whole = [getattr(situation, name) for name in WHOLES]
        parts = [getattr(activity, part) for activity in situation.activities for part in PARTS]
        found += [(given.source, given.on) for given in (*parts, *whole) if given]
    return found


def most_common(situations: Iterable[Situation]) -> tuple[str, dt.date | None]:
    """The source most numbers share: the form's common one."""
    found = sources_of(situations)
    return max(found, key=found.count) if found else ("", None)
