"""A new version of a draft: comments move with their clause, and a report says how.

First the same place with the same words, then the same words in another place, then the likest wording
(rapidfuzz). What finds no place is detached and stays visible with the clause it was about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from rapidfuzz import fuzz, process

from schemas import consultation_tables as c
from schemas.errors import Refused
from schemas.people import Action, Person, may

from ..audit import now, record
from .rows import Row, lock, outbox, subject_of

#: Likeness of two wordings (0 to 100) from which they count as the same clause.
ALIKE = 72
#: At its own place less likeness is needed: the clause was rewritten, not replaced.
ALIKE_IN_PLACE = 55


@dataclass(frozen=True, slots=True)
class Place:
    """Where a comment stands in a version: path None with fit detached is nowhere."""

    path: str | None
    fit: str  # exact | moved | fuzzy | detached
    score: int


@dataclass(frozen=True, slots=True)
class Clause:
    """A unit of a draft as it is compared: heading and whole text."""

    path: str
    level: str
    words: str


def clauses(rows: Sequence[Row]) -> dict[str, Clause]:
    """Every unit by its path, as it is compared: marks count, white space and capitals do not."""
    return {row.path: Clause(row.path, row.level, _words(f"{row.heading} {row.text}")) for row in rows}


def locate(old: Clause, new: Mapping[str, Clause]) -> Place:
    """The place in the new version of a clause of the old one. Pure."""
    same = new.get(old.path)
    if same and same.level == old.level and same.words == old.words:
        return Place(same.path, "exact", 100)
    level = {path: clause.words for path, clause in new.items() if clause.level == old.level}
    twins = [path for path, words in level.items() if words == old.words and words]
    if len(twins) == 1:
        return Place(twins[0], "moved", 100)
    best = process.extractOne(old.words, level, scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE)
    in_place = fuzz.token_sort_ratio(old.words, level[old.path]) if old.path in level else 0.0
    if best and (best[1] > in_place or in_place < ALIKE_IN_PLACE):
        return Place(str(best[2]), "fuzzy", round(best[1]))
    if in_place >= ALIKE_IN_PLACE:
        return Place(old.path, "fuzzy", round(in_place))
    return Place(None, "detached", round(max(in_place, best[1] if best else 0.0)))


def publish(connection: sa.Connection, person: Person, consultation_id: int, revision: int) -> dict[str, int]:
    """Publish the version being written and move all comments to it; how many are where.

    Never by one of those who wrote it. Raises Refused and Conflict.
    """
    row = lock(connection, consultation_id, revision)
    if row.published_at is None:
        raise Refused("not_published")
    if row.answered_at is not None:
        raise Refused("answered")
    v = c.draft_versions
    found = connection.execute(
        sa.select(v).where(v.c.consultation_id == consultation_id).order_by(v.c.number.desc()).limit(2)
    ).all()
    if len(found) < 2 or found[0].published_at is not None:
        raise Refused("no_new_version")
    new, old = found
    if not may(person, Action.OPEN_CONSULTATION, subject_of(row, new.drafted_by)):
        raise Refused("authority")
    moment = now()
    connection.execute(sa.update(v).where(v.c.id == new.id).values(published_at=moment))
    report = move_anchors(connection, old.id, new.id)
    outbox(connection, "consultation", consultation_id)
    after = {"version": new.number, **report}
    record(connection, person, Action.OPEN_CONSULTATION, subject_of(row), None, after)
    return report


def move_anchors(
    connection: sa.Connection, old_id: int, new_id: int, comment_id: int | None = None
) -> dict[str, int]:
    """Give every comment of the old version (or one of them) its place in the new one; counts by fit."""
    old = clauses(_provisions(connection, old_id))
    new = clauses(_provisions(connection, new_id))
    query = sa.select(c.comment_anchors).where(c.comment_anchors.c.version_id == old_id)
    if comment_id is not None:
        query = query.where(c.comment_anchors.c.comment_id == comment_id)
    anchors = connection.execute(query).all()
    places: dict[str, Place] = {}
    rows, counted = [], Counter[str]()
    for anchor in anchors:
        place = _place(anchor, old, new, places)
        counted[place.fit] += 1
        rows.append(
            {
                "comment_id": anchor.comment_id,
                "version_id": new_id,
                "path": place.path,
                "fit": place.fit,
                "score": place.score,
                "quote": anchor.quote,
            }
        )
    if rows:
        connection.execute(sa.insert(c.comment_anchors), rows)
    return {fit: counted[fit] for fit in ("exact", "moved", "fuzzy", "detached")}


def _words(text: str) -> str:
    return " ".join(text.lower().split())


def _place(
    anchor: Row, old: Mapping[str, Clause], new: Mapping[str, Clause], places: dict[str, Place]
) -> Place:
    if anchor.path is None and anchor.fit != "detached":
        return Place(None, "exact", 100)  # the whole draft stays the whole draft
    if anchor.path is None:
        # Detached before: its clause may have come back.
        words = _words(anchor.quote)
        back = [clause.path for clause in new.values() if words and clause.words.endswith(words)]
        return Place(back[0], "fuzzy", 100) if len(back) == 1 else Place(None, "detached", 0)
    if anchor.path not in places:
        clause = old.get(anchor.path)
        places[anchor.path] = locate(clause, new) if clause else Place(None, "detached", 0)
    return places[anchor.path]


def _provisions(connection: sa.Connection, version_id: int) -> Sequence[Row]:
    p = c.draft_provisions
    return connection.execute(sa.select(p).where(p.c.version_id == version_id).order_by(p.c.ordinal)).all()
