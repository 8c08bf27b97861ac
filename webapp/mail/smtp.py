"""Handing a message to the mail server named in the settings."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Protocol
from urllib.parse import unquote, urlsplit

from schemas.errors import QuydinhError
from schemas.settings import Settings

from .outbox import Message

TIMEOUT_SECONDS = 30.0
#: Refusals of our own credentials: the server may take the message once they are right.
OUR_FAULT = (530, 534, 535)


class MailRefused(QuydinhError):
    """The server will not take this message; `for_good`: not later either."""

    def __init__(self, reason: str, *, for_good: bool) -> None:
        super().__init__(reason)
        self.for_good = for_good


class Sender(Protocol):
    """Hands over one message; raises MailRefused."""

    def __call__(self, message: Message) -> None: ...


@contextlib.contextmanager
def smtp_sender(settings: Settings) -> Iterator[Sender]:
    """A sender over one connection, opened at the first message. Raises MailRefused when there is none."""
    server: list[smtplib.SMTP] = []

    def send(message: Message) -> None:
        try:
            if not server:
                server.append(_connect(settings.smtp_url))
            server[0].send_message(compose(settings.mail_from, message))
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            raise MailRefused(f"{code} {_text(said)}", for_good=code >= 500) from error
        except smtplib.SMTPResponseException as error:
            for_good = error.smtp_code >= 500 and error.smtp_code not in OUR_FAULT
            raise MailRefused(f"{error.smtp_code} {_text(error.smtp_error)}", for_good=for_good) from error
        except (OSError, smtplib.SMTPException) as error:
            _close(server)
            raise MailRefused(f"{type(error).__name__}: {error}", for_good=False) from error

    try:
        yield send
    finally:
        _close(server)


def compose(sender: str, message: Message) -> EmailMessage:
    """The mail as it travels: plain text, the outbox's own Message-ID."""
    name, address = parseaddr(sender)
    mail = EmailMessage()
    mail["From"] = Address(display_name=name, addr_spec=address)
    mail["To"] = message.recipient
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = message.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.body)
    return mail


def _connect(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "smtps":
        context = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
        if parts.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server


def _close(server: list[smtplib.SMTP]) -> None:
    while server:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            server.pop().quit()


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
