"""Scoreboard: figures of a full portal, how long they take, and each of them against its linked rows."""

from __future__ import annotations

import argparse
import datetime as dt
import random
import statistics
import time
from collections import Counter
from typing import Any

import sqlalchemy as sa

from schemas import consultation_tables as c
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
from webapp.audit import aware, now
from webapp.plans import ministries
from webapp.queries import scoreboard as read
from webapp.queries.scoreboard import NONE, Board, Scope

MINISTRIES = 22
FIELDS = [f"Lĩnh vực {n}" for n in range(40)]
_CHUNK = 1000
#: Beside what the figures' size is given by.
CONSULTATIONS, COMMENTS = 60, 6000


def main(arguments: list[str]) -> dict[str, Any]:
    """Figures of one run on the database of the settings, which should be empty."""
    parser = argparse.ArgumentParser(prog="python -m bench scoreboard", description=__doc__)
    parser.add_argument("--regulations", type=int, default=20_000)
    parser.add_argument("--plans", type=int, default=1_500)
    parser.add_argument("--petitions", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args(arguments)
    settings = load_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = database_engine(settings.database)
    upgrade(engine)
    fill(engine, options.regulations, options.plans, options.petitions)
    client = create_app(settings).test_client()
    present, past = Scope(now()), Scope(now() - dt.timedelta(days=30), now=False)
    return {
        "rows": {"regulations": options.regulations, "plans": options.plans, "petitions": options.petitions},
        "figures_now": measure(lambda: _board(engine, present), options.rounds),
        "figures_past": measure(lambda: _board(engine, past), options.rounds),
        "page": measure(lambda: _page(client), options.rounds),
        "page_past": measure(lambda: _page(client, past.at), options.rounds),
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
    cpu.sort()
    return {
        "p50_ms": round(statistics.median(wall), 1),
        "p95_ms": round(wall[int(len(wall) * 0.95) - 1], 1),
        "cpu_p50_ms": round(statistics.median(cpu), 1),
        "cpu_p95_ms": round(cpu[int(len(cpu) * 0.95) - 1], 1),
    }


def _board(engine: sa.Engine, scope: Scope) -> Board:
    with engine.connect() as connection:
        read.snapshot(connection)
        return read.board(connection, scope)


def _page(client: Any, at: dt.datetime | None = None) -> None:
    answer = client.get("/bang-chi-so", query_string={"luc": at.isoformat()} if at else {})
    assert answer.status_code == 200, answer.status_code


def compare(engine: sa.Engine, scopes: tuple[Scope, ...]) -> dict[str, Any]:
    """Every figure of every ministry against the rows it links to."""
    compared, differing = 0, list[tuple[Any, ...]]()

    def same(name: str, code: str, of_rows: object, told: object) -> None:
        nonlocal compared
        compared += 1
        if of_rows != told:
            differing.append((name, code, of_rows, told))

    for scope in scopes:
        board = _board(engine, scope)
        codes = [*board.figures, ""]
        nation = read.total(board.figures)
        with engine.connect() as connection:
            for name in read.indicators():
                counts = Counter(row.ministry or NONE for row in _rows(connection, name, scope))
                counts[""] = sum(counts.values())
                for code in codes:
                    same(name, code, counts[code], (board.figures.get(code) or nation).get(name, 0))
            for name, column in (("cost_current", "current_cost"), ("cost_after", "after_cost")):
                costs = Counter[str]()
                for row in _rows(connection, "items_costed", scope):
                    costs[row.ministry] += getattr(row, column)
                    costs[""] += getattr(row, column)
                for code in codes:
                    same(name, code, costs[code], (board.figures.get(code) or nation).get(name, 0))
            days: dict[str, list[int]] = {}
            for row in _rows(connection, "comments_answered", scope):
                for code in (row.ministry, ""):
                    days.setdefault(code, []).append(row.days_to_answer)
            newest: dict[str, dt.datetime] = {}
            for row in _rows(connection, "updates", Scope(scope.at, scope.now)):
                newest.setdefault(row.ministry, aware(row.at))
            for code in codes:
                of_rows = statistics.median(days[code]) if code in days else None
                same("days_to_answer", code, of_rows, board.medians.get(code))
                if code:
                    same("updates", code, newest.get(code), board.updated.get(code))
    return {"figures_compared": compared, "differing": len(differing), "first_differing": differing[:3]}


def _rows(connection: sa.Connection, name: str, scope: Scope) -> list[Any]:
    return read.listed(connection, name, scope, limit=None)


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
        _consultations(connection, chance, ids, moment)
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
    rows, changes, dues = [], [], []
    items, amendments = list[dict[str, Any]](), list[dict[str, Any]]()
    first_item = (connection.scalar(sa.select(sa.func.max(r.plan_items.c.id))) or 0) + 1
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
            item = first_item + len(items)
            number = f"{chance.randrange(400)}/2020/NĐ-CP"
            amendments.append({"item_id": item, "ordinal": 1, "document_number": number})
            items.append(
                {
                    "id": item, "plan_id": n, "ordinal": ordinal, "action": chance.choice(list(ACTIONS)),
                    "regulation": f"DO-{chance.randrange(20_000)}", "title": f"Nội dung {n}.{ordinal}",
                    "current_cost": cost, "after_cost": cost // 2,
                    "deadline": published.date() + dt.timedelta(days=chance.randrange(500)),
                }
            )  # fmt: skip
    _insert(connection, r.plans, rows)
    _insert(connection, r.plan_state_changes, changes)
    _insert(connection, r.plan_deadlines, dues)
    _insert(connection, r.plan_items, items)
    _insert(connection, r.plan_amendments, amendments)


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


def _consultations(
    connection: sa.Connection, chance: random.Random, ids: list[int], moment: dt.datetime
) -> None:
    """Comments with answers of their own, and some of a campaign with one for all."""
    first = (connection.scalar(sa.select(sa.func.max(c.consultations.c.id))) or 0) + 1
    of_comment = (connection.scalar(sa.select(sa.func.max(c.comments.c.id))) or 0) + 1
    asked: list[dict[str, Any]] = []
    campaigns: list[dict[str, Any]] = []
    comments: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    for n in range(first, first + CONSULTATIONS):
        opened = moment - dt.timedelta(days=chance.randrange(10, 300))
        asked.append(
            {
                "id": n, "ministry_id": chance.choice(ids), "title": f"Dự thảo để đo số {n}",
                "field": chance.choice(FIELDS), "opens_at": opened, "published_at": opened,
                "closes_at": opened + dt.timedelta(days=60), "minimum_days": 20, "drafted_by": [],
                "created_at": opened, "updated_at": opened, "sample": True,
            }
        )  # fmt: skip
        campaigns.append(
            {"id": n, "consultation_id": n, "representative_id": of_comment, "created_at": opened}
        )
        answers.append(
            _answer(n, opened + dt.timedelta(days=chance.randrange(60)), moment) | {"campaign_id": n}
        )
        for place in range(COMMENTS // CONSULTATIONS):
            received = min(opened + dt.timedelta(days=chance.randrange(60)), moment)
            comments.append(
                {
                    "id": of_comment, "consultation_id": n, "tracking": f"DO-{of_comment}",
                    "secret_hash": "0" * 64, "submission": f"do-{of_comment}", "state": "published",
                    "sender": "anonymous", "body": "Nội dung.", "received_at": received,
                    "campaign_id": n if place % 3 == 0 else None, "commitment_salt": "0" * 32, "sample": True,
                }
            )  # fmt: skip
            if place % 3 and chance.random() < 0.6:
                later = received + dt.timedelta(days=chance.randrange(90), minutes=chance.randrange(1440))
                answers.append(_answer(n, later, moment) | {"comment_id": of_comment})
            of_comment += 1
    _insert(connection, c.consultations, asked)
    _insert(connection, c.campaigns, campaigns)
    _insert(connection, c.comments, comments)
    of_each = [answer for answer in answers if "comment_id" in answer]
    _insert(connection, c.answers, of_each)
    _insert(connection, c.answers, [answer for answer in answers if "campaign_id" in answer])


def _answer(consultation: int, published: dt.datetime, moment: dt.datetime) -> dict[str, Any]:
    """One that is public, or still a draft where its time has not come."""
    public = published if published <= moment else None
    return {
        "consultation_id": consultation, "verdict": "accepted", "text": "Tiếp thu.", "drafted_by": [],
        "published_verdict": "accepted" if public else None, "published_at": public, "updated_at": moment,
    }  # fmt: skip
