"""`python -m webapp create-admin`: the first administrator, made by whoever runs the machine."""

from __future__ import annotations

import getpass
import sys

import sqlalchemy as sa

from schemas.database import database_engine
from schemas.errors import QuydinhError
from schemas.people import Grant, Role
from schemas.settings import Settings

from ..forms import email_address, tidy
from . import passwords, roles, store


class NotCreated(QuydinhError):
    """The administrator could not be made; the message says why."""


def create_administrator(settings: Settings, email: str, name: str, password: str | None = None) -> str:
    """Make an account the national administrator, or give an existing one the role. Gives what was done.

    Without `password` it is asked for: twice at a terminal, else the first line of standard input. Raises
    NotCreated for an address or a password that will not do.
    """
    address = email_address(email)
    if address is None:
        raise NotCreated(f"{email!r} is not an e-mail address")
    database = database_engine(settings.database)
    try:
        with database.begin() as connection:
            account = store.by_email(connection, address, samples=True)
            if account and account.sample:
                raise NotCreated(f"{address} is a sample account: choose a real address")
            number = account.id if account else _create(connection, address, name, password)
            new = roles.grant(connection, None, number, Grant(Role.ADMINISTRATOR), system=True)
    except sa.exc.IntegrityError as error:
        raise NotCreated(
            f"the account {address} is closed: open it again or choose another address"
        ) from error
    finally:
        database.dispose()
    if account is None:
        return f"{address} was created and is national administrator"
    return (
        f"{address} is now national administrator" if new else f"{address} was national administrator already"
    )


def _create(connection: sa.Connection, email: str, name: str, password: str | None) -> int:
    chosen = _asked() if password is None else password
    if fault := passwords.fault(chosen, email):
        raise NotCreated(fault)
    return store.create(
        connection,
        email=email,
        name=tidy(name) or email.split("@")[0],
        password_hash=passwords.hash_password(chosen),
        consented=False,
        system=True,
    )


def _asked() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != first:
        raise NotCreated("the two passwords differ")
    return first
