"""Rows of plans: what is public is everybody's; drafts are their ministry's; two persons decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from schemas.people import Grant, Role
from tests.webapp.matrix import EVERYONE, OWN, Ask, Row, World, anywhere, over
from tests.webapp.plans.people import content
from webapp.plans import store
from webapp.working_days import vietnam

_DESK = "/quan-tri/phuong-an"
_OFFICERS, _APPROVERS = over(Role.OFFICER), over(Role.APPROVER)
_WORKERS = _OFFICERS | _APPROVERS
_STAFF = anywhere(Role.OFFICER, Role.APPROVER, Role.MODERATOR)
_SIGNED_IN_STRANGERS = {p: 404 for p in EVERYONE - _WORKERS if p in _STAFF}


def plan(world: World, steps: str = "") -> store.Written:
    """A new plan: a complete draft ("d"), submitted ("s"), public ("p") and taken to a state."""
    writer, second = world.writers(2, Grant(Role.OFFICER, OWN), Grant(Role.APPROVER, OWN))
    with world.database.begin() as connection:
        written = store.create(connection, writer, OWN, content())
        if steps:
            written = store.submit_draft(connection, writer, written.plan_id, written.revision)
        if steps not in ("", "submitted-draft"):
            written = store.publish(connection, second, written.plan_id, written.revision)
        path = {"public": [], "consulting": ["consulting"]}.get(
            steps, ["consulting", "answering", "submitted"] if steps == "submitted" else []
        )
        for state in path:
            written = store.move(connection, writer, written.plan_id, state, written.revision, vietnam())
    return written


def ask(steps: str, more: str = "", **data: object) -> Callable[[World, str], Ask]:
    def made(world: World, _persona: str) -> Ask:
        written = plan(world, steps)
        return Ask(f"{_DESK}/{written.number}{more}", {"revision": written.revision, **data})

    return made


def public(ending: str) -> Callable[[World, str], Ask]:
    def made(world: World, _persona: str) -> Ask:
        return Ask(ending.format(plan(world, "public").number))

    return made


def _row(
    rule: str,
    allowed: frozenset[str],
    steps: str,
    more: str = "",
    method: str = "POST",
    *,
    status: int | None = 303,
    state: str = "",
    refused: Mapping[str, int] = {},
    **data: object,
) -> Row:
    return Row(
        f"{_DESK}/<number>{rule}", allowed, ask(steps, more or rule, **data), method, status, refused, state
    )


_ITEM = {"action": "abolish", "title": "Một quy định", "reason": "Vì thế"}
_PUBLIC = {
    "/phuong-an": "/phuong-an",
    "/phuong-an.atom": "/phuong-an.atom",
    "/phuong-an.csv": "/phuong-an.csv",
    "/phuong-an.xlsx": "/phuong-an.xlsx",
    "/phuong-an/tien-do": "/phuong-an/tien-do",
    "/phuong-an/tien-do.csv": "/phuong-an/tien-do.csv",
    "/api/v1/plans": "/api/v1/plans",
    "/api/v1/plans/progress": "/api/v1/plans/progress",
}

ROWS = [
    *(Row(rule, EVERYONE, path) for rule, path in _PUBLIC.items()),
    Row("/phuong-an/<number>", EVERYONE, public("/phuong-an/{}"), state="public"),
    Row("/phuong-an/<number>.xlsx", EVERYONE, public("/phuong-an/{}.xlsx"), state="public"),
    Row("/api/v1/plans/<number>", EVERYONE, public("/api/v1/plans/{}"), state="public"),
    # A draft is nobody's business on the public side, not even its writers'.
    *(
        Row(
            rule,
            EVERYONE,
            lambda world, _persona, path=path: Ask(path.format(plan(world, "submitted-draft").number)),
            status=404,
            state="draft",
        )
        for rule, path in (
            ("/phuong-an/<number>", "/phuong-an/{}"),
            ("/phuong-an/<number>.xlsx", "/phuong-an/{}.xlsx"),
            ("/api/v1/plans/<number>", "/api/v1/plans/{}"),
        )
    ),
    Row(_DESK, _STAFF, _DESK),
    Row(f"{_DESK}/moi", anywhere(Role.OFFICER), f"{_DESK}/moi"),
    Row(
        f"{_DESK}/moi",
        _OFFICERS,
        lambda _world, _persona: Ask(f"{_DESK}/moi", {"ministry": OWN, "title": "Một phương án"}),
        "POST",
        303,
        {"officer@other": 422},
    ),
    Row(f"{_DESK}/mau.xlsx", anywhere(Role.OFFICER), f"{_DESK}/mau.xlsx"),
    Row(f"{_DESK}/nhap", anywhere(Role.OFFICER), f"{_DESK}/nhap"),
    Row(
        f"{_DESK}/nhap",
        anywhere(Role.OFFICER),
        lambda _world, _persona: Ask(f"{_DESK}/nhap", {"ministry": OWN}),
        "POST",
        422,  # no file: the form again
    ),
    _row("", _WORKERS, "", method="GET", status=200, state="draft", refused=_SIGNED_IN_STRANGERS),
    _row("", _WORKERS, "public", method="GET", status=200, state="public"),
    _row("/soan", _OFFICERS, "", method="GET", status=200, state="draft", refused=_SIGNED_IN_STRANGERS),
    _row("/soan", _OFFICERS, "public", method="GET", status=200, state="public"),
    _row("/soan", _OFFICERS, "consulting", method="GET", status=409, state="consulting"),
    _row("/soan", _OFFICERS, "", state="draft", title="Tên mới", refused=_SIGNED_IN_STRANGERS),
    _row("/soan", _OFFICERS, "public", state="public", title="Tên mới"),
    *(
        Row(
            f"{_DESK}/<number>/soan/noi-dung/<int:n>",
            _OFFICERS,
            ask(steps, "/soan/noi-dung/1", **_ITEM),
            method,
            200 if method == "GET" else 303,
            _SIGNED_IN_STRANGERS if not steps else {},
            steps or "draft",
        )
        for method in ("GET", "POST")
        for steps in ("", "public")
    ),
    Row(
        f"{_DESK}/<number>/soan/noi-dung/<int:n>/bo",
        _OFFICERS,
        ask("public", "/soan/noi-dung/1/bo"),
        "POST",
        303,
        {},
        "public",
    ),
    _row("/gui", _OFFICERS, "", state="draft", refused=_SIGNED_IN_STRANGERS),
    _row("/cong-bo", _APPROVERS, "submitted-draft", state="draft", refused=_SIGNED_IN_STRANGERS),
    _row("/tra-lai", _WORKERS, "submitted-draft", state="draft", refused=_SIGNED_IN_STRANGERS, ly_do="Thiếu"),
    _row("/buoc", _APPROVERS, "submitted", state="submitted", buoc="approved", van_ban="12/QĐ-MẪU"),
    _row("/buoc", _OFFICERS, "public", state="planned", buoc="consulting"),
]
