"""Fixtures all tests share: databases, the replica of the official sites, the rule against skips in CI."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import re
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
from sqlalchemy.util import LRUCache

from schemas.database import database_engine
from schemas.migrations import upgrade
from schemas.settings import Settings

# Two cores and no timing in tests: a deadline would only make them flaky.
hypothesis_settings.register_profile("quydinh", deadline=None, print_blob=True)
# What `make unit` tries while somebody waits; `make test` tries the full hundred.
hypothesis_settings.register_profile("unit", hypothesis_settings.get_profile("quydinh"), max_examples=25)
hypothesis_settings.load_profile("quydinh")

# Looking for garbage after every 700 objects took an eighth of the unit tests' time, most of it over
# libraries that stay loaded; hypothesis measures each search too.
gc.set_threshold(50_000, 20, 100)

SERVICES = {
    "postgresql": "QUYDINH_TEST_POSTGRESQL_URL",
    "elasticsearch": "QUYDINH_TEST_ELASTICSEARCH_URL",
    "browser": "QUYDINH_TEST_CHROMIUM",
    "replica": "QUYDINH_TEST_REPLICA",
}


#: What a unit test does not do (names of Python's audit events): start a process, listen or connect.
NOT_IN_UNIT_TESTS = {"subprocess.Popen", "os.fork", "os.posix_spawn", "socket.bind", "socket.connect"}
_unit_test = ""


#: A file in which no test is a unit test says so in one line.
NO_UNIT_TEST = re.compile(rf"^pytestmark = pytest\.mark\.(integration|{'|'.join(SERVICES)})\b", re.MULTILINE)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where only unit tests are wanted, files without any are not even imported."""
    if config.option.markexpr != "not integration" or collection_path.suffix != ".py":
        return None
    return True if NO_UNIT_TEST.search(collection_path.read_text(encoding="utf-8")) else None


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses by markers
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that needs a service is no unit test, and skipped, with the reason, where the service is not."""
    for item in items:
        for marker, variable in SERVICES.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.integration)
                if not os.environ.get(variable):
                    item.add_marker(pytest.mark.skip(reason=f"{variable} is not set: no {marker} here"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Know which unit test runs, so that one that is none is told."""
    global _unit_test
    _unit_test = "" if item.get_closest_marker("integration") else item.nodeid
    try:
        return (yield)
    finally:
        _unit_test = ""


def _refuse_in_unit_tests(event: str, _arguments: tuple[Any, ...]) -> None:
    if _unit_test and event in NOT_IN_UNIT_TESTS:
        raise RuntimeError(f"{event} in a unit test: mark it with pytest.mark.integration")


def pytest_collection_finish() -> None:
    """Only now: the hook hears of every file and attribute that imports touch, and stays for ever."""
    sys.addaudithook(_refuse_in_unit_tests)
    gc.freeze()  # what is imported stays


def _compile_statements_once() -> None:
    """One dialect and one cache of compiled statements for all SQLite engines, as the one engine of a running
    site has them: each test has an engine of its own, and compiling took longer than executing."""
    create_engine = sa.create_engine
    first = create_engine("sqlite://")
    first.connect().close()  # reads the version of SQLite into the dialect
    compiled: Any = LRUCache(5_000)

    def with_shared_cache(url: Any, **options: Any) -> sa.Engine:
        engine = create_engine(url, **options)
        if engine.dialect.name == "sqlite" and not options:
            engine.dialect = engine.pool._dialect = first.dialect
            engine._compiled_cache = compiled
        return engine

    sa.create_engine = with_shared_cache


_compile_statements_once()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """CI has every service, so a skip there hides something: QUYDINH_TEST_NO_SKIPS=1 makes it a failure."""
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("QUYDINH_TEST_NO_SKIPS") and reporter and reporter.stats.get("skipped"):
        for report in reporter.stats["skipped"]:
            sys.stderr.write(f"\nskipped where nothing may be: {report.nodeid}: {report.longrepr}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a private database, once for each kind we support: empty, or with all tables where the
    test asks for `database` too."""
    migrated = "database" in request.fixturenames
    if request.param == "sqlite":
        path = tmp_path / "test.sqlite3"
        if migrated:
            shutil.copy(request.getfixturevalue("empty_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    with private_postgresql(request.getfixturevalue("empty_postgresql") if migrated else None) as url:
        yield url


@contextlib.contextmanager
def private_postgresql(template: str | None = None) -> Iterator[str]:
    """A new database on the server the tests are given: empty, or a copy of another; dropped in the end."""
    base = sa.make_url(os.environ["QUYDINH_TEST_POSTGRESQL_URL"])
    name = "t" + uuid.uuid4().hex[:16]
    # Databases are made and dropped outside transactions.
    admin = sa.create_engine(base, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.execute(sa.text(f"create database {name} template {template or 'template0'}"))
    try:
        yield base.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(sa.text(f"drop database {name} with (force)"))


def _migrate(url: str) -> None:
    engine = database_engine(url)
    upgrade(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables, to copy: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "migrated.sqlite3"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def empty_postgresql() -> Iterator[str]:
    """The name of a database with all tables, to copy."""
    with private_postgresql() as url:
        _migrate(url)
        yield str(sa.make_url(url).database)


@pytest.fixture
def database(database_url: str) -> Iterator[sa.Engine]:
    """An engine on an empty database with all tables."""
    engine = database_engine(database_url)
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
