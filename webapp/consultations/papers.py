"""The ministry's own papers beside a draft, as its desk lists them."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas.people import Action

from ..access import allowed
from ..languages import gettext as _
from ..languages import local
from .desk_frame import BASE
from .rows import Row, subject_of


@dataclass(frozen=True, slots=True)
class Paper:
    """A line of the list on the desk."""

    id: int
    name: str
    url: str
    state: str
    verdict: str
    may_publish: bool
    may_remove: bool


def of(connection: sa.Connection, consultation_id: int) -> list[Row]:
    """All papers of a consultation, also those that are not public."""
    a = c.attachments
    own = sa.and_(a.c.consultation_id == consultation_id, a.c.comment_id.is_(None), a.c.submission.is_(None))
    return list(connection.execute(sa.select(a).where(own).order_by(a.c.id)))


def listed(connection: sa.Connection, row: Row) -> tuple[Paper, ...]:
    """The papers as whoever asks may handle them."""
    states = {
        "quarantined": _("chưa công khai"),
        "clean": _("đã công khai"),
        "refused": _("đã gỡ"),
    }
    removes = allowed(Action.DRAFT_CONSULTATION, subject_of(row))
    return tuple(
        Paper(
            paper.id,
            paper.name,
            local(f"{BASE}/{row.id}/tai-lieu/{paper.id}"),
            states[paper.state],
            paper.verdict,
            may_publish=paper.state == "quarantined"
            and allowed(Action.OPEN_CONSULTATION, subject_of(row, {paper.uploaded_by or -1})),
            may_remove=paper.state != "refused" and removes,
        )
        for paper in of(connection, row.id)
    )
