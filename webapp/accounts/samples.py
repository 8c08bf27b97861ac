"""The sample accounts: plainly named, one password for all, of use only in a demo."""

from __future__ import annotations

import sqlalchemy as sa

from schemas.people import NATIONAL, Grant, Role
from schemas.people_tables import accounts
from schemas.text.normalise import slugify

from . import passwords, roles, store

#: Public on purpose: it opens nothing but a demo.
PASSWORD = "cổng mẫu mở cửa"
#: The invented ministry of the sample portal, and a second one to see what is not yours.
MINISTRY = "Bộ Thương nghiệp (mẫu)"
OTHER_MINISTRY = "Bộ Y dược (mẫu)"

_MINISTRY, _OTHER = slugify(MINISTRY), slugify(OTHER_MINISTRY)
PEOPLE: tuple[tuple[str, str, tuple[Grant, ...]], ...] = (
    ("can-bo@mau.example", "Cán bộ mẫu", (Grant(Role.OFFICER, _MINISTRY),)),
    ("can-bo-khac@mau.example", "Cán bộ mẫu ở bộ khác", (Grant(Role.OFFICER, _OTHER),)),
    ("nguoi-duyet@mau.example", "Người duyệt mẫu", (Grant(Role.APPROVER, _MINISTRY),)),
    ("kiem-duyet@mau.example", "Người kiểm duyệt mẫu", (Grant(Role.MODERATOR, _MINISTRY),)),
    ("quan-tri@mau.example", "Quản trị mẫu", (Grant(Role.ADMINISTRATOR, NATIONAL),)),
    ("nguoi-dan@mau.example", "Người dân mẫu", ()),
    ("doanh-nghiep@mau.example", "Doanh nghiệp mẫu", ()),
)


def load(connection: sa.Connection) -> int:
    """Create those that are missing; gives how many."""
    held = set(connection.execute(sa.select(accounts.c.email).where(accounts.c.sample)).scalars())
    new = [one for one in PEOPLE if one[0] not in held]
    hashed = passwords.hash_password(PASSWORD) if new else ""
    for email, name, grants in new:
        number = store.create(
            connection,
            email=email,
            name=name,
            password_hash=hashed,
            sample=True,
            consented=False,
            system=True,
        )
        for grant in grants:
            roles.grant(connection, None, number, grant, system=True)
    return len(new)


def listed() -> tuple[tuple[str, str], ...]:
    """Name and address of each, for the log-in page of a demo."""
    return tuple((name, email) for email, name, _grants in PEOPLE)
