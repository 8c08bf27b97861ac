"""`python -m webapp worker`: what is done beside answering requests. Mail, and clearing what has expired."""

from __future__ import annotations

import datetime as dt
import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from schemas.calendar import today
from schemas.database import database_engine
from schemas.people_tables import email_tokens, sessions
from schemas.settings import Settings

from . import clicks, limits
from .audit import now
from .consultations import jobs as consultation_jobs
from .mail import outbox
from .mail.deliver import deliver_due
from .mail.smtp import smtp_sender
from .receipts import log as log_of_receipts
from .receipts.keys import signer_of

log = logging.getLogger(__name__)
#: A used or expired token is of no use; it stays some days for whoever looks into a complaint.
TOKENS_KEPT = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every so many seconds; it must be safe to run twice or to be killed."""

    name: str
    seconds: float
    run: Callable[[Settings, sa.Engine], None]


def send_mail(settings: Settings, database: sa.Engine) -> None:
    """Send what is due, where there is a mail server. Without one it waits."""
    if settings.smtp_url:
        with smtp_sender(settings) as sender:
            deliver_due(database, sender, keep_body=settings.demo)


def clear_expired(_settings: Settings, database: sa.Engine) -> None:
    """Remove sessions, tokens, counts, mails and choices after searches that are over."""
    with database.begin() as connection:
        connection.execute(sessions.delete().where(sessions.c.expires_at < now()))
        connection.execute(email_tokens.delete().where(email_tokens.c.expires_at < now() - TOKENS_KEPT))
        limits.purge(connection)
        clicks.purge(connection, today(now()))
        outbox.purge(connection)


def sign_head(settings: Settings, database: sa.Engine) -> None:
    """Publish a signed head of the receipt log when something was received since the last one."""
    with database.begin() as connection:
        log_of_receipts.sign_head(connection, signer_of(settings), now())


JOBS: tuple[Job, ...] = (
    Job("mail", 2.0, send_mail),
    Job("campaigns", 2.0, consultation_jobs.group),
    Job("counts", 5.0, consultation_jobs.count),
    Job("uploads", 10.0, consultation_jobs.check_files),
    Job("receipt log", 10.0, sign_head),
    Job("clear", 3600.0, clear_expired),
    Job("clear consultations", 3600.0, consultation_jobs.clear),
)


def work(settings: Settings, jobs: tuple[Job, ...] = JOBS, stop: threading.Event | None = None) -> None:
    """Run the jobs until SIGINT or SIGTERM (or `stop`). One that fails is logged and tried again."""
    stop = stop or _stop_on_signals()
    database = database_engine(settings.database)
    due = {job.name: 0.0 for job in jobs}
    while not stop.is_set():
        for job in jobs:
            if time.monotonic() >= due[job.name] and not stop.is_set():
                _run(job, settings, database)
                due[job.name] = time.monotonic() + job.seconds
        stop.wait(max(0.05, min(due.values()) - time.monotonic()))
    database.dispose()


def _run(job: Job, settings: Settings, database: sa.Engine) -> None:
    try:
        job.run(settings, database)
    except Exception:
        # A worker that stopped at the first trouble would leave everything else undone.
        log.exception("job %s failed; it runs again in %s s", job.name, job.seconds)


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop
