"""From an empty database to searchable: crawl, parse, store, tag and index, in seconds and megabytes."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.errors import QuydinhError


@dataclass(frozen=True, slots=True)
class Ran:
    """A finished command: what it printed, wall seconds, largest resident size of it or a child in MiB."""

    printed: dict[str, Any]
    seconds: float
    peak_mb: float


def main(arguments: list[str]) -> dict[str, Any]:
    """Figures of one full run against a replica; the folder is temporary unless `--data-dir` names one."""
    parser = argparse.ArgumentParser(prog="python -m bench ingest", description=__doc__)
    parser.add_argument("--replica", required=True, metavar="URL", help="address of a running replica")
    parser.add_argument("--limit", type=int, help="only the first N records of each list")
    parser.add_argument(
        "--database-url", default="", help="an empty database; SQLite in the folder otherwise"
    )
    parser.add_argument("--data-dir", type=Path, help="an empty folder to keep")
    options = parser.parse_args(arguments)
    if options.data_dir:
        return run(options.replica, options.data_dir, options.database_url, options.limit)
    with tempfile.TemporaryDirectory(prefix="quydinh-ingest-") as folder:
        return run(options.replica, Path(folder), options.database_url, options.limit)


def run(replica: str, folder: Path, database_url: str = "", limit: int | None = None) -> dict[str, Any]:
    """Crawl both sources and build the index in `folder`, each in a process of its own."""
    environment = {
        **os.environ,
        "QUYDINH_DATA_DIR": str(folder),
        "QUYDINH_DATABASE_URL": database_url,
        "QUYDINH_VBPL_URL": f"{replica}/vbpl-api/api",
        "QUYDINH_DICHVUCONG_URL": f"{replica}/dichvucong",
        "QUYDINH_CRAWL_DELAY": "0",
        "QUYDINH_LOG_LEVEL": "WARNING",
    }
    limited = ["--limit", str(limit)] if limit else []
    crawl = command(environment, "crawler", "crawl", "vbpl", "dichvucong", *limited, "--json")
    # Everything is found from here on; re-ranking data is attached later, while the site serves already.
    index = command(environment, "indexer", "build", "--tier", "A", "--json")
    status = command(environment, "indexer", "status", "--json").printed
    new = {source["source"]: source["new"] for source in crawl.printed["sources"]}
    seconds = crawl.seconds + index.seconds
    tagged = float(index.printed.get("tags", {}).get("seconds", 0.0))
    return {
        "documents": new.get("vbpl", 0),
        "procedures": new.get("dichvucong", 0),
        "records": status["records"],
        "by_kind": status["by_kind"],
        "failed": sum(len(source["failed"]) for source in crawl.printed["sources"]),
        "seconds": round(seconds, 1),
        "documents_per_s": round(sum(new.values()) / seconds, 1),
        "stages": {
            **crawl.printed["stages"],
            "tag": round(tagged, 1),
            "index": round(index.seconds - tagged, 1),
        },
        "peak_mb": {"crawl": round(crawl.peak_mb), "index": round(index.peak_mb)},
    }


def command(environment: dict[str, str], stage: str, *arguments: str) -> Ran:
    """Run a stage's command to its end and measure it. Raises QuydinhError if it printed no result."""
    line = [sys.executable, "-m", stage, *arguments]
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(line, env=environment, stdout=output)
        # wait4 gives this child's own figures; RUSAGE_CHILDREN would mix the commands.
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - started
        output.seek(0)
        text = output.read()
    try:
        printed = json.loads(text)
    except ValueError as error:
        raise QuydinhError(
            f"`{' '.join(line[1:])}` ended with {process.returncode} and printed no result"
        ) from error
    peak = max(usage.ru_maxrss / 1024, float(printed.get("peak_mb", 0)))
    return Ran(printed, seconds, peak)
