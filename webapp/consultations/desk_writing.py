"""Writing a consultation: title, purpose, period, questions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from flask import abort, redirect, render_template, request
from pydantic import ValidationError
from werkzeug.wrappers import Response

from schemas.calendar import VIETNAM
from schemas.consultations import ConsultationContent, Question, days_short, end_of, last_day, start_of
from schemas.errors import Conflict, Refused
from schemas.people import Action, Person, Role, Subject

from ..access import require
from ..forms import Form
from ..languages import gettext as _
from ..languages import local
from ..pages import Frame
from ..state import site
from . import store, words
from .blueprint import bp
from .common import INVALID
from .desk_frame import BASE, CONFLICT, frame, held, revision
from .rows import Row, subject_of


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
