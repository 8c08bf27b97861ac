"""Sending what is due."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import sqlalchemy as sa

from . import outbox
from .smtp import MailRefused, Sender

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one round did."""

    sent: int = 0
    failed: int = 0


def deliver_due(database: sa.Engine, send: Sender, *, keep_body: bool = False, most: int = 500) -> Delivery:
    """Send every message that is due, at most `most`; a refused one waits longer each time."""
    sent = failed = 0
    for _ in range(most):
        message = outbox.claim(database)
        if message is None:
            break
        try:
            send(message)
        except MailRefused as error:
            log.warning("mail %s was not taken (attempt %s): %s", message.id, message.attempts, error)
            outbox.mark_failed(database, message, str(error), for_good=error.for_good)
            failed += 1
        else:
            outbox.mark_sent(database, message, keep_body=keep_body)
            sent += 1
    return Delivery(sent, failed)
