"""The states of a record in the archive: pages fetched for one list item belong together. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .archive_index import PageRow
from .sources import ABSENT, DETAIL


@dataclass(frozen=True, slots=True)
class Generation:
    """Pages of one state, by part. `item` is the hash of the list item they were fetched for."""

    item: str
    parts: dict[str, PageRow]
    gone: PageRow | None  # the 404 that followed absence from a full list
    newest: str  # time of the last page

    @property
    def fetched_at(self) -> str:
        """When the state was read: the time of its detail page."""
        page = self.gone or self.parts[DETAIL]
        return page.fetched_at


def generations(rows: Sequence[PageRow], required: frozenset[str]) -> list[Generation]:
    """The complete states, oldest first. `rows`: every answer about the record, oldest first.

    A state begins where the list item differs from that of the answer before; it is complete when all
    `required` parts have a good answer. A record still answering though unlisted is no state.
    """
    found = []
    start = 0
    for end in range(1, len(rows) + 1):
        if end == len(rows) or rows[end].item != rows[start].item:
            state = _generation(rows[start:end], required)
            if state:
                found.append(state)
            start = end
    return found


def _generation(rows: Sequence[PageRow], required: frozenset[str]) -> Generation | None:
    item = rows[0].item
    if item == ABSENT:
        last = rows[-1]
        return Generation(item, {}, last, last.fetched_at) if last.status in (404, 410) else None
    parts = {row.part: row for row in rows if row.good}
    if not required <= parts.keys():
        return None
    return Generation(item, parts, None, max(row.fetched_at for row in parts.values()))
