"""Accounts and their roles: a national administrator grants anywhere, a ministry's only there, nobody to
themselves."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import abort, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from schemas.calendar import today
from schemas.people import NATIONAL, Action, Grant, Person, Role, may

from ..access import allowed, require
from ..accounts import roles, store
from ..accounts.common import link, notify
from ..accounts.store import subject_of
from ..audit import aware, now
from ..formats import date, number
from ..forms import Form, tidy
from ..languages import local
from ..role_names import grant_name, ministry_names, role_names, scope_name
from ..state import site
from . import queries as read
from .blueprint import bp
from .home import places
from .pages import GrantLine, HomePage, PeoplePage, PersonLine, PersonPage, frame
from .waiting import waiting

INVALID = 422
LAST_PAGE = 10_000
NOTICES = {
    "giao": lambda: _("Đã giao vai trò."),
    "rut": lambda: _("Đã rút vai trò; người này mất quyền ngay."),
    "co-roi": lambda: _("Người này đã có vai trò đó."),
    "khoa": lambda: _("Đã khóa tài khoản; mọi phiên đăng nhập của nó đã kết thúc."),
    "mo": lambda: _("Đã mở lại tài khoản."),
}


@bp.get("")
def home() -> str:
    """Where to go: everybody with a role finds what that role may open."""
    opens = Action.OPEN_ADMINISTRATION if allowed(Action.OPEN_ADMINISTRATION) else Action.OPEN_DESK
    person = require(opens)
    with site().database.connect() as connection:
        known = waiting(connection, person, today(now()))
    links = tuple((text, url, note, known.get(url)) for text, url, note in places(person))
    return render_template(
        "administration/home.html", page=HomePage(frame(_("Bàn làm việc"), inside=False), links)
    )


@bp.get("/nguoi")
def people() -> str:
    """Accounts, by name. A ministry's administrator sees who has a role there, and finds others only by
    their whole address: citizens' addresses are not for browsing."""
    actor = require(Action.SEE_PEOPLE)
    form = Form(request.args)
    text = form.text("q", longest=100)[:100]
    names = {"any": _("có vai trò"), **{role.value: name for role, name in role_names().items()}}
    role = form.choice("vai_tro", names)
    page_text = tidy(request.args.get("trang", "1"))
    current = int(page_text) if page_text.isascii() and page_text.isdigit() and len(page_text) < 6 else 1
    current = min(max(current, 1), LAST_PAGE)
    with site().database.connect() as connection:
        rows, total = read.people(connection, text, role, current, actor.ministries(Role.ADMINISTRATOR))
        ministries = ministry_names(connection)

    def turn(to: int) -> str:
        pairs = [("q", text), ("vai_tro", role), ("trang", str(to))]
        return local("/quan-tri/nguoi?" + urlencode([pair for pair in pairs if pair[1]]))

    page = PeoplePage(
        frame=frame(_("Người dùng và vai trò")),
        form=form,
        roles=tuple(names.items()),
        people=tuple(_line(row, ministries, text) for row in rows),
        total=ngettext("%(n)s người", "%(n)s người", total, n=number(total)),
        previous=turn(current - 1) if current > 1 else "",
        following=turn(current + 1) if current * read.PAGE < total else "",
    )
    return render_template("administration/people.html", page=page)


@bp.get("/nguoi/<int:account_id>")
def person(account_id: int) -> str:
    """One account: its roles, granting more, closing it."""
    actor = _reached(account_id)
    return _person_page(actor, account_id, Form())


@bp.post("/nguoi/<int:account_id>/giao")
def grant(account_id: int) -> Response | tuple[str, int]:
    """Give a role."""
    actor = _reached(account_id)
    with site().database.connect() as connection:
        ministries = ministry_names(connection)
    form = Form(request.form)
    role = form.choice("role", [one.value for one in Role], missing=_("Chọn một vai trò"))
    scope = form.choice("scope", ["*", *ministries], missing=_("Chọn phạm vi"))
    if not form.ok:
        return _person_page(actor, account_id, form), INVALID
    wanted = Grant(Role(role), NATIONAL if scope == "*" else scope)
    require(Action.GRANT_ROLE, subject_of(account_id, wanted.ministry))
    with site().database.begin() as connection:
        account = store.by_id(connection, account_id)
        if account is None:
            abort(404)
        new = roles.grant(connection, actor, account_id, wanted)
        if new:
            told = grant_name(wanted, ministries)
            notify(
                connection,
                store.person(connection, account),
                "role_granted",
                role=told,
                url=link("/tai-khoan"),
            )
    return _back(account_id, "giao" if new else "co-roi")


@bp.post("/nguoi/<int:account_id>/rut/<int:grant_id>")
def withdraw(account_id: int, grant_id: int) -> Response:
    """Take a role back."""
    actor = _reached(account_id)
    with site().database.begin() as connection:
        one = next((held for held in roles.held(connection, account_id) if held.id == grant_id), None)
        if one is None:
            abort(404)
        require(Action.WITHDRAW_ROLE, subject_of(account_id, one.grant.ministry))
        roles.withdraw(connection, actor, one)
    return _back(account_id, "rut")


@bp.post("/nguoi/<int:account_id>/khoa")
def disable(account_id: int) -> Response:
    """Close an account, or open it again."""
    actor = require(Action.DISABLE_ACCOUNT, subject_of(account_id))
    closed = request.form.get("khoa") == "1"
    with site().database.begin() as connection:
        if store.by_id(connection, account_id) is None:
            abort(404)
        roles.set_disabled(connection, actor, account_id, closed)
    return _back(account_id, "khoa" if closed else "mo")


def _reached(account_id: int) -> Person:
    """The administrator, if they may look at this account: of their ministries, or known by address."""
    actor = require(Action.SEE_PEOPLE)
    here = actor.ministries(Role.ADMINISTRATOR)
    if here is not None:
        with site().database.connect() as connection:
            row = read.person(connection, account_id)
        known = request.values.get("e_mail", "").lower()
        if row is None or not (any(one.ministry in here for one in row.grants) or row.email == known != ""):
            abort(404)
    return actor


def _back(account_id: int, done: str) -> Response:
    pairs = [("xong", done), ("e_mail", request.form.get("e_mail", ""))]
    return redirect(local(f"/quan-tri/nguoi/{account_id}?" + urlencode([p for p in pairs if p[1]])), 303)


def _person_page(actor: Person, account_id: int, form: Form) -> str:
    with site().database.connect() as connection:
        row = read.person(connection, account_id)
        if row is None:
            abort(404)
        held = roles.held(connection, account_id)
        names = ministry_names(connection)

    def may_grant(ministry: str, action: Action = Action.GRANT_ROLE) -> bool:
        return may(actor, action, subject_of(account_id, ministry))

    scopes = [("*", scope_name(NATIONAL, names))] if may_grant(NATIONAL) else []
    scopes += [(code, name) for code, name in names.items() if may_grant(code)]
    page = PersonPage(
        frame=frame(row.name),
        person=_line(row, names),
        grants=tuple(
            GrantLine(
                one.id, grant_name(one.grant, names), may_grant(one.grant.ministry, Action.WITHDRAW_ROLE)
            )
            for one in held
        ),
        form=form,
        roles=tuple((role.value, name) for role, name in role_names().items()),
        scopes=tuple(scopes),
        may_disable=may(actor, Action.DISABLE_ACCOUNT, subject_of(account_id)),
        oneself=actor.id == account_id,
        notice=NOTICES.get(request.args.get("xong", ""), lambda: "")(),
        known_by=request.values.get("e_mail", ""),
        trail_url=local(f"/quan-tri/nhat-ky?doi_tuong=account&ma={account_id}"),
    )
    return render_template("administration/person.html", page=page)


def _line(row: read.PersonRow, names: dict[str, str], found_by: str = "") -> PersonLine:
    known = f"?{urlencode({'e_mail': row.email})}" if row.email and found_by.lower() == row.email else ""
    return PersonLine(
        id=row.id,
        name=row.name,
        email=row.email,
        url=local(f"/quan-tri/nguoi/{row.id}{known}"),
        roles=tuple(grant_name(grant, names) for grant in row.grants),
        disabled=row.disabled,
        sample=row.sample,
        since=date(aware(row.created_at)),
    )
