"""A site with one open consultation, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from schemas.settings import Settings
from tests.webapp.sites import site_on

from .people import add_people


@pytest.fixture
def portal(database: sa.Engine) -> sa.Engine:
    """A database with two ministries."""
    with database.begin() as connection:
        add_people(connection)
    return database


@pytest.fixture
def site(portal: sa.Engine, database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The site on that database; proofs of work are cheap."""
    settings = Settings(data_dir=tmp_path / "data", database_url=database_url, proof_cost=200)
    app = site_on(settings)
    yield app
    app.extensions["quydinh"].database.dispose()
