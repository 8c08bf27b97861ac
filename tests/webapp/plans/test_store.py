"""Writing plans: two persons, one approval, everything in the trail and the outbox. On both databases."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings

from schemas import regulation_tables as r
from schemas import tables as t
from schemas.calendar import WorkingCalendar
from schemas.errors import Conflict, Refused
from schemas.people_tables import audit_log
from schemas.plans import PlanContent
from webapp.plans import store
from webapp.plans.content import read_content, replace_content

from .people import (
    APPROVER,
    BOTH,
    MINISTRY,
    OFFICER,
    SECOND_APPROVER,
    STRANGER,
    add_ministries,
    content,
    contents,
)

CALENDAR = WorkingCalendar()


@pytest.fixture
def plans(database: sa.Engine) -> sa.Engine:
    with database.begin() as connection:
        add_ministries(connection)
    return database


def published(database: sa.Engine) -> store.Written:
    """A plan that OFFICER wrote and APPROVER published."""
    with database.begin() as connection:
        written = store.create(connection, OFFICER, MINISTRY, content())
        written = store.submit_draft(connection, OFFICER, written.plan_id, written.revision)
        return store.publish(connection, APPROVER, written.plan_id, written.revision)


def submitted(database: sa.Engine) -> store.Written:
    """The same, taken as far as it goes without an approval."""
    written = published(database)
    for target in ("consulting", "answering", "submitted"):
        with database.begin() as connection:
            written = store.move(connection, OFFICER, written.plan_id, target, written.revision, CALENDAR)
    return written


def rows(database: sa.Engine, table: sa.Table) -> list[Any]:
    with database.connect() as connection:
        return list(connection.execute(sa.select(table)))


def test_a_plan_from_the_first_word_to_its_end(plans: sa.Engine) -> None:
    written = submitted(plans)
    with plans.begin() as connection:
        written = store.move(
            connection, APPROVER, written.plan_id, "approved", written.revision, CALENDAR, act="12/QĐ-MẪU"
        )
        written = store.move(connection, OFFICER, written.plan_id, "implementing", written.revision, CALENDAR)
        written = store.move(connection, APPROVER, written.plan_id, "completed", written.revision, CALENDAR)
    (plan,) = rows(plans, r.plans)
    assert (plan.state, plan.approving_act, plan.version) == ("completed", "12/QĐ-MẪU", 1)
    assert plan.number == f"PA-{plan.created_at.year}-{plan.id:04d}"
    states = [row.to_state for row in rows(plans, r.plan_state_changes)]
    assert states == [
        "planned", "consulting", "answering", "submitted", "approved", "implementing", "completed",
    ]  # fmt: skip
    # Published once and moved six times: each in the outbox, each (and the two of drafting) in the trail.
    assert [(row.kind, row.record_id) for row in rows(plans, t.outbox)] == [("plan", plan.id)] * 7
    trail = rows(plans, audit_log)
    assert len(trail) == 9
    assert {row.subject_id for row in trail} == {plan.number}
    assert trail[6].after["state"] == "approved"
    assert trail[6].before["state"] == "submitted"


def test_steps_without_a_date_of_their_own_get_one_in_working_days(plans: sa.Engine) -> None:
    written = published(plans)
    with plans.begin() as connection:
        store.move(
            connection, OFFICER, written.plan_id, "consulting", written.revision, CALENDAR,
            day=dt.date(2026, 11, 20),
        )  # fmt: skip
    (deadline,) = rows(plans, r.plan_deadlines)
    assert (deadline.step, deadline.due, deadline.source) == ("consulting", dt.date(2026, 12, 18), "default")


def test_a_draft_is_not_public_until_a_second_person_publishes_it(plans: sa.Engine) -> None:
    with plans.begin() as connection:
        written = store.create(connection, BOTH, MINISTRY, content())
        written = store.submit_draft(connection, BOTH, written.plan_id, written.revision)
    assert rows(plans, t.outbox) == []
    assert rows(plans, r.plan_items) == []
    for who, code in ((BOTH, "two_persons"), (OFFICER, "authority"), (STRANGER, "authority")):
        with pytest.raises(Refused, match=code), plans.begin() as connection:
            store.publish(connection, who, written.plan_id, written.revision)
    assert rows(plans, r.plans)[0].published_at is None
    with plans.begin() as connection:
        store.publish(connection, APPROVER, written.plan_id, written.revision)
    assert rows(plans, r.plans)[0].published_at is not None


def test_another_ministry_can_do_nothing(plans: sa.Engine) -> None:
    with plans.begin() as connection:
        written = store.create(connection, OFFICER, MINISTRY, content())
    calls = (
        lambda c: store.create(c, STRANGER, MINISTRY, content()),
        lambda c: store.save_draft(c, STRANGER, written.plan_id, content(), written.revision),
        lambda c: store.submit_draft(c, STRANGER, written.plan_id, written.revision),
    )
    for call in calls:
        with pytest.raises(Refused, match="authority"), plans.begin() as connection:
            call(connection)
    with plans.begin() as connection:
        written = store.submit_draft(connection, OFFICER, written.plan_id, written.revision)
    with pytest.raises(Refused, match="authority"), plans.begin() as connection:
        store.return_draft(connection, STRANGER, written.plan_id, written.revision, "Không")
    assert len(rows(plans, audit_log)) == 2  # nothing refused left a trace


def test_an_incomplete_draft_is_not_submitted_and_one_returned_can_be_mended(plans: sa.Engine) -> None:
    with plans.begin() as connection:
        written = store.create(connection, OFFICER, MINISTRY, PlanContent(title="Một phương án"))
    with pytest.raises(Refused, match="incomplete"), plans.begin() as connection:
        store.submit_draft(connection, OFFICER, written.plan_id, written.revision)
    with plans.begin() as connection:
        written = store.save_draft(connection, OFFICER, written.plan_id, content(), written.revision)
        written = store.submit_draft(connection, OFFICER, written.plan_id, written.revision)
    with pytest.raises(Refused, match="reason"), plans.begin() as connection:
        store.return_draft(connection, APPROVER, written.plan_id, written.revision, " ")
    with plans.begin() as connection:
        written = store.return_draft(connection, APPROVER, written.plan_id, written.revision, "Thiếu chi phí")
    assert rows(plans, r.plan_drafts)[0].returned_note == "Thiếu chi phí"
    with pytest.raises(Refused, match="not_submitted"), plans.begin() as connection:
        store.publish(connection, APPROVER, written.plan_id, written.revision)


def test_a_new_version_is_written_beside_the_public_one_and_the_old_is_kept(plans: sa.Engine) -> None:
    written = published(plans)
    newer = content("Bỏ bản sao hợp đồng trong hồ sơ bán lẻ rượu")
    with plans.begin() as connection:
        written = store.save_draft(connection, OFFICER, written.plan_id, newer, written.revision)
        assert read_content(connection, written.plan_id) == content()
        assert rows_title(connection) == content().title
        written = store.submit_draft(connection, OFFICER, written.plan_id, written.revision)
        store.publish(connection, APPROVER, written.plan_id, written.revision)
    with plans.connect() as connection:
        assert read_content(connection, written.plan_id) == newer
    (kept,) = rows(plans, t.versions)
    assert PlanContent.model_validate(kept.content) == content()


def rows_title(connection: sa.Connection) -> str:
    return str(connection.scalar(sa.select(r.plans.c.title)))


def test_a_plan_with_an_open_draft_is_not_submitted_for_approval(plans: sa.Engine) -> None:
    written = published(plans)
    with plans.begin() as connection:
        written = store.move(connection, OFFICER, written.plan_id, "consulting", written.revision, CALENDAR)
    with pytest.raises(Refused, match="not_editable"), plans.begin() as connection:
        store.save_draft(connection, OFFICER, written.plan_id, content(), written.revision)
    with plans.begin() as connection:
        written = store.move(connection, OFFICER, written.plan_id, "answering", written.revision, CALENDAR)
        written = store.save_draft(connection, OFFICER, written.plan_id, content(), written.revision)
    with pytest.raises(Refused, match="open_draft"), plans.begin() as connection:
        store.move(connection, OFFICER, written.plan_id, "submitted", written.revision, CALENDAR)


def test_who_submitted_cannot_approve(plans: sa.Engine) -> None:
    written = published(plans)
    with plans.begin() as connection:
        for target in ("consulting", "answering", "submitted"):
            written = store.move(connection, BOTH, written.plan_id, target, written.revision, CALENDAR)
    with pytest.raises(Refused, match="two_persons"), plans.begin() as connection:
        store.move(connection, BOTH, written.plan_id, "approved", written.revision, CALENDAR, act="12/QĐ-MẪU")


def test_a_write_made_from_an_old_page_changes_nothing(plans: sa.Engine) -> None:
    with plans.begin() as connection:
        first = store.create(connection, OFFICER, MINISTRY, content())
        store.save_draft(connection, OFFICER, first.plan_id, content("Bản thứ hai"), first.revision)
    with pytest.raises(Conflict), plans.begin() as connection:
        store.save_draft(connection, OFFICER, first.plan_id, content("Bản thứ ba"), first.revision)
    assert rows(plans, r.plans)[0].title == "Bản thứ hai"


def test_the_states_a_plan_had_can_be_neither_changed_nor_removed(plans: sa.Engine) -> None:
    published(plans)
    for statement in (
        "update plan_state_changes set to_state = 'approved'",
        "delete from plan_state_changes",
    ):
        with pytest.raises(sa.exc.DBAPIError), plans.begin() as connection:
            connection.execute(sa.text(statement))
    assert [row.to_state for row in rows(plans, r.plan_state_changes)] == ["planned"]


def test_an_approval_asked_for_by_many_at_once_is_given_once(plans: sa.Engine) -> None:
    """The approve race: every thread saw the same page and sends the same form."""
    written = submitted(plans)
    ready, outcomes = threading.Barrier(8), []

    def approve(number: int) -> None:
        ready.wait()
        who = (APPROVER, SECOND_APPROVER)[number % 2]
        try:
            with plans.begin() as connection:
                store.move(
                    connection, who, written.plan_id, "approved", written.revision, CALENDAR, act="12/QĐ-MẪU"
                )
            outcomes.append("approved")
        except (Conflict, Refused) as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=approve, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["Conflict"] * 7 + ["approved"]
    states = [row.to_state for row in rows(plans, r.plan_state_changes)]
    assert states.count("approved") == 1
    approvals = [row for row in rows(plans, audit_log) if (row.after or {}).get("state") == "approved"]
    assert len(approvals) == 1
    assert len(rows(plans, t.outbox)) == 5


def test_numbers_made_at_once_are_all_different(plans: sa.Engine) -> None:
    ready, numbers = threading.Barrier(6), []

    def write() -> None:
        ready.wait()
        with plans.begin() as connection:
            numbers.append(store.create(connection, OFFICER, MINISTRY, content()).number)

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(numbers)) == 6


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(contents())
def test_any_content_reads_back_as_it_was_written(plans: sa.Engine, any_content: PlanContent) -> None:
    with plans.connect() as connection, connection.begin() as transaction:
        written = store.create(connection, OFFICER, MINISTRY, any_content)
        replace_content(connection, written.plan_id, any_content)
        assert read_content(connection, written.plan_id) == any_content
        transaction.rollback()
