"""A list of results elsewhere: as a feed, as a table. Rows are the same as on the page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, request

from schemas.search import MARK_END, MARK_START, MAX_OFFSET, Hit, SearchRequest

from .feeds import Entry, atom
from .languages import gettext as _
from .languages import local
from .parameters import parse_request
from .search import hit_title, hit_where, search_address
from .state import site
from .validity import badge

bp = Blueprint("downloads", __name__)
DOWNLOAD_PAGE, FEED_ENTRIES = 100, 20


@bp.get("/tim-kiem.atom")
def feed() -> Response:
    """The list as an Atom feed (RFC 4287), newest documents first."""
    asked = replace(parse_request(request.args), sort="newest", page=1, size=FEED_ENTRIES)
    found = site().reader.search(asked)
    entries = [
        Entry(
            hit_title(hit),
            local(hit.url),
            " – ".join(filter(None, (hit_where(hit), _plain(hit.snippet)))),
            hit.issue_date,
        )
        for hit in found.hits
    ]
    name = _("Tra cứu: %(text)s", text=asked.text) if asked.text else _("Văn bản mới")
    return atom(name, search_address(asked), entries)


def _plain(snippet: str) -> str:
    return snippet.replace(MARK_START, "").replace(MARK_END, "")


def every_hit(asked: SearchRequest) -> Iterator[Hit]:
    """All hits of a list, at most as many as can be paged to."""
    for page in range(1, MAX_OFFSET // DOWNLOAD_PAGE + 1):
        found = site().reader.search(replace(asked, page=page, size=DOWNLOAD_PAGE))
        yield from found.hits
        if page * DOWNLOAD_PAGE >= found.total:
            return


def csv_cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def csv_response(name: str, rows: Iterator[Sequence[object]]) -> Response:
    """Rows as a CSV file (RFC 4180, UTF-8 with a mark, so that spreadsheets read the letters right)."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([csv_cell(value) for value in row])
    response = make_response("\ufeff" + buffer.getvalue())
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@bp.get("/tim-kiem.csv")
def download() -> Response:
    """The list as CSV: at most the first thousand rows."""
    asked = replace(parse_request(request.args), page=1)
    root = request.host_url.rstrip("/")

    def rows() -> Iterator[Sequence[object]]:
        yield (
            _("Tiêu đề"), _("Số hiệu"), _("Văn bản"), _("Loại"), _("Cơ quan"), _("Hiệu lực"),
            _("Ngày ban hành"), _("Địa chỉ"),
        )  # fmt: skip
        for hit in every_hit(asked):
            yield (
                hit_title(hit), hit.number, hit.title, hit.document_type, "; ".join(hit.agencies),
                badge(hit.validity).label, hit.issue_date, root + urlsplit(local(hit.url)).path,
            )  # fmt: skip

    return csv_response("tim-kiem", rows())
