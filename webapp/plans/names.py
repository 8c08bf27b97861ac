"""How states, actions and refusals of plans are called on pages, and their names in addresses."""

from __future__ import annotations

from schemas.plan_states import STATES
from schemas.plans import ACTIONS
from schemas.text.normalise import slugify

from ..languages import gettext as _
from ..validity import Badge

#: Names in addresses: "lay-y-kien" → "consulting", "bai-bo" → "abolish".
STATE_OF = {slugify(name): code for code, name in STATES.items()}
ADDRESS_OF_STATE = {code: name for name, code in STATE_OF.items()}
ACTION_OF = {slugify(name): code for code, name in ACTIONS.items()}
ADDRESS_OF_ACTION = {code: name for name, code in ACTION_OF.items()}
#: State → style of its badge (a sign and a colour; the words say it too).
_STYLES = {
    "planned": "soon",
    "consulting": "soon",
    "answering": "soon",
    "submitted": "soon",
    "approved": "chl",
    "implementing": "chl",
    "completed": "chl",
    "rejected": "ended",
    "replaced": "ended",
    "expired": "ended",
    "suspended": "held",
}


def state_name(code: str) -> str:
    """ "Lấy ý kiến"."""
    return {
        "planned": _("Dự kiến"),
        "consulting": _("Lấy ý kiến"),
        "answering": _("Tiếp thu, giải trình"),
        "submitted": _("Trình"),
        "approved": _("Phê duyệt"),
        "implementing": _("Thực thi"),
        "completed": _("Hoàn thành"),
        "rejected": _("Không duyệt"),
        "replaced": _("Thay thế"),
        "expired": _("Hết hiệu lực"),
        "suspended": _("Đình chỉ"),
    }[code]


def state_badge(code: str) -> Badge:
    """What stands beside a plan's title: where it is, as a state reached."""
    label = {
        "planned": _("Dự kiến"),
        "consulting": _("Đang lấy ý kiến"),
        "answering": _("Đang tiếp thu, giải trình"),
        "submitted": _("Đang trình"),
        "approved": _("Đã phê duyệt"),
        "implementing": _("Đang thực thi"),
        "completed": _("Hoàn thành"),
        "rejected": _("Không được duyệt"),
        "replaced": _("Đã bị thay thế"),
        "expired": _("Hết hiệu lực"),
        "suspended": _("Đang đình chỉ"),
    }[code]
    return Badge(_STYLES[code], label)


def action_name(code: str) -> str:
    """ "Đơn giản hóa"."""
    return {
        "abolish": _("Bãi bỏ"),
        "cut": _("Cắt giảm"),
        "simplify": _("Đơn giản hóa"),
        "amend": _("Sửa đổi, bổ sung"),
        "replace": _("Thay thế"),
        "decentralise": _("Phân cấp, phân quyền"),
    }[code]


def item_state_name(code: str) -> str:
    """How one part of a plan stands."""
    return {
        "proposed": _("Đề xuất"),
        "approved": _("Đã duyệt, chưa áp dụng"),
        "in_effect": _("Đang áp dụng"),
        "superseded": _("Đã có phương án sau thay thế"),
        "ended": _("Không còn áp dụng"),
        "suspended": _("Tạm đình chỉ"),
    }[code]


def move_name(target: str, state: str) -> str:
    """What a button that moves a plan says."""
    if state == "submitted" and target == "answering":
        return _("Rút lại để sửa")
    if state == "answering" and target == "consulting":
        return _("Lấy ý kiến lại")
    if state == "suspended" and target in ("consulting", "approved", "implementing"):
        return _("Bỏ đình chỉ, tiếp tục")
    return {
        "consulting": _("Bắt đầu lấy ý kiến"),
        "answering": _("Kết thúc lấy ý kiến, sang tiếp thu, giải trình"),
        "submitted": _("Trình phê duyệt"),
        "approved": _("Phê duyệt"),
        "rejected": _("Không duyệt"),
        "implementing": _("Chuyển sang thực thi"),
        "completed": _("Ghi nhận hoàn thành"),
        "suspended": _("Đình chỉ"),
        "replaced": _("Ghi nhận đã bị thay thế"),
        "expired": _("Ghi nhận hết hiệu lực"),
    }[target]


def refusal_text(code: str) -> str:
    """Why something was not done, for the person who tried."""
    texts = {
        "unpublished": _("Phương án chưa công bố nên chưa chuyển bước được."),
        "no_such_move": _("Từ bước hiện nay không chuyển sang bước đó được."),
        "suspended_elsewhere": _("Phương án bị đình chỉ ở bước khác; chỉ quay lại được bước đó."),
        "authority": _("Bạn không có quyền làm việc này với phương án của bộ này."),
        "two_persons": _("Bạn đã soạn hoặc trình phương án này; người khác phải duyệt."),
        "reason": _("Nhập lý do."),
        "window": _("Thời hạn áp dụng của phương án chưa hết."),
        "act": _("Nhập số hiệu văn bản phê duyệt."),
        "ministry": _("Cổng chưa có bộ này."),
        "not_editable": _("Ở bước hiện nay phương án không sửa được lời văn."),
        "already_submitted": _("Bản soạn đã được gửi để công bố rồi."),
        "not_submitted": _("Bản soạn chưa được gửi để công bố."),
        "incomplete": _("Bản soạn còn thiếu phần bắt buộc."),
        "no_draft": _("Không có bản soạn nào."),
        "open_draft": _("Còn bản soạn chưa công bố; công bố hoặc bỏ bản đó trước khi trình."),
    }
    return texts.get(code, _("Không làm được việc này."))
