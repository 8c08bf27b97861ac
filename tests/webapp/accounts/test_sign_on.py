"""Signing on with another service: against a real OpenID Connect provider, started here."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import sqlalchemy as sa
from flask import Flask
from oidc_provider_mock import User, run_server_in_thread

from schemas.people_tables import accounts, audit_log, identities
from schemas.settings import Settings
from tests.webapp.people import PASSWORD, Browser, add_person
from tests.webapp.portal import ScriptedReader
from webapp import create_app
from webapp.accounts.passwords import hash_password

START = "/tai-khoan/dang-nhap-dich-vu"
pytestmark = pytest.mark.integration  # a service to sign on at runs beside
LAN = {"name": "Lê Thị Lan", "email": "lan@thu.example", "email_verified": True}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    people = [
        User(sub="lan", claims=LAN),
        User(sub="khong-xac-nhan", claims={**LAN, "email_verified": False}),
        User(sub="khong-e-mail", claims={"name": "Phạm Văn Dũng"}),
        User(sub="x" * 200, claims={"name": "<script>alert(1)</script>"}),
    ]
    with run_server_in_thread(user_claims=people, require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def app(settings: Settings, database: sa.Engine, issuer: str) -> Iterator[Flask]:
    values = {"oidc_issuer": issuer, "oidc_client_id": "quydinh", "oidc_client_secret": "secret"}
    built = create_app(settings.model_copy(update=values), ScriptedReader())
    yield built
    built.extensions["quydinh"].database.dispose()


def at_the_service(browser: Browser, subject: str, start: str = START) -> str:
    """Start here, say who one is there; the path the service sends the browser back to."""
    leads = browser.get(start)
    assert leads.status_code == 302, leads.text
    answer = requests.post(
        leads.headers["Location"], data={"sub": subject}, allow_redirects=False, timeout=10
    )
    back = urlsplit(answer.headers["Location"])
    assert back.path == "/tai-khoan/dang-nhap-dich-vu/tro-lai"
    return f"{back.path}?{back.query}"


def rows(database: sa.Engine, table: sa.Table) -> list[sa.Row[tuple[object, ...]]]:
    with database.connect() as connection:
        return list(connection.execute(sa.select(table)))


def arrive(browser: Browser, subject: str) -> None:
    """The first time: through name and consent to an account."""
    answer = browser.get(at_the_service(browser, subject))
    assert answer.headers["Location"] == f"{START}/tiep"
    page = browser.get(f"{START}/tiep")
    assert page.status_code == 200
    answer = browser.post(f"{START}/tiep", {"name": "Lê Thị Lan", "consent": "1"})
    assert answer.status_code == 303


def test_the_request_carries_state_nonce_and_challenge(app: Flask) -> None:
    asked = parse_qs(urlsplit(Browser(app).get(START).headers["Location"]).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["client_id"] == ["quydinh"]
    assert asked["redirect_uri"] == ["http://localhost/tai-khoan/dang-nhap-dich-vu/tro-lai"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name][0]) >= 20
    again = parse_qs(urlsplit(Browser(app).get(START).headers["Location"]).query)
    assert all(asked[name] != again[name] for name in ("state", "nonce", "code_challenge"))


def test_somebody_new_gives_name_and_consent_then_is_known(app: Flask, database: sa.Engine) -> None:
    browser = Browser(app)
    answer = browser.get(at_the_service(browser, "lan", f"{START}?tiep=/tai-khoan/phien"))
    page = browser.get(answer.headers["Location"])
    assert 'value="Lê Thị Lan"' in page.text
    assert rows(database, accounts) == []
    refused = browser.post(f"{START}/tiep", {"name": "Lê Thị Lan"})
    assert refused.status_code == 422
    done = browser.post(f"{START}/tiep", {"name": "Lê Lan", "consent": "1"})
    assert done.headers["Location"] == "/tai-khoan/phien"
    assert "Lê Lan" in browser.get("/tai-khoan").text
    (account,), (identity,) = rows(database, accounts), rows(database, identities)
    assert (account.email, account.password_hash) == ("lan@thu.example", None)
    assert identity.subject == "lan"
    # Next time there is nothing more to ask.
    later = Browser(app)
    assert later.get(at_the_service(later, "lan")).headers["Location"] == "/tai-khoan"
    assert "Lê Lan" in later.get("/tai-khoan").text
    assert len(rows(database, accounts)) == 1


def test_without_an_address_and_with_hostile_names(app: Flask) -> None:
    for subject in ("khong-e-mail", "x" * 200):
        browser = Browser(app)
        browser.get(at_the_service(browser, subject))
        page = browser.get(f"{START}/tiep")
        assert "<script>alert" not in page.text
        assert browser.post(f"{START}/tiep", {"name": "Dũng", "consent": "1"}).status_code == 303


def test_an_account_is_never_taken_over_by_its_address(app: Flask, database: sa.Engine) -> None:
    """The service says this is lan@thu.example; the account of that address is not theirs yet."""
    add_person(database, email="lan@thu.example", password_hash=hash_password(PASSWORD))
    browser = Browser(app)
    answer = browser.get(at_the_service(browser, "lan"))
    assert answer.status_code == 409
    assert "Đăng nhập bằng mật khẩu" in answer.text
    assert rows(database, identities) == []
    assert browser.get("/tai-khoan").status_code == 303


def test_an_unverified_address_counts_for_nothing(app: Flask, database: sa.Engine) -> None:
    arrive(Browser(app), "khong-xac-nhan")
    assert rows(database, accounts)[0].email is None


def test_linking_from_within_the_account(app: Flask, database: sa.Engine) -> None:
    person = add_person(database, email="lan@thu.example", password_hash=hash_password(PASSWORD))
    browser = Browser(app, person)
    answer = browser.get(at_the_service(browser, "lan"))
    assert answer.headers["Location"] == "/tai-khoan?xong=lien-ket"
    other = Browser(app)
    other.get(at_the_service(other, "lan"))
    assert "lan@thu.example" in other.get("/tai-khoan").text
    assert "identity_linked" in [row.action for row in rows(database, audit_log)]
    # A second account cannot have the same person.
    thief = Browser(app, add_person(database))
    assert thief.get(at_the_service(thief, "lan")).headers["Location"] == "/tai-khoan?xong=da-lien-ket"
    (identity,) = rows(database, identities)
    assert identity.account_id == person.id
    # Taking it away again.
    assert thief.post(f"/tai-khoan/lien-ket/{identity.id}/bo").headers["Location"] == "/tai-khoan/mat-khau"
    assert len(rows(database, identities)) == 1
    browser.post(f"/tai-khoan/lien-ket/{identity.id}/bo")
    assert rows(database, identities) == []


def test_the_only_way_in_is_not_taken_away(app: Flask, database: sa.Engine) -> None:
    browser = Browser(app)
    arrive(browser, "lan")
    (identity,) = rows(database, identities)
    browser.post(f"/tai-khoan/lien-ket/{identity.id}/bo")
    assert len(rows(database, identities)) == 1


def test_an_answer_is_good_for_one_browser_once(app: Flask, database: sa.Engine) -> None:
    """Log-in CSRF and replay: the state belongs to the browser that asked."""
    browser = Browser(app)
    path = at_the_service(browser, "lan")
    assert Browser(app).get(path).status_code == 400
    assert browser.get(path).status_code == 303
    assert browser.get(path).status_code == 400
    assert rows(database, accounts) == []


@pytest.mark.parametrize("query", ["", "?error=access_denied", "?code=x&state=y", "?state=", "?code=%00"])
def test_what_goes_wrong_there_is_told_here(app: Flask, query: str) -> None:
    browser = Browser(app)
    browser.get(START)
    answer = browser.get(f"{START}/tro-lai{query}")
    assert answer.status_code == 400
    assert "Chưa đăng nhập được" in answer.text


def test_a_service_that_is_down(settings: Settings, database: sa.Engine) -> None:
    values = {"oidc_issuer": "http://localhost:1", "oidc_client_id": "a", "oidc_client_secret": "b"}
    app = create_app(settings.model_copy(update=values), ScriptedReader())
    assert Browser(app).get(START).status_code == 502
    assert "Đăng nhập qua" in Browser(app).get("/tai-khoan/dang-nhap").text


def test_a_closed_account_stays_out(app: Flask, database: sa.Engine) -> None:
    arrive(Browser(app), "lan")
    with database.begin() as connection:
        connection.execute(sa.text("update accounts set disabled_at = created_at"))
    browser = Browser(app)
    assert browser.get(at_the_service(browser, "lan")).status_code == 403
    assert browser.get("/tai-khoan").status_code == 303


def test_nobody_is_led_to_another_site(app: Flask) -> None:
    browser = Browser(app)
    arrive(browser, "lan")
    for target in ("//evil.example", "https://evil.example", "/\\evil"):
        other = Browser(app)
        answer = other.get(at_the_service(other, "lan", f"{START}?tiep={target}"))
        assert answer.headers["Location"] == "/tai-khoan"
