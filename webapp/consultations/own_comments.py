"""What somebody with an account has sent, on their account page: a copy, taking a comment back, and deleting
who sent it (Law 91/2025/QH15 on personal data: access, withdrawing consent, deletion)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import abort, redirect, render_template, request
from werkzeug.wrappers import Response

from schemas import consultation_tables as c
from schemas.consultations import CommentState, Step, after
from schemas.errors import Refused
from schemas.people import Person, Subject

from ..access import require_person
from ..accounts import personal
from ..audit import aware, record
from ..formats import moment
from ..forms import Form
from ..languages import gettext as _
from ..languages import local
from ..pages import Crumb, Frame
from ..paging import page_number
from ..receipts import erasure
from ..state import site
from . import comments, words
from .blueprint import bp
from .common import INVALID, page_url, secret
from .rows import Row, begin_write, consultation, outbox

OWN = "/tai-khoan/gop-y"
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class OwnComment:
    id: int
    tracking: str
    title: str
    follow_url: str
    received: str
    state: str
    first: str
    known: tuple[str, ...]  # what is kept of the sender
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class OwnCommentsPage:
    """/tai-khoan/gop-y."""

    frame: Frame
    form: Form
    total: int
    rows: tuple[OwnComment, ...]
    previous: str
    following: str


@bp.get(OWN)
def own_comments() -> str:
    """Comments sent while signed in, newest first."""
    return _page(require_person(), Form())


def _page(person: Person, form: Form) -> str:
    page, t = page_number(), c.comments
    mine = t.c.account_id == person.id
    query = (
        sa.select(t, c.consultations.c.title)
        .join(c.consultations, c.consultations.c.id == t.c.consultation_id)
        .where(mine)
        .order_by(t.c.id.desc())
    )
    with site().database.connect() as connection:
        total = connection.scalar(sa.select(sa.func.count()).select_from(t).where(mine)) or 0
        found = connection.execute(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
        ids = [row.id for row in found]
        people = connection.execute(sa.select(c.comment_people).where(c.comment_people.c.comment_id.in_(ids)))
        kept = {row.comment_id: row for row in people}
    crumbs = (Crumb(_("Trang chủ"), local("/")), Crumb(_("Tài khoản của bạn"), local("/tai-khoan")))
    view = OwnCommentsPage(
        frame=Frame(_("Góp ý bạn đã gửi"), active="account", crumbs=crumbs, robots="noindex"),
        form=form,
        total=total,
        rows=tuple(_row(row, kept.get(row.id)) for row in found),
        previous=page_url(OWN, page - 1) if page > 1 else "",
        following=page_url(OWN, page + 1) if total > page * PER_PAGE else "",
    )
    return render_template("consultations/own_comments.html", page=view)


def _row(row: Row, sender: Row | None) -> OwnComment:
    names = (("name", _("tên")), ("organisation", _("tổ chức")), ("email", _("e-mail")),
             ("phone", _("điện thoại")), ("place", _("nơi ở hoặc nơi kinh doanh")))  # fmt: skip
    code = comments.secret_of(secret(), row.submission)
    return OwnComment(
        id=row.id,
        tracking=row.tracking,
        title=row.title,
        follow_url=local(f"/tham-van/gop-y/{row.tracking}/{code}"),
        received=moment(row.received_at),
        state=words.state_name(CommentState(row.state)),
        first=words.first_words(row),
        known=tuple(name for key, name in names if sender is not None and getattr(sender, key)),
        may_withdraw=after(Step.WITHDRAW, CommentState(row.state)) is not None,
    )


@bp.post(f"{OWN}/<int:comment_id>")
def change_own_comment(comment_id: int) -> Response | tuple[str, int]:
    """`viec` rut: take it back; quen: keep the comment, forget who sent it."""
    person = require_person()
    form = Form(request.form)
    wanted = form.choice("viec", ("rut", "quen"), missing=_("Chọn một việc"))
    with site().database.begin() as connection:
        begin_write(connection)
        t = c.comments.c
        mine = sa.and_(t.id == comment_id, t.account_id == person.id)
        row = connection.execute(sa.select(c.comments).where(mine)).one_or_none()
        if row is None:
            abort(404)
        if form.ok and wanted == "rut":
            try:
                comments.withdraw(connection, row, person)
            except Refused as refused:
                form.error("viec", words.refusal(refused.code))
        elif form.ok:
            forget_sender(connection, row)
    if not form.ok:
        return _page(person, form), INVALID
    return redirect(local(OWN), 303)


# ---------------------------------------------------------------- data


def forget_sender(connection: sa.Connection, row: Row) -> None:
    """Delete who sent a comment. Its words stay, as those of somebody unnamed.

    Deleted as the receipt log expects it: noted there, and nothing changed of what the receipt covers (that
    includes whether an individual or an organisation wrote).
    """
    erasure.forget_person(connection, row.id, "sender")
    nobody = {"account_id": None, "confirm_hash": None}
    connection.execute(sa.update(c.comments).where(c.comments.c.id == row.id).values(**nobody))
    outbox(connection, "comment", row.id)
    held = consultation(connection, row.consultation_id)
    record(connection, None, "sender_forgotten", Subject("comment", str(row.id), held.ministry_code))


def export(connection: sa.Connection, account_id: int) -> dict[str, Any]:
    """All comments of an account, with what is kept of their sender, answers to questions and files."""
    t = c.comments
    found = connection.execute(sa.select(t).where(t.c.account_id == account_id).order_by(t.c.id)).all()
    return {"comments": [_copy(connection, row) for row in found]}


_COPIED = ("tracking", "consultation_id", "state", "sender", "stance", "body", "replacement", "verification")
_PERSON = ("name", "organisation", "email", "phone", "place", "consent_text")


def _copy(connection: sa.Connection, row: Row) -> dict[str, Any]:
    people, files = c.comment_people, c.attachments.c
    sender = connection.execute(sa.select(people).where(people.c.comment_id == row.id)).one_or_none()
    own = sa.select(files.name, files.media_type, files.size, files.sha256, files.state)
    given = c.comment_answers.c
    answers = sa.select(given.question_id, given.choice, given.text).where(given.comment_id == row.id)
    return {
        **{name: getattr(row, name) for name in _COPIED},
        "received_at": aware(row.received_at).isoformat(),
        "sender_data": {
            **{name: getattr(sender, name) for name in _PERSON},
            "consented_at": aware(sender.consented_at).isoformat(),
        }
        if sender is not None
        else None,
        "answers": [dict(one._mapping) for one in connection.execute(answers)],
        "files": [dict(f._mapping) for f in connection.execute(own.where(files.comment_id == row.id))],
    }


def erase(connection: sa.Connection, account_id: int) -> None:
    """With the account goes who sent its comments; those that were public stay, without a name."""
    t = c.comments
    for row in connection.execute(sa.select(t).where(t.c.account_id == account_id)).all():
        forget_sender(connection, row)


personal.EXPORTS.append(export)
personal.ERASURES.append(erase)
