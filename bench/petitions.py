"""Petitions: many synthetic ones through all states by several writers; the sums sampled all the while."""

from __future__ import annotations

import argparse
import random
import threading
import time
from collections import Counter
from typing import Any

import sqlalchemy as sa

from schemas import petition_tables as p
from schemas.database import database_engine
from schemas.errors import Refused
from schemas.lists import MinistryEntry
from schemas.migrations import upgrade
from schemas.people import Grant, Person, Role
from schemas.petitions import SENDERS, Figures, Outcome, State, Step, after, petition_number
from schemas.settings import load_settings
from webapp.audit import now
from webapp.petitions import store
from webapp.petitions.store import Done
from webapp.plans import ministries
from webapp.queries import petitions as read
from webapp.working_days import vietnam

MINISTRY = "bo-do-phan-anh"
OFFICER = Person(910_001, "", grants=(Grant(Role.OFFICER),))
APPROVER = Person(910_002, "", grants=(Grant(Role.APPROVER),))
_BATCH = 25  # petitions of one transaction; each step locks its row
_CHUNK = 2000


def main(arguments: list[str]) -> dict[str, Any]:
    """Figures of one run on the database of the settings, which should hold no petitions yet."""
    parser = argparse.ArgumentParser(prog="python -m bench petitions", description=__doc__)
    parser.add_argument("--petitions", type=int, default=30_000)
    parser.add_argument("--writers", type=int, default=4)
    options = parser.parse_args(arguments)
    settings = load_settings()
    engine = database_engine(settings.database)
    upgrade(engine)
    return run(engine, options.petitions, options.writers)


def run(engine: sa.Engine, count: int, writers: int) -> dict[str, Any]:
    """Takes `count` new petitions to random ends. `broken`: samples in which a sum did not hold."""
    fill(engine, count)
    stop, samples, broken = threading.Event(), Counter[str](), list[str]()
    sampler = threading.Thread(target=_sample, args=(engine, count, stop, samples, broken))
    sampler.start()
    began = time.monotonic()
    ids = list(range(1, count + 1))
    steps = Counter[str]()
    threads = [
        threading.Thread(target=_work, args=(engine, ids[n::writers], random.Random(n), steps))
        for n in range(writers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - began
    stop.set()
    sampler.join()
    with engine.connect() as connection:
        final = read.figures(connection)
        passed = set(connection.scalars(sa.select(p.petition_steps.c.to_state).distinct()))
    return {
        "petitions": final.sent,
        "steps": sum(steps.values()),
        "seconds": round(seconds, 1),
        "steps_per_s": round(sum(steps.values()) / seconds, 1),
        "samples": samples["taken"],
        "broken": len(broken),
        "first_broken": broken[:3],
        "states_passed": sorted(passed),
        "all_states": passed | {State.NEW} == set(State),
        "by_state": {state.value: n for state, n in sorted(final.by_state.items())},
    }


def fill(engine: sa.Engine, count: int) -> None:
    """New petitions, without an agency, straight into the table."""
    moment, random_bits = now(), random.Random(11)
    with engine.begin() as connection:
        ministries.load(connection, [MinistryEntry(MINISTRY, "Bộ để đo", None, None, "", "")], sample=True)
        for start in range(0, count, _CHUNK):
            rows = [
                {
                    "tracking": petition_number(random_bits.getrandbits(40)),
                    "secret_hash": "0" * 64,
                    "submission": f"bench-{n}",
                    "state": State.NEW,
                    "title": f"Vướng mắc số {n}",
                    "body": "Nội dung.",
                    "received_at": moment,
                    "due_on": moment.date(),
                    "sample": True,
                }
                for n in range(start, min(start + _CHUNK, count))
            ]
            connection.execute(sa.insert(p.petitions), rows)


def holds(f: Figures) -> bool:
    """The three sums of the report and the one of what was sent, from the states alone."""
    n = {state: f.by_state.get(state, 0) for state in State}
    handled = n[State.HANDLED] + n[State.PUBLISHED] + n[State.ARCHIVED]
    return (
        f.received == f.out_of_scope + f.in_scope == f.sent - n[State.NEW]
        and f.in_scope == f.awaiting + f.forwarded == n[State.AWAITING] + f.forwarded
        and f.forwarded == f.in_progress + f.kept + f.handled
        and f.handled == handled
    )


def _sample(
    engine: sa.Engine, count: int, stop: threading.Event, samples: Counter[str], broken: list[str]
) -> None:
    """Besides the sums: nothing is lost or counted twice, and no petition is un-received."""
    received = 0
    while not stop.is_set():
        with engine.connect() as connection:
            f = read.figures(connection)
        samples["taken"] += 1
        if not holds(f) or f.sent != count or f.received < received:
            broken.append(repr(dict(f.by_state)))
        received = f.received
        time.sleep(0.02)


def _work(engine: sa.Engine, ids: list[int], chance: random.Random, steps: Counter[str]) -> None:
    calendar = vietnam()
    for start in range(0, len(ids), _BATCH):
        moving = ids[start : start + _BATCH]
        for _round in range(chance.randint(1, 6)):
            with engine.begin() as connection:
                for number in moving:
                    state = connection.scalar(
                        sa.select(p.petitions.c.state).where(p.petitions.c.id == number)
                    )
                    legal = [step for step in Step if after(step, State(str(state)))]
                    if not legal:
                        continue
                    step = chance.choice(legal)
                    done = Done(step, "Lời.", MINISTRY, chance.choice(list(Outcome)), "not_a_rule", 3)
                    person = None if step in SENDERS else OFFICER
                    if step in (Step.PUBLISH, Step.ARCHIVE):
                        person = APPROVER
                    try:
                        store.take(connection, person, number, done, calendar)
                        steps[step] += 1
                    except Refused as refused:
                        if refused.code != "reopened":
                            raise
