"""An open consultation to measure with, and many comments in it without sending them one by one."""

from __future__ import annotations

import datetime as dt
import secrets

import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas.consultations import ConsultationContent, tracking_number
from schemas.lists import MinistryEntry
from schemas.people import Grant, Person, Role
from schemas.settings import Settings
from webapp.accounts import roles, sessions
from webapp.accounts import store as accounts
from webapp.consultations import store
from webapp.consultations.importing import read_draft
from webapp.consultations.rows import clock
from webapp.plans import ministries

MINISTRY = "bo-do-tai"
WRITER = Person(900_001, "", grants=(Grant(Role.OFFICER),))
OPENER = Person(900_002, "", grants=(Grant(Role.APPROVER),))
_CHUNK = 5000


def open_one(database: sa.Engine, settings: Settings) -> int:
    """A consultation of 30 articles that receives comments now; its id."""
    draft = "\n".join(f"Điều {n}. Quy định thứ {n}\n1. Khoản một.\n2. Khoản hai." for n in range(1, 31))
    with database.begin() as connection:
        ministries.load(connection, [MinistryEntry(MINISTRY, "Bộ để đo", None, None, "", "")], sample=True)
        begun = clock(connection) - dt.timedelta(seconds=5)
        content = ConsultationContent(
            title="Dự thảo để đo tải",
            purpose="Để đo.",
            opens_at=begun,
            closes_at=begun + dt.timedelta(days=30),
        )
        made = store.create(connection, WRITER, MINISTRY, content, settings)
        store.write_draft(connection, WRITER, made, 1, read_draft(draft)[1])
        store.submit(connection, WRITER, made, 2)
        store.open_for_comment(connection, OPENER, made, 3)
    return made


def fill(
    database: sa.Engine, consultation: int, texts: list[str], groups: list[int], received: dt.datetime
) -> None:
    """Comments with these texts, grouped as told, straight into the tables."""
    with database.begin() as connection:
        version = connection.execute(
            sa.select(c.draft_versions.c.id).where(c.draft_versions.c.consultation_id == consultation)
        ).scalar_one()
        first = (connection.scalar(sa.select(sa.func.max(c.comments.c.id))) or 0) + 1
        for start in range(0, len(texts), _CHUNK):
            rows = [
                {
                    "id": first + n,
                    "consultation_id": consultation,
                    "tracking": tracking_number(secrets.randbits(40)),
                    "secret_hash": "0" * 64,
                    "submission": secrets.token_hex(16),
                    "state": "published",
                    "sender": "anonymous",
                    "stance": "partly",
                    "body": texts[n],
                    "replacement": "",
                    "hide_reason": "",
                    "verification": "email" if n % 3 == 0 else "none",
                    "proof": True,
                    "received_at": received,
                    "published_at": received,
                    # The worker groups the last one, and then keeps the counts.
                    "grouped_at": received if n < len(texts) - 1 else None,
                    "commitment_salt": "0" * 32,
                    "sample": True,
                }
                for n in range(start, min(start + _CHUNK, len(texts)))
            ]
            connection.execute(sa.insert(c.comments), rows)
            anchors = [
                {
                    "comment_id": row["id"],
                    "version_id": version,
                    "path": f"dieu-{int(str(row['id'])) % 30 + 1}",
                    "fit": "sent",
                    "score": 100,
                    "quote": "",
                }
                for row in rows
            ]
            connection.execute(sa.insert(c.comment_anchors), anchors)
        _campaigns(connection, consultation, first, groups, received)
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("analyze"))


def _campaigns(
    connection: sa.Connection, consultation: int, first: int, groups: list[int], received: dt.datetime
) -> None:
    members: dict[int, list[int]] = {}
    for number, representative in enumerate(groups):
        members.setdefault(representative, []).append(first + number)
    for representative, ids in members.items():
        if len(ids) < 2:
            continue
        values = {
            "consultation_id": consultation,
            "representative_id": first + representative,
            "created_at": received,
        }
        made = connection.execute(sa.insert(c.campaigns).values(**values)).inserted_primary_key
        assert made is not None
        for start in range(0, len(ids), _CHUNK):
            part = c.comments.c.id.in_(ids[start : start + _CHUNK])
            behind = sa.update(c.comments).where(part, c.comments.c.id != first + representative)
            connection.execute(behind.values(campaign_id=made[0], collapsed=True))
        leading = sa.update(c.comments).where(c.comments.c.id == first + representative)
        connection.execute(leading.values(campaign_id=made[0]))
    if connection.dialect.name == "postgresql":
        connection.execute(
            sa.text("select setval(pg_get_serial_sequence('comments', 'id'), max(id)) from comments")
        )


def officer_cookie(database: sa.Engine) -> str:
    """The cookie of an officer who is signed in."""
    with database.begin() as connection:
        number = accounts.create(
            connection,
            email=f"{secrets.token_hex(4)}@do.example",
            name="Cán bộ",
            password_hash=None,
            system=True,
        )
        roles.grant(connection, None, number, Grant(Role.OFFICER), system=True)
        token = sessions.open_session(connection, number, "password", "", "", dt.timedelta(hours=1))
    return f"quydinh-session={token}"
