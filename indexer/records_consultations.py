"""What consultations add to the index: one record for each that is public, one for each public comment (of a
campaign only the first: the others say the same)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas import regulation_tables as r
from schemas.consultations import SHOWN, CommentState
from schemas.search import Record
from schemas.text.paths import label

_CHUNK = 100
_LONGEST_TEXT = 60_000
#: Positions after those of documents, procedures and plans; below 2**43.
_CONSULTATIONS = (1 << 42) + (1 << 41) + (1 << 40)
_COMMENTS = _CONSULTATIONS + (1 << 39)


def consultation_records(connection: sa.Connection, ids: Sequence[int] | None = None) -> Iterator[Record]:
    """One record for each consultation (lấy ý kiến) that was opened, or for those with these ids."""
    t = c.consultations.c
    query = (
        sa.select(c.consultations, r.ministries.c.name.label("ministry"))
        .join(r.ministries, r.ministries.c.id == t.ministry_id)
        .where(t.published_at.is_not(None))
        .order_by(t.id)
    )
    if ids is not None:
        query = query.where(t.id.in_(ids))
    for rows in connection.execution_options(yield_per=_CHUNK).execute(query).partitions(_CHUNK):
        texts = _texts(connection, [row.id for row in rows])
        for row in rows:
            yield _consultation(row, texts[row.id])


def _texts(connection: sa.Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """Questions and the newest public draft of each consultation."""
    found: dict[int, list[str]] = defaultdict(list)
    q = c.consultation_questions.c
    asked = sa.select(q.consultation_id, q.text).where(q.consultation_id.in_(ids)).order_by(q.ordinal)
    for number, text in connection.execute(asked):
        found[number].append(text)
    v, p = c.draft_versions.c, c.draft_provisions.c
    newest = (
        sa.select(v.consultation_id, sa.func.max(v.number).label("number"))
        .where(v.consultation_id.in_(ids), v.published_at.is_not(None))
        .group_by(v.consultation_id)
        .subquery()
    )
    query = (
        sa.select(v.consultation_id, p.heading, p.text, p.explanation)
        .join(newest, sa.and_(newest.c.consultation_id == v.consultation_id, newest.c.number == v.number))
        .join(c.draft_provisions, p.version_id == v.id)
        .where(p.level.not_in(("clause", "point")))
        .order_by(v.consultation_id, p.ordinal)
    )
    for row in connection.execute(query):
        found[row.consultation_id] += [row.heading, row.text, row.explanation]
    return found


def _consultation(row: Any, texts: Sequence[str]) -> Record:
    return Record(
        id=f"consultation:{row.id}",
        kind="consultation",
        source_id=str(row.id),
        number=row.document_number or None,
        provision=None,
        title=row.title,
        heading="",
        text="\n".join(filter(None, (row.purpose, row.result, *texts)))[:_LONGEST_TEXT],
        url=f"/tham-van/{row.id}",
        agencies=(row.ministry,),
        fields=(row.field,) if row.field else (),
        issue_date=row.published_at.date(),
        sample=row.sample,
        owner=f"consultation:{row.id}",
        ordinal=_CONSULTATIONS + row.id,
    )


def comment_records(connection: sa.Connection, ids: Sequence[int] | None = None) -> Iterator[Record]:
    """One record for each public comment (góp ý); of a campaign only its first."""
    t = c.comments.c
    query = (
        sa.select(
            c.comments,
            c.consultations.c.title,
            c.consultations.c.field,
            r.ministries.c.name.label("ministry"),
        )
        .join(c.consultations, c.consultations.c.id == t.consultation_id)
        .join(r.ministries, r.ministries.c.id == c.consultations.c.ministry_id)
        .where(t.state.in_(tuple(sorted(SHOWN))), c.consultations.c.published_at.is_not(None))
        .where(sa.not_(t.collapsed))
        .order_by(t.id)
    )
    if ids is not None:
        query = query.where(t.id.in_(ids))
    for rows in connection.execution_options(yield_per=_CHUNK).execute(query).partitions(_CHUNK):
        places = _places(connection, [row.id for row in rows])
        said = _said(connection, [row.id for row in rows if row.state == CommentState.PUBLISHED])
        for row in rows:
            yield _comment(row, places.get(row.id), said.get(row.id, ""))


def _said(connection: sa.Connection, ids: Sequence[int]) -> dict[int, str]:
    """What was answered to questions in words; a comment of which a part is covered shows none of it."""
    a = c.comment_answers.c
    query = sa.select(a.comment_id, a.text).where(a.comment_id.in_(ids), a.text != "")
    found: dict[int, str] = {}
    for row in connection.execute(query.order_by(a.comment_id, a.question_id)):
        found[row.comment_id] = f"{found.get(row.comment_id, '')}\n{row.text}"
    return found


def _places(connection: sa.Connection, ids: Sequence[int]) -> dict[int, str]:
    a = c.comment_anchors.c
    query = sa.select(a.comment_id, a.path).where(a.comment_id.in_(ids), a.path.is_not(None))
    return {row.comment_id: row.path for row in connection.execute(query.order_by(a.version_id))}


def _comment(row: Any, path: str | None, said: str) -> Record:
    body = row.body if row.shown_body is None else row.shown_body
    wording = row.replacement if row.shown_replacement is None else row.shown_replacement
    about = f", {label(path)}" if path else ""
    return Record(
        id=f"comment:{row.id}",
        kind="consultation",
        source_id=str(row.consultation_id),
        number=None,
        provision=None,
        title=row.title,
        heading=f"Góp ý {row.tracking}{about}",
        text=f"{body}\n{wording}{said}".strip()[:_LONGEST_TEXT],
        url=f"/tham-van/{row.consultation_id}/y-kien/{row.id}",
        agencies=(row.ministry,),
        fields=(row.field,) if row.field else (),
        issue_date=row.received_at.date(),
        sample=row.sample,
        owner=f"comment:{row.id}",
        ordinal=_COMMENTS + row.id,
    )
