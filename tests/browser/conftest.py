"""A real browser before a real server: Debian's Chromium, driven by Playwright, and the small portal."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from schemas.database import database_engine
from schemas.migrations import upgrade
from schemas.search import Jump, Understood, note
from schemas.settings import Settings
from tests.webapp.portal import ScriptedReader, fill
from webapp import create_app

#: A browser that speaks to nobody but the page it was asked for.
ARGUMENTS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


#: In a hand and on a desk, with JavaScript and without.
SIZES = [(width, scripts) for width in (360, 1280) for scripts in (True, False)]
IDS = [f"{width}-{'js' if scripts else 'no-js'}" for width, scripts in SIZES]
WITHOUT_SCRIPTS: list[Page] = []


@contextlib.contextmanager
def serving(settings: Settings, reader: ScriptedReader | None = None) -> Iterator[str]:
    """The address of a site with these settings, as long as the block runs."""
    app = create_app(settings, reader or ScriptedReader())
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(5)
        app.extensions["quydinh"].database.dispose()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running portal."""
    folder: Path = tmp_path_factory.mktemp("site")
    settings = Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'site.sqlite3'}")
    engine = database_engine(settings.database)
    upgrade(engine)
    fill(engine)
    engine.dispose()
    reader = ScriptedReader()
    reader.understood = Understood("biển hiệu", True, (note("restored", "bien hieu", "biển hiệu"),))
    reader.jumps = (Jump("12/2030/NĐ-CP", "Về cửa hàng mẫu", "/van-ban/12-2030-nd-cp", validity="HHL1P"),)
    with serving(settings, reader) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = os.environ["QUYDINH_TEST_CHROMIUM"]
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(params=SIZES, ids=IDS)
def tab(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page of a browser of its own, at each size, with and without JavaScript."""
    width, scripts = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=scripts, reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    if not scripts:
        WITHOUT_SCRIPTS.append(page)
    yield page
    context.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page 1280 px wide that fails the test on errors of its scripts and on refused resources."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    said: list[str] = []
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    yield opened
    context.close()
    assert not [text for text in said if "404" not in text and "400" not in text]
