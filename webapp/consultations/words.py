"""Stages, states, stances, verdicts and reasons in words."""

from __future__ import annotations

from typing import Any

from schemas.consultations import CommentState, HideReason, ReportReason, Stage, Stance, Step, Verdict

from ..languages import gettext as _
from ..languages import ngettext
from ..validity import Badge


def stage_badge(stage: Stage) -> Badge:
    """The stage as a badge: sign and words, colour after them."""
    style = {
        Stage.PREPARING: "none",
        Stage.UPCOMING: "soon",
        Stage.OPEN: "chl",
        Stage.CLOSING_SOON: "part",
        Stage.CLOSED: "ended",
        Stage.ANSWERED: "chl",
    }[stage]
    return Badge(style, stage_name(stage))


def stage_name(stage: Stage) -> str:
    return {
        Stage.PREPARING: _("Đang soạn"),
        Stage.UPCOMING: _("Sắp mở"),
        Stage.OPEN: _("Đang hỏi ý kiến"),
        Stage.CLOSING_SOON: _("Sắp hết hạn"),
        Stage.CLOSED: _("Đã hết hạn, đang tiếp thu"),
        Stage.ANSWERED: _("Đã trả lời"),
    }[stage]


def left(days: int) -> str:
    """ "3 ngày", "Hôm nay": how long comments are still received."""
    if days == 0:
        return _("Hôm nay")
    return ngettext("%(num)s ngày", "%(num)s ngày", days)


def stance_name(stance: str) -> str:
    return (
        {
            Stance.AGREE: _("Đồng ý"),
            Stance.PARTLY: _("Đồng ý một phần, nên sửa"),
            Stance.DISAGREE: _("Không đồng ý"),
        }.get(Stance(stance), "")
        if stance
        else ""
    )


def stances() -> tuple[tuple[str, str], ...]:
    return tuple((s.value, stance_name(s)) for s in Stance)


def first_words(row: Any) -> str:
    """The beginning of a comment for a list; what it is where there are no words but answers to questions."""
    return (row.body or row.replacement)[:160] or (
        stance_name(row.stance) if row.stance else _("Chỉ trả lời câu hỏi của Bộ")
    )


def verdict_name(verdict: str) -> str:
    return {
        Verdict.ACCEPTED: _("Tiếp thu"),
        Verdict.PARTLY: _("Tiếp thu một phần"),
        Verdict.NOT: _("Không tiếp thu, có giải trình"),
    }[Verdict(verdict)]


def verdict_badge(verdict: str) -> Badge | None:
    if not verdict:
        return None
    style = {Verdict.ACCEPTED: "chl", Verdict.PARTLY: "part", Verdict.NOT: "ended"}[Verdict(verdict)]
    return Badge(style, verdict_name(verdict))


def state_name(state: str) -> str:
    return {
        CommentState.SUBMITTED: _("Đã nhận, chờ xác nhận hoặc kiểm duyệt"),
        CommentState.PUBLISHED: _("Đã công khai"),
        CommentState.REDACTED: _("Đã công khai, có phần được che"),
        CommentState.HIDDEN: _("Đã ẩn"),
        CommentState.WITHDRAWN: _("Bạn đã rút"),
    }[CommentState(state)]


def hide_reason(reason: str) -> str:
    return (
        {
            HideReason.PERSONAL_DATA: _("có dữ liệu cá nhân"),
            HideReason.INSULT: _("xúc phạm hoặc đe dọa"),
            HideReason.ADVERTISING: _("quảng cáo"),
            HideReason.UNLAWFUL: _("nội dung pháp luật cấm"),
            HideReason.OFF_TOPIC: _("không liên quan tới dự thảo"),
            HideReason.IMPERSONATION: _("mạo danh người khác"),
        }[HideReason(reason)]
        if reason
        else ""
    )


def hide_reasons() -> tuple[tuple[str, str], ...]:
    return tuple((r.value, hide_reason(r)) for r in HideReason)


def report_reasons() -> tuple[tuple[str, str], ...]:
    names = {
        ReportReason.PERSONAL_DATA: _("Lộ dữ liệu cá nhân"),
        ReportReason.INSULT: _("Xúc phạm hoặc đe dọa"),
        ReportReason.ADVERTISING: _("Quảng cáo"),
        ReportReason.UNLAWFUL: _("Nội dung pháp luật cấm"),
        ReportReason.OTHER: _("Lý do khác"),
    }
    return tuple((r.value, names[r]) for r in ReportReason)


def step_name(step: str) -> str:
    return {
        Step.PUBLISH: _("Người kiểm duyệt công khai góp ý"),
        Step.REDACT: _("Người kiểm duyệt che một phần"),
        Step.HIDE: _("Người kiểm duyệt ẩn góp ý"),
        Step.APPEAL: _("Người gửi đề nghị xem lại"),
        Step.APPEAL_UPHELD: _("Đề nghị xem lại được chấp nhận"),
        Step.APPEAL_REJECTED: _("Đề nghị xem lại không được chấp nhận"),
        Step.WITHDRAW: _("Người gửi rút góp ý"),
        Step.CONFIRM: _("Người gửi xác nhận địa chỉ e-mail"),
        Step.CLAIM_UPHELD: _("Người được nêu tên không gửi góp ý này; tên đã gỡ"),
    }[Step(step)]


def fit_name(fit: str) -> str:
    return {
        "exact": _("giữ nguyên chỗ"),
        "moved": _("theo điều khoản sang chỗ mới"),
        "fuzzy": _("theo điều khoản gần giống nhất"),
        "detached": _("điều khoản không còn trong dự thảo mới"),
    }.get(fit, "")


def refusal(code: str) -> str:
    """Why something could not be done, for people."""
    return {
        "authority": _("Việc này cần một người khác, hoặc một vai trò bạn không có."),
        "late": _("Đã hết hạn góp ý trước khi cổng nhận được góp ý này."),
        "not_open": _("Dự thảo này chưa mở hoặc không còn nhận góp ý."),
        "published": _("Đã mở lấy ý kiến nên không sửa được nữa."),
        "short": _("Thời gian lấy ý kiến ngắn hơn luật định: cần ghi lý do."),
        "no_provisions": _("Chưa có dự thảo."),
        "closes_in_the_past": _("Hạn góp ý đã qua."),
        "dates": _("Hạn góp ý phải sau ngày mở."),
        "not_submitted": _("Chưa được trình, hoặc đã sửa sau khi trình."),
        "not_closed": _("Chưa hết hạn góp ý."),
        "open_comments": _("Còn góp ý chưa trả lời: ghi đúng số còn lại để đóng."),
        "no_new_version": _("Không có bản mới nào chờ công khai."),
        "step": _("Có người vừa làm việc này, hoặc trạng thái của góp ý không cho phép."),
        "reason": _("Cần ghi lý do."),
        "not_covered": _("Chưa che chữ nào: thay phần cần che bằng […]."),
        "changed_words": _("Chỉ được che bớt bằng […], không được viết lại lời người gửi."),
        "appeal_over": _("Đề nghị xem lại đã được quyết định."),
        "withdrawn": _("Góp ý đã được rút."),
        "empty": _("Chưa viết gì."),
        "no_campaign": _("Góp ý này không thuộc nhóm nào."),
        "answered": _("Đã đóng và trả lời xong."),
        "not_published": _("Chưa mở lấy ý kiến."),
    }.get(code, _("Không làm được việc này."))
