"""No form is accepted that this site did not hand to this very browser.

Each form carries a token made from the random value in the browser's own cookie; the cookie is set together
with the first form. A token is masked anew for each page, so that compression tells nothing about it. What is
sent from another site is refused before that, by the browser's Origin and Sec-Fetch-Site headers. The check
runs before every view, for every method that can change something: no route can forget it.
"""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request
from markupsafe import Markup
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from . import cookies
from .keys import keyed
from .state import site

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
SAFE = ("GET", "HEAD", "OPTIONS")
#: Long enough for a draft left open in a tab.
KEPT_SECONDS = 30 * 24 * 3600


class ForeignForm(BadRequest):
    """A form without our token, or sent from another site."""


def token() -> str:
    """The token for a form on this page; the answer then sets the cookie and is not cached."""
    visit = cookies.read(request, cookies.VISIT) or g.get("new_visit", "")
    if not visit:
        visit = g.new_visit = cookies.new_token()
    g.has_form = True
    mask = secrets.token_hex(16)
    return mask + _sign(visit, mask)


def field() -> Markup:
    """The hidden input every form has: `{{ csrf_field() }}`."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token())


def check() -> None:
    """Refuse a changing request that does not come from one of our forms. Raises ForeignForm."""
    if request.method in SAFE or request.url_rule is None:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise ForeignForm
    origin = request.headers.get("Origin")
    own = {request.host, urlsplit(site().settings.base_url).netloc or request.host}
    if origin is not None and urlsplit(origin).netloc not in own:
        raise ForeignForm
    sent = request.headers.get(HEADER) or request.form.get(FIELD, "")
    visit = cookies.read(request, cookies.VISIT)
    mask, signature = sent[:32], sent[32:]
    if not visit or not hmac.compare_digest(signature.encode(), _sign(visit, mask).encode()):
        raise ForeignForm


def _sign(visit: str, mask: str) -> str:
    return keyed(str(current_app.secret_key), "csrf", f"{mask}\0{visit}")


def _finish(response: Response) -> Response:
    if "new_visit" in g:
        cookies.write(response, request, cookies.VISIT, g.new_visit, KEPT_SECONDS)
    if "has_form" in g:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def initialise(app: Flask) -> None:
    """Guard every view of the application; needs `app.secret_key`."""
    app.before_request(check)
    app.after_request(_finish)
    app.jinja_env.globals.update(csrf_field=field)
