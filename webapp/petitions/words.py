"""Petitions in words."""

from __future__ import annotations

import datetime as dt

from schemas.calendar import WorkingCalendar
from schemas.petitions import State, Timing, timing

from ..amounts import working_days
from ..languages import gettext as _
from ..validity import Badge

_STYLES = {
    State.NEW: "soon",
    State.OUT: "ended",
    State.AWAITING: "held",
    State.IN_PROGRESS: "part",
    State.KEPT: "held",
}


def state_name(state: str) -> str:
    """ "Đang xử lý"."""
    return {
        "new": _("Mới gửi"),
        "out": _("Không tiếp nhận"),
        "awaiting": _("Chờ bổ sung"),
        "in_progress": _("Đang xử lý"),
        "kept": _("Lưu giữ để tập hợp"),
        "handled": _("Đã trả lời"),
        "published": _("Đã công khai kết quả"),
        "archived": _("Đã lưu trữ"),
    }[state]


def state_badge(state: str) -> Badge:
    return Badge(_STYLES.get(State(state), "chl"), state_name(state))


def step_name(step: str) -> str:
    """What was done, in the past."""
    return {
        "send": _("Gửi"),
        "forward": _("Chuyển cơ quan có thẩm quyền"),
        "refuse": _("Không tiếp nhận"),
        "ask": _("Yêu cầu bổ sung"),
        "supply": _("Người gửi bổ sung"),
        "keep": _("Lưu giữ để tập hợp"),
        "resume": _("Xử lý tiếp"),
        "answer": _("Trả lời"),
        "publish": _("Công khai kết quả"),
        "archive": _("Lưu trữ"),
        "reopen": _("Người gửi đề nghị xem lại"),
        "rate": _("Người gửi đánh giá"),
        "withdraw": _("Người gửi rút"),
    }[step]


def outcome_name(outcome: str) -> str:
    return {
        "changed": _("Sửa đổi, bãi bỏ quy định"),
        "proposed": _("Kiến nghị cấp trên"),
        "new_rule": _("Ban hành quy định mới"),
        "explained": _("Giữ nguyên, giải trình"),
    }[outcome]


def reason_name(reason: str) -> str:
    return {
        "complaint": _("Là khiếu nại, tố cáo: giải quyết theo luật khác"),
        "no_sender": _("Không rõ người gửi"),
        "not_a_rule": _("Không phải về quy định hay thủ tục"),
        "same_again": _("Đã trả lời, không có nội dung mới"),
        "withdrawn": _("Người gửi đã rút"),
    }[reason]


def refusal(code: str) -> str:
    """Why a step was not taken."""
    return {
        "step": _("Phản ánh này đã đổi trạng thái nên không làm được việc đó nữa."),
        "note": _("Cần ghi rõ nội dung."),
        "ministry": _("Chọn cơ quan trong danh sách."),
        "outcome": _("Chọn kết quả xử lý."),
        "reason": _("Chọn lý do."),
        "rating": _("Chọn từ 1 đến 5."),
        "reopened": _("Đã đề nghị xem lại đủ hai lần."),
        "limit": _("Số ngày từ 1 đến 90 và phải ghi văn bản quy định."),
        "conflict": _("Có người vừa làm việc khác với phản ánh này. Xem lại rồi làm tiếp."),
    }[code]


def due_text(state: str, due_on: dt.date | None, day: dt.date, calendar: WorkingCalendar) -> tuple[str, bool]:
    """ "còn 3 ngày làm việc", and whether it is late; empty where no limit runs."""
    found = timing(State(state), due_on, day, calendar)
    if found is Timing.NONE or due_on is None:
        return "", False
    if found is Timing.LATE:
        days = calendar.between(due_on, day)
        return (_("Quá hạn %(days)s", days=working_days(days)) if days else _("Quá hạn")), True
    left = calendar.between(day, due_on)
    return (_("Còn %(days)s", days=working_days(left)) if left else _("Hôm nay là hạn")), False
