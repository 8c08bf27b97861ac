"""The ministry's own papers beside a draft (tờ trình, báo cáo đánh giá tác động …): uploaded by one person,
made public by another, as everything a ministry publishes."""

from __future__ import annotations

import sqlalchemy as sa
from flask import abort, redirect, request
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from schemas.errors import Refused
from schemas.people import Action, Person, may

from ..access import require
from ..audit import record
from ..forms import Form
from ..languages import gettext as _
from ..languages import local
from ..state import site
from . import attachments as files
from . import papers
from .blueprint import bp
from .common import INVALID
from .desk import office_page
from .desk_frame import BASE, held
from .downloads import download
from .rows import Row, begin_write, subject_of
from .writing import file_problem

#: Papers of one consultation.
MOST = 30


@bp.post(f"{BASE}/<int:consultation_id>/tai-lieu")
def add_paper(consultation_id: int) -> Response | tuple[str, int]:
    """Upload one; it is public once a second person has said so."""
    with site().database.connect() as connection:
        row = held(connection, consultation_id)
    person = require(Action.DRAFT_CONSULTATION, subject_of(row))
    form, upload = Form(request.form), request.files.get("file")
    settings = site().settings
    try:
        if row.answered_at is not None:
            raise Refused("answered")
        if upload is None or not upload.filename:
            raise Refused("file_empty")
        data = upload.stream.read((settings.upload_megabytes << 20) + 1)
        with site().database.begin() as connection:
            begin_write(connection)
            if len(papers.of(connection, row.id)) >= MOST:
                raise Refused("paper_count")
            number = files.keep(connection, settings, row.id, data, upload.filename, None, person.id)
            after = {"paper": number, "size": len(data)}
            record(connection, person, Action.DRAFT_CONSULTATION, subject_of(row), None, after)
    except Refused as refused:
        form.error("file", _problem(refused.code))
        with site().database.connect() as connection:
            return office_page(connection, row, form, form.errors["file"]), INVALID
    return redirect(local(f"{BASE}/{row.id}") + "#tai-lieu", 303)


def _problem(code: str) -> str:
    if code == "paper_count":
        return _("Nhiều nhất %(n)s tài liệu cho một đợt lấy ý kiến", n=MOST)
    if code == "answered":
        return _("Đợt lấy ý kiến này đã đóng")
    return file_problem(code)


def _paper(connection: sa.Connection, consultation_id: int, paper_id: int) -> tuple[Row, Row]:
    row = held(connection, consultation_id)
    found = next((paper for paper in papers.of(connection, row.id) if paper.id == paper_id), None)
    if found is None:
        abort(404)
    return row, found


@bp.get(f"{BASE}/<int:consultation_id>/tai-lieu/<int:paper_id>")
def see_paper(consultation_id: int, paper_id: int) -> Response:
    """For the ministry's own people, as a download."""
    with site().database.connect() as connection:
        row = held(connection, consultation_id)
        require(Action.SEE_COMMENTS, subject_of(row))
        _row, paper = _paper(connection, consultation_id, paper_id)
    return download(paper)


@bp.post(f"{BASE}/<int:consultation_id>/tai-lieu/<int:paper_id>")
def change_paper(consultation_id: int, paper_id: int) -> Response | tuple[str, int]:
    """`viec` cong-bo: make it public, never by who uploaded it; go: take it away."""
    with site().database.connect() as connection:
        row = held(connection, consultation_id)
    form = Form(request.form)
    wanted = form.choice("viec", ("cong-bo", "go"), missing=_("Chọn một việc"))
    publishes = wanted == "cong-bo"
    action = Action.OPEN_CONSULTATION if publishes else Action.DRAFT_CONSULTATION
    person = require(action, subject_of(row, {-1}) if publishes else subject_of(row))
    with site().database.begin() as connection:
        begin_write(connection)
        row, paper = _paper(connection, consultation_id, paper_id)
        if form.ok:
            _settle(connection, person, row, paper, publishes)
    if not form.ok:
        with site().database.connect() as connection:
            return office_page(connection, row, form, form.errors["viec"]), INVALID
    return redirect(local(f"{BASE}/{row.id}") + "#tai-lieu", 303)


def _settle(connection: sa.Connection, person: Person, row: Row, paper: Row, publishes: bool) -> None:
    subject = subject_of(row, {paper.uploaded_by or -1})
    if publishes and not may(person, Action.OPEN_CONSULTATION, subject):
        raise Forbidden
    state = "clean" if publishes else "refused"
    if paper.state == state or (publishes and paper.state != "quarantined"):
        return  # somebody was quicker
    files.settle(connection, paper.id, state, paper.verdict)
    action = Action.OPEN_CONSULTATION if publishes else Action.DRAFT_CONSULTATION
    before, after = {"paper": paper.id, "is": paper.state}, {"paper": paper.id, "is": state}
    record(connection, person, action, subject, before, after)
