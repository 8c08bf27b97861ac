"""The stages' commands against a replica of the official sites, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from schemas.errors import QuydinhError

#: Both sources, whole.
CRAWL = ("crawler", "crawl", "vbpl", "dichvucong")


def environment(replica: str, folder: Path) -> dict[str, str]:
    """Variables of a command that crawls the replica into `folder`; settings of the caller do not count."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("QUYDINH_")}
    return clean | {
        "QUYDINH_DATA_DIR": str(folder),
        "QUYDINH_VBPL_URL": f"{replica}/vbpl-api/api",
        "QUYDINH_DICHVUCONG_URL": f"{replica}/dichvucong",
        "QUYDINH_CRAWL_DELAY": "0",
        "QUYDINH_LOG_LEVEL": "WARNING",
    }


def output(replica: str, folder: Path, command: Sequence[str]) -> str:
    """What a command (module and arguments) prints. Raises QuydinhError when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        env=environment(replica, folder),
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise QuydinhError(f"{' '.join(command)} failed: {done.stderr[-500:]} {done.stdout[-500:]}")
    return done.stdout


def finish(replica: str, folder: Path, command: Sequence[str]) -> float:
    """Runs to the end; seconds of wall time."""
    started = time.monotonic()
    output(replica, folder, command)
    return time.monotonic() - started


def export(replica: str, folder: Path) -> dict[str, Any]:
    """Records by source and id, without the times at which they were fetched and stored."""
    records = {}
    for line in output(replica, folder, ("crawler", "export")).splitlines():
        record = json.loads(line)
        del record["provenance"]
        for version in record["versions"]:
            del version["recorded_at"], version["provenance"]
        records[f"{record['source']}:{record['source_id']}"] = record
    return records


def control(replica: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """Ask a control address of the replica; with a body, or for `reset`, it is a command."""
    data = json.dumps(body).encode() if body is not None else b"" if path == "reset" else None
    request = urllib.request.Request(f"{replica}/_control/{path}", data=data)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)
