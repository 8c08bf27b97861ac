"""Files that come with a comment: told by their first bytes, kept outside the web root, shown to nobody
before they were checked, and then only as a download."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import secrets
import socket
import struct
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas.errors import Refused
from schemas.people import Subject
from schemas.settings import Settings

from ..audit import now, record
from .rows import Row, consultation, new_id

#: Files of one comment.
MOST = 5
_MAIN_PARTS = {
    "word/document.xml": ".docx",
    "xl/workbook.xml": ".xlsx",
}
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {
    ".pdf": "application/pdf",
    ".docx": _WORD,
    ".xlsx": _SHEET,
    ".png": "image/png",
    ".jpg": "image/jpeg",
}
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u202a-\u202e\u2066-\u2069]+')
_CHUNK = 1 << 16


def kind(data: bytes) -> str | None:
    """ ".pdf", ".docx", ".xlsx", ".png" or ".jpg", by what the file is, not by what it is called; None for
    everything else, also for Office files with macros."""
    if data.startswith(b"%PDF-"):
        return ".pdf"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return ".png"
    if data.startswith(b"\xff\xd8\xff"):
        return ".jpg"
    if data.startswith(b"PK\x03\x04"):
        return _office(data)
    return None


def _office(data: bytes) -> str | None:
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return None
    if "[Content_Types].xml" not in names or any("vbaproject" in name.lower() for name in names):
        return None
    found = {suffix for part, suffix in _MAIN_PARTS.items() if part in names}
    return found.pop() if len(found) == 1 else None


def safe_name(name: str, suffix: str) -> str:
    """A name for the download, without paths or marks that change its direction; its ending is what it is."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    stem = _UNSAFE.sub(" ", name).strip(" .")
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", stem).strip(" .")[:100]
    return (stem or "tep") + suffix


def keep(
    connection: sa.Connection,
    settings: Settings,
    consultation_id: int,
    data: bytes,
    name: str,
    submission: str | None,
    uploaded_by: int | None = None,
) -> int:
    """Keep an upload in quarantine; its id. `submission` None: a paper of the ministry.

    Refused: `file_type`, `file_size`, `file_count`, `file_empty`.
    """
    suffix = checked_kind(settings, data)
    a = c.attachments
    if submission is not None:
        own = sa.select(sa.func.count()).select_from(a).where(a.c.submission == submission)
        if connection.execute(own).scalar_one() >= MOST:
            raise Refused("file_count")
    values = {
        **stored(settings, data, name, suffix),
        "consultation_id": consultation_id,
        "submission": submission,
        "uploaded_by": uploaded_by,
    }
    return new_id(connection, sa.insert(a).values(**values))


def checked_kind(settings: Settings, data: bytes) -> str:
    """The ending of an upload that may be kept. Refused: `file_empty`, `file_size`, `file_type`."""
    if not data:
        raise Refused("file_empty")
    if len(data) > settings.upload_megabytes << 20:
        raise Refused("file_size")
    suffix = kind(data)
    if suffix is None:
        raise Refused("file_type")
    return suffix


def stored(settings: Settings, data: bytes, name: str, suffix: str) -> dict[str, Any]:
    """Write the bytes; the columns that describe them in any table of files, in quarantine."""
    digest = hashlib.sha256(data).hexdigest()
    _write(path_of(settings, digest), data)
    return {
        "name": safe_name(name, suffix),
        "media_type": TYPES[suffix],
        "size": len(data),
        "sha256": digest,
        "state": "quarantined",
        "created_at": now(),
    }


def path_of(settings: Settings, digest: str) -> Path:
    """Where a file lies: by its content's hash, never by a name somebody chose."""
    return settings.data_dir / "uploads" / digest[:2] / digest


def _write(path: Path, data: bytes) -> None:
    with contextlib.suppress(FileNotFoundError):
        # Held already, perhaps named by no row just now: young again, clearing leaves it alone.
        os.utime(path)
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    own = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    own.replace(path)


def of_submission(connection: sa.Connection, submission: str) -> list[Row]:
    """Files uploaded with a form that is not sent yet."""
    a = c.attachments
    return list(connection.execute(sa.select(a).where(a.c.submission == submission).order_by(a.c.id)))


def drop(connection: sa.Connection, submission: str, attachment_id: int) -> bool:
    """Take a file off a form that is not sent yet. The bytes go with the next clearing."""
    a = c.attachments
    mine = sa.and_(a.c.id == attachment_id, a.c.submission == submission, a.c.comment_id.is_(None))
    return bool(connection.execute(sa.delete(a).where(mine)).rowcount)


def settle(
    connection: sa.Connection, file_id: int, state: str, verdict: str, table: sa.Table = c.attachments
) -> None:
    """The result of a check, in a table of files: clean or refused."""
    values = {"state": state, "verdict": verdict, "checked_at": now()}
    connection.execute(sa.update(table).where(table.c.id == file_id).values(**values))


def check_waiting(settings: Settings, database: sa.Engine) -> int:
    """Have clamd look at every file in quarantine; how many were checked. Raises OSError without clamd.

    A paper of the ministry that is clean still waits for the person who makes it public.
    """

    def passed(file: Row) -> str:
        return "quarantined" if file.comment_id is None and file.submission is None else "clean"

    return check_table(settings, database, c.attachments, _subject, passed)


def _subject(connection: sa.Connection, file: Row) -> Subject:
    ministry = consultation(connection, file.consultation_id).ministry_code
    return Subject("consultation", str(file.consultation_id), ministry)


def check_table(
    settings: Settings,
    database: sa.Engine,
    table: sa.Table,
    subject: Callable[[sa.Connection, Row], Subject],
    passed: Callable[[Row], str],
) -> int:
    """Have clamd look at what waits in a table of files, some at a time; how many were checked.

    `subject`: what a file belongs to; `passed`: its state when nothing is found. Raises OSError without
    clamd.
    """
    if not settings.clamav:
        return 0
    unseen = sa.and_(table.c.state == "quarantined", table.c.verdict == "")
    with database.connect() as connection:
        waiting = connection.execute(sa.select(table).where(unseen).limit(50)).all()
    for row in waiting:
        found = scan(settings.clamav, path_of(settings, row.sha256).read_bytes())
        state, verdict = "refused" if found else passed(row), f"ClamAV: {found or 'OK'}"
        with database.begin() as connection:
            settle(connection, row.id, state, verdict, table)
            before, after = {"file": row.id, "is": row.state}, {"file": row.id, "is": state, "found": verdict}
            record(connection, None, "file_checked", subject(connection, row), before, after, system=True)
    return len(waiting)


def scan(address: str, data: bytes) -> str:
    """The name of what clamd found; empty when the file is clean. Raises OSError when it does not answer."""
    with _clamd(address) as connection:
        connection.sendall(b"zINSTREAM\0")
        for start in range(0, len(data), _CHUNK):
            part = data[start : start + _CHUNK]
            connection.sendall(struct.pack(">I", len(part)) + part)
        connection.sendall(struct.pack(">I", 0))
        answer = b""
        while not answer.endswith(b"\0"):
            received = connection.recv(4096)
            if not received:
                raise OSError("clamd hung up")
            answer += received
    text = answer.rstrip(b"\0").decode("utf-8", "replace")
    if text.endswith(" FOUND"):
        return text.removesuffix(" FOUND").rsplit(":", 1)[-1].strip()
    if not text.endswith("OK"):
        raise OSError(f"clamd: {text}")
    return ""


def _clamd(address: str) -> Any:
    host, _colon, port = address.rpartition(":")
    if host and port.isdigit():
        return socket.create_connection((host, int(port)), timeout=60)
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(60)
    connection.connect(address)
    return connection
