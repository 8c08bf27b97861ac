"""Commenting: the form on a page of its own, what was typed kept, a preview, and one comment however often
it is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import current_app, g, redirect, render_template, request
from werkzeug.wrappers import Response

from schemas.consultations import Stage
from schemas.errors import Refused
from schemas.text.differences import Segment, compare
from schemas.text.paths import label

from .. import cookies, limits
from ..access import current_person
from ..formats import moment, paragraphs
from ..forms import Form
from ..languages import gettext as _
from ..languages import local
from ..limits import Limit
from ..mail import outbox as mail
from ..pages import Crumb, Frame
from ..state import site
from . import attachments as files
from . import challenge, comments, words
from . import queries as read
from .blueprint import bp
from .comments import Letter, Sent
from .forms import read_letter, typed_fields
from .rows import Row, clock, stage_of
from .views import page_url, public, unit_title

#: Comments of one visitor that are published without anybody looking; more wait for a moderator.
TRUSTED = Limit("comments-trusted", 30, 3600)
#: And from here on the visitor is asked to wait; what was typed stays.
MOST = Limit("comments-most", 300, 3600)
UPLOADS = Limit("uploads", 60, 3600)
INVALID, LATE, TOO_MANY = 422, 409, 429


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


@dataclass(frozen=True, slots=True)
class LatePage:
    frame: Frame
    message: str
    texts: tuple[tuple[str, str], ...]
    back: str


def visit() -> str:
    """The random name of this browser; the form sets it together with its token."""
    return cookies.read(request, cookies.VISIT) or str(g.get("new_visit", ""))


def secret() -> str:
    return str(current_app.secret_key)


def visitor() -> str:
    return limits.network(request.remote_addr)


def _path() -> str:
    return (request.values.get("dieu") or "")[:200]


# ---------------------------------------------------------------- the form


@bp.get("/tham-van/<int:consultation_id>/gop-y")
def comment_form(consultation_id: int) -> str | Response | tuple[str, int]:
    """The form for the whole draft or one clause, with what this browser has typed before."""
    with site().database.connect() as connection:
        row = public(connection, consultation_id)
        draft = comments.find_draft(connection, visit(), row.id, _path())
        typed = dict(draft.typed) if draft else _known_sender()
        form = Form()
        form.values.update({str(k): str(v) for k, v in typed.items()})
        if not _receiving(connection, row):
            return _late(row, form.values), LATE
        kept = _("Điều bạn gõ lần trước vẫn còn đây.") if draft else ""
        return _form_page(connection, row, form, kept, draft.submission if draft else "")


@bp.post("/tham-van/<int:consultation_id>/gop-y")
def write_comment(consultation_id: int) -> str | Response | tuple[str, int]:
    """Keep what was typed; on to the preview, or back with what is missing."""
    path = _path()
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
        if not _receiving(connection, row):
            return _late(row, form.values), LATE
        if letter is None or problem:
            return _form_page(connection, row, form, "", submission), INVALID
    if request.form.get("viec") == "tep":
        return redirect(page_url(f"/tham-van/{row.id}/gop-y", 1, dieu=path) + "#file", 303)
    return redirect(page_url(f"/tham-van/{row.id}/gop-y/xem-truoc", 1, dieu=path), 303)


@bp.post("/tham-van/<int:consultation_id>/gop-y/bo-tep")
def drop_file(consultation_id: int) -> Response:
    """Take an uploaded file off again."""
    number = request.form.get("tep", "")
    with site().database.begin() as connection:
        row = public(connection, consultation_id)
        draft = comments.find_draft(connection, visit(), row.id, _path())
        if draft and number.isascii() and number.isdigit() and len(number) < 16:
            files.drop(connection, draft.submission, int(number))
    return redirect(page_url(f"/tham-van/{row.id}/gop-y", 1, dieu=_path()), 303)


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
        "file_count": _("Nhiều nhất %(n)s tệp cho một góp ý", n=files.MOST),
        "file_empty": _("Tệp rỗng"),
    }[code]


def _known_sender() -> dict[str, str]:
    person = current_person()
    return {"name": person.name, "sender": "individual"} if person else {}


def _receiving(connection: sa.Connection, row: Row) -> bool:
    return stage_of(row, clock(connection)) in (Stage.OPEN, Stage.CLOSING_SOON)


def _form_page(connection: sa.Connection, row: Row, form: Form, notice: str, submission: str) -> str:
    path = _path()
    version = read.versions(connection, row.id)[0]
    seen = form.values.get("version") or request.values.get("version", "")
    if seen.isdigit():
        version = next((v for v in read.versions(connection, row.id) if str(v.number) == seen), version)
    rows = read.provisions(connection, version.id)
    clause = next((p for p in rows if p.path == path), None)
    article = path.split("/")[0]
    inside = [p for p in rows if p.path == article or p.path.startswith(article + "/")] if clause else []
    page = CommentPage(
        frame=_frame(row, _("Góp ý: %(title)s", title=row.title)),
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
        until=moment(row.closes_at),
        notice=notice,
        action=local(f"/tham-van/{row.id}/gop-y"),
        upload_url=local(f"/tham-van/{row.id}/gop-y/bo-tep"),
        back=local(f"/tham-van/{row.id}") + (f"#{article}" if article else ""),
        megabytes=site().settings.upload_megabytes,
    )
    return render_template("consultations/comment.html", page=page)


def _frame(row: Row, title: str) -> Frame:
    crumbs = (
        Crumb(_("Trang chủ"), local("/")),
        Crumb(_("Tham vấn"), local("/tham-van")),
        Crumb(row.title, local(f"/tham-van/{row.id}")),
    )
    return Frame(title, active="consultations", crumbs=crumbs, sample=row.sample, robots="noindex")


# ---------------------------------------------------------------- the preview


@bp.get("/tham-van/<int:consultation_id>/gop-y/xem-truoc")
def preview(consultation_id: int) -> str | Response | tuple[str, int]:
    """What will be public and what will not, before anything is sent."""
    return _preview(consultation_id, Form(), "")


def _preview(consultation_id: int, form: Form, notice: str) -> str | Response | tuple[str, int]:
    path = _path()
    with site().database.connect() as connection:
        row = public(connection, consultation_id)
        draft = comments.find_draft(connection, visit(), row.id, path)
        if draft is None:
            return redirect(page_url(f"/tham-van/{row.id}/gop-y", 1, dieu=path), 303)
        questions = read.questions(connection, row.id)
        checked, letter = read_letter(draft.typed, questions, path or None)
        if not _receiving(connection, row):
            return _late(row, checked.values), LATE
        if letter is None:
            return _form_page(connection, row, checked, "", draft.submission), INVALID
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
        frame=_frame(row, _("Xem lại trước khi gửi")),
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


# ---------------------------------------------------------------- sending


@bp.post("/tham-van/<int:consultation_id>/gop-y/gui")
def send_comment(consultation_id: int) -> str | Response | tuple[str, int]:
    """Send what the preview showed. The time it counts from is the one at which it arrived here."""
    part = site()
    submission, path = request.form.get("ban", "")[:100], _path()
    with part.database.connect() as connection:
        received_at = clock(connection)
        row = public(connection, consultation_id)
        draft = comments.find_draft(connection, visit(), row.id, path)
        earlier = None
        if submission and (draft is None or draft.submission != submission):
            earlier = comments.by_submission(connection, submission)
        questions = read.questions(connection, row.id)
    if earlier is not None and earlier.consultation_id == row.id:
        return _to_tracking(earlier.tracking, comments.secret_of(secret(), submission))
    if draft is None or draft.submission != submission:
        return redirect(page_url(f"/tham-van/{row.id}/gop-y", 1, dieu=path), 303)
    form = Form(request.form)
    form.checked("consent", missing=_("Cần bạn đồng ý thì cổng mới được công khai góp ý"))
    digest = challenge.body_hash(draft.submission, draft.typed)
    if request.form.get("bam", "") != digest:
        form.values["consent"] = ""
        changed = _("Góp ý đã đổi ở một thẻ khác của trình duyệt. Xem lại bản mới rồi gửi.")
        return _again(consultation_id, form, changed)
    _checked, letter = read_letter(draft.typed, questions, path or None)
    if not form.ok or letter is None:
        return _again(consultation_id, form, "")
    often = limits.take(part.database, secret(), TRUSTED, visitor()) > 0
    if often and limits.take(part.database, secret(), MOST, visitor()):
        told = _(
            "Từ mạng của bạn đã gửi quá nhiều góp ý trong một giờ. Góp ý này vẫn được giữ ở đây; gửi lại sau."
        )
        return _again(consultation_id, form, told, TOO_MANY)
    proof = challenge.solved(secret(), f"comment:{row.id}", digest, request.form.get("altcha", "")[:4000])
    try:
        with part.database.begin() as connection:
            sent = comments.send(
                connection,
                secret(),
                row.id,
                submission,
                letter,
                received_at,
                consent_text(letter),
                person=current_person(),
                proof_id=proof,
                suspicious=often,
                sample=False,
            )
            if sent.confirm and not sent.repeated:
                _post_letter(connection, letter, sent)
    except Refused as refused:
        if refused.code not in ("late", "not_open"):
            raise
        return _late(row, {str(k): str(v) for k, v in draft.typed.items()}), LATE
    return _to_tracking(sent.tracking, sent.secret)


def _again(
    consultation_id: int, form: Form, notice: str, status: int = INVALID
) -> str | Response | tuple[str, int]:
    answer = _preview(consultation_id, form, notice)
    return (answer, status) if isinstance(answer, str) else answer


def _to_tracking(tracking: str, code: str) -> Response:
    return redirect(local(f"/tham-van/gop-y/{tracking}/{code}"), 303)


def _post_letter(connection: sa.Connection, letter: Letter, sent: Sent) -> None:
    base = site().settings.base_url or request.host_url.rstrip("/")
    text = render_template(
        "mail/comment_received.txt",
        tracking=sent.tracking,
        confirm=base + local(f"/tham-van/xac-nhan/{sent.confirm}"),
        follow=base + local(f"/tham-van/gop-y/{sent.tracking}/{sent.secret}"),
    )
    subject, _blank, body = text.partition("\n")
    mail.post(connection, letter.email, subject, body.lstrip("\n"), kind="comment")


def _late(row: Row, values: Mapping[str, str]) -> str:
    names = {"body": _("Góp ý"), "replacement": _("Lời văn đề xuất")}
    texts = tuple((names[name], values[name]) for name in names if values.get(name))
    page = LatePage(
        frame=_frame(row, _("Dự thảo này không nhận góp ý lúc này")),
        message=_(
            "Hạn góp ý là %(time)s. Điều bạn đã gõ vẫn còn dưới đây để chép lại.", time=moment(row.closes_at)
        )
        if texts
        else _("Nhận góp ý từ %(start)s đến %(end)s.", start=moment(row.opens_at), end=moment(row.closes_at)),
        texts=texts,
        back=local(f"/tham-van/{row.id}"),
    )
    return render_template("consultations/late.html", page=page)
