"""The queue of conditions: the next ones, one with its clause, the decision."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from schemas.addresses import document_url, procedure_url
from schemas.errors import Refused
from schemas.lists import business_lines
from schemas.people import Action, Person, Subject, may

from ..access import require
from ..condition_kinds import KINDS, kind_label
from ..formats import short_name
from ..forms import Form
from ..languages import gettext as _
from ..languages import local
from ..lawtext import Part
from ..pages import Crumb, Frame
from ..provision_names import provision_label
from ..queries import documents as documents_read
from ..state import site
from . import store
from .store import Decision, FoundCondition

bp = Blueprint("reviews", __name__)
ROOT = "/quan-tri/dieu-kien"
INVALID = 422
MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class WaitingRow:
    text: str
    kind: str
    clause: str
    url: str


@dataclass(frozen=True, slots=True)
class QueuePage:
    frame: Frame
    rows: tuple[WaitingRow, ...]
    following: str
    done: bool


@dataclass(frozen=True, slots=True)
class ReviewPage:
    frame: Frame
    form: Form
    text: str
    subject: str
    clause: Part
    action: str
    kinds: tuple[tuple[str, str], ...]
    decisions: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, str], ...]
    said: str


def _frame(title: str, *, inside: bool = False) -> Frame:
    crumbs = [Crumb(_("Bàn làm việc"), local("/quan-tri"))]
    if inside:
        crumbs.append(Crumb(_("Điều kiện chờ xác nhận"), local(ROOT)))
    return Frame(title, active="conditions", crumbs=tuple(crumbs), robots="noindex")


def _clause(found: FoundCondition) -> Part:
    if found.document_id:
        with site().database.connect() as connection:
            reference = documents_read.reference_by_ids(connection, [found.document_id])[found.document_id]
        name = short_name(reference.type, reference.number)
        if found.provision:
            name = f"{provision_label(found.provision)} {name}"
        return Part(name, local(document_url(reference.address, found.provision or None)))
    name = _("Thủ tục %(name)s", name=found.procedure_name or "")
    return Part(name, local(procedure_url(found.procedure_code or "")))


@bp.get(ROOT)
def queue() -> str:
    """Conditions that wait for a person, in the order they were found."""
    person = _confirmer()
    after = request.args.get("tu", "0")
    start = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0
    with site().database.connect() as connection:
        found, following = store.waiting(connection, person, start)
    page = QueuePage(
        frame=_frame(_("Điều kiện chờ xác nhận")),
        rows=tuple(
            WaitingRow(one.text, kind_label(one.kind), _clause(one).text, local(f"{ROOT}/{one.id}"))
            for one in found
        ),
        following=local(f"{ROOT}?tu={following}") if following else "",
        done=request.args.get("xong") == "1",
    )
    return render_template("reviews/queue.html", page=page)


def _confirmer() -> Person:
    """Whoever confirms conditions for some ministry."""
    person = require(Action.OPEN_DESK)
    if not any(
        may(person, Action.CONFIRM_CONDITION, Subject("condition", "", grant.ministry))
        for grant in person.grants
    ):
        raise Forbidden
    return person


def _open(condition_id: int) -> tuple[Person, FoundCondition]:
    person = _confirmer()
    with site().database.connect() as connection:
        found = store.by_id(connection, condition_id)
    if found is None:
        abort(404)
    if not may(person, Action.CONFIRM_CONDITION, store.subject_of(found, person)):
        raise Forbidden
    return person, found


@bp.get(f"{ROOT}/<int:condition_id>")
def review_form(condition_id: int) -> str:
    _person, found = _open(condition_id)
    with site().database.connect() as connection:
        said = store.decided(connection, [found]).get(found.key)
    form = Form()
    form.values = {
        "decision": said.decision if said else "",
        "kind": said.kind if said else found.kind,
        "lines": ", ".join(said.business_lines if said else found.business_lines),
        "note": said.note if said else "",
    }
    return _page(found, form, said)


def _page(found: FoundCondition, form: Form, said: Decision | None = None) -> str:
    names = {str(item.number): item.name for item in business_lines()}
    page = ReviewPage(
        frame=_frame(_("Xác nhận điều kiện"), inside=True),
        form=form,
        text=found.text,
        subject=found.subject or "",
        clause=_clause(found),
        action=local(f"{ROOT}/{found.id}"),
        kinds=tuple((kind, kind_label(kind)) for kind in KINDS),
        decisions=tuple(decision_names().items()),
        lines=tuple((n, names[n]) for n in found.business_lines if n in names),
        said=decision_names()[said.decision] if said else "",
    )
    return render_template("reviews/review.html", page=page)


def decision_names() -> dict[str, str]:
    """Decision → its words."""
    return {
        "confirmed": _("Đúng là điều kiện, đúng loại và ngành nghề"),
        "corrected": _("Là điều kiện, nhưng sửa loại hay ngành nghề như dưới đây"),
        "rejected": _("Không phải điều kiện kinh doanh"),
    }


@bp.post(f"{ROOT}/<int:condition_id>")
def review(condition_id: int) -> Response | tuple[str, int]:
    person, found = _open(condition_id)
    form = Form(request.form)
    decision = form.choice("decision", store.DECISIONS, missing=_("Chọn một câu trả lời"))
    kind = form.choice("kind", KINDS, missing=_("Chọn loại điều kiện"))
    lines = _lines(form)
    note = form.text("note", longest=2000, lines=True)
    if not form.ok:
        return _page(found, form), INVALID
    if decision == "confirmed":
        kind, lines = found.kind, found.business_lines
    try:
        with site().database.begin() as connection:
            store.decide(connection, person, found, Decision(decision, kind, lines, note))
    except Refused as error:
        raise Forbidden from error
    return redirect(local(f"{ROOT}?tu={found.id}&xong=1"), 303)


def _lines(form: Form) -> tuple[str, ...]:
    typed = form.text("lines", longest=200)
    known = {str(item.number) for item in business_lines()}
    numbers = [part.strip() for part in typed.replace(";", ",").split(",") if part.strip()]
    wrong = [part for part in numbers if part not in known]
    if wrong:
        form.error("lines", _("Không có ngành nghề số %(n)s trong danh mục", n=wrong[0]))
    elif len(numbers) > MOST_LINES:
        form.error("lines", _("Nhiều nhất %(n)s ngành nghề", n=MOST_LINES))
    return tuple(dict.fromkeys(numbers))
