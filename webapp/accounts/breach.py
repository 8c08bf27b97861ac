"""`python -m webapp breach`: what a notice about leaked personal data has to say, and letters to the people.

The law on personal data (91/2025/QH15) gives 72 hours from finding it: nobody should have to learn the tables
of the portal in that time.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas.calendar import VIETNAM
from schemas.errors import QuydinhError
from schemas.people import Subject
from schemas.people_tables import accounts, identities, sessions
from schemas.petition_tables import petition_files, petition_people

from .. import audit
from ..mail import outbox

WITHIN = dt.timedelta(hours=72)
#: Every table with personal data: what it is, the columns that hold it, the one with the e-mail address.
HOLDINGS: tuple[tuple[str, sa.Table, tuple[str, ...], str], ...] = (
    ("accounts", accounts, ("name", "email", "password_hash"), "email"),
    ("sign-on services linked to accounts", identities, ("issuer", "subject"), ""),
    ("places where people are signed in", sessions, ("browser", "address"), ""),
    ("senders of comments", c.comment_people, ("name", "organisation", "email", "phone", "place"), "email"),
    ("comments begun and not sent", c.comment_drafts, ("typed",), ""),
    ("claims of “not sent by me”", c.comment_claims, ("name", "contact"), ""),
    ("senders of petitions", petition_people, ("name", "address", "phone", "email"), "email"),
    ("files of petitions", petition_files, ("name",), ""),
)


class BadNotice(QuydinhError):
    """The command cannot do what was asked; the message says why."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of data: how many rows, and of each column how many hold something."""

    kind: str
    rows: int
    filled: tuple[tuple[str, int], ...]


def holdings(connection: sa.Connection) -> list[Holding]:
    """What personal data the portal holds at this moment."""
    found = []
    for kind, table, columns, _email in HOLDINGS:
        filled = [
            sa.func.count(sa.case((sa.and_(table.c[n].is_not(None), sa.cast(table.c[n], sa.Text) != ""), 1)))
            for n in columns
        ]
        rows, *counts = connection.execute(sa.select(sa.func.count(), *filled).select_from(table)).one()
        found.append(Holding(kind, rows, tuple(zip(columns, counts, strict=True))))
    return found


def addresses(connection: sa.Connection) -> list[str]:
    """Every e-mail address held, each once."""
    found: set[str] = set()
    for _kind, table, _columns, email in HOLDINGS:
        if email:
            found |= {a.strip().lower() for a in connection.scalars(sa.select(table.c[email])) if a}
    return sorted(found)


def report(database: sa.Engine, found_at: dt.datetime, letter: Path | None = None) -> str:
    """The facts of a notice as text; with `letter` (first line the subject) also one to every address held.

    Letters are written in one transaction with a row of the audit trail. Raises BadNotice.
    """
    until = (found_at.astimezone(VIETNAM) + WITHIN).isoformat(timespec="minutes")
    lines = [f"notify the authority for the protection of personal data before {until}"]
    with database.begin() as connection:
        for one in holdings(connection):
            filled = ", ".join(f"{name} {count}" for name, count in one.filled)
            lines.append(f"{one.kind}: {one.rows} ({filled})")
        people = addresses(connection)
        lines.append(f"e-mail addresses held: {len(people)}")
        if letter is not None:
            lines.append(f"letters put into the outbox: {_write(connection, people, letter)}")
    return "\n".join(lines)


def _write(connection: sa.Connection, people: list[str], letter: Path) -> int:
    try:
        subject, _newline, body = letter.read_text(encoding="utf-8").strip().partition("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadNotice(f"{letter} cannot be read: {error}") from error
    if not subject.strip() or not body.strip():
        raise BadNotice(f"{letter}: the first line is the subject, the text follows; one of them is missing")
    for address in people:
        outbox.post(connection, address, subject, body.lstrip("\n"), kind="breach")
    audit.record(
        connection, None, "breach_told", Subject("portal"), None, {"letters": len(people)}, system=True
    )
    return len(people)


def instant(text: str) -> dt.datetime:
    """When it was found, as typed: ISO, in Vietnam where no zone is given. Raises BadNotice."""
    try:
        read = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise BadNotice(f"{text!r} is no time; write it as 2026-11-28T09:30") from error
    return read if read.tzinfo else read.replace(tzinfo=VIETNAM)
