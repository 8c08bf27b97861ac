"""A machine that does anything anybody can do to plans, and what must hold after every step."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from schemas import regulation_tables as r
from schemas import tables as t
from schemas.calendar import WorkingCalendar
from schemas.errors import Conflict, Refused
from schemas.people import Person
from schemas.people_tables import audit_log
from schemas.plan_states import FINAL, MOVES, STATES, current_step, overdue
from schemas.plans import PlanContent
from webapp.plans import store
from webapp.plans.content import read_content

from .people import APPROVER, BOTH, MINISTRY, OFFICER, SECOND_APPROVER, STRANGER, add_ministries, content

pytestmark = pytest.mark.integration
PEOPLE = st.sampled_from([OFFICER, APPROVER, SECOND_APPROVER, BOTH, STRANGER])
DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31))
REASONS = st.sampled_from(["", "Hết thời hạn"])
ACTS = st.sampled_from(["", "12/QĐ-MẪU"])
CALENDAR = WorkingCalendar()


class Plans(RuleBasedStateMachine):
    """One plan, a few people, any order. `writers` models who had a hand in what is public."""

    database: sa.Engine

    @initialize()
    def begin(self) -> None:
        self.connection = self.database.connect()
        self.transaction = self.connection.begin()
        add_ministries(self.connection)
        self.plan_id = store.create(self.connection, OFFICER, MINISTRY, content()).plan_id
        self.draft_writers, self.writers = {OFFICER.id}, set[int]()
        self.writes, self.publications = 1, 0
        self.public: PlanContent | None = None

    def teardown(self) -> None:
        if hasattr(self, "transaction"):
            self.transaction.rollback()
            self.connection.close()

    def plan(self) -> Any:
        return self.connection.execute(sa.select(r.plans).where(r.plans.c.id == self.plan_id)).one()

    def draft(self) -> Any:
        query = sa.select(r.plan_drafts).where(r.plan_drafts.c.plan_id == self.plan_id)
        return self.connection.execute(query).one_or_none()

    def attempt(self, call: Any, *arguments: Any, **values: Any) -> bool:
        """Call the store inside a savepoint; what is refused must leave nothing behind."""
        before = self.count()
        try:
            with self.connection.begin_nested():
                call(self.connection, *arguments, **values)
        except (Refused, Conflict):
            assert self.count() == before
            return False
        self.writes += 1
        return True

    def count(self) -> tuple[int, ...]:
        tables = (audit_log, t.outbox, r.plan_state_changes, t.versions, r.plan_items)
        return tuple(self.connection.scalar(sa.select(sa.func.count()).select_from(x)) or 0 for x in tables)

    @rule(who=PEOPLE, title=st.sampled_from(["Bản một", "Bản hai", "Bản ba"]))
    def write(self, who: Person, title: str) -> None:
        had_draft = self.draft() is not None
        if self.attempt(store.save_draft, who, self.plan_id, content(title), self.plan().revision):
            assert who in (OFFICER, BOTH)
            self.draft_writers = (self.draft_writers if had_draft else set()) | {who.id}

    @rule(who=PEOPLE)
    def submit(self, who: Person) -> None:
        if self.attempt(store.submit_draft, who, self.plan_id, self.plan().revision):
            self.draft_writers.add(who.id)

    @rule(who=PEOPLE, note=REASONS)
    def give_back(self, who: Person, note: str) -> None:
        self.attempt(store.return_draft, who, self.plan_id, self.plan().revision, note)

    @rule(who=PEOPLE)
    def publish(self, who: Person) -> None:
        draft = self.draft()
        if self.attempt(store.publish, who, self.plan_id, self.plan().revision):
            assert who.id not in self.draft_writers
            assert who in (APPROVER, SECOND_APPROVER, BOTH)
            self.writers |= self.draft_writers
            self.publications += 1
            self.public = PlanContent.model_validate(draft.content)

    @rule(who=PEOPLE, to=st.sampled_from(sorted(STATES)), reason=REASONS, act=ACTS, day=DAYS)
    def move_anywhere(self, who: Person, to: str, reason: str, act: str, day: dt.date) -> None:
        self.move(who, to, reason, act, day)

    @rule(who=PEOPLE, pick=st.integers(0, 5), reason=REASONS, act=ACTS, day=DAYS)
    def move_along(self, who: Person, pick: int, reason: str, act: str, day: dt.date) -> None:
        targets = list(MOVES[self.plan().state])
        if targets:
            self.move(who, targets[pick % len(targets)], reason, act, day)

    @rule()
    def do_what_comes_next(self) -> None:
        """So that the late states are reached too."""
        plan, day = self.plan(), dt.date(2026, 6, 1)
        if not plan.version:
            self.submit(OFFICER)
            self.publish(APPROVER)
        for to in list(MOVES[plan.state])[:1]:
            for who in (OFFICER, APPROVER):
                self.move(who, to, "", "12/QĐ-MẪU", day)

    def move(self, who: Person, target: str, reason: str, act: str, day: dt.date) -> None:
        plan = self.plan()
        done = self.attempt(
            store.move, who, self.plan_id, target, plan.revision, CALENDAR, reason=reason, act=act, day=day
        )
        if done:
            assert target in MOVES[plan.state]
            assert who is not STRANGER
            if target in ("approved", "completed", "suspended", "replaced", "expired"):
                assert who.id not in self.writers
            if target == "submitted" or target in ("consulting", "answering"):
                self.writers |= {who.id} if plan.state != "suspended" else set()

    @rule(who=PEOPLE)
    def write_from_an_old_page(self, who: Person) -> None:
        stale = self.plan().revision - 1
        assert not self.attempt(store.save_draft, who, self.plan_id, content("Bản cũ"), stale)

    @invariant()
    def the_public_side_is_what_was_published(self) -> None:
        if not hasattr(self, "connection"):
            return
        plan = self.plan()
        assert plan.version == self.publications
        assert (plan.published_at is None) == (self.publications == 0)
        assert set(plan.drafted_by) == self.writers
        if self.public:
            shown = read_content(self.connection, self.plan_id)
            assert shown.model_copy(update={"approving_act": ""}) == self.public
        if not self.publications:
            assert plan.state == "planned"

    @invariant()
    def the_history_leads_to_the_state(self) -> None:
        if not hasattr(self, "connection"):
            return
        changes = list(
            self.connection.execute(sa.select(r.plan_state_changes).order_by(r.plan_state_changes.c.id))
        )
        states = [row.to_state for row in changes]
        assert [row.from_state for row in changes] == [None, *states][: len(states)]
        for before, after in pairwise(states):
            assert after in MOVES[before]
        if states:
            assert states[-1] == self.plan().state
        assert Counter(states)["approved"] <= 1 + states.count("suspended")
        assert not set(states[:-1]) & FINAL

    @invariant()
    def every_write_is_in_the_trail_and_what_is_public_in_the_outbox(self) -> None:
        if not hasattr(self, "connection"):
            return
        trail, outbox, changes, versions, _ = self.count()
        assert trail == self.writes
        # Each publication and each later change of state; the first publication makes the first state too.
        assert outbox == self.publications + changes - (self.publications > 0)
        assert versions == max(0, self.publications - 1)

    @invariant()
    def a_running_step_has_a_deadline_and_ended_plans_are_never_late(self) -> None:
        if not hasattr(self, "connection"):
            return
        plan = self.plan()
        due = {
            row.step: row.due
            for row in self.connection.execute(
                sa.select(r.plan_deadlines).where(r.plan_deadlines.c.plan_id == self.plan_id)
            )
        }
        step = current_step(plan.state)
        if step and plan.state != "planned":
            assert step in due
        if plan.state in FINAL or plan.state == "suspended":
            assert overdue(plan.state, due, dt.date(2030, 1, 1), CALENDAR) is None


def test_plans_do_only_what_the_rules_allow(database: sa.Engine, request: pytest.FixtureRequest) -> None:
    examples = 10 if database.dialect.name == "sqlite" else 6
    machine = type("PlansHere", (Plans,), {"database": database})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
