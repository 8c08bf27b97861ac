"""Files that were attached, and the last day for comments as a calendar entry."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from flask import Response, abort, make_response, send_file

from schemas import consultation_tables as c
from schemas.consultations import last_day

from ..audit import aware
from ..feeds import base_url
from ..languages import gettext as _
from ..languages import local
from ..state import site
from . import attachments as files
from .blueprint import bp
from .common import (
    public,
)
from .rows import Row

#: A download runs nothing, loads nothing, and belongs to no page.
FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


@bp.get("/tham-van/<int:consultation_id>/tep/<int:attachment_id>")
def attachment(consultation_id: int, attachment_id: int) -> Response:
    """A checked file, as a download only; those of comments only while the comment is public."""
    with site().database.connect() as connection:
        public(connection, consultation_id)
        a = c.attachments
        row = connection.execute(
            sa.select(a, c.comments.c.state.label("comment_state"))
            .outerjoin(c.comments, c.comments.c.id == a.c.comment_id)
            .where(a.c.id == attachment_id, a.c.consultation_id == consultation_id, a.c.state == "clean")
        ).one_or_none()
    if row is None or (row.comment_id is None and row.submission is not None):
        abort(404)
    if row.comment_id is not None and row.comment_state != "published":
        abort(404)
    return download(row)


def download(row: Row) -> Response:
    """The bytes of an attachment, told to be nothing but a file to save."""
    path = files.path_of(site().settings, row.sha256)
    if not path.is_file():
        abort(404)
    answer = send_file(
        path.resolve(), mimetype=row.media_type, as_attachment=True, download_name=row.name, conditional=False
    )
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/tham-van/<int:consultation_id>.ics")
def calendar(consultation_id: int) -> Response:
    """The last day for comments as a calendar entry (RFC 5545)."""
    with site().database.connect() as connection:
        row = public(connection, consultation_id)
    end = last_day(aware(row.closes_at))
    url = base_url() + local(f"/tham-van/{row.id}")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//quydinh//tham van//VI",
        "BEGIN:VEVENT",
        f"UID:tham-van-{row.id}@quydinh",
        f"DTSTAMP:{aware(row.updated_at):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{end:%Y%m%d}",
        f"DTEND;VALUE=DATE:{end + dt.timedelta(days=1):%Y%m%d}",
        "SUMMARY:" + _ics(_("Hết hạn góp ý: %(title)s", title=row.title)),
        "DESCRIPTION:" + _ics(f"{row.ministry}. {url}"),
        f"URL:{url}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-P3D",
        "DESCRIPTION:" + _ics(row.title),
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    response = make_response("".join(fold_line(line) for line in lines))
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = f"attachment; filename=tham-van-{row.id}.ics"
    return response


def _ics(text: str) -> str:
    """A text value: RFC 5545, 3.3.11."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return " ".join(text.split())


def fold_line(line: str) -> str:
    """A content line of at most 75 octets, continued with a blank, ended with CRLF (RFC 5545, 3.1)."""
    parts: list[bytes] = []
    part = b""
    for character in line:
        octets = character.encode()
        if len(part) + len(octets) > (75 if not parts else 74):
            parts.append(part)
            part = b""
        part += octets
    parts.append(part)
    return "\r\n ".join(p.decode() for p in parts) + "\r\n"
