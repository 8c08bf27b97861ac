"""What will be public and what will not, before anything is sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask import redirect, render_template
from werkzeug.wrappers import Response

from schemas.text.differences import Segment, compare
from schemas.text.paths import label

from ..formats import paragraphs
from ..forms import Form
from ..languages import gettext as _
from ..pages import Frame
from ..state import site
from . import attachments as files
from . import challenge, comments, words
from . import queries as read
from .blueprint import bp
from .comments import Letter
from .common import (
    INVALID,
    LATE,
    asked_path,
    page_url,
    public,
    secret,
    visit,
)
from .forms import read_letter
from .rows import Row
from .writing import form_page, late, page_frame, receiving


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """/tham-van/{id}/gop-y/xem-truoc."""

    frame: Frame
    form: Form
    title: str
    about: str
    letter: Letter
    stance: str
    body: tuple[str, ...]
    diff: tuple[Segment, ...]
    answers: tuple[tuple[str, str], ...]
    public: tuple[tuple[str, str], ...]
    private: tuple[tuple[str, str], ...]
    files: tuple[str, ...]
    submission: str
    hash: str
    challenge: str
    consent: str
    action: str
    edit: str
    notice: str


@bp.get("/tham-van/<int:consultation_id>/gop-y/xem-truoc")
def preview(consultation_id: int) -> str | Response | tuple[str, int]:
    """What will be public and what will not, before anything is sent."""
    return preview_again(consultation_id, Form(), "")


def preview_again(consultation_id: int, form: Form, notice: str) -> str | Response | tuple[str, int]:
    path = asked_path()
    with site().database.connect() as connection:
        row = public(connection, consultation_id)
        draft = comments.find_draft(connection, visit(), row.id, path)
        if draft is None:
            return redirect(page_url(f"/tham-van/{row.id}/gop-y", 1, dieu=path), 303)
        questions = read.questions(connection, row.id)
        checked, letter = read_letter(draft.typed, questions, path or None)
        if not receiving(connection, row):
            return late(row, checked.values), LATE
        if letter is None:
            return form_page(connection, row, checked, "", draft.submission), INVALID
        page = _preview_page(connection, row, draft, letter, questions, form, notice)
    return render_template("consultations/preview.html", page=page)


def _preview_page(
    connection: sa.Connection,
    row: Row,
    draft: Row,
    letter: Letter,
    questions: Sequence[Row],
    form: Form,
    notice: str,
) -> PreviewPage:
    version = read.versions(connection, row.id)[0]
    rows = read.provisions(connection, version.id)
    clause = next((p for p in rows if p.path == letter.path), None)
    digest = challenge.body_hash(draft.submission, draft.typed)
    made = challenge.issue(secret(), f"comment:{row.id}", digest, site().settings.proof_cost)
    shown, hidden = _people(letter)
    return PreviewPage(
        frame=page_frame(row, _("Xem lại trước khi gửi")),
        form=form,
        title=row.title,
        about=label(letter.path) if letter.path and clause else _("cả dự thảo"),
        letter=letter,
        stance=words.stance_name(letter.stance),
        body=paragraphs(letter.body),
        diff=compare(clause.text, letter.replacement) if clause and letter.replacement else (),
        answers=_answers(letter, questions),
        public=shown,
        private=hidden,
        files=tuple(f.name for f in files.of_submission(connection, draft.submission)),
        submission=draft.submission,
        hash=digest,
        challenge=json.dumps(made),
        consent=consent_text(letter),
        action=page_url(f"/tham-van/{row.id}/gop-y/gui", 1, dieu=letter.path or ""),
        edit=page_url(f"/tham-van/{row.id}/gop-y", 1, dieu=letter.path or ""),
        notice=notice,
    )


def _answers(letter: Letter, questions: Sequence[Row]) -> tuple[tuple[str, str], ...]:
    lines = []
    for question in questions:
        if question.id in letter.answers:
            choice, text = letter.answers[question.id]
            chosen = question.choices[choice] if choice is not None else ""
            lines.append((question.text, " – ".join(filter(None, (chosen, text)))))
    return tuple(lines)


def _people(letter: Letter) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """Fields of the sender that will be public, and those that will not."""
    fields = (
        ("name", _("Tên"), letter.name),
        ("organisation", _("Tổ chức"), letter.organisation),
        ("place", _("Nơi ở hoặc nơi kinh doanh"), letter.place),
        ("email", _("E-mail"), letter.email),
        ("phone", _("Điện thoại"), letter.phone),
    )
    shown = tuple((name, value) for key, name, value in fields if value and key in letter.shows)
    hidden = tuple((name, value) for key, name, value in fields if value and key not in letter.shows)
    return shown, hidden


def consent_text(letter: Letter) -> str:
    """The words a sender agrees to; they are kept with the comment."""
    if letter.name or letter.organisation or letter.email or letter.phone or letter.place:
        return _(
            "Tôi đồng ý để cổng công khai góp ý này cùng những thông tin nêu ở mục “Sẽ công khai”, và để "
            "cơ quan soạn thảo giữ những thông tin ở mục “Chỉ cơ quan soạn thảo thấy” để xử lý góp ý. "
            "Tôi có thể rút lại bất cứ lúc nào."
        )
    return _("Tôi đồng ý để cổng công khai góp ý này. Tôi có thể rút lại bất cứ lúc nào.")
