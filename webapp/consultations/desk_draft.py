"""The draft of a consultation: typed or taken from a DOCX, shown as it was read, kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from schemas.errors import Conflict, Refused
from schemas.people import Action
from schemas.text.paths import label

from ..access import require
from ..forms import Form
from ..languages import gettext as _
from ..languages import local
from ..pages import Crumb, Frame
from ..state import site
from . import importing, store, words
from . import queries as read
from .blueprint import bp
from .common import INVALID
from .desk_frame import BASE, CONFLICT, frame, held, revision
from .rows import Row, subject_of
from .writing import file_problem


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
