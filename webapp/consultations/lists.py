"""The list of consultations, and its feed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, request

from schemas.calendar import today
from schemas.consultations import RECEIVING, Stage, days_left, last_day

from ..audit import aware
from ..feeds import Entry, atom
from ..formats import date
from ..languages import gettext as _
from ..languages import local
from ..pages import Crumb, Frame
from ..paging import page_number
from ..state import site
from ..validity import Badge
from . import figures as counted
from . import queries as read
from . import words
from .blueprint import bp
from .common import page_url, parameter
from .rows import Row, clock, stage_of

STAGES = {
    "dang-mo": Stage.OPEN,
    "sap-het-han": Stage.CLOSING_SOON,
    "sap-mo": Stage.UPCOMING,
    "da-dong": Stage.CLOSED,
    "da-tra-loi": Stage.ANSWERED,
}


@dataclass(frozen=True, slots=True)
class ListRow:
    title: str
    url: str
    ministry: str
    badge: Badge
    when: str
    left: str
    soon: bool
    comments: int
    sample: bool


@dataclass(frozen=True, slots=True)
class Tab:
    text: str
    url: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    """/tham-van."""

    frame: Frame
    total: int
    rows: tuple[ListRow, ...]
    tabs: tuple[Tab, ...]
    ministries: tuple[tuple[str, str], ...]
    ministry: str
    text: str
    stage: str
    json_url: str
    previous: str
    following: str


@bp.get("/tham-van")
def consultations() -> str:
    """All consultations, those that end first on top."""
    return render_template("consultations/list.html", page=_list_page())


@bp.get("/tham-van.atom")
def feed() -> Response:
    """The newest consultations as a feed; the filters are those of the page."""
    with site().database.connect() as connection:
        _total, rows = read.listed(connection, clock(connection), **_filters())
    entries = [
        Entry(
            row.title,
            local(f"/tham-van/{row.id}"),
            _(
                "%(ministry)s lấy ý kiến đến hết ngày %(date)s.",
                ministry=row.ministry,
                date=date(last_day(aware(row.closes_at))),
            ),
            today(aware(row.published_at)),
        )
        for row in sorted(rows, key=lambda row: row.published_at, reverse=True)
    ]
    return atom(_("Lấy ý kiến dự thảo"), local("/tham-van"), entries)


def _filters() -> dict[str, Any]:
    return {
        "stage": str(STAGES.get(request.args.get("giai_doan", ""), "")),
        "ministry": parameter("bo", 100),
        "text": parameter("q", 200),
    }


def _list_page() -> ListPage:
    asked, page = _filters(), page_number()
    chosen = request.args.get("giai_doan", "") if asked["stage"] else ""
    with site().database.connect() as connection:
        now = clock(connection)
        total, rows = read.listed(connection, now, page=page, **asked)
        counts = read.stage_counts(connection, now)
        comments = counted.comment_counts(connection, [row.id for row in rows])
        ministries = read.ministries(connection)
    base = {"bo": asked["ministry"], "q": asked["text"]}
    tabs = [
        Tab(
            _("Tất cả"),
            page_url("/tham-van", 1, **base),
            sum(counts.values()) - counts["closing_soon"],
            not chosen,
        )
    ]
    for name, stage in STAGES.items():
        url = page_url("/tham-van", 1, giai_doan=name, **base)
        tabs.append(Tab(words.stage_name(stage), url, counts[stage], name == chosen))
    more = {"giai_doan": chosen, **base}
    query = urlencode({name: value for name, value in more.items() if value})
    return ListPage(
        frame=Frame(
            _("Lấy ý kiến dự thảo"),
            active="consultations",
            crumbs=(Crumb(_("Trang chủ"), local("/")),),
            feed=page_url("/tham-van.atom", 1, **more),
            canonical=local("/tham-van"),
        ),
        total=total,
        rows=tuple(_row(row, now, comments.get(row.id, 0)) for row in rows),
        tabs=tuple(tabs),
        ministries=tuple(ministries),
        ministry=asked["ministry"],
        text=asked["text"],
        stage=chosen,
        json_url="/api/v1/consultations" + (f"?{query}" if query else ""),
        previous=page_url("/tham-van", page - 1, **more) if page > 1 else "",
        following=page_url("/tham-van", page + 1, **more) if total > page * read.PER_PAGE else "",
    )


def _row(row: Row, now: dt.datetime, comments: int) -> ListRow:
    stage = stage_of(row, now)
    end = date(last_day(aware(row.closes_at)))
    return ListRow(
        title=row.title,
        url=local(f"/tham-van/{row.id}"),
        ministry=row.ministry,
        badge=words.stage_badge(stage),
        when=_("đến hết ngày %(date)s", date=end)
        if stage in RECEIVING
        else _("hết hạn ngày %(date)s", date=end),
        left=words.left(days_left(aware(row.closes_at), now)) if stage in RECEIVING else "",
        soon=stage is Stage.CLOSING_SOON,
        comments=comments,
        sample=row.sample,
    )
