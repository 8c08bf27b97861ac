"""After changes on the official sites, the next crawl finds exactly what changed."""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from schemas import tables
from schemas.database import database_engine

from ._stages import control, finish, output

_CRAWL = ("crawler", "crawl", "vbpl", "--json")
_SHOWN = 5


def main(arguments: list[str]) -> dict[str, Any]:
    """Figures of a crawl after each step of a replica that nobody else uses; it is left changed."""
    parser = argparse.ArgumentParser(prog="python -m bench changes", description=__doc__)
    parser.add_argument("--replica", required=True, metavar="URL", help="address of a running replica")
    parser.add_argument("--steps", type=int, default=2, help="how often the sites change")
    parser.add_argument("--days", type=int, default=1, help="days of each step")
    parser.add_argument(
        "--share", type=float, default=0.01, help="share of the documents that change in each"
    )
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="quydinh-changes-") as folder:
        finish(options.replica, Path(folder), _CRAWL)
        query = f"advance?days={options.days}&share={options.share}"
        steps = [_step(options.replica, Path(folder), query) for _ in range(options.steps)]
        return {"steps": steps, "exact": all(step["exact"] for step in steps)} | _statuses(
            options.replica, Path(folder)
        )


def _step(replica: str, folder: Path, query: str) -> dict[str, Any]:
    """One change of the sites and the crawl after it: what was told against what was found, by kind."""
    database = database_engine(f"sqlite:///{folder}/quydinh.sqlite3")
    with database.connect() as connection:
        last = connection.execute(sa.select(sa.func.max(tables.changes.c.id))).scalar_one()
    told = control(replica, query, {})
    started = time.monotonic()
    output(replica, folder, _CRAWL)
    seconds = time.monotonic() - started
    found: dict[str, set[str]] = defaultdict(set)
    with database.connect() as connection:
        rows = connection.execute(
            sa.select(tables.changes.c.change, tables.changes.c.source_id, tables.changes.c.detail).where(
                tables.changes.c.id > last, tables.changes.c.kind == "document"
            )
        )
        for change, key, detail in rows:
            found["derived" if "derived" in json.dumps(detail) else change].add(key)
    database.dispose()
    wanted = _told(told)
    seen = {
        "new": found["new"],
        "withdrawn": found["withdrawn"],
        "text": found["text"] - found["new"],
        "touched": (found["text"] | found["status"] | found["relation"] | found["metadata"]) - found["new"],
    }
    wrong = {name: sorted(wanted[name] ^ seen[name]) for name in wanted}
    return {
        "told": {name: len(ids) for name, ids in wanted.items()},
        "found": {name: len(ids) for name, ids in seen.items()},
        "exact": not any(wrong.values()),
        "wrong": {name: ids[:_SHOWN] for name, ids in wrong.items() if ids},
        "seconds": round(seconds, 1),
    }


def _told(step: dict[str, Any]) -> dict[str, set[str]]:
    """What a perfect crawl of the documents after this step reports."""
    deleted = set(step["deleted"])
    issued = set(step["issued"]) | set(step["issued_by_date"])
    amended = {item["id"] for item in step["amended"]} - deleted
    expired = {item["id"] for item in step["expired"]} - deleted
    related = set(step["related"]) - deleted
    return {
        "new": issued - deleted,
        "withdrawn": deleted - issued,
        "text": amended - issued,
        "touched": (amended | expired | related) - issued,
    }


def _statuses(replica: str, folder: Path) -> dict[str, Any]:
    """Shares of documents as a perfect parser shows them after all steps: validity, incoming relations."""
    documents, status, relations, failures = 0, 0, 0, []
    for text in output(replica, folder, ("crawler", "export")).splitlines():
        line = json.loads(text)
        if line["kind"] != "document" or line["withdrawn_at"]:
            continue
        truth = control(replica, f"truth?id={line['source_id']}")
        incoming = {(e["code"], e["target_id"]) for e in line["relations"] if e["direction"] == "in"}
        same = incoming == {(e["code"], e["id"]) for e in truth["relations_in"]}
        documents += 1
        status += line["status"] == truth["status_shown"]
        relations += same
        if not same or line["status"] != truth["status_shown"]:
            failures.append(line["source_id"])
    return {
        "documents": documents,
        "status_exact": round(status / max(1, documents), 5),
        "relations_in_exact": round(relations / max(1, documents), 5),
        "failures": failures[:_SHOWN],
    }
