"""The supervisor of `make run`: what it prepares, that all processes live and die together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from schemas import tables
from schemas.errors import QuydinhError
from schemas.settings import Settings
from webapp import supervise

ROOT = Path(__file__).parent.parent.parent


def wait_for(condition: object, seconds: float = 90) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"


@pytest.mark.integration
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_all_processes_stop_together(tmp_path: Path, number: signal.Signals) -> None:
    sleeper = [
        sys.executable,
        "-c",
        "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(60)",
    ]
    files = [tmp_path / "one", tmp_path / "two"]
    code = textwrap.dedent(f"""
        import sys
        from webapp.supervise import Supervisor
        sys.exit(Supervisor({{f: {sleeper!r} + [f] for f in {[str(f) for f in files]!r}}}).run())
    """)
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    try:
        assert wait_for(lambda: all(f.exists() and f.read_text() for f in files))
        children = [int(f.read_text()) for f in files]
        assert all(alive(pid) for pid in children)
        process.send_signal(number)
        assert process.wait(60) == 0
        assert wait_for(lambda: not any(alive(pid) for pid in children))
    finally:
        process.terminate()
        process.wait(60)


@pytest.mark.integration
def test_a_process_that_cannot_start_ends_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    done: list[int] = []
    commands = {
        "broken": [sys.executable, "-c", "raise SystemExit(3)"],
        "good": [sys.executable, "-c", "import time; time.sleep(60)"],
    }
    before = {n: signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    supervisor = supervise.Supervisor(commands)
    try:
        done.append(supervisor.run())
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert done == [1]
    assert all(p.exitcode is not None for p in supervisor.processes.values())


@pytest.mark.integration
def test_a_process_that_ran_and_ended_is_started_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(supervise, "STABLE_SECONDS", 0.0)
    marks = tmp_path / "marks"
    code = f"open({str(marks)!r}, 'a').write('x')"
    supervisor = supervise.Supervisor({"short": [sys.executable, "-c", code]})
    before = {n: signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}

    def stop_after_three() -> None:
        wait_for(lambda: marks.exists() and len(marks.read_text()) >= 3)
        supervisor.stopping = True

    watcher = threading.Thread(target=stop_after_three)
    watcher.start()
    try:
        assert supervisor.run() == 0
    finally:
        watcher.join()
        for number, handler in before.items():
            signal.signal(number, handler)
    assert len(marks.read_text()) >= 3


def test_samples_are_loaded_only_into_an_empty_database(
    settings: Settings, database: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    monkeypatch.setattr(supervise, "step", lambda command: steps.append(" ".join(command[2:4])))
    monkeypatch.setattr(supervise, "has_index", lambda _settings: True)
    supervise.prepare(settings)
    assert steps == ["crawler parse"]
    with database.begin() as connection:
        connection.execute(
            tables.procedures.insert().values(
                source="s", source_id="1", code="1", name="n", content={}, sha256="", version=1,
                recorded_at=sa.func.current_timestamp(), version_changes=[], sample=False, provenance={},
            )
        )  # fmt: skip
    supervise.prepare(settings)
    assert steps == ["crawler parse"]


@pytest.mark.integration
def test_a_failing_step_says_which() -> None:
    with pytest.raises(QuydinhError, match="exit status 7"):
        supervise.step([sys.executable, "-c", "raise SystemExit(7)"])


def test_an_index_is_there_when_it_was_published_and_its_folder_is(
    settings: Settings, database: sa.Engine
) -> None:
    assert not supervise.has_index(settings)
    with database.begin() as connection:
        connection.execute(
            tables.index_state.insert().values(
                engine="tantivy", generation="g", built_at=sa.func.current_timestamp(), outbox_id=0, detail={}
            )
        )
    assert not supervise.has_index(settings)  # the folder was lost
    (settings.index_dir / "tantivy").mkdir(parents=True)
    assert supervise.has_index(settings)
