"""Signing on with another service over OpenID Connect: code flow with state, nonce and PKCE, by Authlib.

A person there is an account here by the issuer's own `sub`, never by e-mail: whoever holds an account already
signs in with its password first and links the service then. State, nonce and the PKCE verifier wait in a
signed cookie of this browser until the service sends it back.
"""

from __future__ import annotations

import logging
import time
from typing import Any, cast

import requests
import sqlalchemy as sa
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Flask, abort, current_app, redirect, render_template, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_babel import gettext as _
from joserfc.errors import JoseError
from werkzeug.wrappers import Response

from .. import cookies
from ..access import current_person, local_path
from ..forms import Form, email_address, tidy
from ..languages import language, local
from ..state import site
from . import store
from .blueprint import bp
from .common import INVALID, settings, start_session
from .pages import FormPage, MessagePage, account_frame
from .registration import LONGEST_NAME

log = logging.getLogger(__name__)
BACK = "/tai-khoan/dang-nhap-dich-vu/tro-lai"
#: How long somebody new may take over name and consent.
PENDING_SECONDS = 1800
TIMEOUT_SECONDS = 10
FAILURES = (AuthlibBaseError, JoseError, requests.RequestException, ValueError, KeyError, RuntimeError)


class SessionCookie(SecureCookieSessionInterface):
    """Flask's signed cookie, Secure by the same rule as ours. Only signing on uses it."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return cookies.is_secure(request)


def initialise(app: Flask) -> None:
    """Make the service known, if one is set; its metadata is read at the first use."""
    app.session_interface = SessionCookie()
    app.config.update(
        SESSION_COOKIE_NAME="quydinh-sign-on", SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax"
    )
    own = app.extensions["quydinh"].settings
    if own.oidc_issuer:
        app.extensions["quydinh-sign-on"] = OAuth(app).register(
            "service",
            client_id=own.oidc_client_id,
            client_secret=own.oidc_client_secret,
            server_metadata_url=own.oidc_issuer.rstrip("/") + "/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid email profile",
                "code_challenge_method": "S256",
                "default_timeout": TIMEOUT_SECONDS,
            },
        )


@bp.get("/dang-nhap-dich-vu")
def start() -> Response | tuple[str, int]:
    """Lead to the service. Who is signed in already links it to their account."""
    service = _service()
    person = current_person()
    session.clear()
    session["target"] = local(local_path(request.args.get("tiep", ""), "/tai-khoan"))
    session["link"] = person.id if person else 0
    back = (settings().base_url or request.host_url.rstrip("/")) + BACK
    try:
        return cast(Response, service.authorize_redirect(back))
    except FAILURES as error:
        return _failed(error)


@bp.get("/dang-nhap-dich-vu/tro-lai")
def back() -> Response | tuple[str, int]:
    """The service sends the browser back with a code: whose is it?"""
    service = _service()
    target, link = session.get("target", local("/tai-khoan")), session.get("link", 0)
    try:
        claims = service.authorize_access_token()["userinfo"]
        issuer, subject = str(claims["iss"]), str(claims["sub"])
        if issuer.rstrip("/") != settings().oidc_issuer.rstrip("/") or not subject:
            raise ValueError("the token is of another issuer")
    except FAILURES as error:
        session.clear()
        return _failed(error)
    session.clear()
    if link:
        return _link(link, issuer, subject)
    with site().database.connect() as connection:
        account = store.by_identity(connection, issuer, subject)
    if account is None:
        return _newcomer(claims, issuer, subject, target)
    if account.disabled_at is not None or (account.sample and not settings().demo):
        return _told(_("Tài khoản đã bị khóa"), (_("Liên hệ người quản trị cổng để biết lý do."),), 403)
    with site().database.begin() as connection:
        return start_session(connection, redirect(target, 303), account, "oidc")


@bp.get("/dang-nhap-dich-vu/tiep")
def newcomer_form() -> str | Response:
    """First time here: a name to show, and consent."""
    pending = _pending()
    if pending is None:
        return redirect(local("/tai-khoan/dang-nhap"), 303)
    form = Form()
    form.values["name"] = pending["name"]
    return _newcomer_page(form)


@bp.post("/dang-nhap-dich-vu/tiep")
def newcomer() -> Response | tuple[str, int]:
    """Create the account of somebody the service vouches for."""
    pending = _pending()
    if pending is None:
        return redirect(local("/tai-khoan/dang-nhap"), 303)
    form = Form(request.form)
    name = form.text("name", longest=LONGEST_NAME, shortest=2, missing=_("Nhập họ và tên"))
    form.checked("consent", missing=_("Cần bạn đồng ý thì cổng mới được lưu tên và e-mail"))
    if not form.ok:
        return _newcomer_page(form), INVALID
    try:
        with site().database.begin() as connection:
            email = pending["email"] or None
            number = store.create(connection, email=email, name=name, password_hash=None, language=language())
            account = store.by_id(connection, number)
            assert account is not None
            person = store.person(connection, account)
            store.link_identity(connection, person, pending["issuer"], pending["subject"])
            response = start_session(connection, redirect(pending["target"], 303), account, "oidc")
    except sa.exc.IntegrityError:  # sent twice, or the address was registered meanwhile
        session.clear()
        return redirect(local("/tai-khoan/dang-nhap"), 303)
    session.clear()
    return response


def _service() -> Any:
    """Authlib's client of the service; 404 where none is set."""
    if "quydinh-sign-on" not in current_app.extensions:
        abort(404)
    return current_app.extensions["quydinh-sign-on"]


def _link(account_id: int, issuer: str, subject: str) -> Response:
    person = current_person()
    if person is None or person.id != account_id:
        return redirect(local("/tai-khoan/dang-nhap"), 303)
    try:
        with site().database.begin() as connection:
            store.link_identity(connection, person, issuer, subject)
    except sa.exc.IntegrityError:
        return redirect(local("/tai-khoan?xong=da-lien-ket"), 303)
    return redirect(local("/tai-khoan?xong=lien-ket"), 303)


def _newcomer(claims: Any, issuer: str, subject: str, target: str) -> Response | tuple[str, int]:
    """Somebody the portal has not seen. An address that has an account here is never taken over."""
    email = email_address(str(claims.get("email") or "")) if claims.get("email_verified") is True else None
    if email:
        with site().database.connect() as connection:
            known = store.by_email(connection, email, samples=True)
        if known:
            told = (
                _("Địa chỉ e-mail của bạn ở dịch vụ này đã có tài khoản trên cổng."),
                _("Đăng nhập bằng mật khẩu của tài khoản đó, rồi thêm cách đăng nhập này ở trang Tài khoản."),
            )
            return _told(_("Bạn đã có tài khoản"), told, 409)
    session["pending"] = {
        "issuer": issuer,
        "subject": subject,
        "email": email or "",
        "name": tidy(str(claims.get("name") or ""))[:LONGEST_NAME],
        "target": target,
        "until": int(time.time()) + PENDING_SECONDS,
    }
    return redirect(local("/tai-khoan/dang-nhap-dich-vu/tiep"), 303)


def _pending() -> dict[str, str] | None:
    pending = session.get("pending")
    return pending if pending and pending["until"] > time.time() else None


def _newcomer_page(form: Form) -> str:
    page = FormPage(
        account_frame(_("Lần đầu bạn vào cổng")),
        form,
        local("/tai-khoan/dang-nhap-dich-vu/tiep"),
        service=settings().oidc_name,
    )
    return render_template("accounts/newcomer.html", page=page)


def _failed(error: Exception) -> tuple[str, int]:
    """The person said no there, took too long, or the service is in trouble."""
    log.warning("signing on failed: %s: %s", type(error).__name__, error)
    told = (
        _(
            "Đăng nhập qua %(name)s không thành: bạn dừng giữa chừng, để quá lâu, hoặc dịch vụ trục trặc.",
            name=settings().oidc_name,
        ),
        _("Thử lại, hoặc đăng nhập bằng e-mail và mật khẩu."),
    )
    trouble = isinstance(error, requests.RequestException)
    return _told(_("Chưa đăng nhập được"), told, 502 if trouble else 400)


def _told(title: str, paragraphs: tuple[str, ...], status: int) -> tuple[str, int]:
    links = ((_("Tới trang đăng nhập"), local("/tai-khoan/dang-nhap")),)
    return render_template(
        "accounts/message.html", page=MessagePage(account_frame(title), paragraphs, links)
    ), status
