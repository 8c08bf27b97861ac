"""Who and what the tests of consultations share."""

from __future__ import annotations

import datetime as dt
import secrets

import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas.consultations import ConsultationContent, DraftProvision, Question, Sender
from schemas.lists import MinistryEntry
from schemas.people import Grant, Person, Role
from schemas.settings import Settings
from schemas.text.outline import outline
from webapp.consultations import comments, store
from webapp.consultations.comments import Letter, Sent
from webapp.consultations.rows import clock, lock
from webapp.plans import ministries
from webapp.receipts.keys import new_seed, signer_from

MINISTRY, OTHER = "bo-thuong-nghiep-mau", "bo-y-duoc-mau"
KEY = "khóa của các bài thử"
SETTINGS = Settings()
SIGNER = signer_from(new_seed())


def person(number: int, *roles: Role, ministry: str = MINISTRY) -> Person:
    return Person(number, f"Người {number}", grants=tuple(Grant(role, ministry) for role in roles))


OFFICER = person(1, Role.OFFICER)
APPROVER = person(2, Role.APPROVER)
MODERATOR = person(3, Role.MODERATOR)
SECOND_MODERATOR = person(4, Role.MODERATOR)
EVERYTHING = person(5, Role.OFFICER, Role.APPROVER, Role.MODERATOR)
STRANGER = person(6, Role.OFFICER, Role.APPROVER, Role.MODERATOR, ministry=OTHER)

DRAFT = """Điều 1. Phạm vi điều chỉnh
Sửa đổi, bổ sung Điều 18 của Nghị định số 15/2024/NĐ-MẪU.
Điều 2. Hồ sơ đề nghị cấp Giấy phép bán lẻ rượu
1. Đơn đề nghị cấp Giấy phép bán lẻ rượu theo Mẫu số 01.
2. Mã số doanh nghiệp, hợp tác xã hoặc hộ kinh doanh; cơ quan cấp phép tự tra cứu thông tin đăng ký.
Điều 3. Thời hạn giải quyết
Trong thời hạn 05 ngày làm việc kể từ ngày nhận đủ hồ sơ, cơ quan có thẩm quyền cấp giấy phép."""


def provisions(text: str = DRAFT) -> list[DraftProvision]:
    return [
        DraftProvision(path=p.id, level=p.level, number=p.number, heading=p.heading, text=p.text)
        for p in outline(text.split("\n"))
    ]


def content(opens_at: dt.datetime, days: float = 30, **values: object) -> ConsultationContent:
    return ConsultationContent.model_validate(
        {
            "title": "Dự thảo Nghị định sửa đổi quy định về bán lẻ rượu",
            "purpose": "Để cửa hàng nhỏ xin phép nhanh hơn.",
            "opens_at": opens_at,
            "closes_at": opens_at + dt.timedelta(days=days),
            "questions": [Question(text="Bỏ bản sao có gây khó không?", choices=("Có", "Không"))],
            **values,
        }
    )


def add_people(connection: sa.Connection) -> None:
    entries = [
        MinistryEntry(MINISTRY, "Bộ Thương nghiệp (mẫu)", None, None, "", ""),
        MinistryEntry(OTHER, "Bộ Y dược (mẫu)", None, None, "", ""),
    ]
    ministries.load(connection, entries, sample=True)


def revision(database: sa.Engine, consultation_id: int) -> int:
    with database.connect() as connection:
        query = sa.select(c.consultations.c.revision).where(c.consultations.c.id == consultation_id)
        return int(connection.execute(query).scalar_one())


def opened(database: sa.Engine, **values: object) -> int:
    """A consultation that OFFICER wrote and APPROVER opened."""
    with database.begin() as connection:
        begun = clock(connection) - dt.timedelta(seconds=1)
        made = store.create(connection, OFFICER, MINISTRY, content(begun, **values), SETTINGS)
        store.write_draft(connection, OFFICER, made, 1, provisions())
        store.submit(connection, OFFICER, made, 2)
        store.open_for_comment(connection, APPROVER, made, 3)
    return made


def end(database: sa.Engine, consultation_id: int, ago: float = 0.0) -> dt.datetime:
    """Move the end of a consultation to the past, as time would; gives it."""
    with database.begin() as connection:
        lock(connection, consultation_id)
        over = clock(connection) - dt.timedelta(seconds=ago)
        table = c.consultations
        moved = {"opens_at": over - dt.timedelta(days=30), "closes_at": over}
        connection.execute(sa.update(table).where(table.c.id == consultation_id).values(**moved))
    return over


def send(database: sa.Engine, consultation_id: int, body: str = "Nên giữ 05 ngày.", **more: object) -> Sent:
    """A comment whose sender's browser has done its work."""
    letter = Letter(
        Sender(str(more.pop("sender", "individual"))),
        stance="partly",
        body=body,
        **more.pop("letter", {}),  # type: ignore[arg-type]
    )
    submission = str(more.pop("submission", secrets.token_urlsafe(16)))
    with database.begin() as connection:
        received = more.pop("received_at", None) or clock(connection)
    with database.begin() as connection:
        return comments.send(
            connection, KEY, consultation_id, submission, letter, received, "Tôi đồng ý.",  # type: ignore[arg-type]
            signer=SIGNER,
            **({"proof": True} | more),  # type: ignore[arg-type]
        )  # fmt: skip
