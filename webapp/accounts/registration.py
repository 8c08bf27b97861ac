"""A new account: an e-mail address, a link sent to it, then a name and a password.

Nothing is stored but the link until it is opened, so nobody can register somebody else's address, and the
answer to a known and to an unknown address is the same, after the same work.
"""

from __future__ import annotations

import sqlalchemy as sa
from flask import redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..forms import Form
from ..languages import language, local
from ..state import site
from . import passwords, store, tokens
from .blueprint import bp
from .common import (
    INVALID,
    LETTER_ADDRESS,
    LINK_VISITOR,
    address_for_letter,
    limited,
    link,
    settings,
    start_session,
    visitor,
    write_letter,
)
from .pages import FormPage, MessagePage, account_frame

LONGEST_NAME = 120
DEAD = 410


@bp.get("/dang-ky")
def register_form() -> str:
    return _first(Form())


@bp.post("/dang-ky")
def register() -> Response | tuple[str, int]:
    """Send the link. Somebody who has an account gets a letter that says so."""
    form = Form(request.form)
    email, refused = address_for_letter(form)
    if refused:
        return _first(form), refused
    silent = bool(limited((LETTER_ADDRESS, email)))
    with site().database.begin() as connection:
        known = store.by_email(connection, email, samples=True) is not None
        code = tokens.issue(connection, "void" if known or silent else "register", email)
        template = "already_registered" if known else "register"
        url = link("/tai-khoan/quen-mat-khau" if known else f"/tai-khoan/dang-ky/tiep?ma={code}")
        write_letter(connection, template, email, void=silent, values={"url": url})
    return redirect(local("/tai-khoan/dang-ky/da-gui"), 303)


@bp.get("/dang-ky/da-gui")
def registration_sent() -> str:
    """The same for everybody."""
    told = _("Mở thư vừa gửi tới địa chỉ của bạn và bấm vào đường dẫn trong thư, dùng được trong 2 ngày.")
    return letter_sent(told, "/tai-khoan/dang-ky")


def letter_sent(told: str, again: str) -> str:
    """What to do with a letter that was just sent; `again` is the path that sends another."""
    lines = (told, _("Không thấy thư sau vài phút: xem hộp thư rác, hoặc kiểm tra địa chỉ đã gõ."))
    links = [(_("Gửi lại"), local(again))]
    if settings().demo:
        links.append((_("Mở hộp thư của cổng mẫu"), local("/tai-khoan/hop-thu")))
    page = MessagePage(account_frame(_("Kiểm tra hộp thư")), lines, tuple(links))
    return render_template("accounts/message.html", page=page)


@bp.get("/dang-ky/tiep")
def finish_form() -> str | tuple[str, int]:
    """The second step. Opening it uses nothing up: mail programs look at links."""
    code = request.args.get("ma", "")
    with site().database.connect() as connection:
        token = tokens.look(connection, "register", code)
    return _second(Form(), code, token.email) if token else dead_link(_again())


@bp.post("/dang-ky/tiep")
def finish() -> Response | tuple[str, int]:
    """Use the link up, create the account, sign in."""
    code = request.form.get("ma", "")
    if limited((LINK_VISITOR, visitor())):
        return dead_link(_again())
    with site().database.connect() as connection:
        token = tokens.look(connection, "register", code)
    if token is None:
        return dead_link(_again())
    form = Form(request.form)
    name = form.text("name", longest=LONGEST_NAME, shortest=2, missing=_("Nhập họ và tên"))
    password = form.secret("password", missing=_("Chọn một mật khẩu"))
    form.checked("consent", missing=_("Cần bạn đồng ý thì cổng mới được lưu tên và e-mail"))
    if password and (fault := passwords.fault(password, token.email)):
        form.error("password", fault)
    if not form.ok:
        return _second(form, code, token.email), INVALID
    hashed = passwords.hash_password(password)
    response = redirect(local("/tai-khoan?xong=moi"), 303)
    try:
        with site().database.begin() as connection:
            if tokens.use(connection, "register", code) is None:
                return dead_link(_again())
            number = store.create(
                connection, email=token.email, name=name, password_hash=hashed, language=language()
            )
            account = store.by_id(connection, number)
            assert account is not None
            return start_session(connection, response, account, "password")
    except sa.exc.IntegrityError:  # the address has got an account since: the other link won
        return dead_link(_again())


def dead_link(again: tuple[str, str]) -> tuple[str, int]:
    """A link that is unknown, used or expired: what to do now."""
    told = (_("Đường dẫn này đã dùng rồi, đã hết hạn, hoặc bị cắt mất một phần khi sao chép."),)
    page = MessagePage(account_frame(_("Đường dẫn không còn dùng được")), told, (again,))
    return render_template("accounts/message.html", page=page), DEAD


def _again() -> tuple[str, str]:
    return (_("Gửi đường dẫn mới"), local("/tai-khoan/dang-ky"))


def _first(form: Form) -> str:
    page = FormPage(account_frame(_("Tạo tài khoản")), form, local("/tai-khoan/dang-ky"))
    return render_template("accounts/register.html", page=page)


def _second(form: Form, code: str, email: str) -> str:
    form.values["email"] = email
    page = FormPage(
        account_frame(_("Tạo tài khoản: tên và mật khẩu")), form, local("/tai-khoan/dang-ky/tiep"), code
    )
    return render_template("accounts/finish.html", page=page)
