"""What each role finds behind /quan-tri."""

from __future__ import annotations

from flask_babel import gettext as _

from schemas.people import Action, Person, Role, Subject, may

from ..languages import local

Place = tuple[str, str, str]


def places(person: Person) -> tuple[Place, ...]:
    """Name, address and purpose of every desk this person may open, the daily work first."""
    found = [place for roles, place in _desks() if _holds(person, *roles)]
    if _confirms(person):
        found.append(
            (
                _("Xác nhận điều kiện"),
                local("/quan-tri/dieu-kien"),
                _("Điều kiện kinh doanh máy nhận ra từ lời văn, chờ người xem."),
            )
        )
    if may(person, Action.OPEN_ADMINISTRATION):
        found += _administration()
    return tuple(found)


def _holds(person: Person, *roles: Role) -> bool:
    return person.ministries(*roles) != frozenset()


def _confirms(person: Person) -> bool:
    return any(
        may(person, Action.CONFIRM_CONDITION, Subject("condition", "", grant.ministry))
        for grant in person.grants
    )


def _desks() -> list[tuple[tuple[Role, ...], Place]]:
    officer, approver, moderator = Role.OFFICER, Role.APPROVER, Role.MODERATOR
    return [
        (
            (officer, approver, moderator),
            (
                _("Các đợt tham vấn"),
                local("/quan-tri/tham-van"),
                _("Soạn dự thảo, mở lấy ý kiến, trả lời góp ý."),
            ),
        ),
        (
            (moderator, approver),
            (_("Kiểm duyệt góp ý"), local("/quan-tri/kiem-duyet"), _("Góp ý đang chờ một người xem.")),
        ),
        (
            (officer, approver),
            (
                _("Phản ánh, kiến nghị"),
                local("/quan-tri/phan-anh"),
                _("Phân loại, chuyển, yêu cầu bổ sung, trả lời; quá hạn trước."),
            ),
        ),
        (
            (officer, approver),
            (_("Phương án cắt giảm"), local("/quan-tri/phuong-an"), _("Soạn, trình, duyệt và theo dõi.")),
        ),
        (
            (officer,),
            (
                _("Thêm quy định kinh doanh"),
                local("/quan-tri/quy-dinh/moi"),
                _("Quy định chưa có trên cổng; quy định đã có thì sửa ngay ở trang của nó."),
            ),
        ),
    ]


def _administration() -> list[Place]:
    return [
        (
            _("Người dùng và vai trò"),
            local("/quan-tri/nguoi"),
            _("Ai làm gì, ở bộ nào; giao và rút vai trò."),
        ),
        (_("Nhật ký"), local("/quan-tri/nhat-ky"), _("Ai đã đổi gì, trước và sau; không ai sửa được.")),
    ]
