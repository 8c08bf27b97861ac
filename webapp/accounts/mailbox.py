"""The demo's mailbox: what the portal would have sent. A real portal has no such page."""

from __future__ import annotations

import re

import sqlalchemy as sa
from flask import abort, render_template
from flask_babel import gettext as _

from schemas.people_tables import mail_outbox

from ..formats import moment
from ..state import site
from .blueprint import bp
from .common import settings
from .pages import MailboxPage, MailLine, MailPage, account_frame

SHOWN = 50
_LINK = re.compile(r"(https?://\S+)")


@bp.get("/hop-thu")
def mailbox() -> str:
    """The newest mails, whoever they are for."""
    _only_in_a_demo()
    shown = sa.select(mail_outbox).where(mail_outbox.c.state != "void").order_by(mail_outbox.c.id.desc())
    with site().database.connect() as connection:
        lines = tuple(_line(row) for row in connection.execute(shown.limit(SHOWN)))
    page = MailboxPage(account_frame(_("Hộp thư của cổng mẫu")), lines)
    return render_template("accounts/mailbox.html", page=page)


@bp.get("/hop-thu/<int:mail_id>")
def mail(mail_id: int) -> str:
    """One mail, its links clickable."""
    _only_in_a_demo()
    one = sa.select(mail_outbox).where(mail_outbox.c.id == mail_id, mail_outbox.c.state != "void")
    with site().database.connect() as connection:
        row = connection.execute(one).first()
    if row is None:
        abort(404)
    parts = tuple((part, bool(_LINK.fullmatch(part))) for part in _LINK.split(row.body) if part)
    page = MailPage(account_frame(row.subject, inside=True), _line(row), parts)
    return render_template("accounts/mail.html", page=page)


def _only_in_a_demo() -> None:
    if not settings().demo:
        abort(404)


def _line(row: sa.Row[tuple[object, ...]]) -> MailLine:
    states = {
        "waiting": _("chờ gửi"),
        "sending": _("đang gửi"),
        "sent": _("đã gửi"),
        "failed": _("không gửi được"),
    }
    return MailLine(row.id, row.subject, row.recipient, moment(row.created_at), states[row.state])
