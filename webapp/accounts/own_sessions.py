"""Where I am signed in, and ending it."""

from __future__ import annotations

import re

from flask import abort, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from .. import audit
from ..access import current_session, require_person
from ..formats import moment
from ..languages import local
from ..state import site
from . import sessions, store
from .blueprint import bp
from .pages import SessionLine, SessionsPage, account_frame

_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("coc_coc", "Cốc Cốc"), ("Firefox", "Firefox"))
_MORE_BROWSERS = (("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"))
_MORE_SYSTEMS = (("Mac OS X", "macOS"), ("Linux", "Linux"))


@bp.get("/phien")
def own_sessions() -> str:
    """Every live session of mine."""
    person = require_person()
    here = current_session()
    with site().database.connect() as connection:
        rows = sessions.listed(connection, person.id)
    lines = tuple(
        SessionLine(
            id=row.id,
            browser=browser_name(row.browser),
            address=row.address,
            method=_("mật khẩu") if row.method == "password" else _("dịch vụ đăng nhập"),
            since=moment(row.created_at),
            seen=moment(row.seen_at),
            current=here is not None and row.id == here.id,
        )
        for row in rows
    )
    notice = _("Đã kết thúc.") if request.args.get("xong") else ""
    page = SessionsPage(account_frame(_("Nơi đang đăng nhập"), inside=True), lines, notice)
    return render_template("accounts/sessions.html", page=page)


@bp.post("/phien/<int:session_id>/ket-thuc")
def end_session(session_id: int) -> Response:
    """End one of mine; somebody else's does not exist for me."""
    person = require_person()
    with site().database.begin() as connection:
        if not sessions.end(connection, person.id, session_id):
            abort(404)
        audit.record(connection, person, "session_ended", store.subject_of(person.id))
    return redirect(local("/tai-khoan/phien?xong=1"), 303)


@bp.post("/phien/ket-thuc-khac")
def end_other_sessions() -> Response:
    """End all but this one."""
    person = require_person()
    here = current_session()
    with site().database.begin() as connection:
        count = sessions.end_all(connection, person.id, keep=here.id if here else None)
        audit.record(
            connection, person, "sessions_ended", store.subject_of(person.id), {"count": count}, None
        )
    return redirect(local("/tai-khoan/phien?xong=1"), 303)


def browser_name(text: str) -> str:
    """ "Firefox, Android" from a User-Agent line."""
    browser = next((name for sign, name in (*_BROWSERS, *_MORE_BROWSERS) if re.search(sign, text)), "")
    system = next((name for sign, name in (*_SYSTEMS, *_MORE_SYSTEMS) if sign in text), "")
    return ", ".join(filter(None, (browser, system))) or _("Trình duyệt không rõ")
