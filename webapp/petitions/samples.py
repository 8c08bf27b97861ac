"""The sample petitions, written by the same functions as real ones, with times before the day of loading."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from schemas import petition_tables as p
from schemas import regulation_tables as r
from schemas.people import Grant, Person, Role
from schemas.people_tables import accounts
from schemas.petitions import SENDERS, Step
from schemas.settings import Settings

from ..audit import now
from ..cookies import new_token
from ..keys import secret_key
from ..working_days import vietnam
from . import store
from .store import Done, Petition

OFFICER, APPROVER = "can-bo@mau.example", "nguoi-duyet@mau.example"


def load(database: sa.Engine, settings: Settings, file: Path) -> int:
    """The petitions of the file that are not there yet; how many were added."""
    entries = tomllib.loads(file.read_text(encoding="utf-8"))["petitions"]
    with database.begin() as connection:
        held = set(connection.scalars(sa.select(p.petitions.c.title).where(p.petitions.c.sample)))
        new = [entry for entry in entries if entry["title"] not in held]
        for entry in new:
            _write(connection, settings, entry)
    return len(new)


def _write(connection: sa.Connection, settings: Settings, entry: dict[str, Any]) -> None:
    moment = now()
    petition = Petition(
        title=entry["title"],
        body=entry["body"],
        name="Người gửi mẫu",
        address="Địa chỉ mẫu",
        phone="0000 000 000",
        regulation=entry.get("regulation", ""),
    )
    sent = store.send(
        connection, secret_key(settings), new_token(), petition, "Dữ liệu mẫu", vietnam(),
        received_at=moment - dt.timedelta(days=entry["ago"]), sample=True,
    )  # fmt: skip
    ministry = connection.scalar(
        sa.select(r.ministries.c.code)
        .join(r.regulations, r.regulations.c.ministry_id == r.ministries.c.id)
        .where(r.regulations.c.code == petition.regulation)
    )
    for name, ago, text, *more in entry["steps"]:
        step = Step(name)
        done = Done(
            step,
            "" if step is Step.RATE else text,
            ministry=ministry or "",
            outcome=more[0] if step is Step.ANSWER else "",
            reason=more[0] if step is Step.REFUSE else "",
            rating=int(text) if step is Step.RATE else 0,
        )
        role = Role.APPROVER if step is Step.PUBLISH else Role.OFFICER
        person = None if step in SENDERS else _person(connection, role)
        when = moment - dt.timedelta(days=ago)
        store.take(connection, person, sent.petition_id, done, vietnam(), moment=when)


def _person(connection: sa.Connection, role: Role) -> Person:
    """The sample account, with authority over every ministry while samples are loaded."""
    email = APPROVER if role is Role.APPROVER else OFFICER
    found = connection.scalar(sa.select(accounts.c.id).where(accounts.c.email == email, accounts.c.sample))
    fallback = -1 if role is Role.APPROVER else 0
    return Person(found if found is not None else fallback, email, grants=(Grant(role),), sample=True)
