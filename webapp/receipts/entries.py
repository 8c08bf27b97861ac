"""What is committed to: a comment's words and its sender, each behind a salted hash, and the entry that goes
into the log. Texts are kept and compared byte for byte, so that nobody has to agree on a way to write JSON.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from schemas import consultation_tables as c

#: What is signed begins with its purpose, so that one kind of text is never taken for another.
ENTRY_CONTEXT, HEAD_CONTEXT = "quydinh receipt 1\n", "quydinh tree head 1\n"
PERSON_FIELDS = (
    "name",
    "organisation",
    "email",
    "phone",
    "place",
    "show_name",
    "show_organisation",
    "show_place",
)
Row = Any


def canonical(values: Mapping[str, Any]) -> str:
    """One text for these values: keys in order, no blanks, letters as they are."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def commitment(salt: str, text: str) -> str:
    """SHA-256 of salt (16 bytes, given in hexadecimal) and text. Without the salt it says nothing."""
    return hashlib.sha256(bytes.fromhex(salt) + text.encode()).hexdigest()


def instant(value: dt.datetime) -> str:
    """A time in UTC to the microsecond, as it is written into entries."""
    if value.tzinfo is not None:
        value = value.astimezone(dt.UTC)
    return f"{value:%Y-%m-%dT%H:%M:%S.%f}Z"


def content_text(
    comment: Mapping[str, Any],
    anchor: tuple[int, str | None] | None,
    answers: Iterable[tuple[int, int | None, str]],
    files: Iterable[tuple[str, str]],
) -> str:
    """What was said: words, stance, the clause it is about, answers to questions, hashes of files."""
    version, path = anchor or (None, None)
    return canonical(
        {
            "answers": sorted(([q, choice, text] for q, choice, text in answers), key=lambda a: a[0]),
            "body": comment["body"],
            "consultation": comment["consultation_id"],
            "files": sorted([name, digest] for name, digest in files),
            "provision": path,
            "replacement": comment["replacement"],
            "sender": str(comment["sender"]),
            "stance": comment["stance"],
            "version": version,
        }
    )


def person_text(person: Mapping[str, Any]) -> str:
    """Who said it, and what of that may be public."""
    return canonical({name: person[name] for name in PERSON_FIELDS})


def entry_text(
    tracking: str, consultation: int, received_at: dt.datetime, content: str, person: str | None
) -> str:
    """The leaf of a comment: its number, when it was received, and the two commitments."""
    return canonical(
        {
            "comment": content,
            "consultation": consultation,
            "person": person,
            "received_at": instant(received_at),
            "tracking": tracking,
        }
    )


def read_content(connection: sa.Connection, comment: Row) -> str:
    """`content_text` of a stored comment."""
    n, v, q, f = c.comment_anchors.c, c.draft_versions.c, c.comment_answers.c, c.attachments.c
    anchor = connection.execute(
        sa.select(v.number, n.path)
        .join_from(c.comment_anchors, c.draft_versions, v.id == n.version_id)
        .where(n.comment_id == comment.id, n.fit == "sent")
    ).first()
    answers = connection.execute(sa.select(q.question_id, q.choice, q.text).where(q.comment_id == comment.id))
    files = connection.execute(sa.select(f.name, f.sha256).where(f.comment_id == comment.id))
    return content_text(
        comment._asdict(),
        (anchor.number, anchor.path) if anchor else None,
        [(row.question_id, row.choice, row.text) for row in answers],
        [(row.name, row.sha256) for row in files],
    )


def read_person(connection: sa.Connection, comment_id: int) -> tuple[str, str] | None:
    """Salt and `person_text` of a stored comment; None where nobody is named."""
    p = c.comment_people
    row = connection.execute(sa.select(p).where(p.c.comment_id == comment_id)).first()
    return (row.commitment_salt, person_text(row._asdict())) if row else None
