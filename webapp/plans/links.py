"""Rows that lead from a clause to the plans that would change it."""

from __future__ import annotations

import sqlalchemy as sa

from ..languages import local
from ..pages import LinkRow
from ..provision_names import provision_label
from ..queries import plans as read
from .lists import plan_url
from .names import state_badge


def plan_links(connection: sa.Connection, document_id: int, path: str) -> tuple[LinkRow, ...]:
    """Public plans that have not ended and propose to change this provision, its parts or what it is in."""
    lines: dict[str, read.PlanLine] = {}
    places: dict[str, list[str]] = {}
    for line, provision in read.touching(connection, document_id, path):
        lines[line.number] = line
        named = places.setdefault(line.number, [])
        if provision and provision != path:
            named.append(provision_label(provision))
    return tuple(
        LinkRow(line.title, local(plan_url(key)), ", ".join(places[key]), state_badge(line.state))
        for key, line in lines.items()
    )
