"""Every route × everybody who may ask: each cell is declared in a row and asserted here, none is skipped."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask

from schemas.database import database_engine
from schemas.settings import Settings
from tests.webapp.matrix import PERSONAS, VISITOR, Row, World
from tests.webapp.portal import ScriptedReader
from webapp import create_app

MODULES = sorted(path.stem for path in Path(__file__).parent.glob("rows_*.py"))
ROWS: list[Row] = [row for name in MODULES for row in importlib.import_module(f"tests.webapp.{name}").ROWS]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, empty_sqlite: Path) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("matrix")
    file = shutil.copy(empty_sqlite, folder / "test.sqlite3")
    settings = Settings(data_dir=folder, database_url=f"sqlite:///{file}", demo=True)
    database = database_engine(settings.database)
    yield World(create_app(settings, ScriptedReader()), database)
    database.dispose()


def routes(app: Flask) -> set[tuple[str, str]]:
    """Every (method, rule) the site answers."""
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if method not in ("HEAD", "OPTIONS")
    }


def test_every_route_has_a_row_and_every_row_a_route(world: World) -> None:
    declared = {(row.method, row.rule) for row in ROWS}
    assert declared == routes(world.app)


def test_every_row_names_only_personas() -> None:
    assert all(row.allowed <= set(PERSONAS) for row in ROWS)


@pytest.mark.integration
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_everybody_is_answered(world: World, row: Row) -> None:
    """All cells of a row, so that one failure shows them all."""
    expected, answered = {}, {}
    for persona, ask in row.requests(world):
        browser = world.kept_browser(persona)
        answer = browser.get(ask.path) if row.method == "GET" else browser.post(ask.path, ask.data)
        to_login = answer.headers.get("Location", "").split("?")[0] == "/tai-khoan/dang-nhap"
        led = to_login and answer.status_code == 303 and persona not in row.allowed
        answered[persona] = "log-in page" if led else str(answer.status_code)
        expected[persona] = _expected(row, persona, answered[persona])
        if row.outcome and persona in row.allowed:
            answered[persona] += f" {urlsplit(answer.headers.get('Location', '')).query}"
            expected[persona] += f" {row.outcome}"
    assert answered == expected


def _expected(row: Row, persona: str, answered: str) -> str:
    if persona not in row.allowed:
        if persona in row.refused:
            return str(row.refused[persona])
        return "log-in page" if persona == VISITOR else "403"
    if row.status is not None:
        return str(row.status)
    return "no refusal" if answered in ("401", "403", "log-in page", "500") else answered


@pytest.mark.integration
def test_a_form_without_its_token_is_refused(world: World) -> None:
    """CSRF on every changing route, whoever asks and whatever is sent."""
    changing = {(row.method, row.rule): row for row in ROWS if row.method != "GET"}
    for row in changing.values():
        for persona in sorted(row.allowed)[:2]:
            ask = row.request(world, persona)
            browser = world.browser(persona)
            browser.token()  # the cookie alone is not enough
            answer = browser.client.open(ask.path, method=row.method, data=dict(ask.data))
            assert answer.status_code == 400, (row.name, persona)


def test_a_token_of_another_browser_is_refused(world: World) -> None:
    token = world.browser(VISITOR).token()
    browser = world.browser(VISITOR)
    browser.token()
    answer = browser.client.post("/tai-khoan/quen-mat-khau", data={"csrf_token": token, "email": "a@b.vn"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
    ],
    ids=str,
)
def test_a_form_sent_from_elsewhere_is_refused(world: World, headers: dict[str, str]) -> None:
    browser = world.browser(VISITOR)
    data = {"csrf_token": browser.token(), "email": "a@b.vn"}
    assert browser.client.post("/tai-khoan/quen-mat-khau", data=data, headers=headers).status_code == 400
    assert browser.client.post("/tai-khoan/quen-mat-khau", data=data).status_code == 303
