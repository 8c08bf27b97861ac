"""What taking part adds to the index: plans and whatever else people post, one function for each kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from schemas import regulation_tables as r
from schemas.plan_states import STATES
from schemas.plans import ACTIONS
from schemas.search import Record
from schemas.text.paths import label

from .records_consultations import comment_records, consultation_records
from .records_petitions import petition_records

_CHUNK = 100
_POSITION_BITS = 20
_LONGEST_TEXT = 60_000
#: Positions of plans, after those of documents and procedures; below 2**43.
_PLANS = (1 << 42) + (1 << 41)


def plan_records(connection: sa.Connection, ids: Sequence[int] | None = None) -> Iterator[Record]:
    """One record for each public plan (phương án), or for those with these ids."""
    query = (
        sa.select(r.plans, r.ministries.c.name.label("ministry"))
        .join(r.ministries, r.ministries.c.id == r.plans.c.ministry_id)
        .where(r.plans.c.published_at.is_not(None))
        .order_by(r.plans.c.id)
    )
    if ids is not None:
        query = query.where(r.plans.c.id.in_(ids))
    found = connection.execute(query, execution_options={"yield_per": _CHUNK})
    for rows in found.partitions(_CHUNK):
        items, clauses, types = _belonging(connection, [row.id for row in rows])
        for row in rows:
            yield plan_record(row, items[row.id], clauses, types)


def _belonging(
    connection: sa.Connection, ids: Sequence[int]
) -> tuple[dict[int, list[Any]], dict[int, list[Any]], dict[str, str]]:
    items: dict[int, list[Any]] = defaultdict(list)
    query = sa.select(r.plan_items).where(r.plan_items.c.plan_id.in_(ids)).order_by(r.plan_items.c.ordinal)
    for item in connection.execute(query):
        items[item.plan_id].append(item)
    keys = [item.id for rows in items.values() for item in rows]
    clauses: dict[int, list[Any]] = defaultdict(list)
    table = r.plan_item_clauses
    for clause in connection.execute(
        sa.select(table).where(table.c.item_id.in_(keys)).order_by(table.c.ordinal)
    ):
        clauses[clause.item_id].append(clause)
    codes = {item.regulation for rows in items.values() for item in rows if item.regulation}
    g = r.regulations.c
    types = connection.execute(sa.select(g.code, g.type).where(g.code.in_(sorted(codes)))).all()
    return items, clauses, {row.code: row.type for row in types}


def plan_record(
    row: Any, items: Sequence[Any], clauses: Mapping[int, Sequence[Any]], types: Mapping[str, str]
) -> Record:
    """A plan as it is searched: its sentence, its items, the wordings it changes and where they stand."""
    return Record(
        id=f"plan:{row.number}",
        kind="plan",
        source_id=row.number,
        number=row.number,
        provision=None,
        title=row.title,
        heading="",
        text="\n".join(filter(None, _plan_text(row, items, clauses)))[:_LONGEST_TEXT],
        url=f"/phuong-an/{row.number}",
        agencies=(row.ministry,),
        regulation_types=tuple(
            dict.fromkeys(types[item.regulation] for item in items if item.regulation in types)
        ),
        issue_date=row.published_at.date(),
        effective_date=row.effective_from,
        expiry_date=row.effective_until,
        sample=row.sample,
        owner=f"plan:{row.id}",
        ordinal=_PLANS + (row.id << _POSITION_BITS),
    )


def _plan_text(row: Any, items: Sequence[Any], clauses: Mapping[int, Sequence[Any]]) -> Iterator[str]:
    yield row.summary
    yield STATES[row.state]
    for item in items:
        yield f"{ACTIONS[item.action]}: {item.title}"
        yield item.reason
        for clause in clauses.get(item.id, ()):
            place = label(clause.provision) if clause.provision else ""
            yield " ".join(filter(None, (place, clause.document_number, clause.heading)))
            yield clause.proposed_text
            yield clause.current_text


#: Kind in the outbox → records of these rows, or of all.
PARTICIPATION: dict[str, Callable[[sa.Connection, Sequence[int] | None], Iterator[Record]]] = {
    "plan": plan_records,
    "consultation": consultation_records,
    "comment": comment_records,
    "petition": petition_records,
}
