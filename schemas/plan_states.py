"""The life of a plan: its states, who may move it where, what is due and what is late. Pure rules.

The order of states is inferred from the Government's reports (there is no act that names them): dự kiến →
lấy ý kiến → tiếp thu, giải trình → trình → phê duyệt → thực thi → hoàn thành; besides them không duyệt, thay
thế, hết hiệu lực, đình chỉ.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from .calendar import WorkingCalendar
from .people import Action, Person, Subject, may
from .plans import STEPS

State = Literal[
    "planned",
    "consulting",
    "answering",
    "submitted",
    "approved",
    "implementing",
    "completed",
    "rejected",
    "replaced",
    "expired",
    "suspended",
]
STATES: dict[str, str] = {
    "planned": "Dự kiến",
    "consulting": "Lấy ý kiến",
    "answering": "Tiếp thu, giải trình",
    "submitted": "Trình",
    "approved": "Phê duyệt",
    "implementing": "Thực thi",
    "completed": "Hoàn thành",
    "rejected": "Không duyệt",
    "replaced": "Thay thế",
    "expired": "Hết hiệu lực",
    "suspended": "Đình chỉ",
}
#: States a plan does not leave.
FINAL = frozenset({"completed", "rejected", "replaced", "expired"})
#: States in which the plan binds the ministry: it was approved and has not ended.
IN_EFFECT = frozenset({"approved", "implementing", "completed"})
#: From → to → the authority it needs (schemas.people.RULES says who has it). Approving and ending a plan are
#: a second person's: whoever wrote or submitted it may not.
MOVES: dict[str, dict[str, Action]] = {
    "planned": {"consulting": Action.SUBMIT_PLAN, "replaced": Action.END_PLAN},
    "consulting": {
        "answering": Action.SUBMIT_PLAN,
        "suspended": Action.END_PLAN,
        "replaced": Action.END_PLAN,
    },
    "answering": {
        "submitted": Action.SUBMIT_PLAN,
        "consulting": Action.SUBMIT_PLAN,
        "replaced": Action.END_PLAN,
    },
    # Back to answering: taken back by an officer (rút lại), to be corrected.
    "submitted": {
        "approved": Action.APPROVE_PLAN,
        "rejected": Action.REJECT_PLAN,
        "answering": Action.SUBMIT_PLAN,
    },
    "approved": {
        "implementing": Action.CARRY_OUT_PLAN,
        "suspended": Action.END_PLAN,
        "replaced": Action.END_PLAN,
        "expired": Action.END_PLAN,
    },
    "implementing": {
        "completed": Action.END_PLAN,
        "suspended": Action.END_PLAN,
        "replaced": Action.END_PLAN,
        "expired": Action.END_PLAN,
    },
    # Back to where it was suspended from: `suspended_from` decides which of the first three.
    "suspended": {
        "consulting": Action.END_PLAN,
        "approved": Action.END_PLAN,
        "implementing": Action.END_PLAN,
        "replaced": Action.END_PLAN,
        "expired": Action.END_PLAN,
    },
    "completed": {},
    "rejected": {},
    "replaced": {},
    "expired": {},
}
#: Moves that must say why.
NEEDS_REASON = frozenset({"rejected", "suspended", "replaced", "expired"})
#: States in which a new version of the text may be published.
EDITABLE = frozenset({"planned", "answering"})

#: Working days a step may take where the plan sets no date of its own. Placeholders until an act names them
#: (domain notes mark them "verify"): every date can be set in the plan, and these only fill gaps.
DEFAULT_WORKING_DAYS: dict[str, int] = {
    "consulting": 20,
    "answering": 15,
    "submitted": 10,
    "approved": 15,
    "implementing": 120,
}


RefusalCode = Literal[
    "unpublished",
    "no_such_move",
    "suspended_elsewhere",
    "authority",
    "two_persons",
    "reason",
    "window",
    "act",
]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a plan is and who had a hand in it (`subject.drafted_by`)."""

    subject: Subject
    state: str
    published: bool
    suspended_from: str | None = None
    effective_until: dt.date | None = None


def moves(standing: Standing, person: Person | None, day: dt.date) -> tuple[str, ...]:
    """Where this person may move the plan today, given the reason and the act where they are needed."""
    targets = MOVES.get(standing.state, {})
    return tuple(t for t in targets if refusal(standing, t, person, day, reason="…", act="…") is None)


def refusal(
    standing: Standing,
    target: str,
    person: Person | None,
    day: dt.date,
    *,
    reason: str = "",
    act: str = "",
) -> RefusalCode | None:
    """None if the move is allowed; else the first rule that forbids it.

    `reason`: why, for moves of NEEDS_REASON; `act`: number of the approving act, for an approval.
    """
    if not standing.published:
        return "unpublished"
    action = MOVES.get(standing.state, {}).get(target)
    if action is None:
        return "no_such_move"
    elsewhere = ("replaced", "expired", standing.suspended_from)
    if standing.state == "suspended" and target not in elsewhere:
        return "suspended_elsewhere"
    if not may(person, action, standing.subject):
        return _why(person, action, standing.subject)
    if target in NEEDS_REASON and not reason.strip():
        return "reason"
    if target == "expired" and (standing.effective_until is None or day <= standing.effective_until):
        return "window"
    if target == "approved" and standing.state == "submitted" and not act.strip():
        return "act"
    return None


def may_publish(person: Person | None, subject: Subject) -> RefusalCode | None:
    """Whether this person may make a written version public: an approver who had no hand in it."""
    if may(person, Action.APPROVE_PLAN, subject):
        return None
    return _why(person, Action.APPROVE_PLAN, subject)


def _why(person: Person | None, action: Action, subject: Subject) -> RefusalCode:
    """Whether only the hand the person had in it stands in the way."""
    return "two_persons" if may(person, action, replace(subject, drafted_by=frozenset())) else "authority"


def current_step(state: str, suspended_from: str | None = None) -> str | None:
    """The step that is to be finished next; None when there is none.

    Submitting and approving are moments: a plan that is submitted waits for its approval.
    """
    if state == "suspended" and suspended_from:
        state = suspended_from
    return {
        "planned": "consulting",
        "consulting": "consulting",
        "answering": "answering",
        "submitted": "approved",
        "approved": "implementing",
        "implementing": "implementing",
    }.get(state)


@dataclass(frozen=True, slots=True)
class StepState:
    """A step as the page shows it. `late` in working days, 0 when not late."""

    step: str
    status: Literal["done", "current", "ahead", "skipped"]
    since: dt.date | None = None
    finished: dt.date | None = None
    due: dt.date | None = None
    late: int = 0


def steps(
    state: str,
    entered: Mapping[str, dt.date],
    due: Mapping[str, dt.date],
    day: dt.date,
    calendar: WorkingCalendar,
    suspended_from: str | None = None,
) -> tuple[StepState, ...]:
    """The five steps. `entered`: the day each state was last entered; `due`: deadlines by step.

    A suspended or ended plan is never late; a step that never happened before an end is "skipped".
    """
    now = current_step(state, suspended_from)
    reached = _reached(state, entered, suspended_from)
    names = list(STEPS)
    result = []
    for at, step in enumerate(names):
        limit = due.get(step)
        since = entered.get(step)
        if step == now:
            waits = state not in FINAL and state != "suspended"
            late = max(0, calendar.between(limit, day)) if limit and waits else 0
            result.append(StepState(step, "current", since=since, due=limit, late=late))
        elif at < reached:
            after = names[at + 1] if at + 1 < len(names) else "completed"
            finished = since if step in ("submitted", "approved") else entered.get(after)
            result.append(StepState(step, "done", since=since, finished=finished, due=limit))
        else:
            result.append(StepState(step, "skipped" if state in FINAL else "ahead", due=limit))
    return tuple(result)


def _reached(state: str, entered: Mapping[str, dt.date], suspended_from: str | None) -> int:
    """How many steps are finished."""
    names = list(STEPS)
    if state == "completed":
        return len(names)
    if state == "suspended" and suspended_from:
        state = suspended_from
    if state in ("rejected", "replaced", "expired"):
        happened = [names.index(s) for s in entered if s in names]
        last = max(happened, default=-1)
        return last + (last >= 0 and names[last] in ("submitted", "approved"))
    step = current_step(state)
    return names.index(step) if step else 0


def overdue(
    state: str, due: Mapping[str, dt.date], day: dt.date, calendar: WorkingCalendar
) -> tuple[str, dt.date, int] | None:
    """(step, deadline, working days late) of what should be finished by now; None if nothing is late."""
    step = current_step(state)
    limit = due.get(step) if step and state not in FINAL and state != "suspended" else None
    if step is None or limit is None or limit >= day:
        return None
    return step, limit, calendar.between(limit, day)


def default_due(step: str, start: dt.date, calendar: WorkingCalendar) -> dt.date:
    """The deadline of a step that has none of its own, counted from the day it became the next to do."""
    return calendar.add(start, DEFAULT_WORKING_DAYS[step])


ItemState = Literal["proposed", "approved", "in_effect", "superseded", "ended", "suspended"]
ITEM_STATES: dict[str, str] = {
    "proposed": "Đề xuất",
    "approved": "Đã duyệt, chưa áp dụng",
    "in_effect": "Đang áp dụng",
    "superseded": "Đã có phương án sau thay thế",
    "ended": "Không còn áp dụng",
    "suspended": "Tạm đình chỉ",
}


def item_state(
    state: str,
    starts: dt.date | None,
    until: dt.date | None,
    superseded: dt.date | None,
    day: dt.date,
) -> str:
    """What holds for one part of a plan on a day: parts start early, end with the window, are superseded."""
    if superseded is not None and superseded <= day:
        return "superseded"
    if state in ("rejected", "replaced", "expired") or (state in IN_EFFECT and until and until < day):
        return "ended"
    if state == "suspended":
        return "suspended"
    if state not in IN_EFFECT:
        return "proposed"
    if state == "completed":
        return "in_effect"
    return "in_effect" if starts is not None and starts <= day else "approved"
