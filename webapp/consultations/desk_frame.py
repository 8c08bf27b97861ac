"""What the pages of the desk share."""

from __future__ import annotations

import sqlalchemy as sa
from flask import abort, request

from schemas.errors import Refused

from ..languages import gettext as _
from ..languages import local
from ..pages import Crumb, Frame
from .rows import Row, consultation

BASE = "/quan-tri/tham-van"
CONFLICT = 409


def frame(title: str, *crumbs: Crumb, listed: bool = True) -> Frame:
    """The frame of a desk page, below the list of consultations if it is of one."""
    home = Crumb(_("Bàn làm việc"), local("/quan-tri"))
    inside = (Crumb(_("Các đợt lấy ý kiến"), local(BASE)),) if listed else ()
    return Frame(title, active="account", crumbs=(home, *inside, *crumbs), robots="noindex")


def held(connection: sa.Connection, consultation_id: int) -> Row:
    """A consultation of the desk; 404 when there is none."""
    try:
        return consultation(connection, consultation_id)
    except Refused:
        abort(404)


def revision() -> int:
    """The revision a form was made from."""
    text = request.form.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
