"""Whatever is recorded in the audit trail has a name there."""

from __future__ import annotations

import ast
from pathlib import Path

from schemas.people import Action
from schemas.petitions import SENDERS
from webapp.administration.trail import action_name, kind_name

WEBAPP = Path(__file__).parents[3] / "webapp"


def test_every_action_and_subject_has_a_name() -> None:
    actions, subjects = {f"petition_{step}" for step in SENDERS}, set[str]()
    for path in WEBAPP.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called == "record" and len(node.args) > 2:
                actions |= _codes(node.args[2])
            elif called == "Subject" and node.args:
                subjects |= _codes(node.args[0])
    assert Action.PUBLISH_ANSWER.value in actions and "comment" in subjects
    assert not [code for code in actions if action_name(code) == code]
    # The portal as a whole has no rows in the trail.
    assert not [code for code in subjects - {"portal"} if kind_name(code) == code]


def _codes(value: ast.expr) -> set[str]:
    if isinstance(value, ast.Constant):
        return {str(value.value)}
    if isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name) and value.value.id == "Action":
        return {Action[value.attr].value}
    return set()
