"""What the account routes share: limits, opening a session, sending a letter."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping

import sqlalchemy as sa
from flask import current_app, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from schemas.people import Person
from schemas.settings import Settings

from .. import audit, cookies, limits
from ..access import current_session
from ..forms import Form
from ..languages import local
from ..limits import Limit
from ..mail import outbox
from ..state import site
from . import sessions, store

log = logging.getLogger(__name__)

#: Tries at signing in: of one visitor at one account, of one visitor, at one account from anywhere.
LOGIN_PAIR = Limit("login-pair", 8, 900)
LOGIN_VISITOR = Limit("login-visitor", 60, 900)
LOGIN_ACCOUNT = Limit("login-account", 100, 3600)
#: Letters asked for: by one visitor, and to one address.
LETTER_VISITOR = Limit("letter-visitor", 20, 3600)
LETTER_ADDRESS = Limit("letter-address", 4, 3600)
#: Tries at links and at the own password.
LINK_VISITOR = Limit("link-visitor", 60, 3600)
PASSWORD_ACCOUNT = Limit("password-account", 10, 900)

TOO_MANY = 429
INVALID = 422


def settings() -> Settings:
    return site().settings


def visitor() -> str:
    """What counts as one visitor for limits."""
    return limits.network(request.remote_addr)


def limited(*tries: tuple[Limit, str]) -> int:
    """Count a try against each limit; the seconds to wait, 0 when all allow it."""
    secret = str(current_app.secret_key)
    return max(limits.take(site().database, secret, limit, who) for limit, who in tries)


def too_many(form: Form, name: str, seconds: int) -> None:
    """Say so at a field, with how long to wait."""
    minutes = max(1, math.ceil(seconds / 60))
    form.error(name, _("Thử quá nhiều lần. Chờ %(n)s phút rồi thử lại.", n=minutes))


def address_for_letter(form: Form) -> tuple[str, int]:
    """The address in the form, and 0 if a visitor may have a letter sent there; otherwise the status to show
    the form again with, which then says why."""
    email = form.email("email", missing=_("Nhập địa chỉ e-mail"))
    if not form.ok:
        return email, INVALID
    if seconds := limited((LETTER_VISITOR, visitor())):
        too_many(form, "email", seconds)
        return email, TOO_MANY
    return email, 0


def forget_tries(*tries: tuple[Limit, str]) -> None:
    """After a success."""
    for limit, who in tries:
        limits.forget(site().database, str(current_app.secret_key), limit, who)


def start_session(
    connection: sa.Connection, response: Response, account: store.Account, method: str
) -> Response:
    """Sign an account in on this browser: a new session id, the one it had before ends."""
    old = current_session()
    if old:
        sessions.end(connection, old.person.id, old.id)
    browser = request.user_agent.string
    idle = settings().session_length
    token = sessions.open_session(connection, account.id, method, browser, request.remote_addr or "", idle)
    actor = store.person(connection, account)
    audit.record(connection, actor, "signed_in", store.subject_of(account.id), None, {"method": method})
    cookies.write(response, request, cookies.SESSION, token, int(sessions.LONGEST.total_seconds()))
    return response


def link(path: str) -> str:
    """An absolute address of this site, for a letter."""
    base = settings().base_url or request.host_url.rstrip("/")
    return base + local(path)


def write_letter(
    connection: sa.Connection,
    template: str,
    recipient: str,
    *,
    account_id: int | None = None,
    void: bool = False,
    values: Mapping[str, str],
) -> None:
    """Put a letter into the outbox: its first line is the subject, the rest the text."""
    text = render_template(f"mail/{template}.txt", **values)
    subject, _blank, body = text.partition("\n")
    outbox.post(
        connection, recipient, subject, body.lstrip("\n"), kind="account", account_id=account_id, void=void
    )


def notify(connection: sa.Connection, person: Person, template: str, **values: str) -> None:
    """Tell somebody of a change to their account, where an address is known."""
    if person.email:
        write_letter(connection, template, person.email, account_id=person.id, values=values)
