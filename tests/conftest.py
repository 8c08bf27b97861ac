"""Fixtures all tests share: databases, the replica of the official sites, the rule against skips in CI."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import settings as hypothesis_settings

from schemas.database import database_engine
from schemas.migrations import upgrade
from schemas.settings import Settings

# Two cores and no timing in tests: a deadline would only make them flaky.
hypothesis_settings.register_profile("quydinh", deadline=None, print_blob=True)
hypothesis_settings.load_profile("quydinh")

SERVICES = {
    "postgresql": "QUYDINH_TEST_POSTGRESQL_URL",
    "elasticsearch": "QUYDINH_TEST_ELASTICSEARCH_URL",
    "browser": "QUYDINH_TEST_CHROMIUM",
    "replica": "QUYDINH_TEST_REPLICA",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that needs a service is skipped, with the reason, where the service is not."""
    for item in items:
        for marker, variable in SERVICES.items():
            if item.get_closest_marker(marker) and not os.environ.get(variable):
                item.add_marker(pytest.mark.skip(reason=f"{variable} is not set: no {marker} here"))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """CI has every service, so a skip there hides something: QUYDINH_TEST_NO_SKIPS=1 makes it a failure."""
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("QUYDINH_TEST_NO_SKIPS") and reporter and reporter.stats.get("skipped"):
        for report in reporter.stats["skipped"]:
            sys.stderr.write(f"\nskipped where nothing may be: {report.nodeid}: {report.longrepr}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty, private database, once for each kind we support."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.sqlite3'}"
        return
    base = os.environ["QUYDINH_TEST_POSTGRESQL_URL"]
    schema = "t" + uuid.uuid4().hex[:16]
    admin = sa.create_engine(base)
    with admin.begin() as connection:
        connection.execute(sa.text(f"create schema {schema}"))
    try:
        yield f"{base}?options=-csearch_path%3D{schema}"
    finally:
        with admin.begin() as connection:
            connection.execute(sa.text(f"drop schema {schema} cascade"))
        admin.dispose()


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables, to copy: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("empty") / "empty.sqlite3"
    engine = database_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def database(database_url: str, empty_sqlite: Path) -> Iterator[sa.Engine]:
    """An engine on an empty database with all tables."""
    if database_url.startswith("sqlite:///"):
        shutil.copy(empty_sqlite, database_url.removeprefix("sqlite:///"))
    engine = database_engine(database_url)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Settings with a private data folder and database, untouched by the environment."""
    return Settings(data_dir=tmp_path / "data", database_url=database_url)


class Replica:
    """A running replica of the official sites."""

    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def environment(self) -> dict[str, str]:
        """Settings that point the crawler at it, without delays."""
        return {
            "QUYDINH_VBPL_URL": f"{self.url}/vbpl-api/api",
            "QUYDINH_DICHVUCONG_URL": f"{self.url}/dichvucong",
            "QUYDINH_CRAWL_DELAY": "0",
        }

    def control(self, path: str, data: dict[str, Any] | None = None) -> Any:
        """GET, or POST when there is data, under /_control/."""
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(f"{self.url}/_control/{path}", data=body)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


@pytest.fixture
def replica(request: pytest.FixtureRequest) -> Iterator[Replica]:
    """A fresh replica on a free port; `@pytest.mark.parametrize("replica", [["--faults", "0.05"]],
    indirect=True)` passes options. Use with the marker `replica`."""
    command = [sys.executable, "serve.py", "--port", "0", *getattr(request, "param", [])]
    folder = os.environ["QUYDINH_TEST_REPLICA"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield Replica(process.stdout.readline().split()[2])
    finally:
        process.terminate()
        process.wait(10)
