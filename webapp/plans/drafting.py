"""Writing a plan: a new one, its header, its items one by one. What was typed is kept until it is right."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import abort, redirect, render_template, request
from pydantic import ValidationError
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from schemas.errors import Conflict, Refused
from schemas.people import Action, Person, Role, Subject
from schemas.plan_states import EDITABLE
from schemas.plans import (
    ACTIONS,
    LONGEST_TEXT,
    MOST_ITEMS,
    STEPS,
    Amendment,
    Clause,
    Deadline,
    PlanContent,
    PlanItem,
)
from schemas.text.money import exact_dong, parse_dong

from ..access import require
from ..forms import Form
from ..languages import gettext as _
from ..languages import local
from ..pages import Frame
from ..queries import plans as read
from ..queries.plans import PlanLine
from ..role_names import ministry_names
from ..state import site
from . import store
from .cells import BadCell, read_provision
from .content import read_content
from .export import provision_text
from .names import action_name, state_name
from .office import (
    CONFLICT,
    INVALID,
    ROOT,
    bp,
    frame,
    may_write,
    open_plan,
    plan_address,
    problem_text,
    revision,
)

#: Empty blocks a form offers beyond those filled in; saving gives new empty ones.
SPARE = 1
MOST_CLAUSES = 40
LONGEST_TITLE = 1000


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A form on the desk. `options` for its selects; `count`: blocks of clauses and of amendments."""

    frame: Frame
    form: Form
    action: str
    number: str
    revision: int
    back_url: str
    options: tuple[tuple[str, str], ...] = ()
    items: tuple[tuple[str, str], ...] = ()
    add_url: str = ""
    remove_url: str = ""
    steps: tuple[tuple[str, str], ...] = ()
    clauses: int = 0
    amendments: int = 0
    problem: str = ""
    cost_url: str = ""


def _shown_date(value: dt.date | None) -> str:
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}" if value else ""


# ---------------------------------------------------------------- a new plan


def _writers_ministries(person: Person) -> tuple[tuple[str, str], ...]:
    scopes = person.ministries(Role.OFFICER)
    with site().database.connect() as connection:
        names = ministry_names(connection)
    return tuple((code, name) for code, name in names.items() if scopes is None or code in scopes)


def _new_page(person: Person, form: Form, problem: str = "") -> str:
    page = DraftPage(
        frame=frame(_("Phương án mới"), inside=True),
        form=form,
        action=local(f"{ROOT}/moi"),
        number="",
        revision=0,
        back_url=local(ROOT),
        options=_writers_ministries(person),
        problem=problem,
    )
    return render_template("plans/new.html", page=page)


def _drafter() -> Person:
    person = require(Action.OPEN_DESK)
    scopes = person.ministries(Role.OFFICER)
    if scopes is not None and not scopes:
        raise Forbidden
    return person


@bp.get(f"{ROOT}/moi")
def new_form() -> str:
    """A new plan: its ministry and its name."""
    return _new_page(_drafter(), Form())


@bp.post(f"{ROOT}/moi")
def create() -> Response | tuple[str, int]:
    person = _drafter()
    form = Form(request.form)
    allowed = [code for code, _name in _writers_ministries(person)]
    ministry = form.choice("ministry", allowed, missing=_("Chọn bộ, ngành đề xuất"))
    title = form.text("title", longest=LONGEST_TITLE, shortest=3, missing=_("Nhập tên phương án"))
    if not form.ok:
        return _new_page(person, form), INVALID
    require(Action.DRAFT_PLAN, Subject("plan", "", ministry))
    with site().database.begin() as connection:
        written = store.create(connection, person, ministry, PlanContent(title=title))
    return redirect(plan_address(written.number, "/soan"), 303)


# ---------------------------------------------------------------- the header


def editing(connection: sa.Connection, number: str) -> tuple[Person, PlanLine, PlanContent]:
    """Whoever writes, the plan and what is written so far. 403 for those who do not write for its ministry,
    409 where the plan is past writing."""
    person, line = open_plan(connection, number)
    if not may_write(person, line):
        raise Forbidden
    if line.published_at and line.state not in EDITABLE:
        abort(CONFLICT)
    draft = read.draft(connection, line.id)
    if draft:
        return person, line, PlanContent.model_validate(draft.content)
    return person, line, read_content(connection, line.id)


def _header_page(line: PlanLine, content: PlanContent, form: Form, at: int, problem: str = "") -> str:
    base = plan_address(line.number, "/soan/noi-dung")
    page = DraftPage(
        frame=frame(_("Soạn phương án %(number)s", number=line.number), line, inside=True),
        form=form,
        action=plan_address(line.number, "/soan"),
        number=line.number,
        revision=at,
        back_url=plan_address(line.number),
        items=tuple(
            (f"{n}. {action_name(item.action)}: {item.title}", f"{base}/{n}")
            for n, item in enumerate(content.items, 1)
        ),
        add_url=f"{base}/{len(content.items) + 1}" if len(content.items) < MOST_ITEMS else "",
        steps=tuple((f"due_{step}", state_name(step)) for step in STEPS),
        problem=problem,
    )
    return render_template("plans/header.html", page=page)


@bp.get(f"{ROOT}/<number>/soan")
def header_form(number: str) -> str:
    with site().database.connect() as connection:
        _person, line, content = editing(connection, number)
    form = Form()
    form.values = {
        "title": content.title,
        "summary": content.summary,
        "legal_bases": "\n".join(content.legal_bases),
        "effective_from": _shown_date(content.effective_from),
        "effective_until": _shown_date(content.effective_until),
        **{f"due_{step}": _shown_date(content.due(step)) for step in STEPS},
    }
    return _header_page(line, content, form, line.revision)


@bp.post(f"{ROOT}/<number>/soan")
def save_header(number: str) -> Response | tuple[str, int]:
    with site().database.connect() as connection:
        person, line, content = editing(connection, number)
    form = Form(request.form)
    at = revision(request.form.get("revision", ""))
    dues = [(step, form.date(f"due_{step}")) for step in STEPS]
    values: dict[str, Any] = {
        "title": form.text("title", longest=LONGEST_TITLE, shortest=3, missing=_("Nhập tên phương án")),
        "summary": form.text("summary", longest=5000, lines=True),
        "legal_bases": tuple(form.text("legal_bases", longest=5000, lines=True).splitlines()),
        "effective_from": form.date("effective_from"),
        "effective_until": form.date("effective_until"),
    }
    first, last = values["effective_from"], values["effective_until"]
    if first and last and last < first:
        form.error("effective_until", _("Ngày cuối phải từ ngày đầu trở đi"))
    before: dt.date | None = None
    for step, due in dues:
        if due and before and due < before:
            form.error(f"due_{step}", _("Hạn của bước này không thể trước hạn của bước trên"))
        before = due or before
    if not form.ok:
        return _header_page(line, content, form, at), INVALID
    values["deadlines"] = tuple(Deadline(step=step, due=due) for step, due in dues if due)  # type: ignore[arg-type]
    new = PlanContent.model_validate({**dict(content), **values})
    problem, status = _save(person, line, new, at)
    if problem:
        return _header_page(line, content, form, at, problem), status
    return redirect(f"{plan_address(line.number)}?xong=luu", 303)


def _save(person: Person, line: PlanLine, content: PlanContent, at: int) -> tuple[str, int]:
    """Write the draft; why it was not written, and the status that says so."""
    try:
        with site().database.begin() as connection:
            store.save_draft(connection, person, line.id, content, at)
    except Conflict:
        return problem_text("conflict"), CONFLICT
    except Refused as error:
        return problem_text(error.code), CONFLICT
    return "", 200


# ---------------------------------------------------------------- one item


def _item_page(
    line: PlanLine, n: int, form: Form, at: int, blocks: tuple[int, int], problem: str = ""
) -> str:
    base = plan_address(line.number, f"/soan/noi-dung/{n}")
    page = DraftPage(
        frame=frame(_("Nội dung %(n)s", n=n), line, inside=True),
        form=form,
        action=base,
        number=line.number,
        revision=at,
        back_url=plan_address(line.number, "/soan"),
        options=tuple((code, action_name(code)) for code in ACTIONS),
        remove_url=f"{base}/bo",
        cost_url=f"{base}/chi-phi" if form.values.get("title") else "",
        clauses=min(blocks[0] + SPARE, MOST_CLAUSES),
        amendments=min(blocks[1] + SPARE, MOST_CLAUSES),
        problem=problem,
    )
    return render_template("plans/item.html", page=page)


@bp.get(f"{ROOT}/<number>/soan/noi-dung/<int:n>")
def item_form(number: str, n: int) -> str:
    with site().database.connect() as connection:
        _person, line, content = editing(connection, number)
    if not 1 <= n <= min(len(content.items) + 1, MOST_ITEMS):
        abort(404)
    form = Form()
    blocks = (0, 0)
    if n <= len(content.items):
        item = content.items[n - 1]
        form.values = _typed(item)
        blocks = (len(item.clauses), len(item.amendments))
    return _item_page(line, n, form, line.revision, blocks)


def _typed(item: PlanItem) -> dict[str, str]:
    """An item as its form shows it."""
    values = {
        "action": item.action,
        "regulation": item.regulation or "",
        "title": item.title,
        "reason": item.reason,
        "starts_on": _shown_date(item.starts_on),
        "deadline": _shown_date(item.deadline),
    }
    for name in ("current_cost", "after_cost", "current_hours", "after_hours"):
        amount = getattr(item, name)
        values[name] = "" if amount is None else exact_dong(amount).split("\u00a0")[0]
    for k, clause in enumerate(item.clauses):
        values |= {
            f"clause-{k}-document_number": clause.document_number,
            f"clause-{k}-provision": provision_text(clause.provision) if clause.provision else "",
            f"clause-{k}-heading": clause.heading,
            f"clause-{k}-current_text": clause.current_text,
            f"clause-{k}-proposed_text": clause.proposed_text,
        }
    for k, one in enumerate(item.amendments):
        values |= {
            f"amendment-{k}-document_number": one.document_number,
            f"amendment-{k}-provisions": one.provisions,
            f"amendment-{k}-deadline": _shown_date(one.deadline),
        }
    return values


@bp.post(f"{ROOT}/<number>/soan/noi-dung/<int:n>")
def save_item(number: str, n: int) -> Response | tuple[str, int]:
    with site().database.connect() as connection:
        person, line, content = editing(connection, number)
    if not 1 <= n <= min(len(content.items) + 1, MOST_ITEMS):
        abort(404)
    form = Form(request.form)
    at = revision(request.form.get("revision", ""))
    item, blocks = _read_item(form)
    if item is None:
        return _item_page(line, n, form, at, blocks), INVALID
    if n <= len(content.items):
        item = _with_calculation(item, content.items[n - 1])
    items = [*content.items[: n - 1], item, *content.items[n:]]
    new = PlanContent.model_validate({**dict(content), "items": tuple(items)})
    problem, status = _save(person, line, new, at)
    if problem:
        return _item_page(line, n, form, at, blocks, problem), status
    more = f"/soan/noi-dung/{n}" if request.form.get("them") else "/soan"
    return redirect(plan_address(line.number, more), 303)


def _read_item(form: Form) -> tuple[PlanItem | None, tuple[int, int]]:
    values: dict[str, Any] = {
        "action": form.choice("action", ACTIONS, missing=_("Chọn hình thức")),
        "title": form.text("title", longest=1000, shortest=3, missing=_("Nhập tên quy định")),
        "regulation": form.text("regulation", longest=60) or None,
        "reason": form.text("reason", longest=LONGEST_TEXT, lines=True),
        "starts_on": form.date("starts_on"),
        "deadline": form.date("deadline"),
    }
    for now_name, after_name in (("current_cost", "after_cost"), ("current_hours", "after_hours")):
        now_value, after_value = _amount(form, now_name), _amount(form, after_name)
        values[now_name], values[after_name] = now_value, after_value
        if (now_value is None) != (after_value is None):
            missing = now_name if now_value is None else after_name
            form.error(missing, _("Nhập cả số hiện nay và số sau khi sửa, hoặc bỏ trống cả hai"))
    clauses = [clause for k in range(MOST_CLAUSES) if (clause := _read_clause(form, k))]
    amendments = [one for k in range(MOST_CLAUSES) if (one := _read_amendment(form, k))]
    blocks = (len(clauses), len(amendments))
    if not form.ok:
        return None, blocks
    try:
        parts = {"clauses": tuple(clauses), "amendments": tuple(amendments)}
        return PlanItem.model_validate({**values, **parts}), blocks
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0]) if error.errors()[0]["loc"] else "title"
        form.error(name, _("Giá trị này không dùng được"))
        return None, blocks


def _with_calculation(item: PlanItem, before: PlanItem) -> PlanItem:
    """The item keeps its calculation as long as its figures are the calculated ones."""
    names = ("current_cost", "after_cost", "current_hours", "after_hours")
    same = all(getattr(item, name) == getattr(before, name) for name in names)
    return item.model_copy(update={"cost_sheet": before.cost_sheet}) if same else item


def _amount(form: Form, name: str) -> int | None:
    typed = form.text(name, longest=40)
    if not typed:
        return None
    amount = parse_dong(typed)
    if amount is None or amount > 10**18:
        form.error(name, _("Nhập số nguyên, chẳng hạn 1.480.000 hay 9,25 tỷ"))
    return amount


def _read_clause(form: Form, k: int) -> Clause | None:
    names = ("document_number", "provision", "heading", "current_text", "proposed_text")
    typed = {
        name: form.text(
            f"clause-{k}-{name}",
            longest=LONGEST_TEXT if name.endswith("text") else 500,
            lines=name.endswith("text"),
        )
        for name in names
    }
    if not any(typed.values()):
        return None
    if not typed["document_number"]:
        form.error(f"clause-{k}-document_number", _("Nhập số hiệu văn bản"))
    path = None
    if typed["provision"]:
        try:
            path = read_provision(typed["provision"])
        except BadCell:
            form.error(f"clause-{k}-provision", _("Ghi như: Khoản 2 Điều 18"))
    if not (typed["current_text"] or typed["proposed_text"]):
        form.error(f"clause-{k}-proposed_text", _("Nhập lời văn hiện hành hoặc lời văn đề xuất"))
    number = typed["document_number"][:100] or "?"
    return Clause.model_validate({**typed, "provision": path, "document_number": number})


def _read_amendment(form: Form, k: int) -> Amendment | None:
    number = form.text(f"amendment-{k}-document_number", longest=100)
    provisions = form.text(f"amendment-{k}-provisions", longest=500)
    deadline = form.date(f"amendment-{k}-deadline")
    if not (number or provisions or deadline):
        return None
    if not number:
        form.error(f"amendment-{k}-document_number", _("Nhập số hiệu văn bản"))
    return Amendment(document_number=number[:100] or "?", provisions=provisions[:500], deadline=deadline)


@bp.post(f"{ROOT}/<number>/soan/noi-dung/<int:n>/bo")
def remove_item(number: str, n: int) -> Response:
    """Take an item out of the draft."""
    with site().database.connect() as connection:
        person, line, content = editing(connection, number)
    if not 1 <= n <= len(content.items):
        abort(404)
    items = (*content.items[: n - 1], *content.items[n:])
    new = PlanContent.model_validate({**dict(content), "items": items})
    problem, _status = _save(person, line, new, revision(request.form.get("revision", "")))
    back = plan_address(line.number)
    return redirect(f"{back}?loi=conflict" if problem else plan_address(line.number, "/soan"), 303)
