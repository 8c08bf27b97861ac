"""The scoreboard: every figure is the number of its rows, ministries add up to the nation, the past stays."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import re
import sqlite3
import statistics
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema
import pytest
import sqlalchemy as sa
from flask import Flask

from schemas import consultation_tables as c
from schemas import regulation_tables as r
from schemas import tables as t
from schemas.calendar import today
from schemas.people import Grant, Role
from schemas.petitions import Step
from schemas.regulations import REGULATION_TYPES
from tests.webapp.people import Browser, add_person
from webapp.accounts import samples as people_samples
from webapp.audit import aware, now
from webapp.consultations import samples as consultation_samples
from webapp.petitions import samples as petition_samples
from webapp.petitions import store
from webapp.petitions.store import Done
from webapp.plans import samples as plan_samples
from webapp.queries import scoreboard as read
from webapp.queries.scoreboard import NONE, SUMS, Scope
from webapp.scoreboard.pages import indicator_name
from webapp.state import Site
from webapp.working_days import vietnam

FOLDER = Path(__file__).parents[3] / "samples"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first test leaves its SQLite file with the sample portal, for the others to copy."""
    return tmp_path_factory.mktemp("samples") / "loaded.sqlite3"


@pytest.fixture
def portal(people_app: Flask, loaded: Path) -> Flask:
    """The sample portal's plans, regulations, petitions and consultations."""
    site = people_app.extensions["quydinh"]
    file = site.database.url.database if site.database.dialect.name == "sqlite" else None
    if file and loaded.exists():
        _copy(loaded, Path(file))
    else:
        _load(site)
        if file:
            _copy(Path(file), loaded)
    return people_app


def _copy(source: Path, target: Path) -> None:
    """A whole SQLite database, whatever stands in its write-ahead log."""
    with (
        contextlib.closing(sqlite3.connect(source)) as old,
        contextlib.closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)


def _load(site: Site) -> None:
    with site.database.begin() as connection:
        people_samples.load(connection)
        plan_samples.load(connection, FOLDER, today(now()), vietnam())
    petition_samples.load(site.database, site.settings, FOLDER / "petitions.toml")
    consultation_samples.load(site.database, site.settings, FOLDER / "consultations")


def figures(database: sa.Engine, scope: Scope) -> dict[str, dict[str, int]]:
    with database.connect() as connection:
        read.snapshot(connection)
        return read.figures(connection, scope)[0]


def later() -> dt.datetime:
    return now() + dt.timedelta(seconds=2)


@pytest.mark.integration
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
            assert n["regulations"] == sum(n[f"regulations_{kind}"] for kind in REGULATION_TYPES)
            assert n["procedures_decentralised"] <= n["regulations_procedure"]
            assert n["petitions_received"] == n["petitions_out"] + n["petitions_in"]
            assert n["petitions_in"] == n["petitions_awaiting"] + n["petitions_forwarded"]
            running = n["petitions_in_progress"] + n["petitions_kept"] + n["petitions_handled"]
            assert n["petitions_forwarded"] == running


def test_the_present_read_from_the_history_is_the_present(portal: Flask) -> None:
    database = portal.extensions["quydinh"].database
    at = later()
    assert figures(database, Scope(at)) == figures(database, Scope(at, now=False))


def test_sums_and_medians_can_be_recomputed_from_the_download(portal: Flask) -> None:
    visitor = Browser(portal)
    board: Any = visitor.get("/api/v1/scoreboard").json

    def download(indicator: str, ministry: str = "") -> list[dict[str, str]]:
        text = visitor.get(
            f"/bang-chi-so/dong/{indicator}.csv?luc={quote(board['at'])}&co_quan={ministry}"
        ).text
        return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))

    costed = download("items_costed")
    assert (
        sum(int(row["Chi phí hiện nay (đồng/năm)"]) for row in costed) == board["nation"]["cost_current"] > 0
    )
    medians = {"": board["median_days_to_answer"]}
    medians |= {mine["ministry"]: mine["median_days_to_answer"] for mine in board["ministries"]}
    for ministry, median in medians.items():
        days = [int(row["Số ngày đến khi trả lời"]) for row in download("comments_answered", ministry)]
        assert median == (statistics.median(days) if days else None), ministry
    assert medians[""] is not None


@pytest.mark.parametrize("days", [[3], [9, 2], [7, 1, 4], [0, 5, 5, 8]])
def test_the_median_is_that_of_the_rows(portal: Flask, days: list[int]) -> None:
    """From a comment to its answer, in days of Vietnam; answers after the time told of do not count."""
    database = portal.extensions["quydinh"].database
    at = dt.datetime(2026, 9, 30, 12, tzinfo=dt.UTC)
    with database.begin() as connection:
        connection.execute(sa.delete(c.answers))
        comment, consultation = connection.execute(
            sa.select(c.comments.c.id, c.comments.c.consultation_id)
        ).first()
        kept = connection.execute(sa.select(c.comments).where(c.comments.c.id == comment)).one()._asdict()
        # 01:30 of 1 September in Vietnam, still August in Greenwich.
        received = dt.datetime(2026, 8, 31, 18, 30, tzinfo=dt.UTC)
        for n, answered in enumerate([*days, 40]):
            copy = {**kept, "tracking": f"T-{n}", "submission": f"s-{n}", "received_at": received}
            copy |= {"state": "published", "campaign_id": None, "confirm_hash": None}
            del copy["id"]
            made = connection.execute(sa.insert(c.comments).values(copy)).inserted_primary_key
            answer = {
                "consultation_id": consultation, "comment_id": made[0], "verdict": "accepted", "text": "x",
                "drafted_by": [1], "updated_at": received,
                "published_verdict": "accepted", "published_text": "x",
                "published_at": received + dt.timedelta(days=answered),
            }  # fmt: skip
            connection.execute(sa.insert(c.answers).values(answer))
        _, found = read.figures(connection, Scope(at, now=False))
    assert found[""] == statistics.median(days)
    assert set(found.values()) == {found[""]}


def test_a_document_is_amended_once_by_the_plans_that_are_completed(portal: Flask) -> None:
    database = portal.extensions["quydinh"].database
    with database.begin() as connection:
        i, q = r.plan_items.c, r.plans.c
        items = connection.execute(
            sa.select(i.id, q.state).join(r.plans, q.id == i.plan_id).where(q.published_at.is_not(None))
        ).all()
        connection.execute(sa.delete(r.plan_amendments))
        for item in items:
            for ordinal, number in enumerate(("15/2099/NĐ-CP", f"{item.state}/2099/TT"), 1):
                row = {"item_id": item.id, "ordinal": ordinal, "document_number": number}
                connection.execute(sa.insert(r.plan_amendments).values(row))
    with database.connect() as connection:
        rows = read.listed(connection, "documents_amended", Scope(later()), limit=None)
    assert sorted(row.title for row in rows) == ["15/2099/NĐ-CP", "completed/2099/TT"]
    assert all(row.url.startswith("/phuong-an/") and row.day and row.ministry for row in rows)


def test_procedures_count_as_decentralised_when_the_plan_is_completed(portal: Flask) -> None:
    database = portal.extensions["quydinh"].database
    with database.begin() as connection:
        i, q = r.plan_items.c, r.plans.c
        completed = sa.select(q.id).where(q.state == "completed", q.published_at.is_not(None))
        item = connection.execute(sa.select(i.id).where(i.plan_id.in_(completed))).first()
        code = connection.scalar(sa.select(r.regulations.c.code).where(r.regulations.c.type == "procedure"))
        connection.execute(
            sa.update(r.plan_items).where(i.id == item.id).values(action="decentralise", regulation=code)
        )
        rows = read.listed(connection, "procedures_decentralised", Scope(later()), limit=None)
    assert [row.url for row in rows] == [f"/quy-dinh/{code}"]


def test_the_data_are_as_fresh_as_the_newest_row_of_what_was_done(portal: Flask) -> None:
    database = portal.extensions["quydinh"].database
    began = now()
    with database.begin() as connection:
        run = {"source": "vbpl", "command": "crawl", "started_at": began, "finished_at": began}
        connection.execute(sa.insert(t.crawl_runs).values(run))
        connection.execute(sa.insert(t.crawl_runs).values({**run, "finished_at": None}))
    with database.connect() as connection:
        read.snapshot(connection)
        board = read.board(connection, Scope(later()))
        assert len(board.updated) > 1 and board.sources == {"vbpl": began}
        for code, moment in board.updated.items():
            newest = read.listed(connection, "updates", Scope(later(), ministry=code), limit=1)[0]
            assert aware(newest.at) == moment
        kinds = {row.kind for row in read.listed(connection, "updates", Scope(later()), limit=None)}
        assert kinds == {"regulation", "plan", "petition", "consultation", "answer"}
    visitor = Browser(portal)
    page = visitor.get("/bang-chi-so").text
    assert "Nguồn văn bản được đọc lần cuối: Cơ sở dữ liệu quốc gia" in page
    assert "pháp luật: đọc từ trang nguồn" in visitor.get("/bang-chi-so/dong/crawls").text
    shown = visitor.get("/bang-chi-so/dong/updates").text
    assert "Không đặt được lịch" not in shown and "Phản ánh số" in shown


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
    assert "<svg" in page.text and "việc quá hạn ở" in page.text
    assert ">0</a>" not in page.text  # there are no rows to see
    drawn = page.text.partition('id="da-lam"')[2]
    board: Any = visitor.get("/api/v1/scoreboard").json
    for one in board["ministries"]:
        mine = one["figures"]
        done = mine.get("regulations_cut", 0) + mine.get("regulations_simplified", 0)
        assert (f">{done} / {mine.get('regulations', 0)} · " in drawn) == bool(mine.get("regulations"))
    found = re.findall(r'<td[^>]*><a href="([^"]+)">([\d.]+)</a></td>', page.text)
    # The median of the days to an answer leads to the answered comments, whose number it is not.
    in_a_row = [n for n, (url, _value) in enumerate(found) if "comments_answered" in url]
    cells = [cell for n, cell in enumerate(found) if n - 1 not in in_a_row or n not in in_a_row]
    assert len(cells) > 30 and len(cells) < len(found)
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


def test_a_ministry_is_drawn_and_downloaded_as_its_tables_say(portal: Flask) -> None:
    visitor = Browser(portal)
    board: Any = visitor.get("/api/v1/scoreboard").json
    mine = max(board["ministries"], key=lambda one: one["figures"].get("regulations", 0))
    own = f"/bang-chi-so/{mine['ministry']}"
    page = visitor.get(own).text
    charts = page.partition('id="bieu-do"')[2]
    for name in ("regulations_kept", "regulations_cut", "cost_current", "petitions_handled"):
        value = mine["figures"].get(name, 0)
        drawn = re.search(rf"<li><span>{re.escape(indicator_name(name))}</span>(.*?)</li>", charts)
        assert drawn is None or f">{value:,}<".replace(",", ".") in drawn[1], name
        assert drawn is not None or name not in ("regulations_kept", "regulations_cut")
        assert drawn is None or ("<rect" in drawn[1]) == (value > 0)
    frozen = re.search(r'href="([^"]+[.]csv[^"]*)"', charts)
    assert frozen and frozen[1].startswith(f"{own}.csv?luc=")
    text = visitor.get(frozen[1].replace("&amp;", "&")).text.lstrip("\ufeff")
    rows = {row["Chỉ số"]: row["Giá trị"] for row in csv.DictReader(io.StringIO(text))}
    for name, value in mine["figures"].items():
        assert rows[indicator_name(name)] == str(value), name
    assert visitor.get("/bang-chi-so/khong-co.csv").status_code == 404


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
