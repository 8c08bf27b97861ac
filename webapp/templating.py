"""What templates can call: formats, links, assets. No queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask

from . import formats, home
from .languages import LANGUAGES, language, local, other_language_url
from .state import site

T = TypeVar("T")


def initialise(app: Flask, asset: Callable[[str], str]) -> None:
    """Filters and globals for all templates."""
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    env.filters.update(date=formats.date, hold=formats.hold, whole_numbers=formats.whole_numbers)
    env.globals.update(asset=asset, local=local, LANGUAGES=LANGUAGES)
    app.context_processor(_frame)


def _or(read: Callable[[], T], otherwise: T) -> T:
    """What the frame says of the database; a page about a failed database must not need it."""
    try:
        return read()
    except sa.exc.SQLAlchemyError:
        return otherwise


def _frame() -> dict[str, Any]:
    """What the frame of each page needs beside its own variables."""
    return {
        "lang": language(),
        "other_url": other_language_url(),
        "freshness": lambda: _or(home.freshness, ""),
        "samples": lambda: _or(lambda: home.counts().samples > 0, False),
        "base_url": site().settings.base_url,
    }
