"""The lists that lead to comments: the inbox of a consultation and the moderators' queue."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import abort, render_template, request

from schemas.calendar import today
from schemas.consultations import CommentState
from schemas.database import statements
from schemas.people import Action, Role
from schemas.text.paths import label

from ..access import require
from ..formats import date, number
from ..languages import gettext as _
from ..languages import local, ngettext
from ..pages import Crumb, Frame
from ..paging import page_number
from ..state import site
from . import desk_queries as desk
from . import figures as counted
from . import queries as read
from . import words
from .blueprint import bp
from .comment_desk import ONE
from .common import page_url
from .desk_frame import BASE, frame, held
from .rows import Row, subject_of

QUEUE = "/quan-tri/kiem-duyet"


@dataclass(frozen=True, slots=True)
class InboxRow:
    tracking: str
    url: str
    about: str
    first: str
    stance: str
    count: str
    due: str
    late: bool
    officer: str
    state: str


@dataclass(frozen=True, slots=True)
class InboxPage:
    frame: Frame
    title: str
    rows: tuple[InboxRow, ...]
    tabs: tuple[tuple[str, str, bool], ...]
    count: str
    counts: tuple[tuple[str, str], ...]
    previous: str
    following: str


@dataclass(frozen=True, slots=True)
class QueuePage:
    frame: Frame
    rows: tuple[tuple[str, str, str, str, str], ...]


@bp.get(f"{BASE}/<int:consultation_id>/hop-thu")
def inbox(consultation_id: int) -> str:
    """Comments of a consultation that are owed an answer; what is late and due first."""
    shows = {"": "", "cua-toi": "mine", "qua-han": "late", "da-tra-loi": "answered", "tat-ca": "all"}
    names = (_("Chưa trả lời"), _("Của tôi"), _("Quá hạn"), _("Đã trả lời"), _("Tất cả"))
    asked = request.args.get("xem", "")
    asked = asked if asked in shows else ""
    page = page_number()
    path = f"{BASE}/{consultation_id}/hop-thu"
    with statements(site().database) as connection:
        row = held(connection, consultation_id)
        person = require(Action.SEE_COMMENTS, subject_of(row))
        listed = desk.inbox(connection, row.id, show=shows[asked], person_id=person.id, page=page)
        found = listed.rows
        places = read.places_of(connection, row.id, [f.id for f in found])
        groups = [f.campaign_id for f in found if f.campaign_id]
        known = counted.figures(connection, row.id)
        sizes = counted.campaign_sizes(connection, groups, known.campaigns)
        people = dict(desk.officers(connection, row.ministry_code))
    reached = known.progress
    lines = tuple(_inbox_row(f, places.get(f.id), sizes, people) for f in found)
    view = InboxPage(
        frame(_("Hộp góp ý"), Crumb(row.title, local(f"{BASE}/{row.id}"))),
        row.title,
        lines,
        tuple(
            (name, page_url(path, 1, xem=key), key == asked) for key, name in zip(shows, names, strict=True)
        ),
        _("hơn %(n)s dòng", n=number(listed.total))
        if listed.more_than
        else ngettext("%(num)s dòng", "%(num)s dòng", listed.total),
        (
            (_("Phải trả lời"), str(reached.owed)),
            (_("Đã trả lời"), f"{reached.answered} ({reached.percent} %)"),
            (_("Còn lại"), str(reached.open)),
        ),
        page_url(path, page - 1, xem=asked) if page > 1 else "",
        page_url(path, page + 1, xem=asked) if listed.more else "",
    )
    return render_template("consultations/desk_inbox.html", page=view)


def _inbox_row(
    row: Row, place: Row | None, sizes: dict[int, tuple[int, int]], people: dict[int, str]
) -> InboxRow:
    members = sizes.get(row.campaign_id, (0, 0))[0] if row.campaign_id else 0
    day = today(dt.datetime.now(dt.UTC))
    return InboxRow(
        row.tracking,
        local(f"{ONE}/{row.id}"),
        label(place.path) if place and place.path else _("cả dự thảo"),
        words.first_words(row),
        words.stance_name(row.stance),
        _("%(n)s góp ý gần giống", n=members) if members > 1 else "",
        date(row.due_on),
        row.due_on is not None and row.due_on < day,
        people.get(row.assigned_to, ""),
        words.state_name(row.state) if row.state == CommentState.SUBMITTED else "",
    )


@bp.get(QUEUE)
def queue() -> str:
    """What waits for a moderator of one's ministries."""
    person = require(Action.OPEN_DESK)
    codes = person.ministries(Role.MODERATOR, Role.APPROVER)
    if codes == frozenset():
        abort(403)
    why = {
        "appeal": _("đề nghị xem lại"),
        "claim": _("“không phải tôi gửi”"),
        "report": _("bị báo vi phạm"),
        "new": _("mới, chờ công khai"),
        "file": _("tệp chờ kiểm tra"),
    }
    with site().database.connect() as connection:
        found = desk.queue(connection, codes)
    rows = tuple(
        (why[key], row.tracking, local(f"{ONE}/{row.id}"), words.first_words(row), row.title)
        for key, row in found
    )
    return render_template(
        "consultations/desk_queue.html", page=QueuePage(frame(_("Hàng chờ kiểm duyệt"), listed=False), rows)
    )
