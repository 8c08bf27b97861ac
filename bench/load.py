"""Taking part under load: comments sent at once, kill -9 in between, grouping of 101,000 comments, pages."""

from __future__ import annotations

import argparse
import base64
import contextlib
import http.client
import json
import math
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from altcha import v1 as altcha

from schemas import consultation_tables as c
from schemas.database import database_engine
from schemas.errors import QuydinhError
from schemas.migrations import upgrade
from schemas.people_tables import audit_log
from schemas.settings import Settings, load_settings
from schemas.tables import outbox
from webapp import csrf
from webapp.consultations import challenge, comments, figures, similarity
from webapp.consultations.campaigns import Cluster
from webapp.consultations.rows import clock
from webapp.keys import keyed, secret_key

from ._consultation import fill, officer_cookie, open_one
from ._letters import campaign, own_words

COST = 100
START_SECONDS = 90.0
#: Letters that no threshold was chosen on.
SEEDS = (101, 102)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A form with its solved challenge, ready to be sent."""

    submission: str
    cookie: str
    body: bytes
    address: str


@dataclass(slots=True)
class Outcome:
    """What the clients were told."""

    acknowledged: dict[str, str] = field(default_factory=dict)  # submission → address of the sender's page
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    broken: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def main(arguments: list[str]) -> dict[str, Any]:
    """Figures of the parts asked for; all of them by default."""
    parser = argparse.ArgumentParser(prog="python -m bench load", description=__doc__)
    parser.add_argument("--database-url", default="", help="an empty PostgreSQL database; SQLite otherwise")
    parser.add_argument("--comments", type=int, default=3000, help="sent by the clients together")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--kills", type=int, default=200, help="how often the site is killed")
    parser.add_argument("--kill-seconds", type=float, default=900, help="no more kills after so long")
    parser.add_argument("--synthetic", type=int, default=100_000, help="letters of one campaign")
    parser.add_argument("--own", type=int, default=1000, help="letters nobody coordinated")
    parser.add_argument("--only", choices=("send", "kill", "group", "pages"), action="append")
    options = parser.parse_args(arguments)
    wanted = options.only or ["send", "kill", "group", "pages"]
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="quydinh-load-") as folder:
        settings = load_settings(data_dir=Path(folder), database_url=options.database_url, proof_cost=COST)
        database = database_engine(settings.database)
        upgrade(database)
        result["database"] = database.dialect.name
        if "send" in wanted:
            result["send"] = send_at_once(settings, database, options.comments, options.clients)
        if "kill" in wanted:
            until = time.monotonic() + options.kill_seconds
            result["kill"] = kill(settings, database, options.kills, min(options.clients, 16), until)
        texts, labels = (
            _texts(options.synthetic, options.own) if {"group", "pages"} & set(wanted) else ([], [])
        )
        groups = _as_made(labels)
        if "group" in wanted:
            groups, result["group"] = group(texts, labels)
        if "pages" in wanted:
            result["pages"] = pages(settings, database, texts, groups)
        database.dispose()
    return result


# ---------------------------------------------------------------- the site


@contextlib.contextmanager
def serving(settings: Settings) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The site in a process group of its own; its port and process."""
    environment = {
        **os.environ,
        "QUYDINH_DATA_DIR": str(settings.data_dir),
        "QUYDINH_DATABASE_URL": settings.database_url,
        "QUYDINH_PROOF_COST": str(COST),
        "QUYDINH_TRUSTED_PROXIES": "1",
        "QUYDINH_LOG_LEVEL": "ERROR",
    }
    port, process = _started(environment)
    try:
        yield port, process
    finally:
        _kill(process)
        process.wait()


def _started(environment: dict[str, str]) -> tuple[int, subprocess.Popen[bytes]]:
    """A site that answers. On a busy machine that takes long, and another program may take the port first."""
    for _ in range(3):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "webapp", "serve", "--port", str(port)]
        process = subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < until:
            with contextlib.suppress(OSError), contextlib.closing(_connect(port)) as connection:
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return port, process
            time.sleep(0.05)
        _kill(process)
        process.wait()
    raise QuydinhError("the site did not start")


@contextlib.contextmanager
def working(settings: Settings, database: sa.Engine, consultation: int) -> Iterator[None]:
    """The worker, once it has kept the counts of the consultation."""
    environment = {
        **os.environ,
        "QUYDINH_DATA_DIR": str(settings.data_dir),
        "QUYDINH_DATABASE_URL": settings.database_url,
        "QUYDINH_LOG_LEVEL": "ERROR",
    }
    process = subprocess.Popen([sys.executable, "-m", "webapp", "worker"], env=environment)
    try:
        for _ in range(1200):
            with database.connect() as connection:
                if figures.kept(connection, [consultation]):
                    break
            time.sleep(0.1)
        else:
            raise QuydinhError("the worker kept no counts")
        yield
    finally:
        process.kill()
        process.wait()


def _connect(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=30)


# ---------------------------------------------------------------- sending


def prepare(settings: Settings, database: sa.Engine, consultation: int, count: int) -> list[Prepared]:
    """Forms as browsers have them after the preview, each with a browser and an address of its own."""
    key = secret_key(settings)
    made = []
    with database.begin() as connection:
        for number in range(count):
            visit, mask = f"{random.getrandbits(128):032x}", f"{random.getrandbits(128):032x}"
            typed = {
                "body": f"Góp ý số {number} về thời hạn cấp phép.",
                "sender": "anonymous",
                "version": "1",
            }
            submission = comments.keep_draft(connection, visit, consultation, "", typed)
            digest = challenge.body_hash(submission, typed)
            asked = challenge.issue(key, f"comment:{consultation}", digest, COST)
            token = mask + keyed(key, "csrf", f"{mask}\0{visit}")
            fields = {csrf.FIELD: token, "ban": submission, "bam": digest, "consent": "1"}
            body = urlencode({**fields, "altcha": _solve(asked)}).encode()
            address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
            made.append(Prepared(submission, f"quydinh-visit={visit}", body, address))
    return made


def _solve(asked: dict[str, Any]) -> str:
    found = altcha.solve_challenge(asked["challenge"], asked["salt"], "SHA-256", asked["maxnumber"])
    if found is None:
        raise QuydinhError("a challenge has no solution")
    answer = {k: asked[k] for k in ("algorithm", "challenge", "salt", "signature")} | {"number": found.number}
    return base64.b64encode(json.dumps(answer).encode()).decode()


def post(port: int, path: str, form: Prepared, connection: http.client.HTTPConnection) -> tuple[int, str]:
    """Send one form; status and where it led."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": form.cookie,
        "X-Forwarded-For": form.address,
    }
    connection.request("POST", path, form.body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status, answer.headers.get("Location", "")


def _client(port: int, path: str, forms: list[Prepared], outcome: Outcome, start: threading.Barrier) -> None:
    connection = _connect(port)
    start.wait()
    for form in forms:
        began = time.perf_counter()
        try:
            status, location = post(port, path, form, connection)
        except (OSError, http.client.HTTPException):
            connection.close()
            connection = _connect(port)
            with outcome.lock:
                outcome.broken += 1
            continue
        with outcome.lock:
            outcome.statuses[status] += 1
            outcome.latencies.append(time.perf_counter() - began)
            if status == 303 and "/tham-van/gop-y/" in location:
                outcome.acknowledged[form.submission] = location


def run_clients(port: int, consultation: int, forms: list[Prepared], clients: int) -> tuple[Outcome, float]:
    """Send all forms from so many clients at once; seconds."""
    outcome, start = Outcome(), threading.Barrier(clients + 1)
    path = f"/tham-van/{consultation}/gop-y/gui"
    threads = [
        threading.Thread(target=_client, args=(port, path, forms[n::clients], outcome, start))
        for n in range(clients)
    ]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return outcome, time.perf_counter() - began


def send_at_once(settings: Settings, database: sa.Engine, count: int, clients: int) -> dict[str, Any]:
    """Comments per second, challenges solved beforehand; every acknowledged one looked up."""
    consultation = open_one(database, settings)
    forms = prepare(settings, database, consultation, count)
    with serving(settings) as (port, _process):
        outcome, seconds = run_clients(port, consultation, forms, clients)
    times = sorted(outcome.latencies)
    return {
        "clients": clients,
        "sent": count,
        "acknowledged": len(outcome.acknowledged),
        "per_s": round(len(outcome.acknowledged) / seconds, 1),
        "p50_ms": _percentile(times, 0.5),
        "p95_ms": _percentile(times, 0.95),
        "statuses": dict(outcome.statuses),
        **_missing(database, outcome.acknowledged),
    }


def _percentile(times: list[float], share: float) -> float:
    return round(times[min(int(len(times) * share), len(times) - 1)] * 1000, 1) if times else 0.0


def _missing(database: sa.Engine, acknowledged: dict[str, str]) -> dict[str, int]:
    """Acknowledged comments that are not there once, under the number their sender was told."""
    with database.connect() as connection:
        t = c.comments.c
        stored = Counter(connection.scalars(sa.select(t.submission)))
        told = {
            row.submission: row.tracking for row in connection.execute(sa.select(t.submission, t.tracking))
        }
    return {
        "lost": sum(stored[s] == 0 for s in acknowledged),
        "doubled": sum(n > 1 for n in stored.values()),
        "wrong_number": sum(told.get(s, "") not in where for s, where in acknowledged.items()),
    }


def kill(
    settings: Settings, database: sa.Engine, times: int, clients: int, until: float = math.inf
) -> dict[str, Any]:
    """Kill the whole site at random moments of sending; what was not acknowledged is sent again.

    No more than `times` and not after `until` (of the monotonic clock); the figures say how often it was.
    """
    began = time.monotonic()
    consultation = open_one(database, settings)
    waiting: list[Prepared] = []
    told: dict[str, str] = {}
    chance = random.Random(5)
    killed = broken = 0
    while (again := killed < times and time.monotonic() < until) or waiting:
        if len(waiting) < clients * 8 and again:
            waiting += prepare(settings, database, consultation, clients * 12)
        with serving(settings) as (port, process):
            stop = threading.Timer(chance.uniform(0.02, 0.8), _kill, (process,)) if again else None
            if stop:
                stop.start()
            outcome, _seconds = run_clients(port, consultation, waiting, clients)
            if stop:
                stop.join()
                killed += 1
        told |= outcome.acknowledged
        broken += outcome.broken
        waiting = [form for form in waiting if form.submission not in told]
    with database.connect() as connection:
        parts = _unwhole(connection, consultation)
    return {
        "kills": killed,
        "seconds": round(time.monotonic() - began, 1),
        "acknowledged": len(told),
        "broken_requests": broken,
        **_missing(database, told),
        **parts,
    }


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _unwhole(connection: sa.Connection, consultation: int) -> dict[str, int]:
    """Comments without their anchor, audit row or outbox row: none, for they are one transaction."""
    t = c.comments.c
    mine = set(connection.scalars(sa.select(t.id).where(t.consultation_id == consultation)))
    placed = set(connection.scalars(sa.select(c.comment_anchors.c.comment_id)))
    posted = set(connection.scalars(sa.select(outbox.c.record_id).where(outbox.c.kind == "comment")))
    audited = audit_log.c.action == "send_comment"
    trail = set(map(int, connection.scalars(sa.select(audit_log.c.subject_id).where(audited))))
    return {"without_a_part": len(mine - (placed & posted & trail))}


# ---------------------------------------------------------------- grouping and pages


def _texts(synthetic: int, own: int) -> tuple[list[str], list[bool]]:
    rows = [(text, True) for text in campaign(synthetic, SEEDS[0])]
    rows += [(text, False) for text in own_words(own, SEEDS[1])]
    random.Random(3).shuffle(rows)
    return [text for text, _label in rows], [label for _text, label in rows]


def group(texts: list[str], labels: list[bool]) -> tuple[list[int], dict[str, Any]]:
    """Group all texts; each one's representative, and precision and recall by pairs.

    A pair counts as found when both stand in one group; it should when both are of the campaign.
    """
    cluster = Cluster()
    began = time.perf_counter()
    groups, joined = [], dict[int, int]()
    for number, text in enumerate(texts):
        mark = similarity.fingerprint(text)
        matches = cluster.find(mark)
        if not matches:
            cluster.add(number, text, mark)
            matches = [number]
        roots = sorted({_root(joined, match) for match in matches})
        joined.update(dict.fromkeys(roots[1:], roots[0]))
        groups.append(roots[0])
    groups = [_root(joined, first) for first in groups]
    seconds = time.perf_counter() - began
    sizes, members = Counter(groups), Counter(g for g, of in zip(groups, labels, strict=True) if of)
    found = sum(n * (n - 1) // 2 for n in sizes.values())
    right = sum(n * (n - 1) // 2 for n in members.values())
    total = sum(labels)
    wanted = total * (total - 1) // 2
    biggest = max(members, key=lambda g: members[g])
    return groups, {
        "comments": len(texts),
        "precision": round(right / found, 4) if found else 1.0,
        "recall": round(right / wanted, 4) if wanted else 1.0,
        "own_words_in_a_campaign": sum(not of and sizes[g] > 1 for g, of in zip(groups, labels, strict=True)),
        "own_words_in_the_campaign": sizes[biggest] - members[biggest],
        "groups_of_the_campaign": len(members),
        "seconds": round(seconds, 1),
        "per_s": round(len(texts) / seconds),
    }


def _as_made(labels: list[bool]) -> list[int]:
    """One group of all letters of the campaign: what the pages alone are measured with."""
    first = labels.index(True) if True in labels else 0
    return [first if of else number for number, of in enumerate(labels)]


def _root(joined: dict[int, int], key: int) -> int:
    while key in joined:
        key = joined[key]
    return key


def pages(settings: Settings, database: sa.Engine, texts: list[str], groups: list[int]) -> dict[str, Any]:
    """Milliseconds of the public page, the lists of comments and the inbox with all these comments.

    60 questions a page, of which the first five warm up the two processes of the site.
    """
    consultation = open_one(database, settings)
    with database.connect() as connection:
        received = clock(connection)
    fill(database, consultation, texts, groups, received)
    cookie = officer_cookie(database)
    with database.connect() as connection:
        t = c.comments.c
        biggest = connection.execute(
            sa.select(t.campaign_id, sa.func.min(t.id), sa.func.max(t.id))
            .where(t.consultation_id == consultation, t.campaign_id.is_not(None))
            .group_by(t.campaign_id)
            .order_by(sa.func.count().desc())
            .limit(1)
        ).one()
    public, desk = f"/tham-van/{consultation}", f"/quan-tri/tham-van/{consultation}/hop-thu"
    campaign = f"{public}/y-kien?nhom={biggest[0]}"
    paths = {
        "page": public,
        "comments": f"{public}/y-kien",
        "comments_on_an_article": f"{public}/y-kien?dieu=dieu-3",
        "comments_verified": f"{public}/y-kien?xac_minh=co",
        "campaign": campaign,
        "campaign_in_the_middle": f"{campaign}&tiep={(biggest[1] + biggest[2]) // 2}",
        "inbox": desk,
        "inbox_all": f"{desk}?xem=tat-ca",
        "inbox_answered": f"{desk}?xem=da-tra-loi",
    }
    result = {}
    with serving(settings) as (port, _process), working(settings, database, consultation):
        connection_to = _connect(port)
        for name, path in paths.items():
            times = []
            for _ in range(60):
                began = time.perf_counter()
                connection_to.request("GET", path, headers={"Cookie": cookie})
                answer = connection_to.getresponse()
                answer.read()
                if answer.status != 200:
                    raise QuydinhError(f"{path} answered {answer.status}")
                times.append(time.perf_counter() - began)
            times = sorted(times[5:])
            result[name] = {"p50_ms": _percentile(times, 0.5), "p95_ms": _percentile(times, 0.95)}
    return result
