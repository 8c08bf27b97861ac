"""What everybody can read: the list of consultations, one of them, its comments, feeds and calendars."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Response, abort, make_response, render_template, request, send_file

from schemas import consultation_tables as c
from schemas.calendar import VIETNAM, today
from schemas.consultations import RECEIVING, Stage, days_left, days_short, last_day
from schemas.errors import Refused
from schemas.people import Action
from schemas.text.differences import Segment, compare
from schemas.text.paths import label

from ..access import allowed
from ..feeds import Entry, atom, base_url
from ..formats import date, moment, paragraphs
from ..languages import gettext as _
from ..languages import local
from ..pages import Crumb, Frame
from ..state import site
from ..validity import Badge
from . import attachments as files
from . import queries as read
from . import words
from .blueprint import bp
from .queries import Shown
from .rows import Row, aware, clock, consultation, progress, stage_of, subject_of

STAGES = {
    "dang-mo": Stage.OPEN,
    "sap-het-han": Stage.CLOSING_SOON,
    "sap-mo": Stage.UPCOMING,
    "da-dong": Stage.CLOSED,
    "da-tra-loi": Stage.ANSWERED,
}
#: A download runs nothing, loads nothing, and belongs to no page.
FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class ListRow:
    title: str
    url: str
    ministry: str
    badge: Badge
    when: str
    left: str
    comments: int
    sample: bool


@dataclass(frozen=True, slots=True)
class Tab:
    text: str
    url: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    """/tham-van."""

    frame: Frame
    total: int
    rows: tuple[ListRow, ...]
    tabs: tuple[Tab, ...]
    ministries: tuple[tuple[str, str], ...]
    ministry: str
    text: str
    stage: str
    previous: str
    following: str


@dataclass(frozen=True, slots=True)
class Unit:
    """One line of the draft: an article with its clauses, or a heading above articles."""

    path: str
    title: str
    heading: bool
    paragraphs: tuple[tuple[str, str, str], ...]  # path, number, text
    explanation: tuple[str, ...]
    comments: int
    comment_url: str
    list_url: str


@dataclass(frozen=True, slots=True)
class QuestionRow:
    number: int
    text: str
    choices: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A public comment as the page shows it."""

    id: int
    anchor: str
    name: str
    place: str
    verified: bool
    disputed: bool
    received: str
    stance: str
    about: str
    detached: str
    body: tuple[str, ...]
    replacement: tuple[Segment, ...]
    redacted: str
    files: tuple[tuple[str, str], ...]
    campaign: str
    campaign_url: str
    unique: tuple[str, ...]
    badge: Badge | None
    answer: tuple[str, ...]
    report_url: str
    claim_url: str


@dataclass(frozen=True, slots=True)
class ConsultationPage:
    """/tham-van/{id}."""

    frame: Frame
    title: str
    ministry: str
    badge: Badge
    left: str
    left_note: str
    receiving: bool
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
    moderated: tuple[tuple[str, int], ...]
    result: tuple[str, ...]
    verdicts: tuple[tuple[Badge, int], ...]
    answered_note: str
    answer_by: str
    papers: tuple[tuple[str, str], ...]
    comments: tuple[CommentRow, ...]
    total: int
    url: str
    comment_url: str
    comments_url: str
    desk_url: str


@dataclass(frozen=True, slots=True)
class CommentsPage:
    """/tham-van/{id}/y-kien."""

    frame: Frame
    title: str
    heading: str
    total: int
    comments: tuple[CommentRow, ...]
    paths: tuple[tuple[str, str], ...]
    path: str
    verified: str
    note: str
    previous: str
    following: str
    url: str


# ---------------------------------------------------------------- list


@bp.get("/tham-van")
def consultations() -> str:
    """All consultations, those that end first on top."""
    return render_template("consultations/list.html", page=_list_page())


@bp.get("/tham-van.atom")
def feed() -> Response:
    """The newest consultations as a feed; the filters are those of the page."""
    with site().database.connect() as connection:
        _total, rows = read.listed(connection, clock(connection), **_filters())
    entries = [
        Entry(
            row.title,
            local(f"/tham-van/{row.id}"),
            _(
                "%(ministry)s lấy ý kiến đến hết ngày %(date)s.",
                ministry=row.ministry,
                date=date(last_day(aware(row.closes_at))),
            ),
            today(aware(row.published_at)),
        )
        for row in sorted(rows, key=lambda row: row.published_at, reverse=True)
    ]
    return atom(_("Lấy ý kiến dự thảo"), local("/tham-van"), entries)


def _filters() -> dict[str, Any]:
    return {
        "stage": str(STAGES.get(request.args.get("giai_doan", ""), "")),
        "ministry": parameter("bo", 100),
        "text": parameter("q", 200),
    }


def parameter(name: str, most: int) -> str:
    """A parameter of the address, cut to `most` characters, without NUL: PostgreSQL refuses it."""
    return request.args.get(name, "").replace("\x00", "")[:most]


def page_number() -> int:
    """The page asked for; the first when it makes no sense."""
    text = request.args.get("trang", "1")
    return min(max(int(text), 1), 100_000) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def page_url(path: str, page: int, **values: str) -> str:
    """An address with its parameters, empty ones left out."""
    kept = {name: value for name, value in values.items() if value}
    if page > 1:
        kept["trang"] = str(page)
    return local(path) + (f"?{urlencode(kept)}" if kept else "")


def _list_page() -> ListPage:
    asked, page = _filters(), page_number()
    chosen = request.args.get("giai_doan", "") if asked["stage"] else ""
    with site().database.connect() as connection:
        now = clock(connection)
        total, rows = read.listed(connection, now, page=page, **asked)
        counts = read.stage_counts(connection, now)
        comments = read.comment_counts(connection, [row.id for row in rows])
        ministries = read.ministries(connection)
    base = {"bo": asked["ministry"], "q": asked["text"]}
    tabs = [
        Tab(
            _("Tất cả"),
            page_url("/tham-van", 1, **base),
            sum(counts.values()) - counts["closing_soon"],
            not chosen,
        )
    ]
    for name, stage in STAGES.items():
        url = page_url("/tham-van", 1, giai_doan=name, **base)
        tabs.append(Tab(words.stage_name(stage), url, counts[stage], name == chosen))
    more = {"giai_doan": chosen, **base}
    return ListPage(
        frame=Frame(
            _("Lấy ý kiến dự thảo"),
            active="consultations",
            crumbs=(Crumb(_("Trang chủ"), local("/")),),
            feed=page_url("/tham-van.atom", 1, **more),
            canonical=local("/tham-van"),
        ),
        total=total,
        rows=tuple(_row(row, now, comments.get(row.id, 0)) for row in rows),
        tabs=tuple(tabs),
        ministries=tuple(ministries),
        ministry=asked["ministry"],
        text=asked["text"],
        stage=chosen,
        previous=page_url("/tham-van", page - 1, **more) if page > 1 else "",
        following=page_url("/tham-van", page + 1, **more) if total > page * read.PER_PAGE else "",
    )


def _row(row: Row, now: dt.datetime, comments: int) -> ListRow:
    stage = stage_of(row, now)
    end = date(last_day(aware(row.closes_at)))
    return ListRow(
        title=row.title,
        url=local(f"/tham-van/{row.id}"),
        ministry=row.ministry,
        badge=words.stage_badge(stage),
        when=_("đến hết ngày %(date)s", date=end)
        if stage in RECEIVING
        else _("hết hạn ngày %(date)s", date=end),
        left=words.left(days_left(aware(row.closes_at), now)) if stage in RECEIVING else "",
        comments=comments,
        sample=row.sample,
    )


# ---------------------------------------------------------------- one


def public(connection: sa.Connection, consultation_id: int) -> Row:
    """A consultation anybody may see, with its ministry; 404 otherwise."""
    try:
        row = consultation(connection, consultation_id)
    except Refused:
        abort(404)
    if row.published_at is None:
        abort(404)
    return row


@bp.get("/tham-van/<int:consultation_id>")
def one(consultation_id: int) -> str:
    """One consultation: how long, who asks, why, the questions, the draft, what was said and done."""
    with site().database.connect() as connection:
        row = public(connection, consultation_id)
        return render_template("consultations/consultation.html", page=_page(connection, row))


def _page(connection: sa.Connection, row: Row) -> ConsultationPage:
    now = clock(connection)
    stage = stage_of(row, now)
    url = local(f"/tham-van/{row.id}")
    versions = read.versions(connection, row.id)
    asked = request.args.get("ban", "")
    version = next((v for v in versions if str(v.number) == asked), versions[0])
    receiving = stage in RECEIVING
    total, latest = read.public_comments(connection, row.id)
    known, unknown = read.verified_figures(connection, row.id)
    reached = progress(connection, row.id)
    end = last_day(aware(row.closes_at))
    choices = read.choice_counts(connection, row.id)
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
        left_note=_("còn lại, đến hết ngày %(date)s.", date=date(end))
        if days_left(aware(row.closes_at), now) and receiving
        else _("nhận góp ý đến %(time)s.", time=moment(row.closes_at)),
        receiving=receiving,
        opened=date(aware(row.opens_at).astimezone(VIETNAM)),
        purpose=paragraphs(row.purpose),
        document=row.document_number,
        period=_period(row),
        questions=tuple(
            QuestionRow(
                q.ordinal,
                q.text,
                tuple((text, choices.get(q.id, {}).get(n, 0)) for n, text in enumerate(q.choices)),
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
        units=_units(connection, row, version, receiving and version is versions[0]),
        figures=(
            (_("Người gửi đã xác minh"), str(known)),
            (_("Chưa xác minh"), str(unknown)),
            (_("Đã trả lời"), f"{reached.answered}/{reached.owed} ({reached.percent} %)"),
        ),
        moderated=_moderated(read.moderation_figures(connection, row.id)),
        result=paragraphs(row.result) if stage is Stage.ANSWERED else (),
        verdicts=tuple(
            (badge, count)
            for verdict, count in sorted(read.verdicts(connection, row.id).items())
            if (badge := words.verdict_badge(verdict))
        ),
        answered_note=_answered_note(row, stage),
        answer_by=date(row.answer_by),
        papers=tuple(
            (p.name, local(f"/tham-van/{row.id}/tep/{p.id}")) for p in read.papers(connection, row.id)
        ),
        comments=tuple(comment_row(item) for item in latest[:10]),
        total=total,
        url=url,
        comment_url=f"{url}/gop-y",
        comments_url=f"{url}/y-kien",
        desk_url=local(f"/quan-tri/tham-van/{row.id}") if _is_staff(row) else "",
    )


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


def _moderated(figures: dict[str, int]) -> tuple[tuple[str, int], ...]:
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


def unit_title(row: Row) -> str:
    """ "Điều 2. Hồ sơ", "Chương I. QUY ĐỊNH CHUNG"."""
    name = label(row.path) if row.level == "article" else label(row.path.rsplit("/", 1)[-1])
    return f"{name}. {row.heading}" if row.heading else name


def _units(connection: sa.Connection, row: Row, version: Row, receiving: bool) -> tuple[Unit, ...]:
    counts = read.article_counts(connection, row.id, version.id)
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
                paragraphs=_paragraphs(p, inside.get(p.path, [])) if article else (),
                explanation=paragraphs(p.explanation),
                comments=counts.get(p.path, 0),
                comment_url=page_url(f"{base}/gop-y", 1, dieu=p.path) if receiving and article else "",
                list_url=page_url(f"{base}/y-kien", 1, dieu=p.path),
            )
        )
    return tuple(units)


def _paragraphs(article: Row, inside: list[Row]) -> tuple[tuple[str, str, str], ...]:
    """The article's own paragraphs, then its clauses and points, each with its path."""
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


# ---------------------------------------------------------------- comments


@bp.get("/tham-van/<int:consultation_id>/y-kien")
def comments(consultation_id: int) -> str:
    """Public comments, by clause, verified or not, or all of one campaign."""
    page = page_number()
    path = parameter("dieu", 200)
    verified = request.args.get("xac_minh", "") if request.args.get("xac_minh") in ("co", "khong") else ""
    group = request.args.get("nhom", "")
    campaign = int(group) if group.isascii() and group.isdigit() and len(group) < 16 else None
    with site().database.connect() as connection:
        row = public(connection, consultation_id)
        total, found = read.public_comments(
            connection, row.id, path=path or None, verified=verified, campaign=campaign, page=page
        )
        newest = read.versions(connection, row.id)[0]
        articles = [
            (p.path, unit_title(p)) for p in read.provisions(connection, newest.id) if p.level == "article"
        ]
        sizes = read.campaign_sizes(connection, [campaign]) if campaign else {}
    here = f"/tham-van/{row.id}/y-kien"
    more = {"dieu": path, "xac_minh": verified, "nhom": group if campaign is not None else ""}
    members = sizes.get(campaign or 0)
    heading = _("Góp ý đã gửi") if campaign is None else _("Góp ý gần giống nhau")
    view = CommentsPage(
        frame=Frame(
            f"{heading}: {row.title}",
            active="consultations",
            crumbs=(
                Crumb(_("Trang chủ"), local("/")),
                Crumb(_("Tham vấn"), local("/tham-van")),
                Crumb(row.title, local(f"/tham-van/{row.id}")),
            ),
            sample=row.sample,
            robots="noindex" if page > 1 or path or verified or campaign else "",
        ),
        title=row.title,
        heading=heading,
        total=total,
        comments=tuple(comment_row(item) for item in found),
        paths=tuple(articles),
        path=path,
        verified=verified,
        note=_(
            "%(n)s góp ý có lời văn gần giống nhau; %(known)s người gửi đã xác minh.",
            n=members[0],
            known=members[1],
        )
        if members
        else "",
        previous=page_url(here, page - 1, **more) if page > 1 else "",
        following=page_url(here, page + 1, **more) if total > page * read.PER_PAGE else "",
        url=local(here),
    )
    return render_template("consultations/comments.html", page=view)


def comment_row(item: Shown) -> CommentRow:
    """A comment in words."""
    row = item.row
    base = f"/tham-van/{row.consultation_id}"
    body = row.body if row.shown_body is None else row.shown_body
    wording = row.replacement if row.shown_replacement is None else row.shown_replacement
    name = " – ".join(filter(None, (item.name, item.organisation)))
    campaign = ""
    if item.members > 1:
        campaign = _("và %(n)s góp ý gần giống", n=item.members - 1)
    return CommentRow(
        id=row.id,
        anchor=row.tracking.lower(),
        name=name or _("Người gửi không nêu tên"),
        place=item.place,
        verified=row.verification != "none",
        disputed=row.disputed_at is not None,
        received=moment(row.received_at),
        stance=words.stance_name(row.stance),
        about=label(item.path) if item.path else "",
        detached=item.quote if item.fit == "detached" else "",
        body=paragraphs(body),
        replacement=compare(_own_words(item.quote), wording) if wording else (),
        redacted=words.hide_reason(row.hide_reason) if row.state == "redacted" else "",
        files=tuple((f.name, local(f"{base}/tep/{f.id}")) for f in item.attachments),
        campaign=campaign,
        campaign_url=page_url(f"{base}/y-kien", 1, nhom=str(row.campaign_id)) if campaign else "",
        unique=tuple(row.unique_sentences or ()),
        badge=words.verdict_badge(item.verdict),
        answer=paragraphs(item.answer),
        report_url=local(f"{base}/y-kien/{row.id}/bao-cao"),
        claim_url=local(f"{base}/y-kien/{row.id}/khong-phai-toi"),
    )


def _own_words(quote: str) -> str:
    """The clause without its heading: what a proposed wording replaces."""
    heading, newline, text = quote.partition("\n")
    return text if newline and text else heading


# ---------------------------------------------------------------- files and calendars


@bp.get("/tham-van/<int:consultation_id>/tep/<int:attachment_id>")
def attachment(consultation_id: int, attachment_id: int) -> Response:
    """A checked file, as a download only; those of comments only while the comment is public."""
    with site().database.connect() as connection:
        public(connection, consultation_id)
        a = c.attachments
        row = connection.execute(
            sa.select(a, c.comments.c.state.label("comment_state"))
            .outerjoin(c.comments, c.comments.c.id == a.c.comment_id)
            .where(a.c.id == attachment_id, a.c.consultation_id == consultation_id, a.c.state == "clean")
        ).one_or_none()
    if row is None or (row.comment_id is None and row.submission is not None):
        abort(404)
    if row.comment_id is not None and row.comment_state != "published":
        abort(404)
    return download(row)


def download(row: Row) -> Response:
    """The bytes of an attachment, told to be nothing but a file to save."""
    path = files.path_of(site().settings, row.sha256)
    if not path.is_file():
        abort(404)
    answer = send_file(
        path.resolve(), mimetype=row.media_type, as_attachment=True, download_name=row.name, conditional=False
    )
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/tham-van/<int:consultation_id>.ics")
def calendar(consultation_id: int) -> Response:
    """The last day for comments as a calendar entry (RFC 5545)."""
    with site().database.connect() as connection:
        row = public(connection, consultation_id)
    end = last_day(aware(row.closes_at))
    url = base_url() + local(f"/tham-van/{row.id}")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//quydinh//tham van//VI",
        "BEGIN:VEVENT",
        f"UID:tham-van-{row.id}@quydinh",
        f"DTSTAMP:{aware(row.updated_at):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{end:%Y%m%d}",
        f"DTEND;VALUE=DATE:{end + dt.timedelta(days=1):%Y%m%d}",
        "SUMMARY:" + _ics(_("Hết hạn góp ý: %(title)s", title=row.title)),
        "DESCRIPTION:" + _ics(f"{row.ministry}. {url}"),
        f"URL:{url}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-P3D",
        "DESCRIPTION:" + _ics(row.title),
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    response = make_response("".join(fold_line(line) for line in lines))
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = f"attachment; filename=tham-van-{row.id}.ics"
    return response


def _ics(text: str) -> str:
    """A text value: RFC 5545, 3.3.11."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return " ".join(text.split())


def fold_line(line: str) -> str:
    """A content line of at most 75 octets, continued with a blank, ended with CRLF (RFC 5545, 3.1)."""
    parts: list[bytes] = []
    part = b""
    for character in line:
        octets = character.encode()
        if len(part) + len(octets) > (75 if not parts else 74):
            parts.append(part)
            part = b""
        part += octets
    parts.append(part)
    return "\r\n ".join(p.decode() for p in parts) + "\r\n"
