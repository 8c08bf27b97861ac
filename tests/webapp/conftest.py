"""The portal of these tests: one database for the session, an application and a reader for each test."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine

from schemas.database import database_engine
from schemas.settings import Settings
from webapp import create_app
from webapp.accounts import passwords

from .people import Browser
from .portal import ScriptedReader, fill
from .sites import site_on

# Hashes that cost next to nothing, before any test module makes one; the real ones: test_registration.py.
passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
passwords.NOBODY = passwords.HASHER.hash("nobody knows it")

# Templates are compiled once for all applications and runs; what is kept goes by the template's content, by
# the libraries and by how the environment is made.
_ROOT = Path(__file__).parents[2]
_MADE_BY = b"".join((_ROOT / name).read_bytes() for name in ("requirements.txt", "webapp/templating.py"))
_COMPILED = _ROOT / ".cache" / f"templates-{hashlib.sha256(_MADE_BY).hexdigest()[:12]}"
_COMPILED.mkdir(parents=True, exist_ok=True)
Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(str(_COMPILED))}


@pytest.fixture(scope="session")
def portal_settings(tmp_path_factory: pytest.TempPathFactory, empty_sqlite: Path) -> Iterator[Settings]:
    """Settings of a filled portal on SQLite; nothing writes to it."""
    folder: Path = tmp_path_factory.mktemp("portal")
    file = shutil.copy(empty_sqlite, folder / "portal.sqlite3")
    settings = Settings(data_dir=folder, database_url=f"sqlite:///{file}", base_url="")
    engine = database_engine(settings.database)
    fill(engine)
    yield settings
    engine.dispose()


@pytest.fixture(scope="session")
def session_reader() -> ScriptedReader:
    return ScriptedReader()


@pytest.fixture(scope="session")
def app(portal_settings: Settings, session_reader: ScriptedReader) -> Flask:
    return create_app(portal_settings, session_reader)


@pytest.fixture
def reader(session_reader: ScriptedReader) -> ScriptedReader:
    """The reader behind the site, as new."""
    session_reader.__init__()  # type: ignore[misc]
    return session_reader


@pytest.fixture
def client(app: Flask, reader: ScriptedReader) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def people_app(settings: Settings, database: Engine) -> Iterator[Flask]:
    """The site on an empty database of each kind, as a demo, for tests that sign in and write."""
    del database  # only so that its tables are there
    app = site_on(settings.model_copy(update={"demo": True}))
    yield app
    app.extensions["quydinh"].database.dispose()


@pytest.fixture
def visitor(people_app: Flask) -> Browser:
    """Somebody who is not signed in."""
    return Browser(people_app)
