"""The page of one article (điều), clause (khoản) or point (điểm): its text, its place, what acts on it."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from schemas.addresses import document_url
from schemas.errors import SearchError

from . import document_view as view
from .citations import Citations, resolve
from .details import detail_rows
from .document_notes import asked_link, changing
from .formats import long_name, short_name
from .languages import gettext as _
from .languages import local
from .lawtext import Line, Part
from .links import reference_row, source_of
from .pages import Crumb, Frame, LinkRow
from .plans.links import plan_links
from .provision_names import provision_label
from .queries import documents as read
from .queries.acts import Act, acts, article_of
from .queries.asked import open_consultations
from .queries.details import Details, of_place
from .queries.documents import Document, Reference, Related, Row
from .record_pages import Note, ProvisionPage
from .state import site
from .validity import Badge, badge, provision_sentences

log = logging.getLogger(__name__)
RELATED = 6
TERMS = 12
HEADINGS = ("part", "chapter", "section", "subsection")


def provision_page(connection: sa.Connection, record: Document, path: str) -> ProvisionPage | None:
    """What the page of one provision shows; None if the document has none at this path."""
    found = read.provision(connection, record.id, path)
    if found is None:
        return None
    row, own = found
    rows = read.outline(connection, record.id)
    index = max((i for i, item in enumerate(rows) if item.ordinal <= row.ordinal), default=0)
    article = rows[index]
    cited = resolve(connection, record, read.tags(connection, record.id), {article.path})
    lines = _lines(connection, record, rows, index, row, cited)
    relations = read.relations(connection, record)
    acting = changing(relations)
    here = _acts_here(acts(connection, record, acting), path)
    asked = [a for a in open_consultations(connection, record) if article_of(path) in a.articles]
    citing = read.citing(connection, record.id, path)
    name = provision_label(path)
    url = local(document_url(record.address, path))
    label = short_name(record.type, record.number)
    place = (record.source, record.source_id, article_of(path))
    paired = of_place(connection, place)
    previous, following = siblings_of(connection, record, row)
    return ProvisionPage(
        frame=Frame(
            title=f"{name} {label}" + (f". {row.heading}" if row.heading else ""),
            active="search",
            crumbs=_crumbs(record, article, row),
            sample=record.sample,
            description=(own or row.heading)[:300],
            canonical=url,
        ),
        eyebrow=Part(label, local(document_url(record.address))),
        title=view.row_title(row) if row.level not in ("clause", "point") else name,
        badge=_badge(record, here),
        status=provision_sentences(record, relations, _today(), here),
        asked=tuple(asked_link(item) for item in asked),
        path=_parents(record, rows, index, row),
        heading=view.row_title(article) if article.path != path else "",
        lines=lines,
        here=path,
        url=url,
        json_url=f"/api/v1/documents/{record.address}/provisions/{path}",
        notes=_listed(record, rows, index) if row.level in HEADINGS else (),
        plans=plan_links(connection, record.id, path),
        detailed_by=detail_rows(paired.detailed_by, _today()),
        details=detail_rows(paired.details, _today()),
        amended=tuple(reference_row(*pair) for pair in citing if pair[0].id in acting),
        cited_by=tuple(reference_row(*pair) for pair in citing if _only_cites(pair, acting, paired)),
        definitions=_terms(record, cited, article.path, lines),
        related=_related(record, article.path) if row.level not in HEADINGS else (),
        previous=_turn(record, previous),
        following=_turn(record, following),
        source=source_of(record.source, record.source_id, record.slug, record.provenance, record.sample),
    )


def _only_cites(pair: tuple[Reference, str], acting: Mapping[int, Related], paired: Details) -> bool:
    """Neither changes this provision nor stands among what gives the details of it."""
    reference, path = pair
    told = {(end.reference.id, end.path) for end in paired.detailed_by}
    return reference.id not in acting and (reference.id, path) not in told


def _acts_here(found: Sequence[Act], path: str) -> list[Act]:
    """What is done to this provision, to a part of it or to what it stands in."""
    return [
        act
        for act in found
        if act.path == path or act.path.startswith(path + "/") or path.startswith(act.path + "/")
    ]


def _badge(record: Document, here: Sequence[Act]) -> Badge:
    """The document's validity; a provision that was repealed as a whole says so."""
    for act in here:
        held = act.by.held
        gone = act.kind == "repealed" and act.is_whole and held is not None
        if gone and held and held.effective_date and held.effective_date <= _today():
            return Badge("ended", _("Đã bãi bỏ"))
    return badge(record.status)


def _today() -> dt.date:
    return dt.datetime.now(dt.timezone(dt.timedelta(hours=7))).date()


def _crumbs(record: Document, article: Row, row: Row) -> tuple[Crumb, ...]:
    crumbs = [
        Crumb(_("Trang chủ"), local("/")),
        Crumb(short_name(record.type, record.number), local(document_url(record.address))),
    ]
    if article.path != row.path:
        crumbs.append(Crumb(view.row_label(article), local(document_url(record.address, article.path))))
    return tuple(crumbs)


def _lines(
    connection: sa.Connection,
    record: Document,
    rows: Sequence[Row],
    index: int,
    row: Row,
    cited: Citations,
) -> tuple[Line, ...]:
    """The article's lines, or those of the clause or point asked for."""
    article = rows[index]
    last = rows[index + 1].ordinal - 1 if index + 1 < len(rows) else 2**31 - 1
    text = view.Texts(*read.provision_texts(connection, record.id, article.ordinal, last))
    lines = view.article_lines(article, text, cited.links.get(article.path, ()))
    if article.path == row.path:
        return lines
    result: list[Line] = []
    inside = False
    for line in lines:
        if line.path is not None:
            inside = line.path == row.path or line.path.startswith(row.path + "/")
        if inside:
            result.append(line)
    if not result:
        unit = view.Texts({row.path: _read_text(connection, record, row.path)}, {})
        return view.article_lines(row, unit)
    return tuple(result)


def _read_text(connection: sa.Connection, record: Document, path: str) -> str:
    """Own text of a provision, for units whose line the article's text does not show apart."""
    found = read.provision(connection, record.id, path)
    return found[1] if found else ""


def _parents(record: Document, rows: Sequence[Row], index: int, row: Row) -> tuple[Part, ...]:
    """Headings above: part, chapter, section, and the article of a clause."""
    above: dict[str, Row] = {}
    order = list(HEADINGS)
    for item in rows[:index] if rows[index].path == row.path else rows[: index + 1]:
        if item.level in HEADINGS:
            depth = order.index(item.level)
            above = {level: kept for level, kept in above.items() if order.index(level) < depth}
            above[item.level] = item
    parents = [
        Part(view.row_title(item), local(document_url(record.address, item.path)))
        for item in above.values()
        if item.path != row.path
    ]
    article = rows[index]
    if article.path != row.path and article.level == "article":
        parents.append(Part(view.row_title(article), local(document_url(record.address, article.path))))
    return tuple(parents)


def _listed(record: Document, rows: Sequence[Row], index: int) -> tuple[Note, ...]:
    """What a chapter or section holds: its articles, up to the next heading of its level."""
    level = HEADINGS.index(rows[index].level)
    held: list[Note] = []
    for item in rows[index + 1 :]:
        if item.level in HEADINGS and HEADINGS.index(item.level) <= level:
            break
        url = local(document_url(record.address, item.path))
        held.append(Note("", "", (Part(view.row_title(item), url),)))
    return tuple(held)


def _terms(record: Document, cited: Citations, article: str, lines: Sequence[Line]) -> tuple[Part, ...]:
    """Terms the document defines that stand in this text, each with a link to its definition."""
    text = " ".join(part.text for line in lines for part in line.parts).lower()
    result: dict[str, Part] = {}
    for term, path in cited.definitions:
        if path != article and term.lower() in text and term.lower() not in result:
            result[term.lower()] = Part(term, local(document_url(record.address, path)))
    return tuple(result.values())[:TERMS]


def _related(record: Document, article: str) -> tuple[LinkRow, ...]:
    """Provisions of other documents on the same matter; none while search is not ready."""
    try:
        hits = site().reader.related(f"{record.source}:{record.source_id}:{article}", RELATED)
    except SearchError as error:
        log.info("no related provisions: %s", error)
        return ()
    return tuple(
        LinkRow(
            hit.heading or hit.title,
            local(hit.url),
            long_name(hit.document_type, hit.number, hit.title),
            badge(hit.validity),
        )
        for hit in hits
    )


def siblings_of(connection: sa.Connection, record: Document, row: Row) -> tuple[Row | None, Row | None]:
    """The provision before and after, of the same level and under the same article or clause."""
    parent = row.path.rsplit("/", 1)[0] if row.level in ("clause", "point") and "/" in row.path else ""
    return read.siblings(connection, record.id, row, parent)


def _turn(record: Document, row: Row | None) -> Part | None:
    if row is None:
        return None
    name = view.row_title(row) if row.level not in ("clause", "point") else provision_label(row.path)
    return Part(name, local(document_url(record.address, row.path)))
