"""The sample ministries, regulations and plans, written by the same functions as real ones.

Days in the files count from the day of loading, so that what is late is still late next year.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from schemas import regulation_tables as r
from schemas import tables as t
from schemas.calendar import WorkingCalendar
from schemas.costs import CostSheet, Input, Situation, compare_costs, edition_on, whole
from schemas.lists import MinistryEntry, wage_editions
from schemas.people import Grant, Person, Role
from schemas.people_tables import accounts
from schemas.plans import Amendment, Clause, Deadline, PlanContent, PlanItem, Supersession, figures
from schemas.regulations import Regulation
from schemas.text.normalise import slugify

from ..regulations.store import save
from . import ministries, store

_SOURCE, _SOURCE_DATE = "Số liệu mẫu, bịa ra để minh họa", dt.date(2026, 1, 15)
WRITER, APPROVER = "can-bo@mau.example", "nguoi-duyet@mau.example"
SUFFIX = "(mẫu)"


def load(connection: sa.Connection, folder: Path, day: dt.date, calendar: WorkingCalendar) -> tuple[int, int]:
    """Ministries, regulations and plans of `folder`; what is there already stays. (regulations, plans)."""
    writer, approver = _person(connection, WRITER, Role.OFFICER), _person(connection, APPROVER, Role.APPROVER)
    rules = tomllib.loads((folder / "regulations.toml").read_text(encoding="utf-8"))["regulations"]
    plans = [
        tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted((folder / "plans").glob("*.toml"))
    ]
    names = {entry["ministry"] for entry in (*rules, *plans)} | set(_agencies(connection))
    entries = [MinistryEntry(slugify(name), name, None, None, "", "") for name in sorted(names)]
    ministries.load(connection, entries, sample=True)
    known = set(connection.scalars(sa.select(r.regulations.c.code)))
    added = [_regulation(entry) for entry in rules if entry["code"] not in known]
    for regulation in added:
        save(connection, writer, regulation, sample=True)
    held = set(connection.scalars(sa.select(r.plans.c.number)))
    new = [entry for entry in plans if entry["number"] not in held]
    for entry in new:
        _write(connection, entry, writer, approver, day, calendar)
    return len(added), len(new)


def _agencies(connection: sa.Connection) -> list[str]:
    """Issuing ministries of the sample documents."""
    rows = connection.scalars(sa.select(t.documents.c.agencies).where(t.documents.c.sample))
    return sorted({name for names in rows for name in names if name.startswith("Bộ ")})


def _person(connection: sa.Connection, email: str, role: Role) -> Person:
    """The sample account, with authority over every ministry while samples are loaded."""
    found = connection.scalar(sa.select(accounts.c.id).where(accounts.c.email == email, accounts.c.sample))
    number = found if found is not None else (0 if role == Role.OFFICER else -1)
    return Person(number, email, grants=(Grant(role),), sample=True)


def _sheet(entry: Mapping[str, Any] | None) -> CostSheet | None:
    """A calculation; every number of it has the sample's source."""
    if entry is None:
        return None
    wage = edition_on(wage_editions(), dt.date(2026, 1, 1))
    hourly = Input(values=(Decimal(wage.hourly),), source=wage.source, on=wage.published)

    def given(values: Mapping[str, Any], name: str) -> Input | None:
        if name not in values:
            return None
        several = values[name] if isinstance(values[name], list) else [values[name]]
        return Input(values=tuple(Decimal(str(v)) for v in several), source=_SOURCE, on=_SOURCE_DATE)

    def situation(values: Mapping[str, Any]) -> Situation:
        activities = [
            {"name": a["name"], "kind": a["kind"], "hourly": hourly}
            | {name: given(a, name) for name in ("hours", "services", "share")}
            for a in values.get("activities", ())
        ]
        parts = {name: given(values, name) for name in ("fees", "other", "times", "subjects")}
        return Situation.model_validate(
            {"activities": activities, "abolished": values.get("abolished", False), **parts}
        )

    return CostSheet(
        current=situation(entry["current"]),
        after=situation(entry["after"]) if "after" in entry else None,
        wage_edition=wage.edition,
    )


def _regulation(entry: Mapping[str, Any]) -> Regulation:
    sheet = _sheet(entry.get("calculation"))
    bases = [
        {
            "document_number": basis["document"],
            "provision": basis.get("provision"),
            "valid_from": basis.get("from"),
            "valid_until": basis.get("until"),
        }
        for basis in entry["bases"]
    ]
    return Regulation.model_validate(
        {
            "code": entry["code"],
            "name": entry["name"],
            "type": entry["type"],
            "ministry": slugify(entry["ministry"]),
            "field": entry.get("field", ""),
            "subjects": tuple(entry.get("subjects", ())),
            "status": entry.get("status", "kept"),
            "procedure_code": entry.get("procedure"),
            "annual_cost": whole(compare_costs(sheet).current.year) if sheet else entry.get("cost"),
            "cost_source": _SOURCE if "cost" in entry or sheet else "",
            "cost_sheet": sheet,
            "vsic": tuple(entry.get("vsic", ())),
            "business_lines": tuple(entry.get("lines", ())),
            "in_force_from": bases[0]["valid_from"],
            "in_force_until": bases[0]["valid_until"],
            "bases": tuple(bases),
        }
    )


def content_of(entry: Mapping[str, Any], day: dt.date) -> PlanContent:
    """A plan's content, days counted from `day`."""

    def at(values: Mapping[str, Any], name: str) -> dt.date | None:
        return day + dt.timedelta(days=values[name]) if name in values else None

    def costs(item: Mapping[str, Any]) -> dict[str, Any]:
        names = ("current_cost", "after_cost", "current_hours", "after_hours")
        sheet = _sheet(item.get("calculation"))
        found = figures(sheet) if sheet else tuple(item.get(name) for name in names)
        return {**dict(zip(names, found, strict=True)), "cost_sheet": sheet}

    items = tuple(
        PlanItem(
            **costs(item),
            regulation=item.get("regulation"),
            action=item["action"],
            title=item["title"],
            reason=item["reason"],
            starts_on=at(item, "starts_on"),
            deadline=at(item, "deadline"),
            clauses=tuple(
                Clause(
                    document_number=clause["document"],
                    provision=clause["provision"],
                    heading=clause["heading"],
                    current_text=clause["current"],
                    proposed_text=clause["proposed"],
                )
                for clause in item["clauses"]
            ),
            amendments=tuple(
                Amendment(
                    document_number=one["document"],
                    provisions=one["provisions"],
                    deadline=at(one, "deadline"),
                )
                for one in item.get("amendments", ())
            ),
        )
        for item in entry["items"]
    )
    return PlanContent(
        title=entry["title"],
        summary=entry["summary"],
        approving_act="",
        legal_bases=tuple(entry.get("legal_bases", ())),
        effective_from=at(entry, "effective_from"),
        effective_until=at(entry, "effective_until"),
        deadlines=tuple(
            Deadline(step=step, due=day + dt.timedelta(days=days)) for step, days in entry["due"].items()
        ),
        items=items,
        supersedes=tuple(
            Supersession(plan=one["plan"], item=one["item"], from_date=at(one, "from"), note=one["note"])
            for one in entry.get("supersedes", ())
        ),
    )


def _write(
    connection: sa.Connection,
    entry: Mapping[str, Any],
    writer: Person,
    approver: Person,
    day: dt.date,
    calendar: WorkingCalendar,
) -> None:
    days = {state: day + dt.timedelta(days=ago) for state, ago in entry["history"].items()}
    content = content_of(entry, day)
    ministry = slugify(entry["ministry"])
    plan = store.create(connection, writer, ministry, content, number=entry["number"], sample=True)
    plan = store.submit_draft(connection, writer, plan.plan_id, plan.revision)
    plan = store.publish(connection, approver, plan.plan_id, plan.revision, day=days["planned"])
    for state, when in days.items():
        if state == "planned":
            continue
        act = entry.get("approving_act", "") if state == "approved" else ""
        who = approver if state in ("approved", "completed") else writer
        plan = store.move(connection, who, plan.plan_id, state, plan.revision, calendar, act=act, day=when)
