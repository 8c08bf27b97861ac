"""Letters to senders who gave an e-mail address: where their petition stands, and the way to its page. What
was written on either side is not in them."""

from __future__ import annotations

import sqlalchemy as sa
from flask import render_template, request
from flask_babel import force_locale

from schemas import petition_tables as p
from schemas.petitions import Step

from ..consultations.common import secret
from ..languages import gettext as _
from ..mail import outbox
from ..queries import petitions as read
from ..state import site
from . import store

#: Steps of officers that a sender is told of.
TOLD = frozenset({Step.FORWARD, Step.REFUSE, Step.ASK, Step.KEEP, Step.ANSWER})


def _told(step: str) -> str:
    return {
        "send": _("Cổng đã nhận phản ánh của bạn."),
        "forward": _("Phản ánh đã được chuyển tới cơ quan có thẩm quyền."),
        "refuse": _("Phản ánh không được tiếp nhận; lý do ở trang dưới đây."),
        "ask": _("Cần bạn bổ sung thông tin hoặc giấy tờ. Xem yêu cầu và gửi bổ sung ở trang dưới đây."),
        "keep": _("Cơ quan giữ phản ánh lại để xử lý cùng những phản ánh giống thế."),
        "answer": _("Phản ánh đã được trả lời."),
    }[step]


def tell(connection: sa.Connection, petition_id: int, step: str) -> None:
    """Put a letter about a step into the outbox, in the step's own transaction, if there is an address."""
    if step != "send" and step not in TOLD:
        return
    person = read.person_of(connection, petition_id)
    if person is None or not person.email:
        return
    row = connection.execute(sa.select(p.petitions).where(p.petitions.c.id == petition_id)).one()
    base = site().settings.base_url or request.host_url.rstrip("/")
    # Petitions are written in Vietnamese; the language of the officer's browser says nothing of the sender's.
    with force_locale("vi"):
        text = render_template(
            "mail/petition.txt",
            tracking=row.tracking,
            told=_told(step),
            follow=f"{base}/phan-anh/{row.tracking}/{store.secret_of(secret(), row.submission)}",
        )
    subject, _blank, body = text.partition("\n")
    outbox.post(connection, person.email, subject, body.lstrip("\n"), kind="petition")
