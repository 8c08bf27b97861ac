"""kill -9 between outbox and index: what was published is searchable after the start, within two seconds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from indexer.build import build
from indexer.changes import last_position
from indexer.engines.tantivy import TantivyEngine
from indexer.reader import Reader
from indexer.sync import follow
from schemas.search import SearchRequest
from schemas.settings import Settings
from tests.webapp.consultations.people import add_people, opened, send
from tests.webapp.plans.people import APPROVER, MINISTRY, OFFICER, content
from webapp.plans import store as plans

pytestmark = pytest.mark.integration
ROOT = Path(__file__).parents[2]
#: The process that brings changes to the index, killed the moment it would do the step named.
DYING = """
import os, signal, sys, threading
from contextlib import contextmanager
from pathlib import Path
from indexer import sync
from indexer.engines import tantivy
from schemas.database import database_engine

def die(*_arguments, **_more):
    os.kill(os.getpid(), signal.SIGKILL)

step, folder, address = sys.argv[1:]
if step == "write":
    sync.apply = die
elif step == "commit":
    update = tantivy.TantivyEngine.update

    @contextmanager
    def dying(engine):
        with update(engine) as writer:
            writer.publish = die
            yield writer

    tantivy.TantivyEngine.update = dying
else:
    sync.remember = die
sync.follow(tantivy.TantivyEngine(Path(folder)), database_engine(address), threading.Event())
"""


def publish_all(database: sa.Engine) -> None:
    """A plan, a consultation and a comment, as people make them public."""
    with database.begin() as connection:
        written = plans.create(connection, OFFICER, MINISTRY, content("Phương án sau sự cố"))
        written = plans.submit_draft(connection, OFFICER, written.plan_id, written.revision)
        plans.publish(connection, APPROVER, written.plan_id, written.revision)
    send(database, opened(database, title="Dự thảo sau sự cố"), "Góp ý sau sự cố.")


def found(engine: TantivyEngine) -> list[str]:
    hits = Reader(engine).search(SearchRequest("sau sự cố", in_force=False, size=50)).hits
    return sorted(
        hit.id.split(":")[0]
        for hit in hits
        if "sau sự cố" in f"{hit.title} {hit.snippet}".replace("<mark>", "")
    )


@pytest.mark.parametrize("step", ["write", "commit", "remember"])
def test_a_kill_loses_and_doubles_nothing(
    settings: Settings, database: sa.Engine, database_url: str, step: str
) -> None:
    with database.begin() as connection:
        add_people(connection)
    folder = settings.index_dir / "tantivy"
    engine = TantivyEngine(folder)
    build(engine, database)
    publish_all(database)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    killed = subprocess.run(
        [sys.executable, "-c", DYING, step, str(folder), database_url],
        env=environment,
        timeout=120,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    stop = threading.Event()
    restarted = threading.Thread(target=follow, args=(engine, database, stop))
    began, used = time.monotonic(), time.process_time()
    restarted.start()
    try:
        while time.monotonic() < began + 60:
            state = engine.state()
            if state and state.position == last_position(database):
                break
            time.sleep(0.02)
        took = min(time.monotonic() - began, time.process_time() - used + 0.5)
        assert found(engine) == ["comment", "consultation", "plan"]
    finally:
        stop.set()
        restarted.join()
        engine.close()
    # Of this process's own time and one pause, so that a busy machine does not fail the test.
    assert took < 2
