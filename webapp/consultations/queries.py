"""What the pages of consultations read. Nothing here writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas import regulation_tables as r
from schemas.consultations import COVER, SHOWN, SOON_DAYS, CommentState, Stage
from schemas.text.normalise import fold

from .figures import Figures, campaign_sizes, count_some
from .rows import Row, with_ministry

PER_PAGE = 30
_SHOWN = tuple(sorted(SHOWN))


@dataclass(frozen=True, slots=True)
class Said:
    """What a sender answered to a question of the ministry: the choice, and words of their own."""

    question: str
    choice: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A comment as the public sees it, with what belongs to it."""

    row: Row
    name: str  # empty: not public, or anonymous
    organisation: str
    place: str
    path: str | None
    fit: str
    quote: str
    members: int  # of its campaign; 0 outside one
    verified_members: int
    verdict: str
    answer: str
    answered_at: dt.datetime | None
    attachments: tuple[Row, ...] = ()
    said: tuple[Said, ...] = ()  # as sent: see `public_said`


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of public comments, newest first."""

    total: int  # of all that fit
    more_than: bool  # … or there are more: filtered lists are counted up to a limit
    found: list[Shown]
    older: int  # the following page: those sent before this one; 0 when there is none
    newer: int  # the previous page: those sent after this one


def _stage_filter(stage: str, moment: dt.datetime) -> sa.ColumnElement[bool]:
    t = c.consultations.c
    soon = moment + dt.timedelta(days=SOON_DAYS + 1)
    begun = t.opens_at <= moment
    filters: dict[str, sa.ColumnElement[bool]] = {
        Stage.UPCOMING: t.opens_at > moment,
        Stage.OPEN: sa.and_(begun, t.closes_at > moment),
        Stage.CLOSING_SOON: sa.and_(begun, t.closes_at > moment, t.closes_at <= soon),
        Stage.CLOSED: sa.and_(t.closes_at <= moment, t.answered_at.is_(None)),
        Stage.ANSWERED: sa.and_(t.closes_at <= moment, t.answered_at.is_not(None)),
    }
    return filters.get(stage, sa.true())


def listed(
    connection: sa.Connection,
    moment: dt.datetime,
    *,
    stage: str = "",
    ministry: str = "",
    text: str = "",
    page: int = 1,
) -> tuple[int, Sequence[Row]]:
    """How many published consultations fit, and one page of them: what ends first stands first, what is
    over after it, newest first."""
    t = c.consultations.c
    where = [t.published_at.is_not(None), _stage_filter(stage, moment)]
    if ministry:
        where.append(r.ministries.c.code == ministry)
    if text:
        where += [t.folded.contains(word, autoescape=True) for word in fold(text).split()[:10]]
    over = sa.case((t.closes_at > moment, 0), else_=1)
    count = sa.select(sa.func.count()).select_from(c.consultations.join(r.ministries)).where(*where)
    left = sa.case((t.closes_at > moment, t.closes_at), else_=None)
    query = with_ministry().where(*where).order_by(over, left, t.closes_at.desc(), t.id.desc())
    rows = connection.execute(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    return connection.execute(count).scalar_one(), rows


def stage_counts(connection: sa.Connection, moment: dt.datetime) -> dict[str, int]:
    """How many published consultations are at each stage (closing soon ones are also open)."""
    stages = (Stage.OPEN, Stage.CLOSING_SOON, Stage.UPCOMING, Stage.CLOSED, Stage.ANSWERED)
    sums = [sa.func.count(sa.case((_stage_filter(s, moment), 1))).label(s.value) for s in stages]
    query = sa.select(*sums).where(c.consultations.c.published_at.is_not(None))
    return dict(connection.execute(query).one()._asdict())


def ministries(connection: sa.Connection) -> list[tuple[str, str]]:
    """Code and name of each ministry that has asked."""
    asked = sa.select(c.consultations.c.ministry_id).where(c.consultations.c.published_at.is_not(None))
    query = sa.select(r.ministries.c.code, r.ministries.c.name).where(r.ministries.c.id.in_(asked))
    return [(row.code, row.name) for row in connection.execute(query.order_by(r.ministries.c.name))]


def versions(connection: sa.Connection, consultation_id: int, *, public: bool = True) -> Sequence[Row]:
    """Versions of the draft, newest first."""
    v = c.draft_versions
    query = sa.select(v).where(v.c.consultation_id == consultation_id).order_by(v.c.number.desc())
    return connection.execute(query.where(v.c.published_at.is_not(None)) if public else query).all()


def provisions(connection: sa.Connection, version_id: int) -> Sequence[Row]:
    """The draft in reading order."""
    p = c.draft_provisions
    return connection.execute(sa.select(p).where(p.c.version_id == version_id).order_by(p.c.ordinal)).all()


def questions(connection: sa.Connection, consultation_id: int) -> Sequence[Row]:
    q = c.consultation_questions
    query = sa.select(q).where(q.c.consultation_id == consultation_id).order_by(q.c.ordinal)
    return connection.execute(query).all()


def papers(connection: sa.Connection, consultation_id: int) -> Sequence[Row]:
    """The ministry's own attachments that were found clean."""
    a = c.attachments
    own = sa.and_(a.c.consultation_id == consultation_id, a.c.comment_id.is_(None), a.c.submission.is_(None))
    return connection.execute(sa.select(a).where(own, a.c.state == "clean").order_by(a.c.id)).all()


def _public(consultation_id: int, path: str | None, verified: str, campaign: int | None) -> list[Any]:
    t, a = c.comments.c, c.comment_anchors.c
    where = [t.consultation_id == consultation_id, t.state.in_(_SHOWN)]
    if campaign is not None:
        where.append(t.campaign_id == campaign)
    else:
        where.append(sa.not_(t.collapsed))
    if verified:
        where.append(t.verification != "none" if verified == "co" else t.verification == "none")
    if path:
        # Asked of each comment in turn: of a campaign's letters on a clause only the first is in the list.
        here = sa.and_(a.comment_id == t.id, a.version_id == newest_version(consultation_id))
        inside = sa.or_(a.path == path, a.path.startswith(path + "/", autoescape=True))
        where.append(sa.exists().where(here, inside))
    return where


def newest_version(consultation_id: int) -> Any:
    """The id of the newest public version, as part of another query."""
    v = c.draft_versions.c
    return (
        sa.select(v.id)
        .where(v.consultation_id == consultation_id, v.published_at.is_not(None))
        .order_by(v.number.desc())
        .limit(1)
        .scalar_subquery()
    )


def public_comments(
    connection: sa.Connection,
    consultation_id: int,
    *,
    path: str | None = None,
    verified: str = "",
    campaign: int | None = None,
    before: int = 0,
    after: int = 0,
    page: int = 1,
    per_page: int = 0,
    known: Figures | None = None,
) -> Listed:
    """Public comments, a campaign as its representative (or, with `campaign`, all of one), newest first.

    `before` and `after`: the page on either side of the comment with this id, as fast in the middle of
    100,000 as at their ends; `page` counts from the newest. `known`: what need not be counted again.
    """
    where = _public(consultation_id, path, verified, campaign)
    number, query = c.comments.c.id, sa.select(c.comments).where(*where)
    counted = _known_total(known, path, verified, campaign)
    total, more_than = (
        (counted, False)
        if counted is not None
        else count_some(connection, query.with_only_columns(number).order_by(number.desc()))
    )
    rows, more, newer = _rows(connection, query, before, after, page, per_page or PER_PAGE)
    return Listed(
        total,
        more_than,
        shown(connection, consultation_id, rows, known),
        rows[-1].id if rows and more else 0,
        rows[0].id if rows and newer else 0,
    )


def _rows(
    connection: sa.Connection, query: sa.Select[Any], before: int, after: int, page: int, per_page: int
) -> tuple[Sequence[Row], bool, bool]:
    """The rows of one page, whether older ones follow and whether there are newer ones."""
    number = c.comments.c.id
    if after:
        nearest = query.where(number > after).order_by(number).limit(per_page + 1)
        rows = connection.execute(nearest).all()[::-1]
        if len(rows) > per_page:
            return rows[1:], True, True
    # The first page too where no more than one page is left above `after`.
    start = query.where(number < before) if before else query.offset((page - 1) * per_page)
    rows = connection.execute(start.order_by(number.desc()).limit(per_page + 1)).all()
    return rows[:per_page], len(rows) > per_page, bool(before) or page > 1


def _known_total(known: Figures | None, path: str | None, verified: str, campaign: int | None) -> int | None:
    if known is None or path or verified:
        return None
    if campaign is None:
        return known.listed
    return known.campaigns[campaign][0] if campaign in known.campaigns else None


def shown(
    connection: sa.Connection, consultation_id: int, rows: Sequence[Row], known: Figures | None = None
) -> list[Shown]:
    """These comments with people, places, answers and campaigns: a fixed number of queries."""
    ids = [row.id for row in rows]
    if not ids:
        return []
    people = _by(connection, c.comment_people, "comment_id", ids)
    groups = sorted({row.campaign_id for row in rows if row.campaign_id is not None})
    sizes = campaign_sizes(connection, groups, known.campaigns if known else None)
    given = answers_of(connection, ids, groups)
    places = places_of(connection, consultation_id, ids)
    files: dict[int, list[Row]] = {}
    query = sa.select(c.attachments).where(
        c.attachments.c.comment_id.in_(ids), c.attachments.c.state == "clean"
    )
    for file in connection.execute(query.order_by(c.attachments.c.id)):
        files.setdefault(file.comment_id, []).append(file)
    said = said_of(connection, ids)
    return [
        replace(
            _shown(row, people.get(row.id), places.get(row.id), sizes, given, tuple(files.get(row.id, ()))),
            said=tuple(said.get(row.id, ())),
        )
        for row in rows
    ]


def said_of(connection: sa.Connection, ids: Sequence[int]) -> dict[int, list[Said]]:
    """The answers to questions of these comments, in the order of the questions."""
    a, q = c.comment_answers.c, c.consultation_questions.c
    query = (
        sa.select(a.comment_id, a.choice, a.text, q.text.label("question"), q.choices)
        .join(c.consultation_questions, q.id == a.question_id)
        .where(a.comment_id.in_(ids))
        .order_by(a.comment_id, q.ordinal)
    )
    found: dict[int, list[Said]] = {}
    for row in connection.execute(query):
        chosen = row.choice is not None and row.choice < len(row.choices)
        choice = str(row.choices[row.choice]) if chosen else ""
        if choice or row.text:
            found.setdefault(row.comment_id, []).append(Said(row.question, choice, row.text))
    return found


def public_said(item: Shown) -> tuple[Said, ...]:
    """Answers to questions as anybody reads them: a moderator who covers a part covers all words of these."""
    if item.row.state != CommentState.REDACTED:
        return item.said
    return tuple(replace(one, text=COVER if one.text else "") for one in item.said)


def _shown(
    row: Row,
    person: Row | None,
    place: Row | None,
    sizes: Mapping[int, tuple[int, int]],
    given: Mapping[tuple[str, int], Row],
    files: tuple[Row, ...],
) -> Shown:
    members, verified = sizes.get(row.campaign_id, (0, 0)) if row.campaign_id else (0, 0)
    answer = given.get(("comment", row.id)) or given.get(("campaign", row.campaign_id or 0))
    named = person if row.sender != "anonymous" else None
    return Shown(
        row=row,
        name=named.name if named and named.show_name else "",
        organisation=named.organisation if named and named.show_organisation else "",
        place=named.place if named and named.show_place else "",
        path=place.path if place else None,
        fit=place.fit if place else "",
        quote=place.quote if place else "",
        members=members,
        verified_members=verified,
        verdict=answer.published_verdict if answer else "",
        answer=answer.published_text if answer else "",
        answered_at=answer.published_at if answer else None,
        attachments=files,
    )


def _by(connection: sa.Connection, table: sa.Table, column: str, ids: Sequence[int]) -> dict[int, Row]:
    query = sa.select(table).where(table.c[column].in_(ids))
    return {getattr(row, column): row for row in connection.execute(query)}


def answers_of(
    connection: sa.Connection, comment_ids: Sequence[int], campaign_ids: Sequence[int]
) -> dict[tuple[str, int], Row]:
    """Published answers by ("comment", id) and ("campaign", id)."""
    a = c.answers.c
    about = sa.or_(a.comment_id.in_(comment_ids), a.campaign_id.in_(campaign_ids or [0]))
    rows = connection.execute(sa.select(c.answers).where(a.published_at.is_not(None), about))
    return {
        ("comment", row.comment_id) if row.comment_id else ("campaign", row.campaign_id): row for row in rows
    }


def places_of(connection: sa.Connection, consultation_id: int, ids: Sequence[int]) -> dict[int, Row]:
    """Where each comment stands in the newest public version it has a place in."""
    a, v = c.comment_anchors.c, c.draft_versions.c
    query = (
        sa.select(c.comment_anchors)
        .join(c.draft_versions, v.id == a.version_id)
        .where(a.comment_id.in_(ids), v.consultation_id == consultation_id)
        .order_by(v.number)
    )
    return {row.comment_id: row for row in connection.execute(query)}


def history(connection: sa.Connection, comment_id: int) -> Sequence[Row]:
    """What was done to a comment, oldest first."""
    m = c.moderation_actions
    return connection.execute(sa.select(m).where(m.c.comment_id == comment_id).order_by(m.c.id)).all()
