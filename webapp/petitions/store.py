"""Everything that is written about petitions: each call is part of one transaction, with its history, audit
and outbox rows. Officers name the revision they saw: whoever comes second gets Conflict."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from schemas import petition_tables as p
from schemas import regulation_tables as r
from schemas import tables as t
from schemas.calendar import WorkingCalendar, today
from schemas.errors import Conflict, Refused
from schemas.people import NATIONAL, Action, Person, Subject, may
from schemas.petitions import (
    DEFAULT_DAYS,
    MOST_REOPENED,
    NEEDS_NOTE,
    SENDERS,
    Limit,
    Outcome,
    RefuseReason,
    State,
    Step,
    after,
    due,
    limit_of,
    parse_petition_number,
    petition_number,
)
from schemas.text.words import fold_words

from ..accounts.sessions import hash_token
from ..audit import now, record
from ..consultations.rows import begin_write
from ..keys import keyed
from . import files

Row = Any


@dataclass(frozen=True, slots=True)
class Petition:
    """What a sender writes, checked. Decree 20/2008 asks for name, address and telephone."""

    title: str
    body: str
    name: str
    address: str
    phone: str
    email: str = ""
    regulation: str = ""
    ministry: str = ""  # code; empty: the Government Office finds the right one


@dataclass(frozen=True, slots=True)
class Sent:
    petition_id: int
    tracking: str
    secret: str
    repeated: bool


@dataclass(frozen=True, slots=True)
class Done:
    """What is done to a petition, with what that needs."""

    step: Step
    note: str = ""
    ministry: str = ""
    outcome: str = ""
    reason: str = ""
    rating: int = 0


def secret_of(key: str, submission: str) -> str:
    """The code that opens the sender's page."""
    return keyed(key, "petition", submission)[:32]


def send(
    connection: sa.Connection,
    key: str,
    submission: str,
    petition: Petition,
    consent: str,
    calendar: WorkingCalendar,
    *,
    received_at: dt.datetime | None = None,
    sample: bool = False,
) -> Sent:
    """Write a petition, or find the one this form has made. Raises Refused("ministry")."""
    begin_write(connection)
    secret, moment = secret_of(key, submission), received_at or now()
    ministry_id = _ministry_id(connection, petition.ministry) if petition.ministry else None
    field = connection.scalar(
        sa.select(r.regulations.c.field).where(r.regulations.c.code == petition.regulation)
    )
    values = {
        "tracking": petition_number(secrets.randbits(40)),
        "secret_hash": hash_token(secret),
        "submission": submission,
        "state": State.NEW,
        "ministry_id": ministry_id,
        "regulation": petition.regulation,
        "field": field or "",
        "title": petition.title,
        "body": petition.body,
        "folded": f" {' '.join(fold_words(petition.title))} ",
        "received_at": moment,
        "due_on": _due(connection, ministry_id, Limit.FORWARD, today(moment), calendar),
        "outcome": "",
        "answer": "",
        "refuse_reason": "",
        "asked_from": "",
        "sample": sample,
    }
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = (
        dialect.insert(p.petitions).values(**values).on_conflict_do_nothing(index_elements=["submission"])
    )
    number = connection.execute(insert.returning(p.petitions.c.id)).scalar()
    if number is None:
        twin = connection.execute(sa.select(p.petitions).where(p.petitions.c.submission == submission)).one()
        return Sent(twin.id, twin.tracking, secret, True)
    person = {
        "petition_id": number,
        "name": petition.name,
        "address": petition.address,
        "phone": petition.phone,
        "email": petition.email,
        "consented_at": moment,
        "consent_text": consent,
    }
    connection.execute(sa.insert(p.petition_people).values(**person))
    files.give(connection, submission, number)
    first = {"ministry_id": ministry_id, "due_on": values["due_on"]}
    _history(connection, number, "send", None, State.NEW, first, "", None, moment)
    record(connection, None, "send_petition", Subject("petition", str(number), petition.ministry))
    return Sent(number, str(values["tracking"]), secret, False)


def by_tracking(connection: sa.Connection, tracking: str) -> Row | None:
    """The petition with this number, however it was typed."""
    number = parse_petition_number(tracking)
    return connection.execute(sa.select(p.petitions).where(p.petitions.c.tracking == number)).one_or_none()


def opens(petition: Row | None, secret: str) -> bool:
    """Whether this code opens the sender's page."""
    kept = petition.secret_hash if petition is not None else "0" * 64
    return hmac.compare_digest(hash_token(secret.strip().lower()), kept)


def subject_of(connection: sa.Connection, petition: Row) -> Subject:
    """A petition as authority is asked about it; whoever answered may not publish."""
    code = NATIONAL
    if petition.ministry_id is not None:
        query = sa.select(r.ministries.c.code).where(r.ministries.c.id == petition.ministry_id)
        code = connection.scalar(query) or NATIONAL
    drafted = frozenset() if petition.answered_by is None else frozenset({petition.answered_by})
    return Subject("petition", str(petition.id), code, drafted)


def action_of(step: Step) -> Action:
    """What somebody has to be allowed to do for a step of officers."""
    return Action.PUBLISH_PETITION if step in (Step.PUBLISH, Step.ARCHIVE) else Action.HANDLE_PETITION


def take(
    connection: sa.Connection,
    person: Person | None,
    petition_id: int,
    done: Done,
    calendar: WorkingCalendar,
    *,
    revision: int | None = None,
    moment: dt.datetime | None = None,
) -> State:
    """Take one step; the state afterwards. `person` None: the sender, whose code was checked.

    Raises Refused: "authority", "step", "note", "ministry", "outcome", "reason", "rating", "reopened"; and
    Conflict for another revision.
    """
    begin_write(connection)
    query = sa.select(p.petitions).where(p.petitions.c.id == petition_id)
    if connection.dialect.name == "postgresql":
        query = query.with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None:
        raise Refused("unknown")
    if revision is not None and row.revision != revision:
        raise Conflict(f"petition {petition_id} is not at revision {revision}")
    subject = subject_of(connection, row)
    if (person is None) != (done.step in SENDERS):
        raise Refused("authority")
    if person is not None and not may(person, action_of(done.step), subject):
        raise Refused("authority")
    then = _then(row, done)
    when = moment or now()
    values = _values(connection, row, done, then, person, when, calendar)
    values["revision"] = row.revision + 1
    connection.execute(sa.update(p.petitions).where(p.petitions.c.id == row.id).values(**values))
    left = {name: values.get(name, getattr(row, name)) for name in ("ministry_id", "due_on")}
    _history(connection, row.id, done.step, row.state, then, left, done.note, person, when)
    if row.published_at or values.get("published_at"):
        change = {"kind": "petition", "record_id": row.id, "action": "index", "created_at": now()}
        connection.execute(sa.insert(t.outbox).values(**change))
    action = action_of(done.step) if person else f"petition_{done.step}"
    record(connection, person, action, subject, {"state": row.state}, {"state": then, "step": done.step})
    return then


def _then(row: Row, done: Done) -> State:
    """The state afterwards, when everything the step needs is there."""
    state = State(row.state)
    then = after(done.step, state)
    if then is None:
        raise Refused("step")
    if done.step in NEEDS_NOTE and not done.note.strip():
        raise Refused("note")
    if done.step is Step.REFUSE and done.reason not in set(RefuseReason) - {RefuseReason.WITHDRAWN}:
        raise Refused("reason")
    if done.step is Step.ANSWER and done.outcome not in set(Outcome):
        raise Refused("outcome")
    if done.step is Step.RATE and not 1 <= done.rating <= 5:
        raise Refused("rating")
    if done.step is Step.REOPEN and row.reopened >= MOST_REOPENED:
        raise Refused("reopened")
    # An agency that asked for more goes on when it has it; before that, the petition waits to be forwarded.
    if done.step is Step.SUPPLY and row.asked_from == State.IN_PROGRESS:
        return State.IN_PROGRESS
    return then


def _values(
    connection: sa.Connection,
    row: Row,
    done: Done,
    then: State,
    person: Person | None,
    when: dt.datetime,
    calendar: WorkingCalendar,
) -> dict[str, Any]:
    values: dict[str, Any] = {"state": then}
    ministry_id = row.ministry_id
    if done.step is Step.FORWARD:
        ministry_id = values["ministry_id"] = _ministry_id(connection, done.ministry)
    if then != row.state or done.step is Step.FORWARD:
        values["due_on"] = _due(connection, ministry_id, limit_of(then), today(when), calendar)
    if done.step is Step.ASK:
        # Asked once more: what it came from stays, and the sender is waited for again.
        came_from = row.asked_from if row.state == State.AWAITING else row.state
        values |= {"supplied_at": None, "asked_from": came_from, "due_on": None}
    elif done.step is Step.SUPPLY:
        values["supplied_at"] = when
        # Now the portal is waited for; a second letter does not give it more time.
        if then is State.AWAITING and row.due_on is None:
            values["due_on"] = _due(connection, ministry_id, Limit.FORWARD, today(when), calendar)
    elif done.step in (Step.REFUSE, Step.WITHDRAW):
        values["refuse_reason"] = done.reason or RefuseReason.WITHDRAWN
        if done.step is Step.WITHDRAW:
            people = p.petition_people
            connection.execute(sa.delete(people).where(people.c.petition_id == row.id))
            files.forget(connection, row.id)
    elif done.step is Step.ANSWER:
        late = row.due_on is not None and today(when) > row.due_on
        values |= {
            "outcome": done.outcome,
            "answer": done.note,
            "answered_by": person.id if person else None,
            "handled_at": when,
            "on_time": not late,
        }
    elif done.step is Step.REOPEN:
        values |= {"reopened": row.reopened + 1, "handled_at": None, "on_time": None, "outcome": ""}
    elif done.step is Step.PUBLISH:
        values["published_at"] = when
    elif done.step is Step.RATE:
        values["satisfaction"] = done.rating
    return values


def _ministry_id(connection: sa.Connection, code: str) -> int:
    found = connection.scalar(sa.select(r.ministries.c.id).where(r.ministries.c.code == code))
    if found is None:
        raise Refused("ministry")
    return int(found)


def _due(
    connection: sa.Connection,
    ministry_id: int | None,
    kind: Limit | None,
    start: dt.date,
    calendar: WorkingCalendar,
) -> dt.date | None:
    return due(start, days_of(connection, ministry_id, kind), calendar) if kind else None


def days_of(connection: sa.Connection, ministry_id: int | None, kind: Limit) -> int:
    """Working days of an agency for a limit: its own, those set for all, or the default."""
    c = p.petition_limits.c
    rows = connection.execute(
        sa.select(c.ministry_id, c.days).where(
            c.kind == kind, sa.or_(c.ministry_id.is_(None), c.ministry_id == ministry_id)
        )
    ).all()
    own = [row.days for row in rows if row.ministry_id is not None]
    general = [row.days for row in rows if row.ministry_id is None]
    return int((own + general + [DEFAULT_DAYS[kind]])[0])


def set_limit(
    connection: sa.Connection, person: Person, ministry: str, kind: Limit, days: int, basis: str
) -> None:
    """Give an agency its own limit (1 to 90 working days) with the act that sets it. Raises Refused."""
    subject = Subject("petition_limit", f"{ministry}:{kind}", ministry)
    if not may(person, Action.SET_PETITION_LIMIT, subject):
        raise Refused("authority")
    if not 1 <= days <= 90 or not basis.strip():
        raise Refused("limit")
    begin_write(connection)
    ministry_id = _ministry_id(connection, ministry)
    c = p.petition_limits.c
    mine = sa.and_(c.ministry_id == ministry_id, c.kind == kind)
    before = connection.scalar(sa.select(c.days).where(mine))
    values = {"ministry_id": ministry_id, "kind": kind, "days": days, "basis": basis.strip()}
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(p.petition_limits).values(**values)
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=["ministry_id", "kind"], set_={"days": days, "basis": basis.strip()}
        )
    )
    record(connection, person, Action.SET_PETITION_LIMIT, subject, {"days": before}, {"days": days})


def _history(
    connection: sa.Connection,
    petition_id: int,
    step: str,
    before: str | None,
    then: State,
    left: Mapping[str, Any],
    note: str,
    person: Person | None,
    when: dt.datetime,
) -> None:
    values = {
        "petition_id": petition_id,
        "step": step,
        "from_state": before,
        "to_state": then,
        **left,
        "note": note,
        "person_id": person.id if person else None,
        "recorded_at": when,
    }
    connection.execute(sa.insert(p.petition_steps).values(**values))
