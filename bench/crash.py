"""Kill -9 at random moments of crawl and index build, then resume: same content, nothing fetched twice."""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.errors import QuydinhError

CRAWL = ("crawler", "crawl", "vbpl", "dichvucong")
INDEX = ("indexer", "build")
#: Requests that may be under way at a kill: one at a time to a host, for each of two sources, and its answer
#: not yet archived.
IN_FLIGHT = 2
_SHOWN = 5


def main(arguments: list[str]) -> dict[str, Any]:
    """Figures of a disturbed and an undisturbed run against one replica, which nobody else may use then."""
    parser = argparse.ArgumentParser(prog="python -m bench crash", description=__doc__)
    parser.add_argument("--replica", required=True, metavar="URL", help="address of a running replica")
    parser.add_argument("--kills", type=int, default=10, help="kills of each command")
    parser.add_argument("--limit", type=int, help="only the first N records of each list")
    parser.add_argument("--seed", type=int, default=1, help="chooses the moments")
    options = parser.parse_args(arguments)
    limited = ("--limit", str(options.limit)) if options.limit else ()
    with tempfile.TemporaryDirectory(prefix="quydinh-crash-") as folder:
        return run(options.replica, Path(folder), [(*CRAWL, *limited), INDEX], options.kills, options.seed)


@dataclass(slots=True)
class Killed:
    """What became of one command."""

    kills: int
    missed: int  # it had ended before its moment came
    seconds: float


def run(
    replica: str, folder: Path, commands: Sequence[Sequence[str]], kills: int, seed: int = 1
) -> dict[str, Any]:
    """Runs `commands` (module and arguments) undisturbed, then again with `kills` kills each, and compares.

    `replica`: address of a replica of the sites. Returns plain values for JSON; raises QuydinhError if a
    command fails when it is not killed.
    """
    moments = random.Random(seed)
    calm, disturbed = folder / "calm", folder / "disturbed"
    _control(replica, "reset")
    lengths = [_finish(replica, calm, command) for command in commands]
    before = _control(replica, "stats")
    _control(replica, "reset")
    results = []
    for command, length in zip(commands, lengths, strict=True):
        results.append(_disturb(replica, disturbed, command, length, kills, moments))
    after = _control(replica, "stats")
    wanted, found = _export(replica, calm), _export(replica, disturbed)
    differing = sorted(k for k in wanted.keys() | found.keys() if wanted.get(k) != found.get(k))
    done = sum(r.kills for r in results)
    refetched = after["repeated_identical_requests"] - before["repeated_identical_requests"]
    figures = {
        "kills": done,
        "missed": sum(r.missed for r in results),
        "records": len(wanted),
        "same_content": not differing,
        "differing": differing[:_SHOWN],
        "requests": {"undisturbed": before["requests"], "killed": after["requests"]},
        "refetched": refetched,
        "refetch_allowed": done * IN_FLIGHT,
        "seconds": {
            "undisturbed": round(sum(lengths), 1),
            "killed": round(sum(r.seconds for r in results), 1),
        },
    }
    if any(command[0] == "indexer" for command in commands):
        indexes = [_index(replica, place) for place in (calm, disturbed)]
        figures["same_index"] = indexes[0] == indexes[1]
    return figures


def _disturb(
    replica: str, folder: Path, command: Sequence[str], length: float, kills: int, moments: random.Random
) -> Killed:
    """Starts the command again and again, kills it at random moments, and lets the last one finish."""
    started, missed = time.monotonic(), 0
    for _ in range(kills):
        process = _start(replica, folder, command)
        try:
            # Progress is kept: each start is killed within its share of the whole, or a bit later.
            process.wait(moments.uniform(0.2, 0.2 + 1.5 * length / kills))
            missed += 1
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    _finish(replica, folder, command)
    return Killed(kills - missed, missed, time.monotonic() - started)


def _environment(replica: str, folder: Path) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("QUYDINH_")}
    return clean | {
        "QUYDINH_DATA_DIR": str(folder),
        "QUYDINH_VBPL_URL": f"{replica}/vbpl-api/api",
        "QUYDINH_DICHVUCONG_URL": f"{replica}/dichvucong",
        "QUYDINH_CRAWL_DELAY": "0",
        "QUYDINH_LOG_LEVEL": "WARNING",
    }


def _start(replica: str, folder: Path, command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        env=_environment(replica, folder),
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _output(replica: str, folder: Path, command: Sequence[str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        env=_environment(replica, folder),
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise QuydinhError(f"{' '.join(command)} failed: {done.stderr[-500:]} {done.stdout[-500:]}")
    return done.stdout


def _finish(replica: str, folder: Path, command: Sequence[str]) -> float:
    """Runs to the end; seconds of wall time."""
    started = time.monotonic()
    _output(replica, folder, command)
    return time.monotonic() - started


def _export(replica: str, folder: Path) -> dict[str, Any]:
    """Records by source and id, without the times at which they were fetched and stored."""
    records = {}
    for line in _output(replica, folder, ("crawler", "export")).splitlines():
        record = json.loads(line)
        del record["provenance"]
        for version in record["versions"]:
            del version["recorded_at"], version["provenance"]
        records[f"{record['source']}:{record['source_id']}"] = record
    return records


def _index(replica: str, folder: Path) -> Any:
    """What the index serves, without what names the build."""
    status = json.loads(_output(replica, folder, ("indexer", "status", "--json")))
    return {key: status.get(key) for key in ("records", "by_kind", "pending")}


def _control(replica: str, path: str) -> Any:
    method = "POST" if path == "reset" else "GET"
    request = urllib.request.Request(f"{replica}/_control/{path}", method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)
