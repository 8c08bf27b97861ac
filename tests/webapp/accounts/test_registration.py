"""Registering and a forgotten password: links by e-mail, and answers that do not tell who has an account."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from schemas.people_tables import accounts, email_tokens, mail_outbox, sessions
from tests.webapp.people import PASSWORD, Browser, add_person, letters, link_in
from webapp.accounts import passwords
from webapp.accounts.passwords import fault, hash_password, needs_rehash, verify

NEW = "binh@thu.example"
DETAILS = {"name": "Trần Thị Bình", "password": "con mèo trèo cây cau", "consent": "1"}
HASH = hash_password(PASSWORD)


@pytest.fixture
def engine(people_app: Flask) -> sa.Engine:
    found: sa.Engine = people_app.extensions["quydinh"].database
    return found


def ask_for_account(browser: Browser, engine: sa.Engine, email: str = NEW) -> str:
    """Ask for a link; gives its code."""
    assert browser.post("/tai-khoan/dang-ky", {"email": email}).status_code == 303
    return link_in(letters(engine, email)[-1]).split("ma=")[1]


def count(engine: sa.Engine, table: sa.Table) -> int:
    with engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_registering(engine: sa.Engine, visitor: Browser) -> None:
    code = ask_for_account(visitor, engine)
    assert count(engine, accounts) == 0  # nothing is kept before the address is confirmed
    page = visitor.get(f"/tai-khoan/dang-ky/tiep?ma={code}")
    assert NEW in page.text
    answer = visitor.post("/tai-khoan/dang-ky/tiep", {"ma": code, **DETAILS})
    assert answer.headers["Location"] == "/tai-khoan?xong=moi"
    assert "Trần Thị Bình" in visitor.get("/tai-khoan").text
    with engine.connect() as connection:
        row = connection.execute(sa.select(accounts)).one()
    assert (row.email, row.consented_at is not None, row.email_confirmed_at is not None) == (NEW, True, True)
    assert row.password_hash.startswith("$argon2id$v=19$")


def test_opening_a_link_uses_nothing_up_but_sending_the_form_does(
    engine: sa.Engine, visitor: Browser
) -> None:
    code = ask_for_account(visitor, engine)
    for _ in range(3):
        assert visitor.get(f"/tai-khoan/dang-ky/tiep?ma={code}").status_code == 200
    assert visitor.post("/tai-khoan/dang-ky/tiep", {"ma": code, **DETAILS}).status_code == 303
    again = Browser(visitor.app)
    assert again.get(f"/tai-khoan/dang-ky/tiep?ma={code}").status_code == 410
    assert again.post("/tai-khoan/dang-ky/tiep", {"ma": code, **DETAILS}).status_code == 410


def test_what_was_typed_is_kept_but_for_the_password(engine: sa.Engine, visitor: Browser) -> None:
    code = ask_for_account(visitor, engine)
    data = {"ma": code, "name": "Trần <b>Bình</b>", "password": "ngắn"}
    answer = visitor.post("/tai-khoan/dang-ky/tiep", data)
    assert answer.status_code == 422
    assert "Trần &lt;b&gt;Bình&lt;/b&gt;" in answer.text
    assert "ngắn" not in answer.text.replace("câu ngắn", "")
    assert 'href="#password"' in answer.text
    assert 'href="#consent"' in answer.text


def test_of_two_links_for_one_address_the_first_wins(engine: sa.Engine, people_app: Flask) -> None:
    first, second = Browser(people_app), Browser(people_app)
    codes = [ask_for_account(browser, engine) for browser in (first, second)]
    assert first.post("/tai-khoan/dang-ky/tiep", {"ma": codes[0], **DETAILS}).status_code == 303
    assert second.post("/tai-khoan/dang-ky/tiep", {"ma": codes[1], **DETAILS}).status_code == 410
    assert count(engine, accounts) == 1


def test_a_link_ends_after_two_days(engine: sa.Engine, people_app: Flask) -> None:
    with time_machine.travel("2026-11-20 08:00:00Z", tick=False):
        browser = Browser(people_app)
        code = ask_for_account(browser, engine)
    with time_machine.travel("2026-11-22 08:00:01Z", tick=False):
        assert Browser(people_app).get(f"/tai-khoan/dang-ky/tiep?ma={code}").status_code == 410


@pytest.mark.parametrize("path", ["/tai-khoan/dang-ky", "/tai-khoan/quen-mat-khau"])
def test_the_answer_does_not_tell_who_has_an_account(engine: sa.Engine, people_app: Flask, path: str) -> None:
    """The same answer after the same statements, but for their values."""
    add_person(engine, email="co@thu.example", password_hash=HASH)
    statements: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
    seen = []
    for email in ("co@thu.example", "khong-co@thu.example"):
        browser = Browser(people_app)
        browser.token()
        statements.clear()
        answer = browser.post(path, {"email": email})
        seen.append((answer.status_code, answer.headers["Location"], list(statements)))
    assert seen[0] == seen[1]


def test_who_has_an_account_is_told_so_by_letter_only(engine: sa.Engine, visitor: Browser) -> None:
    add_person(engine, email=NEW, password_hash=HASH)
    visitor.post("/tai-khoan/dang-ky", {"email": NEW.upper()})
    (letter,) = letters(engine, NEW)
    assert "đã có tài khoản" in letter.subject
    assert "/tai-khoan/quen-mat-khau" in letter.body
    visitor.post("/tai-khoan/quen-mat-khau", {"email": "ai-do@thu.example"})
    assert letters(engine, "ai-do@thu.example") == []


def test_letters_to_one_address_are_limited_silently(engine: sa.Engine, people_app: Flask) -> None:
    """Nobody's mailbox is flooded, and the one who tries does not learn of it."""
    with time_machine.travel("2026-11-22 08:00:00Z", tick=False):
        for _ in range(7):
            answer = Browser(people_app).post("/tai-khoan/dang-ky", {"email": NEW})
            assert answer.status_code == 303
    assert len(letters(engine, NEW)) == 4


def test_letters_asked_for_by_one_visitor_are_limited(engine: sa.Engine, visitor: Browser) -> None:
    with time_machine.travel("2026-11-22 08:00:00Z", tick=False):
        statuses = [
            visitor.post("/tai-khoan/quen-mat-khau", {"email": f"a{n}@thu.example"}).status_code
            for n in range(22)
        ]
    assert statuses == [303] * 20 + [429] * 2


def test_a_forgotten_password(engine: sa.Engine, people_app: Flask, visitor: Browser) -> None:
    person = add_person(engine, email=NEW, password_hash=HASH)
    elsewhere = Browser(people_app, person)
    assert elsewhere.get("/tai-khoan").status_code == 200
    visitor.post("/tai-khoan/quen-mat-khau", {"email": NEW})
    path = link_in(letters(engine, NEW)[-1])
    code = path.split("ma=")[1]
    assert visitor.get(path).status_code == 200
    data = {"ma": code, "password": "mật khẩu mới toanh"}
    assert visitor.post("/tai-khoan/dat-lai-mat-khau", data).status_code == 303
    assert elsewhere.get("/tai-khoan").status_code == 303  # every session ended
    assert count(engine, sessions) == 0
    assert Browser(people_app).post("/tai-khoan/dat-lai-mat-khau", data).status_code == 410  # once
    for password, status in ((PASSWORD, 422), ("mật khẩu mới toanh", 303)):
        answer = Browser(people_app).post("/tai-khoan/dang-nhap", {"email": NEW, "password": password})
        assert answer.status_code == status
    assert "vừa được đổi" in letters(engine, NEW)[-1].body


def test_links_are_for_one_purpose(engine: sa.Engine, people_app: Flask, visitor: Browser) -> None:
    add_person(engine, email=NEW, password_hash=HASH)
    visitor.post("/tai-khoan/quen-mat-khau", {"email": NEW})
    reset = link_in(letters(engine, NEW)[-1]).split("ma=")[1]
    register = ask_for_account(visitor, engine, "khac@thu.example")
    assert visitor.get(f"/tai-khoan/dang-ky/tiep?ma={reset}").status_code == 410
    assert visitor.get(f"/tai-khoan/dat-lai-mat-khau?ma={register}").status_code == 410


def test_codes_are_kept_as_hashes(engine: sa.Engine, visitor: Browser) -> None:
    code = ask_for_account(visitor, engine)
    with engine.connect() as connection:
        assert code not in str(connection.execute(sa.select(email_tokens)).all())


def test_a_letter_leaves_only_with_its_change(engine: sa.Engine, visitor: Browser) -> None:
    """The outbox row stands or falls with the token: without the table of tokens there is no letter."""
    with engine.begin() as connection:
        connection.execute(sa.text("alter table email_tokens rename to elsewhere"))
    assert visitor.post("/tai-khoan/dang-ky", {"email": NEW}).status_code == 503
    assert count(engine, mail_outbox) == 0
    with engine.begin() as connection:
        connection.execute(sa.text("alter table elsewhere rename to email_tokens"))


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("ngắn thôi", False),
        ("aaaaaaaaaaaaaaa", False),
        ("1234567890", False),
        ("Mật Khẩu 123", False),
        ("binhbinh12", False),
        ("một câu chỉ mình tôi biết", True),
        ("correct horse", True),
    ],
)
def test_passwords_one_may_choose(people_app: Flask, password: str, good: bool) -> None:
    with people_app.test_request_context():
        assert (fault(password, "binhbinh@thu.example") == "") is good


def test_password_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the parameters of a real site."""
    monkeypatch.setattr(passwords, "HASHER", passwords.argon2id())
    stored = hash_password(PASSWORD)
    assert stored.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert verify(PASSWORD, stored)
    assert not verify(PASSWORD + " ", stored)
    assert not verify(PASSWORD, None)
    assert not verify(PASSWORD, "not a hash")
    assert not needs_rehash(stored)
    assert needs_rehash("$argon2id$v=19$m=1024,t=1,p=1$c29tZXNhbHQ$YWFhYWFhYWFhYWFhYWFhYQ")
