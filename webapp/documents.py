"""Documents: the page, its print view, old versions, choices for a doubled number, each provision."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from schemas.addresses import document_url
from schemas.text.normalise import slugify

from . import document_view as view
from .citations import resolve
from .details import detail_notes, without_details
from .division import LONG_DOCUMENT, Slice, divide
from .document_notes import article_notes, asked_link, changing
from .errors import bad_request
from .formats import date, full_name, moment, short_name
from .languages import gettext as _
from .languages import local
from .lawtext import Part
from .links import choice_rows, relation_groups, source_of
from .on_day import Held, sentences_on, version_on
from .pages import Crumb, Frame, VersionRow
from .parameters import day_of
from .provisions import provision_page
from .queries import documents as read
from .queries import plans as plans_read
from .queries.acts import acts as find_acts
from .queries.asked import open_consultations
from .queries.details import of_document
from .queries.documents import Document, Row
from .record_pages import ChoicesPage, DocumentPage
from .state import site
from .validity import badge, sentences

bp = Blueprint("documents", __name__)


@bp.get("/van-ban/<slug>")
def document(slug: str) -> str | Response:
    """A document; several of the same number are listed to choose from."""
    with site().database.connect() as connection:
        found = read.find(connection, slug)
        if not found:
            return _elsewhere(connection, slug, None) or abort(404)
        if len(found) > 1:
            return _choices(found, None)
        record = found[0]
        if slug != record.address:
            return redirect(local(document_url(record.address)), 301)
        day, version = day_of(request.args.get("ngay", "")), _number("ban")
        if day and version is None and (held := version_on(_held(connection, record), day)):
            version = held.number
        if version is not None and version != record.version:
            page = _old_page(connection, record, version)
        else:
            page = _page(connection, record)
        if day:
            page = replace(page, status=(_on(connection, record, day, version), *page.status))
        return render_template("documents/document.html", page=page)


@bp.get("/van-ban/<slug>/<path:path>")
def provision(slug: str, path: str) -> str | Response:
    """One article, clause or point, or a chapter's heading."""
    with site().database.connect() as connection:
        found = read.find(connection, slug)
        if not found:
            return _elsewhere(connection, slug, path) or abort(404)
        if len(found) > 1:
            return _choices(found, path)
        record = found[0]
        if path.lower().strip("/") != path or slug != record.address:
            return redirect(local(document_url(record.address, path.lower().strip("/"))), 301)
        day = day_of(request.args.get("ngay", ""))
        page = provision_page(connection, record, path)
        if page is None:
            abort(404)
        if day:
            page = replace(page, status=(_on(connection, record, day, None), *page.status))
        return render_template("documents/provision.html", page=page)


def _elsewhere(connection: sa.Connection, slug: str, path: str | None) -> Response | None:
    """An address typed by hand, "105/2017/NĐ-CP", is led to the document it means."""
    for typed in (slug, f"{slug}/{path}" if path else slug):
        clean = slugify(typed)
        if clean != slug and read.find(connection, clean):
            return redirect(local(document_url(clean)), 301)
    return None


def _held(connection: sa.Connection, record: Document) -> list[Held]:
    """All versions of a document, the current one first."""
    old = read.old_versions(connection, record.id)
    return [Held(record.version, record.recorded_at), *(Held(row.number, row.recorded_at) for row in old)]


def _on(connection: sa.Connection, record: Document, day: dt.date, version: int | None) -> tuple[Part, ...]:
    """What to say about the day that was asked for, above the text of a version (None: the current one)."""
    url = local(document_url(record.address))
    return sentences_on(record, _held(connection, record), day, url, version or record.version)


def _number(name: str) -> int | None:
    text = request.args.get(name)
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:9]) < 100_000:
        bad_request(name, text, _("một số từ 1 trở lên"))
    return int(text)


def _choices(found: list[Document], path: str | None) -> str:
    number = found[0].number
    frame = Frame(_("Có %(n)s văn bản cùng số %(number)s", n=len(found), number=number), active="search")
    page = ChoicesPage(frame, number, choice_rows(found, path))
    return render_template("documents/choices.html", page=page)


def crumbs(record: Document) -> tuple[Crumb, ...]:
    """Where the document stands: all documents, those of its type."""
    return (
        Crumb(_("Trang chủ"), local("/")),
        Crumb(_("Văn bản"), local("/tim-kiem")),
        Crumb(record.type, local(f"/tim-kiem?loai={record.type.replace(' ', '+')}")),
    )


def frame_of(record: Document, title: str, canonical: str) -> Frame:
    return Frame(
        title=title,
        active="search",
        crumbs=crumbs(record),
        sample=record.sample,
        description=full_name(record.type, record.title)[:300],
        canonical=canonical,
    )


def _is_long(record: Document, rows: list[Row]) -> bool:
    """More than 40 KB of text? Vietnamese takes about 1.35 bytes a character in UTF-8."""
    characters = max(record.text_length, sum(row.size for row in rows))
    return characters * 1.35 > LONG_DOCUMENT


def _page(connection: sa.Connection, record: Document) -> DocumentPage:
    rows = read.outline(connection, record.id)
    whole = request.args.get("in") == "1"
    slices = divide(rows, len(record.annexes), _is_long(record, rows) and not whole)
    current = _current(slices)
    part = slices[current]
    shown = rows[part.first : part.last + 1]
    text = _texts(connection, record, rows, part)
    articles = {row.path for row in shown}
    cited = resolve(connection, record, read.tags(connection, record.id), articles)
    relations = read.relations(connection, record)
    edges = read.citing_edges(connection, record.id)
    acting = changing(relations)
    acts = find_acts(connection, record, acting)
    asked = open_consultations(connection, record)
    plans = plans_read.touching(connection, record.id)
    paired = of_document(connection, record.id)
    details = detail_notes(paired, today())
    citing = without_details(edges, paired)
    notes = article_notes(record, citing, acting, acts, asked, plans, today(), details)
    return DocumentPage(
        **_common(record),
        status=sentences(record, relations, today(), acts),
        asked=tuple(asked_link(item) for item in asked),
        warnings=_warnings(record),
        toc=view.contents(record, rows, slices, current),
        preamble=tuple(record.preamble) if current == 0 else (),
        blocks=view.blocks(record, shown, text, cited.links, notes),
        annexes=view.annex_blocks(record, part.annex) if part.annex is not None or len(slices) == 1 else (),
        previous=_turn(record, rows, slices, current - 1),
        following=_turn(record, rows, slices, current + 1),
        page_note=_("Phần %(n)s trong %(all)s", n=current + 1, all=len(slices)) if len(slices) > 1 else "",
        relations=relation_groups(relations),
        versions=_versions(connection, record),
        whole=whole,
    )


def today() -> dt.date:
    """The date in Vietnam."""
    return dt.datetime.now(dt.timezone(dt.timedelta(hours=7))).date()


def _common(record: Document) -> dict[str, Any]:
    """What every view of a document shows."""
    url = local(document_url(record.address))
    name = full_name(record.type, record.title)
    meta = [
        (_("Cơ quan ban hành"), "; ".join(record.agencies)),
        (_("Ngày ban hành"), date(record.issue_date)),
        (_("Hiệu lực từ"), date(record.effective_date)),
        (_("Hết hiệu lực"), date(record.expiry_date)),
        (_("Lĩnh vực"), "; ".join(record.fields)),
        (_("Người ký"), "; ".join(_signer(signer) for signer in record.signers)),
    ]
    return {
        "frame": frame_of(record, f"{short_name(record.type, record.number)}: {record.title}", url),
        "eyebrow": short_name(record.type, record.number),
        "title": name,
        "meta": tuple((key, value) for key, value in meta if value),
        "badge": badge(record.status),
        "url": url,
        "print_url": f"{url}?in=1",
        "json_url": f"/api/v1/documents/{record.address}",
        "files": tuple(file.get("name", "") for file in record.files),
        "source": source_of(record.source, record.source_id, record.slug, record.provenance, record.sample),
    }


def _signer(signer: dict[str, Any]) -> str:
    return ", ".join(filter(None, (signer.get("office"), signer.get("name"))))


def _warnings(record: Document) -> tuple[str, ...]:
    result = []
    if record.withdrawn_at:
        result.append(
            _(
                "Nguồn đã gỡ văn bản này; bản dưới đây lấy trước ngày %(date)s.",
                date=date(record.withdrawn_at),
            )
        )
    if record.problem:
        result.append(_("Lần lấy gần nhất không đọc được; trang này hiện bản đọc được trước đó."))
    return tuple(result)


def _current(slices: tuple[Slice, ...]) -> int:
    number = _number("phan") or 1
    if number > len(slices):
        bad_request("phan", str(number), _("một số từ 1 đến %(n)s", n=len(slices)))
    return number - 1


def _texts(connection: sa.Connection, record: Document, rows: list[Row], part: Slice) -> view.Texts:
    if part.last < part.first:
        return view.Texts({}, {})
    last = rows[part.last + 1].ordinal - 1 if part.last + 1 < len(rows) else 2**31 - 1
    return view.Texts(*read.provision_texts(connection, record.id, rows[part.first].ordinal, last))


def _turn(record: Document, rows: list[Row], slices: tuple[Slice, ...], page: int) -> Part | None:
    if not 0 <= page < len(slices):
        return None
    part = slices[page]
    if part.annex is not None:
        title = view.annex_title(record.annexes[part.annex].get("title", ""), part.annex)
    else:
        title = view.row_title(rows[part.first])
    return Part(title, view.page_url(record, page, len(slices)))


def _versions(connection: sa.Connection, record: Document) -> tuple[VersionRow, ...]:
    """The current version and those it replaced; nothing to show while there is only one."""
    old = read.old_versions(connection, record.id)
    if not old:
        return ()
    url = local(document_url(record.address))
    rows = [VersionRow(record.version, moment(record.recorded_at), _changes(record.version_changes), url)]
    rows += [
        VersionRow(row.number, moment(row.recorded_at), _changes(row.changes), f"{url}?ban={row.number}")
        for row in old
    ]
    return tuple(rows)


def _changes(codes: list[str]) -> str:
    names = {
        "new": _("lần đầu"),
        "text": _("lời văn"),
        "metadata": _("thông tin"),
        "status": _("hiệu lực"),
        "status_by_date": _("hiệu lực theo ngày"),
        "relation": _("quan hệ"),
        "file": _("tệp"),
        "withdrawn": _("gỡ khỏi nguồn"),
        "returned": _("có lại ở nguồn"),
        "problem": _("không đọc được"),
    }
    return ", ".join(names.get(code, code) for code in codes)


def _old_page(connection: sa.Connection, record: Document, number: int) -> DocumentPage:
    """A version that was replaced, from the content kept of it."""
    content = read.version_content(connection, "document", record.id, number)
    if content is None:
        abort(404)
    known = {field.name for field in dataclasses.fields(Document)}
    kept = {key: value for key, value in content.items() if key in known}
    for name in ("issue_date", "effective_date", "expiry_date"):
        kept[name] = dt.date.fromisoformat(kept[name]) if kept.get(name) else None
    old = dataclasses.replace(record, **kept)
    rows, text = _old_rows(content.get("provisions", ()))
    url = local(document_url(record.address))
    common = _common(old) | {"url": url, "print_url": f"{url}?ban={number}"}
    return DocumentPage(
        **common,
        status=(),
        asked=(),
        warnings=(_("Đây là bản %(n)s, đã được thay. Bản hiện nay ở địa chỉ không có “?ban=”.", n=number),),
        toc=view.contents(old, rows, (Slice(0, len(rows) - 1),), 0),
        preamble=tuple(old.preamble),
        blocks=view.blocks(old, rows, text, {}, {}),
        annexes=view.annex_blocks(old),
        previous=None,
        following=None,
        page_note="",
        relations=(),
        versions=_versions(connection, record),
        whole=True,
    )


def _old_rows(provisions: Any) -> tuple[list[Row], view.Texts]:
    rows: list[Row] = []
    texts: dict[str, str] = {}
    units: dict[str, list[Row]] = {}
    article = ""
    for ordinal, item in enumerate(provisions):
        row = Row(ordinal, item["id"], item["level"], item["number"], item.get("heading", ""))
        if row.level in ("clause", "point") and article and row.path.startswith(article + "/"):
            units.setdefault(article, []).append(row)
            continue
        article = row.path if row.level == "article" else ""
        texts[row.path] = item.get("text", "")
        rows.append(row)
    return rows, view.Texts(texts, units)
