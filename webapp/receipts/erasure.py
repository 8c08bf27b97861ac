"""Lawful deletion of personal data (Law 91/2025/QH15): the data and its salt go, the log stays as it is.

What remains is a hash nobody can match to anything, and a row that says what was deleted and why.
"""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas.consultations import parse_tracking
from schemas.errors import Refused
from schemas.log_tables import log_erasures
from schemas.people import Subject
from schemas.tables import outbox

from ..audit import now, record

Part = Literal["comment", "person"]


def forget_person(connection: sa.Connection, comment_id: int, basis: str) -> None:
    """Delete who sent a comment, where somebody is named."""
    p = c.comment_people
    if connection.execute(sa.delete(p).where(p.c.comment_id == comment_id)).rowcount:
        _note(connection, comment_id, "person", basis)


def erase(connection: sa.Connection, tracking: str, basis: str) -> int:
    """Delete the words and the sender of a comment whose words are personal data; the comment's id.

    The row stays, hidden and empty, so that numbers still add up. Refused("unknown") for a number nobody has.
    """
    number = parse_tracking(tracking)
    row = connection.execute(sa.select(c.comments).where(c.comments.c.tracking == number)).first()
    if row is None:
        raise Refused("unknown")
    forget_person(connection, row.id, basis)
    empty = {
        "body": "",
        "replacement": "",
        "shown_body": None,
        "shown_replacement": None,
        "unique_sentences": None,
        "commitment_salt": "",
        "state": "withdrawn" if row.state == "withdrawn" else "hidden",
        "hide_reason": row.hide_reason or "personal_data",
    }
    connection.execute(sa.update(c.comments).where(c.comments.c.id == row.id).values(**empty))
    answers = c.comment_answers
    connection.execute(sa.update(answers).where(answers.c.comment_id == row.id).values(choice=None, text=""))
    _note(connection, row.id, "comment", basis)
    values = {"kind": "comment", "record_id": row.id, "action": "index", "created_at": now()}
    connection.execute(sa.insert(outbox).values(**values))
    record(connection, None, "erased", Subject("comment", str(row.id)), None, {"basis": basis}, system=True)
    return int(row.id)


def _note(connection: sa.Connection, comment_id: int, part: Part, basis: str) -> None:
    values = {"comment_id": comment_id, "part": part, "basis": basis, "erased_at": now()}
    connection.execute(sa.insert(log_erasures).values(**values))
