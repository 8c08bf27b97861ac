"""Search: the result page, its feed and its download. Everything a reader chose is in the address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote_plus

from flask import Blueprint, Response, g, make_response, render_template, request

from schemas.errors import BadSearch, SearchUnavailable
from schemas.search import (
    MARK_END,
    MARK_START,
    PAGE_SIZE,
    Hit,
    Jump,
    SearchRequest,
    SearchResults,
    parse_note,
)

from .details import detail_lines, of_hits
from .facets import chips, groups
from .formats import date, full_name, hold, long_name, moment, number, numbered, short_name
from .languages import N_, local, ngettext
from .languages import gettext as _
from .lawtext import Part, highlighted
from .pages import Frame, HitRow, JumpLink, PageLink, SearchPage
from .parameters import LAST_PAGE, pairs, parse_request, query_string, sort_orders
from .provision_names import provision_label
from .queries.details import Details
from .state import site
from .validity import badge
from .wording import readings, reason

NO_DETAILS: Mapping[str, Details] = {}
#: Of a condition's text in its title.
CONDITION_LETTERS = 90

_TAKING_PART = {
    "plan": N_("Phương án"),
    "consultation": N_("Dự thảo lấy ý kiến"),
    "petition": N_("Phản ánh, kiến nghị"),
}

bp = Blueprint("search", __name__)


@bp.get("/tim-kiem")
def results() -> Response | tuple[str, int]:
    """The result page."""
    try:
        asked = parse_request(request.args)
        found = site().reader.search(asked)
    except BadSearch as error:
        return _failed(error), 400
    except SearchUnavailable:
        return _failed(None), 503
    page = _page(asked, found)
    g.volatile = page.took
    return make_response(render_template("search/results.html", page=page))


def _failed(error: BadSearch | None) -> str:
    """The page with what was typed kept, and what must be changed in words."""
    typed = request.args.get("q", "")[:2000]
    said = ""
    if error:
        value = str(error.value)
        said = _(
            "“%(value)s” không dùng được cho “%(name)s”. Dùng: %(allowed)s.",
            value=value if len(value) <= 80 else value[:80] + "…",
            name=parameter_label(error.parameter),
            allowed=error.allowed,
        )
    empty = SearchRequest(text=typed)
    title = _("Địa chỉ này có chỗ chưa đúng") if error else _("Tìm kiếm đang tạm nghỉ")
    return render_template(
        "search/results.html", page=_shell(empty, title, error=said, unavailable=error is None)
    )


def parameter_label(name: str) -> str:
    """What a reader calls a parameter of the address."""
    return {
        "q": _("điều muốn tìm"),
        "loai": _("loại văn bản"),
        "co_quan": _("cơ quan"),
        "linh_vuc": _("lĩnh vực"),
        "nam": _("năm ban hành"),
        "hieu_luc": _("tình trạng hiệu lực"),
        "dang": _("loại kết quả"),
        "quy_dinh": _("loại quy định"),
        "nganh_nghe": _("ngành nghề"),
        "ngay": _("ngày"),
        "trang": _("trang"),
        "tiep": _("trang kế tiếp"),
        "sap_xep": _("thứ tự"),
    }.get(name, name)


def search_address(asked: SearchRequest, path: str = "/tim-kiem") -> str:
    return local(path) + query_string(asked)


def _shell(asked: SearchRequest, title: str, error: str = "", unavailable: bool = False) -> SearchPage:
    """The page without results."""
    return SearchPage(
        frame=Frame(title, active="search", search_in_header=False, robots="noindex"),
        action=local("/tim-kiem"),
        text=asked.text,
        understood=(),
        shown_note="",
        everything_url="",
        total="",
        took="",
        sort_now="",
        sorts=(),
        hidden=(),
        groups=(),
        on_date="",
        chips=(),
        clear_url="",
        jumps=(),
        hits=(),
        suggestion=None,
        widen_url="",
        pages=(),
        previous="",
        following="",
        feed_url="",
        csv_url="",
        json_url="",
        built="",
        error=error,
        unavailable=unavailable,
        chosen=0,
        clear_count="",
        widen_count="",
        jumps_title="",
        completions=(),
        completions_url=local("/goi-y") + (f"?q={quote_plus(asked.text[:100])}" if asked.text else ""),
    )


def _page(asked: SearchRequest, found: SearchResults) -> SearchPage:
    title = asked.text or _("Tra cứu")
    if asked.page > 1:
        title += " – " + _("trang %(n)s", n=asked.page)
    first = replace(asked, page=1)
    everything = replace(first, in_force=False, on_date=None)
    removable = chips(asked)
    return replace(
        _shell(asked, title),
        frame=Frame(
            title,
            active="search",
            search_in_header=False,
            feed=search_address(first, "/tim-kiem.atom"),
            sample=any(hit.sample for hit in found.hits),
            robots="noindex, follow" if asked.text else "",
        ),
        understood=readings(found.understood, search_address(replace(first, exact=True))),
        shown_note=_shown_note(asked) if found.total else "",
        everything_url=search_address(everything) if found.total and asked.in_force else "",
        total=ngettext("%(n)s kết quả", "%(n)s kết quả", found.total, n=number(found.total)),
        took=_("%(n)s giây", n=number(max(found.took_ms, 1) / 1000, 3 if found.took_ms < 10 else 2)),
        sort_now=sort_label(asked.sort),
        sorts=tuple(
            Part(sort_label(order), search_address(replace(first, sort=order)))
            for order in sort_orders(asked)
            if order != asked.sort
        ),
        hidden=tuple(pair for pair in pairs(first) if pair[0] in ("sap_xep", "dung_chu")),
        groups=groups(asked, found),
        on_date=asked.on_date.isoformat() if asked.on_date else "",
        chips=removable,
        clear_url=search_address(SearchRequest(text=asked.text, exact=asked.exact)) if removable else "",
        jumps=tuple(_jump(jump, asked.on_date) for jump in found.jumps),
        hits=tuple(_rows(found.by_document, asked.on_date, of_hits(found.hits, asked.on_date))),
        suggestion=_suggestion(first, found),
        widen_url="" if found.total or not asked.in_force else search_address(everything),
        pages=_pages(asked, found),
        previous=search_address(replace(asked, page=asked.page - 1)) if asked.page > 1 else "",
        following=search_address(replace(asked, page=asked.page + 1)) if asked.page < _last(found) else "",
        feed_url=search_address(first, "/tim-kiem.atom"),
        csv_url=search_address(first, "/tim-kiem.csv"),
        json_url="/api/v1/search" + query_string(asked),
        built=_built(),
        chosen=len(removable),
        clear_count=_count_of(found, "unfiltered"),
        widen_count=_count_of(found, "any_validity"),
        jumps_title=_jumps_title(found),
        completions=() if found.total else _completions(asked.text),
    )


def _shown_note(asked: SearchRequest) -> str:
    """Which validity the list is limited to; empty if to none."""
    if asked.on_date:
        return _(
            "Chỉ hiện quy định có hiệu lực ngày %(day)s, kể cả loại nguồn chưa ghi hiệu lực. Lời văn và nhãn"
            " hiệu lực trong danh sách là của hiện nay; mở từng văn bản để biết cổng có giữ lời văn ngày ấy"
            " không.",
            day=date(asked.on_date),
        )
    if asked.in_force and "validity" not in asked.filters:
        return _("Chỉ hiện quy định đang áp dụng, kể cả loại nguồn chưa ghi hiệu lực.")
    return ""


def _count_of(found: SearchResults, code: str) -> str:
    """ "12 kết quả" that another search would find; empty if that is not known."""
    for name, values in map(parse_note, found.understood.notes):
        if name == code and values[0].isdecimal():
            n = int(values[0])
            return ngettext("%(n)s kết quả", "%(n)s kết quả", n, n=number(n))
    return ""


def _jumps_title(found: SearchResults) -> str:
    if any(parse_note(text)[0] == "other_numbers" for text in found.understood.notes):
        return _("Không có văn bản nào mang số này. Các văn bản có số gần giống:")
    if len(found.jumps) == 1:
        return _("Đi thẳng tới văn bản")
    return _("Có %(n)s văn bản trùng với số đã gõ", n=len(found.jumps))


def _completions(text: str) -> tuple[Part, ...]:
    """What begins as the words typed, for a page without results."""
    try:
        return tuple(Part(s.text, local(s.url)) for s in site().reader.suggest(text[:100], 5)) if text else ()
    except SearchUnavailable:
        return ()


def _built() -> str:
    status = site().cache.get("index-status", 10, site().reader.status)
    return moment(status.built_at)


def sort_label(order: str) -> str:
    return {
        "relevance": _("phù hợp nhất trước"),
        "newest": _("mới nhất trước"),
        "oldest": _("cũ nhất trước"),
    }[order]


def _suggestion(asked: SearchRequest, found: SearchResults) -> Part | None:
    if not found.suggestion:
        return None
    return Part(found.suggestion, search_address(replace(asked, text=found.suggestion)))


def _jump(jump: Jump, day: dt.date | None) -> JumpLink:
    place = f"{provision_label(jump.provision)} " if jump.provision else ""
    name = hold(f"{place}{numbered(jump.number)}")
    return JumpLink(
        name,
        _on_day(jump.url, day),
        full_name(jump.document_type or "", jump.title).strip(),
        badge(jump.validity),
    )


def hit_title(hit: Hit) -> str:
    """The clause itself is the title; a procedure says what it is."""
    if hit.kind == "procedure":
        plain = hit.title.lower().startswith("thủ tục")
        return hit.title if plain else _("Thủ tục: %(name)s", name=hit.title)
    if hit.kind == "condition":
        return _("Điều kiện: %(name)s", name=_condition(hit))
    if hit.kind == "document":
        return full_name(hit.document_type or "", hit.title).strip()
    return hit.heading or hit.title


def _condition(hit: Hit) -> str:
    """What is asked for, in its first words, and where: "Có phòng khám… (Khoản 2 Điều 9)"."""
    said = hit.snippet.replace(MARK_START, "").replace(MARK_END, "").strip(" …")
    if not said:
        return hit.heading or hit.title
    if len(said) > CONDITION_LETTERS:
        said = said[:CONDITION_LETTERS].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
    return f"{said} ({hit.heading})" if hit.heading else said


def hit_where(hit: Hit) -> str:
    """Document and number under the title."""
    if hit.kind == "procedure":
        return " · ".join(filter(None, (_("Mã %(code)s", code=hit.number or hit.source_id), *hit.agencies)))
    if hit.kind in _TAKING_PART:
        return " · ".join(filter(None, (_taking_part(hit), *hit.agencies, date(hit.issue_date))))
    if hit.document_type is None:
        return f"{_('Thủ tục %(code)s', code=hit.number or hit.source_id)}: {hit.title}"
    name = short_name(hit.document_type, hit.number)
    if hit.kind == "document":
        return ", ".join(filter(None, (name, *hit.agencies, date(hit.issue_date))))
    return long_name(hit.document_type, hit.number, hit.title)


def _taking_part(hit: Hit) -> str:
    """What a plan, draft, comment or petition is."""
    if hit.id.startswith("comment:"):
        return _("Góp ý cho “%(title)s”", title=hit.title)
    if hit.kind == "plan":
        return _("Phương án %(number)s", number=hit.number or "").strip()
    return _(_TAKING_PART[hit.kind])


def hit_row(hit: Hit, day: dt.date | None = None, details: Details | None = None) -> HitRow:
    """A hit as it is shown; `day`: the day that was asked for, which the document's page tells more of."""
    shown = badge(hit.validity) if hit.document_type or hit.validity else None  # others have none at all
    return HitRow(
        hold(hit_title(hit)),
        _on_day(hit.url, day),
        hit_where(hit),
        shown,
        highlighted(hit.snippet, MARK_START, MARK_END),
        tuple(filter(None, map(reason, hit.why))),
        hit.sample,
        procedure=hit.document_type is None,
        details=detail_lines(details, hit.url),
    )


def _on_day(url: str, day: dt.date | None) -> str:
    if day is None or not url.startswith("/van-ban/"):
        return local(url)
    path, hash_, fragment = url.partition("#")
    return f"{local(path)}?ngay={day.isoformat()}{hash_}{fragment}"


#: Hits of the page that are shown in full where they are of few documents: a page of one hit tells little.
SHOWN_IN_FULL = 4


def _rows(
    documents: Sequence[Sequence[Hit]],
    day: dt.date | None = None,
    details: Mapping[str, Details] = NO_DETAILS,
) -> Iterator[HitRow]:
    """The best hits of each document; the last of them with links to its others of this page."""
    each = max(1, SHOWN_IN_FULL // (len(documents) or 1))
    for hits in documents:
        *before, last = hits[:each]
        yield from (hit_row(hit, day, details.get(hit.id)) for hit in before)
        same = tuple(Part(hold(hit_title(hit)), _on_day(hit.url, day)) for hit in hits[each:])
        yield replace(hit_row(last, day, details.get(last.id)), same=same)


def _last(found: SearchResults) -> int:
    return max(1, min(LAST_PAGE, -(-found.total // PAGE_SIZE)))


def _pages(asked: SearchRequest, found: SearchResults) -> tuple[PageLink, ...]:
    """1 2 3 … 13: first, last and those around the current page."""
    last = _last(found)
    if last == 1:
        return ()
    near = {1, last, *range(max(1, asked.page - 1), min(last, asked.page + 1) + 1)}
    near |= {2, 3} if asked.page == 1 and last >= 3 else set()
    links: list[PageLink] = []
    before = 0
    for page in sorted(near):
        if page - before > 1:
            links.append(PageLink("", ""))
        links.append(
            PageLink(str(page), "" if page == asked.page else search_address(replace(asked, page=page)))
        )
        before = page
    return tuple(links)
