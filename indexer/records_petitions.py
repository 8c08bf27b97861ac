"""What petitions add to the index: one record for each whose result is public, never who sent it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from schemas import petition_tables as p
from schemas import regulation_tables as r
from schemas.petitions import PUBLIC
from schemas.search import Record

_CHUNK = 100
_LONGEST_TEXT = 60_000
#: Positions after those of comments; below 2**43.
_PETITIONS = (1 << 42) + (1 << 41) + (1 << 40) + (1 << 39) + (1 << 38)


def petition_records(connection: sa.Connection, ids: Sequence[int] | None = None) -> Iterator[Record]:
    """One record for each public petition (phản ánh, kiến nghị), or for those with these ids."""
    t = p.petitions.c
    query = (
        sa.select(p.petitions, r.ministries.c.name.label("ministry"))
        .outerjoin(r.ministries, r.ministries.c.id == t.ministry_id)
        .where(t.state.in_(sorted(PUBLIC)))
        .order_by(t.id)
    )
    if ids is not None:
        query = query.where(t.id.in_(ids))
    for rows in connection.execution_options(yield_per=_CHUNK).execute(query).partitions(_CHUNK):
        for row in rows:
            yield Record(
                id=f"petition:{row.id}",
                kind="petition",
                source_id=str(row.id),
                number=None,
                provision=None,
                title=row.title,
                heading="",
                text=f"{row.body}\n{row.answer}"[:_LONGEST_TEXT],
                url=f"/phan-anh/{row.id}",
                agencies=(row.ministry,) if row.ministry else (),
                fields=(row.field,) if row.field else (),
                issue_date=row.published_at.date(),
                sample=row.sample,
                owner=f"petition:{row.id}",
                ordinal=_PETITIONS + row.id,
            )
