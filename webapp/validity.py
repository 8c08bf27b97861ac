"""Validity (tình trạng hiệu lực) in words: the badge, and the sentence that says since when and why. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from schemas.addresses import document_url

from .formats import cited_name, date
from .languages import N_, local
from .languages import gettext as _
from .lawtext import Part
from .queries.documents import Document, Related

#: Code of the source → style of the badge (its colour and sign).
STYLES = {
    "CHL": "chl",
    "HHL1P": "part",
    "CCHL": "soon",
    "HHL": "ended",
    "TNHL": "held",
    "TNHL1P": "held",
    "KCPH": "ended",
}
LABELS = {
    "CHL": N_("Còn hiệu lực"),
    "HHL1P": N_("Hết hiệu lực một phần"),
    "CCHL": N_("Chưa có hiệu lực"),
    "HHL": N_("Hết hiệu lực"),
    "TNHL": N_("Ngưng hiệu lực"),
    "TNHL1P": N_("Ngưng hiệu lực một phần"),
    "KCPH": N_("Không còn phù hợp"),
}
UNKNOWN_LABEL = N_("Chưa rõ hiệu lực")
_PLACE = re.compile(r"\{(\w+)\}")
AMENDS, REPLACES, REPEALS, SUSPENDS, CORRECTS = 10, 12, 1, 11, 6
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Badge:
    """Validity as a small label: shape and words first, colour second."""

    style: str
    label: str


def badge(status: str | None) -> Badge:
    """The badge of a validity code; an unknown one says so."""
    return Badge(STYLES.get(status or "", "none"), _(LABELS.get(status or "", UNKNOWN_LABEL)))


def fill(template: str, **values: Sequence[Part] | str) -> tuple[Part, ...]:
    """A translated sentence with links in it: "bị thay thế bởi {documents}"."""
    parts: list[Part] = []
    position = 0
    for match in _PLACE.finditer(template):
        parts.append(Part(template[position : match.start()]))
        value = values[match.group(1)]
        parts.extend([Part(value)] if isinstance(value, str) else value)
        position = match.end()
    parts.append(Part(template[position:]))
    return tuple(part for part in parts if part.text)


def _links(edges: Sequence[Related], since: bool) -> tuple[Part, ...]:
    parts: list[Part] = []
    for index, edge in enumerate(edges[:SHOWN]):
        if index:
            parts.append(Part(", "))
        if edge.held:
            name = cited_name(edge.held.type, edge.held.number, edge.held.title)
            parts.append(Part(name, local(document_url(edge.held.address))))
            if since and edge.held.effective_date:
                parts.append(Part(" " + _("từ %(date)s", date=date(edge.held.effective_date))))
        else:
            parts.append(Part(edge.target_number or _("văn bản chưa có trên cổng")))
    if len(edges) > SHOWN:
        parts.append(Part(" " + _("và %(n)s văn bản khác", n=len(edges) - SHOWN)))
    return tuple(parts)


def sentences(
    document: Document, relations: Sequence[Related], today: dt.date
) -> tuple[tuple[Part, ...], ...]:
    """What a reader must know before reading: since when, until when, by which documents."""
    result = [_state(document, today)]
    acting = {code: [e for e in relations if e.code == code and e.direction == "in"] for code in _CAUSES}
    for code in _CAUSES:
        if acting[code]:
            partly = document.status in ("CHL", "HHL1P") and code in _PARTIAL_CAUSES
            template = _(_PARTIAL_CAUSES[code] if partly else _CAUSES[code])
            result.append(fill(template, documents=_links(acting[code], since=True)))
    if document.status in ("HHL", "HHL1P", "TNHL", "KCPH") and not any(acting.values()):
        result.append((Part(_("Nguồn không nêu văn bản nào làm thay đổi hiệu lực.")),))
    return tuple(result)


_CAUSES = {
    REPLACES: N_("Bị thay thế bởi {documents}."),
    REPEALS: N_("Bị bãi bỏ bởi {documents}."),
    SUSPENDS: N_("Bị đình chỉ bởi {documents}."),
    AMENDS: N_("Được sửa đổi, bổ sung bởi {documents}."),
    CORRECTS: N_("Được đính chính bởi {documents}."),
}
#: The document still binds: an act that replaces or repeals can only have touched a part of it.
_PARTIAL_CAUSES = {
    REPLACES: N_("Một phần được thay thế bởi {documents}."),
    REPEALS: N_("Một phần bị bãi bỏ bởi {documents}."),
    SUSPENDS: N_("Một phần bị đình chỉ bởi {documents}."),
}


def _state(document: Document, today: dt.date) -> tuple[Part, ...]:
    since, until = document.effective_date, document.expiry_date
    if document.status is None:
        text = (
            _("Nguồn chưa ghi tình trạng hiệu lực; có hiệu lực từ {since}.")
            if since
            else _("Nguồn chưa ghi tình trạng hiệu lực.")
        )
    elif document.status == "CCHL":
        text = _coming(since, today)
    elif document.status == "HHL" or document.status == "KCPH":
        text = _("Không còn áp dụng.") if not until else _("Hết hiệu lực từ {until}.")
        if since:
            text += " " + _("Đã có hiệu lực từ {since}.")
    elif document.status == "HHL1P":
        text = (
            _("Có hiệu lực từ {since}; một phần đã hết hiệu lực.")
            if since
            else _("Một phần đã hết hiệu lực.")
        )
    elif document.status.startswith("TNHL"):
        text = _("Đang tạm ngưng áp dụng.")
    else:
        text = _in_force(since, until, today)
    return fill(text, since=date(since), until=date(until))


def _coming(since: dt.date | None, today: dt.date) -> str:
    if since is None:
        return _("Chưa có hiệu lực; nguồn chưa ghi ngày có hiệu lực.")
    if since <= today:
        return _("Nguồn còn ghi chưa có hiệu lực, nhưng ngày có hiệu lực {since} đã tới.")
    days = (since - today).days
    return _("Sẽ có hiệu lực từ {since}, còn %(n)s ngày nữa.", n=days)


def _in_force(since: dt.date | None, until: dt.date | None, today: dt.date) -> str:
    if until and until < today:
        return _("Nguồn còn ghi có hiệu lực, nhưng ngày hết hiệu lực {until} đã qua.")
    if since and since > today:
        return _("Nguồn ghi còn hiệu lực, nhưng ngày có hiệu lực {since} chưa tới.")
    if until and since:
        return _("Có hiệu lực từ {since} đến {until}.")
    return _("Có hiệu lực từ {since}.") if since else _("Còn hiệu lực; nguồn chưa ghi từ ngày nào.")
