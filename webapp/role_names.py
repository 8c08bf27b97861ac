"""How roles, ministries and actions are called on pages."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from flask_babel import gettext as _

from schemas.people import NATIONAL, Grant, Role
from schemas.regulation_tables import ministries


def role_names() -> dict[Role, str]:
    """Role → its name in the page's language."""
    return {
        Role.OFFICER: _("Cán bộ soạn thảo"),
        Role.APPROVER: _("Người duyệt"),
        Role.MODERATOR: _("Người kiểm duyệt"),
        Role.ADMINISTRATOR: _("Quản trị"),
    }


def ministry_names(connection: sa.Connection) -> dict[str, str]:
    """Code → name of every agency that roles can be scoped to, by name."""
    rows = connection.execute(sa.select(ministries.c.code, ministries.c.name).order_by(ministries.c.name))
    return {row.code: row.name for row in rows}


def scope_name(ministry: str, names: Mapping[str, str]) -> str:
    """ "Bộ Công Thương", or "toàn quốc" for all."""
    return _("toàn quốc") if ministry == NATIONAL else names.get(ministry, ministry)


def grant_name(grant: Grant, names: Mapping[str, str]) -> str:
    """ "Người duyệt, Bộ Công Thương"."""
    return f"{role_names()[grant.role]}, {scope_name(grant.ministry, names)}"
