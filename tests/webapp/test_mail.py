"""The outbox: sent once, tried again, never lost, never half."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from aiosmtpd.controller import Controller

from schemas.errors import SettingsError
from schemas.people_tables import mail_outbox
from schemas.settings import Settings, load_settings
from tests.services.postgresql import free_port
from tests.webapp.people import Browser
from tests.webapp.portal import ScriptedReader
from webapp import create_app
from webapp.mail import outbox
from webapp.mail.deliver import deliver_due
from webapp.mail.smtp import MailRefused, compose
from webapp.worker import JOBS, send_mail, work

LINK = "https://portal.example/x?ma=" + "a" * 120
START = dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC)


class Server:
    """What a mail server took; `answers` are its next replies to DATA."""

    def __init__(self) -> None:
        self.url = ""
        self.taken: list[EmailMessage] = []
        self.answers: list[str] = []
        self.refused: set[str] = set()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refused:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = self.answers.pop(0) if self.answers else "250 ok"
        if answer.startswith("250"):
            self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return answer


@pytest.fixture
def server() -> Iterator[Server]:
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    handler.url = f"smtp://127.0.0.1:{controller.port}"
    yield handler
    controller.stop()


def post(
    database: sa.Engine, recipient: str = "an@thu.example", subject: str = "Thử", body: str = "A"
) -> int:
    with database.begin() as connection:
        return outbox.post(connection, recipient, subject, body, kind="test")


def row(database: sa.Engine, number: int) -> Any:
    with database.connect() as connection:
        return connection.execute(sa.select(mail_outbox).where(mail_outbox.c.id == number)).one()


def with_server(settings: Settings, server: Server) -> Settings:
    values = {"smtp_url": server.url, "mail_from": "Cổng quy định <cong@portal.example>"}
    return settings.model_copy(update=values)


@pytest.mark.integration
def test_a_message_arrives_as_written(settings: Settings, database: sa.Engine, server: Server) -> None:
    number = post(database, subject="Đặt lại mật khẩu", body=f"Mở đường dẫn:\n\n{LINK}")
    send_mail(with_server(settings, server), database)
    (mail,) = server.taken
    assert mail["Subject"] == "Đặt lại mật khẩu"
    assert mail["From"] == "Cổng quy định <cong@portal.example>"
    assert mail["To"] == "an@thu.example"
    assert mail["Message-ID"] == row(database, number).message_id
    assert LINK in mail.get_content()
    sent = row(database, number)
    assert (sent.state, sent.attempts, sent.body) == ("sent", 1, "")  # links open doors: the text is gone


@pytest.mark.integration
def test_many_go_once_each(settings: Settings, database: sa.Engine, server: Server) -> None:
    for number in range(30):
        post(database, f"a{number}@thu.example")
    send_mail(with_server(settings, server), database)
    send_mail(with_server(settings, server), database)
    assert sorted(mail["To"] for mail in server.taken) == sorted(f"a{n}@thu.example" for n in range(30))


@pytest.mark.integration
def test_a_busy_server_is_asked_again_later_and_later(
    settings: Settings, database: sa.Engine, server: Server
) -> None:
    own = with_server(settings, server)
    with time_machine.travel(START, tick=False) as clock:
        number = post(database)
        server.answers = ["451 later"] * 3
        waits = []
        for _ in range(3):
            send_mail(own, database)
            kept = row(database, number)
            assert kept.state == "waiting"
            assert "451" in kept.problem
            due = kept.due_at.replace(tzinfo=dt.UTC)
            waits.append((due - dt.datetime.now(dt.UTC)).total_seconds())
            send_mail(own, database)  # not before its time
            assert row(database, number).attempts == len(waits)
            clock.move_to(due)
        send_mail(own, database)
    assert waits == [60, 120, 240]
    assert row(database, number).state == "sent"
    assert len(server.taken) == 1


@pytest.mark.integration
def test_a_refusal_for_good_is_final(settings: Settings, database: sa.Engine, server: Server) -> None:
    server.refused = {"nobody@thu.example"}
    number = post(database, "nobody@thu.example")
    other = post(database)
    send_mail(with_server(settings, server), database)
    assert (row(database, number).state, row(database, number).body) == ("failed", "")
    assert "550" in row(database, number).problem
    assert row(database, other).state == "sent"  # one refusal holds up nobody else


def test_it_is_given_up_after_a_day(database: sa.Engine) -> None:
    def refuse(message: outbox.Message) -> None:
        raise MailRefused("no", for_good=False)

    with time_machine.travel(START, tick=False) as clock:
        number = post(database)
        for _ in range(40):
            deliver_due(database, refuse)
            clock.move_to(dt.datetime.now(dt.UTC) + outbox.LONGEST_WAIT)
    assert row(database, number).state == "failed"
    assert row(database, number).attempts == outbox.MOST_ATTEMPTS
    total = sum((outbox.wait(n) for n in range(1, outbox.MOST_ATTEMPTS)), dt.timedelta())
    assert dt.timedelta(days=1) < total < dt.timedelta(days=2)


@pytest.mark.integration
def test_a_server_that_is_down(settings: Settings, database: sa.Engine) -> None:
    number = post(database)
    send_mail(settings.model_copy(update={"smtp_url": "smtp://127.0.0.1:1"}), database)
    assert row(database, number).state == "waiting"


def test_without_a_server_mail_waits(settings: Settings, database: sa.Engine) -> None:
    number = post(database)
    send_mail(settings, database)
    assert (row(database, number).state, row(database, number).attempts) == ("waiting", 0)


@pytest.mark.integration
def test_a_worker_that_died_while_sending(settings: Settings, database: sa.Engine, server: Server) -> None:
    """Its message goes again after the lease, under the same Message-ID; its late word changes nothing."""
    with time_machine.travel(START, tick=False) as clock:
        number = post(database)
        dead = outbox.claim(database)
        assert dead is not None
        assert outbox.claim(database) is None
        clock.move_to(START + outbox.LEASE)
        send_mail(with_server(settings, server), database)
        outbox.mark_failed(database, dead, "from beyond", for_good=True)
    assert row(database, number).state == "sent"
    assert server.taken[0]["Message-ID"] == dead.message_id


def test_two_workers_never_send_the_same(database: sa.Engine) -> None:
    for number in range(40):
        post(database, f"a{number}@thu.example")
    sent: list[str] = []

    def run() -> None:
        deliver_due(database, lambda message: sent.append(message.recipient))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent) == sorted(f"a{n}@thu.example" for n in range(40))


def test_a_change_that_is_undone_takes_its_letter_with_it(database: sa.Engine) -> None:
    with pytest.raises(ZeroDivisionError), database.begin() as connection:
        outbox.post(connection, "an@thu.example", "Thử", "Chào.", kind="test")
        raise ZeroDivisionError
    assert outbox.claim(database) is None


def test_void_letters_never_leave(database: sa.Engine) -> None:
    with database.begin() as connection:
        number = outbox.post(connection, "an@thu.example", "Thử", "Chào.", kind="test", void=True)
    assert outbox.claim(database) is None
    assert row(database, number).body == ""


@pytest.mark.parametrize("subject", ["Thử\r\nBcc: ai-do@thu.example", "Thử\nX: y", "a" * 500])
def test_no_header_is_smuggled_in(database: sa.Engine, subject: str) -> None:
    post(database, subject=subject)
    message = outbox.claim(database)
    assert message is not None
    mail = compose("cong@portal.example", message)
    assert mail["Bcc"] is None
    assert len(mail["Subject"]) <= 200
    assert "\n" not in mail["Subject"]


def test_old_ones_are_cleared(database: sa.Engine) -> None:
    with time_machine.travel(START, tick=False):
        old = post(database)
        deliver_due(database, lambda message: None)
        waiting = post(database)
    with time_machine.travel(START + dt.timedelta(days=31), tick=False), database.begin() as connection:
        assert outbox.purge(connection) == 1
    assert row(database, waiting).state == "waiting"
    with pytest.raises(sa.exc.NoResultFound):
        row(database, old)


def test_the_worker_goes_on_after_a_failure(settings: Settings, database: sa.Engine) -> None:
    stop, ran = threading.Event(), []

    def fail(_settings: Settings, _database: sa.Engine) -> None:
        ran.append("failed")
        raise RuntimeError("on purpose")

    def succeed(_settings: Settings, _database: sa.Engine) -> None:
        ran.append("ran")
        if len(ran) > 5:
            stop.set()

    job = type(JOBS[0])
    work(settings, (job("bad", 0.01, fail), job("good", 0.01, succeed)), stop)
    assert {"failed", "ran"} == set(ran)


def test_the_mailbox_of_a_demo(settings: Settings, database: sa.Engine) -> None:
    with database.begin() as connection:
        number = outbox.post(
            connection,
            "an@thu.example",
            "<b>Thử</b>",
            "Mở http://localhost/x?ma=1&b=2\n<script>",
            kind="test",
        )
        void = outbox.post(connection, "b@thu.example", "Trống", "", kind="test", void=True)
    demo = Browser(create_app(settings.model_copy(update={"demo": True}), ScriptedReader()))
    listed = demo.get("/tai-khoan/hop-thu").text
    assert "&lt;b&gt;Thử&lt;/b&gt;" in listed
    assert "Trống" not in listed
    mail = demo.get(f"/tai-khoan/hop-thu/{number}").text
    assert '<a href="http://localhost/x?ma=1&amp;b=2">' in mail
    assert "<script>" not in mail.split("<main")[1]
    assert demo.get(f"/tai-khoan/hop-thu/{void}").status_code == 404
    real = Browser(create_app(settings, ScriptedReader()))
    for path in ("/tai-khoan/hop-thu", f"/tai-khoan/hop-thu/{number}"):
        assert real.get(path).status_code == 404


@pytest.mark.parametrize("value", ["mail.example", "http://mail.example", "smtp://"])
def test_a_wrong_mail_server_stops_the_start(value: str) -> None:
    with pytest.raises(SettingsError, match="QUYDINH_SMTP_URL"):
        load_settings(smtp_url=value)
