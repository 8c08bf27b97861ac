"""What the scoreboard shows, and how its figures are named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.regulations import REGULATION_TYPES

from ..languages import N_
from ..languages import gettext as _
from ..pages import Frame
from ..regulations.views import type_name

_NAMES = {
    "regulations": N_("Số quy định"),
    "regulations_kept": N_("Giữ nguyên"),
    "regulations_new": N_("Ban hành mới"),
    "regulations_cut": N_("Đã cắt giảm"),
    "regulations_simplified": N_("Đã đơn giản hóa"),
    "procedures_decentralised": N_("Thủ tục đã phân cấp"),
    "documents_amended": N_("Văn bản đã sửa đổi"),
    "plans": N_("Phương án trên cổng"),
    "plans_late": N_("Phương án quá hạn"),
    "items": N_("Nội dung đề xuất"),
    "items_approved": N_("Nội dung được duyệt"),
    "items_done": N_("Nội dung đã xong"),
    "items_late": N_("Nội dung quá hạn"),
    "items_decentralised": N_("Nội dung phân cấp"),
    "items_costed": N_("Nội dung có số chi phí"),
    "petitions_waiting": N_("Phản ánh mới gửi"),
    "petitions_received": N_("Phản ánh đã tiếp nhận"),
    "petitions_out": N_("Không thuộc phạm vi"),
    "petitions_in": N_("Thuộc phạm vi"),
    "petitions_awaiting": N_("Chờ bổ sung"),
    "petitions_forwarded": N_("Đã chuyển"),
    "petitions_in_progress": N_("Đang xử lý"),
    "petitions_kept": N_("Lưu giữ để tập hợp"),
    "petitions_handled": N_("Đã xử lý"),
    "petitions_on_time": N_("Xử lý đúng hạn"),
    "petitions_late": N_("Phản ánh quá hạn"),
    "consultations_open": N_("Dự thảo đang hỏi ý kiến"),
    "consultations_closed": N_("Dự thảo đã hết hạn"),
    "comments": N_("Góp ý nhận được"),
    "comments_answered": N_("Góp ý đã trả lời"),
    "cost_current": N_("Chi phí hiện nay (đồng/năm)"),
    "cost_after": N_("Chi phí sau khi sửa (đồng/năm)"),
    "days_to_answer": N_("Số ngày đến khi trả lời góp ý (trung vị)"),
    "updates": N_("Dữ liệu cập nhật gần nhất"),
    "crawls": N_("Các lần đọc nguồn văn bản"),
}


def indicator_name(code: str) -> str:
    """An indicator in words."""
    of_type = code.removeprefix("regulations_")
    return type_name(of_type) if of_type in REGULATION_TYPES else _(_NAMES[code])


def column_name(name: str) -> str:
    """A column of the rows behind a sum or a median, in words."""
    return {
        "current_cost": _("Chi phí hiện nay (đồng/năm)"),
        "after_cost": _("Chi phí sau khi sửa (đồng/năm)"),
        "days_to_answer": _("Số ngày đến khi trả lời"),
    }[name]


def command_name(command: str) -> str:
    """How an official site was read."""
    names = {
        "crawl": _("đọc từ trang nguồn"),
        "parse": _("đọc lại từ bản lưu"),
        "import": _("nạp từ tệp"),
    }
    return names.get(command, command)


#: Groups of the one ministry's page, in order.
GROUPS: tuple[tuple[str, ...], ...] = (
    ("plans_late", "petitions_late"),
    (
        *("plans", "items", "items_approved", "items_done", "items_late", "items_decentralised"),
        *("documents_amended", "cost_current", "cost_after"),
    ),
    (
        *("regulations", "regulations_cut", "regulations_simplified", "regulations_new", "regulations_kept"),
        *(f"regulations_{code}" for code in REGULATION_TYPES),
        "procedures_decentralised",
    ),
    (
        *("petitions_waiting", "petitions_received", "petitions_out", "petitions_in", "petitions_awaiting"),
        *("petitions_forwarded", "petitions_in_progress", "petitions_kept", "petitions_handled"),
        "petitions_on_time",
    ),
    ("consultations_open", "consultations_closed", "comments", "comments_answered"),
)
#: What is drawn on a ministry's page: parts of one whole, or the same before and after.
CHARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("Quá hạn"), ("plans_late", "petitions_late")),
    (N_("Chi phí tuân thủ, đồng một năm"), ("cost_current", "cost_after")),
    (
        N_("Quy định kinh doanh"),
        ("regulations_kept", "regulations_new", "regulations_simplified", "regulations_cut"),
    ),
    (
        N_("Phản ánh, kiến nghị"),
        (
            *("petitions_out", "petitions_awaiting", "petitions_in_progress"),
            *("petitions_kept", "petitions_handled"),
        ),
    ),
)
#: Columns of the national table under their headings; under these a column needs few words.
HEADINGS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (N_("Quá hạn"), (("plans_late", N_("Phương án")), ("petitions_late", N_("Phản ánh")))),
    (
        N_("Phương án"),
        (
            ("items", N_("Nội dung")),
            ("items_done", N_("Đã xong")),
            ("documents_amended", N_("Văn bản đã sửa")),
        ),
    ),
    (
        N_("Quy định kinh doanh"),
        (
            ("regulations", N_("Tổng số")),
            ("regulations_cut", N_("Đã cắt giảm")),
            ("regulations_simplified", N_("Đã đơn giản hóa")),
        ),
    ),
    (
        N_("Phản ánh, kiến nghị"),
        (("petitions_received", N_("Đã tiếp nhận")), ("petitions_handled", N_("Đã xử lý"))),
    ),
    (
        N_("Góp ý cho dự thảo"),
        (
            ("comments", N_("Tổng số")),
            ("comments_answered", N_("Đã trả lời")),
            ("days_to_answer", N_("Số ngày trả lời")),
        ),
    ),
    (N_("Dữ liệu"), (("updates", N_("Cập nhật")),)),
)
#: Those that add up, in the order of the table.
COLUMNS = tuple(
    name
    for _heading, names in HEADINGS
    for name, _words in names
    if name not in ("days_to_answer", "updates")
)
#: What a phone shows of each ministry, under which name; its own page has the rest.
ON_A_PHONE: Mapping[str, str] = {
    "plans_late": N_("Phương án quá hạn"),
    "petitions_late": N_("Phản ánh quá hạn"),
    "regulations": N_("Số quy định"),
    "regulations_cut": N_("đã cắt giảm"),
    "comments": N_("Góp ý nhận được"),
    "comments_answered": N_("đã trả lời"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    value: str
    url: str
    late: bool = False
    label: str = ""  # on a phone, where there are no columns; what has none is not shown there


@dataclass(frozen=True, slots=True)
class TableRow:
    name: str
    url: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart: how long it is in all and its first part, and its words."""

    name: str
    width: int
    plans: int
    value: str


@dataclass(frozen=True, slots=True)
class Filters:
    field: str
    since: str
    until: str
    day: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BoardPage:
    frame: Frame
    sentence: str
    when: str
    filters: Filters
    action: str
    headings: tuple[tuple[str, tuple[str, ...]], ...]
    rows: tuple[TableRow, ...]
    total: TableRow
    bars: tuple[Bar, ...]
    done_bars: tuple[Bar, ...]
    sources: tuple[tuple[str, str], ...]
    crawls_url: str
    csv_url: str
    json_url: str


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: str
    url: str
    share: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Figures of one table of the page, drawn beside one another."""

    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class MinistryPage:
    frame: Frame
    sentence: str
    when: str
    filters: Filters
    action: str
    groups: tuple[tuple[str, tuple[Figure, ...]], ...]
    charts: tuple[Chart, ...]
    csv_url: str


@dataclass(frozen=True, slots=True)
class RowsPage:
    frame: Frame
    lead: str
    when: str
    rows: tuple[tuple[str, str, str, str], ...]
    total: str
    previous: str
    following: str
    csv_url: str
