"""Rows that lead to documents: name, address, badge, a note."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from schemas.addresses import document_url
from schemas.documents import RELATIONS

from .formats import cited_name, date, full_name, moment, numbered
from .languages import gettext as _
from .languages import language, local, ngettext
from .pages import LinkGroup, LinkRow, Source
from .provision_names import provision_label
from .queries.documents import Document, Reference, Related
from .validity import badge

#: The order in which a reader needs them: what changed this document first.
_ORDER = ((12, "in"), (1, "in"), (10, "in"), (11, "in"), (6, "in"), (9, "in"))
FIRST_SHOWN = 10

_ENGLISH = {
    1: ("Repeals", "Repealed by"),
    3: ("Based on", "Basis of"),
    4: ("Refers to", "Referred to by"),
    6: ("Corrects", "Corrected by"),
    9: ("Details or guides", "Detailed or guided by"),
    10: ("Amends", "Amended by"),
    11: ("Suspends", "Suspended by"),
    12: ("Replaces", "Replaced by"),
}


def relation_label(code: int, direction: str) -> str:
    """ "Sửa đổi, bổ sung" or "Được sửa đổi, bổ sung bởi"; the names come from the source."""
    labels = (_ENGLISH if language() == "en" else RELATIONS).get(code)
    if labels is None:
        return _("Liên quan khác")
    return labels[0] if direction == "out" else labels[1]


def reference_row(reference: Reference, path: str | None = None, note: str = "") -> LinkRow:
    """A line that leads to a document or to a provision of it."""
    name = cited_name(reference.type, reference.number, reference.title)
    if path:
        name = f"{provision_label(path)} {name}"
    title = full_name("", reference.title).strip()
    return LinkRow(name, local(document_url(reference.address, path)), note or title, badge(reference.status))


def relation_groups(relations: Sequence[Related]) -> tuple[LinkGroup, ...]:
    """Edges by kind and direction; long lists keep their tail behind "more"."""
    grouped: dict[tuple[int, str], list[LinkRow]] = {}
    for edge in relations:
        grouped.setdefault((edge.code, edge.direction), []).append(_edge_row(edge))
    rank = {key: place for place, key in enumerate(_ORDER)}
    keys = sorted(grouped, key=lambda key: (rank.get(key, len(rank)), key[1] == "in", key[0]))
    return tuple(
        LinkGroup(relation_label(*key), tuple(grouped[key][:FIRST_SHOWN]), tuple(grouped[key][FIRST_SHOWN:]))
        for key in keys
    )


def _edge_row(edge: Related) -> LinkRow:
    if edge.held is None:
        known = numbered(edge.target_number) if edge.target_number else _("Văn bản không rõ số")
        return LinkRow(known, "", _("chưa có trên cổng này"), None)
    return reference_row(edge.held)


def choice_rows(documents: Sequence[Document], path: str | None = None) -> tuple[LinkRow, ...]:
    """The documents that share a number, each told apart by agency and date."""
    rows = []
    for document in documents:
        note = ", ".join((*document.agencies, date(document.issue_date)))
        name = full_name(document.type, document.title)
        rows.append(LinkRow(name, local(document_url(document.address, path)), note, badge(document.status)))
    return tuple(rows)


def citing_label(count: int) -> str:
    """ "9 điều khoản"."""
    return ngettext("%(num)s điều khoản", "%(num)s điều khoản", count)


def source_name(source: str) -> str:
    """An official site in words."""
    names = {
        "vbpl": _("Cơ sở dữ liệu quốc gia về pháp luật"),
        "dichvucong": _("Cổng Dịch vụ công quốc gia"),
    }
    return names.get(source, source)


def source_of(
    record_source: str, source_id: str, slug: str, provenance: dict[str, str], sample: bool
) -> Source:
    """Where a record was read. Samples have no public address."""
    from_time = provenance.get("fetched_at", "")
    if sample:
        return Source(_("Cổng mẫu"), "", _fetched(from_time))
    url = provenance.get("url", "")
    if record_source == "vbpl":
        url = f"https://vbpl.vn/van-ban/chi-tiet/{slug}--{source_id}"
    return Source(source_name(record_source), url, _fetched(from_time))


def _fetched(text: str) -> str:
    try:
        return moment(dt.datetime.fromisoformat(text))
    except ValueError:
        return ""
