"""Validity (tình trạng hiệu lực) in words: the badge, and the sentence that says since when and why. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.addresses import document_url

from .formats import cited_name, date, hold, numbered
from .languages import N_, local, ngettext
from .languages import gettext as _
from .lawtext import Part
from .provision_names import provision_label as label
from .queries.acts import Act, article_of
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
MOST_SENTENCES = 4


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
            known = numbered(edge.target_number) if edge.target_number else ""
            parts.append(Part(known or _("văn bản chưa có trên cổng")))
    if len(edges) > SHOWN:
        parts.append(Part(" " + _("và %(n)s văn bản khác", n=len(edges) - SHOWN)))
    return tuple(parts)


def sentences(
    document: Document, relations: Sequence[Related], today: dt.date, acts: Sequence[Act] = ()
) -> tuple[tuple[Part, ...], ...]:
    """What a reader must know before reading: since when, until when, which articles were changed by what.

    Where the changing text says what it does to which article (`acts`), that is told; of the other
    documents only that they change this one.
    """
    partly = document.status not in ("HHL", "KCPH")
    told = {act.by.held.id for act in acts if act.by.held}
    result = [_state(document, today), *_act_sentences(document, acts, today)]
    acting = {code: [e for e in relations if e.code == code and e.direction == "in"] for code in _CAUSES}
    for code in _CAUSES:
        whole = code in _PARTIAL_CAUSES and not partly
        edges = [e for e in acting[code] if whole or not (e.held and e.held.id in told)]
        if edges:
            template = _(_PARTIAL_CAUSES[code] if partly and code in _PARTIAL_CAUSES else _CAUSES[code])
            result.append(fill(template, documents=_links(edges, since=True)))
    if document.status in ("HHL", "HHL1P", "TNHL", "KCPH") and not any(acting.values()):
        result.append((Part(_("Nguồn không nêu văn bản nào làm thay đổi hiệu lực.")),))
    if partly and (acting[AMENDS] or acts):
        result.append((Part(_("Lời văn ở đây theo nguồn, có thể chưa gồm chỗ đã sửa.")),))
    return tuple(result)


def provision_sentences(
    document: Document, relations: Sequence[Related], today: dt.date, here: Sequence[Act]
) -> tuple[tuple[Part, ...], ...]:
    """The same for one provision: what was done to it (`here`), or, where no text says, to its document."""
    if not here:
        return sentences(document, relations, today)
    told = tuple(_act_sentences(document, here, today))
    note = Part(_("Lời văn ở đây theo nguồn, có thể chưa gồm chỗ đã sửa."))
    return (_state(document, today), *told, (note,))


#: What is done to provisions: already, and by a document that has yet to take effect.
_ACTS = {
    "amended": (N_("{what} đã được sửa bởi {documents}."), N_("{what} sẽ được sửa bởi {documents}.")),
    "replaced": (N_("{what} đã được thay bởi {documents}."), N_("{what} sẽ được thay bởi {documents}.")),
    "repealed": (N_("{what} đã bị bãi bỏ bởi {documents}."), N_("{what} sẽ bị bãi bỏ bởi {documents}.")),
    "added": (N_("Đã thêm {what} theo {documents}."), N_("Sẽ thêm {what} theo {documents}.")),
    "corrected": (
        N_("{what} đã được đính chính bởi {documents}."),
        N_("{what} sẽ được đính chính bởi {documents}."),
    ),
}


def _act_sentences(document: Document, acts: Sequence[Act], today: dt.date) -> Iterator[tuple[Part, ...]]:
    """One sentence for each document and thing done: "Điều 7, Điều 9 đã được sửa bởi …"."""
    groups: dict[tuple[int, str], list[Act]] = {}
    for act in acts:
        if act.by.held:
            groups.setdefault((act.by.held.id, act.kind), []).append(act)
    for (_key, kind), group in list(groups.items())[:MOST_SENTENCES]:
        held = group[0].by.held
        coming = bool(held and held.effective_date and held.effective_date > today)
        template = _(_ACTS[kind][1 if coming else 0])
        yield fill(template, what=_places(document, group), documents=_links([group[0].by], since=True))


def _places(document: Document, group: Sequence[Act]) -> tuple[Part, ...]:
    """The articles of a group (clauses too where they are repealed), as links; at most three by name."""
    by_article = group[0].kind in ("amended", "added", "corrected")
    places = {act.article if by_article else act.path: act for act in group}
    paths = list(places)
    parts: list[Part] = []
    for index, path in enumerate(paths[:SHOWN]):
        name = label(path)
        shown = name if index == 0 or path == article_of(path) else name[:1].lower() + name[1:]
        parts += [Part(", ")] if index else []
        held = places[path].by.held
        is_new = places[path].kind == "added" and held is not None  # it stands in the other text only
        url = document_url(held.address, places[path].at) if held and is_new else None
        parts.append(Part(hold(shown), local(url or document_url(document.address, path))))
    if len(paths) > SHOWN:
        more = len(paths) - SHOWN
        parts.append(Part(" " + ngettext("và %(num)s chỗ khác", "và %(num)s chỗ khác", more)))
    return tuple(parts)


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
