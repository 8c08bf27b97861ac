"""Rows of petitions in each of their states: every step of the desk and of the sender, by everybody.

What may be done is written down here once more, and not read from the rules it is to check.
"""

from __future__ import annotations

from schemas.people import Role
from schemas.petitions import Step
from tests.webapp.matrix import EVERYONE, OWN, Row, over
from tests.webapp.rows_petitions import ask

OFFICERS, APPROVERS = over(Role.OFFICER), over(Role.APPROVER)
_ONE = "/quan-tri/phan-anh/<int:petition_id>"
DESK, SENDER = "/quan-tri/phan-anh/{id}", "/phan-anh/{tracking}/{code}"
WAYS: dict[str, tuple[Step, ...]] = {
    "new": (),
    "out": (Step.REFUSE,),
    "awaiting": (Step.ASK,),
    "in progress": (Step.FORWARD,),
    "kept": (Step.FORWARD, Step.KEEP),
    "handled": (Step.FORWARD, Step.ANSWER),
    "published": (Step.FORWARD, Step.ANSWER, Step.PUBLISH),
    "archived": (Step.FORWARD, Step.ANSWER, Step.PUBLISH, Step.ARCHIVE),
}
#: Step of the desk → who may, and in which states.
STEPS = {
    "forward": (OFFICERS, ("new", "awaiting", "in progress", "kept")),
    "refuse": (OFFICERS, ("new", "awaiting")),
    "ask": (OFFICERS, ("new", "awaiting", "in progress")),
    "keep": (OFFICERS, ("in progress",)),
    "resume": (OFFICERS, ("kept",)),
    "answer": (OFFICERS, ("in progress", "kept")),
    "publish": (APPROVERS, ("handled",)),
    "archive": (APPROVERS, ("published",)),
}
#: What the sender does with number and code.
OWN_STEPS = {
    "supply": ("awaiting",),
    "reopen": ("handled", "published"),
    "rate": ("handled", "published", "archived"),
    "withdraw": ("new", "awaiting"),
}


def _desk(state: str, step: str) -> Row:
    allowed, able = STEPS[step]
    sent = {
        "viec": step,
        f"note-{step}": "Vì thế",
        "ministry": OWN,
        "outcome": "explained",
        "reason": "not_a_rule",
    }
    asked = ask(DESK, *WAYS[state], **sent)
    status = 303 if state in able else 422
    return Row(_ONE, allowed, asked, "POST", status, state=f"{step} in state {state}")


def _own(state: str, step: str) -> Row:
    sent = {"viec": step, f"note-{step}": "Vì thế", "note": "Vì thế", "rating": "5", "sure": "1"}
    asked = ask(SENDER, *WAYS[state], **sent)
    status = 303 if state in OWN_STEPS[step] else 422
    return Row(
        "/phan-anh/<tracking>/<code>", EVERYONE, asked, "POST", status, state=f"{step} in state {state}"
    )


ROWS = [
    *(
        Row(_ONE, OFFICERS | APPROVERS, ask(DESK, *way), state=f"in state {state}")
        for state, way in WAYS.items()
    ),
    *(
        Row("/phan-anh/<int:petition_id>", EVERYONE, ask("/phan-anh/{id}", *way),
            status=200 if state in ("published", "archived") else 404, state=f"in state {state}")
        for state, way in WAYS.items()
    ),
    *(_desk(state, step) for state in WAYS for step in STEPS),
    *(_own(state, step) for state in WAYS for step in OWN_STEPS),
]  # fmt: skip
