"""Files that come with a petition, or with what its sender was asked for. They may be anybody's papers: only
the sender's page and the desk of the agency show them, and the sender gets back only what was checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from flask import Flask, request

from schemas import petition_tables as p
from schemas import regulation_tables as r
from schemas.errors import Refused
from schemas.people import Action, Person, Subject
from schemas.settings import Settings

from .. import limits
from ..audit import record
from ..consultations import attachments
from ..consultations.attachments import MOST, checked_kind, stored
from ..consultations.common import secret, visitor
from ..consultations.rows import Row, new_id
from ..consultations.writing import UPLOADS
from ..state import site

Upload = tuple[str, bytes]
FIELD = "file"
#: What a form holds besides its files.
FIELDS = 1 << 20
#: Files of one petition, however often its sender supplies more.
MOST_OF_ALL = 20
#: Routes that take files.
UPLOADING = frozenset({"petitions.send_petition", "petitions.sender_step"})
_F = p.petition_files


def initialise(app: Flask) -> None:
    """Let the forms that take files be larger; has to run before anything reads a form."""
    app.before_request(_allow_uploads)


def _allow_uploads() -> None:
    if request.endpoint in UPLOADING:
        request.max_content_length = MOST * (site().settings.upload_megabytes << 20) + FIELDS


def uploads() -> list[Upload]:
    """The files of this request. Refused: `file_count`, `file_often`."""
    given = [upload for upload in request.files.getlist(FIELD) if upload.filename]
    if len(given) > MOST:
        raise Refused("file_count")
    for _upload in given:
        if limits.take(site().database, secret(), UPLOADS, visitor()):
            raise Refused("file_often")
    longest = site().settings.upload_megabytes << 20
    return [(upload.filename or "", upload.stream.read(longest + 1)) for upload in given]


def keep(
    connection: sa.Connection,
    settings: Settings,
    given: Sequence[Upload],
    *,
    submission: str | None = None,
    petition_id: int | None = None,
) -> list[int]:
    """Keep uploads in quarantine, all or none: with a form that is not sent yet, or with a petition.

    Refused: `file_empty`, `file_size`, `file_type`, `file_count`.
    """
    kinds = [checked_kind(settings, data) for _name, data in given]
    mine = _F.c.submission == submission if petition_id is None else _F.c.petition_id == petition_id
    held = connection.scalar(sa.select(sa.func.count()).select_from(_F).where(mine)) or 0
    if held + len(given) > (MOST if petition_id is None else MOST_OF_ALL):
        raise Refused("file_count")
    return [
        new_id(
            connection,
            sa.insert(_F).values(
                **stored(settings, data, name, suffix), submission=submission, petition_id=petition_id
            ),
        )
        for (name, data), suffix in zip(given, kinds, strict=True)
    ]


def of_submission(connection: sa.Connection, submission: str) -> list[Row]:
    """Files uploaded with a form that is not sent yet."""
    unsent = sa.and_(_F.c.submission == submission, _F.c.petition_id.is_(None))
    return list(connection.execute(sa.select(_F).where(unsent).order_by(_F.c.id)))


def drop(connection: sa.Connection, submission: str, ids: Iterable[int]) -> None:
    """Take files off a form that is not sent yet. The bytes go with the next clearing."""
    mine = sa.and_(_F.c.submission == submission, _F.c.petition_id.is_(None), _F.c.id.in_(list(ids)))
    connection.execute(sa.delete(_F).where(mine))


def give(connection: sa.Connection, submission: str, petition_id: int) -> None:
    """What was uploaded with a form belongs to the petition it became."""
    mine = sa.and_(_F.c.submission == submission, _F.c.petition_id.is_(None))
    connection.execute(sa.update(_F).where(mine).values(petition_id=petition_id))


def of_petition(connection: sa.Connection, petition_id: int) -> list[Row]:
    """The files of a petition, in the order they came."""
    return list(connection.execute(sa.select(_F).where(_F.c.petition_id == petition_id).order_by(_F.c.id)))


def forget(connection: sa.Connection, petition_id: int) -> None:
    """The sender takes the petition back: the files go. The bytes go with the next clearing."""
    connection.execute(sa.delete(_F).where(_F.c.petition_id == petition_id))


def settle(
    connection: sa.Connection, person: Person, subject: Subject, petition_id: int, file_id: int, state: str
) -> None:
    """Let a file out of quarantine, or refuse it. Refused("unknown") for one that does not wait."""
    found = {file.id: file for file in of_petition(connection, petition_id)}.get(file_id)
    if found is None or found.state != "quarantined":
        raise Refused("unknown")
    attachments.settle(connection, file_id, state, f"#{person.id}", _F)
    before, after = {"file": file_id, "is": found.state}, {"file": file_id, "is": state}
    record(connection, person, Action.HANDLE_PETITION, subject, before, after)


def check_waiting(settings: Settings, database: sa.Engine) -> int:
    """Have clamd look at every file in quarantine; how many were checked. Raises OSError without clamd."""
    return attachments.check_table(settings, database, _F, _subject, lambda _file: "clean")


def _subject(connection: sa.Connection, file: Row) -> Subject:
    code = connection.scalar(
        sa.select(r.ministries.c.code)
        .join(p.petitions, p.petitions.c.ministry_id == r.ministries.c.id)
        .where(p.petitions.c.id == file.petition_id)
    )
    return Subject("petition", str(file.petition_id or ""), code or "")


def clear(connection: sa.Connection, before: dt.datetime) -> set[str]:
    """Forget what was never sent; the hashes of what is still held, whose bytes must stay."""
    connection.execute(sa.delete(_F).where(_F.c.petition_id.is_(None), _F.c.created_at < before))
    return set(connection.scalars(sa.select(_F.c.sha256)))
