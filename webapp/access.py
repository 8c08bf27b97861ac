"""Who is asking, and whether they may.

    person = require(Action.DRAFT_PLAN, Subject("plan", ministry=ministry))

Every route that changes something, or shows what is not public, calls `require`; tests/webapp/
test_authorisation.py has a row for each route.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from flask import Flask, abort, g, redirect, request
from werkzeug.exceptions import Forbidden
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from schemas.people import NOTHING, Action, Person, Subject, may

from . import cookies
from .accounts import sessions
from .accounts.sessions import Session
from .languages import local
from .state import site

LOGIN = "/tai-khoan/dang-nhap"
#: What somebody has typed at length is shown again when their session has ended meanwhile.
AT_LENGTH = 30


#: … but never these.
SECRETS = frozenset({"password", "new", "current", "csrf_token", "code"})


class SessionOver(Forbidden):
    """A form of somebody whose session has ended: `typed` is what would be lost."""

    def __init__(self, typed: dict[str, str]) -> None:
        super().__init__()
        self.typed = typed


def current_person() -> Person | None:
    """Whoever is signed in, with the roles held now (one query a request); None for a visitor."""
    session = current_session()
    return session.person if session else None


def current_session() -> Session | None:
    """The session of this request's cookie; looked up once."""
    if "session" not in g:
        token = cookies.read(request, cookies.SESSION)
        g.session = _find(token) if token else None
    found: Session | None = g.session
    return found


def _find(token: str) -> Session | None:
    part = site()
    with part.database.connect() as connection:
        session = sessions.find(connection, token, samples=part.settings.demo)
    if session and sessions.needs_touch(session):
        with part.database.begin() as connection:
            sessions.touch(connection, session, part.settings.session_length)
    return session


def allowed(action: Action, subject: Subject = NOTHING) -> bool:
    """For showing or leaving out a link or a button."""
    return may(current_person(), action, subject)


def require(action: Action, subject: Subject = NOTHING, *, hidden: bool = False) -> Person:
    """The person asking, if they may; ends the request otherwise.

    A visitor is led to the log-in page and back (the API: 401); what a visitor has typed at length, when the
    session ended over it, comes back on a page that leads there (SessionOver). Somebody without the right
    gets 403, or 404 with `hidden`, where even the existence of the subject is not public.
    """
    person = current_person()
    if person is None:
        if hidden:
            abort(404)
        if request.path.startswith("/api/"):
            abort(401)
        if typed := _typed_at_length():
            raise SessionOver(typed)
        abort(redirect(login_url(), 303))
    if not may(person, action, subject):
        if hidden:
            abort(404)
        raise Forbidden
    return person


def require_person() -> Person:
    """Whoever is signed in; a visitor is led to the log-in page."""
    person = current_person()
    return person or require(Action.MANAGE_OWN_ACCOUNT)


def _typed_at_length() -> dict[str, str]:
    """Words in the form that was sent, without tokens, passwords and short fields."""
    if request.method in ("GET", "HEAD"):
        return {}
    fields = request.form.items(multi=True)
    return {
        name: value
        for name, value in fields
        if len(value) > AT_LENGTH and " " in value.strip() and name not in SECRETS
    }


def login_url() -> str:
    """The log-in page, which leads back here: to this page, or for a sent form to the page it was on."""
    here = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else _referring_page()
    return local(LOGIN) + (f"?tiep={quote(here, safe='/')}" if here not in ("", "/") else "")


def _referring_page() -> str:
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host:
        return ""
    path = parts.path.removeprefix(request.script_root)
    return local_path(path + (f"?{parts.query}" if parts.query else ""), "")


def local_path(target: str, otherwise: str = "/") -> str:
    """`target` if it is a path on this site, else `otherwise`: the guard against open redirects.

    Browsers read backslashes as slashes and drop tabs and line breaks, so none may be in it.
    """
    if not target.startswith("/") or target.startswith("//") or len(target) > 2000:
        return otherwise
    if any(ord(character) <= 32 or character in "\\\x7f" for character in target):
        return otherwise
    parts = urlsplit(target)
    return otherwise if parts.scheme or parts.netloc else target


def _finish(response: Response) -> Response:
    """What is shown to somebody signed in is kept by no cache, not even the browser's after signing out."""
    if g.get("session"):
        response.headers["Cache-Control"] = "private, no-store"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def initialise(app: Flask) -> None:
    """Let templates know who is signed in; believe the proxies the settings name."""
    app.after_request(_finish)
    app.context_processor(lambda: {"person": current_person(), "allowed": allowed, "Action": Action})
    proxies = app.extensions["quydinh"].settings.trusted_proxies
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
