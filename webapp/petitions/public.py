"""What everybody sees: figures that add up, petitions with their published answers, sending one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from flask import abort, redirect, render_template, request
from werkzeug.wrappers import Response

from schemas.calendar import today
from schemas.errors import Refused
from schemas.petitions import LONGEST_BODY, LONGEST_TITLE, PUBLIC, State

from .. import limits
from ..access import current_person
from ..audit import aware, now
from ..consultations.common import secret, visitor
from ..consultations.writing import file_problem
from ..cookies import new_token
from ..downloads import csv_response
from ..feeds import Entry, atom
from ..formats import date, moment, number, paragraphs
from ..forms import Form, tidy
from ..languages import gettext as _
from ..languages import local, ngettext
from ..lawtext import Part
from ..limits import Limit
from ..paging import page_number
from ..queries import petitions as read
from ..queries import regulations as regulations_read
from ..role_names import ministry_names
from ..state import site
from ..working_days import vietnam
from . import files, letters, store, words
from .blueprint import INVALID, TOO_MANY, bp
from .pages import (
    HistoryLine,
    ListPage,
    OnePage,
    PetitionRow,
    SendPage,
    figure_rows,
    file_hint,
    petition_frame,
)
from .similar import similar
from .store import Petition

Row = Any
#: Petitions of one network in an hour.
MOST = Limit("petitions", 20, 3600)
LAST_PAGE = 1000
FEED, MOST_DOWNLOADED = 50, 1000
FIELDS = ("title", "body", "regulation", "ministry", "name", "address", "phone", "email")


def petition_row(row: Row, url: str, day: dt.date) -> PetitionRow:
    """A petition as lists show it."""
    due, late = words.due_text(row.state, row.due_on, day, vietnam())
    supplied = _("người gửi đã bổ sung") if row.state == State.AWAITING and row.supplied_at else ""
    where = " · ".join(filter(None, (row.ministry or _("Chưa có cơ quan"), date(row.received_at), supplied)))
    tracking = row.tracking if "/quan-tri/" in url else ""
    badge = words.state_badge(row.state)
    return PetitionRow(row.title, url, tracking, where, badge, due, late, row.sample)


@bp.get("/phan-anh")
def all_petitions() -> str:
    """Figures, and petitions whose answers are public."""
    page, day = page_number(), today(now())
    with site().database.connect() as connection:
        found = read.figures(connection)
        rows, total = read.public(connection, offset=(page - 1) * read.PAGE)
    shown = ListPage(
        frame=petition_frame(_("Phản ánh, kiến nghị"), inside=False, sample=any(r.sample for r in rows)),
        figures=figure_rows(found),
        rows=tuple(petition_row(row, local(f"/phan-anh/{row.id}"), day) for row in rows),
        total=ngettext("%(n)s kết quả đã công khai", "%(n)s kết quả đã công khai", total, n=number(total)),
        previous=local(f"/phan-anh?trang={page - 1}") if page > 1 else "",
        following=local(f"/phan-anh?trang={page + 1}") if page * read.PAGE < total else "",
        send_url=local("/phan-anh/gui"),
        track_url=local("/phan-anh/theo-doi"),
        feed_url=local("/phan-anh.atom"),
        csv_url=local("/phan-anh.csv"),
    )
    return render_template("petitions/list.html", page=shown)


@bp.get("/phan-anh.atom", endpoint="feed")
def feed() -> Response:
    """Petitions whose answers are public as an Atom feed, newest first."""
    with site().database.connect() as connection:
        rows, _total = read.public(connection, limit=FEED)
    entries = [
        Entry(row.title, local(f"/phan-anh/{row.id}"), row.answer[:500], aware(row.published_at).date())
        for row in rows
    ]
    return atom(_("Phản ánh, kiến nghị"), local("/phan-anh"), entries)


@bp.get("/phan-anh.csv", endpoint="csv")
def csv_list() -> Response:
    """The same as CSV, one petition a row; nothing of its sender."""
    root = request.host_url.rstrip("/")
    with site().database.connect() as connection:
        rows, _total = read.public(connection, limit=MOST_DOWNLOADED)

    def lines() -> Iterator[Sequence[object]]:
        yield (
            _("Tiêu đề"), _("Quy định"), _("Cơ quan"), _("Nhận lúc"), _("Kết quả xử lý"), _("Trả lời"),
            _("Công khai kết quả"), _("Địa chỉ"),
        )  # fmt: skip
        for row in rows:
            yield (
                row.title, row.regulation, row.ministry or "", today(aware(row.received_at)),
                words.outcome_name(row.outcome) if row.outcome else "", row.answer,
                today(aware(row.published_at)), root + local(f"/phan-anh/{row.id}"),
            )  # fmt: skip

    return csv_response("phan-anh", lines())


def history_lines(rows: list[Row]) -> tuple[HistoryLine, ...]:
    """What was done, newest first."""
    return tuple(
        HistoryLine(moment(h.recorded_at), words.step_name(h.step), h.ministry or "", h.note)
        for h in reversed(rows)
    )


def facts_of(row: Row) -> tuple[tuple[str, str], ...]:
    """What stands beside a petition; the regulation it is about is a link of its own (`regulation_of`)."""
    facts = (
        (_("Cơ quan đang xử lý"), row.ministry or _("Văn phòng Chính phủ, sẽ chuyển cơ quan có thẩm quyền")),
        (_("Nhận lúc"), moment(row.received_at)),
        (_("Hạn"), date(row.due_on)),
        (_("Lý do không tiếp nhận"), words.reason_name(row.refuse_reason) if row.refuse_reason else ""),
        (_("Người gửi đánh giá"), f"{row.satisfaction}/5" if row.satisfaction else ""),
    )
    return tuple((name, value) for name, value in facts if value)


def regulation_of(row: Row) -> Part | None:
    """The regulation a petition is about, with its page where the portal has it."""
    if not row.regulation:
        return None
    name = f"{row.regulation} {row.regulation_name}" if row.regulation_name else row.regulation
    return Part(name, local(f"/quy-dinh/{quote(row.regulation)}") if row.regulation_name else "")


@bp.get("/phan-anh/<int:petition_id>")
def one_petition(petition_id: int) -> str:
    """A petition whose result is public: what was said and answered, never by whom."""
    with site().database.connect() as connection:
        row = read.one(connection, petition_id)
        if row is None or State(row.state) not in PUBLIC:
            abort(404)
        history = read.history(connection, row.id)
    page = OnePage(
        frame=petition_frame(row.title, sample=row.sample),
        form=Form(),
        title=row.title,
        tracking="",
        badge=words.state_badge(row.state),
        lead="",
        facts=facts_of(row),
        regulation=regulation_of(row),
        body=paragraphs(row.body),
        answer=paragraphs(row.answer),
        outcome=words.outcome_name(row.outcome) if row.outcome else "",
        # Notes pass between sender and officers; what is public is the answer.
        history=tuple(HistoryLine(h.when, h.what, h.where, "") for h in history_lines(history)),
    )
    return render_template("petitions/one.html", page=page)


# ---------------------------------------------------------------- sending


@bp.get("/phan-anh/gui")
def send_form() -> str:
    """The form; `?quy_dinh=` names the regulation it is about."""
    form = Form()
    code, person = request.args.get("quy_dinh", "")[:60], current_person()
    form.values = {"regulation": code, "name": person.name if person else ""}
    return _form_page(form, new_token())


def _ministries() -> tuple[tuple[str, str], ...]:
    with site().database.connect() as connection:
        return tuple(ministry_names(connection).items())


def _form_page(form: Form, submission: str) -> str:
    page = SendPage(
        frame=petition_frame(_("Gửi phản ánh, kiến nghị"), robots="noindex"),
        form=form,
        action=local("/phan-anh/gui"),
        ministries=_ministries(),
        preview=False,
        similar=(),
        shown=(),
        hidden=(("ban", submission),),
        files=_uploaded(submission),
        file_hint=file_hint(),
    )
    return render_template("petitions/send.html", page=page)


def read_petition(form: Form, ministries: set[str]) -> Petition | None:
    """The petition in the form, or None with its faults marked."""
    title = form.text(
        "title", longest=LONGEST_TITLE, shortest=5, missing=_("Tóm tắt vướng mắc trong một câu")
    )
    body = form.text(
        "body",
        longest=LONGEST_BODY,
        shortest=20,
        lines=True,
        missing=_("Kể rõ vướng mắc và điều bạn đề nghị"),
    )
    regulation = form.text("regulation", longest=60)
    if regulation:
        with site().database.connect() as connection:
            if regulations_read.by_code(connection, regulation) is None:
                form.error("regulation", _("Không có quy định mang mã này; để trống nếu không rõ"))
    ministry = form.choice("ministry", ministries)
    name = form.text("name", longest=200, missing=_("Nhập họ tên người gửi hoặc tên tổ chức"))
    address = form.text("address", longest=300, missing=_("Nhập địa chỉ"))
    phone = form.text("phone", longest=30, missing=_("Nhập số điện thoại"))
    if phone and sum(c.isdigit() for c in phone) < 8:
        form.error("phone", _("Số điện thoại có ít nhất 8 chữ số"))
    email = form.email("email")
    return Petition(title, body, name, address, phone, email, regulation, ministry) if form.ok else None


@bp.post("/phan-anh/gui")
def send_petition() -> str | Response | tuple[str, int]:
    """Show what will be sent and what was answered before; then send it, once."""
    form, names = Form(request.form), dict(_ministries())
    petition = read_petition(form, set(names))
    wanted = request.form.get("viec", "")
    submission = request.form.get("ban", "")[:100]
    new = submission or new_token()
    if wanted != "gui":
        _take_files(form, new)
    if petition is None or not form.ok:
        return _form_page(form, new), INVALID
    if wanted == "sua":
        return _form_page(form, new)
    if wanted != "gui" or not submission:
        return _preview(form, petition, names, new)
    form.checked("consent", missing=_("Cần bạn đồng ý thì cổng mới nhận được"))
    if not form.ok:
        return _preview(form, petition, names, submission), INVALID
    if limits.take(site().database, secret(), MOST, visitor()):
        form.error("consent", _("Từ mạng của bạn đã gửi quá nhiều trong một giờ. Chờ một giờ rồi gửi lại."))
        return _preview(form, petition, names, submission), TOO_MANY
    with site().database.begin() as connection:
        sent = store.send(connection, secret(), submission, petition, consent_text(), vietnam())
        if not sent.repeated:
            letters.tell(connection, sent.petition_id, "send")
    return redirect(local(f"/phan-anh/{sent.tracking}/{sent.secret}"), 303)


def _take_files(form: Form, submission: str) -> None:
    """Keep what was uploaded with the form, take off what was ticked; what is wrong stands at the field."""
    off = [int(n) for n in request.form.getlist("bo") if n.isascii() and n.isdigit() and len(n) < 16]
    if off:
        with site().database.begin() as connection:
            files.drop(connection, submission, off)
    try:
        given = files.uploads()
    except Refused as refused:
        form.error(files.FIELD, file_problem(refused.code))
        return
    for name, data in given:  # one that is refused does not cost the others
        try:
            with site().database.begin() as connection:
                files.keep(connection, site().settings, [(name, data)], submission=submission)
        except Refused as refused:
            form.error(files.FIELD, f"{tidy(name)[:100]}: {file_problem(refused.code)}")


def _uploaded(submission: str) -> tuple[tuple[str, str], ...]:
    with site().database.connect() as connection:
        return tuple((str(file.id), file.name) for file in files.of_submission(connection, submission))


def consent_text() -> str:
    """What a sender agrees to."""
    return _(
        "Tôi đồng ý để cổng và cơ quan xử lý giữ họ tên, địa chỉ, điện thoại, e-mail và tệp gửi kèm của tôi "
        "để xử lý phản ánh này. Khi công khai kết quả, những thông tin đó không được nêu. "
        "Tôi có thể rút khi chưa được chuyển đi."
    )


def _preview(form: Form, petition: Petition, names: dict[str, str], submission: str) -> str:
    with site().database.connect() as connection:
        found = similar(connection, petition)
    uploaded = _uploaded(submission)
    shown = (
        (_("Vướng mắc, trong một câu"), petition.title),
        (_("Nội dung phản ánh"), petition.body),
        (_("Quy định"), petition.regulation),
        (_("Cơ quan"), names.get(petition.ministry, _("Văn phòng Chính phủ chuyển giúp"))),
        (_("Người gửi"), petition.name),
        (_("Địa chỉ"), petition.address),
        (_("Điện thoại"), petition.phone),
        (_("E-mail"), petition.email),
        (_("Tệp kèm"), "\n".join(name for _number, name in uploaded)),
    )
    hidden = tuple((name, form.values.get(name, "")) for name in FIELDS)
    page = SendPage(
        frame=petition_frame(_("Xem lại trước khi gửi"), robots="noindex"),
        form=form,
        action=local("/phan-anh/gui"),
        ministries=(),
        preview=True,
        similar=tuple(petition_row(row, local(f"/phan-anh/{row.id}"), today(now())) for row in found),
        shown=tuple((name, value) for name, value in shown if value),
        hidden=(*hidden, ("ban", submission)),
        files=uploaded,
        file_hint="",
    )
    return render_template("petitions/send.html", page=page, consent=consent_text())
