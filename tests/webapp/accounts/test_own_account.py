"""One's own account: name, address, password, sessions, a copy of one's data, deleting it."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from flask import Flask

from schemas import people_tables
from schemas.people import Grant, Role
from schemas.people_tables import accounts, audit_log, mail_outbox, role_grants, sessions
from schemas.tables import metadata
from tests.webapp.people import PASSWORD, Browser, add_person, letters, link_in
from webapp.accounts.passwords import hash_password

HASH = hash_password(PASSWORD)
EMAIL = "an@thu.example"
NEW_PASSWORD = "một câu hoàn toàn khác"


@pytest.fixture
def engine(people_app: Flask) -> sa.Engine:
    found: sa.Engine = people_app.extensions["quydinh"].database
    return found


@pytest.fixture
def an(people_app: Flask, engine: sa.Engine) -> Browser:
    return Browser(people_app, add_person(engine, email=EMAIL, password_hash=HASH))


def rows(engine: sa.Engine, table: sa.Table) -> list[sa.Row[tuple[object, ...]]]:
    with engine.connect() as connection:
        return list(connection.execute(sa.select(table)))


def addresses(engine: sa.Engine) -> set[object]:
    return {row.email for row in rows(engine, accounts)}


def test_a_name_is_shown_as_it_was_typed(an: Browser) -> None:
    """Stored XSS in user names."""
    name = '<img src=x onerror=alert(1)> "An" & \u202eđảo'
    assert an.post("/tai-khoan/ten", {"name": name}).status_code == 303
    page = an.get("/tai-khoan").text
    assert "<img" not in page
    assert "&lt;img src=x onerror=alert(1)&gt; &#34;An&#34; &amp; đảo" in page


@pytest.mark.parametrize("name", ["", " ", "A", "a" * 121, "\u200b\n\x00"])
def test_names_that_will_not_do(an: Browser, name: str) -> None:
    assert an.post("/tai-khoan/ten", {"name": name}).status_code == 422


def test_a_new_password_ends_the_other_sessions(people_app: Flask, engine: sa.Engine, an: Browser) -> None:
    elsewhere = Browser(people_app, an.person)
    assert elsewhere.get("/tai-khoan").status_code == 200
    for wrong in ({"password": "sai rồi", "new": NEW_PASSWORD}, {"password": PASSWORD, "new": "ngắn"}):
        assert an.post("/tai-khoan/mat-khau", wrong).status_code == 422
    assert an.post("/tai-khoan/mat-khau", {"password": PASSWORD, "new": NEW_PASSWORD}).status_code == 303
    assert an.get("/tai-khoan").status_code == 200
    assert elsewhere.get("/tai-khoan").status_code == 303
    assert "vừa được đổi" in letters(engine, EMAIL)[-1].body


def test_a_stolen_session_cannot_guess_the_password(an: Browser) -> None:
    answers = [
        an.post("/tai-khoan/mat-khau", {"password": f"thử {n}", "new": NEW_PASSWORD}) for n in range(12)
    ]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429] * 2


def test_a_new_address_counts_once_confirmed(people_app: Flask, engine: sa.Engine, an: Browser) -> None:
    assert an.post("/tai-khoan/e-mail", {"email": "moi@thu.example"}).status_code == 422  # without password
    data = {"email": "Moi@thu.example", "password": PASSWORD}
    assert an.post("/tai-khoan/e-mail", data).status_code == 303
    assert EMAIL in addresses(engine)
    assert "sắp đổi" in letters(engine, EMAIL)[-1].subject  # the old address is told
    path = link_in(letters(engine, "moi@thu.example")[-1])
    code = path.split("ma=")[1]
    thief = Browser(people_app, add_person(engine))
    assert thief.post("/tai-khoan/e-mail/xac-nhan", {"ma": code}).status_code == 410
    assert an.get(path).status_code == 200
    assert an.post("/tai-khoan/e-mail/xac-nhan", {"ma": code}).status_code == 303
    assert an.post("/tai-khoan/e-mail/xac-nhan", {"ma": code}).status_code == 410
    assert "moi@thu.example" in addresses(engine)
    assert EMAIL not in addresses(engine)


def test_the_address_of_another_cannot_be_had_nor_found_out(engine: sa.Engine, an: Browser) -> None:
    add_person(engine, email="khac@thu.example")
    data = {"email": "khac@thu.example", "password": PASSWORD}
    assert an.post("/tai-khoan/e-mail", data).headers["Location"] == "/tai-khoan?xong=thu"
    assert letters(engine, "khac@thu.example") == []


def test_sessions_are_listed_and_ended(people_app: Flask, engine: sa.Engine, an: Browser) -> None:
    assert an.person
    phone, desk = Browser(people_app, an.person), Browser(people_app, an.person)
    page = an.get("/tai-khoan/phien").text
    assert page.count("ket-thuc") == 3  # two others, and all others
    with engine.connect() as connection:
        newest = connection.execute(sa.select(sa.func.max(sessions.c.id))).scalar_one()
    assert an.post(f"/tai-khoan/phien/{newest}/ket-thuc").status_code == 303
    assert desk.get("/tai-khoan").status_code == 303
    assert phone.get("/tai-khoan").status_code == 200
    assert an.post("/tai-khoan/phien/ket-thuc-khac").status_code == 303
    assert phone.get("/tai-khoan").status_code == 303
    assert an.get("/tai-khoan").status_code == 200


def test_a_copy_of_ones_data_is_whole_and_own(people_app: Flask, engine: sa.Engine, an: Browser) -> None:
    """Private exports that leak."""
    add_person(engine, email="khac@thu.example", name="Người Khác")
    an.post("/tai-khoan/ten", {"name": "Nguyễn Văn An"})
    answer = an.get("/tai-khoan/du-lieu.json")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    data = json.loads(answer.text)
    assert data["account"]["name"] == "Nguyễn Văn An"
    assert data["account"]["email"] == EMAIL
    assert len(data["sessions"]) == 1
    assert [row["action"] for row in data["done"]] == ["name_changed"]
    for secret in ("khac@thu.example", "Người Khác", "argon2", "token_hash", an.session_cookie):
        assert secret not in answer.text


def test_every_table_with_an_account_is_in_the_copy() -> None:
    """Whoever adds a table of personal data meets this test."""
    exported = {"identities", "role_grants", "sessions", "email_tokens", "mail_outbox"}
    own = {name for name, table in metadata.tables.items() if "account_id" in table.c}
    mine = {table.name for table in vars(people_tables).values() if isinstance(table, sa.Table)}
    assert own & mine == exported


def test_deleting_leaves_nothing_personal(people_app: Flask, engine: sa.Engine, an: Browser) -> None:
    assert an.person
    an.post("/tai-khoan/ten", {"name": "Nguyễn Văn An"})
    an.post("/tai-khoan/quen-mat-khau", {"email": EMAIL})
    trail = len(rows(engine, audit_log))
    for wrong in ({}, {"sure": "1"}, {"password": PASSWORD}, {"password": "sai rồi", "sure": "1"}):
        assert an.post("/tai-khoan/xoa", wrong).status_code == 422
    assert an.post("/tai-khoan/xoa", {"password": PASSWORD, "sure": "1"}).status_code == 303
    assert an.get("/tai-khoan").status_code == 303
    everything = "".join(str(rows(engine, table)) for table in metadata.tables.values() if table is not None)
    for personal in (EMAIL, "Nguyễn Văn An", HASH):
        assert personal not in everything
    assert len(rows(engine, audit_log)) == trail + 1  # what was done stays, by number
    assert rows(engine, mail_outbox) == []
    # The address is free again, and is a new person.
    again = add_person(engine, email=EMAIL)
    assert again.id != an.person.id


def test_the_last_administrator_stays(people_app: Flask, engine: sa.Engine) -> None:
    person = add_person(engine, Grant(Role.ADMINISTRATOR), email="qt@thu.example", password_hash=HASH)
    add_person(engine, Grant(Role.ADMINISTRATOR, "bo-thu"))
    browser = Browser(people_app, person)
    data = {"password": PASSWORD, "sure": "1"}
    assert browser.post("/tai-khoan/xoa", data).status_code == 422
    add_person(engine, Grant(Role.ADMINISTRATOR))
    assert browser.post("/tai-khoan/xoa", data).status_code == 303
    with engine.connect() as connection:
        held = sa.select(role_grants).where(role_grants.c.account_id == person.id)
        assert all(row.withdrawn_at for row in connection.execute(held))
