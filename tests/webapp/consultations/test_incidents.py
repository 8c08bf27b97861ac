"""One test for each way in which portals of this kind were broken elsewhere."""

from __future__ import annotations

import ast
import re
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

import webapp
from indexer.records_participation import comment_records, consultation_records
from schemas import consultation_tables as c
from schemas.consultations import ConsultationContent, HideReason, Step
from schemas.errors import Refused
from schemas.people import Grant, Role
from tests.test_imports import statements
from tests.webapp.people import Browser, add_person
from tests.webapp.portal import HOSTILE
from webapp.consultations import answers, comments, moderation, store, summary, versions
from webapp.consultations.moderation import Decision
from webapp.consultations.rows import clock

from .people import (
    APPROVER,
    MINISTRY,
    MODERATOR,
    OFFICER,
    SETTINGS,
    content,
    opened,
    provisions,
    revision,
    send,
)

PRIVATE = {"name": "Trần Kín", "email": "kin@mau.example", "phone": "0912345678", "place": "Ngõ Kín"}


def hide(portal: sa.Engine, comment_id: int) -> None:
    with portal.begin() as connection:
        moderation.decide(
            connection,
            MODERATOR,
            comment_id,
            "published",
            Decision(Step.HIDE, HideReason.INSULT, "Xúc phạm."),
        )


def everything_public(site: Flask, made: int) -> str:
    """Every public page, feed, download and JSON answer of a consultation, as text."""
    browser = Browser(site)
    paths = [f"/tham-van/{made}", f"/tham-van/{made}/y-kien", "/tham-van", "/tham-van.atom"]
    paths += [
        f"/api/v1/consultations/{made}",
        f"/api/v1/consultations/{made}/comments",
        "/api/v1/consultations",
    ]
    return "\n".join(browser.get(path).text for path in paths)


def test_comments_in_other_peoples_names_lose_the_name(site: Flask, portal: sa.Engine) -> None:
    """FCC 2017: millions of comments in the names of people who had sent none."""
    made = opened(portal)
    sent = send(portal, made, letter={"name": "Nguyễn Bị Mượn Tên", "shows": frozenset({"name"})})
    before = everything_public(site, made)
    assert "Nguyễn Bị Mượn Tên" in before and "chưa xác minh" in before.lower()
    with portal.begin() as connection:
        number = moderation.claim(connection, sent.comment_id, "Nguyễn Bị Mượn Tên", "a@mau.example", "")
        moderation.decide_claim(connection, MODERATOR, number, upheld=True)
    after = everything_public(site, made)
    assert "Nguyễn Bị Mượn Tên" not in after and '"disputed":true' in after.replace(" ", "")


def test_what_is_uploaded_is_hosted_for_nobody_before_it_was_checked(site: Flask, portal: sa.Engine) -> None:
    """FCC 2017: whoever had the API's key could put any file on the agency's own address."""
    made = opened(portal)
    browser = Browser(site)
    with portal.begin() as connection:
        from webapp.consultations import attachments

        settings = site.extensions["quydinh"].settings
        number = attachments.keep(connection, settings, made, b"%PDF-1.7", "x.pdf", "ban-cua-toi")
    assert browser.get(f"/tham-van/{made}/tep/{number}").status_code == 404
    with portal.begin() as connection:
        attachments.settle(connection, number, "clean", "")
    # Checked, but belonging to a form nobody has sent.
    assert browser.get(f"/tham-van/{made}/tep/{number}").status_code == 404


def test_the_api_shows_what_the_page_shows_and_no_more(site: Flask, portal: sa.Engine) -> None:
    """A civic platform's comments API left out the authorisation its pages had."""
    made = opened(portal)
    hidden, waiting = send(portal, made, "Lời bị ẩn."), send(portal, made, "Lời đang chờ.", proof=False)
    hide(portal, hidden.comment_id)
    text = everything_public(site, made)
    assert "Lời bị ẩn." not in text and "Lời đang chờ." not in text
    for one in (hidden, waiting):
        assert Browser(site).get(f"/tham-van/{made}/y-kien/{one.comment_id}").status_code == 404


def test_only_the_ministrys_people_accept_a_wording(site: Flask, portal: sa.Engine) -> None:
    """A civic platform let anybody accept amendments."""
    made = opened(portal)
    sent = send(portal, made, letter={"replacement": "Lời văn mới", "path": "dieu-2"})
    citizen = Browser(site, add_person(portal))
    stranger = Browser(site, add_person(portal, Grant(Role.OFFICER, "bo-y-duoc-mau")))
    form = {"verdict": "accepted", "text": "Tiếp thu.", "revision": "0", "viec": "trinh"}
    for browser in (citizen, stranger):
        assert browser.post(f"/quan-tri/gop-y/{sent.comment_id}/tra-loi", form).status_code == 403
    with portal.connect() as connection:
        assert answers.of(connection, comment_id=sent.comment_id) is None


@pytest.mark.parametrize("value", ["id;drop table comments", "1) or (1=1", "closes_at desc--", "%27", "\\"])
@pytest.mark.integration
def test_no_parameter_becomes_sql(site: Flask, portal: sa.Engine, value: str) -> None:
    """SQL injection through ORDER BY."""
    made = opened(portal)
    send(portal, made, "Vẫn còn đây.")
    browser = Browser(site)
    for path in ("/tham-van", f"/tham-van/{made}/y-kien", "/quy-dinh", "/phuong-an"):
        for name in ("sap_xep", "order", "q", "dieu", "bo", "trang", "giai_doan", "nhom", "xac_minh"):
            assert browser.client.get(path, query_string={name: value}).status_code in (200, 400)
    assert "Vẫn còn đây." in browser.get(f"/tham-van/{made}/y-kien").text


def test_words_stay_words_wherever_they_are_shown(site: Flask, portal: sa.Engine) -> None:
    """Stored scripts in user names and on pages of versions."""
    made = opened(portal, title=f"Dự thảo {HOSTILE}", purpose=HOSTILE)
    everywhere = {"name": HOSTILE, "place": HOSTILE[:90], "shows": frozenset({"name", "place"})}
    sent = send(portal, made, HOSTILE, letter={**everywhere, "replacement": HOSTILE, "path": "dieu-2"})
    with portal.begin() as connection:
        at = revision(portal, made)
        store.write_draft(connection, OFFICER, made, at, provisions(), HOSTILE, HOSTILE)
        versions.publish(connection, APPROVER, made, at + 1)
    moderator = Browser(site, add_person(portal, Grant(Role.MODERATOR, MINISTRY)))
    pages = [everything_public(site, made)]
    pages += [moderator.get(f"/quan-tri/gop-y/{sent.comment_id}").text]
    pages += [moderator.get(f"/quan-tri/tham-van/{made}{more}").text for more in ("", "/hop-thu")]
    for text in pages:
        html = re.sub(r'"(?:[^"\\]|\\.)*"', "", text) if text.startswith("{") else text
        assert '<script>alert("x")' not in html and "onmouseover=alert(1) \"'" not in html
    policy = moderator.get(f"/tham-van/{made}").headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy


def test_no_download_has_what_is_not_public(site: Flask, portal: sa.Engine) -> None:
    """Exports with private data of participants that anybody could fetch."""
    made = opened(portal)
    send(portal, made, "Nên giữ.", letter=PRIVATE)
    assert not [value for value in PRIVATE.values() if value and value in everything_public(site, made)]
    with portal.connect() as connection:
        row = connection.execute(sa.select(c.consultations)).one()
        lines = list(summary.lines(connection, row))
        records = [*consultation_records(connection), *comment_records(connection)]
    for text in [*map(str, lines), *map(str, records)]:
        assert not [value for value in PRIVATE.values() if value and value in text]


def test_a_link_in_a_letter_works_once_and_for_its_comment_only(portal: sa.Engine) -> None:
    """Signed addresses that could be used again and elsewhere."""
    made = opened(portal)
    sent = send(portal, made, proof=False, letter={"email": "a@mau.example"})
    other = send(portal, made, proof=False, letter={"email": "b@mau.example"})
    for expected in (True, False):
        with portal.begin() as connection:
            assert (comments.confirm(connection, sent.confirm) is not None) is expected
    with portal.connect() as connection:
        t = c.comments.c
        assert connection.scalar(sa.select(t.state).where(t.id == other.comment_id)) == "submitted"


def test_what_is_not_open_is_in_no_list_feed_or_index(site: Flask, portal: sa.Engine) -> None:
    """Embeds and feeds that showed items before they were published."""
    with portal.begin() as connection:
        begun = clock(connection)
        secret: ConsultationContent = content(begun, title="Dự thảo chưa ai được biết")
        made = store.create(connection, OFFICER, MINISTRY, secret, SETTINGS)
        store.write_draft(connection, OFFICER, made, 1, provisions())
        store.submit(connection, OFFICER, made, 2)
        assert not list(consultation_records(connection))
    assert "chưa ai được biết" not in everything_public(site, made)
    for ending in ("", ".ics", "/y-kien", "/gop-y", "/bang-tong-hop.docx"):
        assert Browser(site).get(f"/tham-van/{made}{ending}").status_code == 404


def test_eight_reports_at_once_are_one(portal: sa.Engine) -> None:
    """Races when endorsing: one person counted many times."""
    sent = send(portal, opened(portal))

    def report() -> None:
        with portal.begin() as connection:
            moderation.report(connection, sent.comment_id, "một người", "insult", "")

    threads = [threading.Thread(target=report) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with portal.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(c.comment_reports)) == 1


def test_the_site_fetches_no_address_anybody_typed() -> None:
    """Requests forged through webhooks: the site asks only servers its settings name."""
    may_ask = {"accounts/sign_on.py", "consultations/attachments.py", "mail/smtp.py"}
    clients = {
        "requests",
        "httpx",
        "urllib.request",
        "http.client",
        "socket",
        "smtplib",
        "aiohttp",
        "urllib3",
    }
    folder = Path(webapp.__file__).parent
    asking = set()
    for path in folder.rglob("*.py"):
        for node in statements(ast.parse(path.read_text(encoding="utf-8")).body):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            if clients & set(names):
                asking.add(path.relative_to(folder).as_posix())
    assert asking <= may_ask | {"supervise.py"}


def test_consent_is_given_kept_and_withdrawn(portal: sa.Engine) -> None:
    """Law 91/2025/QH15: consent in words that are kept, withdrawn by the sender alone."""
    sent = send(portal, opened(portal), letter=PRIVATE)
    with portal.begin() as connection:
        kept = connection.execute(sa.select(c.comment_people)).one()
        assert kept.consent_text == "Tôi đồng ý." and kept.consented_at
        row = comments.by_tracking(connection, sent.tracking)
        assert row
        comments.withdraw(connection, row)
        assert connection.execute(sa.select(c.comment_people)).first() is None
        with pytest.raises(Refused):
            comments.withdraw(connection, row)
