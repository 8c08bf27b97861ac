"""What every write of this part shares: the database's clock, locked rows, the outbox."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas import regulation_tables as r
from schemas import tables as t
from schemas.consultations import Progress, Stage, stage
from schemas.errors import Conflict, Refused
from schemas.people import Subject

from ..audit import aware, now

Row = Any


def clock(connection: sa.Connection) -> dt.datetime:
    """The database's time at this moment, in UTC: one clock for all processes of the site."""
    if connection.dialect.name == "postgresql":
        value: dt.datetime = connection.execute(sa.text("select clock_timestamp()")).scalar_one()
        return value.astimezone(dt.UTC)
    text = connection.execute(sa.text("select strftime('%Y-%m-%d %H:%M:%f', 'now')")).scalar_one()
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def _clock_column(connection: sa.Connection) -> sa.ColumnElement[Any]:
    if connection.dialect.name == "postgresql":
        return sa.func.clock_timestamp()
    return sa.func.strftime("%Y-%m-%d %H:%M:%f", "now")


def read_at(row: Row) -> dt.datetime:
    """The database's time when `consultation` read this row, in UTC."""
    if isinstance(row.read_at, str):
        return dt.datetime.fromisoformat(row.read_at).replace(tzinfo=dt.UTC)
    value: dt.datetime = row.read_at
    return value.astimezone(dt.UTC)


def begin_write(connection: sa.Connection) -> None:
    """Become SQLite's one writer now, so that nothing changes between what is read and what is written."""
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.dbapi_connection
        if not driver.in_transaction:
            connection.exec_driver_sql("begin immediate")


#: Advisory locks of PostgreSQL are named by two numbers; this one says that campaigns are held.
_CAMPAIGNS = 7238463


def hold_campaigns(connection: sa.Connection, consultation_ids: Iterable[int]) -> None:
    """Keep the campaigns of these consultations to this transaction until it ends.

    One lock order for all: whoever may change which letter stands for a campaign holds this before the row
    of the first comment. Otherwise a moderator, who has a comment and wants its campaign, and the grouping,
    which has the campaign and wants the comment, wait for each other. SQLite has one writer (`begin_write`).
    """
    if connection.dialect.name == "postgresql":
        for number in sorted(set(consultation_ids)):
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CAMPAIGNS, number % 2**31)))


def utc(value: dt.datetime) -> dt.datetime:
    """A time as it is stored: SQLite drops the zone, so that it has to be UTC."""
    return value.astimezone(dt.UTC)


def subject_of(consultation: Row, drafted_by: Iterable[int] = ()) -> Subject:
    """A consultation as authority is asked about it; the row carries `ministry_code`."""
    people = frozenset(drafted_by) or frozenset(consultation.drafted_by)
    return Subject("consultation", str(consultation.id), consultation.ministry_code, people)


def with_ministry() -> sa.Select[Any]:
    """Consultations with code and name of their ministry."""
    return sa.select(
        c.consultations,
        r.ministries.c.code.label("ministry_code"),
        r.ministries.c.name.label("ministry"),
    ).join(r.ministries, r.ministries.c.id == c.consultations.c.ministry_id)


def consultation(connection: sa.Connection, consultation_id: int, *, shared: bool = False) -> Row:
    """The row with its ministry; `shared` holds it against whoever would close it. Refused if unknown."""
    query = with_ministry().where(c.consultations.c.id == consultation_id)
    query = query.add_columns(_clock_column(connection).label("read_at"))
    if shared and connection.dialect.name == "postgresql":
        query = query.with_for_update(read=True, of=c.consultations)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise Refused("unknown")
    return row


def lock(connection: sa.Connection, consultation_id: int, revision: int | None = None) -> Row:
    """The row, this transaction's until it ends. Conflict when somebody wrote it since `revision`."""
    where = c.consultations.c.id == consultation_id
    if revision is not None:
        where = sa.and_(where, c.consultations.c.revision == revision)
    counted = sa.update(c.consultations).where(where).values(revision=c.consultations.c.revision + 1)
    if connection.execute(counted).rowcount != 1:
        raise Conflict(f"consultation {consultation_id} is not at revision {revision}")
    return consultation(connection, consultation_id)


def stage_of(row: Row, moment: dt.datetime) -> Stage:
    """The stage of a consultation's row."""
    return stage(
        aware(row.published_at), aware(row.opens_at), aware(row.closes_at), aware(row.answered_at), moment
    )


def outbox(connection: sa.Connection, kind: str, record_id: int) -> None:
    """Tell the index that this row has changed."""
    values = {"kind": kind, "record_id": record_id, "action": "index", "created_at": now()}
    connection.execute(sa.insert(t.outbox).values(**values))


def new_id(connection: sa.Connection, statement: sa.Insert) -> int:
    """Insert one row and give its id."""
    key: Any = connection.execute(statement).inserted_primary_key
    return int(key[0])


def answered() -> sa.ColumnElement[bool]:
    """Whether a comment has a published answer, its own or its campaign's."""
    own = c.answers.c.comment_id == c.comments.c.id
    group = c.answers.c.campaign_id == c.comments.c.campaign_id
    found = sa.select(c.answers.c.id).where(c.answers.c.published_at.is_not(None))
    return sa.or_(sa.exists(found.where(own)), sa.exists(found.where(group)))


def progress(connection: sa.Connection, consultation_id: int) -> Progress:
    """How many comments are owed an answer and how many have one."""
    owed = sa.and_(
        c.comments.c.consultation_id == consultation_id,
        c.comments.c.state.in_(("submitted", "published", "redacted")),
    )
    total = connection.scalar(sa.select(sa.func.count()).select_from(c.comments).where(owed)) or 0
    done = connection.scalar(sa.select(sa.func.count()).select_from(c.comments).where(owed, answered())) or 0
    return Progress(total, done)
