"""`python -m webapp serve | run | worker | create-admin`."""

from __future__ import annotations

import argparse
import sys

from schemas.database import database_engine
from schemas.errors import QuydinhError
from schemas.migrations import upgrade
from schemas.settings import load_settings

from .accounts.first_administrator import create_administrator
from .logs import configure
from .plans import ministries
from .server import serve
from .supervise import run
from .worker import work


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
    options = parser.parse_args(arguments)
    try:
        settings = load_settings()
        configure(settings)
        if settings.database.startswith("sqlite"):
            settings.data_dir.mkdir(parents=True, exist_ok=True)
        engine = database_engine(settings.database)
        upgrade(engine)
        ministries.ensure(engine)
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


if __name__ == "__main__":
    sys.exit(main())
