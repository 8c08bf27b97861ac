"""The desk of a consultation: writing it, its draft, opening, changing the end, new versions, closing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask import abort, redirect, render_template, request
from pydantic import ValidationError
from werkzeug.wrappers import Response

from schemas.calendar import VIETNAM
from schemas.consultations import ConsultationContent, Question, days_short, end_of, last_day, start_of
from schemas.errors import Conflict, Refused
from schemas.people import Action, Person, Role, Subject
from schemas.text.paths import label

from ..access import allowed, require
from ..formats import date, moment
from ..forms import Form
from ..languages import gettext as _
from ..languages import local
from ..pages import Crumb, Frame
from ..state import site
from ..validity import Badge
from . import desk_queries as desk
from . import importing, store, versions, words
from . import queries as read
from .blueprint import bp
from .rows import Row, aware, clock, consultation, progress, stage_of, subject_of
from .sending import INVALID, file_problem

BASE = "/quan-tri/tham-van"
CONFLICT = 409


@dataclass(frozen=True, slots=True)
class DeskRow:
    title: str
    url: str
    badge: Badge
    end: str
    note: str


@dataclass(frozen=True, slots=True)
class DeskPage:
    """/quan-tri/tham-van."""

    frame: Frame
    rows: tuple[DeskRow, ...]
    may_draft: bool
    moderates: bool


@dataclass(frozen=True, slots=True)
class WritePage:
    frame: Frame
    form: Form
    action: str
    ministries: tuple[tuple[str, str], ...]
    minimum: int
    basis: str
    new: bool
    back: str


@dataclass(frozen=True, slots=True)
class DraftUnit:
    path: str
    title: str
    text: str
    explanation: str
    level: str


@dataclass(frozen=True, slots=True)
class DraftPage:
    frame: Frame
    form: Form
    action: str
    units: tuple[DraftUnit, ...]
    preamble: str
    revision: int
    back: str


@dataclass(frozen=True, slots=True)
class OfficePage:
    """/quan-tri/tham-van/{id}."""

    frame: Frame
    form: Form
    title: str
    badge: Badge
    facts: tuple[tuple[str, str], ...]
    warning: str
    problem: str
    revision: int
    base: str
    public_url: str
    can: frozenset[str]
    open_count: int
    last_day: str
    fits: tuple[tuple[str, int], ...]
    moved: tuple[tuple[str, str, str, str], ...]
    version: str
    new_version: bool


def frame(title: str, *crumbs: Crumb) -> Frame:
    """The frame of a desk page."""
    return Frame(
        title, active="account", crumbs=(Crumb(_("Bàn làm việc"), local(BASE)), *crumbs), robots="noindex"
    )


def held(connection: sa.Connection, consultation_id: int) -> Row:
    """A consultation of the desk; 404 when there is none."""
    try:
        return consultation(connection, consultation_id)
    except Refused:
        abort(404)


@bp.get(BASE)
def desk_list() -> str:
    """Consultations of one's ministries."""
    person = require(Action.OPEN_DESK)
    codes = person.ministries(Role.OFFICER, Role.APPROVER, Role.MODERATOR)
    with site().database.connect() as connection:
        rows = desk.listed(connection, codes)
        now = clock(connection)
        lines = []
        for row in rows:
            reached = progress(connection, row.id)
            note = _("%(done)s/%(owed)s góp ý đã trả lời", done=reached.answered, owed=reached.owed)
            badge = words.stage_badge(stage_of(row, now))
            end = date(last_day(aware(row.closes_at)))
            lines.append(DeskRow(row.title, local(f"{BASE}/{row.id}"), badge, end, note))
    page = DeskPage(
        frame(_("Các đợt lấy ý kiến")),
        tuple(lines),
        may_draft=person.ministries(Role.OFFICER) != frozenset(),
        moderates=person.ministries(Role.MODERATOR) != frozenset(),
    )
    return render_template("consultations/desk_list.html", page=page)


# ---------------------------------------------------------------- writing


def _ministries(connection: sa.Connection, person: Person) -> tuple[tuple[str, str], ...]:
    from schemas.regulation_tables import ministries

    codes = person.ministries(Role.OFFICER)
    query = sa.select(ministries.c.code, ministries.c.name).order_by(ministries.c.name)
    if codes is not None:
        query = query.where(ministries.c.code.in_(codes))
    return tuple((row.code, row.name) for row in connection.execute(query))


@bp.get(f"{BASE}/moi")
def new_form() -> str:
    """A new consultation."""
    person = require(Action.OPEN_DESK)
    if person.ministries(Role.OFFICER) == frozenset():
        abort(403)
    return _write_page(person, Form(), None)


@bp.post(f"{BASE}/moi")
def create() -> str | Response | tuple[str, int]:
    """Keep it as a draft of its ministry."""
    form = Form(request.form)
    ministry = form.text("ministry", longest=100, missing=_("Chọn bộ, ngành"))
    person = require(Action.DRAFT_CONSULTATION, Subject("consultation", "", ministry))
    content = read_form(form)
    if content is None:
        return _write_page(person, form, None), INVALID
    try:
        with site().database.begin() as connection:
            number = store.create(connection, person, ministry, content, site().settings)
    except Refused as refused:
        form.error("closes", words.refusal(refused.code))
        return _write_page(person, form, None), INVALID
    return redirect(local(f"{BASE}/{number}/du-thao"), 303)


@bp.get(f"{BASE}/<int:consultation_id>/sua")
def edit_form(consultation_id: int) -> str:
    """Change it while nobody has opened it."""
    with site().database.connect() as connection:
        row = held(connection, consultation_id)
        person = require(Action.DRAFT_CONSULTATION, subject_of(row))
        content = store.read_content(connection, row)
    form = Form()
    form.values.update(_form_values(content) | {"revision": str(row.revision)})
    return _write_page(person, form, row)


@bp.post(f"{BASE}/<int:consultation_id>/sua")
def edit(consultation_id: int) -> str | Response | tuple[str, int]:
    """Keep the change."""
    with site().database.connect() as connection:
        row = held(connection, consultation_id)
    person = require(Action.DRAFT_CONSULTATION, subject_of(row))
    form = Form(request.form)
    content = read_form(form)
    form.values["revision"] = request.form.get("revision", "")
    if content is None:
        return _write_page(person, form, row), INVALID
    try:
        with site().database.begin() as connection:
            store.save(connection, person, row.id, content, revision())
    except Refused as refused:
        form.error("title", words.refusal(refused.code))
        return _write_page(person, form, row), INVALID
    except Conflict:
        form.error("title", _("Người khác vừa sửa đợt này. Điều bạn gõ vẫn còn dưới đây."))
        form.values["revision"] = str(row.revision)
        return _write_page(person, form, row), CONFLICT
    return redirect(local(f"{BASE}/{row.id}"), 303)


def revision() -> int:
    """The revision a form was made from."""
    text = request.form.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _write_page(person: Person, form: Form, row: Row | None) -> str:
    with site().database.connect() as connection:
        ministries = _ministries(connection, person)
    settings = site().settings
    url = f"{BASE}/{row.id}" if row is not None else BASE
    page = WritePage(
        frame(_("Sửa đợt lấy ý kiến") if row is not None else _("Đợt lấy ý kiến mới")),
        form,
        local(f"{url}/sua" if row is not None else f"{BASE}/moi"),
        ministries,
        settings.consultation_days,
        settings.consultation_basis,
        row is None,
        local(url),
    )
    return render_template("consultations/desk_write.html", page=page)


def read_form(form: Form) -> ConsultationContent | None:
    """What an officer typed; None with the faults in the form."""
    opens = form.date("opens", missing=_("Nhập ngày mở"))
    closes = form.date("closes", missing=_("Nhập ngày cuối nhận góp ý"))
    title = form.text("title", longest=500, shortest=5, missing=_("Nhập tên dự thảo"))
    purpose = form.text("purpose", longest=5000, lines=True, missing=_("Viết vì sao Bộ hỏi ý kiến"))
    number = form.text("document_number", longest=60)
    field = form.text("field", longest=100)
    reason = form.text("short_reason", longest=2000, lines=True)
    answer_by = form.date("answer_by")
    premoderated = form.checked("premoderated")
    questions = form.text("questions", longest=10_000, lines=True)
    if opens and closes and closes < opens:
        form.error("closes", _("Hạn góp ý phải sau ngày mở"))
    if (
        opens
        and closes
        and not reason
        and days_short(start_of(opens), end_of(closes), site().settings.consultation_days)
    ):
        form.error(
            "short_reason",
            _(
                "Ngắn hơn %(n)s ngày theo %(law)s: ghi lý do",
                n=site().settings.consultation_days,
                law=site().settings.consultation_basis,
            ),
        )
    if not form.ok or opens is None or closes is None:
        return None
    try:
        return ConsultationContent(
            title=title,
            purpose=purpose,
            field=field,
            document_number=number,
            opens_at=start_of(opens),
            closes_at=end_of(closes),
            short_reason=reason,
            answer_by=answer_by,
            premoderated=premoderated,
            questions=tuple(read_questions(questions)),
        )
    except ValidationError:
        form.error("questions", _("Mỗi câu hỏi một dòng, từ 3 đến 1.000 chữ cái"))
        return None


def read_questions(text: str) -> list[Question]:
    """A question a line; "Câu hỏi? | Có | Không" has choices."""
    found = []
    for line in filter(None, (line.strip() for line in text.split("\n"))):
        first, *choices = (part.strip() for part in line.split("|"))
        found.append(Question(text=first, choices=tuple(filter(None, choices))))
    return found


def _form_values(content: ConsultationContent) -> dict[str, str]:
    def day(value: dt.datetime) -> str:
        return f"{value.astimezone(VIETNAM):%d/%m/%Y}"

    return {
        "title": content.title,
        "purpose": content.purpose,
        "field": content.field,
        "document_number": content.document_number,
        "opens": day(content.opens_at),
        "closes": f"{last_day(content.closes_at):%d/%m/%Y}",
        "short_reason": content.short_reason,
        "answer_by": f"{content.answer_by:%d/%m/%Y}" if content.answer_by else "",
        "premoderated": "1" if content.premoderated else "",
        "questions": "\n".join(" | ".join((q.text, *q.choices)) for q in content.questions),
    }


# ---------------------------------------------------------------- the draft


@bp.get(f"{BASE}/<int:consultation_id>/du-thao")
def draft_form(consultation_id: int) -> str:
    """The draft's text, as it was written last."""
    with site().database.connect() as connection:
        row = held(connection, consultation_id)
        require(Action.DRAFT_CONSULTATION, subject_of(row))
        latest = read.versions(connection, row.id, public=False)[:1]
        rows = read.provisions(connection, latest[0].id) if latest else ()
    form = Form()
    form.values["note"] = latest[0].note if latest and latest[0].published_at is None else ""
    form.values["text"] = importing.as_text(latest[0].preamble, list(rows)) if latest else ""
    return _draft_page(row, form, rows, latest[0].preamble if latest else "")


@bp.post(f"{BASE}/<int:consultation_id>/du-thao")
def write_draft(consultation_id: int) -> str | Response | tuple[str, int]:
    """Show how the text was read (`viec` xem), take it from a DOCX (nhap), or keep it (luu)."""
    with site().database.connect() as connection:
        row = held(connection, consultation_id)
    person = require(Action.DRAFT_CONSULTATION, subject_of(row))
    form = Form(request.form)
    text = form.text("text", longest=2_000_000, lines=True)
    note = form.text("note", longest=500)
    upload = request.files.get("file")
    if request.form.get("viec") == "nhap":
        try:
            if upload is None or not upload.filename:
                raise Refused("file_empty")
            text = form.values["text"] = "\n".join(importing.docx_lines(upload.stream.read()))
        except Refused as refused:
            form.error("file", file_problem(refused.code))
    explained = {
        name.removeprefix("why:"): value for name, value in request.form.items() if name.startswith("why:")
    }
    preamble, provisions = importing.read_draft(text, explained)
    if text and not provisions and form.ok:
        form.error("text", _("Chưa thấy điều nào: mỗi điều bắt đầu bằng một dòng “Điều 1. Tên điều”"))
    if request.form.get("viec") != "luu" or not form.ok or not provisions:
        status = 200 if form.ok else INVALID
        return _draft_page(row, form, provisions, preamble), status
    try:
        with site().database.begin() as connection:
            store.write_draft(connection, person, row.id, revision(), provisions, preamble, note)
    except (Refused, Conflict) as error:
        code = error.code if isinstance(error, Refused) else ""
        form.error("text", words.refusal(code) if code else _("Người khác vừa sửa đợt này."))
        return _draft_page(row, form, provisions, preamble), CONFLICT
    return redirect(local(f"{BASE}/{row.id}"), 303)


def _draft_page(row: Row, form: Form, rows: Sequence[object], preamble: str) -> str:
    units = tuple(
        DraftUnit(p.path, label(p.path), f"{p.heading}\n{p.text}".strip(), p.explanation, p.level)  # type: ignore[attr-defined]
        for p in rows
    )
    page = DraftPage(
        frame(_("Dự thảo"), Crumb(row.title, local(f"{BASE}/{row.id}"))),
        form,
        local(f"{BASE}/{row.id}/du-thao"),
        units,
        preamble,
        row.revision,
        local(f"{BASE}/{row.id}"),
    )
    return render_template("consultations/desk_draft.html", page=page)


# ---------------------------------------------------------------- one consultation


@bp.get(f"{BASE}/<int:consultation_id>")
def office(consultation_id: int) -> str:
    """Where it stands and what may be done now."""
    with site().database.connect() as connection:
        row = held(connection, consultation_id)
        require(Action.SEE_COMMENTS, subject_of(row))
        return _office(connection, row, Form(), "")


def _office(connection: sa.Connection, row: Row, form: Form, problem: str) -> str:
    stage = stage_of(row, clock(connection))
    found = read.versions(connection, row.id, public=False)
    waiting = bool(found) and found[0].published_at is None
    shown = next((v for v in found if v.published_at is not None), None)
    reached = progress(connection, row.id)
    subject = subject_of(row)
    can = {
        "draft": allowed(Action.DRAFT_CONSULTATION, subject) and row.answered_at is None,
        "edit": allowed(Action.DRAFT_CONSULTATION, subject) and row.published_at is None,
        "submit": allowed(Action.DRAFT_CONSULTATION, subject)
        and row.published_at is None
        and row.submitted_at is None
        and bool(found),
        "open": allowed(Action.OPEN_CONSULTATION, subject)
        and row.published_at is None
        and row.submitted_at is not None,
        "end": allowed(Action.CLOSE_CONSULTATION, subject) and stage in ("upcoming", "open", "closing_soon"),
        "close": allowed(Action.CLOSE_CONSULTATION, subject) and stage == "closed",
        "version": waiting
        and row.published_at is not None
        and allowed(Action.OPEN_CONSULTATION, subject_of(row, {found[0].written_by})),
    }
    short = days_short(aware(row.opens_at), aware(row.closes_at), row.minimum_days)
    moved = desk.detached(connection, shown.id) if shown and shown.number > 1 else ()
    fits = desk.fits(connection, shown.id) if shown and shown.number > 1 else {}
    page = OfficePage(
        frame=frame(row.title),
        form=form,
        title=row.title,
        badge=words.stage_badge(stage),
        facts=(
            (_("Bộ, ngành"), row.ministry),
            (_("Mở"), moment(row.opens_at)),
            (_("Hết hạn"), moment(row.closes_at)),
            (_("Góp ý phải trả lời"), str(reached.owed)),
            (_("Đã trả lời"), f"{reached.answered} ({reached.percent} %)"),
            (_("Trình mở"), moment(row.submitted_at) if row.submitted_at else _("chưa")),
        ),
        warning=_(
            "Ngắn hơn %(n)s ngày so với %(days)s ngày của %(law)s.",
            n=short,
            days=row.minimum_days,
            law=row.minimum_basis,
        )
        if short
        else "",
        problem=problem,
        revision=row.revision,
        base=local(f"{BASE}/{row.id}"),
        public_url=local(f"/tham-van/{row.id}") if row.published_at else "",
        can=frozenset(name for name, yes in can.items() if yes),
        open_count=reached.open,
        last_day=f"{last_day(aware(row.closes_at)):%d/%m/%Y}",
        fits=tuple((words.fit_name(fit), n) for fit, n in fits.items() if words.fit_name(fit)),
        moved=tuple(
            (
                a.tracking,
                local(f"/quan-tri/gop-y/{a.comment_id}"),
                words.fit_name(a.fit),
                label(a.path) if a.path else "",
            )
            for a in moved
        ),
        version=_("Bản %(n)s", n=shown.number) if shown else "",
        new_version=waiting and row.published_at is not None,
    )
    return render_template("consultations/desk_one.html", page=page)


Do = Callable[[sa.Connection, Person, Row], object]


def _act(
    consultation_id: int, action: Action, do: Do, form: Form | None = None
) -> Response | tuple[str, int]:
    """Ask for the authority, do it, come back; say why not where it was refused."""
    with site().database.connect() as connection:
        row = held(connection, consultation_id)
    person = require(action, subject_of(row) if action is not Action.OPEN_CONSULTATION else _opening(row))
    problem, status = "", INVALID
    try:
        with site().database.begin() as connection:
            do(connection, person, row)
    except Refused as refused:
        problem = words.refusal(refused.code)
        if refused.code == "authority":
            status = 403
    except Conflict:
        problem, status = _("Người khác vừa sửa đợt này. Xem lại rồi làm lại."), CONFLICT
    if problem:
        with site().database.connect() as connection:
            page = _office(connection, held(connection, consultation_id), form or Form(request.form), problem)
        return page, status
    return redirect(local(f"{BASE}/{row.id}"), 303)


def _opening(row: Row) -> Subject:
    """Who wrote it matters for the first opening; of a later version only its writer (asked by the store)."""
    return subject_of(row) if row.published_at is None else subject_of(row, {-1})


@bp.post(f"{BASE}/<int:consultation_id>/trinh")
def submit(consultation_id: int) -> Response | tuple[str, int]:
    """Ask a second person to open it."""
    return _act(
        consultation_id, Action.DRAFT_CONSULTATION, lambda c, p, row: store.submit(c, p, row.id, revision())
    )


@bp.post(f"{BASE}/<int:consultation_id>/mo")
def open_it(consultation_id: int) -> Response | tuple[str, int]:
    """Open it for comment."""
    return _act(
        consultation_id,
        Action.OPEN_CONSULTATION,
        lambda c, p, row: store.open_for_comment(c, p, row.id, revision()),
    )


@bp.post(f"{BASE}/<int:consultation_id>/han")
def change_end(consultation_id: int) -> Response | tuple[str, int]:
    """A later or an earlier last day."""
    form = Form(request.form)
    day = form.date("closes", missing=_("Nhập ngày cuối nhận góp ý"))

    def do(connection: sa.Connection, person: Person, row: Row) -> None:
        if day is None:
            raise Refused("dates")
        store.change_end(connection, person, row.id, end_of(day), revision())

    return _act(consultation_id, Action.CLOSE_CONSULTATION, do, form)


@bp.post(f"{BASE}/<int:consultation_id>/ban-moi")
def publish_version(consultation_id: int) -> Response | tuple[str, int]:
    """Publish the new version of the draft; comments move with their clauses."""
    return _act(
        consultation_id,
        Action.OPEN_CONSULTATION,
        lambda c, p, row: versions.publish(c, p, row.id, revision()),
    )


@bp.post(f"{BASE}/<int:consultation_id>/tra-loi-xong")
def close_answered(consultation_id: int) -> Response | tuple[str, int]:
    """Close it as answered; below 100 % the number of open comments has to be stated."""
    form = Form(request.form)
    result = form.text("result", longest=20_000, lines=True)
    stated = form.text("left_open", longest=9)

    def do(connection: sa.Connection, person: Person, row: Row) -> None:
        number = int(stated) if stated.isascii() and stated.isdigit() else None
        store.close_answered(connection, person, row.id, revision(), result, number)

    return _act(consultation_id, Action.CLOSE_CONSULTATION, do, form)
