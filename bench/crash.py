"""Kill -9 at random moments of crawl and index build, then resume: same content, nothing fetched twice."""

from __future__ import annotations

import argparse
import importlib
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ._stages import CRAWL, control, environment, export, finish, output

#: Without re-ranking data: it is attached by one rename after the index is published, or made again.
INDEX = ("indexer", "build", "--tier", "A")
#: Requests that may be under way at a kill: one at a time to a host, for each of two sources, and its answer
#: not yet archived.
IN_FLIGHT = 2
_SHOWN = 5


def main(arguments: list[str]) -> dict[str, Any]:
    """Figures of a disturbed and an undisturbed run against one replica, which nobody else may use then."""
    parser = argparse.ArgumentParser(prog="python -m bench crash", description=__doc__)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--replica", metavar="URL", help="address of a running replica")
    which.add_argument(
        "--elasticsearch", action="store_true", help="a cluster of three nodes that loses them instead"
    )
    parser.add_argument("--records", type=int, default=18_000, help="records written to the cluster")
    parser.add_argument("--kills", type=int, default=10, help="kills of each command")
    parser.add_argument("--limit", type=int, help="only the first N records of each list")
    parser.add_argument("--seed", type=int, default=1, help="chooses the moments")
    options = parser.parse_args(arguments)
    if options.elasticsearch:
        figures: dict[str, Any] = importlib.import_module("bench._cluster").run(options.records)
        return {"elasticsearch": figures}
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
    control(replica, "reset")
    lengths = [finish(replica, calm, command) for command in commands]
    before = control(replica, "stats")
    control(replica, "reset")
    results = []
    for command, length in zip(commands, lengths, strict=True):
        results.append(_disturb(replica, disturbed, command, length, kills, moments))
    after = control(replica, "stats")
    wanted, found = export(replica, calm), export(replica, disturbed)
    differing = sorted(k for k in wanted.keys() | found.keys() if wanted.get(k) != found.get(k))
    done = sum(r.kills for r in results)
    again = _asked_again(before["paths"], after["paths"])
    figures = {
        "kills": done,
        "missed": sum(r.missed for r in results),
        "records": len(wanted),
        "same_content": not differing,
        "differing": differing[:_SHOWN],
        "requests": {"undisturbed": before["requests"], "killed": after["requests"]},
        # A crawl killed after its last answer is followed by a new one, which reads the lists anew.
        "refetched": sum(count for path, count in again.items() if not _is_list(path)),
        "lists_read_again": sum(count for path, count in again.items() if _is_list(path)),
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


def _asked_again(calm: dict[str, int], killed: dict[str, int]) -> dict[str, int]:
    """By path, how often the disturbed crawl asked more than the calm one.

    The replica tells its most frequent paths only; what it leaves out was asked once.
    """
    return {path: count - calm.get(path, 1) for path, count in killed.items() if count > calm.get(path, 1)}


def _is_list(path: str) -> bool:
    return any(part in path for part in ("/doc/all", "/list-all-", "robots.txt"))


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
    finish(replica, folder, command)
    return Killed(kills - missed, missed, time.monotonic() - started)


def _start(replica: str, folder: Path, command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        env=environment(replica, folder),
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _index(replica: str, folder: Path) -> Any:
    """What the index serves, without what names the build."""
    status = json.loads(output(replica, folder, ("indexer", "status", "--json")))
    return {key: status.get(key) for key in ("records", "by_kind", "pending")}
