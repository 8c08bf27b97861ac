"""Plans, their progress and regulations as JSON."""

from __future__ import annotations

import datetime as dt

from flask import abort, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from schemas.calendar import today
from schemas.plan_states import item_state, overdue, steps
from schemas.plans import PlanContent, saving

from ..audit import now
from ..plans.content import read_content
from ..plans.lists import parse, plan_url
from ..queries import plans as read
from ..queries.plans import PlanLine
from ..state import site
from ..working_days import vietnam
from . import models as m
from .views import answer

_tag = Tag(name="plans", description="Phương án cắt giảm, đơn giản hóa")
bp = APIBlueprint("api_plans", __name__, url_prefix="/api/v1", abp_responses={400: m.Problem, 404: m.Problem})


class PlansQuery(BaseModel):
    """Parameters of the list, as of the page /phuong-an."""

    q: str = Field("", description="Words of the number or the title, with or without diacritics.")
    co_quan: str = Field("", description="Code of the ministry, e.g. bo-cong-thuong.")
    buoc: list[str] = Field(default_factory=list, description="State: du-kien, lay-y-kien, trinh, …")
    hinh_thuc: str = Field("", description="Action: bai-bo, cat-giam, don-gian-hoa, …")
    qua_han: str = Field("", description="1: only plans whose present step is overdue.")
    trang: str = Field("", description="Page of 20 plans, 1 to 250.")


class PlanPath(BaseModel):
    number: str = Field(description="Number of the plan, e.g. PA-2026-0117.")


class OverdueAnswer(m.Answer):
    step: str
    due: dt.date
    working_days: int


class PlanEntry(m.Answer):
    """A plan in a list. Costs in whole đồng a year, summed over the items that were measured."""

    number: str
    title: str
    ministry: str
    ministry_name: str
    state: str
    overdue: OverdueAnswer | None
    items: int
    current_cost: int
    after_cost: int
    updated_at: dt.datetime
    sample: bool
    url: str


class PlansAnswer(m.Answer):
    total: int
    page: int
    plans: tuple[PlanEntry, ...]


class StepAnswer(m.Answer):
    step: str
    status: str
    since: dt.date | None
    finished: dt.date | None
    due: dt.date | None
    working_days_late: int


class StateChangeAnswer(m.Answer):
    state: str
    on: dt.date
    reason: str
    act: str


class SupersededAnswer(m.Answer):
    item: int | None
    by: str
    since: dt.date | None


class PlanAnswer(PlanEntry):
    """One plan with its content, its steps and its history."""

    content: PlanContent
    item_states: tuple[str, ...]
    saving: int
    saving_hours: int
    unmeasured_items: int
    steps: tuple[StepAnswer, ...]
    history: tuple[StateChangeAnswer, ...]
    superseded: tuple[SupersededAnswer, ...]


class ProgressEntry(m.Answer):
    ministry: str
    name: str
    states: dict[str, int]
    late: int
    items: int
    items_done: int
    current_cost: int
    after_cost: int


class ProgressAnswer(m.Answer):
    as_of: dt.date
    ministries: tuple[ProgressEntry, ...]


def _entry(line: PlanLine, day: dt.date) -> dict[str, object]:
    late = overdue(line.state, line.due, day, vietnam())
    return {
        "number": line.number,
        "title": line.title,
        "ministry": line.ministry,
        "ministry_name": line.ministry_name,
        "state": line.state,
        "overdue": OverdueAnswer(step=late[0], due=late[1], working_days=late[2]) if late else None,
        "items": line.items,
        "current_cost": line.current_cost,
        "after_cost": line.after_cost,
        "updated_at": line.updated_at,
        "sample": line.sample,
        "url": plan_url(line.number),
    }


@bp.get("/plans", tags=[_tag], summary="Plans", responses={200: PlansAnswer})
def all_plans(query: PlansQuery) -> Response:
    wanted, page = parse(request.args)
    day = today(now())
    with site().database.connect() as connection:
        found, total = read.listed(connection, wanted, day, offset=(page - 1) * read.PAGE)
    plans = tuple(PlanEntry.model_validate(_entry(line, day)) for line in found)
    return answer(PlansAnswer(total=total, page=page, plans=plans))


@bp.get("/plans/progress", tags=[_tag], summary="Progress by ministry", responses={200: ProgressAnswer})
def progress() -> Response:
    day = today(now())
    with site().database.connect() as connection:
        found = read.progress(connection, day)
    entries = tuple(
        ProgressEntry(
            ministry=line.ministry,
            name=line.name,
            states=dict(line.states),
            late=line.late,
            items=line.items,
            items_done=line.items_done,
            current_cost=line.current_cost,
            after_cost=line.after_cost,
        )
        for line in found
    )
    return answer(ProgressAnswer(as_of=day, ministries=entries))


@bp.get("/plans/<number>", tags=[_tag], summary="One plan", responses={200: PlanAnswer})
def one_plan(path: PlanPath) -> Response:
    day = today(now())
    with site().database.connect() as connection:
        line = read.by_number(connection, path.number)
        if line is None or line.published_at is None:
            abort(404)
        content = read_content(connection, line.id)
        changes = read.state_changes(connection, line.id)
        later = read.superseded(connection, line.number)
    total = saving(content.items)
    found = steps(line.state, read.entered(changes), line.due, day, vietnam(), line.suspended_from)
    return answer(
        PlanAnswer.model_validate(
            {
                **_entry(line, day),
                "content": content,
                "item_states": tuple(_item_states(line, content, later, day)),
                "saving": total.cost,
                "saving_hours": total.hours,
                "unmeasured_items": total.unmeasured,
                "steps": tuple(
                    StepAnswer(
                        step=s.step,
                        status=s.status,
                        since=s.since,
                        finished=s.finished,
                        due=s.due,
                        working_days_late=s.late,
                    )
                    for s in found
                ),
                "history": tuple(
                    StateChangeAnswer(state=c.to_state, on=c.changed_on, reason=c.reason, act=c.act)
                    for c in changes
                ),
                "superseded": tuple(SupersededAnswer(item=s.item, by=s.by, since=s.since) for s in later),
            }
        )
    )


def _item_states(
    line: PlanLine, content: PlanContent, later: list[read.Superseded], day: dt.date
) -> list[str]:
    states = []
    for n, item in enumerate(content.items, 1):
        by = next((s for s in later if s.item in (None, n)), None)
        since = (by.since or dt.date.min) if by else None
        states.append(item_state(line.state, content.starts(item), content.effective_until, since, day))
    return states
