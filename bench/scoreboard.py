"""Scoreboard: figures of a full portal, how long they take, and each of them against its linked rows."""

from __future__ import annotations

import argparse
import datetime as dt
import random
import statistics
import time
from typing import Any

import sqlalchemy as sa

from schemas import petition_tables as p
from schemas import regulation_tables as r
from schemas.database import database_engine
from schemas.lists import MinistryEntry
from schemas.migrations import upgrade
from schemas.petitions import State, petition_number
from schemas.plan_states import STATES
from schemas.plans import ACTIONS
from schemas.regulations import REGULATION_STATUSES, REGULATION_TYPES
from schemas.settings import load_settings
from webapp import create_app
from webapp.audit import now
from webapp.plans import ministries
from webapp.queries import scoreboard as read
from webapp.queries.scoreboard import NONE, Scope

MINISTRIES = 22
FIELDS = [f"Lĩnh vực {n}" for n in range(40)]
_CHUNK = 1000


def main(arguments: list[str]) -> dict[str, Any]:
    """Figures of one run on the database of the settings, which should be empty."""
    parser = argparse.ArgumentParser(prog="python -m bench scoreboard", description=__doc__)
    parser.add_argument("--regulations", type=int, default=20_000)
    parser.add_argument("--plans", type=int, default=1_500)
    parser.add_argument("--petitions", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args(arguments)
    settings = load_settings()
    engine = database_engine(settings.database)
    upgrade(engine)
    fill(engine, options.regulations, options.plans, options.petitions)
    client = create_app(settings).test_client()
    present, past = Scope(now()), Scope(now() - dt.timedelta(days=30), now=False)
    return {
        "rows": {"regulations": options.regulations, "plans": options.plans, "petitions": options.petitions},
        "figures_now": measure(lambda: _figures(engine, present), options.rounds),
        "figures_past": measure(lambda: _figures(engine, past), options.rounds),
        "page": measure(lambda: _page(client), options.rounds),
        **compare(engine, (present, past, Scope(now(), field=FIELDS[3]))),
    }


def measure(run: Any, rounds: int) -> dict[str, float]:
    """Milliseconds of wall and of this process's CPU time."""
    wall, cpu = [], []
    for _ in range(rounds):
        began, used = time.perf_counter(), time.process_time()
        run()
        wall.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - used) * 1000)
    wall.sort()
    return {
        "p50_ms": round(statistics.median(wall), 1),
        "p95_ms": round(wall[int(len(wall) * 0.95) - 1], 1),
        "cpu_ms": round(statistics.median(cpu), 1),
    }


def _figures(engine: sa.Engine, scope: Scope) -> dict[str, dict[str, int]]:
    with engine.connect() as connection:
        read.snapshot(connection)
        return read.figures(connection, scope)


def _page(client: Any) -> None:
    answer = client.get("/bang-chi-so")
    assert answer.status_code == 200, answer.status_code


def compare(engine: sa.Engine, scopes: tuple[Scope, ...]) -> dict[str, Any]:
    """Every figure of every ministry against the rows it links to."""
    compared, differing = 0, []
    for scope in scopes:
        found = _figures(engine, scope)
        with engine.connect() as connection:
            for name in read.indicators():
                counts: dict[str, int] = {}
                for row in read.listed(connection, name, scope, limit=None):
                    counts[row.ministry or NONE] = counts.get(row.ministry or NONE, 0) + 1
                for code, mine in found.items():
                    compared += 1
                    if counts.get(code, 0) != mine.get(name, 0):
                        differing.append((name, code, counts.get(code, 0), mine.get(name, 0)))
    return {"figures_compared": compared, "differing": len(differing), "first_differing": differing[:3]}


def fill(engine: sa.Engine, regulations: int, plans: int, petitions: int) -> None:
    """A portal's worth of rows straight into the tables, with histories."""
    chance, moment = random.Random(3), now()
    with engine.begin() as connection:
        entries = [
            MinistryEntry(f"bo-do-{n}", f"Bộ để đo số {n}", None, None, "", "") for n in range(MINISTRIES)
        ]
        ministries.load(connection, entries, sample=True)
        codes = [entry.code for entry in entries]
        m = r.ministries.c
        ids = list(connection.scalars(sa.select(m.id).where(m.code.in_(codes))))
        _regulations(connection, chance, ids, regulations, moment)
        _plans(connection, chance, ids, plans, moment)
        _petitions(connection, chance, ids, petitions, moment)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("analyze"))


def _insert(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), _CHUNK):
        connection.execute(sa.insert(table), rows[start : start + _CHUNK])


def _regulations(
    connection: sa.Connection, chance: random.Random, ids: list[int], count: int, moment: dt.datetime
) -> None:
    rows = [
        {
            "code": f"DO-{n}",
            "name": f"Quy định để đo số {n}",
            "folded": "",
            "type": chance.choice(list(REGULATION_TYPES)),
            "ministry_id": chance.choice(ids),
            "field": chance.choice(FIELDS),
            "subjects": [],
            "status": chance.choice(list(REGULATION_STATUSES)),
            "status_since": moment.date() - dt.timedelta(days=chance.randrange(400)),
            "in_force_from": moment.date() - dt.timedelta(days=chance.randrange(2000)),
            "updated_at": moment,
            "sample": True,
        }
        for n in range(count)
    ]
    _insert(connection, r.regulations, rows)


def _plans(
    connection: sa.Connection, chance: random.Random, ids: list[int], count: int, moment: dt.datetime
) -> None:
    first = (connection.scalar(sa.select(sa.func.max(r.plans.c.id))) or 0) + 1
    states = list(STATES)
    rows, changes, items, dues = [], [], [], []
    for n in range(first, first + count):
        published = moment - dt.timedelta(days=chance.randrange(1, 400))
        state = chance.choice(states)
        rows.append(
            {
                "id": n, "number": f"PA-DO-{n}", "ministry_id": chance.choice(ids), "state": state,
                "title": f"Phương án để đo số {n}", "legal_bases": [], "drafted_by": [], "version": 1,
                "created_at": published, "updated_at": published, "published_at": published, "sample": True,
            }
        )  # fmt: skip
        for later, to_state in enumerate(("planned", state)):
            changes.append(
                {
                    "plan_id": n, "to_state": to_state, "recorded_at": published,
                    "changed_on": published.date() + dt.timedelta(days=later * chance.randrange(1, 60)),
                }
            )  # fmt: skip
        for step in ("consulting", "answering", "approved", "implementing"):
            due = published.date() + dt.timedelta(days=chance.randrange(30, 500))
            dues.append({"plan_id": n, "step": step, "due": due})
        for ordinal in range(1, chance.randrange(2, 6)):
            cost = chance.randrange(10**10)
            items.append(
                {
                    "plan_id": n, "ordinal": ordinal, "action": chance.choice(list(ACTIONS)),
                    "regulation": f"DO-{chance.randrange(20_000)}", "title": f"Nội dung {n}.{ordinal}",
                    "current_cost": cost, "after_cost": cost // 2,
                }
            )  # fmt: skip
    _insert(connection, r.plans, rows)
    _insert(connection, r.plan_state_changes, changes)
    _insert(connection, r.plan_deadlines, dues)
    _insert(connection, r.plan_items, items)


def _petitions(
    connection: sa.Connection, chance: random.Random, ids: list[int], count: int, moment: dt.datetime
) -> None:
    first = (connection.scalar(sa.select(sa.func.max(p.petitions.c.id))) or 0) + 1
    rows: list[dict[str, Any]] = []
    steps: list[dict[str, Any]] = []
    running = (State.NEW, State.IN_PROGRESS)
    for n in range(first, first + count):
        received = moment - dt.timedelta(days=chance.randrange(1, 300), minutes=chance.randrange(1000))
        state, ministry = chance.choice(list(State)), chance.choice(ids)
        due = received.date() + dt.timedelta(days=20)
        handled = state in (State.HANDLED, State.PUBLISHED, State.ARCHIVED)
        rows.append(
            {
                "id": n, "tracking": petition_number(chance.getrandbits(40)), "secret_hash": "0" * 64,
                "submission": f"do-{n}", "state": state,
                "ministry_id": None if state == State.NEW else ministry,
                "field": chance.choice(FIELDS), "title": f"Vướng mắc số {n}", "body": "Nội dung.",
                "received_at": received, "due_on": due if state in running else None, "sample": True,
                "on_time": chance.random() < 0.8 if handled else None,
            }
        )  # fmt: skip
        path = [State.NEW] if state == State.NEW else [State.NEW, State.IN_PROGRESS, state]
        for place, to_state in enumerate(path):
            steps.append(
                {
                    "petition_id": n, "step": "send" if place == 0 else "forward", "to_state": to_state,
                    "ministry_id": None if to_state == State.NEW else ministry,
                    "due_on": due if to_state in running else None,
                    "recorded_at": min(received + dt.timedelta(days=3 * place), moment),
                }
            )  # fmt: skip
    _insert(connection, p.petitions, rows)
    steps.sort(key=lambda step: step["recorded_at"])
    _insert(connection, p.petition_steps, steps)
