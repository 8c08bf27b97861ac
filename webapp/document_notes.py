"""What stands beside each article: what changes it, what may change, who cites it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from schemas.addresses import document_url

from .formats import date, short_name
from .languages import gettext as _
from .languages import local, ngettext
from .lawtext import Part
from .links import citing_label
from .plans.lists import plan_url
from .provision_names import provision_label
from .queries.acts import Act, article_of
from .queries.asked import Asked
from .queries.documents import Document, Related
from .queries.plans import PlanLine
from .record_pages import Note

#: Relations by which another document changes this one.
CHANGES = (1, 6, 10, 11, 12)
NO_NOTES: Mapping[str, tuple[Note, ...]] = {}
Edges = Mapping[str, set[tuple[int, str]]]


def changing(relations: Iterable[Related]) -> dict[int, Related]:
    """Held documents that change this one, by key."""
    return {e.held.id: e for e in relations if e.held and e.direction == "in" and e.code in CHANGES}


def article_notes(
    document: Document,
    edges: Edges,
    acting: Mapping[int, Related],
    acts: Sequence[Act] = (),
    asked: Sequence[Asked] = (),
    plans: Sequence[tuple[PlanLine, str | None]] = (),
    today: dt.date | None = None,
    details: Mapping[str, tuple[Note, ...]] = NO_NOTES,
) -> dict[str, tuple[Note, ...]]:
    """Beside each article, most urgent first: consultations, changes, plans, details, who cites it."""
    notes: dict[str, list[Note]] = {}
    for consultation in asked:
        for article, place in consultation.articles.items():
            notes.setdefault(article, []).append(_asked_note(consultation, place))
    known: set[tuple[str, int]] = set()
    for article, group in _by_article(acts).items():
        known |= {(article, act.by.held.id) for act in group if act.by.held}
        notes.setdefault(article, []).extend(act_note(act, today) for act in group)
    proposed = {(article_of(place), line.number): line for line, place in plans if place}
    for (article, plan_number), line in proposed.items():
        link = Part(line.title, local(plan_url(plan_number)))
        notes.setdefault(article, []).append(Note(_("Phương án"), "", (link,)))
    for article, found in details.items():
        notes.setdefault(article, []).extend(found)
    for article, citing in edges.items():
        notes.setdefault(article, []).extend(_citing_notes(document, article, citing, acting, known))
    return {article: tuple(all_of) for article, all_of in notes.items() if all_of}


def _by_article(acts: Sequence[Act]) -> dict[str, list[Act]]:
    found: dict[str, list[Act]] = {}
    for act in acts:
        found.setdefault(act.article, []).append(act)
    return found


def _asked_note(consultation: Asked, place: str) -> Note:
    left = (
        _("Đang hỏi ý kiến, hôm nay là ngày cuối")
        if consultation.days <= 0
        else ngettext(
            "Đang hỏi ý kiến, còn %(num)s ngày", "Đang hỏi ý kiến, còn %(num)s ngày", consultation.days
        )
    )
    return Note(
        left, "asked", (Part(_("Góp ý về điều này"), local(f"/tham-van/{consultation.id}") + f"#{place}"),)
    )


def asked_link(consultation: Asked) -> Part:
    """ "Dự thảo …, còn 3 ngày" as a link, for the top of the document."""
    left = (
        _("hôm nay là ngày cuối")
        if consultation.days <= 0
        else ngettext("còn %(num)s ngày", "còn %(num)s ngày", consultation.days)
    )
    return Part(f"{consultation.title}, {left}", local(f"/tham-van/{consultation.id}"))


def act_note(act: Act, today: dt.date | None = None) -> Note:
    """ "Đã sửa": khoản 2, bởi Nghị định 18/2025/NĐ-CP từ 15/04/2025."""
    held = act.by.held
    coming = bool(held and held.effective_date and today and held.effective_date > today)
    titles = {
        "amended": (_("Đã sửa"), _("Sẽ sửa"), "part"),
        "added": (_("Mới thêm"), _("Sẽ thêm"), "chl"),
        "replaced": (_("Đã thay"), _("Sẽ thay"), "part"),
        "repealed": (_("Đã bãi bỏ"), _("Sẽ bãi bỏ"), "ended"),
        "corrected": (_("Đã đính chính"), _("Sẽ đính chính"), "part"),
    }
    done, will, style = titles[act.kind]
    parts = [] if act.is_whole else [Part(_unit(act.path) + " ")]
    parts.append(Part(_("bởi") + " "))
    if held:
        url = local(document_url(held.address, act.at))
        parts.append(Part(short_name(held.type, held.number), url))
        if held.effective_date:
            parts.append(Part(" " + _("từ %(date)s", date=date(held.effective_date))))
    return Note(will if coming else done, "soon" if coming else style, tuple(parts))


def _unit(path: str) -> str:
    """The part of an article, without the article: "khoản 2"."""
    words = provision_label(path).split(" Điều ")[0]
    return words[:1].lower() + words[1:]


def _citing_notes(
    document: Document,
    article: str,
    citing: set[tuple[int, str]],
    acting: Mapping[int, Related],
    known: set[tuple[str, int]],
) -> list[Note]:
    notes = []
    changes = sorted({key for key, _at in citing if key in acting and (article, key) not in known})
    if changes:
        notes.append(Note(_("Văn bản sửa đổi nhắc tới"), "part", _changing_links(changes, citing, acting)))
    others = sum(1 for key, _at in citing if key not in acting)
    if others:
        url = local(document_url(document.address, article)) + "#duoc-dan-chieu"
        notes.append(Note(_("Được dẫn chiếu"), "", (Part(citing_label(others), url),)))
    return notes


def _changing_links(
    keys: Sequence[int], citing: set[tuple[int, str]], acting: Mapping[int, Related]
) -> tuple[Part, ...]:
    parts: list[Part] = []
    for key in keys:
        held = acting[key].held
        if held is None:
            continue
        at = min(path for document, path in citing if document == key)
        name = short_name(held.type, held.number)
        parts += [Part(", ")] if parts else []
        parts.append(Part(name, local(document_url(held.address, at))))
        if held.effective_date:
            parts.append(Part(" " + _("từ %(date)s", date=date(held.effective_date))))
    return tuple(parts)
