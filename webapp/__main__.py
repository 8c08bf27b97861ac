"""`python -m webapp serve | run | worker | create-admin | verify-receipt | verify-log | …`."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path

import sqlalchemy as sa

from schemas.database import database_engine
from schemas.errors import QuydinhError
from schemas.migrations import upgrade
from schemas.settings import Settings, load_settings, make_data_dir, unknown_variables

from .accounts import breach
from .accounts.first_administrator import create_administrator
from .logs import configure
from .plans import ministries
from .receipts import commands as receipts
from .receipts.keys import publish, signer_of
from .server import serve
from .supervise import run
from .worker import work

log = logging.getLogger("webapp")


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m webapp", description="The portal's site.")
    commands = parser.add_subparsers(dest="command", required=True)
    serving = commands.add_parser("serve", help="serve the site")
    running = commands.add_parser("run", help="fill what is empty, then serve and keep the index current")
    for command in (serving, running):
        command.add_argument("--host", default="127.0.0.1", help="address to listen on")
        command.add_argument("--port", type=int, default=8000, help="port to listen on")
    commands.add_parser("worker", help="send mail and do the jobs beside answering requests")
    administrator = commands.add_parser("create-admin", help="make somebody national administrator")
    administrator.add_argument("email", help="address to sign in with")
    administrator.add_argument("--name", default="", help="name shown in the audit trail")
    checking = commands.add_parser("verify-receipt", help="check a receipt, without and with the database")
    checking.add_argument("file", type=Path, help="the receipt as it was downloaded")
    checking.add_argument("--keys", type=Path, help="a saved answer of /api/v1/log: the public keys to trust")
    commands.add_parser("verify-log", help="recompute the whole receipt log and name what is wrong")
    commands.add_parser("rotate-receipt-key", help="sign with a new key from now on")
    erasing = commands.add_parser(
        "erase-comment", help="delete the words and the sender of a comment for good"
    )
    erasing.add_argument("tracking", help="its tracking number")
    erasing.add_argument("--basis", required=True, help="why: a request, a decision, an article of the law")
    leaked = commands.add_parser(
        "breach",
        help="what a notice about a leak of personal data has to say, and letters to those concerned",
    )
    leaked.add_argument("--found", required=True, help="when it was found, for example 2026-11-28T09:30")
    leaked.add_argument("--letter", type=Path, help="text to mail to every address held; first line: subject")
    options = parser.parse_args(arguments)
    try:
        settings = load_settings()
        configure(settings)
        for sentence in unknown_variables(os.environ):
            log.warning(sentence)
        if options.command == "verify-receipt" and not _has_database(settings):
            return receipts.print_receipt(None, options.file, options.keys)
        if settings.database.startswith("sqlite"):
            make_data_dir(settings)
        engine = database_engine(settings.database)
        upgrade(engine)
        ministries.ensure(engine)
        if options.command not in ("verify-receipt", "verify-log"):
            with engine.begin() as connection:
                publish(connection, signer_of(settings))
        if (status := _receipts(options, settings, engine)) is not None:
            return status
        if options.command == "breach":
            print(breach.report(engine, breach.instant(options.found), options.letter))
            return 0
        engine.dispose()
        if options.command == "worker":
            work(settings)
            return 0
        if options.command == "create-admin":
            print(create_administrator(settings, options.email, options.name))
            return 0
        if options.command == "run":
            return run(settings, options.host, options.port)
        serve(settings, options.host, options.port)
    except QuydinhError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _has_database(settings: Settings) -> bool:
    """Whether there is one to ask: a receipt can be checked without."""
    path = settings.database.removeprefix("sqlite:///")
    return not settings.database.startswith("sqlite:///") or Path(path).exists()


def _receipts(options: argparse.Namespace, settings: Settings, engine: sa.Engine) -> int | None:
    """Run a command of the receipt log; None for any other."""
    if options.command == "verify-receipt":
        return receipts.print_receipt(engine, options.file, options.keys)
    if options.command == "verify-log":
        return receipts.print_log(engine)
    if options.command == "rotate-receipt-key":
        return receipts.print_rotation(settings, engine)
    if options.command == "erase-comment":
        return receipts.print_erasure(engine, options.tracking, options.basis)
    return None


if __name__ == "__main__":
    sys.exit(main())
