"""Public pages of plans: list, one plan, progress by ministry; feed and downloads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from flask import Blueprint, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from schemas.calendar import today
from schemas.people import Action, Subject

from ..access import allowed
from ..audit import now
from ..downloads import csv_response
from ..feeds import Entry, atom
from ..languages import gettext as _
from ..languages import local
from ..queries import plans as read
from ..queries.plans import PlanLine
from ..state import site
from ..working_days import vietnam
from .content import read_content
from .detail import plan_page, surroundings
from .export import workbook
from .lists import address, late_text, parse, plan_url, plans_page
from .names import state_name
from .progress import progress_page, progress_rows

bp = Blueprint("plans", __name__)
FEED = 50
MOST_DOWNLOADED = 1000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _day() -> dt.date:
    return today(now())


@bp.get("/phuong-an")
def all_plans() -> str:
    """The list, narrowed by the address."""
    wanted, page = parse(request.args)
    day = _day()
    with site().database.connect() as connection:
        found, total = read.listed(connection, wanted, day, offset=(page - 1) * read.PAGE)
        counts = read.state_counts(connection, day)
        ministries = read.ministries(connection)
    shown = plans_page(found, total, wanted, page, counts, ministries, day, vietnam())
    return render_template("plans/list.html", page=shown)


@bp.get("/phuong-an.atom", endpoint="feed")
def feed() -> Response:
    """The list as an Atom feed, the latest changes first."""
    wanted, _page = parse(request.args)
    with site().database.connect() as connection:
        found, _total = read.listed(connection, wanted, _day(), limit=FEED)
    entries = [
        Entry(
            f"{line.number}. {line.title}",
            local(plan_url(line.number)),
            f"{state_name(line.state)}. {line.summary}",
            line.updated_at.date(),
        )
        for line in found
    ]
    return atom(_("Phương án cắt giảm, đơn giản hóa quy định"), address(wanted), entries)


@bp.get("/phuong-an.csv", endpoint="csv")
def csv_list() -> Response:
    """The list as CSV, one plan a row."""
    wanted, _page = parse(request.args)
    day = _day()
    root = request.host_url.rstrip("/")
    with site().database.connect() as connection:
        found, _total = read.listed(connection, wanted, day, limit=MOST_DOWNLOADED)

    def rows() -> Iterator[Sequence[object]]:
        yield (
            _("Mã phương án"), _("Tên phương án"), _("Cơ quan"), _("Bước"), _("Quá hạn"), _("Số quy định"),
            _("Chi phí hiện nay (đồng/năm)"), _("Chi phí sau khi sửa (đồng/năm)"), _("Cập nhật"),
            _("Địa chỉ"),
        )  # fmt: skip
        for line in found:
            yield (
                line.number, line.title, line.ministry_name, state_name(line.state),
                late_text(line, day, vietnam()), line.items, line.current_cost, line.after_cost,
                line.updated_at.date(), root + local(plan_url(line.number)),
            )  # fmt: skip

    return csv_response("phuong-an", rows())


@bp.get("/phuong-an.xlsx", endpoint="xlsx")
def xlsx_list() -> Response:
    """The plans of the list with everything in them, as a workbook that can be imported again."""
    wanted, _page = parse(request.args)
    with site().database.connect() as connection:
        found, _total = read.listed(connection, wanted, _day(), limit=MOST_DOWNLOADED)
        plans = {line.number: read_content(connection, line.id) for line in found}
    return xlsx_response("phuong-an", workbook(plans))


def xlsx_response(name: str, data: bytes) -> Response:
    """A workbook as a download."""
    response = make_response(data)
    response.mimetype = XLSX
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


@bp.get("/phuong-an/tien-do")
def progress() -> str:
    """Every ministry's plans: how far they are and which are late."""
    with site().database.connect() as connection:
        found = read.progress(connection, _day())
    return render_template("plans/progress.html", page=progress_page(found, _day()))


@bp.get("/phuong-an/tien-do.csv")
def progress_csv() -> Response:
    """The same table as CSV."""
    with site().database.connect() as connection:
        found = read.progress(connection, _day())
    return csv_response("tien-do-phuong-an", progress_rows(found))


def _public(connection: sa.Connection, number: str) -> PlanLine:
    line = read.by_number(connection, number)
    if line is None or line.published_at is None:
        abort(404)
    return line


@bp.get("/phuong-an/<number>")
def one_plan(number: str) -> str | Response:
    """One plan."""
    with site().database.connect() as connection:
        upper = read.by_number(connection, number.upper())
        if upper and upper.published_at and upper.number != number:
            return redirect(local(plan_url(upper.number)), 301)
        line = _public(connection, number)
        content = read_content(connection, line.id)
        around = surroundings(connection, line, content)
    subject = Subject("plan", line.number, line.ministry)
    works = allowed(Action.DRAFT_PLAN, subject) or allowed(Action.REJECT_PLAN, subject)
    desk = local(f"/quan-tri/phuong-an/{line.number}") if works else ""
    page = plan_page(line, content, around, _day(), vietnam(), desk_url=desk)
    return render_template("plans/plan.html", page=page)


@bp.get("/phuong-an/<number>.xlsx")
def one_xlsx(number: str) -> Response:
    """One plan as a workbook."""
    with site().database.connect() as connection:
        line = _public(connection, number)
        content = read_content(connection, line.id)
    return xlsx_response(line.number, workbook({line.number: content}))
