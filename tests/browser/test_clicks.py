"""Learning from clicks with a real browser: it tells where it came from; what it loads again is no choice."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from schemas.click_tables import search_clicks
from schemas.database import database_engine
from schemas.migrations import upgrade
from schemas.settings import Settings
from tests.webapp.portal import ScriptedReader, fill
from webapp import clicks

from .conftest import serving

pytestmark = pytest.mark.browser
AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)


@pytest.mark.parametrize("scripts", [True, False])
def test_opening_a_result_counts_once(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scripts: bool
) -> None:
    waiting: list[clicks.Choice] = []
    monkeypatch.setattr(clicks.Clicks, "_start", lambda self: (waiting.extend(self._waiting), self.count()))
    monkeypatch.setattr(clicks, "REST", 0)
    settings = Settings(
        data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'site.sqlite3'}", learn_from_clicks=True
    )
    database = database_engine(settings.database)
    upgrade(database)
    fill(database)
    context = browser.new_context(user_agent=AGENT, java_script_enabled=scripts)
    with serving(settings, ScriptedReader()) as address:
        page = context.new_page()
        page.goto(f"{address}/tim-kiem?q=bi%E1%BB%83n+hi%E1%BB%87u")
        page.locator(".hit h2 a").first.click()
        page.wait_for_url("**/van-ban/**")
        page.reload()
        page.go_back()
        page.go_forward()
        page.goto(page.url)
        cookies = context.cookies()
    context.close()
    assert [choice.asked.text for choice in waiting] == ["biển hiệu"] and not cookies
    with database.connect() as connection:
        kept = search_clicks.c
        found = connection.execute(sa.select(kept.record, kept.place, kept.count)).all()
    assert [tuple(row) for row in found] == [("vbpl:1001:dieu-1", 1, 1)]
    database.dispose()
