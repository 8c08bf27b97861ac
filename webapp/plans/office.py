"""The part of plans that officers see: who may open what, and the blueprint its routes hang on."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from flask import Blueprint, abort, redirect
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from schemas.errors import Conflict, Refused
from schemas.people import Action, Person, Role, Subject, may

from ..access import require
from ..languages import gettext as _
from ..languages import local
from ..pages import Crumb, Frame
from ..queries import plans as read
from ..queries.plans import PlanLine
from ..state import site
from .names import refusal_text
from .store import Written

bp = Blueprint("plans_office", __name__)
ROOT = "/quan-tri/phuong-an"
INVALID = 422
CONFLICT = 409


def works_on(person: Person, ministry: str) -> bool:
    """Whether somebody writes or decides for this ministry."""
    return person.has(Role.OFFICER, ministry) or person.has(Role.APPROVER, ministry)


def open_plan(connection: sa.Connection, number: str) -> tuple[Person, PlanLine]:
    """Whoever asks and the plan, if they work on it. A plan that is not public does not exist for others."""
    person = require(Action.OPEN_DESK)
    line = read.by_number(connection, number)
    if line is None:
        abort(404)
    if not works_on(person, line.ministry):
        if line.published_at is None:
            abort(404)
        raise Forbidden
    return person, line


def subject_of(line: PlanLine) -> Subject:
    """A plan as the rules ask about it, without who wrote it."""
    return Subject("plan", line.number, line.ministry)


def may_write(person: Person, line: PlanLine) -> bool:
    return may(person, Action.DRAFT_PLAN, subject_of(line))


def plan_address(number: str, more: str = "") -> str:
    """Address of a plan on the desk."""
    return local(f"{ROOT}/{number}{more}")


def frame(title: str, line: PlanLine | None = None, *, inside: bool = False) -> Frame:
    """The frame of a desk page."""
    crumbs = [Crumb(_("Bàn làm việc"), local("/quan-tri"))]
    if line or inside:
        crumbs.append(Crumb(_("Soạn phương án"), local(ROOT)))
    if line and inside:
        crumbs.append(Crumb(line.number, plan_address(line.number)))
    return Frame(title, active="plans", crumbs=tuple(crumbs), robots="noindex")


def write(call: Callable[[sa.Connection], Written], back: str, done: str) -> Response:
    """Run one write in its transaction and go `back`, with a word on how it went.

    What a rule forbids and what somebody else changed first are told on the same page; nothing is written.
    Raises Forbidden for a person without the authority.
    """
    try:
        with site().database.begin() as connection:
            call(connection)
    except Refused as error:
        if error.code == "authority":
            raise Forbidden from error
        return redirect(f"{back}?loi={error.code}", 303)
    except Conflict:
        return redirect(f"{back}?loi=conflict", 303)
    return redirect(f"{back}?xong={done}", 303)


def problem_text(code: str) -> str:
    """What `?loi=` says; empty for none."""
    if not code:
        return ""
    if code == "conflict":
        return _("Có người vừa sửa phương án này. Xem lại bản mới nhất rồi làm lại.")
    return refusal_text(code)


def revision(text: str) -> int:
    """The revision a form was made from; 0 for anything else, which no plan has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
