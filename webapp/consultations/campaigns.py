"""Grouping near-duplicates into campaigns. Comments are grouped after they were sent, by the worker, each
once; none is ever discarded, and a campaign shows what each of its comments says that the others do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas.consultations import SHOWN, CommentState

from ..audit import now
from .figures import keep
from .rows import Row, begin_write, hold_campaigns, new_id, outbox
from .similarity import CONTAINED, Print, alike, fingerprint, unique_sentences

BATCH = 500
#: Candidates compared for one comment, those that share most bands first.
MOST_CANDIDATES = 20


@dataclass(slots=True)
class Cluster:
    """A first comment and what is like it. Grouping in memory, for measuring and for the tests."""

    texts: dict[int, str] = field(default_factory=dict)
    prints: dict[int, Print] = field(default_factory=dict)
    bands: dict[str, list[int]] = field(default_factory=dict)

    def find(self, mark: Print) -> list[int]:
        """The representatives this text is a near-duplicate of, earliest first: several are one campaign."""
        shared = Counter(i for band in mark.bands for i in self.bands.get(band, ()))
        likely = [i for i, _n in shared.most_common(MOST_CANDIDATES)]
        return sorted(i for i in likely if alike(mark, self.prints[i]) >= CONTAINED)

    def add(self, key: int, text: str, mark: Print) -> None:
        """A new representative."""
        self.texts[key], self.prints[key] = text, mark
        for band in mark.bands:
            self.bands.setdefault(band, []).append(key)


def text_of(row: Row) -> str:
    """What is compared of a comment."""
    return f"{row.body}\n{row.replacement}".strip()


def group_waiting(database: sa.Engine, batch: int = BATCH) -> int:
    """Group one batch of comments nobody has looked at yet, oldest first; how many. Safe to kill or to run
    twice at once."""
    t = c.comments
    waiting = sa.select(t).where(t.c.grouped_at.is_(None)).order_by(t.c.id).limit(batch)
    with database.begin() as connection:
        begin_write(connection)
        if connection.dialect.name == "postgresql":
            # One worker groups at a time: two could make two groups of the same text.
            connection.execute(sa.text("select pg_advisory_xact_lock(7238462)"))
        # Read before they are held, and again: a comment may be taken back meanwhile.
        hold_campaigns(connection, [row.consultation_id for row in connection.execute(waiting)])
        rows = connection.execute(waiting).all()
        for consultation_id in dict.fromkeys(row.consultation_id for row in rows):
            mine = [row for row in rows if row.consultation_id == consultation_id]
            _group(connection, consultation_id, mine)
    return len(rows)


def _group(connection: sa.Connection, consultation_id: int, rows: Sequence[Row]) -> None:
    marks = {row.id: fingerprint(text_of(row)) for row in rows}
    known, held = _candidates(connection, consultation_id, marks)
    members: list[dict[str, object]] = []
    touched: dict[int, None] = {}
    bands: list[dict[str, object]] = []
    for row in rows:
        if not text_of(row):
            continue
        matches = known.find(marks[row.id])
        if not matches:
            known.add(row.id, text_of(row), marks[row.id])
            held[row.id] = None
            bands += [
                {"comment_id": row.id, "band": band, "consultation_id": consultation_id}
                for band in marks[row.id].bands
            ]
        else:
            campaign = _joined(connection, consultation_id, known, held, matches)
            _repoint(members, held, campaign)
            unique = unique_sentences(text_of(row), known.texts[matches[0]])
            members.append({"key": row.id, "campaign": campaign, "unique": unique})
            touched[campaign] = None
    if bands:
        connection.execute(sa.insert(c.comment_bands), bands)
    t = c.comments
    if members:
        joined = (
            sa.update(t)
            .where(t.c.id == sa.bindparam("key"))
            .values(
                campaign_id=sa.bindparam("campaign"),
                unique_sentences=sa.bindparam("unique"),
                collapsed=True,
            )
        )
        connection.execute(joined, members)
    done = sa.update(t).where(t.c.id.in_([row.id for row in rows])).values(grouped_at=now())
    connection.execute(done)
    for campaign in touched:
        lead(connection, campaign)
    if any(row.state in SHOWN for row in rows):
        outbox(connection, "consultation", consultation_id)
    shown = {row.id for row in rows if row.state in SHOWN}
    # Only the first of a campaign is in the index.
    for member in members:
        if member["key"] in shown:
            outbox(connection, "comment", cast(int, member["key"]))
    keep(connection, consultation_id)


def lead(connection: sa.Connection, campaign_id: int) -> None:
    """Let the campaign be represented by its first public comment.

    Called whenever that may have changed: a representative that is taken back or hidden must not take the
    whole campaign with it. While none is public it is the first that can become so.
    """
    t, g = c.comments, c.campaigns
    held = sa.select(g.c.representative_id).where(g.c.id == campaign_id)
    if connection.dialect.name == "postgresql":
        held = held.with_for_update()
    old = connection.scalar(held)
    if old is None:  # joined to another meanwhile
        return
    mine = sa.select(t.c.id).where(t.c.campaign_id == campaign_id).order_by(t.c.id).limit(1)
    for states in (tuple(sorted(SHOWN)), ("submitted",), tuple(CommentState)):
        first = connection.scalar(mine.where(t.c.state.in_(states)))
        if first is not None:
            break
    if first is None:
        return
    collapse = sa.update(t).values(collapsed=True).where(t.c.id == old, sa.not_(t.c.collapsed))
    if first != old:
        connection.execute(collapse)
        connection.execute(sa.update(g).where(g.c.id == campaign_id).values(representative_id=first))
        outbox(connection, "comment", old)
        outbox(connection, "comment", first)
    connection.execute(sa.update(t).values(collapsed=False).where(t.c.id == first, t.c.collapsed))


def _repoint(members: list[dict[str, object]], held: Mapping[int, int | None], campaign: int) -> None:
    """Members of this batch whose campaign has just been joined to another follow it."""
    alive = set(held.values())
    for member in members:
        if member["campaign"] not in alive:
            member["campaign"] = campaign


def _joined(
    connection: sa.Connection,
    consultation_id: int,
    known: Cluster,
    held: dict[int, int | None],
    matches: Sequence[int],
) -> int:
    """The one campaign of all these representatives: what links two groups makes them one.

    A group that has an answer of its own stays as it is: its answer was written for it.
    """
    t, g = c.comments, c.campaigns
    old = sorted({campaign for m in matches if (campaign := held[m]) is not None})
    if old:
        campaign = old[0]
    else:
        values = {"consultation_id": consultation_id, "representative_id": matches[0], "created_at": now()}
        campaign = new_id(connection, sa.insert(g).values(**values))
    for match in matches:
        if held[match] is None:
            unique = unique_sentences(known.texts[match], known.texts[matches[0]])
            mine = sa.update(t).where(t.c.id == match)
            behind = bool(old) or match != matches[0]
            connection.execute(mine.values(campaign_id=campaign, unique_sentences=unique, collapsed=behind))
            held[match] = campaign
    for other in old[1:]:
        if connection.scalar(sa.select(c.answers.c.id).where(c.answers.c.campaign_id == other)) is not None:
            continue
        moved = sa.update(t).where(t.c.campaign_id == other)
        connection.execute(moved.values(campaign_id=campaign, collapsed=True))
        connection.execute(sa.delete(g).where(g.c.id == other))
        held.update({key: campaign for key, value in held.items() if value == other})
    return campaign


def _candidates(
    connection: sa.Connection, consultation_id: int, marks: Mapping[int, Print]
) -> tuple[Cluster, dict[int, int | None]]:
    """The representatives that share a band with one of these comments, and the campaign of each."""
    asked = sorted({band for mark in marks.values() for band in mark.bands})
    b, t = c.comment_bands.c, c.comments.c
    ids: set[int] = set()
    for start in range(0, len(asked), 5000):
        query = sa.select(b.comment_id).where(
            b.consultation_id == consultation_id, b.band.in_(asked[start : start + 5000])
        )
        ids |= set(connection.scalars(query.distinct()))
    cluster, held = Cluster(), dict[int, int | None]()
    for part in _parts(sorted(ids), 5000):
        for row in connection.execute(
            sa.select(t.id, t.body, t.replacement, t.campaign_id).where(t.id.in_(part))
        ):
            text = text_of(row)
            cluster.add(row.id, text, fingerprint(text))
            held[row.id] = row.campaign_id
    return cluster, held


def _parts(ids: Sequence[int], size: int) -> list[Sequence[int]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]
