"""What a business regulation (quy định kinh doanh) is: five types in one record."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from .costs import LONGEST_COST, CostSheet, compare_costs, whole
from .documents import Model
from .text.normalise import clean

RegulationType = Literal["procedure", "requirement", "reporting", "standard", "inspection"]

#: The five types in the order the Government’s reports use.
REGULATION_TYPES: dict[str, str] = {
    "procedure": "Thủ tục hành chính",
    "requirement": "Yêu cầu, điều kiện",
    "reporting": "Chế độ báo cáo",
    "standard": "Tiêu chuẩn, quy chuẩn kỹ thuật",
    "inspection": "Kiểm tra chuyên ngành",
}
RegulationStatus = Literal["kept", "new", "cut", "simplified"]
#: What became of a regulation since the programme's baseline; each regulation is in exactly one, so that
#: kept + new + cut + simplified = all.
REGULATION_STATUSES: dict[str, str] = {
    "kept": "Giữ nguyên",
    "new": "Ban hành mới",
    "cut": "Đã cắt giảm",
    "simplified": "Đã đơn giản hóa",
}
#: The programme counts against what was in force on this day (Resolution 68/NQ-CP of 2020).
BASELINE = dt.date(2020, 5, 31)


class RegulationBasis(Model):
    """A clause a regulation rests on (căn cứ pháp lý), and from when until when (exclusive) it does."""

    document_number: str = Field(min_length=1, max_length=100)
    provision: str | None = None  # path, "dieu-18/khoan-1"; None: the whole document
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> RegulationBasis:
        if self.valid_from and self.valid_until and self.valid_until <= self.valid_from:
            raise ValueError("a basis must end after it starts")
        return self

    def on(self, day: dt.date) -> bool:
        """Whether it holds on this day; open ends count as holding."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day < self.valid_until
        )


class Regulation(Model):
    """A regulation businesses comply with. `annual_cost` in whole đồng, null while nobody measured it."""

    code: str = Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*$")
    name: str = Field(min_length=3, max_length=1000)
    type: RegulationType
    ministry: str  # code of the ministry
    field: str = ""
    subjects: tuple[str, ...] = ()
    status: RegulationStatus = "kept"
    status_since: dt.date | None = None
    in_force_from: dt.date | None = None
    in_force_until: dt.date | None = None
    bases: tuple[RegulationBasis, ...] = ()
    business_lines: tuple[int, ...] = ()  # numbers of the list of 227
    vsic: tuple[str, ...] = ()
    procedure_code: str | None = None
    annual_cost: int | None = Field(default=None, ge=0, le=LONGEST_COST)
    cost_source: str = ""
    cost_sheet: CostSheet | None = None  # how `annual_cost` was calculated, where it was on the portal

    @field_validator("name", "field", mode="before")
    @classmethod
    def _clean(cls, value: Any) -> Any:
        return clean(value) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _cost_has_a_source(self) -> Regulation:
        if self.annual_cost is not None and not self.cost_source:
            raise ValueError("a cost needs its source")
        if self.cost_sheet and self.annual_cost != whole(compare_costs(self.cost_sheet).current.year):
            raise ValueError("the cost must be what its calculation gives")
        return self
