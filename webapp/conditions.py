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
from .plans.lists import plan_url
from .provision_names import provision_label
from .queries import conditions as read
from .queries.conditions import Condition
from .queries.plans import PlanLine, clauses_touched
from .record_pages import ConditionGroup, ConditionRow, LinePage, LineRow, LinesPage
from .state import site
from .validity import badge

bp = Blueprint("conditions", __name__)
KEPT_SECONDS = 60.0
ENDED = ("HHL", "KCPH")


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
        json_url="/api/v1/conditions",
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


Proposed = list[tuple[int, str | None, PlanLine]]


def _found(text: str) -> tuple[BusinessLine, list[Condition], Proposed]:
    """The line, its conditions, and the plans that would change the documents they come from."""
    item = line(text)
    if item is None:
        abort(404)
    with site().database.connect() as connection:
        found = read.of_line(connection, item.number)
        held = {condition.document.id for condition in found if condition.document}
        return item, found, clauses_touched(connection, held) if held else []


def _binds(condition: Condition) -> bool:
    """Whether it may still have to be met: not of a document that has ended."""
    return condition.document is None or condition.document.status not in ENDED


@bp.get("/dieu-kien/<text>")
def one_line(text: str) -> str:
    """The conditions of one line, grouped by kind, each with its clause."""
    item, found, plans = _found(text)
    binding = [condition for condition in found if _binds(condition)]
    ended = [condition for condition in found if not _binds(condition)]
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
        groups=_groups(binding, plans),
        ended=_groups(ended, []),
        ended_count=len(ended),
        total=count_label(len(binding)),
        source=SOURCE,
        csv_url=f"{url}.csv",
        json_url=f"/api/v1/conditions/{item.number}",
        search_url=local(f"/tim-kiem?q={quote_plus('điều kiện ' + item.name)}"),
    )
    return render_template("conditions/line.html", page=page)


def _groups(found: list[Condition], plans: Proposed) -> tuple[ConditionGroup, ...]:
    order = [*KINDS, *sorted({condition.kind for condition in found} - set(KINDS))]
    return tuple(
        ConditionGroup(kind_label(kind), rows)
        for kind in order
        if (rows := tuple(_row(condition, plans) for condition in found if condition.kind == kind))
    )


def condition_address(condition: Condition) -> str:
    """Path of the clause or procedure a condition comes from."""
    if condition.document:
        return document_url(condition.document.address, condition.provision)
    return procedure_url(condition.procedure_code or "")


def _plan(condition: Condition, plans: Proposed) -> Part | None:
    """The plan that names the condition's clause, a part of it, or what it stands in."""
    if condition.document is None or not condition.provision:
        return None
    own = condition.provision + "/"
    for document_id, place, plan in plans:
        is_here = document_id == condition.document.id and place is not None
        if is_here and (own.startswith(f"{place}/") or f"{place}/".startswith(own)):
            return Part(plan.title, local(plan_url(plan.number)))
    return None


def _row(condition: Condition, plans: Proposed) -> ConditionRow:
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
        condition.text,
        condition.subject or "",
        clause,
        shown,
        condition.sample,
        condition.confirmed,
        _plan(condition, plans),
    )


@bp.get("/dieu-kien/<text>.csv")
def line_csv(text: str) -> Response:
    """The conditions of one line as CSV."""
    item, found, _plans = _found(text)
    root = request.host_url.rstrip("/")

    def rows() -> Iterator[Sequence[object]]:
        yield (
            _("Loại điều kiện"),
            _("Nội dung điều kiện"),
            _("Số hiệu"),
            _("Điều khoản"),
            _("Hiệu lực"),
            _("Địa chỉ"),
        )
        for condition in found:
            yield (
                kind_label(condition.kind),
                condition.text,
                condition.document.number if condition.document else condition.procedure_code,
                provision_label(condition.provision) if condition.provision else "",
                badge(condition.document.status).label if condition.document else "",
                root + local(condition_address(condition)),
            )

    return csv_response(f"dieu-kien-{item.number}", rows())
