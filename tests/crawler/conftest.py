"""A small replica with whole lists, and the crawler's commands as people run them."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Replica

ROOT = Path(__file__).parent.parent.parent
DOCUMENTS, PROCEDURES = 60, 20


@dataclass
class Portal:
    """A data folder and the environment that points the commands at it."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Path:
        return self.folder / "quydinh.sqlite3"

    def run(self, *arguments: str, status: int | None = 0) -> subprocess.CompletedProcess[str]:
        """`python -m crawler …`; fails unless it ends with `status` (None: any)."""
        done = subprocess.run(
            [sys.executable, "-m", "crawler", *arguments],
            cwd=ROOT,
            env=self.full_environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        if status is not None:
            assert done.returncode == status, done.stderr[-3000:] + done.stdout[-1000:]
        return done

    @property
    def full_environment(self) -> dict[str, str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("QUYDINH_")}
        return {**clean, **self.environment, "QUYDINH_DATA_DIR": str(self.folder)}

    def summary(self, *arguments: str, status: int | None = 0) -> dict[str, Any]:
        """The JSON summary, with the sources by name."""
        summary = json.loads(self.run(*arguments, "--json", status=status).stdout)
        return {**summary, "by_source": {s["source"]: s for s in summary["sources"]}}

    def export(self) -> list[dict[str, Any]]:
        """Every record as exported."""
        return [json.loads(line) for line in self.run("export").stdout.splitlines()]


def content(line: dict[str, Any]) -> dict[str, Any]:
    """An exported record without the times and addresses that differ from crawl to crawl."""
    versions = [
        {k: v for k, v in v.items() if k not in ("recorded_at", "provenance")} for v in line["versions"]
    ]
    bare = {k: v for k, v in line.items() if k not in ("provenance", "withdrawn_at")}
    return bare | {"versions": versions, "withdrawn": line["withdrawn_at"] is not None}


@pytest.fixture(scope="session")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of the replica with a tenth of its records, so that whole lists are quick to read."""
    source, target = (
        Path(os.environ["QUYDINH_TEST_REPLICA"]) / "data",
        tmp_path_factory.mktemp("replica-data"),
    )
    for name in ("documents.jsonl.gz", "drafts.jsonl.gz", "lists.json.gz"):
        shutil.copy(source / name, target / name)
    for name, count in (("index", DOCUMENTS), ("procedures", PROCEDURES)):
        with gzip.open(source / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            lines = file.readlines()
        with gzip.open(target / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(lines[:: len(lines) // count][:count])
    return target


@pytest.fixture
def small_replica(small_data: Path, request: pytest.FixtureRequest) -> Iterator[Replica]:
    """A replica of DOCUMENTS documents and PROCEDURES procedures."""
    command = [sys.executable, "serve.py", "--port", "0", "--data", str(small_data)]
    folder = os.environ["QUYDINH_TEST_REPLICA"]
    process = subprocess.Popen(
        [*command, *getattr(request, "param", [])], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield Replica(process.stdout.readline().split()[2])
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def portal(tmp_path: Path, small_replica: Replica) -> Portal:
    """An empty portal that crawls the small replica."""
    return Portal(tmp_path / "portal", small_replica.environment)
