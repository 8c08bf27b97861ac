"""What a second person reads before saying yes: everything that would become public, and in a new version of
the draft what differs from the one that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import render_template

from schemas.consultations import last_day
from schemas.people import Action
from schemas.text.differences import Segment, compare

from ..access import require
from ..audit import aware
from ..formats import date, moment, numbered, paragraphs
from ..languages import gettext as _
from ..languages import local
from ..pages import Crumb, Frame
from ..state import site
from . import queries as read
from .blueprint import bp
from .common import unit_title
from .desk_frame import BASE, frame, held
from .detail import Explanation, article_lines, explanations
from .rows import Row, subject_of


@dataclass(frozen=True, slots=True)
class ReadUnit:
    """An article or a heading; `change`: new, changed, gone, or nothing. What did not change has its
    `lines` as the public page shows them, what did has `segments`."""

    title: str
    heading: bool
    change: str
    lines: tuple[tuple[str, str, str], ...]
    segments: tuple[Segment, ...]
    explanations: tuple[Explanation, ...]


@dataclass(frozen=True, slots=True)
class ReadingPage:
    """/quan-tri/tham-van/{id}/noi-dung."""

    frame: Frame
    title: str
    facts: tuple[tuple[str, str], ...]
    purpose: tuple[str, ...]
    questions: tuple[tuple[str, tuple[str, ...]], ...]
    version: str
    note: str
    compared: str
    preamble: tuple[str, ...]
    units: tuple[ReadUnit, ...]
    back: str


@bp.get(f"{BASE}/<int:consultation_id>/noi-dung")
def reading(consultation_id: int) -> str:
    """The whole content as its writers left it, for the ministry's people."""
    with site().database.connect() as connection:
        row = held(connection, consultation_id)
        require(Action.SEE_COMMENTS, subject_of(row))
        found = read.versions(connection, row.id, public=False)
        latest = found[0] if found else None
        rows = read.provisions(connection, latest.id) if latest else ()
        public = found[1] if latest and latest.published_at is None and len(found) > 1 else None
        before = read.provisions(connection, public.id) if public else None
        questions = read.questions(connection, row.id)
    page = ReadingPage(
        frame(_("Nội dung và dự thảo"), Crumb(row.title, local(f"{BASE}/{row.id}"))),
        row.title,
        _facts(row),
        paragraphs(row.purpose),
        tuple((q.text, tuple(q.choices)) for q in questions),
        _("Bản %(n)s", n=latest.number) if latest else "",
        latest.note if latest else "",
        _("So với bản %(n)s đang công khai.", n=public.number) if public else "",
        paragraphs(latest.preamble) if latest else (),
        tuple(_units(rows, before)),
        local(f"{BASE}/{row.id}"),
    )
    return render_template("consultations/desk_reading.html", page=page, changes=_change_names())


def _facts(row: Row) -> tuple[tuple[str, str], ...]:
    known = (
        (_("Văn bản được sửa"), numbered(row.document_number) if row.document_number else ""),
        (_("Lĩnh vực"), row.field),
        (_("Mở"), moment(row.opens_at)),
        (_("Ngày cuối nhận góp ý"), date(last_day(aware(row.closes_at)))),
        (_("Lý do lấy ý kiến ngắn hơn luật định"), row.short_reason),
        (_("Trả lời trước ngày"), date(row.answer_by)),
        (_("Kiểm duyệt"), _("mọi góp ý chờ người kiểm duyệt") if row.premoderated else ""),
    )
    return tuple((name, value) for name, value in known if value)


def _units(rows: Sequence[Row], before: Sequence[Row] | None) -> Iterator[ReadUnit]:
    """Articles and headings in reading order; those of `before` that are gone stand at the end."""
    old = {p.path: p for p in before or () if p.level not in ("clause", "point")}
    for _article, group in groupby(rows, _own):
        unit, *inside = group
        earlier = old.pop(unit.path, None)
        yield _unit(unit, earlier, before is not None, inside)
    for gone in old.values():
        words = (Segment("delete", gone.text),) if gone.text else ()
        yield ReadUnit(unit_title(gone), gone.level != "article", "gone", (), words, ())


def _own(row: Row) -> str:
    """The unit a row is shown with: a clause with its article."""
    return str(row.path).split("/")[0] if row.level in ("clause", "point") else str(row.path)


def _unit(row: Row, earlier: Row | None, comparing: bool, inside: Sequence[Row]) -> ReadUnit:
    change = ""
    segments: tuple[Segment, ...] = ()
    if comparing and earlier is None:
        change = "new"
        segments = (Segment("insert", row.text),) if row.text else ()
    elif earlier is not None and _words(earlier) != _words(row):
        change = "changed"
        segments = compare(earlier.text, row.text)
    heading = row.level != "article"
    lines = () if change or heading else article_lines(row, inside)
    return ReadUnit(unit_title(row), heading, change, lines, segments, explanations(row, inside))


def _words(row: Row) -> tuple[str, str]:
    return row.heading, row.text


def _change_names() -> Mapping[str, str]:
    """What happened to a unit, in words."""
    return {"new": _("điều mới"), "changed": _("đã sửa"), "gone": _("bỏ ở bản này")}
