"""Counts of a consultation's comments.

With few comments they are counted for each page. With very many, counting takes longer than a page may: then
the worker counts every some seconds, and pages say when that was.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas.consultations import SHOWN, Progress
from schemas.people_tables import audit_log

from ..audit import aware, now
from .rows import Row, answered

#: From so many comments on, counts are kept.
MANY = 5000
#: Kept counts are made anew after as long, when anything was done on the portal …
RENEWED = dt.timedelta(seconds=15)
#: … and pages count for themselves when nobody has renewed them for as long (no worker runs).
TOO_OLD = dt.timedelta(minutes=2)
#: Sizes of so many campaigns are kept, the largest; others are counted when asked for.
_MOST_CAMPAIGNS = 1000
_SHOWN = tuple(sorted(SHOWN))
_OWED = ("submitted", "published", "redacted")


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted of one consultation. `counted_at` None: just now."""

    listed: int = 0  # public ones, a campaign counted once
    verified: int = 0
    unverified: int = 0
    owed: int = 0
    answered: int = 0
    version: int = 0  # id of the draft version `articles` belongs to
    articles: Mapping[str, int] = field(default_factory=dict)  # article's path → public comments
    states: Mapping[str, int] = field(default_factory=dict)  # state and "state:reason of hiding"
    verdicts: Mapping[str, int] = field(default_factory=dict)
    choices: Mapping[int, Mapping[int, int]] = field(default_factory=dict)  # question → choice → comments
    campaigns: Mapping[int, tuple[int, int]] = field(default_factory=dict)  # → public ones, of which verified
    counted_at: dt.datetime | None = None

    @property
    def public(self) -> int:
        """Public comments, each member of a campaign counted."""
        return self.verified + self.unverified

    @property
    def progress(self) -> Progress:
        return Progress(self.owed, self.answered)


# ---------------------------------------------------------------- reading


def figures(connection: sa.Connection, consultation_id: int) -> Figures:
    """The counts of a consultation: kept ones where there are many comments, else counted now."""
    return kept(connection, [consultation_id]).get(consultation_id) or count(connection, consultation_id)


def kept(connection: sa.Connection, ids: Sequence[int]) -> dict[int, Figures]:
    """The kept counts of those consultations that have any that are not too old."""
    f = c.consultation_figures.c
    fresh = sa.and_(f.consultation_id.in_(ids), f.counted_at > now() - TOO_OLD)
    rows = connection.execute(sa.select(c.consultation_figures).where(fresh)) if ids else ()
    return {row.consultation_id: _read(row) for row in rows}


def progress_of(connection: sa.Connection, ids: Sequence[int]) -> dict[int, Progress]:
    """How far the answering of each of these consultations is."""
    known = {key: found.progress for key, found in kept(connection, ids).items()}
    t = c.comments.c
    rest = [key for key in ids if key not in known]
    done = sa.func.count(sa.case((answered(), 1)))
    query = (
        sa.select(t.consultation_id, sa.func.count(), done)
        .where(t.consultation_id.in_(rest), t.state.in_(_OWED))
        .group_by(t.consultation_id)
    )
    counted = {row[0]: Progress(row[1], row[2]) for row in connection.execute(query)} if rest else {}
    return {key: known.get(key) or counted.get(key) or Progress(0, 0) for key in ids}


def comment_counts(connection: sa.Connection, ids: Sequence[int]) -> dict[int, int]:
    """Public comments of each of these consultations."""
    known = {key: found.public for key, found in kept(connection, ids).items()}
    t = c.comments.c
    rest = [key for key in ids if key not in known]
    query = (
        sa.select(t.consultation_id, sa.func.count())
        .where(t.consultation_id.in_(rest), t.state.in_(_SHOWN))
        .group_by(t.consultation_id)
    )
    return known | ({row[0]: row[1] for row in connection.execute(query)} if rest else {})


def campaign_sizes(
    connection: sa.Connection, ids: Iterable[int], known: Mapping[int, tuple[int, int]] | None = None
) -> dict[int, tuple[int, int]]:
    """Campaign → (public comments in it, of which verified); `known` are those counted already."""
    wanted = set(ids)
    found = {key: known[key] for key in wanted if known and key in known}
    rest = sorted(wanted - found.keys())
    t = c.comments.c
    verified = sa.func.count(sa.case((t.verification != "none", 1)))
    query = (
        sa.select(t.campaign_id, sa.func.count(), verified)
        .where(t.campaign_id.in_(rest), t.state.in_(_SHOWN))
        .group_by(t.campaign_id)
    )
    return found | ({row[0]: (row[1], row[2]) for row in connection.execute(query)} if rest else {})


def count_some(connection: sa.Connection, query: sa.Select[Any]) -> tuple[int, bool]:
    """How many rows a list has, and whether they are more than that: counting stops at `MANY`.

    The list's own order stays in the statement: it leads the database to the index that the list is read by.
    """
    some = query.limit(MANY + 1).subquery()
    found = connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()
    return min(found, MANY), found > MANY


# ---------------------------------------------------------------- counting


def count(connection: sa.Connection, consultation_id: int) -> Figures:
    """Everything, from the comments themselves."""
    t = c.comments.c
    mine, public = t.consultation_id == consultation_id, t.state.in_(_SHOWN)
    owed = t.state.in_(_OWED)
    totals = connection.execute(
        sa.select(
            sa.func.count(sa.case((sa.and_(public, sa.not_(t.collapsed)), 1))).label("listed"),
            sa.func.count(sa.case((sa.and_(public, t.verification != "none"), 1))).label("verified"),
            sa.func.count(sa.case((sa.and_(public, t.verification == "none"), 1))).label("unverified"),
            sa.func.count(sa.case((owed, 1))).label("owed"),
            sa.func.count(sa.case((sa.and_(owed, answered()), 1))).label("answered"),
        ).where(mine)
    ).one()
    version = connection.scalar(_newest(consultation_id)) or 0
    return Figures(
        **totals._asdict(),
        version=version,
        articles=article_counts(connection, consultation_id, version),
        states=_states(connection, consultation_id),
        verdicts=_verdicts(connection, consultation_id),
        choices=_choices(connection, consultation_id),
    )


def article_counts(connection: sa.Connection, consultation_id: int, version_id: int) -> dict[str, int]:
    """Public comments by the article they stand at in a version; those on the whole draft are not in it."""
    a, t = c.comment_anchors.c, c.comments.c
    query = (
        sa.select(a.path, sa.func.count())
        .join(c.comments, t.id == a.comment_id)
        .where(a.version_id == version_id, a.path.is_not(None))
        .where(t.consultation_id == consultation_id, t.state.in_(_SHOWN))
        .group_by(a.path)
    )
    counted: dict[str, int] = {}
    for path, number in connection.execute(query):
        article = path.split("/")[0]  # "dieu-2/khoan-1" → "dieu-2"
        counted[article] = counted.get(article, 0) + number
    return counted


def _newest(consultation_id: int) -> sa.Select[Any]:
    v = c.draft_versions.c
    public = sa.and_(v.consultation_id == consultation_id, v.published_at.is_not(None))
    return sa.select(v.id).where(public).order_by(v.number.desc()).limit(1)


def _choices(connection: sa.Connection, consultation_id: int) -> dict[int, dict[int, int]]:
    a, t, q = c.comment_answers.c, c.comments.c, c.consultation_questions.c
    query = (
        sa.select(a.question_id, a.choice, sa.func.count())
        .join(c.comments, t.id == a.comment_id)
        .join(c.consultation_questions, q.id == a.question_id)
        .where(q.consultation_id == consultation_id, t.state.in_(_SHOWN), a.choice.is_not(None))
        .group_by(a.question_id, a.choice)
    )
    counted: dict[int, dict[int, int]] = {}
    for question, choice, number in connection.execute(query):
        counted.setdefault(question, {})[choice] = number
    return counted


def _verdicts(connection: sa.Connection, consultation_id: int) -> dict[str, int]:
    """How many public comments got which verdict: the figures of "bạn nói, chúng tôi làm"."""
    t = c.comments
    own, group = c.answers.alias("own"), c.answers.alias("of_group")
    verdict = sa.func.coalesce(own.c.published_verdict, group.c.published_verdict)
    joined = t.outerjoin(own, sa.and_(own.c.comment_id == t.c.id, own.c.published_at.is_not(None))).outerjoin(
        group, sa.and_(group.c.campaign_id == t.c.campaign_id, group.c.published_at.is_not(None))
    )
    query = (
        sa.select(verdict, sa.func.count())
        .select_from(joined)
        .where(t.c.consultation_id == consultation_id, t.c.state.in_(_SHOWN), verdict.is_not(None))
        .group_by(verdict)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def _states(connection: sa.Connection, consultation_id: int) -> dict[str, int]:
    """Comments by state and by reason of hiding ("hidden:insult"): the public statistics."""
    t = c.comments.c
    query = (
        sa.select(t.state, t.hide_reason, sa.func.count())
        .where(t.consultation_id == consultation_id)
        .group_by(t.state, t.hide_reason)
    )
    counted: dict[str, int] = {}
    for state, reason, number in connection.execute(query):
        counted[state] = counted.get(state, 0) + number
        if reason:
            counted[f"{state}:{reason}"] = counted.get(f"{state}:{reason}", 0) + number
    return counted


def _campaigns(connection: sa.Connection, consultation_id: int) -> dict[int, tuple[int, int]]:
    t = c.comments.c
    query = (
        sa.select(t.campaign_id, sa.func.count(), sa.func.count(sa.case((t.verification != "none", 1))))
        .where(t.consultation_id == consultation_id, t.campaign_id.is_not(None), t.state.in_(_SHOWN))
        .group_by(t.campaign_id)
        .order_by(sa.func.count().desc())
        .limit(_MOST_CAMPAIGNS)
    )
    return {row[0]: (row[1], row[2]) for row in connection.execute(query)}


# ---------------------------------------------------------------- keeping


def keep(connection: sa.Connection, consultation_id: int) -> bool:
    """Count and keep, where there are many comments; False where there are few."""
    t = c.comments.c
    some = sa.select(t.id).where(t.consultation_id == consultation_id).limit(MANY).subquery()
    if (connection.scalar(sa.select(sa.func.count()).select_from(some)) or 0) < MANY:
        connection.execute(sa.delete(c.consultation_figures).where(_of(consultation_id)))
        return False
    seen, moment = _newest_event(connection), now()
    found = asdict(count(connection, consultation_id))
    found |= {"campaigns": _campaigns(connection, consultation_id), "counted_at": None}
    plain = json.loads(json.dumps(found))  # the keys of JSON are words
    values = {"seen": seen, "counted_at": moment, "figures": plain}
    known = sa.update(c.consultation_figures).where(_of(consultation_id)).values(**values)
    if connection.execute(known).rowcount == 0:
        new = sa.insert(c.consultation_figures).values(consultation_id=consultation_id, **values)
        connection.execute(new)
    return True


def renew(database: sa.Engine) -> None:
    """Make kept counts anew where anything was done since; where nothing was, they are still right."""
    f = c.consultation_figures.c
    with database.begin() as connection:
        due = sa.select(f.consultation_id, f.seen).where(f.counted_at < now() - RENEWED)
        rows = connection.execute(due.order_by(f.counted_at)).all()
        newest = _newest_event(connection) if rows else 0
        same = [row.consultation_id for row in rows if row.seen == newest]
        if same:
            still = sa.update(c.consultation_figures).where(f.consultation_id.in_(same))
            connection.execute(still.values(counted_at=now()))
    for row in rows:
        if row.consultation_id not in same:
            with database.begin() as connection:
                keep(connection, row.consultation_id)


def _of(consultation_id: int) -> sa.ColumnElement[bool]:
    return c.consultation_figures.c.consultation_id == consultation_id


def _newest_event(connection: sa.Connection) -> int:
    """Every change of a comment or an answer has its row in the trail; grouping calls `keep` itself."""
    return connection.scalar(sa.select(sa.func.max(audit_log.c.id))) or 0


def _read(row: Row) -> Figures:
    value = dict(row.figures)
    choices = {int(q): {int(n): k for n, k in found.items()} for q, found in value["choices"].items()}
    campaigns = {int(key): (sizes[0], sizes[1]) for key, sizes in value["campaigns"].items()}
    value |= {"choices": choices, "campaigns": campaigns, "counted_at": aware(row.counted_at)}
    return Figures(**value)
