"""Business conditions by line of business: the list of lines, then each line's conditions by kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote_plus

from flask import Blueprint, Response, abort, render_template, request

from schemas.addresses import document_url, procedure_url
from schemas.business_lines import SOURCE, BusinessLine, line, lines
from schemas.text.normalise import clean, fold

from .condition_kinds import KINDS, kind_label
from .downloads import csv_response
from .formats import cited_name, number
from .languages import gettext as _
from .languages import local, ngettext
from .lawtext import Part
from .pages import Crumb, Frame
from .provision_names import provision_label
from .queries import conditions as read
from .queries.conditions import Condition
from .record_pages import ConditionGroup, ConditionRow, LinePage, LineRow, LinesPage
from .state import site
from .validity import badge

bp = Blueprint("conditions", __name__)
KEPT_SECONDS = 60.0


def line_counts() -> dict[str, int]:
    """Conditions of each line, at most a minute old."""

    def compute() -> dict[str, int]:
        with site().database.connect() as connection:
            return read.count_by_line(connection)

    return site().cache.get("line-counts", KEPT_SECONDS, compute)


def count_label(count: int) -> str:
    """ "71 điều kiện"; empty for none."""
    return ngettext("%(n)s điều kiện", "%(n)s điều kiện", count, n=number(count)) if count else ""


def matching(text: str) -> list[BusinessLine]:
    """Lines whose name holds every word typed, marks or none."""
    words = fold(clean(text)).split()
    return [item for item in lines() if all(word in fold(item.name) for word in words)]


@bp.get("/dieu-kien")
def all_lines() -> str:
    """The list of lines, narrowed by what was typed."""
    text = clean(request.args.get("q", ""))[:200]
    counts = line_counts()
    found = matching(text)
    rows = tuple(
        LineRow(
            item.number,
            item.name,
            local(f"/dieu-kien/{item.number}"),
            count_label(counts.get(item.number, 0)),
        )
        for item in found
    )
    page = LinesPage(
        frame=Frame(
            _("Điều kiện kinh doanh theo ngành nghề"),
            active="conditions",
            crumbs=(Crumb(_("Trang chủ"), local("/")),),
            canonical=local("/dieu-kien"),
        ),
        text=text,
        lines=rows,
        total=ngettext("%(n)s ngành nghề", "%(n)s ngành nghề", len(rows), n=number(len(rows))),
        csv_url=local("/dieu-kien.csv"),
        others=SOURCE,
    )
    return render_template("conditions/lines.html", page=page)


@bp.get("/dieu-kien.csv")
def lines_csv() -> Response:
    """The list as CSV."""
    counts = line_counts()

    def rows() -> Iterator[Sequence[object]]:
        yield (_("Số thứ tự"), _("Ngành nghề"), _("Số điều kiện"))
        for item in lines():
            yield (item.number, item.name, counts.get(item.number, 0))

    return csv_response("nganh-nghe", rows())


def _found(text: str) -> tuple[BusinessLine, list[Condition]]:
    item = line(text)
    if item is None:
        abort(404)
    with site().database.connect() as connection:
        return item, read.of_line(connection, item.number)


@bp.get("/dieu-kien/<text>")
def one_line(text: str) -> str:
    """The conditions of one line, grouped by kind, each with its clause."""
    item, found = _found(text)
    url = local(f"/dieu-kien/{item.number}")
    page = LinePage(
        frame=Frame(
            item.name,
            active="conditions",
            crumbs=(
                Crumb(_("Trang chủ"), local("/")),
                Crumb(_("Điều kiện theo ngành nghề"), local("/dieu-kien")),
            ),
            sample=any(condition.sample for condition in found),
            canonical=url,
        ),
        number=item.number,
        name=item.name,
        groups=_groups(found),
        total=count_label(len(found)),
        source=SOURCE,
        csv_url=f"{url}.csv",
        json_url=f"/api/v1/conditions/{item.number}",
        search_url=local(f"/tim-kiem?q={quote_plus('điều kiện ' + item.name)}"),
    )
    return render_template("conditions/line.html", page=page)


def _groups(found: list[Condition]) -> tuple[ConditionGroup, ...]:
    order = [*KINDS, *sorted({condition.kind for condition in found} - set(KINDS))]
    return tuple(
        ConditionGroup(kind_label(kind), rows)
        for kind in order
        if (rows := tuple(_row(condition) for condition in found if condition.kind == kind))
    )


def condition_address(condition: Condition) -> str:
    """Path of the clause or procedure a condition comes from."""
    if condition.document:
        return document_url(condition.document.address, condition.provision)
    return procedure_url(condition.procedure_code or "")


def _row(condition: Condition) -> ConditionRow:
    if condition.document:
        held = condition.document
        name = cited_name(held.type, held.number, held.title)
        if condition.provision:
            name = f"{provision_label(condition.provision)} {name}"
        shown = badge(condition.document.status)
    else:
        name, shown = _("Thủ tục %(name)s", name=condition.procedure_name or ""), None
    clause = Part(name, local(condition_address(condition)))
    return ConditionRow(
        condition.text, condition.subject or "", clause, shown, condition.sample, condition.confirmed
    )


@bp.get("/dieu-kien/<text>.csv")
def line_csv(text: str) -> Response:
    """The conditions of one line as CSV."""
    item, found = _found(text)
    root = request.host_url.rstrip("/")

    def rows() -> Iterator[Sequence[object]]:
        yield (_("Loại điều kiện"), _("Điều kiện"), _("Số hiệu"), _("Điều khoản"), _("Địa chỉ"))
        for condition in found:
            yield (
                kind_label(condition.kind),
                condition.text,
                condition.document.number if condition.document else condition.procedure_code,
                provision_label(condition.provision) if condition.provision else "",
                root + local(condition_address(condition)),
            )

    return csv_response(f"dieu-kien-{item.number}", rows())
