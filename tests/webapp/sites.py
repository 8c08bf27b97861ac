"""Sites for tests that each have a database of their own: the application is built once, its parts change."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from flask import Flask

from schemas.database import database_engine
from schemas.settings import Settings
from webapp import create_app, keys
from webapp.state import Cache, Site

from .portal import ScriptedReader

#: Settings the factory itself reads; a test that changes one builds its own application.
READ_BY_THE_FACTORY = ("base_url", "trusted_proxies", "oidc_issuer", "learn_from_clicks")


@cache
def _application() -> Flask:
    """Building one costs 0.1 s, and its templates are compiled again."""
    with tempfile.TemporaryDirectory() as folder:
        return create_app(Settings(data_dir=Path(folder)), ScriptedReader())


def site_on(settings: Settings) -> Flask:
    """The site as `create_app(settings)` makes it, until the next call: no two at the same time."""
    app = _application()
    plain = app.extensions["quydinh"].settings
    for name in READ_BY_THE_FACTORY:
        assert getattr(settings, name) == getattr(plain, name), f"{name} needs an application of its own"
    app.extensions["quydinh"] = Site(settings, database_engine(settings.database), ScriptedReader(), Cache())
    app.secret_key = keys.secret_key(settings)
    return app
