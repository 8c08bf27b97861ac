"""One consultation: how long, who asks, why, the questions, the draft, what was said and done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask import render_template, request

from schemas.calendar import VIETNAM, today
from schemas.consultations import RECEIVING, Stage, Verdict, days_left, days_short, last_day
from schemas.database import statements
from schemas.people import Action
from schemas.text.paths import label

from ..access import allowed
from ..audit import aware
from ..formats import date, moment, numbered, paragraphs
from ..languages import gettext as _
from ..languages import local
from ..pages import Crumb, Frame
from ..state import site
from ..validity import Badge
from . import figures as counted
from . import queries as read
from . import words
from .blueprint import bp
from .common import (
    page_url,
    public,
    unit_title,
)
from .figures import Figures
from .public_comments import CommentRow, comment_row
from .rows import Row, read_at, stage_of, subject_of

#: Comments on the page itself.
_LATEST = 10


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why the ministry proposes an article (no label), or a clause or point of it."""

    label: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """One line of the draft: an article with its clauses, or a heading above articles."""

    path: str
    title: str
    heading: bool
    paragraphs: tuple[tuple[str, str, str], ...]  # path, number, text
    explanations: tuple[Explanation, ...]
    comments: int
    comment_url: str
    list_url: str


@dataclass(frozen=True, slots=True)
class QuestionRow:
    number: int
    text: str
    choices: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ConsultationPage:
    """/tham-van/{id}."""

    frame: Frame
    title: str
    ministry: str
    badge: Badge
    left: str
    left_note: str
    soon: bool
    receiving: bool
    ahead: bool
    opened: str
    purpose: tuple[str, ...]
    document: str
    period: str
    questions: tuple[QuestionRow, ...]
    version: str
    versions: tuple[tuple[str, str, str], ...]
    preamble: tuple[str, ...]
    units: tuple[Unit, ...]
    figures: tuple[tuple[str, str], ...]
    counted: str
    moderated: tuple[tuple[str, int], ...]
    result: tuple[str, ...]
    verdicts: tuple[tuple[Badge, int], ...]
    answered_note: str
    answer_by: str
    papers: tuple[tuple[str, str], ...]
    comments: tuple[CommentRow, ...]
    total: int
    url: str
    json_url: str
    comment_url: str
    comments_url: str
    desk_url: str


@bp.get("/tham-van/<int:consultation_id>")
def one(consultation_id: int) -> str:
    """One consultation: how long, who asks, why, the questions, the draft, what was said and done."""
    with statements(site().database) as connection:
        row = public(connection, consultation_id)
        return render_template("consultations/consultation.html", page=_page(connection, row))


def _page(connection: sa.Connection, row: Row) -> ConsultationPage:
    now = read_at(row)
    stage = stage_of(row, now)
    url = local(f"/tham-van/{row.id}")
    versions = read.versions(connection, row.id)
    asked = request.args.get("ban", "")
    version = next((v for v in versions if str(v.number) == asked), versions[0])
    receiving = stage in RECEIVING
    known = counted.figures(connection, row.id)
    latest = read.public_comments(connection, row.id, per_page=_LATEST, known=known)
    reached = known.progress
    return ConsultationPage(
        frame=Frame(
            row.title,
            active="consultations",
            crumbs=(
                Crumb(_("Trang chủ"), local("/")),
                Crumb(_("Tham vấn"), local("/tham-van")),
                Crumb(row.ministry, page_url("/tham-van", 1, bo=row.ministry_code)),
            ),
            sample=row.sample,
            description=row.purpose[:300],
            feed=local("/tham-van.atom"),
            canonical=url,
        ),
        title=row.title,
        ministry=row.ministry,
        badge=words.stage_badge(stage),
        left=words.left(days_left(aware(row.closes_at), now)) if receiving else "",
        left_note=_left_note(row, stage, days_left(aware(row.closes_at), now)),
        soon=stage is Stage.CLOSING_SOON,
        receiving=receiving,
        ahead=receiving or stage is Stage.UPCOMING,
        opened=date(aware(row.opens_at).astimezone(VIETNAM)),
        purpose=paragraphs(row.purpose),
        document=numbered(row.document_number) if row.document_number else "",
        period=_period(row),
        questions=tuple(
            QuestionRow(
                q.ordinal,
                q.text,
                tuple((text, known.choices.get(q.id, {}).get(n, 0)) for n, text in enumerate(q.choices)),
            )
            for q in read.questions(connection, row.id)
        ),
        version=_(
            "Bản %(n)s, ngày %(date)s", n=version.number, date=date(today(aware(version.published_at)))
        ),
        versions=tuple(
            (_("Bản %(n)s", n=v.number), url if v is versions[0] else f"{url}?ban={v.number}", v.note)
            for v in versions
        )
        if len(versions) > 1
        else (),
        preamble=paragraphs(version.preamble),
        units=_units(connection, row, version, receiving and version is versions[0], known),
        figures=(
            (_("Người gửi đã xác minh"), str(known.verified)),
            (_("Chưa xác minh"), str(known.unverified)),
            (
                _("Đã trả lời"),
                f"{reached.answered}/{reached.owed} ({reached.percent} %)" if reached.owed else "–",
            ),
        ),
        counted=_("Đếm lúc %(time)s.", time=moment(known.counted_at)) if known.counted_at else "",
        moderated=_moderated(known.states),
        result=paragraphs(row.result) if stage is Stage.ANSWERED else (),
        verdicts=tuple(
            (badge, count)
            for verdict in Verdict
            if (count := known.verdicts.get(verdict, 0)) and (badge := words.verdict_badge(verdict))
        ),
        answered_note=_answered_note(row, stage),
        answer_by=date(row.answer_by) if stage is not Stage.ANSWERED else "",
        papers=tuple(
            (p.name, local(f"/tham-van/{row.id}/tep/{p.id}")) for p in read.papers(connection, row.id)
        ),
        comments=tuple(comment_row(item) for item in latest.found),
        total=latest.total,
        url=url,
        json_url=f"/api/v1/consultations/{row.id}",
        comment_url=f"{url}/gop-y",
        comments_url=f"{url}/y-kien",
        desk_url=local(f"/quan-tri/tham-van/{row.id}") if _is_staff(row) else "",
    )


def _left_note(row: Row, stage: Stage, days: int) -> str:
    """Until when comments count, or counted, as a sentence under the days left."""
    end = date(last_day(aware(row.closes_at)))
    if stage is Stage.UPCOMING:
        return _("Nhận góp ý đến hết ngày %(date)s.", date=end)
    if stage not in RECEIVING:
        return _("Đã nhận góp ý đến hết ngày %(date)s.", date=end)
    if days:
        return _("còn lại, đến hết ngày %(date)s.", date=end)
    return _("là ngày cuối nhận góp ý.")


def _is_staff(row: Row) -> bool:
    return allowed(Action.SEE_COMMENTS, subject_of(row))


def _period(row: Row) -> str:
    short = days_short(aware(row.opens_at), aware(row.closes_at), row.minimum_days)
    if not short:
        return ""
    return _(
        "Thời gian lấy ý kiến ngắn hơn %(days)s ngày của %(law)s. Lý do của Bộ: %(reason)s",
        days=row.minimum_days,
        law=row.minimum_basis,
        reason=row.short_reason,
    )


def _answered_note(row: Row, stage: Stage) -> str:
    if stage is not Stage.ANSWERED:
        return ""
    if row.left_open:
        return _("Bộ đóng đợt lấy ý kiến khi còn %(n)s góp ý chưa trả lời.", n=row.left_open)
    return _("Mọi góp ý đã được trả lời.")


def _moderated(figures: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    lines = []
    for key, count in sorted(figures.items()):
        state, _colon, reason = key.partition(":")
        if state in ("hidden", "redacted") and reason:
            name = _("Ẩn vì %(reason)s") if state == "hidden" else _("Che một phần vì %(reason)s")
            lines.append((name % {"reason": words.hide_reason(reason)} if "%" in name else name, count))
    if figures.get("submitted"):
        lines.append((_("Chờ xác nhận hoặc kiểm duyệt"), figures["submitted"]))
    if figures.get("withdrawn"):
        lines.append((_("Người gửi đã rút"), figures["withdrawn"]))
    return tuple(lines)


def _units(
    connection: sa.Connection, row: Row, version: Row, receiving: bool, known: Figures
) -> tuple[Unit, ...]:
    counts = (
        known.articles
        if version.id == known.version
        else counted.article_counts(connection, row.id, version.id)
    )
    rows = read.provisions(connection, version.id)
    base = f"/tham-van/{row.id}"
    units: list[Unit] = []
    inside: dict[str, list[Row]] = {}
    for p in rows:
        if p.level in ("clause", "point"):
            inside.setdefault(p.path.split("/")[0], []).append(p)
    for p in rows:
        if p.level in ("clause", "point"):
            continue
        article = p.level == "article"
        units.append(
            Unit(
                path=p.path,
                title=unit_title(p),
                heading=not article,
                paragraphs=article_lines(p, inside.get(p.path, [])) if article else (),
                explanations=explanations(p, inside.get(p.path, [])),
                comments=counts.get(p.path, 0),
                comment_url=page_url(f"{base}/gop-y", 1, dieu=p.path) if receiving and article else "",
                list_url=page_url(f"{base}/y-kien", 1, dieu=p.path),
            )
        )
    return tuple(units)


def explanations(article: Row, inside: Sequence[Row]) -> tuple[Explanation, ...]:
    """What the ministry says of an article and of what is in it, in reading order."""
    said = ((p, paragraphs(p.explanation)) for p in (article, *inside))
    return tuple(Explanation("" if p is article else label(p.path), text) for p, text in said if text)


def article_lines(article: Row, inside: Sequence[Row]) -> tuple[tuple[str, str, str], ...]:
    """Path, number and words of each line: the article's own, then its clauses and points."""
    if not inside:
        return tuple(("", "", text) for text in paragraphs(article.text))
    first = inside[0].text.split("\n")[0]
    lead: list[tuple[str, str, str]] = []
    for text in paragraphs(article.text):
        if text.endswith(first):
            break
        lead.append(("", "", text))
    marks = {"clause": "{}.", "point": "{})"}
    return (*lead, *((p.path, marks[p.level].format(p.number), p.text) for p in inside))
