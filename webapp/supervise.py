"""`make run`: prepares what is missing, then keeps site and index synchronisation running together.

It starts the other stages as processes of their own and knows nothing of their insides. The site and the
worker are forked, not started anew: that spares two seconds of imports at each start.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

import sqlalchemy as sa

from schemas import tables
from schemas.calendar import today
from schemas.database import database_engine
from schemas.errors import QuydinhError
from schemas.settings import Settings, load_settings, make_data_dir

from .accounts import samples
from .audit import now
from .consultations import samples as consultation_samples
from .petitions import samples as petition_samples
from .plans import samples as plan_samples
from .server import serve
from .worker import work
from .working_days import vietnam

log = logging.getLogger(__name__)

#: What a supervised process does: a command line, or a function whose modules are loaded already.
Task = Sequence[str] | Callable[[], object]

SAMPLES = Path(__file__).parent.parent / "samples" / "archive"
SAMPLE_SOURCES = ("vbpl", "dichvucong")
#: A process that ends sooner than this after its start is not started again at once.
STABLE_SECONDS = 10.0
STOP_SECONDS = 20.0


def run(settings: Settings, host: str, port: int) -> int:
    """Serve until SIGINT or SIGTERM. Fills an empty database with the sample portal and builds a missing
    index first. Returns the exit status; raises QuydinhError when a preparing step fails."""
    make_data_dir(settings)
    prepare(settings)
    if holds_only_samples(settings):
        # A demo: the sample people may sign in, mail is shown on a page. The processes below read it.
        os.environ["QUYDINH_DEMO"] = "1"
        load_samples(settings)
    return Supervisor(
        {
            "site": lambda: serve(load_settings(), host, port),
            "sync": python("indexer", "sync", "--follow"),
            "worker": lambda: work(load_settings()),
        }
    ).run()


def prepare(settings: Settings) -> None:
    """Sample portal into an empty database; an index generation where there is none."""
    if is_empty(settings) and SAMPLES.is_dir():
        print("The database is empty: loading the sample portal …", flush=True)
        step(python("crawler", "parse", *SAMPLE_SOURCES, "--archive", str(SAMPLES)))
    if not has_index(settings):
        print("Building the search index …", flush=True)
        step(python("indexer", "build"))


def is_empty(settings: Settings) -> bool:
    """True when no document and no procedure was ever stored."""
    engine = database_engine(settings.database)
    try:
        with engine.connect() as connection:
            return not any(
                connection.execute(sa.select(table.c.id).limit(1)).first()
                for table in (tables.documents, tables.procedures)
            )
    finally:
        engine.dispose()


def holds_only_samples(settings: Settings) -> bool:
    """True for the sample portal alone; one real record makes it a real portal, without sample accounts."""
    engine = database_engine(settings.database)
    try:
        with engine.connect() as connection:
            found = {
                row.sample
                for table in (tables.documents, tables.procedures)
                for row in connection.execute(sa.select(table.c.sample).distinct())
            }
        return found == {True}
    finally:
        engine.dispose()


def load_samples(settings: Settings) -> None:
    """The sample people, then what they wrote; what is there already stays."""
    engine = database_engine(settings.database)
    try:
        with engine.begin() as connection:
            samples.load(connection)
            plan_samples.load(connection, SAMPLES.parent, today(now()), vietnam())
        petition_samples.load(engine, settings, SAMPLES.parent / "petitions.toml")
        consultation_samples.load(engine, settings, SAMPLES.parent / "consultations")
    finally:
        engine.dispose()


def has_index(settings: Settings) -> bool:
    """True when the indexer says that it published a generation, and an embedded engine's folder is there.

    Read from the database: asking `indexer status` would cost a start of Python, a second of the site's own.
    """
    folder = settings.index_dir / settings.search_engine
    if settings.search_engine != "elasticsearch" and not folder.is_dir():
        return False
    state = tables.index_state.c
    engine = database_engine(settings.database)
    try:
        with engine.connect() as connection:
            published = sa.select(state.generation).where(state.engine == settings.search_engine)
            return connection.execute(published).first() is not None
    finally:
        engine.dispose()


def python(stage: str, *arguments: str) -> list[str]:
    """The command line of a stage."""
    return [sys.executable, "-m", stage, *arguments]


def step(command: Sequence[str]) -> None:
    """Run to the end; raises QuydinhError if it fails."""
    status = subprocess.run(command, check=False).returncode
    if status:
        raise QuydinhError(
            f"`{' '.join(command[1:])}` failed with exit status {status}; its messages are above"
        )


class Supervisor:
    """Keeps named processes running: one that ends is started again, all stop together."""

    def __init__(self, tasks: Mapping[str, Task]) -> None:
        self.tasks = tasks
        self.processes: dict[str, BaseProcess] = {}
        self.started: dict[str, float] = {}
        self.stopping = False

    def run(self) -> int:
        for number in _SIGNALS:
            signal.signal(number, self._stop)
        for name in self.tasks:
            self._start(name)
        while not self.stopping:
            time.sleep(0.2)
            for name, process in self.processes.items():
                status = process.exitcode
                if status is None or self.stopping:
                    continue
                if time.monotonic() - self.started[name] < STABLE_SECONDS:
                    log.error("%s ended with status %s soon after its start; stopping", name, status)
                    self._end()
                    return 1
                log.warning("%s ended with status %s; starting it again", name, status)
                self._start(name)
        self._end()
        return 0

    def _start(self, name: str) -> None:
        process = _FORK.Process(target=_become, args=(self.tasks[name],), name=name)
        process.start()
        self.processes[name] = process
        self.started[name] = time.monotonic()

    def _stop(self, _number: int, _frame: object) -> None:
        self.stopping = True

    def _end(self) -> None:
        for process in self.processes.values():
            process.terminate()
        end = time.monotonic() + STOP_SECONDS
        for process in self.processes.values():
            process.join(max(0.1, end - time.monotonic()))
            if process.exitcode is None:
                process.kill()
                process.join()


_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# No threads run in the supervisor, so that a fork is safe.
_FORK = multiprocessing.get_context("fork")


def _become(task: Task) -> None:
    """In the forked child: do the task, then end."""
    os.setsid()  # Ctrl-C reaches only the supervisor, which then stops the others in order
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    if callable(task):
        sys.exit(task())  # type: ignore[arg-type]
    os.execve(task[0], list(task), {**os.environ, "PYTHONUNBUFFERED": "1"})
