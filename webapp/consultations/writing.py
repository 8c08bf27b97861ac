"""The form for a comment on a page of its own; what was typed is kept before anything is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from schemas.consultations import Stage, last_day
from schemas.errors import Refused
from schemas.text.paths import label

from .. import limits
from ..access import current_person
from ..audit import aware
from ..formats import date, moment, paragraphs
from ..forms import Form
from ..languages import gettext as _
from ..languages import local
from ..limits import Limit
from ..pages import Crumb, Frame
from ..state import site
from . import attachments as files
from . import comments, words
from . import queries as read
from .blueprint import bp
from .common import (
    INVALID,
    LATE,
    asked_path,
    page_url,
    public,
    secret,
    unit_title,
    visit,
    visitor,
)
from .forms import read_letter, typed_fields
from .rows import Row, clock, stage_of

UPLOADS = Limit("uploads", 60, 3600)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the form shows it."""

    name: str
    text: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CommentPage:
    """/tham-van/{id}/gop-y."""

    frame: Frame
    form: Form
    title: str
    about: str
    quote: tuple[str, ...]
    clauses: tuple[tuple[str, str], ...]
    path: str
    version: int
    questions: tuple[Asked, ...]
    stances: tuple[tuple[str, str], ...]
    files: tuple[tuple[int, str], ...]
    until: str
    notice: str
    action: str
    upload_url: str
    back: str
    megabytes: int


@dataclass(frozen=True, slots=True)
class LatePage:
    frame: Frame
    message: str
    texts: tuple[tuple[str, str], ...]
    back: str


@bp.get("/tham-van/<int:consultation_id>/gop-y")
def comment_form(consultation_id: int) -> str | Response | tuple[str, int]:
    """The form for the whole draft or one clause, with what this browser has typed before."""
    with site().database.connect() as connection:
        row = public(connection, consultation_id)
        draft = comments.find_draft(connection, visit(), row.id, asked_path())
        typed = dict(draft.typed) if draft else _known_sender()
        form = Form()
        form.values.update({str(k): str(v) for k, v in typed.items()})
        if not receiving(connection, row):
            return late(row, form.values), LATE
        kept = _("Điều bạn gõ lần trước vẫn còn đây.") if draft else ""
        return form_page(connection, row, form, kept, draft.submission if draft else "")


@bp.post("/tham-van/<int:consultation_id>/gop-y")
def write_comment(consultation_id: int) -> str | Response | tuple[str, int]:
    """Keep what was typed; on to the preview, or back with what is missing."""
    path = asked_path()
    with site().database.begin() as connection:
        row = public(connection, consultation_id)
        questions = read.questions(connection, row.id)
        typed = typed_fields(request.form, questions)
        submission = comments.keep_draft(connection, visit(), row.id, path, typed)
    upload = request.files.get("file")
    problem = _upload(row.id, submission, upload) if upload and upload.filename else ""
    form, letter = read_letter(typed, questions, path or None)
    if problem:
        form.error("file", problem)
    with site().database.connect() as connection:
        if not receiving(connection, row):
            return late(row, form.values), LATE
        if letter is None or problem:
            return form_page(connection, row, form, "", submission), INVALID
    if request.form.get("viec") == "tep":
        return redirect(page_url(f"/tham-van/{row.id}/gop-y", 1, dieu=path) + "#file", 303)
    return redirect(page_url(f"/tham-van/{row.id}/gop-y/xem-truoc", 1, dieu=path), 303)


@bp.post("/tham-van/<int:consultation_id>/gop-y/bo-tep")
def drop_file(consultation_id: int) -> Response:
    """Take an uploaded file off again."""
    number = request.form.get("tep", "")
    with site().database.begin() as connection:
        row = public(connection, consultation_id)
        draft = comments.find_draft(connection, visit(), row.id, asked_path())
        if draft and number.isascii() and number.isdigit() and len(number) < 16:
            files.drop(connection, draft.submission, int(number))
    return redirect(page_url(f"/tham-van/{row.id}/gop-y", 1, dieu=asked_path()), 303)


def _upload(consultation_id: int, submission: str, upload: Any) -> str:
    """Keep a file with the form; why not, if not."""
    settings = site().settings
    if limits.take(site().database, secret(), UPLOADS, visitor()):
        return _("Bạn đã tải lên quá nhiều tệp. Chờ một giờ rồi thử lại.")
    data = upload.stream.read((settings.upload_megabytes << 20) + 1)
    try:
        with site().database.begin() as connection:
            files.keep(connection, settings, consultation_id, data, upload.filename or "", submission)
    except Refused as refused:
        return file_problem(refused.code)
    return ""


def file_problem(code: str) -> str:
    """Why a file was not taken."""
    return {
        "file_type": _("Chỉ nhận PDF, DOCX, XLSX, PNG hoặc JPG, không có macro"),
        "file_size": _("Tệp lớn hơn %(n)s MB", n=site().settings.upload_megabytes),
        "file_count": _("Nhiều nhất %(n)s tệp", n=files.MOST),
        "file_empty": _("Tệp rỗng"),
        "file_often": _("Bạn đã tải lên quá nhiều tệp. Chờ một giờ rồi thử lại."),
    }[code]


def _known_sender() -> dict[str, str]:
    person = current_person()
    return {"name": person.name, "sender": "individual"} if person else {}


def receiving(connection: sa.Connection, row: Row) -> bool:
    return stage_of(row, clock(connection)) in (Stage.OPEN, Stage.CLOSING_SOON)


def form_page(connection: sa.Connection, row: Row, form: Form, notice: str, submission: str) -> str:
    path = asked_path()
    version = read.versions(connection, row.id)[0]
    seen = form.values.get("version") or request.values.get("version", "")
    if seen.isdigit():
        version = next((v for v in read.versions(connection, row.id) if str(v.number) == seen), version)
    rows = read.provisions(connection, version.id)
    clause = next((p for p in rows if p.path == path), None)
    article = path.split("/")[0]
    inside = [p for p in rows if p.path == article or p.path.startswith(article + "/")] if clause else []
    page = CommentPage(
        frame=page_frame(row, _("Góp ý: %(title)s", title=row.title)),
        form=form,
        title=row.title,
        about=label(path) if clause else _("cả dự thảo"),
        quote=paragraphs(f"{unit_title(clause)}\n{clause.text}" if clause.level == "article" else clause.text)
        if clause
        else (),
        clauses=tuple((p.path, label(p.path)) for p in inside) if len(inside) > 1 else (),
        path=path if clause else "",
        version=version.number,
        questions=tuple(
            Asked(f"q{q.id}", q.text, tuple((str(n), text) for n, text in enumerate(q.choices)))
            for q in read.questions(connection, row.id)
        )
        if not path
        else (),
        stances=words.stances(),
        files=tuple((f.id, f.name) for f in files.of_submission(connection, submission))
        if submission
        else (),
        until=date(last_day(aware(row.closes_at))),
        notice=notice,
        action=local(f"/tham-van/{row.id}/gop-y"),
        upload_url=local(f"/tham-van/{row.id}/gop-y/bo-tep"),
        back=local(f"/tham-van/{row.id}") + (f"#{article}" if article else ""),
        megabytes=site().settings.upload_megabytes,
    )
    return render_template("consultations/comment.html", page=page)


def page_frame(row: Row, title: str) -> Frame:
    crumbs = (
        Crumb(_("Trang chủ"), local("/")),
        Crumb(_("Tham vấn"), local("/tham-van")),
        Crumb(row.title, local(f"/tham-van/{row.id}")),
    )
    return Frame(title, active="consultations", crumbs=crumbs, sample=row.sample, robots="noindex")


def late(row: Row, values: Mapping[str, str]) -> str:
    names = {"body": _("Góp ý"), "replacement": _("Lời văn đề xuất")}
    texts = tuple((names[name], values[name]) for name in names if values.get(name))
    page = LatePage(
        frame=page_frame(row, _("Dự thảo này không nhận góp ý lúc này")),
        message=_(
            "Hạn góp ý là hết ngày %(date)s. Điều bạn đã gõ vẫn còn dưới đây để chép lại.",
            date=date(last_day(aware(row.closes_at))),
        )
        if texts
        else _(
            "Nhận góp ý từ %(start)s đến hết ngày %(end)s.",
            start=moment(row.opens_at),
            end=date(last_day(aware(row.closes_at))),
        ),
        texts=texts,
        back=local(f"/tham-van/{row.id}"),
    )
    return render_template("consultations/late.html", page=page)
