"""What took effect, ended, was issued or was changed at the source: a list of all of it, and its feed."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, Response, render_template, request

from schemas.addresses import document_url

from .documents import today
from .downloads import csv_response
from .errors import bad_request
from .feeds import Entry, atom
from .formats import date, hold, short_name
from .languages import gettext as _
from .languages import local
from .pages import Crumb, Frame, NewsItem, NewsPage
from .queries import home as read
from .queries.documents import Reference
from .state import site
from .validity import badge

bp = Blueprint("news", __name__)
NEWS_PAGE = 30
LAST_NEWS_PAGE = 30
DOWNLOADED = 1000
WEEK = dt.timedelta(days=7)


def event_text(what: str, reference: Reference) -> str:
    """What happened, as a title: "Nghị định 905/2026/NĐ-CP có hiệu lực"."""
    name = short_name(reference.type, reference.number)
    return {
        "issued": _("%(name)s được ban hành", name=name),
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


def event_item(event: read.Event) -> NewsItem:
    reference = event.document
    return NewsItem(
        event.when,
        hold(event_text(event.what, reference)),
        local(document_url(reference.address)),
        _note(event),
        badge(reference.status),
        reference.sample,
    )


def _note(event: read.Event) -> str:
    """The title; of a document just issued also from when it applies."""
    reference = event.document
    if event.what == "issued" and reference.effective_date:
        since = _("có hiệu lực từ %(date)s", date=date(reference.effective_date))
        return f"{reference.title}; {since}"
    return reference.title


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
        frame=Frame(
            _("Thay đổi gần đây"),
            active="news",
            crumbs=(Crumb(_("Trang chủ"), local("/")),),
            feed=local("/thay-doi.atom"),
            canonical=url,
        ),
        items=tuple(event_item(event) for event in found[:NEWS_PAGE]),
        previous=f"{url}?trang={number_of_page - 1}" if number_of_page > 1 else "",
        following=f"{url}?trang={number_of_page + 1}" if more else "",
        feed_url=local("/thay-doi.atom"),
        csv_url=local("/thay-doi.csv"),
        json_url=f"/api/v1/changes?trang={number_of_page}",
    )
    return render_template("home/news.html", page=page)


@bp.get("/thay-doi.csv")
def news_csv() -> Response:
    """The newest thousand as a table."""
    with site().database.connect() as connection:
        found = read.events(connection, today(), 0, DOWNLOADED)
    head = (_("Ngày"), _("Việc"), _("Số hiệu"), _("Tên văn bản"), _("Hiệu lực"), _("Địa chỉ"))
    rows = (
        (
            event.when.isoformat(),
            event_text(event.what, event.document),
            event.document.number,
            event.document.title,
            badge(event.document.status).label,
            local(document_url(event.document.address)),
        )
        for event in found
    )
    return csv_response("thay-doi", iter((head, *rows)))


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
