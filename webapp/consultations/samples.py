"""The sample consultations, written by the same functions as real ones and then moved to their days.

Days in the files count from the day of loading, so that one of them always closes soon.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas.calendar import today
from schemas.consultations import (
    CommentState,
    ConsultationContent,
    Sender,
    Step,
    Verdict,
    end_of,
    start_of,
)
from schemas.lists import MinistryEntry
from schemas.people import Grant, Person, Role
from schemas.people_tables import accounts
from schemas.settings import Settings
from schemas.text.normalise import slugify

from ..cookies import new_token
from ..keys import secret_key
from ..plans import ministries
from ..receipts.keys import signer_of
from . import answers, campaigns, comments, moderation, store
from .comments import Letter
from .desk_writing import read_questions
from .importing import read_draft
from .moderation import Decision
from .rows import clock, utc

WRITER, APPROVER, MODERATOR = "can-bo@mau.example", "nguoi-duyet@mau.example", "kiem-duyet@mau.example"
#: A comment of a sample was sent this long after its consultation opened.
SENT_AFTER = dt.timedelta(days=2)
BETWEEN = dt.timedelta(hours=7)


def load(database: sa.Engine, settings: Settings, folder: Path) -> int:
    """The consultations of `folder` that are not there yet; how many were added."""
    entries = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))]
    with database.connect() as connection:
        held = set(connection.scalars(sa.select(c.consultations.c.title).where(c.consultations.c.sample)))
    new = [entry for entry in entries if entry["title"] not in held]
    for entry in new:
        _load(database, settings, entry)
    return len(new)


def _load(database: sa.Engine, settings: Settings, entry: Mapping[str, Any]) -> None:
    with database.begin() as connection:
        number, written = _open(connection, settings, entry)
    # Outside the transaction: grouping is the worker's, done here at once.
    while campaigns.group_waiting(database):
        pass
    with database.begin() as connection:
        day = today(clock(connection))
        for comment_id, item in written:
            _answer(connection, comment_id, item)
        if "answered" in entry:
            approver = _person(connection, APPROVER, Role.APPROVER)
            revision = connection.scalar(
                sa.select(c.consultations.c.revision).where(c.consultations.c.id == number)
            )
            store.close_answered(connection, approver, number, int(revision or 0), entry["result"])
            when = utc(start_of(day + dt.timedelta(days=entry["answered"])))
            mine = c.consultations.c.id == number
            connection.execute(sa.update(c.consultations).where(mine).values(answered_at=when))


def _open(
    connection: sa.Connection, settings: Settings, entry: Mapping[str, Any]
) -> tuple[int, list[tuple[int, Mapping[str, Any]]]]:
    """Write and open it as of now, with its comments."""
    writer = _person(connection, WRITER, Role.OFFICER)
    approver = _person(connection, APPROVER, Role.APPROVER)
    name = entry["ministry"]
    ministries.load(connection, [MinistryEntry(slugify(name), name, None, None, "", "")], sample=True)
    moment = clock(connection)
    day = today(moment)
    content = ConsultationContent(
        title=entry["title"],
        purpose=entry["purpose"],
        field=entry["field"],
        document_number=entry["document"],
        opens_at=moment,
        closes_at=moment + dt.timedelta(days=entry["closes"] - entry["opens"] + 1),
        answer_by=day + dt.timedelta(days=entry["answer_by"]),
        questions=tuple(read_questions("\n".join(entry.get("questions", ())))),
    )
    number = store.create(connection, writer, slugify(name), content, settings, sample=True)
    preamble, provisions = read_draft(entry["draft"], entry.get("explanations", {}))
    store.write_draft(connection, writer, number, 1, provisions, preamble)
    store.submit(connection, writer, number, 2)
    store.open_for_comment(connection, approver, number, 3)
    first = _move(connection, number, entry, day) + SENT_AFTER
    items = [*_campaign(entry.get("campaign")), *entry.get("comments", ())]
    written = [
        (_send(connection, settings, number, item, first + place * BETWEEN), item)
        for place, item in enumerate(items)
    ]
    return number, written


def _campaign(entry: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """The comments of a small campaign: one text, now and then with a sentence of one's own."""
    if entry is None:
        return []
    return [
        {
            "path": entry["path"],
            "stance": entry["stance"],
            "body": f"{entry['text']} {own}".strip(),
            "sender": "anonymous",
            "verified": bool(own),
        }
        for own in entry["own"]
    ]


def _send(
    connection: sa.Connection, settings: Settings, number: int, item: Mapping[str, Any], when: dt.datetime
) -> int:
    letter = Letter(
        sender=Sender(item["sender"]),
        stance=item.get("stance", ""),
        body=item["body"],
        replacement=item.get("replacement", ""),
        path=item.get("path"),
        version=1,
        name=item.get("name", ""),
        organisation=item.get("organisation", ""),
        place=item.get("place", ""),
        shows=frozenset(item.get("shows", ())),
    )
    sent = comments.send(
        connection,
        secret_key(settings),
        number,
        new_token(),
        letter,
        when,
        "Dữ liệu mẫu",
        proof=True,
        sample=True,
        signer=signer_of(settings),
    )
    if item.get("verified"):
        mine = c.comments.c.id == sent.comment_id
        connection.execute(sa.update(c.comments).where(mine).values(verification="email"))
    if "redact" in item:
        covered = item["redact"]
        decision = Decision(Step.REDACT, covered["reason_code"], covered["reason"], covered["body"])
        moderator = _person(connection, MODERATOR, Role.MODERATOR)
        moderation.decide(connection, moderator, sent.comment_id, CommentState.PUBLISHED, decision)
    return sent.comment_id


def _answer(connection: sa.Connection, comment_id: int, item: Mapping[str, Any]) -> None:
    if "answer" not in item:
        return
    writer = _person(connection, WRITER, Role.OFFICER)
    approver = _person(connection, APPROVER, Role.APPROVER)
    given = item["answer"]
    number = answers.save(connection, writer, comment_id, Verdict(given["verdict"]), given["text"])
    answers.submit(connection, writer, number, 1)
    answers.publish(connection, approver, number, 2)


def _move(connection: sa.Connection, number: int, entry: Mapping[str, Any], day: dt.date) -> dt.datetime:
    """Put the times where the file says (only samples are ever moved); when it opened."""
    opens = utc(start_of(day + dt.timedelta(days=entry["opens"])))
    t, v = c.consultations, c.draft_versions
    values = {
        "opens_at": opens,
        "published_at": opens,
        "closes_at": utc(end_of(day + dt.timedelta(days=entry["closes"]))),
    }
    connection.execute(sa.update(t).where(t.c.id == number).values(**values))
    connection.execute(sa.update(v).where(v.c.consultation_id == number).values(published_at=opens))
    return opens


def _person(connection: sa.Connection, email: str, role: Role) -> Person:
    """The sample account, with authority over every ministry while samples are loaded."""
    found = connection.scalar(sa.select(accounts.c.id).where(accounts.c.email == email, accounts.c.sample))
    fallback = {Role.OFFICER: 0, Role.APPROVER: -1}.get(role, -2)
    return Person(found if found is not None else fallback, email, grants=(Grant(role),), sample=True)
