"""A plan's public content as rows, and the rows as content. Values only; the caller has the transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from schemas import regulation_tables as r
from schemas import tables as t
from schemas.costs import CostSheet
from schemas.plans import Amendment, Clause, Deadline, PlanContent, PlanItem, Supersession
from schemas.text.normalise import slugify
from schemas.text.words import fold_words

_ITEM = (
    "action", "regulation", "title", "reason", "current_cost", "after_cost", "current_hours", "after_hours",
    "starts_on", "deadline",
)  # fmt: skip
_CLAUSE = ("document_number", "provision", "heading", "current_text", "proposed_text")
_AMENDMENT = ("document_number", "provisions", "deadline")


def document_ids(connection: sa.Connection, numbers: Iterable[str]) -> dict[str, int]:
    """Number → id of the one document with that number; numbers of none or of several are left out."""
    slugs = {number: slugify(number) for number in numbers}
    found: dict[str, list[int]] = defaultdict(list)
    query = sa.select(t.documents.c.slug, t.documents.c.id).where(
        t.documents.c.slug.in_(set(slugs.values())), t.documents.c.withdrawn_at.is_(None)
    )
    for slug, document_id in connection.execute(query):
        found[slug].append(document_id)
    return {number: found[slug][0] for number, slug in slugs.items() if len(found[slug]) == 1}


def new_id(connection: sa.Connection, statement: sa.Insert) -> int:
    """Insert one row and give its id."""
    key: Any = connection.execute(statement).inserted_primary_key
    return int(key[0])


def header_values(number: str, content: PlanContent) -> dict[str, Any]:
    """Columns of `plans` that the content decides."""
    return {
        "title": content.title,
        "summary": content.summary,
        "folded": f" {' '.join(fold_words(f'{number} {content.title}'))} ",
        "legal_bases": list(content.legal_bases),
        "approving_act": content.approving_act,
        "effective_from": content.effective_from,
        "effective_until": content.effective_until,
    }


def replace_content(connection: sa.Connection, plan_id: int, content: PlanContent) -> None:
    """Write the rows below a plan anew: items with clauses and amendments, deadlines, supersessions."""
    connection.execute(sa.delete(r.plan_items).where(r.plan_items.c.plan_id == plan_id))
    connection.execute(sa.delete(r.plan_supersessions).where(r.plan_supersessions.c.plan_id == plan_id))
    connection.execute(sa.delete(r.plan_deadlines).where(r.plan_deadlines.c.plan_id == plan_id))
    numbers = {c.document_number for i in content.items for c in i.clauses}
    numbers |= {a.document_number for i in content.items for a in i.amendments}
    documents = document_ids(connection, numbers)
    for ordinal, item in enumerate(content.items, 1):
        sheet = item.cost_sheet.model_dump(mode="json") if item.cost_sheet else sa.null()
        values = {**{name: getattr(item, name) for name in _ITEM}, "cost_sheet": sheet}
        statement = sa.insert(r.plan_items).values(plan_id=plan_id, ordinal=ordinal, **values)
        item_id = new_id(connection, statement)
        _insert(connection, r.plan_item_clauses, item_id, _CLAUSE, item.clauses, documents)
        _insert(connection, r.plan_amendments, item_id, _AMENDMENT, item.amendments, documents)
    due = [{"plan_id": plan_id, "step": d.step, "due": d.due, "source": "plan"} for d in content.deadlines]
    if due:
        connection.execute(sa.insert(r.plan_deadlines), due)
    later = [
        {
            "plan_id": plan_id,
            "earlier_number": s.plan,
            "earlier_item": s.item,
            "from_date": s.from_date,
            "note": s.note,
        }
        for s in content.supersedes
    ]
    if later:
        connection.execute(sa.insert(r.plan_supersessions), later)


def _insert(
    connection: sa.Connection,
    table: sa.Table,
    item_id: int,
    names: Sequence[str],
    parts: Sequence[Clause | Amendment],
    documents: Mapping[str, int],
) -> None:
    rows = [
        {
            "item_id": item_id,
            "ordinal": ordinal,
            "document_id": documents.get(part.document_number),
            **{name: getattr(part, name) for name in names},
        }
        for ordinal, part in enumerate(parts, 1)
    ]
    if rows:
        connection.execute(sa.insert(table), rows)


def read_content(connection: sa.Connection, plan_id: int) -> PlanContent:
    """The public content of a plan, as it was published."""
    row = connection.execute(sa.select(r.plans).where(r.plans.c.id == plan_id)).one()
    items = connection.execute(
        sa.select(r.plan_items).where(r.plan_items.c.plan_id == plan_id).order_by(r.plan_items.c.ordinal)
    ).all()
    ids = [item.id for item in items]
    clauses = _grouped(connection, r.plan_item_clauses, ids)
    amendments = _grouped(connection, r.plan_amendments, ids)
    deadlines = connection.execute(
        sa.select(r.plan_deadlines.c.step, r.plan_deadlines.c.due).where(
            r.plan_deadlines.c.plan_id == plan_id, r.plan_deadlines.c.source == "plan"
        )
    ).all()
    earlier = connection.execute(
        sa.select(r.plan_supersessions)
        .where(r.plan_supersessions.c.plan_id == plan_id)
        .order_by(r.plan_supersessions.c.id)
    ).all()
    return PlanContent(
        title=row.title,
        summary=row.summary,
        legal_bases=tuple(row.legal_bases),
        approving_act=row.approving_act,
        effective_from=row.effective_from,
        effective_until=row.effective_until,
        deadlines=tuple(sorted((Deadline(step=d.step, due=d.due) for d in deadlines), key=lambda d: d.due)),
        items=tuple(
            PlanItem(
                **{name: getattr(item, name) for name in _ITEM},
                cost_sheet=CostSheet.model_validate(item.cost_sheet) if item.cost_sheet else None,
                clauses=tuple(
                    Clause(**{name: getattr(c, name) for name in _CLAUSE}) for c in clauses[item.id]
                ),
                amendments=tuple(
                    Amendment(**{name: getattr(a, name) for name in _AMENDMENT}) for a in amendments[item.id]
                ),
            )
            for item in items
        ),
        supersedes=tuple(
            Supersession(plan=s.earlier_number, item=s.earlier_item, from_date=s.from_date, note=s.note)
            for s in earlier
        ),
    )


def _grouped(connection: sa.Connection, table: sa.Table, ids: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    query = sa.select(table).where(table.c.item_id.in_(ids)).order_by(table.c.item_id, table.c.ordinal)
    for row in connection.execute(query) if ids else ():
        found[row.item_id].append(row)
    return found
