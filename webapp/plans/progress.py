"""Progress by ministry: a sentence, then the table; every number leads to the plans it counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from schemas.plan_states import STATES

from ..amounts import dong, percent
from ..formats import date, number
from ..languages import gettext as _
from ..languages import local, ngettext
from ..pages import Crumb, Frame
from ..queries.plans import PlanFilter, Progress
from .lists import address
from .names import state_name
from .pages import Figure, ProgressPage, ProgressRow

OPEN = ("planned", "consulting", "answering", "submitted")
APPROVED = ("approved", "implementing")
DONE = ("completed",)


def progress_page(found: Sequence[Progress], day: dt.date) -> ProgressPage:
    """The page; the last row is the sum of the others."""
    whole = _sum(found)
    return ProgressPage(
        frame=Frame(
            _("Tiến độ phương án theo bộ, ngành"),
            active="plans",
            crumbs=(
                Crumb(_("Trang chủ"), local("/")),
                Crumb(_("Phương án"), local("/phuong-an")),
            ),
            canonical=local("/phuong-an/tien-do"),
        ),
        sentence=_sentence(whole, len(found)),
        rows=tuple(_row(line, line.ministry) for line in found),
        total=_row(whole, "") if len(found) > 1 else None,
        csv_url=local("/phuong-an/tien-do.csv"),
        json_url="/api/v1/plans/progress",
        as_of=date(day),
    )


def _sum(found: Sequence[Progress]) -> Progress:
    states = {state: sum(line.states.get(state, 0) for line in found) for state in STATES}
    return Progress(
        "",
        _("Cả nước"),
        states,
        sum(line.late for line in found),
        sum(line.items for line in found),
        sum(line.items_done for line in found),
        sum(line.current_cost for line in found),
        sum(line.after_cost for line in found),
    )


def _sentence(whole: Progress, ministries: int) -> str:
    if not whole.plans:
        return _("Chưa có phương án nào được công bố.")
    return ngettext(
        "%(plans)s phương án của %(n)s bộ, ngành; %(done)s đã hoàn thành, %(late)s đang quá hạn.",
        "%(plans)s phương án của %(n)s bộ, ngành; %(done)s đã hoàn thành, %(late)s đang quá hạn.",
        ministries,
        plans=number(whole.plans),
        n=number(ministries),
        done=number(whole.states.get("completed", 0)),
        late=number(whole.late),
    )


def _row(line: Progress, code: str) -> ProgressRow:
    everything = PlanFilter(ministry=code)
    done = f"{number(line.items_done)}/{number(line.items)}"
    if line.items:
        done += f" ({percent(line.items_done, line.items)})"
    saved = line.current_cost - line.after_cost
    saving = ""
    if line.current_cost:
        saving = _("%(saved)s trong %(whole)s", saved=dong(saved), whole=dong(line.current_cost))
        saving += f" ({percent(saved, line.current_cost)})"
    return ProgressRow(
        name=line.name,
        url=address(everything),
        plans=Figure(number(line.plans), address(everything) if line.plans else ""),
        open=_figure(_count(line, OPEN), PlanFilter(ministry=code, states=OPEN)),
        approved=_figure(_count(line, APPROVED), PlanFilter(ministry=code, states=APPROVED)),
        completed=_figure(_count(line, DONE), PlanFilter(ministry=code, states=DONE)),
        late=_figure(line.late, PlanFilter(ministry=code, late=True)),
        done=done,
        saving=saving,
    )


def _count(line: Progress, states: Sequence[str]) -> int:
    return sum(line.states.get(state, 0) for state in states)


def _figure(count: int, wanted: PlanFilter) -> Figure:
    return Figure(number(count), address(wanted) if count else "")


def progress_rows(found: Sequence[Progress]) -> Iterator[Sequence[object]]:
    """The table as rows of plain values, a column for each state."""
    yield (
        _("Bộ, ngành"),
        *(state_name(state) for state in STATES),
        _("Quá hạn"),
        _("Số nội dung"),
        _("Nội dung đã xong"),
        _("Chi phí hiện nay (đồng/năm)"),
        _("Chi phí sau khi sửa (đồng/năm)"),
    )
    for line in (*found, _sum(found)):
        yield (
            line.name,
            *(line.states.get(state, 0) for state in STATES),
            line.late,
            line.items,
            line.items_done,
            line.current_cost,
            line.after_cost,
        )
