"""Articles of laws and the articles of decrees and circulars that give the details of them.

As the tagger paired them, in both directions, with one look-up for a whole page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from schemas import tables as t
from schemas.documents import DETAIL_EVIDENCE, binding_period

from .documents import Reference, as_reference, doubled, reference_columns

#: How surely a pair was found, see indexer/tagging/details.py; what is said of a whole document comes last.
#: An article by its source, the document's id there and its path.
Place = tuple[str, str, str]
_d, _x, _own = t.documents.c, t.details.c, t.documents.alias("own")
_COLUMNS = [
    *(column for column in reference_columns if column is not _d.id),
    _d.expiry_date,
    _d.recorded_at,
    _d.withdrawn_at,
    doubled,
]


@dataclass(frozen=True, slots=True)
class Linked:
    """The other end of a pair: an article, or with an empty `path` a whole document."""

    reference: Reference
    path: str
    evidence: str
    binds: tuple[dt.date | None, dt.date | None]  # [from, until)

    def is_in_force(self, day: dt.date) -> bool:
        """Whether it binds on a day, unknown dates counting as yes."""
        start, until = self.binds
        return (start is None or start <= day) and (until is None or day < until)


@dataclass(frozen=True, slots=True)
class Details:
    """Of one article: what gives the details of it, and what it gives the details of; the surest first."""

    detailed_by: tuple[Linked, ...] = ()
    details: tuple[Linked, ...] = ()

    def in_force(self, day: dt.date) -> Details:
        """Without what does not bind on a day."""
        return Details(
            tuple(linked for linked in self.detailed_by if linked.is_in_force(day)),
            tuple(linked for linked in self.details if linked.is_in_force(day)),
        )


NONE = Details()


@dataclass(slots=True)
class _Both:
    detailed_by: list[tuple[Any, ...]] = field(default_factory=list)
    details: list[tuple[Any, ...]] = field(default_factory=list)


def of_places(connection: sa.Connection, places: Sequence[Place]) -> dict[Place, Details]:
    """What is paired with these articles, in one statement; articles without a pair are left out."""
    if not places:
        return {}
    values = {
        "sources": sorted({source for source, _, _ in places}),
        "source_ids": sorted({source_id for _, source_id, _ in places}),
        "paths": sorted({path for _, _, path in places}),
    }
    rows = connection.execute(_OF_PLACES, values)
    wanted = {*places, *((source, source_id, "") for source, source_id, _ in places)}
    found = _gathered(row for row in rows if (row.own_source, row.own_id, row.here) in wanted)
    nothing = _Both()
    result = {}
    for place in places if found else ():
        both = found.get(place, nothing)
        # What the document as a whole says it details stands for each of its articles.
        details = both.details or found.get((*place[:2], ""), nothing).details
        if both.detailed_by or details:
            result[place] = Details(_sorted(both.detailed_by), _sorted(details))
    return result


def of_place(connection: sa.Connection, place: Place) -> Details:
    """What is paired with one article."""
    return of_places(connection, [place]).get(place, NONE)


def of_document(connection: sa.Connection, document_id: int) -> dict[str, Details]:
    """What is paired with the articles of a document, by path."""
    found = _gathered(connection.execute(_OF_DOCUMENT, {"document": document_id}))
    return {
        path: Details(_sorted(both.detailed_by), _sorted(both.details))
        for (_, _, path), both in found.items()
        if path
    }


def _statement(
    where: sa.ColumnElement[bool], above: sa.ColumnElement[bool], below: sa.ColumnElement[bool]
) -> sa.CompoundSelect[Any]:
    """Both directions of what is paired with the documents that `where` names."""
    ends = (
        ("detailed_by", _x.target_document_id, _x.document_id, _x.target_provision, _x.provision, above),
        ("details", _x.document_id, _x.target_document_id, _x.provision, _x.target_provision, below),
    )
    return sa.union_all(*(
        sa.select(
            sa.literal_column(f"'{way}'").label("way"), _own.c.source.label("own_source"),
            _own.c.source_id.label("own_id"), here.label("here"), there.label("there"), _x.evidence,
            _x.strength, _d.id, *_COLUMNS,
        )
        .select_from(t.details)
        .join(_own, _own.c.id == mine)
        .join(t.documents, _d.id == other)
        .where(where, condition, _d.withdrawn_at.is_(None))
        for way, mine, other, here, there, condition in ends
    ))  # fmt: skip


def _many(name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(name, expanding=True)


# Made once: making a statement of this size takes longer than it takes to run.
_OF_PLACES = _statement(
    _own.c.source.in_(_many("sources")) & _own.c.source_id.in_(_many("source_ids")),
    _x.target_provision.in_(_many("paths")),
    _x.provision.in_(_many("paths")) | (_x.evidence == "only"),
)
_OF_DOCUMENT = _statement(_own.c.id == sa.bindparam("document"), sa.true(), sa.true())


def _gathered(rows: Iterable[sa.Row[Any]]) -> dict[Place, _Both]:
    """Rows by the article they are about."""
    found: dict[Place, _Both] = {}
    for row in rows:
        both = found.setdefault((row.own_source, row.own_id, row.here), _Both())
        (both.detailed_by if row.way == "detailed_by" else both.details).append(_ranked(row._mapping))
    return found


def _ranked(row: sa.RowMapping) -> tuple[Any, ...]:
    """What to sort by, then the other end: decrees before circulars, newer ones, what is surer."""
    reference = as_reference(row)
    recorded = row["recorded_at"].date()
    binds = binding_period(row["status"], row["effective_date"], row["expiry_date"], recorded)
    issued = reference.issue_date.toordinal() if reference.issue_date else 0
    order = DETAIL_EVIDENCE.index(row["evidence"])
    return (
        order >= DETAIL_EVIDENCE.index("only"),
        reference.type.startswith("Thông tư"),
        -issued,
        order,
        -row["strength"],
        reference.id,
        row["there"],
        Linked(reference, row["there"], row["evidence"], binds),
    )


def _sorted(ends: Iterable[tuple[Any, ...]]) -> tuple[Linked, ...]:
    """In order; a whole document only where none of its articles stands here."""
    linked = [end[-1] for end in sorted(ends, key=lambda end: end[:-1])]
    by_article = {end.reference.id for end in linked if end.path}
    return tuple(end for end in linked if end.path or end.reference.id not in by_article)
