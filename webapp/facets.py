"""Filters of the result page: groups with counts, and a removable chip for each that was chosen."""

from __future__ import annotations

from schemas.lists import predecessors
from schemas.search import FILTERS, FacetValue, SearchRequest, SearchResults

from .formats import date, number
from .languages import N_, local
from .languages import gettext as _
from .pages import Chip, FacetGroup, FacetOption
from .parameters import EVERYTHING, address_value, query_string, without
from .validity import badge

#: Values that stand open, and those behind "more"; the rest is found by narrowing the list first.
OPEN = 5
FOLDED = 15
#: The order on the page; each name is an address parameter.
ORDER = ("dang", "hieu_luc", "co_quan", "linh_vuc", "loai", "nam", "quy_dinh", "nganh_nghe")


_GROUPS = {
    "dang": N_("Loại kết quả"),
    "hieu_luc": N_("Tình trạng hiệu lực"),
    "co_quan": N_("Cơ quan"),
    "linh_vuc": N_("Lĩnh vực"),
    "loai": N_("Loại văn bản"),
    "nam": N_("Năm ban hành"),
    "quy_dinh": N_("Loại quy định"),
    "nganh_nghe": N_("Ngành nghề"),
}
_KINDS = {
    "provision": N_("Điều khoản"),
    "document": N_("Văn bản"),
    "condition": N_("Điều kiện kinh doanh"),
    "procedure": N_("Thủ tục"),
    "plan": N_("Phương án"),
    "consultation": N_("Dự thảo"),
    "petition": N_("Phản ánh, kiến nghị"),
}
_REGULATIONS = {
    "procedure": N_("Thủ tục hành chính"),
    "requirement": N_("Yêu cầu, điều kiện"),
    "reporting": N_("Chế độ báo cáo"),
    "standard": N_("Tiêu chuẩn, quy chuẩn"),
    "inspection": N_("Kiểm tra chuyên ngành"),
}


def option_label(name: str, value: str) -> str:
    """How a value of a filter reads; names of agencies, fields and lines are data."""
    if name == "hieu_luc":
        return badge(value).label
    if name == "co_quan" and predecessors(value):
        return _("%(agency)s và các cơ quan tiền thân", agency=value)
    labels = {"dang": _KINDS, "quy_dinh": _REGULATIONS}.get(name, {})
    return _(labels[value]) if value in labels else value


def group_label(name: str) -> str:
    """What a reader calls a filter."""
    return _(_GROUPS[name])


def groups(asked: SearchRequest, found: SearchResults) -> tuple[FacetGroup, ...]:
    """Filters that can narrow this list; what was chosen always stays to be unchosen."""
    result = []
    for name in ORDER:
        field = FILTERS[name]
        chosen = set(asked.filters.get(field, ()))
        values = list(found.facets.get(field, ()))
        known = {value.value for value in values}
        values += [FacetValue(value, 0, True) for value in sorted(chosen - known)]
        if name == "nam":
            values.sort(key=lambda value: value.value, reverse=True)
        values = [v for n, v in enumerate(values) if v.value and (n < OPEN + FOLDED or v.value in chosen)]
        options = [_option(name, value, value.value in chosen) for value in values]
        if name == "hieu_luc" and options:
            everything = not asked.in_force and not chosen
            options.append(FacetOption(EVERYTHING, _("Mọi tình trạng"), "", everything))
        if not options:
            continue
        first = [o for i, o in enumerate(options) if i < OPEN or o.chosen or name == "hieu_luc"]
        shown = {option.value for option in first}
        rest = [option for option in options if option.value not in shown]
        result.append(FacetGroup(name, group_label(name), tuple(first), tuple(rest)))
    return tuple(result)


def _option(name: str, value: FacetValue, chosen: bool) -> FacetOption:
    return FacetOption(
        address_value(name, value.value), option_label(name, value.value), number(value.count), chosen
    )


def chips(asked: SearchRequest) -> tuple[Chip, ...]:
    """One chip for each chosen filter, leading to the list without it."""
    path = local("/tim-kiem")
    result = [
        Chip(option_label(name, value), path + query_string(without(asked, FILTERS[name], value)))
        for name in ORDER
        for value in asked.filters.get(FILTERS[name], ())
    ]
    if not asked.in_force and "validity" not in asked.filters:
        plain = SearchRequest(asked.text, asked.filters, asked.on_date, asked.sort, exact=asked.exact)
        result.append(Chip(_("Mọi tình trạng hiệu lực"), path + query_string(plain)))
    if asked.on_date:
        plain = SearchRequest(
            asked.text, asked.filters, None, asked.sort, exact=asked.exact, in_force=asked.in_force
        )
        label = _("Hiệu lực ngày %(date)s", date=date(asked.on_date))
        result.append(Chip(label, path + query_string(plain)))
    return tuple(result)
