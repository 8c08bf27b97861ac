"""The scoreboard: the nation, one ministry, and the rows behind each number, all as of one instant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from schemas.consultations import end_of
from schemas.people import Action
from schemas.petitions import PUBLIC, State
from schemas.text.normalise import clean

from ..access import allowed
from ..amounts import exact, percent
from ..audit import now
from ..downloads import csv_response
from ..errors import bad_request
from ..formats import date, moment, number
from ..languages import gettext as _
from ..languages import local, ngettext
from ..pages import Crumb, Frame
from ..queries import scoreboard as read
from ..queries.scoreboard import NONE, SUMS, Scope
from ..state import site
from .pages import (
    COLUMNS,
    GROUPS,
    Bar,
    BoardPage,
    Cell,
    Figure,
    Filters,
    MinistryPage,
    RowsPage,
    TableRow,
    indicator_name,
)

bp = Blueprint("scoreboard", __name__)
ROOT = "/bang-chi-so"
#: What a bar may be as long as, and how far apart bars stand, in units of the drawing.
WIDEST, STEP = 640, 34
LATE = ("plans_late", "petitions_late")


def asked() -> Scope:
    """The scope of the address. Raises BadSearch for a date that is none."""
    args, present = request.args, now()
    day, instant = _day("ngay"), args.get("luc", "")
    at, is_now = present, True
    if instant:
        try:
            at, is_now = dt.datetime.fromisoformat(instant), False
        except ValueError:
            bad_request("luc", instant, _("một thời điểm như 2026-11-22T03:00:00+00:00"))
        if at.tzinfo is None:
            at = at.replace(tzinfo=dt.UTC)
    elif day and end_of(day) <= present:
        at, is_now = end_of(day).astimezone(dt.UTC) - dt.timedelta(seconds=1), False
    return Scope(at, is_now, clean(args.get("linh_vuc", ""))[:200], _day("tu"), _day("den"))


def _day(name: str) -> dt.date | None:
    typed = request.args.get(name, "")
    if not typed:
        return None
    parts = typed.split("/")
    try:
        return dt.date.fromisoformat("-".join(reversed(parts)) if len(parts) == 3 else typed)
    except ValueError:
        bad_request(name, typed, _("một ngày như 22/11/2026 hoặc 2026-11-22"))


def _pairs(scope: Scope, *, frozen: bool) -> list[tuple[str, str]]:
    """The scope as parameters; `frozen`: of exactly this instant, so that rows are those of the figure."""
    pairs = [
        ("linh_vuc", scope.field),
        ("tu", scope.since.isoformat() if scope.since else ""),
        ("den", scope.until.isoformat() if scope.until else ""),
        ("luc", scope.at.isoformat() if frozen or not scope.now else ""),
    ]
    return [(name, value) for name, value in pairs if value]


def _address(path: str, pairs: Sequence[tuple[str, str]]) -> str:
    return local(path) + (f"?{urlencode(pairs)}" if pairs else "")


def rows_url(indicator: str, scope: Scope, ministry: str = "") -> str:
    """Where the rows behind a figure are."""
    pairs = [*_pairs(scope, frozen=True), *([("co_quan", ministry)] if ministry else [])]
    return _address(f"{ROOT}/dong/{SUMS.get(indicator, indicator)}", pairs)


def counted(scope: Scope) -> tuple[dict[str, dict[str, int]], dict[str, str], list[str]]:
    """Figures by ministry, names of ministries, fields: all of one snapshot."""
    with site().database.connect() as connection:
        read.snapshot(connection)
        found = read.figures(connection, scope)
        return found, read.names(connection), read.fields(connection)


def _filters(scope: Scope, fields: Sequence[str]) -> Filters:
    day = "" if scope.now else f"{scope.day:%d/%m/%Y}"
    since, until = (f"{d:%d/%m/%Y}" if d else "" for d in (scope.since, scope.until))
    return Filters(scope.field, since, until, day, tuple(fields))


def _name(code: str, names: Mapping[str, str]) -> str:
    return _("Chưa có cơ quan") if code == NONE else names.get(code, code)


def overdue_first(found: Mapping[str, Mapping[str, int]], names: Mapping[str, str]) -> list[str]:
    """Ministries in order of what is overdue, then by name."""
    return sorted(found, key=lambda code: (-sum(found[code].get(n, 0) for n in LATE), _name(code, names)))


def _cells(figures: Mapping[str, int], scope: Scope, ministry: str) -> tuple[Cell, ...]:
    return tuple(
        Cell(
            number(figures.get(name, 0)),
            rows_url(name, scope, ministry),
            name in LATE and figures.get(name, 0) > 0,
        )
        for name in COLUMNS
    )


def _sentence(figures: Mapping[str, int], count: int) -> str:
    late = sum(figures[name] for name in LATE)
    done, everything = figures["regulations_cut"] + figures["regulations_simplified"], figures["regulations"]
    return _(
        "%(late)s việc quá hạn ở %(count)s cơ quan; %(done)s trong %(all)s quy định đã được cắt giảm, "
        "đơn giản hóa (%(share)s).",
        late=number(late),
        count=number(count),
        done=number(done),
        all=number(everything),
        share=percent(done, everything) or "–",
    )


@bp.get(ROOT)
def board() -> str:
    """The national page: a sentence, the table with overdue ministries first, the chart."""
    scope = asked()
    found, names, fields = counted(scope)
    order, nation = overdue_first(found, names), read.total(found)
    longest = max((sum(found[code].get(n, 0) for n in LATE) for code in order), default=0)
    chart = [code for code in order if sum(found[code].get(n, 0) for n in LATE)][:20]
    pairs = _pairs(scope, frozen=False)
    page = BoardPage(
        frame=Frame(
            _("Bảng chỉ số"),
            active="scoreboard",
            crumbs=(Crumb(_("Trang chủ"), local("/")),),
            canonical=local(ROOT),
            robots="noindex" if request.args else "",
        ),
        sentence=_sentence(nation, sum(any(found[code].get(n) for n in LATE) for code in order)),
        when=moment(scope.at),
        filters=_filters(scope, fields),
        action=local(ROOT),
        columns=tuple(indicator_name(name) for name in COLUMNS),
        rows=tuple(
            TableRow(_name(code, names), _address(f"{ROOT}/{code}", pairs), _cells(found[code], scope, code))
            for code in order
        ),
        total=TableRow(_("Cả nước"), "", _cells(nation, scope, "")),
        bars=tuple(_bar(place, code, found[code], names, longest) for place, code in enumerate(chart)),
        height=len(chart) * STEP + 10,
        csv_url=_address(f"{ROOT}.csv", _pairs(scope, frozen=True)),
        json_url=_address("/api/v1/scoreboard", _pairs(scope, frozen=True)),
    )
    return render_template("scoreboard/board.html", page=page)


def _bar(place: int, code: str, mine: Mapping[str, int], names: Mapping[str, str], longest: int) -> Bar:
    plans, petitions = (mine.get(name, 0) for name in LATE)
    words = _("%(plans)s phương án, %(petitions)s phản ánh", plans=number(plans), petitions=number(petitions))
    scale = WIDEST / (longest or 1)
    return Bar(
        _name(code, names), place * STEP, round((plans + petitions) * scale), round(plans * scale), words
    )


@bp.get(f"{ROOT}.csv")
def board_csv() -> Response:
    """Every indicator of every ministry."""
    scope = asked()
    found, names, _fields = counted(scope)
    every = (*read.indicators(), *SUMS)

    def lines() -> Iterator[Sequence[object]]:
        yield (_("Cơ quan"), *map(indicator_name, every))
        for code in overdue_first(found, names):
            yield (_name(code, names), *(found[code].get(name, 0) for name in every))
        nation = read.total(found)
        yield (_("Cả nước"), *(nation[name] for name in every))

    return csv_response("bang-chi-so", lines())


@bp.get(f"{ROOT}/<ministry>")
def one_ministry(ministry: str) -> str:
    """All indicators of one ministry, each with its rows."""
    scope = replace(asked(), ministry=ministry)
    found, names, fields = counted(scope)
    if ministry != NONE and ministry not in names:
        abort(404)
    figures = read.total(found)
    titles = (_("Quá hạn"), _("Phương án"), _("Quy định"), _("Phản ánh, kiến nghị"), _("Góp ý"))
    page = MinistryPage(
        frame=Frame(
            _name(ministry, names),
            active="scoreboard",
            crumbs=(Crumb(_("Trang chủ"), local("/")), Crumb(_("Bảng chỉ số"), local(ROOT))),
            canonical=local(f"{ROOT}/{ministry}"),
        ),
        sentence=_sentence(figures, int(any(figures[name] for name in LATE))),
        when=moment(scope.at),
        filters=_filters(scope, fields),
        action=local(f"{ROOT}/{ministry}"),
        groups=tuple(
            (title, tuple(_figure(name, figures, scope, ministry) for name in group))
            for title, group in zip(titles, GROUPS, strict=True)
        ),
        back_url=_address(ROOT, _pairs(scope, frozen=False)),
    )
    return render_template("scoreboard/ministry.html", page=page)


#: A figure and what it is a share of.
_WHOLE = {
    "items_approved": "items",
    "items_done": "items",
    "items_decentralised": "items",
    "regulations_cut": "regulations",
    "regulations_simplified": "regulations",
    "petitions_on_time": "petitions_handled",
    "comments_answered": "comments",
}


def _figure(name: str, figures: Mapping[str, int], scope: Scope, ministry: str) -> Figure:
    value = exact(figures[name]) if name in SUMS else number(figures[name])
    whole, share = _WHOLE.get(name), ""
    if whole and figures[whole]:
        share = f"{value}/{number(figures[whole])} ({percent(figures[name], figures[whole])})"
    if name == "cost_after" and figures["cost_current"]:
        saved = figures["cost_current"] - figures["cost_after"]
        share = _(
            "tiết kiệm %(saved)s (%(share)s)",
            saved=exact(saved),
            share=percent(saved, figures["cost_current"]),
        )
    return Figure(indicator_name(name), value, rows_url(name, scope, ministry), share)


# ---------------------------------------------------------------- the rows behind a number


def _behind(indicator: str) -> Scope:
    if indicator not in read.indicators():
        abort(404)
    return replace(asked(), ministry=clean(request.args.get("co_quan", ""))[:200])


def _shown(row: Any, indicator: str) -> tuple[str, str]:
    """Name and address of a row. A petition says nothing of itself until its result is public, but to the
    national officers who work on it."""
    if not indicator.startswith("petitions") or allowed(Action.SEE_PETITIONS):
        return row.title, local(row.url)
    if State(row.state_now) in PUBLIC:
        return row.title, local(f"/phan-anh/{row.id}")
    return _("Phản ánh số %(n)s", n=row.id), ""


@bp.get(f"{ROOT}/dong/<indicator>")
def rows(indicator: str) -> str:
    """The rows a figure counts, with their own pages."""
    scope = _behind(indicator)
    typed = request.args.get("trang", "1")
    page = int(typed) if typed.isascii() and typed.isdigit() and 0 < len(typed) < 5 else 1
    page = max(page, 1)
    with site().database.connect() as connection:
        read.snapshot(connection)
        names = read.names(connection)
        found = read.listed(connection, indicator, scope, offset=(page - 1) * read.PAGE, limit=read.PAGE)
        count = read.count(connection, indicator, scope)
    pairs = [*_pairs(scope, frozen=True), *([("co_quan", scope.ministry)] if scope.ministry else [])]
    here = f"{ROOT}/dong/{indicator}"
    shown = RowsPage(
        frame=Frame(
            indicator_name(indicator),
            active="scoreboard",
            crumbs=(Crumb(_("Trang chủ"), local("/")), Crumb(_("Bảng chỉ số"), local(ROOT))),
            robots="noindex",
        ),
        lead=_name(scope.ministry, names) if scope.ministry else _("Cả nước"),
        when=moment(scope.at),
        rows=tuple((*_shown(row, indicator), row.ministry_name or "", _shown_day(row.day)) for row in found),
        total=ngettext("%(n)s dòng", "%(n)s dòng", count, n=number(count)),
        previous=_address(here, [*pairs, ("trang", str(page - 1))]) if page > 1 else "",
        following=_address(here, [*pairs, ("trang", str(page + 1))]) if page * read.PAGE < count else "",
        csv_url=_address(f"{here}.csv", pairs),
        back_url=_address(ROOT, _pairs(replace(scope, ministry=""), frozen=False)),
    )
    return render_template("scoreboard/rows.html", page=shown)


def _shown_day(value: object) -> str:
    """SQLite gives days that were reckoned as text."""
    if isinstance(value, str):
        return date(dt.date.fromisoformat(value))
    return date(value) if isinstance(value, dt.date) else ""


@bp.get(f"{ROOT}/dong/<indicator>.csv")
def rows_csv(indicator: str) -> Response:
    """All rows a figure counts."""
    scope, root = _behind(indicator), request.host_url.rstrip("/")
    with site().database.connect() as connection:
        read.snapshot(connection)
        found = read.listed(connection, indicator, scope, limit=None)

    def lines() -> Iterator[Sequence[object]]:
        yield (_("Số"), _("Tên"), _("Cơ quan"), _("Lĩnh vực"), _("Ngày"), _("Địa chỉ"))
        for row in found:
            title, url = _shown(row, indicator)
            yield row.id, title, row.ministry_name, row.field, row.day, root + url if url else ""

    return csv_response(indicator.replace("_", "-"), lines())
