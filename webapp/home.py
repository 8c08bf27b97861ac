"""The first page: one search box, the doors, what is new, browsing by field; and the list of all changes."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote_plus

from flask import Blueprint, Response, render_template, request

from schemas.addresses import document_url

from .documents import today
from .errors import bad_request
from .feeds import Entry, atom
from .formats import date, full_name, hold, number, short_name
from .languages import gettext as _
from .languages import local, ngettext
from .pages import Door, Example, FieldCount, Frame, HomePage, NewsItem, NewsPage
from .queries import home as read
from .queries.documents import Reference
from .state import site
from .validity import badge

bp = Blueprint("home", __name__)
SHOWN = 4
FIRST_FIELDS = 12
EXAMPLE_NUMBER = "105/2017/NĐ-CP"
NEWS_PAGE = 30
LAST_NEWS_PAGE = 30
KEPT_SECONDS = 60.0


def counts() -> read.Counts:
    """What the portal holds, at most a minute old."""

    def compute() -> read.Counts:
        with site().database.connect() as connection:
            return read.counts(connection)

    return site().cache.get("counts", KEPT_SECONDS, compute)


@bp.get("/")
def home() -> str:
    """The first page."""
    held = counts()

    def news() -> tuple[list[tuple[Reference, list[str]]], list[read.Event], str | None]:
        with site().database.connect() as connection:
            held_number = read.example_number(connection, EXAMPLE_NUMBER)
            return read.newest(connection, SHOWN), read.events(connection, today(), 0, SHOWN), held_number

    fields = tuple(
        FieldCount(name, local(f"/tim-kiem?linh_vuc={quote_plus(name)}"), number(count))
        for name, count in held.fields
    )
    new, changed, example = site().cache.get("news", KEPT_SECONDS, news)
    page = HomePage(
        frame=Frame(
            _("Cổng tra cứu quy định kinh doanh"),
            search_in_header=False,
            description=_("Được làm gì, cần giấy tờ nào, tốn bao nhiêu, còn hiệu lực không."),
            feed=local("/thay-doi.atom"),
            canonical=local("/"),
        ),
        search_url=local("/tim-kiem"),
        examples=_examples(example),
        doors=_doors(held),
        new=tuple(_new_item(reference, agencies) for reference, agencies in new),
        changed=tuple(_event_item(event) for event in changed),
        fields=fields[:FIRST_FIELDS],
        more_fields=fields[FIRST_FIELDS:],
        news_url=local("/thay-doi"),
        newest_url=local("/tim-kiem?dang=van-ban"),
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


def _doors(held: read.Counts) -> tuple[Door, ...]:
    return (
        Door(
            _("Tra cứu văn bản"),
            local("/tim-kiem"),
            _("Tìm đúng điều, khoản đang áp dụng và xem văn bản nào đã sửa nó."),
            _("%(d)s văn bản · %(p)s điều", d=number(held.documents), p=number(held.provisions)),
        ),
        Door(
            _("Thủ tục hành chính"),
            local("/tim-kiem?dang=thu-tuc"),
            _("Bao lâu, tốn bao nhiêu, nộp ở đâu, cần những giấy tờ nào."),
            _("%(n)s thủ tục", n=number(held.procedures)),
        ),
        Door(
            _("Điều kiện kinh doanh"),
            local("/dieu-kien"),
            _("Chọn ngành nghề để xem phải đáp ứng những gì, theo điều nào."),
            ngettext("%(n)s điều kiện", "%(n)s điều kiện", held.conditions, n=number(held.conditions)),
        ),
    )


def _new_item(reference: Reference, agencies: list[str]) -> NewsItem:
    return NewsItem(
        reference.issue_date,
        hold(full_name(reference.type, reference.title)),
        local(document_url(reference.address)),
        " · ".join(filter(None, (reference.number, *agencies))),
        badge(reference.status),
        reference.sample,
    )


def event_text(what: str, reference: Reference) -> str:
    """What happened, as a title: "Nghị định 905/2026/NĐ-CP có hiệu lực"."""
    name = short_name(reference.type, reference.number)
    return {
        "effective": _("%(name)s có hiệu lực", name=name),
        "expired": _("%(name)s hết hiệu lực", name=name),
        "text": _("%(name)s: nguồn sửa lời văn", name=name),
        "metadata": _("%(name)s: nguồn sửa thông tin", name=name),
        "status": _("%(name)s: đổi tình trạng hiệu lực", name=name),
        "status_by_date": _("%(name)s: đổi tình trạng hiệu lực theo ngày", name=name),
        "relation": _("%(name)s: thêm quan hệ với văn bản khác", name=name),
        "file": _("%(name)s: nguồn đổi tệp đính kèm", name=name),
        "withdrawn": _("%(name)s: bị gỡ khỏi nguồn", name=name),
        "returned": _("%(name)s: có lại ở nguồn", name=name),
    }.get(what, name)


def _event_item(event: read.Event) -> NewsItem:
    reference = event.document
    return NewsItem(
        event.when,
        hold(event_text(event.what, reference)),
        local(document_url(reference.address)),
        reference.title,
        badge(reference.status),
        reference.sample,
    )


@bp.get("/thay-doi")
def news() -> str:
    """Everything that took effect, ended or was changed at the source, newest first."""
    text = request.args.get("trang", "1")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= LAST_NEWS_PAGE):
        bad_request("trang", text, _("một số từ 1 đến %(n)s", n=LAST_NEWS_PAGE))
    number_of_page = int(text)
    with site().database.connect() as connection:
        found = read.events(connection, today(), (number_of_page - 1) * NEWS_PAGE, NEWS_PAGE + 1)
    url = local("/thay-doi")
    more = len(found) > NEWS_PAGE and number_of_page < LAST_NEWS_PAGE
    page = NewsPage(
        frame=Frame(_("Thay đổi gần đây"), active="news", feed=local("/thay-doi.atom"), canonical=url),
        items=tuple(_event_item(event) for event in found[:NEWS_PAGE]),
        previous=f"{url}?trang={number_of_page - 1}" if number_of_page > 1 else "",
        following=f"{url}?trang={number_of_page + 1}" if more else "",
        feed_url=local("/thay-doi.atom"),
    )
    return render_template("home/news.html", page=page)


@bp.get("/thay-doi.atom")
def news_feed() -> Response:
    """The same as an Atom feed."""
    with site().database.connect() as connection:
        found = read.events(connection, today(), 0, NEWS_PAGE)
    entries = [
        Entry(
            event_text(event.what, event.document),
            local(document_url(event.document.address)) + f"#{event.what}-{event.when}",
            event.document.title,
            event.when,
        )
        for event in found
    ]
    return atom(_("Thay đổi gần đây"), local("/thay-doi"), entries)


def freshness() -> str:
    """The day the portal last read from a source, for the footer."""
    held = counts()
    moment: dt.datetime | None = held.read_at
    return date(moment) if moment else ""
