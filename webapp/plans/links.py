"""Rows that lead from a clause to the plans that would change it."""

from __future__ import annotations

import sqlalchemy as sa

from ..languages import local
from ..links import provision_label
from ..pages import LinkRow
from ..queries import plans as read
from .lists import plan_url
from .names import state_badge


def plan_links(connection: sa.Connection, document_id: int, path: str) -> tuple[LinkRow, ...]:
    """Public plans that have not ended and propose to change this provision, its parts or what it is in."""
    rows = []
    for line, provision in read.touching(connection, document_id, path):
        place = provision_label(provision) if provision and provision != path else ""
        rows.append(LinkRow(line.title, local(plan_url(line.number)), place, state_badge(line.state)))
    return tuple(rows)
