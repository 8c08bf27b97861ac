"""Visitors and people of the portal's tests: a browser that fills in forms as a browser would."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Mapping

import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from schemas.people import Grant, Person
from schemas.people_tables import mail_outbox
from webapp.accounts import roles, sessions, store
from webapp.cookies import SESSION

PASSWORD = "một câu dài để thử"
TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')
#: A page with a form for everybody, signed in or not.
FORM_PAGE = "/tai-khoan/quen-mat-khau"
_numbers = itertools.count(1)


class Browser:
    """A test client with one cookie jar; `post` brings the token a form would have."""

    def __init__(self, app: Flask, person: Person | None = None) -> None:
        self.app = app
        self.client = app.test_client()
        # An address of one's own: limits on one browser leave the others alone.
        number = next(_numbers)
        address = f"127.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self.client.environ_base["REMOTE_ADDR"] = address
        self.person = person
        self._token = ""
        if person:
            database = app.extensions["quydinh"].database
            with database.begin() as connection:
                token = sessions.open_session(
                    connection, person.id, "password", "test", "127.0.0.1", dt.timedelta(hours=1)
                )
            self.client.set_cookie(SESSION, token, domain="localhost")

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def token(self) -> str:
        """As a form of this browser has it; one is enough for many."""
        if not self._token:
            found = TOKEN.search(self.client.get(FORM_PAGE).text)
            assert found
            self._token = found[1]
        return self._token

    def post(self, path: str, data: Mapping[str, object] | None = None) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.token(), **(data or {})})

    @property
    def session_cookie(self) -> str:
        cookie = self.client.get_cookie(SESSION, domain="localhost")
        return cookie.value if cookie else ""


def add_person(
    database: sa.Engine,
    *grants: Grant,
    email: str | None = None,
    password_hash: str | None = None,
    name: str = "Người thử",
    sample: bool = False,
) -> Person:
    """A new account with these roles."""
    email = email or f"nguoi-{next(_numbers)}@thu.example"
    with database.begin() as connection:
        number = store.create(
            connection, email=email, name=name, password_hash=password_hash, sample=sample, system=True
        )
        for grant in grants:
            roles.grant(connection, None, number, grant, system=True)
        account = store.by_id(connection, number)
        assert account
        return store.person(connection, account)


def letters(database: sa.Engine, recipient: str | None = None) -> list[sa.Row[tuple[object, ...]]]:
    """What would be sent, oldest first."""
    wanted = sa.select(mail_outbox).where(mail_outbox.c.state != "void").order_by(mail_outbox.c.id)
    if recipient:
        wanted = wanted.where(mail_outbox.c.recipient == recipient)
    with database.connect() as connection:
        return list(connection.execute(wanted))


def link_in(letter: sa.Row[tuple[object, ...]]) -> str:
    """The path of the link in a letter."""
    found = re.search(r"http://localhost(/\S+)", letter.body)
    assert found, letter.body
    return found[1]
