"""A crawl of sites that fail now and then ends with the same content, and stays polite."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

from ._stages import CRAWL, control, export, finish, output

_SHOWN = 5


def main(arguments: list[str]) -> dict[str, Any]:
    """Figures of a calm and a faulty crawl of one replica, which nobody else may use then."""
    parser = argparse.ArgumentParser(prog="python -m bench faults", description=__doc__)
    parser.add_argument("--replica", required=True, metavar="URL", help="address of a running replica")
    parser.add_argument("--rate", type=float, default=0.05, help="share of answers that are broken")
    parser.add_argument("--limit", type=int, help="only the first N records of each list")
    options = parser.parse_args(arguments)
    limited = ("--limit", str(options.limit)) if options.limit else ()
    with tempfile.TemporaryDirectory(prefix="quydinh-faults-") as folder:
        return run(options.replica, Path(folder), (*CRAWL, *limited), options.rate)


def run(replica: str, folder: Path, command: tuple[str, ...], rate: float) -> dict[str, Any]:
    """Crawls into `folder`/calm and `folder`/faulty; the replica is left without faults.

    Raises QuydinhError when either crawl leaves a record out.
    """
    control(replica, "config", {"faults": 0})
    calm_seconds = finish(replica, folder / "calm", command)
    control(replica, "reset")
    started = time.monotonic()
    control(replica, "config", {"faults": rate})
    try:
        output(replica, folder / "faulty", command)
    finally:
        stats = control(replica, "stats")
        control(replica, "config", {"faults": 0})
    seconds = time.monotonic() - started
    wanted, found = (export(replica, folder / name) for name in ("calm", "faulty"))
    differing = sorted(k for k in wanted.keys() | found.keys() if wanted.get(k) != found.get(k))
    sites = stats["sites"].values()
    kinds = sorted({kind for site in sites for kind in site["faults"]})
    return {
        "rate": rate,
        "records": len(wanted),
        "same_content": not differing,
        "differing": differing[:_SHOWN],
        "faults": {kind: sum(site["faults"].get(kind, 0) for site in sites) for kind in kinds},
        "requests": stats["requests"],
        "robots_violations": stats["robots_violations"],
        "requests_before_robots": sum(site["requests_before_robots"] for site in sites),
        "retry_after_violations": sum(site["retry_after_violations"] for site in sites),
        "seconds": {"calm": round(calm_seconds, 1), "faulty": round(seconds, 1)},
    }
