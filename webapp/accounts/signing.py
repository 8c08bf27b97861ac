"""Signing in with a password, and out.

The answer to a wrong password and to an unknown account is the same, after the same work.
"""

from __future__ import annotations

from flask import redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from .. import audit, cookies
from ..access import current_session, local_path
from ..forms import Form
from ..languages import local
from ..state import site
from . import passwords, samples, sessions, store
from .blueprint import bp
from .common import (
    INVALID,
    LOGIN_ACCOUNT,
    LOGIN_PAIR,
    LOGIN_VISITOR,
    TOO_MANY,
    forget_tries,
    limited,
    settings,
    start_session,
    too_many,
    visitor,
)
from .pages import FormPage, account_frame

HOME = "/tai-khoan"
NOTICES = {
    "mat-khau": lambda: _("Đã đặt mật khẩu mới. Đăng nhập bằng mật khẩu đó."),
    "ra": lambda: _("Bạn đã đăng xuất."),
    "xoa": lambda: _("Tài khoản và dữ liệu cá nhân của bạn đã được xóa."),
    "het-han": lambda: _("Phiên làm việc đã hết hạn. Đăng nhập lại để tiếp tục."),
}


@bp.get("/dang-nhap")
def sign_in_form() -> str | Response:
    """The log-in page; who is signed in already goes on."""
    if current_session():
        return redirect(local(local_path(request.args.get("tiep", ""), HOME)), 303)
    notice = NOTICES.get(request.args.get("xong", ""), lambda: "")()
    return _page(Form(), request.args.get("tiep", ""), notice)


@bp.post("/dang-nhap")
def sign_in() -> Response | tuple[str, int]:
    """Check the password and open a session."""
    form = Form(request.form)
    email = form.email("email", missing=_("Nhập địa chỉ e-mail"))
    password = form.secret("password", missing=_("Nhập mật khẩu"))
    target = request.form.get("tiep", "")
    if not form.ok:
        return _page(form, target), INVALID
    pair = (LOGIN_PAIR, f"{visitor()} {email}")
    seconds = limited(pair, (LOGIN_VISITOR, visitor()), (LOGIN_ACCOUNT, email))
    if seconds:
        too_many(form, "email", seconds)
        return _page(form, target), TOO_MANY
    account = _checked(email, password)
    if account is None:
        form.error("password", _("E-mail hoặc mật khẩu chưa đúng"))
        return _page(form, target), INVALID
    forget_tries(pair)
    response = redirect(local(local_path(target, HOME)), 303)
    with site().database.begin() as connection:
        if account.password_hash and passwords.needs_rehash(account.password_hash):
            store.rehash(connection, account.id, passwords.hash_password(password))
        return start_session(connection, response, account, "password")


@bp.post("/dang-xuat")
def sign_out() -> Response:
    """End this session on the server, too."""
    session = current_session()
    response = redirect(local("/tai-khoan/dang-nhap?xong=ra"), 303)
    if session:
        with site().database.begin() as connection:
            sessions.end(connection, session.person.id, session.id)
            audit.record(connection, session.person, "signed_out", store.subject_of(session.person.id))
    cookies.remove(response, request, cookies.SESSION)
    return response


def _checked(email: str, password: str) -> store.Account | None:
    """The account whose password this is. The hash is computed in any case."""
    with site().database.connect() as connection:
        account = store.by_email(connection, email, samples=settings().demo)
    good = passwords.verify(password, account.password_hash if account else None)
    return account if good else None


def _page(form: Form, target: str, notice: str = "") -> str:
    page = FormPage(
        frame=account_frame(_("Đăng nhập")),
        form=form,
        action=local("/tai-khoan/dang-nhap"),
        target=local_path(target, ""),
        notice=notice,
        service=settings().oidc_name if settings().oidc_issuer else "",
        samples=samples.listed() if settings().demo else (),
        sample_password=samples.PASSWORD if settings().demo else "",
    )
    return render_template("accounts/sign_in.html", page=page)
