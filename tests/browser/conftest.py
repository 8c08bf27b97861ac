"""A real browser before a real server: Debian's Chromium, driven by Playwright, and the small portal."""

from __future__ import annotations

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
    server = make_server("127.0.0.1", 0, create_app(settings, reader), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(5)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = os.environ["QUYDINH_TEST_CHROMIUM"]
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


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
