"""Stages, counting, steps and tracking numbers of consultations: rules on values."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.calendar import VIETNAM
from schemas.consultations import (
    ALPHABET,
    NEEDS_REASON,
    OWED,
    SHOWN,
    STEPS,
    CommentState,
    Progress,
    Stage,
    Step,
    after,
    counts,
    days_left,
    days_short,
    end_of,
    last_day,
    may_close_answered,
    parse_tracking,
    stage,
    start_of,
    tracking_number,
)

OPENS = start_of(dt.date(2026, 11, 1))
CLOSES = end_of(dt.date(2026, 11, 26))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-10-31 23:59:59.999999", Stage.UPCOMING),
        ("2026-11-01 00:00", Stage.OPEN),
        ("2026-11-18 23:59", Stage.OPEN),
        ("2026-11-19 00:00", Stage.CLOSING_SOON),
        ("2026-11-26 23:59:59.999999", Stage.CLOSING_SOON),
        ("2026-11-27 00:00", Stage.CLOSED),
    ],
)
def test_stages_change_at_midnight_in_vietnam(now: str, expected: Stage) -> None:
    assert stage(OPENS, OPENS, CLOSES, None, at(now)) is expected
    # The same instant told in another zone is the same stage.
    assert stage(OPENS, OPENS, CLOSES, None, at(now).astimezone(dt.UTC)) is expected


def test_what_is_not_published_is_being_prepared_and_answers_end_it() -> None:
    late = at("2027-01-01 00:00")
    assert stage(None, OPENS, CLOSES, None, late) is Stage.PREPARING
    assert stage(OPENS, OPENS, CLOSES, late, late) is Stage.ANSWERED
    # Marked as answered while it is still open: it is open.
    assert stage(OPENS, OPENS, CLOSES, OPENS, at("2026-11-05 00:00")) is Stage.OPEN


@pytest.mark.parametrize(
    ("now", "days"), [("2026-11-23 08:00", 3), ("2026-11-26 23:59", 0), ("2026-11-27 00:00", -1)]
)
def test_days_left_are_days_of_the_calendar(now: str, days: int) -> None:
    assert days_left(CLOSES, at(now)) == days
    assert last_day(CLOSES) == dt.date(2026, 11, 26)


def test_a_closing_hour_in_the_day_leaves_that_day_the_last() -> None:
    assert last_day(at("2026-11-26 17:00")) == dt.date(2026, 11, 26)


def test_the_last_microsecond_counts_and_the_next_does_not() -> None:
    tick = dt.timedelta(microseconds=1)
    assert counts(CLOSES - tick, OPENS, CLOSES) and counts(OPENS, OPENS, CLOSES)
    assert not counts(CLOSES, OPENS, CLOSES) and not counts(OPENS - tick, OPENS, CLOSES)


@pytest.mark.parametrize(("until", "short"), [("2026-11-20", 0), ("2026-11-19", 1), ("2026-11-01", 19)])
def test_how_much_shorter_than_the_law_says(until: str, short: int) -> None:
    assert days_short(OPENS, end_of(dt.date.fromisoformat(until)), 20) == short


def test_an_hour_less_is_a_day_less() -> None:
    assert days_short(OPENS, end_of(dt.date(2026, 11, 20)) - dt.timedelta(hours=1), 20) == 1


def test_no_step_brings_a_withdrawn_comment_back() -> None:
    assert {after(step, CommentState.WITHDRAWN) for step in Step} == {None}


def test_no_step_hides_silently() -> None:
    for step, moves in STEPS.items():
        for before, then in moves.items():
            if before in SHOWN and then not in SHOWN and step is not Step.WITHDRAW:
                assert step in NEEDS_REASON


def test_confirming_an_address_never_undoes_a_moderator() -> None:
    assert after(Step.CONFIRM, CommentState.HIDDEN) is None
    assert after(Step.CONFIRM, CommentState.REDACTED) is CommentState.REDACTED
    assert after(Step.CONFIRM, CommentState.SUBMITTED) is CommentState.PUBLISHED


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.none() | st.integers(0, 10**6))
def test_answered_means_all_or_the_right_number(owed: int, answered: int, stated: int | None) -> None:
    progress = Progress(max(owed, answered), min(owed, answered))
    allowed = may_close_answered(progress, stated)
    assert allowed == (progress.open == 0 or stated == progress.open)
    assert (progress.percent == 100) == (progress.open == 0)


def test_hidden_comments_are_owed_no_answer() -> None:
    assert CommentState.HIDDEN not in OWED and CommentState.SUBMITTED in OWED


@given(st.integers(0, 2**40 - 1))
def test_tracking_numbers_survive_being_read_aloud(number: int) -> None:
    text = tracking_number(number)
    assert parse_tracking(text) == text
    assert parse_tracking(f" {text.lower().replace('-', ' ')} ") == text
    assert parse_tracking(text.replace("0", "o").replace("1", "l")) == text
    assert parse_tracking(text[:-1]) is None


def test_tracking_numbers_are_all_different_and_readable() -> None:
    assert len(set(ALPHABET)) == 32 and not set("ILOU") & set(ALPHABET)
    assert tracking_number(0) == "GY-0000-0000" and tracking_number(2**40 - 1) == "GY-ZZZZ-ZZZZ"


@pytest.mark.parametrize("text", ["", "GY", "GY-1234", "' or 1=1 --", "GY-UUUU-UUUU", "GY-1234-56789"])
def test_what_is_no_tracking_number(text: str) -> None:
    assert parse_tracking(text) is None
