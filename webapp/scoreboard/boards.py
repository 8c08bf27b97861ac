"""The nation's page, each ministry's, and the download: all of one snapshot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from schemas.calendar import today

from ..amounts import exact, percent
from ..downloads import csv_response
from ..formats import NBSP, moment, number
from ..languages import gettext as _
from ..languages import local, ngettext
from ..links import source_name
from ..pages import Crumb, Frame
from ..queries import scoreboard as read
from ..queries.scoreboard import NONE, SUMS, Board, Scope
from .asked import (
    LATE,
    ROOT,
    address,
    asked,
    counted,
    filters,
    ministry_name,
    overdue_first,
    rows_urls,
    scope_pairs,
)
from .blueprint import bp
from .pages import (
    CHARTS,
    COLUMNS,
    GROUPS,
    HEADINGS,
    ON_A_PHONE,
    Bar,
    BoardPage,
    Cell,
    Chart,
    Figure,
    MinistryPage,
    TableRow,
    indicator_name,
)

#: What a bar may be as long as, in units of the drawing.
WIDEST = 640


def _cells(figures: Mapping[str, int], scope: Scope, ministry: str) -> tuple[Cell, ...]:
    rows_url = rows_urls(scope, ministry)
    return tuple(
        Cell(
            number(figures.get(name, 0)),
            rows_url(name),
            name in LATE and figures.get(name, 0) > 0,
            _(ON_A_PHONE[name]) if name in ON_A_PHONE else "",
        )
        for name in COLUMNS
    )


def _median(board: Board, ministry: str) -> str:
    """Half of the answers came within so many days; a dash where there is none."""
    median = board.medians.get(ministry)
    return "–" if median is None else number(median, 0 if median.is_integer() else 1)


def _updated(board: Board, ministry: str) -> dt.datetime | None:
    """When the ministry (the nation, when empty) changed something last."""
    return board.updated.get(ministry) if ministry else max(board.updated.values(), default=None)


def _more_cells(board: Board, scope: Scope, ministry: str) -> tuple[Cell, ...]:
    """What does not add up: the median, and how fresh the data are."""
    changed, rows_url = _updated(board, ministry), rows_urls(scope, ministry)
    return (
        Cell(_median(board, ministry), rows_url("days_to_answer")),
        # As in the form above it: an English date in words is too long for a column.
        Cell(f"{today(changed):%d/%m/%Y}" if changed else "–", rows_url("updates")),
    )


def _sentence(figures: Mapping[str, int], ministries: int = 0) -> str:
    """What is late (of the nation: at how many ministries), and what was done."""
    late = sum(figures[name] for name in LATE)
    done, everything = figures["regulations_cut"] + figures["regulations_simplified"], figures["regulations"]
    if not late:
        overdue = _("Không có việc nào quá hạn")
    elif ministries:
        overdue = ngettext(
            "%(late)s việc quá hạn ở %(count)s cơ quan",
            "%(late)s việc quá hạn ở %(count)s cơ quan",
            ministries,
            late=number(late),
            count=number(ministries),
        )
    else:
        overdue = _("%(late)s việc quá hạn", late=number(late))
    if not everything:
        return f"{overdue}."
    cut = _(
        "%(done)s trong %(all)s quy định đã được cắt giảm, đơn giản hóa (%(share)s)",
        done=number(done),
        all=number(everything),
        share=percent(done, everything),
    )
    return f"{overdue}; {cut}."


@bp.get(ROOT)
def board() -> str:
    """The national page: a sentence, the table with overdue ministries first, the chart."""
    scope = asked()
    whole = counted(scope)
    found, names = whole.figures, whole.names
    order, nation = overdue_first(found, names), read.total(found)
    longest = max((sum(found[code].get(n, 0) for n in LATE) for code in order), default=0)
    chart = [code for code in order if any(found[code].get(n) for n in LATE)]
    pairs = scope_pairs(scope, frozen=False)
    page = BoardPage(
        frame=Frame(
            _("Bảng chỉ số"),
            active="scoreboard",
            crumbs=(Crumb(_("Trang chủ"), local("/")),),
            canonical=local(ROOT),
            robots="noindex" if request.args else "",
        ),
        sentence=_sentence(nation, len(chart)),
        when=moment(scope.at),
        filters=filters(scope, whole.fields),
        action=local(ROOT),
        headings=tuple((_(title), tuple(_(words) for _name, words in names)) for title, names in HEADINGS),
        rows=tuple(
            TableRow(
                ministry_name(code, names),
                address(f"{ROOT}/{code}", pairs),
                (*_cells(found[code], scope, code), *_more_cells(whole, scope, code)),
            )
            for code in order
        ),
        total=TableRow(_("Cả nước"), "", (*_cells(nation, scope, ""), *_more_cells(whole, scope, ""))),
        sources=tuple((source_name(name), moment(at)) for name, at in whole.sources.items()),
        crawls_url=rows_urls(scope)("crawls"),
        bars=tuple(_bar(ministry_name(code, names), found[code], longest) for code in chart),
        done_bars=_done_bars([(ministry_name(code, names), found[code]) for code in order]),
        csv_url=address(f"{ROOT}.csv", scope_pairs(scope, frozen=True)),
        json_url=address("/api/v1/scoreboard", scope_pairs(scope, frozen=True)),
    )
    return render_template("scoreboard/board.html", page=page)


def _bar(name: str, mine: Mapping[str, int], longest: int) -> Bar:
    plans, petitions = (mine.get(name, 0) for name in LATE)
    words = (
        ngettext("%(n)s phương án", "%(n)s phương án", plans, n=number(plans)),
        ngettext("%(n)s phản ánh", "%(n)s phản ánh", petitions, n=number(petitions)),
    )
    scale = WIDEST / (longest or 1)
    return Bar(name, round((plans + petitions) * scale), round(plans * scale), ", ".join(words))


def _done_bars(ministries: Sequence[tuple[str, Mapping[str, int]]]) -> tuple[Bar, ...]:
    """How many of a ministry's regulations were cut or simplified, in the order of the table."""
    held = [(name, mine) for name, mine in ministries if mine.get("regulations")]
    longest = max((mine["regulations"] for _name, mine in held), default=1)
    found = []
    for name, mine in held:
        done, whole = mine["regulations_cut"] + mine["regulations_simplified"], mine["regulations"]
        words = f"{number(done)} / {number(whole)} · {percent(done, whole)}"
        found.append(Bar(name, round(whole * WIDEST / longest), round(done * WIDEST / longest), words))
    return tuple(found)


@bp.get(f"{ROOT}.csv")
def board_csv() -> Response:
    """Every indicator of every ministry."""
    scope = asked()
    whole = counted(scope)
    found, names = whole.figures, whole.names
    every = (*read.indicators(), *SUMS)

    def more(code: str) -> tuple[object, object]:
        changed = _updated(whole, code)
        return whole.medians.get(code, ""), changed.isoformat() if changed else ""

    def lines() -> Iterator[Sequence[object]]:
        yield (_("Cơ quan"), *map(indicator_name, (*every, "days_to_answer", "updates")))
        for code in overdue_first(found, names):
            yield (ministry_name(code, names), *(found[code].get(name, 0) for name in every), *more(code))
        nation = read.total(found)
        yield (_("Cả nước"), *(nation[name] for name in every), *more(""))

    return csv_response("bang-chi-so", lines())


@bp.get(f"{ROOT}/<ministry>")
def one_ministry(ministry: str) -> str:
    """All indicators of one ministry, each with its rows."""
    scope = replace(asked(), ministry=ministry)
    whole = counted(scope)
    names = whole.names
    if ministry != NONE and ministry not in names:
        abort(404)
    figures = read.total(whole.figures)
    back = address(ROOT, scope_pairs(scope, frozen=False))
    titles = (
        _("Quá hạn"),
        _("Phương án"),
        _("Quy định kinh doanh"),
        _("Phản ánh, kiến nghị"),
        _("Góp ý cho dự thảo"),
    )
    page = MinistryPage(
        frame=Frame(
            ministry_name(ministry, names),
            active="scoreboard",
            crumbs=(Crumb(_("Trang chủ"), local("/")), Crumb(_("Bảng chỉ số"), back)),
            canonical=local(f"{ROOT}/{ministry}"),
        ),
        sentence=_sentence(figures),
        when=moment(scope.at),
        filters=filters(scope, whole.fields),
        action=local(f"{ROOT}/{ministry}"),
        groups=(
            *(
                (title, tuple(_figure(name, figures, scope, ministry) for name in group))
                for title, group in zip(titles, GROUPS, strict=True)
            ),
            (_("Trả lời và dữ liệu"), _more_figures(whole, scope, ministry)),
        ),
        charts=_charts(figures),
        csv_url=address(f"{ROOT}/{ministry}.csv", scope_pairs(scope, frozen=True)),
    )
    return render_template("scoreboard/ministry.html", page=page)


def _charts(figures: Mapping[str, int]) -> tuple[Chart, ...]:
    """What stands in the tables, drawn; nothing where there is nothing to compare."""
    found = []
    for title, names in CHARTS:
        longest = max(figures[name] for name in names)
        lengths = {name: round(figures[name] * WIDEST / longest) if longest else 0 for name in names}
        bars = tuple(
            Bar(indicator_name(name), lengths[name], lengths[name], _value(name, figures)) for name in names
        )
        found += [Chart(_(title), bars)] if longest else []
    return tuple(found)


def _value(name: str, figures: Mapping[str, int]) -> str:
    return exact(figures[name]) if name in SUMS else number(figures[name])


@bp.get(f"{ROOT}/<ministry>.csv")
def ministry_csv(ministry: str) -> Response:
    """Every indicator of one ministry, a line each."""
    whole = counted(replace(asked(), ministry=ministry))
    if ministry != NONE and ministry not in whole.names:
        abort(404)
    figures, changed = read.total(whole.figures), _updated(whole, ministry)

    def lines() -> Iterator[Sequence[object]]:
        yield (_("Chỉ số"), _("Giá trị"))
        for name in (*read.indicators(), *SUMS):
            yield (indicator_name(name), figures[name])
        yield (indicator_name("days_to_answer"), whole.medians.get(ministry, ""))
        yield (indicator_name("updates"), changed.isoformat() if changed else "")

    return csv_response(f"bang-chi-so-{ministry}", lines())


def _more_figures(board: Board, scope: Scope, ministry: str) -> tuple[Figure, ...]:
    names, cells = ("days_to_answer", "updates"), _more_cells(board, scope, ministry)
    return tuple(Figure(indicator_name(n), c.value, c.url) for n, c in zip(names, cells, strict=True))


#: A figure and what it is a share of.
_WHOLE = {
    "items_approved": "items",
    "items_done": "items",
    "items_late": "items",
    "items_decentralised": "items",
    "regulations_cut": "regulations",
    "regulations_simplified": "regulations",
    "petitions_on_time": "petitions_handled",
    "comments_answered": "comments",
    "procedures_decentralised": "regulations_procedure",
}


def _figure(name: str, figures: Mapping[str, int], scope: Scope, ministry: str) -> Figure:
    value = _value(name, figures)
    whole, share = _WHOLE.get(name), ""
    if whole and figures[whole]:
        share = _(
            "%(share)s của %(all)s",
            share=percent(figures[name], figures[whole]),
            all=number(figures[whole]),
        ).replace(" ", NBSP)
    if name == "cost_after" and figures["cost_current"]:
        saved = figures["cost_current"] - figures["cost_after"]
        share = _(
            "tiết kiệm %(saved)s (%(share)s)",
            saved=exact(saved),
            share=percent(saved, figures["cost_current"]),
        )
    return Figure(indicator_name(name), value, rows_urls(scope, ministry)(name), share)
