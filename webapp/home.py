"""The first page: one search box, the doors, what closes soon, what changed this week, browsing by field."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from flask import Blueprint, render_template

from schemas.consultations import Stage, days_left, last_day

from .audit import aware
from .consultations import figures
from .consultations import queries as consultations_read
from .consultations.rows import clock
from .documents import today
from .formats import date, number
from .languages import gettext as _
from .languages import local, ngettext
from .news import WEEK, event_item
from .pages import ClosingItem, Crumb, Door, Example, FieldCount, Frame, HomePage
from .queries import home as read
from .queries import plans as plans_read
from .state import site

bp = Blueprint("home", __name__)
SHOWN = 4
CLOSING = 3
SOON_DAYS = 3
FIRST_FIELDS = 12
EXAMPLE_NUMBER = "105/2017/NĐ-CP"
KEPT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Now:
    """What goes on at this moment, read together and kept for a minute."""

    events: tuple[read.Event, ...]
    closing: tuple[Any, ...]  # rows of consultations that receive comments, what ends first on top
    comments: dict[int, int]
    open_count: int
    soon_count: int
    plans: int
    late_plans: int
    example: str | None
    moment: dt.datetime


def counts() -> read.Counts:
    """What the portal holds, at most a minute old."""

    def compute() -> read.Counts:
        with site().database.connect() as connection:
            return read.counts(connection)

    return site().cache.get("counts", KEPT_SECONDS, compute)


def _now() -> Now:
    def compute() -> Now:
        day = today()
        with site().database.connect() as connection:
            moment = clock(connection)
            asked = consultations_read.listed(connection, moment, stage=str(Stage.OPEN))[1][:CLOSING]
            stages = consultations_read.stage_counts(connection, moment)
            states, late = plans_read.state_counts(connection, day)
            return Now(
                events=tuple(read.events(connection, day, 0, SHOWN)),
                closing=tuple(asked),
                comments=figures.comment_counts(connection, [row.id for row in asked]),
                open_count=stages[Stage.OPEN],
                soon_count=stages[Stage.CLOSING_SOON],
                plans=sum(states.values()),
                late_plans=late,
                example=read.example_number(connection, EXAMPLE_NUMBER),
                moment=moment,
            )

    return site().cache.get("now", KEPT_SECONDS, compute)


@bp.get("/")
def home() -> str:
    """The first page."""
    held, now = counts(), _now()
    fields = tuple(
        FieldCount(name, local(f"/tim-kiem?linh_vuc={quote_plus(name)}"), number(count))
        for name, count in held.fields
    )
    week = tuple(event for event in now.events if event.when > today() - WEEK)
    page = HomePage(
        frame=Frame(
            _("Cổng tham vấn và tra cứu quy định kinh doanh"),
            search_in_header=False,
            description=_("Được làm gì, cần giấy tờ nào, tốn bao nhiêu, còn hiệu lực không."),
            feed=local("/thay-doi.atom"),
            canonical=local("/"),
        ),
        search_url=local("/tim-kiem"),
        examples=_examples(now.example),
        doors=_doors(held, now),
        closing=tuple(_closing(row, now) for row in now.closing),
        consultations_url=local("/tham-van"),
        open_count=now.open_count,
        changed=tuple(event_item(event) for event in week or now.events),
        this_week=bool(week),
        fields=fields[:FIRST_FIELDS],
        more_fields=fields[FIRST_FIELDS:],
        news_url=local("/thay-doi"),
        newest_url=local("/tim-kiem?dang=van-ban&sap_xep=moi"),
    )
    return render_template("home/home.html", page=page)


def _examples(held: str | None) -> tuple[Example, ...]:
    """A lay question, a number, a line of business: each a plain link."""
    typed = (
        (_("Hỏi như khi nói:"), "mở quán phở cần giấy tờ gì"),
        (_("Số hiệu:"), held or EXAMPLE_NUMBER),
        (_("Ngành nghề:"), "bán lẻ rượu"),
    )
    return tuple(Example(kind, text, local(f"/tim-kiem?q={quote_plus(text)}")) for kind, text in typed)


def _doors(held: read.Counts, now: Now) -> tuple[Door, ...]:
    """Three ways in: what applies, what will be lighter, what may still be changed."""
    plans = [_("chưa có phương án nào")]
    if now.plans:
        plans = [ngettext("%(n)s phương án", "%(n)s phương án", now.plans, n=number(now.plans))]
    if now.late_plans:
        late = now.late_plans
        plans.append(ngettext("%(n)s quá hạn", "%(n)s quá hạn", late, n=number(late)))
    drafts = [_("chưa có dự thảo nào đang mở")]
    if now.open_count:
        drafts = [_("%(n)s dự thảo đang mở", n=number(now.open_count))]
    if now.soon_count:
        drafts.append(_("%(n)s sắp hết hạn", n=number(now.soon_count)))
    procedures = _("%(n)s thủ tục", n=number(held.procedures))
    conditions = ngettext("%(n)s điều kiện", "%(n)s điều kiện", held.conditions, n=number(held.conditions))
    return (
        Door(
            _("Tra cứu"),
            local("/tim-kiem"),
            _("Tìm đúng điều, khoản đang áp dụng và xem văn bản nào đã sửa nó."),
            _("%(d)s văn bản · %(p)s điều", d=number(held.documents), p=number(held.provisions)),
            (
                Crumb(procedures, local("/tim-kiem?dang=thu-tuc")),
                Crumb(conditions, local("/dieu-kien")),
            ),
        ),
        Door(
            _("Phương án cắt giảm"),
            local("/phuong-an"),
            _("Xem quy định nào sắp được bỏ hay làm gọn, đang ở bước nào."),
            " · ".join(plans),
        ),
        Door(
            _("Tham vấn"),
            local("/tham-van"),
            _("Góp ý cho từng điều của dự thảo và xem câu trả lời."),
            " · ".join(drafts),
        ),
    )


def _closing(row: Any, now: Now) -> ClosingItem:
    closes = aware(row.closes_at)
    days = days_left(closes, now.moment)
    if days <= 0:
        before, big, after = "", _("hôm nay"), _("là ngày cuối")
    else:
        text = ngettext("còn {n} ngày", "còn {n} ngày", days)
        before, after = (part.strip() for part in text.split("{n}", 1))
        big = number(days)
    received = now.comments.get(row.id, 0)
    note = [row.ministry]
    if received:
        note.append(ngettext("%(num)s góp ý", "%(num)s góp ý", received))
    note.append(_("hết ngày %(date)s", date=date(last_day(closes))))
    return ClosingItem(
        title=row.title,
        url=local(f"/tham-van/{row.id}"),
        note=" · ".join(note),
        before=before,
        big=big,
        after=after,
        soon=days <= SOON_DAYS,
        sample=row.sample,
    )


def freshness() -> str:
    """The day the portal last read from a source, for the footer."""
    moment: dt.datetime | None = counts().read_at
    return date(moment) if moment else ""
