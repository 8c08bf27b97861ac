"""The address of a search, read and written: every state of the result page is an address. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import cast
from urllib.parse import quote_plus

from werkzeug.datastructures import MultiDict

from schemas.documents import VALIDITY
from schemas.errors import BadSearch
from schemas.lists import agency_name
from schemas.search import FILTERS, MAX_OFFSET, PAGE_SIZE, UNKNOWN, SearchRequest, SortOrder
from schemas.text.normalise import clean, fold, slugify

from .languages import gettext as _

LONGEST_TEXT = 500
MOST_VALUES = 20
#: Kinds of record by their name in addresses.
KIND_NAMES = {
    "dieu-khoan": "provision",
    "van-ban": "document",
    "dieu-kien": "condition",
    "thu-tuc": "procedure",
    "phuong-an": "plan",
    "tham-van": "consultation",
    "phan-anh": "petition",
}
_KIND_ADDRESS = {kind: name for name, kind in KIND_NAMES.items()}
VALIDITIES = (*VALIDITY, UNKNOWN)
_VALIDITY_CODES = {slugify(name): code for code, name in VALIDITY.items()}
SORTS: dict[str, SortOrder] = {"phu-hop": "relevance", "moi": "newest", "cu": "oldest"}
_SORT_ADDRESS = {order: name for name, order in SORTS.items()}
#: Regulation types (loại quy định kinh doanh) by their name in addresses.
REGULATION_NAMES = {
    "thu-tuc": "procedure",
    "yeu-cau-dieu-kien": "requirement",
    "bao-cao": "reporting",
    "tieu-chuan": "standard",
    "kiem-tra": "inspection",
}
_REGULATION_ADDRESS = {kind: name for name, kind in REGULATION_NAMES.items()}
EVERYTHING = "tat-ca"
#: In a text without marks.
_TYPED_DAY = re.compile(
    r"(?<!\w)(?<!ban hanh )(?<!ky )(?<!cong bo )(?<!thong qua )"
    r"(?:ngay:\s*|(?:(?:co )?hieu luc |ap dung )?(?:vao|tai) ngay |(?:hieu luc|ap dung) ngay )"
    r"(?P<day>\d{1,2})(?:[/.-]| thang )(?P<month>\d{1,2})(?:[/.-]| nam )(?P<year>(?:19|20)\d\d)(?!\d)",
    re.ASCII,
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
LAST_PAGE = MAX_OFFSET // PAGE_SIZE


def parse_request(args: MultiDict[str, str]) -> SearchRequest:
    """A checked request from an address's parameters; names that are not ours are ignored.

    Raises BadSearch with the parameter, its value and what is allowed.
    """
    text = clean(_CONTROL.sub(" ", args.get("q", "")))
    if len(text) > LONGEST_TEXT:
        raise BadSearch("q", text, _("nhiều nhất %(n)s chữ cái", n=LONGEST_TEXT))
    day = day_of(args.get("ngay", ""))
    if day is None:
        text, day = typed_day(text)
    filters: dict[str, tuple[str, ...]] = {}
    for name, field in FILTERS.items():
        values = tuple(
            dict.fromkeys(_value(name, v) for v in args.getlist(name) if v.strip() and v != EVERYTHING)
        )
        if len(values) > MOST_VALUES:
            raise BadSearch(name, len(values), _("nhiều nhất %(n)s giá trị", n=MOST_VALUES))
        if values:
            filters[field] = values
    page, generation = (
        _cursor(args.get("tiep", "")) if args.get("tiep") else (_page(args.get("trang", "")), "")
    )
    order = args.get("sap_xep", "")
    if order and order not in SORTS:
        raise BadSearch("sap_xep", order, ", ".join(SORTS))
    sort: SortOrder = SORTS[order] if order else ("relevance" if text else "newest")
    return SearchRequest(
        text=text,
        filters=filters,
        on_date=day,
        sort=sort,
        page=page,
        exact=args.get("dung_chu") == "1",
        in_force="validity" not in filters and EVERYTHING not in args.getlist("hieu_luc"),
        generation=generation,
    )


def _value(name: str, value: str) -> str:
    value = clean(_CONTROL.sub(" ", value))
    if len(value) > 300:
        raise BadSearch(name, value, _("nhiều nhất %(n)s chữ cái", n=300))
    if name == "dang":
        return _one_of(name, value, KIND_NAMES)
    if name == "quy_dinh":
        return _one_of(name, value, REGULATION_NAMES)
    if name == "hieu_luc":
        code = _VALIDITY_CODES.get(slugify(value), value.upper())
        if code not in VALIDITIES:
            raise BadSearch(name, value, ", ".join([*VALIDITIES, EVERYTHING]))
        return code
    if name == "co_quan":
        return agency_name(value)
    if name == "nam" and not (value.isascii() and value.isdigit() and len(value) == 4):
        raise BadSearch(name, value, _("một năm bốn chữ số, chẳng hạn 2024"))
    return value


def _one_of(name: str, value: str, names: Mapping[str, str]) -> str:
    if value in names:
        return names[value]
    if value in names.values():
        return value
    raise BadSearch(name, value, ", ".join(names))


def typed_day(text: str) -> tuple[str, dt.date | None]:
    """The text without "vào ngày 1/1/2015", and that day; a day of the calendar that was typed so asks for
    what was in force then, as `ngay` does.
    """
    match = _TYPED_DAY.search(fold(text))
    if match is None:
        return text, None
    try:
        day = dt.date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return text, None
    return clean(f"{text[: match.start()]} {text[match.end() :]}"), day


def day_of(text: str) -> dt.date | None:
    """The day of the parameter `ngay`, 22/11/2026 or 2026-11-22; None if it is empty. Raises BadSearch."""
    text = text.strip()
    if not text:
        return None
    match = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text)
    iso = f"{match[3]}-{match[2]:0>2}-{match[1]:0>2}" if match else text
    try:
        return dt.date.fromisoformat(iso)
    except ValueError:
        raise BadSearch("ngay", text, _("một ngày, chẳng hạn 22/11/2026")) from None


def _page(text: str) -> int:
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= LAST_PAGE):
        raise BadSearch("trang", text, _("một số từ 1 đến %(n)s", n=LAST_PAGE))
    return int(text)


def _cursor(text: str) -> tuple[int, str]:
    """(page, generation) of `SearchResults.cursor`."""
    number, dot, generation = text.partition(".")
    if not dot or not re.fullmatch(r"[\w.-]{1,100}", generation):
        raise BadSearch("tiep", text, _("giá trị “next” của lần trả lời trước"))
    return _page(number), generation


def pairs(request: SearchRequest) -> list[tuple[str, str]]:
    """The parameters that give this request again, in one fixed order, defaults left out."""
    result = [("q", request.text)] if request.text else []
    for name, field in FILTERS.items():
        result += [(name, address_value(name, value)) for value in request.filters.get(field, ())]
    if not request.in_force and "validity" not in request.filters:
        result.append(("hieu_luc", EVERYTHING))
    if request.on_date:
        result.append(("ngay", request.on_date.isoformat()))
    if request.sort != ("relevance" if request.text else "newest"):
        result.append(("sap_xep", _SORT_ADDRESS[request.sort]))
    if request.exact:
        result.append(("dung_chu", "1"))
    if request.page > 1:
        result.append(("trang", str(request.page)))
    return result


def address_value(name: str, value: str) -> str:
    """A filter's value as addresses write it."""
    if name == "dang":
        return _KIND_ADDRESS.get(value, value)
    if name == "quy_dinh":
        return _REGULATION_ADDRESS.get(value, value)
    return value


def query_string(request: SearchRequest) -> str:
    """ "?q=…&loai=…", empty for the bare page."""
    text = "&".join(f"{name}={quote_plus(value)}" for name, value in pairs(request))
    return f"?{text}" if text else ""


def without(request: SearchRequest, field: str, value: str) -> SearchRequest:
    """The request with one chosen filter removed, from its first page."""
    kept = tuple(item for item in request.filters.get(field, ()) if item != value)
    filters = {key: values for key, values in request.filters.items() if key != field}
    if kept:
        filters[field] = kept
    in_force = request.in_force or (field == "validity" and not kept)
    return replace(request, filters=filters, page=1, in_force=in_force)


def sort_orders(request: SearchRequest) -> tuple[SortOrder, ...]:
    """The orders a list can have: relevance only where there are words."""
    orders = ("relevance", "newest", "oldest") if request.text else ("newest", "oldest")
    return cast(tuple[SortOrder, ...], orders)
