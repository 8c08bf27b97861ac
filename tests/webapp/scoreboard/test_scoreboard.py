"""The scoreboard: every figure is the number of its rows, ministries add up to the nation, the past stays."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import sqlalchemy as sa
from flask import Flask

from schemas import regulation_tables as r
from schemas.calendar import today
from schemas.people import Grant, Role
from schemas.petitions import Step
from tests.webapp.people import Browser, add_person
from webapp.accounts import samples as people_samples
from webapp.audit import now
from webapp.consultations import samples as consultation_samples
from webapp.petitions import samples as petition_samples
from webapp.petitions import store
from webapp.petitions.store import Done
from webapp.plans import samples as plan_samples
from webapp.queries import scoreboard as read
from webapp.queries.scoreboard import NONE, SUMS, Scope
from webapp.working_days import vietnam

FOLDER = Path(__file__).parents[3] / "samples"


@pytest.fixture
def portal(people_app: Flask) -> Flask:
    """The sample portal's plans, regulations, petitions and consultations."""
    site = people_app.extensions["quydinh"]
    with site.database.begin() as connection:
        people_samples.load(connection)
        plan_samples.load(connection, FOLDER, today(now()), vietnam())
    petition_samples.load(site.database, site.settings, FOLDER / "petitions.toml")
    consultation_samples.load(site.database, site.settings, FOLDER / "consultations")
    return people_app


def figures(database: sa.Engine, scope: Scope) -> dict[str, dict[str, int]]:
    with database.connect() as connection:
        read.snapshot(connection)
        return read.figures(connection, scope)


def later() -> dt.datetime:
    return now() + dt.timedelta(seconds=2)


def test_every_figure_is_the_number_of_its_rows(portal: Flask) -> None:
    database = portal.extensions["quydinh"].database
    day = today(now())
    scopes = [
        Scope(later()),
        Scope(later(), field="Thương mại"),
        Scope(later(), since=day - dt.timedelta(days=50), until=day - dt.timedelta(days=20)),
        Scope(later() - dt.timedelta(days=35), now=False),
    ]
    for scope in scopes:
        found = figures(database, scope)
        nation = read.total(found)
        with database.connect() as connection:
            for name in read.indicators():
                rows = read.listed(connection, name, scope, limit=None)
                assert len(rows) == nation[name] == read.count(connection, name, scope), (name, scope)
                for code, mine in found.items():
                    of_ministry = [row for row in rows if (row.ministry or NONE) == code]
                    assert len(of_ministry) == mine.get(name, 0), (name, code, scope)
            costed = read.listed(connection, "items_costed", scope, limit=None)
            assert sum(row.current_cost for row in costed) == nation["cost_current"]
            assert sum(row.after_cost for row in costed) == nation["cost_after"]
    whole = read.total(figures(database, scopes[0]))
    # Only an answer that may be none makes a check: the samples fill most indicators.
    assert sum(value > 0 for value in whole.values()) > 20


def test_the_invariants_of_the_report_hold(portal: Flask) -> None:
    database = portal.extensions["quydinh"].database
    for scope in (Scope(later()), Scope(later() - dt.timedelta(days=30), now=False)):
        for f in [*figures(database, scope).values(), read.total(figures(database, scope))]:
            n = {name: f.get(name, 0) for name in (*read.indicators(), *SUMS)}
            parts = ("regulations_kept", "regulations_new", "regulations_cut", "regulations_simplified")
            assert n["regulations"] == sum(n[part] for part in parts)
            assert n["petitions_received"] == n["petitions_out"] + n["petitions_in"]
            assert n["petitions_in"] == n["petitions_awaiting"] + n["petitions_forwarded"]
            running = n["petitions_in_progress"] + n["petitions_kept"] + n["petitions_handled"]
            assert n["petitions_forwarded"] == running


def test_the_present_read_from_the_history_is_the_present(portal: Flask) -> None:
    database = portal.extensions["quydinh"].database
    at = later()
    assert figures(database, Scope(at)) == figures(database, Scope(at, now=False))


def test_the_past_does_not_change(portal: Flask) -> None:
    """What is done to a petition now changes nothing of what was true a minute ago."""
    database = portal.extensions["quydinh"].database
    before = now() - dt.timedelta(minutes=1)
    then = figures(database, Scope(before, now=False))
    officer = add_person(database, Grant(Role.OFFICER))
    with database.begin() as connection:
        number = connection.scalar(sa.text("select id from petitions where state = 'new'"))
        ministry = connection.scalar(sa.select(r.ministries.c.code).order_by(r.ministries.c.id))
        store.take(connection, officer, number, Done(Step.FORWARD, ministry=str(ministry)), vietnam())
    assert figures(database, Scope(before, now=False)) == then
    assert figures(database, Scope(later())) != then


def test_pages_link_each_number_to_its_rows(portal: Flask) -> None:
    visitor = Browser(portal)
    page = visitor.get("/bang-chi-so")
    assert page.status_code == 200
    assert "<svg" in page.text and "aria-labelledby" in page.text
    cells = re.findall(r'<td[^>]*><a href="([^"]+)">([\d.]+)</a></td>', page.text)
    assert len(cells) > 30
    for url, value in cells[:14]:
        rows = visitor.get(url.replace("&amp;", "&"))
        assert rows.status_code == 200
        assert re.search(rf"\b{re.escape(value)} dòng", rows.text), url
    late = [float(value.replace(".", "")) for url, value in cells if "plans_late" in url][:-1]
    assert late[0] == max(late)
    ministry = re.search(r'href="(/bang-chi-so/bo-[^"?]+)"', page.text)
    assert ministry and visitor.get(ministry[1]).status_code == 200
    assert visitor.get("/en" + ministry[1]).status_code == 200
    csv = visitor.get("/bang-chi-so.csv")
    assert csv.mimetype == "text/csv" and "Cả nước" in csv.text
    assert visitor.get("/bang-chi-so/khong-co").status_code == 404
    assert visitor.get("/bang-chi-so/dong/khong_co").status_code == 404
    for bad in ("ngay=hom-qua", "luc=x", "tu=32/13/2026"):
        assert visitor.get(f"/bang-chi-so?{bad}").status_code == 400
    assert visitor.get("/bang-chi-so?linh_vuc=Th%C6%B0%C6%A1ng+m%E1%BA%A1i&tu=01/01/2020").status_code == 200


def test_petitions_say_nothing_of_themselves_before_they_are_public(portal: Flask) -> None:
    rows = "/bang-chi-so/dong/petitions_in_progress"
    visitor = Browser(portal)
    for text in (visitor.get(rows).text, visitor.get(f"{rows}.csv").text):
        assert "Không đặt được lịch" not in text and "Phản ánh số" in text
    office = Browser(portal, add_person(portal.extensions["quydinh"].database, Grant(Role.OFFICER)))
    assert "Không đặt được lịch" in office.get(rows).text
    assert "Xã đòi bản sao" in visitor.get("/bang-chi-so/dong/petitions_handled").text


def test_the_json_is_as_described(portal: Flask) -> None:
    visitor = Browser(portal)
    described: Any = visitor.get("/api/v1/openapi.json").json
    schema = described["paths"]["/api/v1/scoreboard"]["get"]["responses"]["200"]["content"]
    found: Any = visitor.get("/api/v1/scoreboard").json
    whole = {**schema["application/json"]["schema"], "components": described["components"]}
    jsonschema.validate(found, whole)
    for name, value in found["nation"].items():
        assert value == sum(mine["figures"].get(name, 0) for mine in found["ministries"])
