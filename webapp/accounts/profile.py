"""/tai-khoan: name, address, roles; changing them and the password."""

from __future__ import annotations

from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from schemas.people import Action, Person

from ..access import allowed, current_session, require_person
from ..audit import now
from ..formats import date
from ..forms import Form
from ..languages import local
from ..role_names import grant_name, ministry_names
from ..state import site
from . import passwords, sessions, store, tokens
from .blueprint import bp
from .common import (
    INVALID,
    LETTER_ADDRESS,
    LETTER_VISITOR,
    LINK_VISITOR,
    PASSWORD_ACCOUNT,
    TOO_MANY,
    limited,
    link,
    notify,
    settings,
    too_many,
    visitor,
    write_letter,
)
from .pages import FormPage, IdentityLine, OverviewPage, account_frame
from .registration import LONGEST_NAME, dead_link

NOTICES = {
    "moi": lambda: _("Tài khoản đã sẵn sàng."),
    "ten": lambda: _("Đã đổi tên."),
    "mat-khau": lambda: _("Đã đổi mật khẩu. Các phiên đăng nhập khác đã kết thúc."),
    "thu": lambda: _("Đã gửi thư tới địa chỉ mới. Địa chỉ đổi khi bạn mở đường dẫn trong thư đó."),
    "e-mail": lambda: _("Đã đổi địa chỉ e-mail."),
    "lien-ket": lambda: _("Đã thêm cách đăng nhập này vào tài khoản."),
    "bo-lien-ket": lambda: _("Đã bỏ cách đăng nhập này."),
    "da-lien-ket": lambda: _("Cách đăng nhập này đã thuộc về một tài khoản khác."),
}


@bp.get("")
def overview() -> str:
    """Who I am here, and what I may do."""
    person = require_person()
    with site().database.connect() as connection:
        linked = store.identities_of(connection, person.id)
        names = ministry_names(connection)
    page = OverviewPage(
        frame=account_frame(_("Tài khoản của bạn")),
        name=person.name,
        email=person.email,
        roles=tuple(grant_name(grant, names) for grant in person.grants),
        identities=tuple(
            IdentityLine(row.id, service_name(row.issuer), date(row.created_at)) for row in linked
        ),
        service=settings().oidc_name if settings().oidc_issuer else "",
        notice=NOTICES.get(request.args.get("xong", ""), lambda: "")(),
        sample=person.sample,
        works=allowed(Action.OPEN_ADMINISTRATION) or allowed(Action.OPEN_DESK),
        mailbox=settings().demo,
    )
    return render_template("accounts/overview.html", page=page)


def service_name(issuer: str) -> str:
    """How people know a sign-on service."""
    return settings().oidc_name if issuer == settings().oidc_issuer else urlsplit(issuer).netloc


@bp.get("/ten")
def name_form() -> str:
    person = require_person()
    form = Form()
    form.values["name"] = person.name
    return _name_page(form)


@bp.post("/ten")
def change_name() -> Response | tuple[str, int]:
    person = require_person()
    form = Form(request.form)
    name = form.text("name", longest=LONGEST_NAME, shortest=2, missing=_("Nhập họ và tên"))
    if not form.ok:
        return _name_page(form), INVALID
    with site().database.begin() as connection:
        store.set_name(connection, person, name)
    return redirect(local("/tai-khoan?xong=ten"), 303)


@bp.get("/e-mail")
def email_form() -> str:
    return _email_page(Form(), require_person())


@bp.post("/e-mail")
def change_email() -> Response | tuple[str, int]:
    """Send a link to the new address and tell the old one. The answer hides whether it is taken."""
    person = require_person()
    form = Form(request.form)
    email = form.email("email", missing=_("Nhập địa chỉ e-mail mới"))
    status = check_password(form, person)
    if not form.ok:
        return _email_page(form, person), status
    seconds = limited((LETTER_VISITOR, visitor()), (LETTER_ADDRESS, email))
    if seconds:
        too_many(form, "email", seconds)
        return _email_page(form, person), TOO_MANY
    with site().database.begin() as connection:
        taken = store.by_email(connection, email, samples=True) is not None
        code = tokens.issue(connection, "void" if taken else "change", email, person.id)
        url = link(f"/tai-khoan/e-mail/xac-nhan?ma={code}")
        write_letter(connection, "change_email", email, account_id=person.id, void=taken, values={"url": url})
        notify(connection, person, "email_changing", url=link("/tai-khoan/quen-mat-khau"))
    return redirect(local("/tai-khoan?xong=thu"), 303)


@bp.get("/e-mail/xac-nhan")
def confirm_email_form() -> str | tuple[str, int]:
    person = require_person()
    code = request.args.get("ma", "")
    with site().database.connect() as connection:
        token = tokens.look(connection, "change", code)
    if token is None or token.account_id != person.id:
        return dead_link((_("Đổi địa chỉ e-mail"), local("/tai-khoan/e-mail")))
    form = Form()
    form.values["email"] = token.email
    action = local("/tai-khoan/e-mail/xac-nhan")
    page = FormPage(account_frame(_("Xác nhận địa chỉ e-mail"), inside=True), form, action, code)
    return render_template("accounts/confirm_email.html", page=page)


@bp.post("/e-mail/xac-nhan")
def confirm_email() -> Response | tuple[str, int]:
    person = require_person()
    again = (_("Đổi địa chỉ e-mail"), local("/tai-khoan/e-mail"))
    code = request.form.get("ma", "")
    if limited((LINK_VISITOR, visitor())):
        return dead_link(again)
    try:
        with site().database.begin() as connection:
            token = tokens.look(connection, "change", code)
            if token is None or token.account_id != person.id or not tokens.use(connection, "change", code):
                return dead_link(again)
            store.set_email(connection, person, token.email)
            tokens.cancel(connection, person.id)
    except sa.exc.IntegrityError:  # somebody registered the address in the meantime
        return dead_link(again)
    return redirect(local("/tai-khoan?xong=e-mail"), 303)


@bp.get("/mat-khau")
def password_form() -> str:
    return _password_page(Form(), require_person())


@bp.post("/mat-khau")
def change_password() -> Response | tuple[str, int]:
    """The old password, the new one; every other session ends."""
    person = require_person()
    form = Form(request.form)
    status = check_password(form, person)
    new = form.secret("new", missing=_("Chọn một mật khẩu mới"))
    if new and (fault := passwords.fault(new, person.email)):
        form.error("new", fault)
    if not form.ok:
        return _password_page(form, person), status
    hashed = passwords.hash_password(new)
    session = current_session()
    with site().database.begin() as connection:
        store.set_password(connection, person, hashed, "changed")
        sessions.end_all(connection, person.id, keep=session.id if session else None)
        tokens.cancel(connection, person.id)
        notify(connection, person, "password_changed", url=link("/tai-khoan/quen-mat-khau"))
    return redirect(local("/tai-khoan?xong=mat-khau"), 303)


@bp.post("/lien-ket/<int:identity_id>/bo")
def unlink(identity_id: int) -> Response | tuple[str, int]:
    """Take a sign-on service away, unless it is the only way in."""
    person = require_person()
    with site().database.begin() as connection:
        account = store.by_id(connection, person.id)
        others = len(store.identities_of(connection, person.id)) > 1
        if account and (account.password_hash or others):
            store.unlink_identity(connection, person, identity_id)
            return redirect(local("/tai-khoan?xong=bo-lien-ket"), 303)
    return redirect(local("/tai-khoan/mat-khau"), 303)


def check_password(form: Form, person: Person) -> int:
    """Ask for the own password again before something grave; gives the status of a refusal.

    Somebody who signs on elsewhere has none: they may, within minutes of signing on.
    """
    with site().database.connect() as connection:
        account = store.by_id(connection, person.id)
    if account is None or account.password_hash is None:
        if not signed_in_lately():
            form.error("password", _("Đăng xuất, đăng nhập lại rồi làm việc này trong vòng 15 phút"))
        return INVALID
    password = form.secret("password", missing=_("Nhập mật khẩu hiện nay"))
    if not password:
        return INVALID
    seconds = limited((PASSWORD_ACCOUNT, str(person.id)))
    if seconds:
        too_many(form, "password", seconds)
        return TOO_MANY
    if not passwords.verify(password, account.password_hash):
        form.error("password", _("Mật khẩu hiện nay chưa đúng"))
    return INVALID


def signed_in_lately() -> bool:
    """Was this session opened in the last quarter of an hour?"""
    session = current_session()
    return bool(session and (now() - session.created_at).total_seconds() < 900)


def has_password(person: Person) -> bool:
    with site().database.connect() as connection:
        account = store.by_id(connection, person.id)
    return bool(account and account.password_hash)


def _name_page(form: Form) -> str:
    page = FormPage(account_frame(_("Đổi tên"), inside=True), form, local("/tai-khoan/ten"))
    return render_template("accounts/name.html", page=page)


def _email_page(form: Form, person: Person) -> str:
    form.values.setdefault("now", person.email)
    page = FormPage(
        account_frame(_("Đổi địa chỉ e-mail"), inside=True),
        form,
        local("/tai-khoan/e-mail"),
        has_password=has_password(person),
    )
    return render_template("accounts/email.html", page=page)


def _password_page(form: Form, person: Person) -> str:
    page = FormPage(
        account_frame(_("Đổi mật khẩu"), inside=True),
        form,
        local("/tai-khoan/mat-khau"),
        has_password=has_password(person),
    )
    return render_template("accounts/password.html", page=page)
