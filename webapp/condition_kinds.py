"""Kinds of business condition (điều kiện kinh doanh) in words, in the order a business meets them."""

from __future__ import annotations

from .languages import gettext as _

KINDS = (
    "licence",
    "certificate",
    "capital",
    "insurance_deposit",
    "staff",
    "premises",
    "equipment",
    "requirement",
)


def kind_label(kind: str) -> str:
    """ "licence" → "Giấy phép"."""
    return {
        "licence": _("Giấy phép"),
        "certificate": _("Chứng chỉ, giấy chứng nhận"),
        "capital": _("Vốn"),
        "insurance_deposit": _("Bảo hiểm, ký quỹ"),
        "staff": _("Nhân sự"),
        "premises": _("Địa điểm, cơ sở"),
        "equipment": _("Trang thiết bị"),
        "requirement": _("Yêu cầu khác"),
    }.get(kind, kind)
