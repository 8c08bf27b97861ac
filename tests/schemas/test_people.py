"""Who may do what: the rules, on values."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.people import NATIONAL, RULES, Action, Grant, Person, Role, Subject, may

INDUSTRY, HEALTH = "bo-cong-thuong", "bo-y-te"
scopes = st.sampled_from([NATIONAL, INDUSTRY, HEALTH])
grants = st.builds(Grant, st.sampled_from(list(Role)), scopes)
people = st.builds(
    Person, st.integers(1, 3), st.just("Người thử"), grants=st.lists(grants, max_size=4).map(tuple)
)
subjects = st.builds(
    Subject,
    st.just("plan"),
    ministry=scopes,
    drafted_by=st.frozensets(st.integers(1, 3)),
    owner_id=st.none() | st.integers(1, 3),
)
actions = st.sampled_from(list(Action))


def person(role: Role, ministry: str = INDUSTRY, number: int = 1) -> Person:
    return Person(number, "Người thử", grants=(Grant(role, ministry),))


def test_every_action_has_a_rule_that_lets_somebody() -> None:
    assert set(RULES) == set(Action)
    assert all(rule.roles or rule.owner or rule.everyone for rule in RULES.values())


@given(people, actions, subjects)
def test_who_drafted_never_approves(somebody: Person, action: Action, subject: Subject) -> None:
    own = replace(subject, drafted_by=subject.drafted_by | {somebody.id})
    if RULES[action].other_than_drafter:
        assert not may(somebody, action, own)


@given(people, actions, subjects, grants)
def test_a_grant_more_never_takes_a_right_away(
    somebody: Person, action: Action, subject: Subject, more: Grant
) -> None:
    if may(somebody, action, subject):
        assert may(replace(somebody, grants=(*somebody.grants, more)), action, subject)


@given(people, actions, subjects)
def test_a_role_elsewhere_counts_for_nothing(somebody: Person, action: Action, subject: Subject) -> None:
    """Only the grants that cover the subject's ministry matter, except for pages that list."""
    here = tuple(grant for grant in somebody.grants if grant.covers(subject.ministry))
    if not RULES[action].anywhere:
        assert may(somebody, action, subject) == may(replace(somebody, grants=here), action, subject)


@given(actions, subjects)
def test_a_visitor_may_only_what_everyone_may(action: Action, subject: Subject) -> None:
    assert may(None, action, subject) == RULES[action].everyone


@given(people, subjects)
def test_nobody_changes_their_own_roles(somebody: Person, subject: Subject) -> None:
    own = replace(subject, owner_id=somebody.id)
    for action in (Action.GRANT_ROLE, Action.WITHDRAW_ROLE, Action.DISABLE_ACCOUNT):
        assert not may(somebody, action, own)


@pytest.mark.parametrize(
    ("role", "ministry", "action", "expected"),
    [
        (Role.OFFICER, INDUSTRY, Action.DRAFT_PLAN, True),
        (Role.OFFICER, HEALTH, Action.DRAFT_PLAN, False),
        (Role.OFFICER, NATIONAL, Action.DRAFT_PLAN, True),
        (Role.OFFICER, INDUSTRY, Action.APPROVE_PLAN, False),
        (Role.APPROVER, INDUSTRY, Action.APPROVE_PLAN, True),
        (Role.APPROVER, INDUSTRY, Action.DRAFT_PLAN, False),
        (Role.MODERATOR, INDUSTRY, Action.MODERATE_COMMENT, True),
        (Role.MODERATOR, INDUSTRY, Action.PUBLISH_ANSWER, False),
        (Role.ADMINISTRATOR, NATIONAL, Action.APPROVE_PLAN, False),
        (Role.ADMINISTRATOR, NATIONAL, Action.DRAFT_PLAN, False),
        (Role.ADMINISTRATOR, INDUSTRY, Action.GRANT_ROLE, True),
        (Role.ADMINISTRATOR, HEALTH, Action.GRANT_ROLE, False),
        (Role.ADMINISTRATOR, HEALTH, Action.SEE_AUDIT, True),
    ],
)
def test_roles_over_an_industry_subject(role: Role, ministry: str, action: Action, expected: bool) -> None:
    assert may(person(role, ministry), action, Subject("plan", "1", INDUSTRY)) is expected


def test_a_ministry_administrator_grants_nothing_national() -> None:
    assert not may(person(Role.ADMINISTRATOR), Action.GRANT_ROLE, Subject("account", "2", NATIONAL))


def test_lists_are_filtered_by_ministry() -> None:
    both = Person(1, "", grants=(Grant(Role.OFFICER, INDUSTRY), Grant(Role.APPROVER, HEALTH)))
    assert both.ministries(Role.OFFICER) == {INDUSTRY}
    assert both.ministries() == {INDUSTRY, HEALTH}
    assert person(Role.OFFICER, NATIONAL).ministries() is None
    assert Person(1, "").ministries() == frozenset()
