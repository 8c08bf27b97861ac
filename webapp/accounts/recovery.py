"""A forgotten password: a link by e-mail, good for an hour, then a new one. All sessions end."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..forms import Form
from ..languages import local
from ..state import site
from . import passwords, sessions, store, tokens
from .blueprint import bp
from .common import (
    INVALID,
    LETTER_ADDRESS,
    LINK_VISITOR,
    address_for_letter,
    limited,
    link,
    notify,
    settings,
    visitor,
    write_letter,
)
from .pages import FormPage, account_frame
from .registration import dead_link, letter_sent


@bp.get("/quen-mat-khau")
def forgotten_form() -> str:
    return _ask(Form())


@bp.post("/quen-mat-khau")
def forgotten() -> Response | tuple[str, int]:
    """Send a link, if there is such an account; the answer and the work are the same if not."""
    form = Form(request.form)
    email, refused = address_for_letter(form)
    if refused:
        return _ask(form), refused
    silent = bool(limited((LETTER_ADDRESS, email)))
    with site().database.begin() as connection:
        account = store.by_email(connection, email, samples=settings().demo)
        void = silent or account is None
        code = tokens.issue(connection, "void" if void else "reset", email, account.id if account else None)
        url = link(f"/tai-khoan/dat-lai-mat-khau?ma={code}")
        number = account.id if account else None
        write_letter(connection, "reset", email, account_id=number, void=void, values={"url": url})
    return redirect(local("/tai-khoan/quen-mat-khau/da-gui"), 303)


@bp.get("/quen-mat-khau/da-gui")
def reset_sent() -> str:
    """The same for everybody."""
    told = _(
        "Nếu địa chỉ này có tài khoản, cổng vừa gửi tới đó đường dẫn đặt mật khẩu mới, dùng trong 1 giờ."
    )
    return letter_sent(told, "/tai-khoan/quen-mat-khau")


@bp.get("/dat-lai-mat-khau")
def reset_form() -> str | tuple[str, int]:
    code = request.args.get("ma", "")
    with site().database.connect() as connection:
        token = tokens.look(connection, "reset", code)
    return _choose(Form(), code) if token else dead_link(_again())


@bp.post("/dat-lai-mat-khau")
def reset() -> Response | tuple[str, int]:
    """Store the new password; every session of the account and every other link end."""
    code = request.form.get("ma", "")
    if limited((LINK_VISITOR, visitor())):
        return dead_link(_again())
    with site().database.connect() as connection:
        token = tokens.look(connection, "reset", code)
    if token is None or token.account_id is None:
        return dead_link(_again())
    form = Form(request.form)
    password = form.secret("password", missing=_("Chọn một mật khẩu"))
    if password and (fault := passwords.fault(password, token.email)):
        form.error("password", fault)
    if not form.ok:
        return _choose(form, code), INVALID
    hashed = passwords.hash_password(password)
    with site().database.begin() as connection:
        account = store.by_id(connection, token.account_id)
        if account is None or tokens.use(connection, "reset", code) is None:
            return dead_link(_again())
        person = store.person(connection, account)
        store.set_password(connection, person, hashed, "reset")
        sessions.end_all(connection, account.id)
        tokens.cancel(connection, account.id)
        notify(connection, person, "password_changed", url=link("/tai-khoan/quen-mat-khau"))
    return redirect(local("/tai-khoan/dang-nhap?xong=mat-khau"), 303)


def _again() -> tuple[str, str]:
    return (_("Gửi đường dẫn mới"), local("/tai-khoan/quen-mat-khau"))


def _ask(form: Form) -> str:
    page = FormPage(account_frame(_("Quên mật khẩu")), form, local("/tai-khoan/quen-mat-khau"))
    return render_template("accounts/forgotten.html", page=page)


def _choose(form: Form, code: str) -> str:
    page = FormPage(account_frame(_("Đặt mật khẩu mới")), form, local("/tai-khoan/dat-lai-mat-khau"), code)
    return render_template("accounts/reset.html", page=page)
