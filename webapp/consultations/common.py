"""What the pages of this part share: what was asked for, who is asking, and addresses."""

from __future__ import annotations

from urllib.parse import urlencode

import sqlalchemy as sa
from flask import abort, current_app, g, request

from schemas.errors import Refused
from schemas.text.paths import label

from .. import cookies, limits
from ..languages import local
from .rows import Row, consultation

INVALID, LATE, TOO_MANY = 422, 409, 429


def parameter(name: str, most: int) -> str:
    """A parameter of the address, cut to `most` characters, without NUL: PostgreSQL refuses it."""
    return request.args.get(name, "").replace("\x00", "")[:most]


def comment_number(name: str) -> int:
    """The id of a comment that a list starts from; 0 when there is none or it makes no sense."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def page_url(path: str, page: int, **values: str) -> str:
    """An address with its parameters, empty ones left out."""
    kept = {name: value for name, value in values.items() if value}
    if page > 1:
        kept["trang"] = str(page)
    return local(path) + (f"?{urlencode(kept)}" if kept else "")


def public(connection: sa.Connection, consultation_id: int) -> Row:
    """A consultation anybody may see, with its ministry; 404 otherwise."""
    try:
        row = consultation(connection, consultation_id)
    except Refused:
        abort(404)
    if row.published_at is None:
        abort(404)
    return row


def unit_title(row: Row) -> str:
    """ "Điều 2. Hồ sơ", "Chương I. QUY ĐỊNH CHUNG"."""
    name = label(row.path) if row.level == "article" else label(row.path.rsplit("/", 1)[-1])
    return f"{name}. {row.heading}" if row.heading else name


def visit() -> str:
    """The random name of this browser; the form sets it together with its token."""
    return cookies.read(request, cookies.VISIT) or str(g.get("new_visit", ""))


def secret() -> str:
    return str(current_app.secret_key)


def visitor() -> str:
    return limits.network(request.remote_addr)


def asked_path() -> str:
    return (request.values.get("dieu") or "")[:200]
