"""Two languages by address: Vietnamese at the root, English under /en/ with the same paths.

The middleware takes /en off the path and remembers it as the mount point, so that views and links need to
know nothing. Legal texts stay Vietnamese and are marked so with `lang`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from flask import Flask, has_request_context, request
from flask_babel import Babel
from flask_babel import gettext as babel_gettext
from flask_babel import ngettext as babel_ngettext

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
ENGLISH_PREFIX = "/en"

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class LanguagePrefix:
    """WSGI middleware: /en/tim-kiem is served as /tim-kiem in English."""

    def __init__(self, app: WsgiApp) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == ENGLISH_PREFIX or path.startswith(ENGLISH_PREFIX + "/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + ENGLISH_PREFIX
            environ["PATH_INFO"] = path[len(ENGLISH_PREFIX) :] or "/"
            environ["quydinh.language"] = "en"
        return self.app(environ, start_response)


def language() -> str:
    """Language of the current request: "vi" or "en"."""
    return request.environ.get("quydinh.language", "vi") if has_request_context() else "vi"


def gettext(message: str, **values: object) -> str:
    """The message in the current language; `%(name)s` in it is filled in."""
    if language() == "vi":
        return message % values if values else message
    return str(babel_gettext(message, **values))


def ngettext(singular: str, plural: str, number: int, **values: object) -> str:
    """The same for a number of things; Vietnamese has one form."""
    return str(babel_ngettext(singular, plural, number, **values))


def N_(message: str) -> str:
    """Marks a message that is translated later, with `gettext`, so that it is found for the catalogue."""
    return message


def local(path: str) -> str:
    """A path of the site as it is linked in the current language."""
    if not path.startswith("/"):
        return path
    return request.script_root + path if has_request_context() else path


def other_language_url() -> str:
    """The address of this page in the other language."""
    root = request.script_root
    query = request.query_string.decode("utf-8", "replace")
    base = root.removesuffix(ENGLISH_PREFIX) if language() == "en" else root + ENGLISH_PREFIX
    return base + request.path + (f"?{query}" if query else "")


def initialise(app: Flask) -> None:
    """Switch translations on; catalogues stand in webapp/translations."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "vi")
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(Path(__file__).parent / "translations"))
    Babel(app, locale_selector=language)
    # Templates ask for hundreds of messages a page; the source language needs no catalogue.
    install: Any = app.jinja_env
    install.install_gettext_callables(gettext, ngettext, newstyle=True)
    app.wsgi_app = LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]
