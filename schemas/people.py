"""People, roles and what they may do.

One pure function, `may(person, action, subject)`, answers every question of authority; each route asks it and
no route decides by itself. Reading published pages needs no account and is not an action.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: The scope of a grant over every ministry, and the ministry of a subject that belongs to none.
NATIONAL = ""


class Role(StrEnum):
    """What a person does for a ministry (or, with a national grant, for all of them)."""

    OFFICER = "officer"  # cán bộ soạn thảo: drafts, answers
    APPROVER = "approver"  # người duyệt: publishes what another person drafted
    MODERATOR = "moderator"  # người kiểm duyệt góp ý
    ADMINISTRATOR = "administrator"  # quản trị: people and roles, nothing else


@dataclass(frozen=True, slots=True)
class Grant:
    """A role over one ministry: the slug of the agency's name ("bo-cong-thuong"), or NATIONAL."""

    role: Role
    ministry: str = NATIONAL

    def covers(self, ministry: str) -> bool:
        """A national grant covers every ministry; a ministry's grant only that one."""
        return self.ministry in (NATIONAL, ministry)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody signed in. A visitor without an account is `None` wherever a Person is asked for."""

    id: int
    name: str
    email: str = ""
    grants: tuple[Grant, ...] = ()
    sample: bool = False

    def has(self, role: Role, ministry: str) -> bool:
        """Does a grant of this role cover this ministry?"""
        return any(grant.role == role and grant.covers(ministry) for grant in self.grants)

    def ministries(self, *roles: Role) -> frozenset[str] | None:
        """The ministries where the person has one of the roles (any role when none is named).

        None means all of them: a national grant. Use it to filter lists in SQL.
        """
        scopes = {grant.ministry for grant in self.grants if not roles or grant.role in roles}
        return None if NATIONAL in scopes else frozenset(scopes)


@dataclass(frozen=True, slots=True)
class Subject:
    """What an action is done to; the same object names it in the audit trail.

    `ministry`: slug of the agency it belongs to (NATIONAL: none). `drafted_by`: ids of everybody who wrote
    the content now up for approval (or who took the decision now appealed). `owner_id`: the account it is
    about or that sent it.
    """

    kind: str
    id: str = ""
    ministry: str = NATIONAL
    drafted_by: frozenset[int] = frozenset()
    owner_id: int | None = None


class Action(StrEnum):
    """Everything that needs authority, by the part of the portal it belongs to."""

    # own account
    MANAGE_OWN_ACCOUNT = "manage_own_account"
    # administration
    OPEN_ADMINISTRATION = "open_administration"
    SEE_PEOPLE = "see_people"
    GRANT_ROLE = "grant_role"
    WITHDRAW_ROLE = "withdraw_role"
    DISABLE_ACCOUNT = "disable_account"
    SEE_AUDIT = "see_audit"
    SEE_MAIL = "see_mail"
    # officer's desk
    OPEN_DESK = "open_desk"
    # regulations and conditions
    EDIT_REGULATION = "edit_regulation"
    CONFIRM_CONDITION = "confirm_condition"
    # plans
    DRAFT_PLAN = "draft_plan"
    IMPORT_PLANS = "import_plans"
    SUBMIT_PLAN = "submit_plan"
    APPROVE_PLAN = "approve_plan"
    REJECT_PLAN = "reject_plan"
    CARRY_OUT_PLAN = "carry_out_plan"
    END_PLAN = "end_plan"
    # consultations
    DRAFT_CONSULTATION = "draft_consultation"
    OPEN_CONSULTATION = "open_consultation"
    CLOSE_CONSULTATION = "close_consultation"
    # comments
    SEND_COMMENT = "send_comment"
    WITHDRAW_COMMENT = "withdraw_comment"
    SEE_COMMENTS = "see_comments"
    MODERATE_COMMENT = "moderate_comment"
    DECIDE_APPEAL = "decide_appeal"
    # petitions
    SEE_PETITIONS = "see_petitions"
    HANDLE_PETITION = "handle_petition"
    PUBLISH_PETITION = "publish_petition"
    SET_PETITION_LIMIT = "set_petition_limit"
    # answers
    ASSIGN_ANSWER = "assign_answer"
    DRAFT_ANSWER = "draft_answer"
    PUBLISH_ANSWER = "publish_answer"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may do one action. All conditions that are set must hold.

    `roles`: a grant of one of them covers the subject's ministry. `anywhere`: the grant may be over any
    ministry (pages that list; their rows are filtered). `owner`: the owner may too, without a role.
    `everyone`: no account needed. `other_than_drafter`: two persons, whoever drafted it may not.
    `not_oneself`: not to one's own account.
    """

    roles: frozenset[Role] = frozenset()
    anywhere: bool = False
    owner: bool = False
    everyone: bool = False
    other_than_drafter: bool = False
    not_oneself: bool = False


_OFFICER = frozenset({Role.OFFICER})
_APPROVER = frozenset({Role.APPROVER})
_MODERATOR = frozenset({Role.MODERATOR})
_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
_STAFF = frozenset({Role.OFFICER, Role.APPROVER, Role.MODERATOR})

RULES: dict[Action, Rule] = {
    Action.MANAGE_OWN_ACCOUNT: Rule(owner=True),
    Action.OPEN_ADMINISTRATION: Rule(_ADMINISTRATOR, anywhere=True),
    Action.SEE_PEOPLE: Rule(_ADMINISTRATOR, anywhere=True),
    Action.GRANT_ROLE: Rule(_ADMINISTRATOR, not_oneself=True),
    Action.WITHDRAW_ROLE: Rule(_ADMINISTRATOR, not_oneself=True),
    Action.DISABLE_ACCOUNT: Rule(_ADMINISTRATOR, not_oneself=True),
    Action.SEE_AUDIT: Rule(_ADMINISTRATOR, anywhere=True),
    Action.SEE_MAIL: Rule(_ADMINISTRATOR),
    Action.OPEN_DESK: Rule(_STAFF, anywhere=True),
    Action.EDIT_REGULATION: Rule(_OFFICER),
    Action.CONFIRM_CONDITION: Rule(_OFFICER | _APPROVER),
    Action.DRAFT_PLAN: Rule(_OFFICER),
    Action.IMPORT_PLANS: Rule(_OFFICER),
    Action.SUBMIT_PLAN: Rule(_OFFICER),
    Action.APPROVE_PLAN: Rule(_APPROVER, other_than_drafter=True),
    Action.REJECT_PLAN: Rule(_APPROVER),
    Action.CARRY_OUT_PLAN: Rule(_OFFICER | _APPROVER),
    Action.END_PLAN: Rule(_APPROVER, other_than_drafter=True),
    Action.DRAFT_CONSULTATION: Rule(_OFFICER),
    Action.OPEN_CONSULTATION: Rule(_APPROVER, other_than_drafter=True),
    Action.CLOSE_CONSULTATION: Rule(_APPROVER),
    Action.SEND_COMMENT: Rule(everyone=True),
    Action.WITHDRAW_COMMENT: Rule(owner=True),
    Action.SEE_COMMENTS: Rule(_STAFF),
    Action.MODERATE_COMMENT: Rule(_MODERATOR),
    Action.DECIDE_APPEAL: Rule(_MODERATOR | _APPROVER, other_than_drafter=True),
    Action.SEE_PETITIONS: Rule(_OFFICER | _APPROVER),
    Action.HANDLE_PETITION: Rule(_OFFICER),
    Action.PUBLISH_PETITION: Rule(_APPROVER, other_than_drafter=True),
    Action.SET_PETITION_LIMIT: Rule(_APPROVER),
    Action.ASSIGN_ANSWER: Rule(_OFFICER | _APPROVER),
    Action.DRAFT_ANSWER: Rule(_OFFICER),
    Action.PUBLISH_ANSWER: Rule(_APPROVER, other_than_drafter=True),
}

NOTHING = Subject("portal")


def may(person: Person | None, action: Action, subject: Subject = NOTHING) -> bool:
    """True when this person may do this to that. Pure; what is not allowed by a rule is refused.

    The state of the subject (a plan that is already approved …) is the business of the subject's own rules:
    a route asks both.
    """
    rule = RULES[action]
    if rule.everyone:
        return True
    if person is None:
        return False
    if rule.not_oneself and subject.owner_id == person.id:
        return False
    if rule.other_than_drafter and person.id in subject.drafted_by:
        return False
    if rule.owner and subject.owner_id == person.id:
        return True
    return any(
        grant.role in rule.roles and (rule.anywhere or grant.covers(subject.ministry))
        for grant in person.grants
    )
