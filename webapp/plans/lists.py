"""The public list of plans: asked for by an address, shown as a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from schemas.calendar import WorkingCalendar
from schemas.plan_states import STATES, overdue
from schemas.plans import ACTIONS
from schemas.text.normalise import clean

from ..amounts import dong, percent, working_days
from ..errors import bad_request
from ..formats import date, number
from ..languages import gettext as _
from ..languages import local, ngettext
from ..lawtext import Part
from ..pages import Crumb, Frame, PageLink
from ..queries import plans as read
from ..queries.plans import PlanFilter, PlanLine
from .names import (
    ACTION_OF,
    ADDRESS_OF_ACTION,
    ADDRESS_OF_STATE,
    STATE_OF,
    action_name,
    state_badge,
    state_name,
)
from .pages import Choice, PlanRow, PlansPage

LONGEST_TEXT = 200
LAST_PAGE = 250


def parse(args: MultiDict[str, str]) -> tuple[PlanFilter, int]:
    """Filter and page of an address. Raises BadSearch for a value that does not exist."""
    text = clean(args.get("q", ""))
    if len(text) > LONGEST_TEXT:
        bad_request("q", text, _("nhiều nhất %(n)s chữ cái", n=LONGEST_TEXT))
    wanted = PlanFilter(
        text=text,
        ministry=clean(args.get("co_quan", ""))[:200],
        states=tuple(dict.fromkeys(_any_of("buoc", args, STATE_OF))),
        action=next(iter(_any_of("hinh_thuc", args, ACTION_OF)), ""),
        late=args.get("qua_han", "") == "1",
    )
    page = args.get("trang", "") or "1"
    if not (page.isascii() and page.isdigit() and 1 <= int(page[:6]) <= LAST_PAGE):
        bad_request("trang", page, _("một số từ 1 đến %(n)s", n=LAST_PAGE))
    return wanted, int(page)


def _any_of(name: str, args: MultiDict[str, str], codes: Mapping[str, str]) -> list[str]:
    values = [value for value in args.getlist(name) if value]
    for value in values:
        if value not in codes:
            bad_request(name, value, ", ".join(codes))
    return [codes[value] for value in values]


def query_string(wanted: PlanFilter, page: int = 1) -> str:
    """The parameters that give this list again, defaults left out."""
    pairs = [
        ("q", wanted.text),
        ("co_quan", wanted.ministry),
        *(("buoc", ADDRESS_OF_STATE[state]) for state in wanted.states),
        ("hinh_thuc", ADDRESS_OF_ACTION.get(wanted.action, "")),
        ("qua_han", "1" if wanted.late else ""),
        ("trang", str(page) if page > 1 else ""),
    ]
    text = urlencode([(name, value) for name, value in pairs if value])
    return f"?{text}" if text else ""


def address(wanted: PlanFilter, page: int = 1, ending: str = "") -> str:
    """Address of the list in the page's language."""
    return local(f"/phuong-an{ending}") + query_string(wanted, page)


def plans_page(
    found: list[PlanLine],
    total: int,
    wanted: PlanFilter,
    page: int,
    counts: tuple[dict[str, int], int],
    ministries: list[tuple[str, str]],
    day: dt.date,
    calendar: WorkingCalendar,
) -> PlansPage:
    """The page of a list."""
    states, late = counts
    last = max(1, -(-total // read.PAGE))
    return PlansPage(
        frame=Frame(
            _("Phương án cắt giảm, đơn giản hóa quy định"),
            active="plans",
            crumbs=(Crumb(_("Trang chủ"), local("/")),),
            sample=any(line.sample for line in found),
            feed=address(wanted, ending=".atom"),
            canonical=local("/phuong-an"),
            robots="noindex" if wanted != PlanFilter() else "",
        ),
        text=wanted.text,
        total=ngettext("%(n)s phương án", "%(n)s phương án", total, n=number(total)),
        states=tuple(
            Choice(
                ADDRESS_OF_STATE[code],
                state_name(code),
                number(states.get(code, 0)),
                code in wanted.states,
            )
            for code in STATES
            if states.get(code) or code in wanted.states
        ),
        ministries=tuple(Choice(code, name, "", code == wanted.ministry) for code, name in ministries),
        actions=tuple(
            Choice(ADDRESS_OF_ACTION[code], action_name(code), "", code == wanted.action) for code in ACTIONS
        ),
        late=Choice("1", _("Quá hạn"), number(late), wanted.late),
        chips=_chips(wanted, dict(ministries)),
        rows=tuple(plan_row(line, day, calendar) for line in found),
        pages=page_links(wanted, page, last),
        previous=address(wanted, page - 1) if page > 1 else "",
        following=address(wanted, page + 1) if page < last else "",
        clear_url=local("/phuong-an") if wanted != PlanFilter() else "",
        feed_url=address(wanted, ending=".atom"),
        csv_url=address(wanted, ending=".csv"),
        xlsx_url=address(wanted, ending=".xlsx"),
        json_url=f"/api/v1/plans{query_string(wanted)}",
        progress_url=local("/phuong-an/tien-do"),
    )


def _chips(wanted: PlanFilter, names: Mapping[str, str]) -> tuple[Part, ...]:
    chips = []
    if wanted.ministry:
        name = names.get(wanted.ministry, wanted.ministry)
        chips.append(Part(name, address(replace(wanted, ministry=""))))
    for state in wanted.states:
        kept = tuple(other for other in wanted.states if other != state)
        chips.append(Part(state_name(state), address(replace(wanted, states=kept))))
    if wanted.action:
        chips.append(Part(action_name(wanted.action), address(replace(wanted, action=""))))
    if wanted.late:
        chips.append(Part(_("Quá hạn"), address(replace(wanted, late=False))))
    return tuple(chips)


def page_links(wanted: PlanFilter, page: int, last: int) -> tuple[PageLink, ...]:
    """1 2 3 … 13: first, last and those around the current page."""
    if last == 1:
        return ()
    near = sorted({1, last, *range(max(1, page - 1), min(last, page + 1) + 1)})
    links: list[PageLink] = []
    for before, at in zip([0, *near], near, strict=False):
        if at - before > 1:
            links.append(PageLink("", ""))
        links.append(PageLink(str(at), "" if at == page else address(wanted, at)))
    return tuple(links)


def plan_url(plan_number: str) -> str:
    """Path of a plan's page."""
    return f"/phuong-an/{plan_number}"


def plan_row(line: PlanLine, day: dt.date, calendar: WorkingCalendar) -> PlanRow:
    """A line of a list."""
    return PlanRow(
        number=line.number,
        title=line.title,
        url=local(plan_url(line.number)),
        ministry=line.ministry_name,
        badge=state_badge(line.state),
        saving=saving_text(line.current_cost, line.after_cost),
        summary=line.summary.split("\n", 1)[0],
        items=ngettext("%(n)s quy định", "%(n)s quy định", line.items, n=number(line.items)),
        changed=_("cập nhật %(date)s", date=date(line.updated_at)),
        late=late_text(line, day, calendar),
        sample=line.sample,
    )


def saving_text(current: int, after: int) -> str:
    """ "tiết kiệm 9 tỷ đồng một năm (25,34 % của 35,52 tỷ đồng)"; empty where nothing was measured."""
    if not current:
        return ""
    if after > current:
        return _("tăng %(amount)s một năm", amount=dong(after - current))
    return _(
        "tiết kiệm %(amount)s một năm (%(share)s của %(whole)s)",
        amount=dong(current - after),
        share=percent(current - after, current),
        whole=dong(current),
    )


def late_text(line: PlanLine, day: dt.date, calendar: WorkingCalendar) -> str:
    """ "Phê duyệt: quá hạn 5 ngày làm việc"."""
    late = overdue(line.state, line.due, day, calendar)
    if late is None:
        return ""
    step, due, days = late
    if not days:
        return _("%(step)s: quá hạn từ %(date)s", step=state_name(step), date=date(due))
    return _("%(step)s: quá hạn %(days)s", step=state_name(step), days=working_days(days))
