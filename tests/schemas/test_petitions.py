"""Rules of petitions as values."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.calendar import WorkingCalendar
from schemas.petitions import (
    STEPS,
    Figures,
    State,
    Step,
    Timing,
    after,
    due,
    parse_petition_number,
    petition_number,
    timing,
)


@given(st.dictionaries(st.sampled_from(State), st.integers(0, 10**6)))
def test_the_sums_hold_for_any_counts(counts: dict[State, int]) -> None:
    f = Figures(counts)
    assert f.sent == f.waiting + f.received
    assert f.received == f.out_of_scope + f.in_scope
    assert f.in_scope == f.awaiting + f.forwarded
    assert f.forwarded == f.in_progress + f.kept + f.handled


def test_the_report_of_2019_adds_up() -> None:
    """6.746 received; 1.580 in scope = 1.165 forwarded + 415 awaiting documents (so 5.166 out of scope)."""
    f = Figures({State.OUT: 5_166, State.AWAITING: 415, State.IN_PROGRESS: 1_000, State.HANDLED: 165})
    assert (f.received, f.in_scope, f.forwarded) == (6_746, 1_580, 1_165)


def test_every_state_is_reached_and_every_open_one_is_left() -> None:
    reached, frontier = {State.NEW}, [State.NEW]
    while frontier:
        state = frontier.pop()
        for step in Step:
            then = after(step, state)
            if then and then not in reached:
                reached.add(then)
                frontier.append(then)
    assert reached == set(State)
    ends = {s for s in State if not any(after(step, s) not in (None, s) for step in Step)}
    assert ends == {State.OUT, State.ARCHIVED}
    assert set(STEPS) == set(Step)


def test_five_working_days_over_a_weekend() -> None:
    """From Thursday 5 November 2026: 6, 9, 10, 11, 12 November."""
    calendar = WorkingCalendar()
    end = due(dt.date(2026, 11, 5), 5, calendar)
    assert end == dt.date(2026, 11, 12)
    assert timing(State.NEW, end, dt.date(2026, 11, 9), calendar) is Timing.RUNNING
    assert timing(State.NEW, end, dt.date(2026, 11, 10), calendar) is Timing.SOON
    assert timing(State.NEW, end, end, calendar) is Timing.SOON
    assert timing(State.NEW, end, dt.date(2026, 11, 13), calendar) is Timing.LATE
    # While the sender is waited for no limit runs; once more was supplied one does.
    assert timing(State.AWAITING, None, dt.date(2026, 12, 13), calendar) is Timing.NONE
    assert timing(State.AWAITING, end, dt.date(2026, 12, 13), calendar) is Timing.LATE
    assert timing(State.KEPT, end, dt.date(2026, 12, 13), calendar) is Timing.NONE


@given(st.integers(0, 2**40 - 1))
def test_numbers_are_read_back_however_typed(number: int) -> None:
    text = petition_number(number)
    assert parse_petition_number(text.lower().replace("-", " ").replace("0", "o")) == text


@pytest.mark.parametrize("text", ["", "KN", "KN-7K2M-Q9X", "GY-7K2M-Q9XDD", "KN-7K2M-Q9XU"])
def test_what_is_no_number(text: str) -> None:
    assert parse_petition_number(text) is None
