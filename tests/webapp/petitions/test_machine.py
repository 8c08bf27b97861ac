"""Petitions as a state machine: whatever anybody does in whatever order, the sums hold, nothing is taken that
the rules refuse, and the history tells where each one is."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from bench import petitions as petitions_bench
from schemas import petition_tables as p
from schemas.database import database_engine
from schemas.errors import Conflict, Refused
from schemas.people import Grant, Person, Role
from schemas.petitions import RUNNING, SENDERS, Limit, Outcome, State, Step, after
from tests.webapp.plans.people import MINISTRY, OTHER, add_ministries
from webapp.petitions import store
from webapp.petitions.store import Done, Petition
from webapp.queries import petitions as read
from webapp.working_days import vietnam

PEOPLE = {
    "office": Person(1, "Văn phòng", grants=(Grant(Role.OFFICER),)),
    "officer": Person(2, "Cán bộ", grants=(Grant(Role.OFFICER, MINISTRY),)),
    "other": Person(3, "Cán bộ bộ khác", grants=(Grant(Role.OFFICER, OTHER),)),
    "approver": Person(4, "Người duyệt", grants=(Grant(Role.APPROVER, MINISTRY),)),
    "both": Person(5, "Cả hai", grants=(Grant(Role.OFFICER), Grant(Role.APPROVER))),
    "nobody": Person(6, "Không vai trò"),
}


def machine(empty: Path, folder: Path) -> type[RuleBasedStateMachine]:
    class Machine(RuleBasedStateMachine):
        petitions = Bundle("petitions")

        def __init__(self) -> None:
            super().__init__()
            path = Path(tempfile.mkdtemp(dir=folder)) / "m.sqlite3"
            shutil.copy(empty, path)
            self.database = database_engine(f"sqlite:///{path}")
            with self.database.begin() as connection:
                add_ministries(connection)
            self.expected: dict[int, State] = {}
            self.day = dt.datetime(2026, 3, 2, 3, tzinfo=dt.UTC)

        def teardown(self) -> None:
            self.database.dispose()

        @rule(target=petitions, ministry=st.sampled_from(["", MINISTRY, OTHER]))
        def send(self, ministry: str) -> int:
            petition = Petition("Thủ tục thừa", "Vướng ở chỗ này.", "A", "B", "0900000000", ministry=ministry)
            with self.database.begin() as connection:
                sent = store.send(
                    connection, "k", f"s{len(self.expected)}", petition, "", vietnam(), received_at=self.day
                )
                again = store.send(connection, "k", f"s{len(self.expected)}", petition, "", vietnam())
            assert again.repeated and again.petition_id == sent.petition_id
            self.expected[sent.petition_id] = State.NEW
            return sent.petition_id

        @rule(days=st.integers(1, 20))
        def time_passes(self, days: int) -> None:
            self.day += dt.timedelta(days=days)

        @rule(
            petition=petitions,
            step=st.sampled_from(Step),
            who=st.sampled_from([*PEOPLE, "sender"]),
            note=st.sampled_from(["", "Ghi rõ."]),
            ministry=st.sampled_from([MINISTRY, OTHER, "bo-khong-co"]),
            outcome=st.sampled_from([*Outcome, ""]),
            stale=st.booleans(),
        )
        def take(
            self, petition: int, step: Step, who: str, note: str, ministry: str, outcome: str, stale: bool
        ) -> None:
            before = self.expected[petition]
            done = Done(step, note, ministry, outcome, "not_a_rule", 4)
            with self.database.connect() as connection:
                row = read.one(connection, petition)
            assert row is not None
            revision = row.revision - 1 if stale else row.revision
            try:
                with self.database.begin() as connection:
                    then = store.take(
                        connection,
                        PEOPLE.get(who),
                        petition,
                        done,
                        vietnam(),
                        revision=revision,
                        moment=self.day,
                    )
            except Conflict:
                assert stale
                return
            except Refused:
                return  # nothing was written: the invariants see to it
            assert not stale
            assert after(step, before) is not None
            assert (who == "sender") == (step in SENDERS)
            assert who != "nobody"
            if step in (Step.PUBLISH, Step.ARCHIVE):
                assert row.answered_by != PEOPLE[who].id
            self.expected[petition] = then

        @invariant()
        def the_sums_hold(self) -> None:
            with self.database.connect() as connection:
                f = read.figures(connection)
            assert f.by_state == dict(Counter(self.expected.values()))
            assert f.sent == len(self.expected) == f.waiting + f.received
            assert f.received == f.out_of_scope + f.in_scope
            assert f.in_scope == f.awaiting + f.forwarded
            assert f.forwarded == f.in_progress + f.kept + f.handled

        @invariant()
        def the_history_leads_to_where_each_is(self) -> None:
            s = p.petition_steps.c
            with self.database.connect() as connection:
                rows = connection.execute(sa.select(p.petition_steps).order_by(s.id)).all()
                held = {row.id: row for row in connection.execute(sa.select(p.petitions))}
            at: dict[int, str | None] = {}
            for row in rows:
                assert at.get(row.petition_id) == row.from_state
                at[row.petition_id] = row.to_state
            assert at == {key: state.value for key, state in self.expected.items()}
            for row in held.values():
                running = row.state in RUNNING and (row.state != "awaiting" or row.supplied_at is not None)
                assert (row.due_on is not None) == running
                done = row.state in ("handled", "published", "archived")
                assert (row.handled_at is not None) == done == (row.on_time is not None)

    return Machine


def at_once(task: Callable[[int], str], count: int) -> list[str]:
    """What each of these, started together, gave; the name of what it raised."""
    ready, results = threading.Barrier(count), [""] * count

    def run(n: int) -> None:
        ready.wait()
        try:
            results[n] = task(n)
        except Exception as error:
            results[n] = type(error).__name__

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.integration
def test_petitions_as_a_state_machine(empty_sqlite: Path, tmp_path: Path) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine(empty_sqlite, tmp_path),
        settings=hypothesis_settings(max_examples=6, stateful_step_count=20, deadline=None),
    )


@pytest.mark.postgresql
def test_two_officers_at_once_take_one_step(database: sa.Engine) -> None:
    with database.begin() as connection:
        add_ministries(connection)
        petition = Petition("Thủ tục thừa", "Vướng ở chỗ này.", "A", "B", "0900000000")
        sent = store.send(connection, "k", "s", petition, "", vietnam())
    done = Done(Step.FORWARD, ministry=MINISTRY)

    def forward(n: int) -> str:
        with database.begin() as connection:
            who = PEOPLE["office" if n % 2 else "both"]
            store.take(connection, who, sent.petition_id, done, vietnam(), revision=1)
        return "done"

    assert sorted(at_once(forward, 6)) == ["Conflict"] * 5 + ["done"]
    with database.connect() as connection:
        row, history = read.one(connection, sent.petition_id), read.history(connection, sent.petition_id)
    assert row is not None and row.revision == 2 and [h.step for h in history] == ["send", "forward"]


@pytest.mark.postgresql
def test_a_form_sent_many_times_at_once_is_one_petition(database: sa.Engine) -> None:
    with database.begin() as connection:
        add_ministries(connection)
    petition = Petition("Thủ tục thừa", "Vướng ở chỗ này.", "A", "B", "0900000000")

    def send(_n: int) -> str:
        with database.begin() as connection:
            return store.send(connection, "k", "s", petition, "", vietnam()).tracking

    assert len(set(at_once(send, 6))) == 1
    with database.connect() as connection:
        assert read.figures(connection).sent == 1


@pytest.mark.postgresql
def test_two_limits_set_at_once_are_one(database: sa.Engine) -> None:
    with database.begin() as connection:
        add_ministries(connection)

    def limit(n: int) -> str:
        with database.begin() as connection:
            store.set_limit(connection, PEOPLE["both"], MINISTRY, Limit.HANDLE, 7 + n, "Quyết định")
        return "done"

    assert at_once(limit, 4) == ["done"] * 4
    with database.connect() as connection:
        (row,) = read.limits(connection)
    assert 7 <= row.days <= 10


def test_the_sums_hold_while_many_are_moved(database: sa.Engine) -> None:
    """Small here; 30,000 in `python -m bench petitions`."""
    found = petitions_bench.run(database, 60, 1 if database.dialect.name == "sqlite" else 3)
    assert found["broken"] == 0 and found["samples"] > 0 and found["petitions"] == 60
