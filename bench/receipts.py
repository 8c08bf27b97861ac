"""Receipts: comments from many writers at once with kill -9 in between, then every leaf and proof verified.

Writers are processes that call the site's own `send`, so that a kill hits them anywhere between the first
statement and the acknowledgement. Verified with tests/rfc9162.py, which shares no code with the log.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from schemas import merkle
from schemas.consultations import Sender
from schemas.database import database_engine
from schemas.log_tables import log_heads, log_leaves, log_nodes
from schemas.migrations import upgrade
from schemas.settings import Settings, load_settings
from tests.rfc9162 import consistent, included
from webapp.audit import now
from webapp.consultations import comments
from webapp.consultations.comments import Letter
from webapp.consultations.rows import clock
from webapp.receipts import keys, log
from webapp.receipts.keys import signer_of
from webapp.receipts.verify import verify_log

from ._consultation import open_one

_SHOWN = 5
_HEADS = 100  # published on the way: all pairs of them are proven


def main(arguments: list[str]) -> dict[str, Any]:
    """Figures of one run on the database of the settings (PostgreSQL to say anything about writers)."""
    parser = argparse.ArgumentParser(prog="python -m bench receipts", description=__doc__)
    parser.add_argument("--comments", type=int, default=10_000, help="acknowledged comments to reach")
    parser.add_argument("--writers", type=int, default=16, help="processes that send at once")
    parser.add_argument("--kills", type=int, default=50, help="kill -9 in between")
    parser.add_argument("--writer", metavar="FILE", help=argparse.SUPPRESS)
    parser.add_argument("--consultation", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    settings = load_settings()
    if options.writer:
        return write(settings, options.consultation, Path(options.writer))
    engine = database_engine(settings.database)
    upgrade(engine)
    with tempfile.TemporaryDirectory(prefix="quydinh-receipts-") as folder:
        return run(settings, engine, Path(folder), options.comments, options.writers, options.kills)


def write(settings: Settings, consultation: int, told: Path) -> dict[str, Any]:
    """Send comments until killed; each acknowledged one is a line of `told`, written after the commit."""
    engine, signer = database_engine(settings.database), signer_of(settings)
    with told.open("a", encoding="ascii", buffering=1) as file:
        while True:
            submission = secrets.token_hex(12)
            letter = Letter(Sender.INDIVIDUAL, body=f"Góp ý {submission}", name="Người đo", path="dieu-1")
            with engine.begin() as connection:
                received = clock(connection)
                sent = comments.send(
                    connection, "bench", consultation, submission, letter, received, "", proof=True,
                    signer=signer,
                )  # fmt: skip
            file.write(f"{sent.comment_id} {sent.tracking}\n")


def run(
    settings: Settings, engine: sa.Engine, folder: Path, wanted: int, writers: int, kills: int
) -> dict[str, Any]:
    """Writers, killed at random and started again, until so many comments were acknowledged; then the proofs.

    Returns plain values for JSON; `problems` counts everything that is not as it should be.
    """
    consultation, chance = open_one(engine, settings), random.Random(7)
    with engine.begin() as connection:
        keys.publish(connection, signer_of(settings))
    running = [_start(settings, consultation, folder, n) for n in range(writers)]
    began, killed = time.monotonic(), 0
    try:
        signed = 0
        while (done := len(_told(folder))) < wanted or killed < kills:
            time.sleep(chance.uniform(0.05, 0.3))
            if killed < kills and (done >= wanted * killed // (kills or 1) or done >= wanted):
                place = chance.randrange(writers)
                os.kill(running[place].pid, signal.SIGKILL)
                running[place].wait()
                running[place] = _start(settings, consultation, folder, place)
                killed += 1
            if done >= signed + wanted // _HEADS:
                signed = done
                with engine.begin() as connection:
                    log.sign_head(connection, signer_of(settings), now())
    finally:
        for process in running:
            process.kill()
            process.wait()
    seconds = time.monotonic() - began
    return {
        "writers": writers,
        "kills": killed,
        "seconds": round(seconds, 1),
        "per_s": round(len(_told(folder)) / seconds, 1),
        **_verify(settings, engine, _told(folder)),
    }


def _start(settings: Settings, consultation: int, folder: Path, place: int) -> subprocess.Popen[bytes]:
    told = folder / f"{place}.told"
    environment = os.environ | {
        "QUYDINH_DATABASE_URL": settings.database,
        "QUYDINH_DATA_DIR": str(settings.data_dir),
    }
    command = [sys.executable, "-m", "bench", "receipts", "--writer", str(told)]
    return subprocess.Popen(
        [*command, "--consultation", str(consultation)],
        env=environment,
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.DEVNULL,
    )


def _told(folder: Path) -> dict[int, str]:
    """Acknowledged comments: id → tracking number. A last line a kill cut short was not acknowledged."""
    found = {}
    for path in folder.glob("*.told"):
        for line in path.read_text(encoding="ascii").split("\n")[:-1]:
            number, tracking = line.split()
            found[int(number)] = tracking
    return found


def _verify(settings: Settings, engine: sa.Engine, told: dict[int, str]) -> dict[str, Any]:
    """Every acknowledged comment has one leaf; every inclusion proof in the last head and every consistency
    proof between published heads holds."""
    with engine.begin() as connection:
        log.sign_head(connection, signer_of(settings), now())
    with engine.connect() as connection:
        began = time.monotonic()
        problems, counts = verify_log(connection)
        recomputed = time.monotonic() - began
        leaves = connection.execute(sa.select(log_leaves).order_by(log_leaves.c.id)).all()
        heads = {row.size: bytes.fromhex(row.root) for row in connection.execute(sa.select(log_heads))}
        size = max(heads)
        of_comment = {row.comment_id: row for row in leaves}
        lost = [
            n for n, tracking in told.items() if n not in of_comment or tracking not in of_comment[n].data
        ]
        began = time.monotonic()
        bad = sum(not _included(connection, row, size, heads[size]) for row in leaves)
        proving = time.monotonic() - began
        sizes, node = sorted(heads), _nodes(connection)
        pairs = [(a, b) for n, a in enumerate(sizes) for b in sizes[n:]]
        unlike = sum(
            not consistent(a, b, merkle.consistency_proof(a, b, node), heads[a], heads[b]) for a, b in pairs
        )
    return {
        "acknowledged": len(told),
        "leaves": len(leaves),
        "without_one_leaf": len(lost),
        "doubled_leaves": len(leaves) - len(of_comment),
        "heads": len(heads),
        "inclusion_proofs": len(leaves),
        "inclusion_proofs_wrong": bad,
        "consistency_proofs": len(pairs),
        "consistency_proofs_wrong": unlike,
        "verify_log_problems": len(problems),
        "first_problems": problems[:_SHOWN],
        "verify_log_seconds": round(recomputed, 1),
        "ms_per_inclusion_proof": round(1000 * proving / len(leaves), 2),
        "erasures": counts["erasures"],
    }


def _nodes(connection: sa.Connection) -> merkle.Node:
    """All stored hashes at once: there are many pairs of heads."""
    found = {
        (0, row.id): row.hash for row in connection.execute(sa.select(log_leaves.c.id, log_leaves.c.hash))
    }
    found |= {(row.level, row.place): row.hash for row in connection.execute(sa.select(log_nodes))}
    return lambda level, place: bytes.fromhex(found[level, place])


def _included(connection: sa.Connection, leaf: Any, size: int, root: bytes) -> bool:
    path = [bytes.fromhex(p) for p in log.inclusion(connection, leaf.id, size)]
    return included(merkle.leaf_hash(leaf.data.encode()), leaf.id, size, path, root)
