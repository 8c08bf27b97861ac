"""The ministry's own papers, clamd, and what senders with an account can do about their data."""

from __future__ import annotations

import io
import json
import socket
import struct
import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from schemas import consultation_tables as c
from schemas.people import Grant, Role
from schemas.people_tables import metadata
from schemas.settings import Settings
from tests.webapp.people import Browser, add_person
from webapp.accounts import personal
from webapp.consultations import attachments, own_comments

from .people import MINISTRY, opened, send

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
EICAR = b"%PDF-1.7 X5O!P%@AP[4 this stands for a virus"


def desk(site: Flask, portal: sa.Engine, *roles: Role) -> Browser:
    return Browser(site, add_person(portal, *(Grant(role, MINISTRY) for role in roles)))


def state_of(portal: sa.Engine, number: int) -> tuple[str, str]:
    with portal.connect() as connection:
        a = c.attachments.c
        row = connection.execute(sa.select(a.state, a.verdict).where(a.id == number)).one()
    return row.state, row.verdict


def test_a_paper_is_public_when_a_second_person_says_so(site: Flask, portal: sa.Engine) -> None:
    made = opened(portal)
    both = desk(site, portal, Role.OFFICER, Role.APPROVER)
    approver, reader = desk(site, portal, Role.APPROVER), Browser(site)
    base = f"/quan-tri/tham-van/{made}"
    sent = both.post(f"{base}/tai-lieu", {"file": (io.BytesIO(PDF), "Tờ trình.pdf")})
    assert sent.status_code == 303
    with portal.connect() as connection:
        number = connection.scalar(sa.select(c.attachments.c.id))
    public, own = f"/tham-van/{made}/tep/{number}", f"{base}/tai-lieu/{number}"
    assert reader.get(public).status_code == 404 and "Tờ trình" not in reader.get(f"/tham-van/{made}").text
    assert both.post(own, {"viec": "cong-bo"}).status_code == 403  # never by who uploaded it
    assert approver.get(own).data == PDF
    assert approver.post(own, {"viec": "cong-bo"}).status_code == 303
    assert "Tờ trình.pdf" in reader.get(f"/tham-van/{made}").text
    answer = reader.get(public)
    assert answer.data == PDF and "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    described = reader.get(f"/api/v1/consultations/{made}").json
    assert described and described["papers"][0]["url"] == public
    assert both.post(own, {"viec": "go"}).status_code == 303
    assert reader.get(public).status_code == 404


@pytest.mark.parametrize("data", [b"", b"MZ\x90\x00", b"<html>"])
def test_what_is_no_paper_is_said_so(site: Flask, portal: sa.Engine, data: bytes) -> None:
    officer, made = desk(site, portal, Role.OFFICER), opened(portal)
    answer = officer.post(f"/quan-tri/tham-van/{made}/tai-lieu", {"file": (io.BytesIO(data), "a.pdf")})
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    with portal.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(c.attachments)) == 0


@pytest.fixture
def clamd() -> Iterator[str]:
    """Something that speaks clamd's INSTREAM: it finds what EICAR holds."""
    listener = socket.create_server(("127.0.0.1", 0))
    stopped = threading.Event()

    def serve() -> None:
        while not stopped.is_set():
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                data = b""
                while (size := struct.unpack(">I", stream.read(4))[0]) > 0:
                    data += stream.read(size)
                found = b"stream: Eicar-Test-Signature FOUND\0" if b"virus" in data else b"stream: OK\0"
                connection.sendall(found)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"127.0.0.1:{listener.getsockname()[1]}"
    stopped.set()
    listener.shutdown(socket.SHUT_RDWR)  # closing alone would leave the thread in accept()
    listener.close()
    thread.join(5)


@pytest.mark.integration
def test_clamd_lets_clean_files_out_and_keeps_the_others(
    portal: sa.Engine, settings: Settings, clamd: str
) -> None:
    checked = settings.model_copy(update={"clamav": clamd})
    made = opened(portal)
    with portal.begin() as connection:
        files = [
            attachments.keep(connection, checked, made, data, "a.pdf", submission)
            for data, submission in ((PDF * 5000, "s1"), (EICAR, "s2"), (PDF, None))
        ]
    assert attachments.check_waiting(checked, portal) == 3
    assert [state_of(portal, number) for number in files] == [
        ("clean", "ClamAV: OK"),
        ("refused", "ClamAV: Eicar-Test-Signature"),
        ("quarantined", "ClamAV: OK"),  # a paper waits for the person who makes it public
    ]
    assert attachments.check_waiting(checked, portal) == 0


@pytest.mark.integration
def test_without_its_clamd_files_stay_where_they_are(portal: sa.Engine, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        address = f"127.0.0.1:{unused.getsockname()[1]}"
    checked = settings.model_copy(update={"clamav": address})
    made = opened(portal)
    with portal.begin() as connection:
        number = attachments.keep(connection, checked, made, PDF, "a.pdf", "s")
    with pytest.raises(OSError):
        attachments.check_waiting(checked, portal)
    assert state_of(portal, number) == ("quarantined", "")


# ---------------------------------------------------------------- own data


def test_own_comments_are_listed_taken_back_and_made_nameless(site: Flask, portal: sa.Engine) -> None:
    made, person, other = opened(portal), add_person(portal), add_person(portal)
    details = {
        "name": "Nguyễn Thử",
        "email": "thu@mau.example",
        "phone": "0900",
        "shows": frozenset({"name"}),
    }
    first = send(portal, made, "Giữ Điều 2.", person=person, letter=details)
    second = send(portal, made, "Bỏ Điều 3.", person=person, letter=details)
    mine, theirs = Browser(site, person), Browser(site, other)
    page = mine.get("/tai-khoan/gop-y").text
    assert first.tracking in page and second.tracking in page and "cổng giữ: tên, e-mail, điện thoại" in page
    assert first.tracking not in theirs.get("/tai-khoan/gop-y").text
    assert theirs.post(f"/tai-khoan/gop-y/{first.comment_id}", {"viec": "rut"}).status_code == 404
    assert mine.post(f"/tai-khoan/gop-y/{first.comment_id}", {"viec": "rut"}).status_code == 303
    assert mine.post(f"/tai-khoan/gop-y/{second.comment_id}", {"viec": "quen"}).status_code == 303
    public = Browser(site).get(f"/tham-van/{made}/y-kien").text
    assert "Giữ Điều 2." not in public and "Bỏ Điều 3." in public and "Nguyễn Thử" not in public
    with portal.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(c.comment_people)) == 0
    assert second.tracking not in mine.get("/tai-khoan/gop-y").text


def test_a_copy_has_everything_and_a_deleted_account_leaves_no_name(portal: sa.Engine) -> None:
    made, person = opened(portal), add_person(portal)
    details = {"name": "Nguyễn Thử", "email": "thu@mau.example"}
    send(portal, made, "Giữ Điều 2.", person=person, letter=details)
    with portal.begin() as connection:
        copy = json.loads(json.dumps(personal.export(connection, person.id)))
        (own,) = copy["comments"]
        assert own["body"] == "Giữ Điều 2." and own["sender_data"]["email"] == "thu@mau.example"
        personal.erase(connection, person)
    with portal.connect() as connection:
        (row,) = connection.execute(sa.select(c.comments)).all()
        assert (row.account_id, row.sender, row.body) == (None, "individual", "Giữ Điều 2.")
        assert connection.scalar(sa.select(sa.func.count()).select_from(c.comment_people)) == 0


def test_every_table_that_knows_an_account_is_exported_and_erased() -> None:
    """Who adds a table with `account_id` says here what a copy and a deletion do with it."""
    known = {"identities", "role_grants", "sessions", "email_tokens", "mail_outbox", "comments"}
    assert {t.name for t in metadata.tables.values() if "account_id" in t.c} == known
    assert own_comments.export in personal.EXPORTS and own_comments.erase in personal.ERASURES
