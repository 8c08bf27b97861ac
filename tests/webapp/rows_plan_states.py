"""Rows of plans in each of their states: every route of the desk and every move, by everybody.

What is allowed is written down here once more, and not read from the rules it is to check.
"""

# ruff: noqa: E741 -- as the other tables name them

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from schemas.people import Grant, Role
from schemas.plan_states import STATES
from tests.webapp.matrix import EVERYONE, OWN, Ask, Row, World, over
from tests.webapp.plans.people import content
from webapp.plans import store
from webapp.working_days import vietnam

DESK = "/quan-tri/phuong-an"
O, A = over(Role.OFFICER), over(Role.APPROVER)
WORKERS = O | A
#: How a plan gets into a state from `planned`: "!" marks what the approver does.
WAYS = {
    "planned": "",
    "consulting": "consulting",
    "answering": "consulting answering",
    "submitted": "consulting answering submitted",
    "approved": "consulting answering submitted !approved",
    "implementing": "consulting answering submitted !approved implementing",
    "completed": "consulting answering submitted !approved implementing !completed",
    "rejected": "consulting answering submitted !rejected",
    "replaced": "consulting !replaced",
    "expired": "consulting answering submitted !approved !expired",
    "suspended": "consulting answering submitted !approved implementing !suspended",
}
#: state → where to and who may. What is not here is no move.
MOVES = {
    "planned": {"consulting": O, "replaced": A},
    "consulting": {"answering": O, "suspended": A, "replaced": A},
    "answering": {"submitted": O, "consulting": O, "replaced": A},
    "submitted": {"approved": A, "rejected": A, "answering": O},
    "approved": {"implementing": WORKERS, "suspended": A, "replaced": A, "expired": A},
    "implementing": {"completed": A, "suspended": A, "replaced": A, "expired": A},
    "suspended": {"implementing": A, "replaced": A, "expired": A},
}
#: States in which the wording can be written anew.
WRITABLE = ("planned", "answering")
_OVER = dt.date(2020, 12, 31)
_ITEM = {"action": "abolish", "title": "Một quy định", "reason": "Vì thế"}


def plan_in(world: World, state: str) -> store.Written:
    """A plan whose window is over, in this state; written and decided by none of the personas."""
    writer, second = world.writers(2, Grant(Role.OFFICER, OWN), Grant(Role.APPROVER, OWN))
    text = content().model_copy(update={"effective_until": _OVER})
    with world.database.begin() as connection:
        written = store.create(connection, writer, OWN, text)
        written = store.submit_draft(connection, writer, written.plan_id, written.revision)
        written = store.publish(connection, second, written.plan_id, written.revision)
        for step in WAYS[state].split():
            person, target = (second, step[1:]) if step.startswith("!") else (writer, step)
            written = store.move(
                connection, person, written.plan_id, target, written.revision, vietnam(), reason="Vì thế",
                act="12/QĐ-MẪU",
            )  # fmt: skip
    return written


def ask(state: str, more: str, **data: object) -> Callable[[World, str], Ask]:
    def made(world: World, _persona: str) -> Ask:
        written = plan_in(world, state)
        return Ask(f"{DESK}/{written.number}{more}", {"revision": written.revision, **data})

    return made


def row(state: str, rule: str, allowed: frozenset[str], method: str = "POST", *, status: int = 303,
        outcome: str = "", more: str = "", name: str = "", **data: object) -> Row:  # fmt: skip
    asked = ask(state, more or rule, **data)
    label = f"in state {state}{f' to {name}' if name else ''}"
    return Row(f"{DESK}/<number>{rule}", allowed, asked, method, status, state=label, outcome=outcome)


def move(state: str, target: str) -> Row:
    """A move that is none is refused to whoever works on the plan, and leaves it where it is."""
    allowed = MOVES.get(state, {}).get(target)
    elsewhere = state == "suspended" and target in ("consulting", "approved")
    refused = "loi=suspended_elsewhere" if elsewhere else "loi=no_such_move"
    data = {"buoc": target, "ly_do": "Vì thế", "van_ban": "13/QĐ-MẪU"}
    if allowed is None:
        return row(state, "/buoc", WORKERS, outcome=refused, name=target, **data)
    return row(state, "/buoc", allowed, outcome="xong=buoc", name=target, **data)


def routes(state: str) -> list[Row]:
    writable = state in WRITABLE
    item = "/soan/noi-dung/<int:n>"
    first = "/soan/noi-dung/1"
    return [
        row(state, "", WORKERS, "GET", status=200),
        row(state, "/soan", O, "GET", status=200 if writable else 409),
        row(state, "/soan", O, status=303 if writable else 409, title="Tên mới"),
        row(state, item, O, "GET", status=200 if writable else 409, more=first),
        row(state, item, O, status=303 if writable else 409, more=first, **_ITEM),
        row(state, f"{item}/bo", O, status=303 if writable else 409, more=f"{first}/bo"),
        # Nothing was written: there is nothing to submit, to publish or to give back.
        row(state, "/gui", O, outcome="loi=no_draft"),
        row(state, "/cong-bo", WORKERS, outcome="loi=no_draft"),
        row(state, "/tra-lai", WORKERS, outcome="loi=no_draft", ly_do="Thiếu"),
        *(
            Row(rule, EVERYONE, public(state, rule), state=f"in state {state}")
            for rule in ("/phuong-an/<number>", "/phuong-an/<number>.xlsx", "/api/v1/plans/<number>")
        ),
    ]


def public(state: str, rule: str) -> Callable[[World, str], Ask]:
    return lambda world, _persona: Ask(rule.replace("<number>", plan_in(world, state).number))


ROWS = [
    *(one for state in STATES for one in routes(state)),
    *(move(state, target) for state in STATES for target in STATES),
]
