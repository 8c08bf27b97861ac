"""Everything that is written about plans: each call is one transaction with its audit and outbox rows.

Every write names the revision it was made from. The first statement counts that revision up, which locks the
row; whoever comes second finds another revision and gets Conflict, so that a plan is approved once, by one
person. Raises Refused where a rule forbids it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from schemas import regulation_tables as r
from schemas import tables as t
from schemas.calendar import WorkingCalendar, today
from schemas.documents import content_hash
from schemas.errors import Conflict, Refused
from schemas.people import Action, Person, Subject, may
from schemas.plan_states import EDITABLE, MOVES, Standing, current_step, default_due, may_publish, refusal
from schemas.plans import PlanContent

from ..audit import changed, now, record
from .content import header_values, new_id, read_content, replace_content

Row = Any


@dataclass(frozen=True, slots=True)
class Written:
    """What a write made: the plan, its number, its new revision."""

    plan_id: int
    number: str
    revision: int


def subject_of(plan: Row, ministry: str, drafted_by: Iterable[int] = ()) -> Subject:
    """A plan as authority is asked about it."""
    return Subject("plan", plan.number, ministry, frozenset(drafted_by))


def create(
    connection: sa.Connection,
    person: Person,
    ministry: str,
    content: PlanContent,
    *,
    number: str = "",
    sample: bool = False,
) -> Written:
    """A new plan with a draft only its ministry sees. Without `number` it gets the next one of the year."""
    if not may(person, Action.DRAFT_PLAN, Subject("plan", "", ministry)):
        raise Refused("authority")
    ministry_id = connection.scalar(sa.select(r.ministries.c.id).where(r.ministries.c.code == ministry))
    if ministry_id is None:
        raise Refused("ministry")
    moment = now()
    values = {
        **header_values(number, content),
        "number": number or uuid.uuid4().hex,
        "ministry_id": ministry_id,
        "state": "planned",
        "drafted_by": [],
        "version": 0,
        "revision": 1,
        "created_at": moment,
        "updated_at": moment,
        "sample": sample,
    }
    plan_id = new_id(connection, sa.insert(r.plans).values(**values))
    if not number:
        # The row's own id makes the number unique without anybody waiting for anybody.
        number = f"PA-{today(moment).year}-{plan_id:04d}"
        named = {"number": number, "folded": header_values(number, content)["folded"]}
        connection.execute(sa.update(r.plans).where(r.plans.c.id == plan_id).values(**named))
    draft = {
        "plan_id": plan_id,
        "content": content.model_dump(mode="json"),
        "base_version": 0,
        "drafted_by": [person.id],
        "updated_at": moment,
    }
    connection.execute(sa.insert(r.plan_drafts).values(**draft))
    record(
        connection,
        person,
        Action.DRAFT_PLAN,
        Subject("plan", number, ministry),
        None,
        _brief(content, state="planned"),
    )
    return Written(plan_id, number, 1)


def save_draft(
    connection: sa.Connection, person: Person, plan_id: int, content: PlanContent, revision: int
) -> Written:
    """Write the draft. A public plan gets a new draft; what is public stays until somebody publishes it."""
    plan, ministry = _lock(connection, plan_id, revision)
    if not may(person, Action.DRAFT_PLAN, subject_of(plan, ministry)):
        raise Refused("authority")
    if plan.version and plan.state not in EDITABLE:
        raise Refused("not_editable")
    draft = _draft(connection, plan_id)
    writers = _with(draft.drafted_by if draft else (), person.id)
    values = {
        "content": content.model_dump(mode="json"),
        "base_version": plan.version,
        "drafted_by": writers,
        "submitted_by": None,
        "submitted_at": None,
        "updated_at": now(),
    }
    if draft:
        connection.execute(sa.update(r.plan_drafts).where(_drafts_of(plan_id)).values(**values))
    else:
        connection.execute(sa.insert(r.plan_drafts).values(plan_id=plan_id, **values))
    if not plan.version:
        header = header_values(plan.number, content)
        connection.execute(sa.update(r.plans).where(r.plans.c.id == plan_id).values(**header))
    before = _brief(PlanContent.model_validate(draft.content)) if draft else {}
    record(
        connection, person, Action.DRAFT_PLAN, subject_of(plan, ministry), *changed(before, _brief(content))
    )
    return Written(plan_id, plan.number, revision + 1)


def submit_draft(connection: sa.Connection, person: Person, plan_id: int, revision: int) -> Written:
    """Ask a second person to publish the draft; it must be complete."""
    plan, ministry = _lock(connection, plan_id, revision)
    if not may(person, Action.SUBMIT_PLAN, subject_of(plan, ministry)):
        raise Refused("authority")
    draft = _needed(_draft(connection, plan_id))
    if draft.submitted_at:
        raise Refused("already_submitted")
    if PlanContent.model_validate(draft.content).ready():
        raise Refused("incomplete")
    values = {"submitted_by": person.id, "submitted_at": now(), "returned_note": ""}
    values["drafted_by"] = _with(draft.drafted_by, person.id)
    connection.execute(sa.update(r.plan_drafts).where(_drafts_of(plan_id)).values(**values))
    after = {"draft": "submitted"}
    record(connection, person, Action.SUBMIT_PLAN, subject_of(plan, ministry), {"draft": "open"}, after)
    return Written(plan_id, plan.number, revision + 1)


def return_draft(
    connection: sa.Connection, person: Person, plan_id: int, revision: int, note: str
) -> Written:
    """Give the draft back to its writers with a word on why; an officer may take a draft back too."""
    plan, ministry = _lock(connection, plan_id, revision)
    own = may(person, Action.SUBMIT_PLAN, subject_of(plan, ministry))
    if not own and not may(person, Action.REJECT_PLAN, subject_of(plan, ministry)):
        raise Refused("authority")
    draft = _needed(_draft(connection, plan_id))
    if not draft.submitted_at:
        raise Refused("not_submitted")
    if not own and not note.strip():
        raise Refused("reason")
    values = {"submitted_by": None, "submitted_at": None, "returned_note": note.strip()}
    connection.execute(sa.update(r.plan_drafts).where(_drafts_of(plan_id)).values(**values))
    action = Action.SUBMIT_PLAN if own else Action.REJECT_PLAN
    before, after = {"draft": "submitted"}, {"draft": "open", "note": note.strip()}
    record(connection, person, action, subject_of(plan, ministry), before, after)
    return Written(plan_id, plan.number, revision + 1)


def publish(
    connection: sa.Connection, person: Person, plan_id: int, revision: int, *, day: dt.date | None = None
) -> Written:
    """Make the submitted draft public: a second person's decision. The version before it is kept.

    `day`: the day in Vietnam it counts from (default: today).
    """
    plan, ministry = _lock(connection, plan_id, revision)
    draft = _needed(_draft(connection, plan_id))
    subject = subject_of(plan, ministry, draft.drafted_by)
    if code := may_publish(person, subject):
        raise Refused(code)
    if not draft.submitted_at:
        raise Refused("not_submitted")
    if draft.base_version != plan.version or (plan.version and plan.state not in EDITABLE):
        raise Refused("not_editable")
    moment = now()
    content = PlanContent.model_validate(draft.content)
    before = read_content(connection, plan_id) if plan.version else None
    if before:
        _keep_version(connection, plan, before)
    replace_content(connection, plan_id, content)
    values = {
        **header_values(plan.number, content),
        "version": plan.version + 1,
        "published_at": plan.published_at or moment,
        "updated_at": moment,
        "drafted_by": sorted({*plan.drafted_by, *draft.drafted_by}),
    }
    connection.execute(sa.update(r.plans).where(r.plans.c.id == plan_id).values(**values))
    connection.execute(sa.delete(r.plan_drafts).where(_drafts_of(plan_id)))
    if not plan.version:
        _state_change(connection, plan_id, None, "planned", day or today(moment), person)
    _outbox(connection, plan_id)
    old = _brief(before) if before else None
    record(connection, person, Action.APPROVE_PLAN, subject, old, {**_brief(content), "public": True})
    return Written(plan_id, plan.number, revision + 1)


def move(
    connection: sa.Connection,
    person: Person,
    plan_id: int,
    target: str,
    revision: int,
    calendar: WorkingCalendar,
    *,
    reason: str = "",
    act: str = "",
    day: dt.date | None = None,
) -> Written:
    """Bring a public plan to another state. `day`: the day in Vietnam it counts from (default: today)."""
    plan, ministry = _lock(connection, plan_id, revision)
    moment = now()
    day = day or today(moment)
    subject = subject_of(plan, ministry, plan.drafted_by)
    standing = standing_of(plan, subject)
    if code := refusal(standing, target, person, day, reason=reason, act=act):
        raise Refused(code)
    if target == "submitted" and _draft(connection, plan_id):
        raise Refused("open_draft")
    values: dict[str, Any] = {"state": target, "updated_at": moment}
    values["suspended_from"] = plan.state if target == "suspended" else None
    if target == "approved" and act.strip():
        values["approving_act"] = act.strip()
    action = MOVES[plan.state][target]
    if action == Action.SUBMIT_PLAN:
        values["drafted_by"] = sorted({*plan.drafted_by, person.id})
    connection.execute(sa.update(r.plans).where(r.plans.c.id == plan_id).values(**values))
    _state_change(connection, plan_id, plan.state, target, day, person, reason, act)
    _fill_deadline(connection, plan_id, target, day, calendar)
    _outbox(connection, plan_id)
    before = {"state": plan.state, "approving_act": plan.approving_act}
    after = {"state": target, "approving_act": values.get("approving_act", plan.approving_act)}
    old, new = changed(before, after)
    record(connection, person, action, subject, old, {**new, **({"reason": reason} if reason else {})})
    return Written(plan_id, plan.number, revision + 1)


def standing_of(plan: Row, subject: Subject) -> Standing:
    """What the rules of moving need of a row."""
    return Standing(
        subject=subject,
        state=plan.state,
        published=plan.published_at is not None,
        suspended_from=plan.suspended_from,
        effective_until=plan.effective_until,
    )


# ---------------------------------------------------------------- parts


def _lock(connection: sa.Connection, plan_id: int, revision: int) -> tuple[Row, str]:
    guarded = sa.update(r.plans).where(r.plans.c.id == plan_id, r.plans.c.revision == revision)
    if connection.execute(guarded.values(revision=revision + 1)).rowcount != 1:
        raise Conflict(f"plan {plan_id} is not at revision {revision}")
    row = connection.execute(
        sa.select(r.plans, r.ministries.c.code.label("ministry_code"))
        .join(r.ministries, r.ministries.c.id == r.plans.c.ministry_id)
        .where(r.plans.c.id == plan_id)
    ).one()
    return row, row.ministry_code


def _drafts_of(plan_id: int) -> sa.ColumnElement[bool]:
    return r.plan_drafts.c.plan_id == plan_id


def _draft(connection: sa.Connection, plan_id: int) -> Row | None:
    return connection.execute(sa.select(r.plan_drafts).where(_drafts_of(plan_id))).one_or_none()


def _needed(draft: Row | None) -> Row:
    if draft is None:
        raise Refused("no_draft")
    return draft


def _with(people: Iterable[int], person_id: int) -> list[int]:
    return sorted({*people, person_id})


def _state_change(
    connection: sa.Connection,
    plan_id: int,
    before: str | None,
    after: str,
    day: dt.date,
    person: Person,
    reason: str = "",
    act: str = "",
) -> None:
    values = {
        "plan_id": plan_id,
        "from_state": before,
        "to_state": after,
        "changed_on": day,
        "recorded_at": now(),
        "person_id": person.id,
        "reason": reason.strip(),
        "act": act.strip(),
    }
    connection.execute(sa.insert(r.plan_state_changes).values(**values))


def _fill_deadline(
    connection: sa.Connection, plan_id: int, state: str, day: dt.date, calendar: WorkingCalendar
) -> None:
    """The step that is now to be done gets a deadline if the plan set none; a default counts from today."""
    step = current_step(state)
    if step is None or state == "planned":
        return
    d = r.plan_deadlines.c
    where = sa.and_(d.plan_id == plan_id, d.step == step)
    if connection.scalar(sa.select(d.source).where(where)) == "plan":
        return
    connection.execute(sa.delete(r.plan_deadlines).where(where))
    values = {"plan_id": plan_id, "step": step, "due": default_due(step, day, calendar), "source": "default"}
    connection.execute(sa.insert(r.plan_deadlines).values(**values))


def _keep_version(connection: sa.Connection, plan: Row, content: PlanContent) -> None:
    values = content.model_dump(mode="json")
    statement = sa.insert(t.versions).values(
        kind="plan",
        record_id=plan.id,
        number=plan.version,
        recorded_at=plan.updated_at,
        sha256=content_hash(values),
        changes=[],
        content=values,
        provenance={"drafted_by": list(plan.drafted_by)},
    )
    connection.execute(statement)


def _outbox(connection: sa.Connection, plan_id: int) -> None:
    values = {"kind": "plan", "record_id": plan_id, "action": "index", "created_at": now()}
    connection.execute(sa.insert(t.outbox).values(**values))


def _brief(content: PlanContent, **more: Any) -> Mapping[str, Any]:
    """What the audit trail keeps of a content: its header and a hash of the whole."""
    values = content.model_dump(mode="json")
    kept = {name: values[name] for name in ("title", "effective_from", "effective_until", "deadlines")}
    return {**kept, "items": len(content.items), "sha256": content_hash(values), **more}
