"""Law and decree side by side: where an article is detailed, and what it details, in words and links."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from schemas.addresses import document_url
from schemas.calendar import today
from schemas.database import statements
from schemas.search import Hit

from .document_notes import Edges
from .formats import cited_name, hold
from .languages import gettext as _
from .languages import local, ngettext
from .lawtext import Part
from .links import reference_row
from .pages import DetailLine, LinkRow
from .provision_names import provision_label
from .queries.details import NONE, Details, Linked, Place, of_places
from .record_pages import Note
from .state import site

log = logging.getLogger(__name__)
#: The part of a provision's page that lists where it is detailed.
FRAGMENT = "quy-dinh-chi-tiet"
_LINKS_IN_A_NOTE = 3


def of_hits(hits: Iterable[Hit], day: dt.date | None) -> dict[str, Details]:
    """By id of the hit what is paired with it and in force on a day (None: today); one look-up for all.

    Search goes on without the database, so a failing one only leaves these lines out.
    """
    places = {_place(hit): hit.id for hit in hits if hit.kind == "provision" and hit.provision}
    if not places:
        return {}
    try:
        with statements(site().database) as connection:
            found = of_places(connection, list(places))
    except sa.exc.SQLAlchemyError as error:
        log.warning("no details of laws beside the results: %s", error)
        return {}
    when = day or today(dt.datetime.now(dt.UTC))
    return {places[place]: details.in_force(when) for place, details in found.items()}


def _place(hit: Hit) -> Place:
    return hit.id.split(":", 1)[0], hit.source_id, hit.provision or ""


def detail_lines(details: Details | None, url: str) -> tuple[DetailLine, ...]:
    """One line for each direction: the first link, and how many more stand on the provision's page."""
    if details is None:
        return ()
    return tuple(
        DetailLine(label, Part(link_name(linked[0]), _url(linked[0])), _more(len(linked) - 1, url, fragment))
        for label, linked, fragment in (
            (_("Được quy định chi tiết tại:"), details.detailed_by, FRAGMENT),
            (_("Quy định chi tiết:"), details.details, "chi-tiet-cho"),
        )
        if linked
    )


def _more(count: int, url: str, fragment: str) -> Part | None:
    if not count:
        return None
    return Part(_others(count), f"{local(url)}#{fragment}")


def _others(count: int) -> str:
    return ngettext("và %(num)s nơi khác", "và %(num)s nơi khác", count)


def link_name(linked: Linked) -> str:
    """ "Điều 5 Nghị định 31/2021/NĐ-CP", or the document alone."""
    reference = linked.reference
    name = cited_name(reference.type, reference.number, reference.title)
    return hold(f"{provision_label(linked.path)} {name}" if linked.path else name)


def _url(linked: Linked) -> str:
    return local(document_url(linked.reference.address, linked.path or None))


def detail_rows(linked: Sequence[Linked], day: dt.date) -> tuple[LinkRow, ...]:
    """All of one direction for a list: what is in force first, the articles of a document in their order."""
    place = {end.reference.id: n for n, end in reversed(list(enumerate(linked)))}

    def key(end: Linked) -> tuple[bool, int, tuple[int, ...]]:
        numbers = tuple(map(int, re.findall(r"\d+", end.path)))
        return not end.is_in_force(day), place[end.reference.id], numbers

    ordered = sorted(linked, key=key)
    return tuple(reference_row(end.reference, end.path or None) for end in ordered)


def detail_notes(found: Mapping[str, Details], day: dt.date) -> dict[str, tuple[Note, ...]]:
    """Beside each article of a document what is in force and details it, and what it details."""
    notes: dict[str, tuple[Note, ...]] = {}
    for path, details in found.items():
        now = details.in_force(day)
        pairs = ((_("Quy định chi tiết tại"), now.detailed_by), (_("Quy định chi tiết"), now.details))
        here = tuple(Note(title, "", _listed(linked)) for title, linked in pairs if linked)
        if here:
            notes[path] = here
    return notes


def without_details(edges: Edges, found: Mapping[str, Details]) -> Edges:
    """What cites each article of a document, but what gives the details of it, which is told apart."""
    left = {}
    for path, citing in edges.items():
        told = {(end.reference.id, end.path) for end in found.get(path, NONE).detailed_by}
        if citing - told:
            left[path] = citing - told
    return left


def _listed(linked: Sequence[Linked]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for end in linked[:_LINKS_IN_A_NOTE]:
        parts += [Part(", ")] if parts else []
        parts.append(Part(link_name(end), _url(end)))
    rest = len(linked) - _LINKS_IN_A_NOTE
    return (*parts, Part(" " + _others(rest))) if rest > 0 else tuple(parts)
