"""The sheets of the workbook plans travel in: one definition for the export and the import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from schemas.plans import ACTIONS, STEPS

Type = Literal["text", "lines", "date", "amount", "count", "action", "provision"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the field it fills, its title in the first row, what its cells hold, how wide it is shown."""

    field: str
    title: str
    type: Type = "text"
    required: bool = False
    width: int = 24


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    columns: Sequence[Column]

    def column(self, field: str) -> Column:
        return next(column for column in self.columns if column.field == field)


PLAN = Column("plan", "Mã phương án", required=True, width=16)
ITEM = Column("ordinal", "STT nội dung", "count", required=True, width=12)

PLANS = Sheet(
    "Phương án",
    (
        PLAN,
        Column("title", "Tên phương án", required=True, width=50),
        Column("summary", "Tóm tắt", "lines", width=60),
        Column("legal_bases", "Căn cứ (mỗi dòng một căn cứ)", "lines", width=40),
        Column("approving_act", "Văn bản phê duyệt", width=20),
        Column("effective_from", "Áp dụng từ ngày", "date", width=14),
        Column("effective_until", "Áp dụng đến hết ngày", "date", width=14),
        *(Column(f"due_{step}", f"Hạn: {name}", "date", width=14) for step, name in STEPS.items()),
    ),
)
ITEMS = Sheet(
    "Nội dung",
    (
        PLAN,
        ITEM,
        Column("action", "Hình thức", "action", required=True, width=18),
        Column("regulation", "Mã quy định", width=14),
        Column("title", "Quy định", required=True, width=50),
        Column("reason", "Lý do", "lines", width=60),
        Column("current_cost", "Chi phí hiện nay (đồng/năm)", "amount", width=20),
        Column("after_cost", "Chi phí sau khi sửa (đồng/năm)", "amount", width=20),
        Column("current_hours", "Giờ hiện nay (giờ/năm)", "count", width=16),
        Column("after_hours", "Giờ sau khi sửa (giờ/năm)", "count", width=16),
        Column("starts_on", "Áp dụng riêng từ ngày", "date", width=14),
        Column("deadline", "Hạn hoàn thành", "date", width=14),
    ),
)
CLAUSES = Sheet(
    "Điều khoản",
    (
        PLAN,
        ITEM,
        Column("document_number", "Số hiệu văn bản", required=True, width=20),
        Column("provision", "Điều, khoản, điểm", "provision", width=24),
        Column("heading", "Tiêu đề", width=30),
        Column("current_text", "Nội dung hiện hành", "lines", width=70),
        Column("proposed_text", "Nội dung đề xuất", "lines", width=70),
    ),
)
AMENDMENTS = Sheet(
    "Văn bản sửa đổi",
    (
        PLAN,
        ITEM,
        Column("document_number", "Số hiệu văn bản", required=True, width=20),
        Column("provisions", "Điều, khoản phải sửa", width=40),
        Column("deadline", "Hạn", "date", width=14),
    ),
)
SUPERSESSIONS = Sheet(
    "Thay thế phương án",
    (
        PLAN,
        Column("earlier", "Phương án trước", required=True, width=16),
        Column("item", "STT nội dung của phương án trước", "count", width=16),
        Column("from_date", "Từ ngày", "date", width=14),
        Column("note", "Ghi chú", width=50),
    ),
)
SHEETS = (PLANS, ITEMS, CLAUSES, AMENDMENTS, SUPERSESSIONS)
#: Codes of actions by the word a cell holds.
ACTION_CODES = {name: code for code, name in ACTIONS.items()}
