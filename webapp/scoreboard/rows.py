"""The rows behind a number, as a page and to download."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from schemas.people import Action
from schemas.petitions import PUBLIC, State
from schemas.text.normalise import clean

from ..access import allowed
from ..downloads import csv_response
from ..formats import date, moment, number
from ..languages import gettext as _
from ..languages import local, ngettext
from ..links import source_name
from ..pages import Crumb, Frame
from ..paging import page_number
from ..queries import scoreboard as read
from ..queries.scoreboard import Scope
from ..state import site
from .asked import ROOT, address, asked, ministry_name, row_pairs, scope_pairs
from .blueprint import bp
from .pages import RowsPage, column_name, command_name, indicator_name


def _behind(indicator: str) -> Scope:
    if indicator not in read.lists():
        abort(404)
    return replace(asked(), ministry=clean(request.args.get("co_quan", ""))[:200])


def _shown(row: Any, indicator: str) -> tuple[str, str]:
    """Name and address of a row. A petition says nothing of itself until its result is public, but to the
    national officers who work on it."""
    if indicator == "crawls":
        source, _colon, command = row.title.partition(": ")
        return f"{source_name(source)}: {command_name(command)}", ""
    of_petition = indicator.startswith("petitions") or getattr(row, "kind", "") == "petition"
    if not of_petition or allowed(Action.SEE_PETITIONS):
        return row.title, local(row.url) if row.url else ""
    if State(row.state_now) in PUBLIC:
        return row.title, local(f"/phan-anh/{row.id}")
    return _("Phản ánh số %(n)s", n=row.id), ""


@bp.get(f"{ROOT}/dong/<indicator>")
def rows(indicator: str) -> str:
    """The rows a figure counts, with their own pages."""
    scope = _behind(indicator)
    page = page_number()
    with site().database.connect() as connection:
        read.snapshot(connection)
        names = read.names(connection)
        found = read.listed(connection, indicator, scope, offset=(page - 1) * read.PAGE, limit=read.PAGE)
        count = read.count(connection, indicator, scope)
    pairs = row_pairs(scope, scope.ministry)
    here, back = f"{ROOT}/dong/{indicator}", address(ROOT, scope_pairs(scope, frozen=False))
    shown = RowsPage(
        frame=Frame(
            indicator_name(indicator),
            active="scoreboard",
            crumbs=(Crumb(_("Trang chủ"), local("/")), Crumb(_("Bảng chỉ số"), back)),
            robots="noindex",
        ),
        lead=ministry_name(scope.ministry, names) if scope.ministry else _("Cả nước"),
        when=moment(scope.at),
        rows=tuple((*_shown(row, indicator), row.ministry_name or "", _when(row)) for row in found),
        total=ngettext("%(n)s dòng", "%(n)s dòng", count, n=number(count)),
        previous=address(here, [*pairs, ("trang", str(page - 1))]) if page > 1 else "",
        following=address(here, [*pairs, ("trang", str(page + 1))]) if page * read.PAGE < count else "",
        csv_url=address(f"{here}.csv", pairs),
    )
    return render_template("scoreboard/rows.html", page=shown)


def _when(row: Any) -> str:
    """The day a row came into being, or the moment of a change; also how long an answer took."""
    if hasattr(row, "at"):
        return moment(row.at)
    days = getattr(row, "days_to_answer", None)
    if days is not None:
        return _("%(date)s, trả lời sau %(days)s ngày", date=date(row.day), days=number(days))
    return date(row.day) if row.day else ""


@bp.get(f"{ROOT}/dong/<indicator>.csv")
def rows_csv(indicator: str) -> Response:
    """All rows a figure counts."""
    scope, root = _behind(indicator), request.host_url.rstrip("/")
    with site().database.connect() as connection:
        read.snapshot(connection)
        found = read.listed(connection, indicator, scope, limit=None)

    shown = read.shown(indicator)

    def lines() -> Iterator[Sequence[object]]:
        yield (
            _("Số"),
            _("Tên"),
            _("Cơ quan"),
            _("Lĩnh vực"),
            _("Ngày"),
            _("Địa chỉ"),
            *map(column_name, shown),
        )
        for row in found:
            title, url = _shown(row, indicator)
            more = (getattr(row, name) for name in shown)
            yield row.id, title, row.ministry_name, row.field, row.day, root + url if url else "", *more

    return csv_response(indicator.replace("_", "-"), lines())
