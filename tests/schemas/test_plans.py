"""Plans: what may be written, what it adds up to, who may move it where, what is late."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.calendar import WorkingCalendar
from schemas.people import Action, Grant, Person, Role, Subject
from schemas.plan_states import (
    FINAL,
    MOVES,
    STATES,
    Standing,
    current_step,
    item_state,
    may_publish,
    moves,
    overdue,
    refusal,
    steps,
)
from schemas.plans import Amendment, Deadline, PlanContent, PlanItem, Step, saving
from webapp.working_days import vietnam

DAY = dt.date(2026, 11, 23)
MINISTRY = "bo-thuong-nghiep"


def person(number: int, *roles: Role, ministry: str = MINISTRY) -> Person:
    return Person(number, f"Người {number}", grants=tuple(Grant(role, ministry) for role in roles))


OFFICER, APPROVER = person(1, Role.OFFICER), person(2, Role.APPROVER)


def standing(state: str, *, drafted_by: tuple[int, ...] = (1,), **values: object) -> Standing:
    subject = Subject("plan", "PA-2026-0001", MINISTRY, frozenset(drafted_by))
    return Standing(subject, state, **{"published": True, **values})  # type: ignore[arg-type]


def test_every_state_has_its_moves_and_only_known_targets() -> None:
    assert set(MOVES) == set(STATES)
    assert {target for targets in MOVES.values() for target in targets} <= set(STATES)
    assert all(not MOVES[state] for state in FINAL)
    reachable, edge = {"planned"}, ["planned"]
    while edge:
        for target in MOVES[edge.pop()]:
            if target not in reachable:
                reachable.add(target)
                edge.append(target)
    assert reachable == set(STATES)


def test_nobody_without_the_role_moves_anything() -> None:
    others = [None, person(9), person(9, Role.MODERATOR), person(9, Role.ADMINISTRATOR)]
    others += [person(9, Role.OFFICER, Role.APPROVER, ministry="bo-khac")]
    for state in STATES:
        for other in others:
            assert moves(standing(state, effective_until=dt.date(2020, 1, 1)), other, DAY) == ()


@pytest.mark.parametrize("state", STATES)
def test_who_wrote_a_plan_can_neither_approve_nor_end_it(state: str) -> None:
    both = person(1, Role.OFFICER, Role.APPROVER)
    allowed = moves(standing(state, drafted_by=(1,)), both, DAY)
    seconds = {t for t in MOVES[state] if MOVES[state][t] in (Action.APPROVE_PLAN, Action.END_PLAN)}
    assert not seconds & set(allowed)


def test_two_persons_take_a_plan_to_its_approval() -> None:
    assert refusal(standing("submitted"), "approved", APPROVER, DAY, act="12/QĐ-MẪU") is None
    assert refusal(standing("submitted"), "approved", APPROVER, DAY) == "act"
    assert refusal(standing("submitted"), "approved", OFFICER, DAY, act="12/QĐ-MẪU") == "authority"
    drafted = standing("submitted", drafted_by=(1, 2))
    assert refusal(drafted, "approved", APPROVER, DAY, act="12/QĐ-MẪU") == "two_persons"
    assert refusal(standing("submitted"), "rejected", APPROVER, DAY) == "reason"
    assert refusal(standing("submitted"), "rejected", APPROVER, DAY, reason="Chưa đủ căn cứ") is None


def test_publishing_needs_a_second_person() -> None:
    subject = Subject("plan", "PA-2026-0001", MINISTRY, frozenset({1}))
    assert may_publish(APPROVER, subject) is None
    assert may_publish(OFFICER, subject) == "authority"
    assert may_publish(person(1, Role.APPROVER), subject) == "two_persons"
    assert may_publish(None, subject) == "authority"


def test_a_plan_that_is_not_public_does_not_move() -> None:
    assert refusal(standing("planned", published=False), "consulting", OFFICER, DAY) == "unpublished"


def test_a_suspended_plan_goes_back_where_it_was() -> None:
    from_work = standing("suspended", suspended_from="implementing")
    assert set(moves(from_work, APPROVER, DAY)) == {"implementing", "replaced"}
    assert refusal(from_work, "approved", APPROVER, DAY) == "suspended_elsewhere"


def test_a_window_must_be_over_before_a_plan_expires() -> None:
    for until, expected in ((None, "window"), (DAY, "window"), (dt.date(2026, 11, 22), None)):
        late = standing("implementing", effective_until=until)
        assert refusal(late, "expired", APPROVER, DAY, reason="Hết thời hạn") == expected


# ------------------------------------------------------------------ deadlines


def test_overdue_in_working_days() -> None:
    due = {"approved": dt.date(2026, 11, 16), "implementing": dt.date(2027, 6, 30)}
    assert overdue("submitted", due, DAY, vietnam()) == ("approved", dt.date(2026, 11, 16), 5)
    assert overdue("submitted", due, dt.date(2026, 11, 16), vietnam()) is None
    assert overdue("implementing", due, DAY, vietnam()) is None
    for state in (*FINAL, "suspended"):
        assert overdue(state, due, DAY, vietnam()) is None


def test_five_steps_of_a_plan_waiting_for_approval() -> None:
    entered = {
        "planned": dt.date(2026, 7, 20),
        "consulting": dt.date(2026, 8, 5),
        "answering": dt.date(2026, 9, 4),
        "submitted": dt.date(2026, 10, 20),
    }
    due = {"approved": dt.date(2026, 11, 16), "implementing": dt.date(2027, 6, 30)}
    shown = steps("submitted", entered, due, DAY, vietnam())
    assert [s.status for s in shown] == ["done", "done", "done", "current", "ahead"]
    assert [s.finished for s in shown[:3]] == [
        dt.date(2026, 9, 4),
        dt.date(2026, 10, 20),
        dt.date(2026, 10, 20),
    ]
    assert shown[3].late == 5
    assert shown[4].due == dt.date(2027, 6, 30)


@given(
    st.sampled_from(sorted(STATES)),
    st.dictionaries(st.sampled_from(sorted(STATES)), st.dates(dt.date(2026, 1, 1), DAY)),
    st.sampled_from(["consulting", "approved", "implementing", None]),
)
def test_there_are_always_five_steps_and_at_most_one_is_current(
    state: str, entered: dict[str, dt.date], suspended_from: str | None
) -> None:
    shown = steps(state, entered, {}, DAY, WorkingCalendar(), suspended_from)
    assert len(shown) == 5
    statuses = [s.status for s in shown]
    assert statuses.count("current") == (current_step(state, suspended_from) is not None)
    order = ["done", "current", "ahead", "skipped"]
    assert statuses == sorted(statuses, key=order.index)


def test_parts_start_early_end_with_the_window_and_are_superseded() -> None:
    early = dt.date(2026, 11, 1)
    assert item_state("approved", early, None, None, DAY) == "in_effect"
    assert item_state("approved", dt.date(2027, 1, 1), None, None, DAY) == "approved"
    assert item_state("implementing", early, dt.date(2026, 11, 22), None, DAY) == "ended"
    assert item_state("implementing", early, DAY, None, DAY) == "in_effect"
    assert item_state("implementing", early, None, DAY, DAY) == "superseded"
    assert item_state("consulting", early, None, None, DAY) == "proposed"
    assert item_state("suspended", early, None, None, DAY) == "suspended"
    assert item_state("rejected", early, None, None, DAY) == "ended"


# ------------------------------------------------------------------ content


def item(**values: object) -> PlanItem:
    return PlanItem.model_validate({"action": "simplify", "title": "Cấp giấy phép", **values})


def test_savings_are_whole_dong_and_count_what_nobody_measured() -> None:
    items = (
        item(current_cost=2306 * 10**9, after_cost=654 * 10**9),
        item(current_cost=3, after_cost=1, current_hours=10, after_hours=4),
        item(),
    )
    total = saving(items)
    assert (total.cost, total.hours, total.unmeasured) == (1652 * 10**9 + 2, 6, 1)


@pytest.mark.parametrize(
    "values",
    [
        {"current_cost": 5},
        {"after_hours": 5},
        {"current_cost": -1, "after_cost": 0},
        {"current_cost": 1.5, "after_cost": 0},
        {"title": "   "},
        {"action": "xóa"},
        {"clauses": [{"document_number": "1/2020/NĐ-CP", "provision": "../etc"}]},
    ],
)
def test_wrong_items_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        item(**values)


def test_windows_and_deadlines_are_in_order() -> None:
    day = dt.date(2026, 7, 1)
    PlanContent(title="Một phương án", effective_from=day, effective_until=day)
    with pytest.raises(ValidationError):
        PlanContent(title="Một phương án", effective_from=day, effective_until=dt.date(2026, 6, 30))
    early, late = Deadline(step="consulting", due=day), Deadline(step="approved", due=dt.date(2026, 6, 1))
    with pytest.raises(ValidationError):
        PlanContent(title="Một phương án", deadlines=(late, early))


def test_documents_to_amend_are_named_once() -> None:
    first = Amendment(document_number="15/2024/NĐ-MẪU", provisions="Điều 18", deadline=dt.date(2027, 6, 30))
    again = Amendment(document_number="15/2024/NĐ-MẪU", provisions="Điều 20", deadline=dt.date(2027, 3, 1))
    content = PlanContent(title="Một phương án", items=(item(amendments=[first]), item(amendments=[again])))
    assert content.documents() == (
        Amendment(
            document_number="15/2024/NĐ-MẪU", provisions="Điều 18; Điều 20", deadline=dt.date(2027, 3, 1)
        ),
    )


def test_what_is_missing_before_a_second_person_is_asked() -> None:
    assert PlanContent(title="Một phương án").ready() == ("items", "summary")
    bare = PlanContent(title="Một phương án", summary="Bỏ.", items=(item(),))
    assert bare.ready() == ("reason:1", "clauses:1")


def test_step_names_agree() -> None:
    for step in Step.__args__:  # type: ignore[attr-defined]
        assert step in STATES
