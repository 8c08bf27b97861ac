"""One test for each way in which portals of this kind were broken elsewhere."""

from __future__ import annotations

import ast
import base64
import json
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
from schemas.tables import metadata
from tests.test_imports import statements
from tests.webapp.people import Browser, add_person, letters
from tests.webapp.portal import HOSTILE
from webapp.accounts import breach, personal
from webapp.consultations import answers, comments, moderation, sending, store, summary, versions
from webapp.consultations.campaigns import group_waiting
from webapp.consultations.moderation import Decision
from webapp.consultations.rows import clock
from webapp.limits import Limit

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
from .test_sending import Sender, solution

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


def test_letters_of_one_hand_are_one_line_and_counted_apart(site: Flask, portal: sa.Engine) -> None:
    """FCC 2017: 18 of 22 million comments were fake and counted like all others."""
    made = opened(portal)
    text = (
        "Đề nghị giữ thời hạn giải quyết 05 ngày làm việc như dự thảo vì cửa hàng nhỏ không chờ lâu hơn được."
    )
    for number in range(12):
        name = {"name": f"Người {number}", "shows": frozenset({"name"})}
        send(portal, made, f"{text} Gửi từ nhà số {number}.", letter=name)
    own = send(portal, made, "Điều 3 nên nói rõ ai trả lời khi quá hạn.", person=add_person(portal))
    while group_waiting(portal):
        pass
    page = Browser(site).get(f"/tham-van/{made}/y-kien").text
    assert page.count("Đề nghị giữ thời hạn") == 1 and "và 11 góp ý gần giống" in page
    figures = Browser(site).get(f"/api/v1/consultations/{made}").json["figures"]
    assert (figures["verified"], figures["unverified"], figures["public"]) == (1, 12, 13)
    verified = Browser(site).get(f"/tham-van/{made}/y-kien?xac_minh=co").text
    assert own.tracking.lower() in verified and "Đề nghị giữ thời hạn" not in verified


def test_a_crowd_is_told_the_truth_and_loses_nothing(
    site: Flask, portal: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FCC 2017: what was called an attack was a crowd. Whoever sends much waits; nobody is turned away
    unheard, and the words stay."""
    monkeypatch.setattr(sending, "TRUSTED", Limit("crowd-trusted", 2, 3600))
    monkeypatch.setattr(sending, "MOST", Limit("crowd-most", 1, 3600))
    made, office = opened(portal), "198.51.100.7"
    answers = []
    for number in range(4):
        sender = Sender(site)
        sender.client.environ_base["REMOTE_ADDR"] = office
        sender.begin(made, body=f"Ý kiến của người thứ {number} trong phòng.")
        answers.append(sender.send(made))
    assert [answer.status_code for answer in answers] == [303, 303, 303, 429]
    with portal.connect() as connection:
        t = c.comments.c
        assert list(connection.scalars(sa.select(t.state).order_by(t.id))) == [
            "published", "published", "submitted",
        ]  # fmt: skip
    assert "người thứ 3" in answers[3].text and "Góp ý này vẫn được giữ ở đây" in answers[3].text
    assert "người thứ 3" in sender.get(f"/tham-van/{made}/gop-y").text
    elsewhere = Sender(site)
    elsewhere.begin(made, body="Ý kiến từ nơi khác.")
    assert elsewhere.send(made).status_code == 303


@pytest.mark.parametrize("spliced", [False, True], ids=["replayed", "spliced"])
def test_a_proof_of_work_is_good_for_one_comment(site: Flask, portal: sa.Engine, spliced: bool) -> None:
    """Challenges that were solved once and used for thousands, or put together from two."""
    made = opened(portal)
    first, second = Sender(site), Sender(site)
    first.begin(made)
    fields = first.preview(made)
    solved = solution(fields.pop("proof"))
    assert (
        first.post(f"/tham-van/{made}/gop-y/gui", {**fields, "altcha": solved, "consent": "1"}).status_code
        == 303
    )
    second.begin(made)  # the same words
    own = second.preview(made)
    asked = json.loads(own.pop("proof"))
    if spliced:  # the work of the first with the signature of the second
        work = json.loads(base64.b64decode(solved))
        work |= {"signature": asked["signature"], "salt": asked["salt"]}
        solved = base64.b64encode(json.dumps(work).encode()).decode()
    second.post(f"/tham-van/{made}/gop-y/gui", {**own, "altcha": solved, "consent": "1"})
    with portal.connect() as connection:
        t = c.comments.c
        found = connection.execute(sa.select(t.proof, t.state).order_by(t.id)).all()
    assert [tuple(row) for row in found] == [(True, "published"), (False, "submitted")]


def test_people_see_and_delete_what_is_kept_of_them(portal: sa.Engine) -> None:
    """Law 91/2025/QH15: access and deletion, without the words that others have answered going too."""
    person = add_person(portal)
    sent = send(portal, opened(portal), "Nên giữ.", person=person, letter=PRIVATE)
    with portal.begin() as connection:
        copy = str(personal.export(connection, person.id))
        assert all(value in copy for value in PRIVATE.values())
        personal.erase(connection, person)
        row = comments.by_tracking(connection, sent.tracking)
        assert row and row.body == "Nên giữ." and row.account_id is None
        for table in metadata.sorted_tables:
            held = str([tuple(one) for one in connection.execute(sa.select(table))])
            assert not [value for value in PRIVATE.values() if value in held], table.name


def test_a_leak_can_be_told_in_time(portal: sa.Engine, tmp_path: Path) -> None:
    """Law 91/2025/QH15: notice within 72 hours, of every table that holds personal data."""
    send(portal, made := opened(portal), letter=PRIVATE)
    send(portal, made, "Khác.", letter={**PRIVATE, "email": "KIN@mau.example"})
    letter = tmp_path / "letter.txt"
    letter.write_text("Dữ liệu của bạn có thể đã bị lộ\n\nHãy đổi mật khẩu.", encoding="utf-8")
    told = breach.report(portal, breach.instant("2026-11-28T09:30"), letter)
    assert "before 2026-12-01T09:30+07:00" in told
    assert "senders of comments: 2 (name 2, organisation 0, email 2, phone 2, place 2)" in told
    assert [row.recipient for row in letters(portal)] == ["kin@mau.example"]
    assert "letters put into the outbox: 1" in told
    for text in ("hôm qua", "2026-13-01"):
        with pytest.raises(breach.BadNotice):
            breach.instant(text)
    with pytest.raises(breach.BadNotice), portal.begin():
        letter.write_text("Chỉ có tiêu đề", encoding="utf-8")
        breach.report(portal, breach.instant("2026-11-28T09:30"), letter)
    # A table that gets a column for a person's name, address or number has to be counted.
    words = {"email", "phone", "address", "contact", "recipient", "browser"}
    known = {table.name for _kind, table, _columns, _email in breach.HOLDINGS}
    passing = {"email_tokens", "mail_outbox"}  # letters and links on their way, to the same addresses
    assert {t.name for t in metadata.sorted_tables if words & set(t.c.keys())} <= known | passing


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
