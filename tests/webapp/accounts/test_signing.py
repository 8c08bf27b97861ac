"""Signing in and out: cookies, sessions, limits, and that an answer does not tell who has an account."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from markupsafe import escape

from schemas.people import Grant, Role
from schemas.people_tables import accounts, audit_log, sessions
from tests.webapp.people import PASSWORD, Browser, add_person
from webapp import create_app
from webapp.access import local_path
from webapp.accounts import passwords
from webapp.accounts.passwords import hash_password

HASH = hash_password(PASSWORD)
EMAIL = "an@thu.example"
LOGIN = "/tai-khoan/dang-nhap"


@pytest.fixture
def an(people_app: Flask) -> sa.Engine:
    """An account with a password; gives the database."""
    database: sa.Engine = people_app.extensions["quydinh"].database
    add_person(database, email=EMAIL, password_hash=HASH)
    return database


def sign_in(browser: Browser, email: str = EMAIL, password: str = PASSWORD, **more: str) -> int:
    return browser.post(LOGIN, {"email": email, "password": password, **more}).status_code


def test_signing_in_opens_a_session_and_out_ends_it(an: sa.Engine, visitor: Browser) -> None:
    assert sign_in(visitor) == 303
    token = visitor.session_cookie
    assert "Người thử" in visitor.get("/tai-khoan").text
    assert visitor.post("/tai-khoan/dang-xuat").status_code == 303
    visitor.client.set_cookie("quydinh-session", token, domain="localhost")  # kept by a thief
    assert visitor.get("/tai-khoan").status_code == 303
    with an.connect() as connection:
        assert connection.execute(sa.select(audit_log.c.action)).scalars().all()[-2:] == [
            "signed_in",
            "signed_out",
        ]


def test_the_session_id_changes_at_log_in(an: sa.Engine, visitor: Browser) -> None:
    """Session fixation: what an attacker planted before is worth nothing after."""
    visitor.client.set_cookie("quydinh-session", "planted", domain="localhost")
    sign_in(visitor)
    first = visitor.session_cookie
    assert first != "planted"
    visitor.post(LOGIN, {"email": EMAIL, "password": PASSWORD})
    second = visitor.session_cookie
    assert second != first
    with an.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(sessions)).scalar() == 1


def test_the_database_does_not_hold_what_the_cookie_holds(an: sa.Engine, visitor: Browser) -> None:
    sign_in(visitor)
    with an.connect() as connection:
        row = connection.execute(sa.select(sessions)).one()
    assert visitor.session_cookie not in str(row)


@pytest.mark.parametrize(
    ("base", "name", "secure"),
    [
        ("http://localhost", "quydinh-session", False),
        ("http://127.0.0.1:8000", "quydinh-session", False),
        ("https://localhost", "__Host-quydinh-session", True),
        ("https://portal.example", "__Host-quydinh-session", True),
        ("http://portal.example", "__Host-quydinh-session", True),
    ],
)
def test_cookies(an: sa.Engine, people_app: Flask, base: str, name: str, secure: bool) -> None:
    client = people_app.test_client()
    page = client.get("/tai-khoan/dang-nhap", base_url=base)
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    visit = page.headers.getlist("Set-Cookie")[0].split(";")[0]
    data = {"csrf_token": token, "email": EMAIL, "password": PASSWORD}
    answer = client.post(LOGIN, base_url=base, data=data, headers={"Cookie": visit})
    assert answer.status_code == 303
    for cookie in (page.headers["Set-Cookie"], answer.headers["Set-Cookie"]):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
        assert ("Secure" in cookie) is secure
    assert answer.headers["Set-Cookie"].startswith(name + "=")


def test_reading_sets_no_cookie(people_app: Flask) -> None:
    client = people_app.test_client()
    for path in ("/", "/dieu-kien", "/tro-giup", "/thay-doi"):
        assert "Set-Cookie" not in client.get(path).headers


def test_a_wrong_password_and_an_unknown_account_are_answered_alike(
    an: sa.Engine, people_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same page after the same work: one argon2 computation and as many statements."""
    add_person(an, email="khong-mat-khau@thu.example")
    checked: list[str] = []
    real = passwords.HASHER.verify

    def count(stored: str, password: str) -> bool:
        checked.append(stored)
        return real(stored, password)

    monkeypatch.setattr(passwords, "HASHER", type("Counting", (), {"verify": staticmethod(count)}))
    statements: list[str] = []
    sa.event.listen(
        people_app.extensions["quydinh"].database, "before_cursor_execute", lambda *a: statements.append(a[2])
    )
    seen = []
    for email in (EMAIL, "khong-co@thu.example", "khong-mat-khau@thu.example"):
        browser = Browser(people_app)
        browser.token()
        checked.clear()
        statements.clear()
        answer = browser.post(LOGIN, {"email": email, "password": "sai rồi nhé"})
        text = answer.text.replace(email, "")
        text = text.split("csrf_token")[0] + text.split('id="email"')[1]
        seen.append((answer.status_code, text, len(checked), list(statements)))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][0] == 422
    assert seen[0][2] == 1


def test_accounts_that_may_not_sign_in(an: sa.Engine, people_app: Flask) -> None:
    with an.begin() as connection:
        connection.execute(accounts.update().values(disabled_at=dt.datetime.now(dt.UTC)))
    assert sign_in(Browser(people_app)) == 422


def test_sample_accounts_only_in_a_demo(an: sa.Engine, people_app: Flask) -> None:
    person = add_person(an, email="mau@thu.example", password_hash=HASH, sample=True)
    assert sign_in(Browser(people_app), "mau@thu.example") == 303
    real = create_app(people_app.extensions["quydinh"].settings.model_copy(update={"demo": False}))
    assert sign_in(Browser(real), "mau@thu.example") == 422
    # Nor does a session opened in the demo go on.
    assert Browser(people_app, person).get("/tai-khoan").status_code == 200
    assert Browser(real, person).get("/tai-khoan").status_code == 303


def test_tries_are_limited(an: sa.Engine, people_app: Flask) -> None:
    browser = Browser(people_app)
    with time_machine.travel("2026-11-22 08:00:00Z", tick=False):
        assert [sign_in(browser, password="sai hết cả rồi") for _ in range(8)] == [422] * 8
        answer = browser.post(LOGIN, {"email": EMAIL, "password": PASSWORD})
        assert answer.status_code == 429
        assert "15 phút" in answer.text
        # Somebody else, elsewhere, is not kept out.
        assert sign_in(Browser(people_app)) == 303
    with time_machine.travel("2026-11-22 08:16:00Z", tick=False):
        assert sign_in(browser) == 303


def test_a_session_ends_when_unused_and_lives_while_used(an: sa.Engine, people_app: Flask) -> None:
    start = dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC)
    browser = Browser(people_app)
    with time_machine.travel(start, tick=False):
        sign_in(browser)
    for hours in range(10, 100, 10):  # never 12 hours without use
        with time_machine.travel(start + dt.timedelta(hours=hours), tick=False):
            assert browser.get("/tai-khoan").status_code == 200
    with time_machine.travel(start + dt.timedelta(hours=90 + 13), tick=False):
        assert browser.get("/tai-khoan").status_code == 303


@pytest.mark.integration
def test_what_was_typed_comes_back_when_the_session_ended_over_it(an: sa.Engine, people_app: Flask) -> None:
    """On every form for somebody signed in; short fields only lead to the log-in page."""
    officer = Browser(people_app, add_person(an, Grant(Role.OFFICER)))
    officer.token()
    with an.begin() as connection:
        connection.execute(sessions.delete())
    words = 'Bộ tiếp thu <b>một phần</b> & sửa "Điều 3".\nThời hạn còn 05 ngày.'
    form = {"ministry": "bo-thu", "title": "Dự thảo Thông tư về trạm rửa xe và nơi sửa xe", "purpose": words}
    answer = officer.post("/quan-tri/tham-van/moi", form)
    assert answer.status_code == 403 and str(escape(words)) in answer.text and "trạm rửa xe" in answer.text
    assert "/tai-khoan/dang-nhap" in answer.text and answer.headers["Cache-Control"] == "no-store"
    assert "csrf_token" not in answer.text
    secret = {"password": "một câu rất dài mà chỉ mình tôi biết", "name": "Tên mới"}
    assert officer.post("/tai-khoan/mat-khau", secret).status_code == 303
    short = officer.post("/quan-tri/tham-van/moi", {**form, "purpose": "Ngắn.", "title": "Ngắn"})
    assert short.status_code == 303 and "/tai-khoan/dang-nhap" in short.location


def test_no_session_lives_for_ever(an: sa.Engine, people_app: Flask) -> None:
    start = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)
    browser = Browser(people_app)
    with time_machine.travel(start, tick=False):
        sign_in(browser)
    answers = []
    for hours in range(0, 31 * 24, 11):
        with time_machine.travel(start + dt.timedelta(hours=hours), tick=False):
            answers.append(browser.get("/tai-khoan").status_code)
    assert answers[-1] == 303


def test_a_withdrawn_role_is_gone_at_the_next_request(an: sa.Engine, people_app: Flask) -> None:
    administrator = add_person(an, Grant(Role.ADMINISTRATOR))
    browser = Browser(people_app, administrator)
    assert browser.get("/quan-tri").status_code == 200
    with an.begin() as connection:
        connection.execute(sa.text("update role_grants set withdrawn_at = granted_at"))
    assert browser.get("/quan-tri").status_code == 403


def test_after_log_in_one_goes_on_where_one_was(an: sa.Engine, people_app: Flask) -> None:
    browser = Browser(people_app)
    answer = browser.get("/tai-khoan/phien?a=b&c=d")
    assert answer.headers["Location"] == "/tai-khoan/dang-nhap?tiep=/tai-khoan/phien%3Fa%3Db%26c%3Dd"
    page = browser.get(answer.headers["Location"])
    assert 'value="/tai-khoan/phien?a=b&amp;c=d"' in page.text
    data = {"email": EMAIL, "password": PASSWORD, "tiep": "/tai-khoan/phien?a=b&c=d"}
    assert browser.post(LOGIN, data).headers["Location"] == "/tai-khoan/phien?a=b&c=d"
    english = browser.client.get("/en/tai-khoan/dang-nhap?tiep=/thay-doi")
    assert english.headers["Location"] == "/en/thay-doi"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil",
        "/a\tb",
        "/\r\nX: y",
        "javascript:alert(1)",
        "evil.example",
        "",
        "/\x00",
        "///evil.example",
        "/ /evil",
        "/" + "a" * 3000,
    ],
)
def test_nobody_is_led_to_another_site(an: sa.Engine, people_app: Flask, target: str) -> None:
    """Open redirects."""
    assert local_path(target, "/nha") == "/nha"
    answer = Browser(people_app).post(LOGIN, {"email": EMAIL, "password": PASSWORD, "tiep": target})
    assert answer.headers["Location"] == "/tai-khoan"


def test_pages_of_somebody_signed_in_are_kept_nowhere(an: sa.Engine, people_app: Flask) -> None:
    browser = Browser(people_app, add_person(an))
    for path in ("/", "/tai-khoan", "/tro-giup"):
        assert browser.get(path).headers["Cache-Control"] == "private, no-store"
