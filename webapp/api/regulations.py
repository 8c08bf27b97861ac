"""Regulations as JSON."""

from __future__ import annotations

from flask import abort, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from schemas.regulations import Regulation

from ..queries import plans as plans_read
from ..queries import regulations as read
from ..regulations import store
from ..regulations.views import parse, regulation_url
from ..state import site
from . import models as m
from .views import answer

_tag = Tag(name="regulations", description="Quy định kinh doanh")
bp = APIBlueprint(
    "api_regulations", __name__, url_prefix="/api/v1", abp_responses={400: m.Problem, 404: m.Problem}
)


class RegulationsQuery(BaseModel):
    """Parameters of the list, as of the page /quy-dinh."""

    q: str = Field("", description="Words of the code or the name, with or without diacritics.")
    co_quan: str = Field("", description="Code of the ministry.")
    loai: list[str] = Field(default_factory=list, description="Type: thu-tuc-hanh-chinh, …")
    ket_qua: list[str] = Field(default_factory=list, description="What became of it: giu-nguyen, …")
    nganh_nghe: str = Field("", description="Number of a conditional line of business.")
    vsic: str = Field("", description="Economic class; a shorter code stands for all below it.")
    trang: str = Field("", description="Page of 20 regulations.")


class RegulationPath(BaseModel):
    code: str = Field(description="Code of the regulation.")


class RegulationEntry(m.Answer):
    code: str
    name: str
    type: str
    ministry: str
    ministry_name: str
    field: str
    status: str
    annual_cost: int | None
    sample: bool
    url: str


class RegulationsAnswer(m.Answer):
    total: int
    page: int
    regulations: tuple[RegulationEntry, ...]


class RegulationAnswer(m.Answer):
    """One regulation and the numbers of the public plans about it."""

    regulation: Regulation
    plans: tuple[str, ...]
    sample: bool
    url: str


@bp.get("/regulations", tags=[_tag], summary="Regulations", responses={200: RegulationsAnswer})
def all_regulations(query: RegulationsQuery) -> Response:
    wanted, page = parse(request.args)
    with site().database.connect() as connection:
        found, total = read.listed(connection, wanted, offset=(page - 1) * read.PAGE)
    entries = tuple(
        RegulationEntry(
            code=line.code,
            name=line.name,
            type=line.type,
            ministry=line.ministry,
            ministry_name=line.ministry_name,
            field=line.field,
            status=line.status,
            annual_cost=line.annual_cost,
            sample=line.sample,
            url=regulation_url(line.code),
        )
        for line in found
    )
    return answer(RegulationsAnswer(total=total, page=page, regulations=entries))


@bp.get("/regulations/<code>", tags=[_tag], summary="One regulation", responses={200: RegulationAnswer})
def one_regulation(path: RegulationPath) -> Response:
    with site().database.connect() as connection:
        found = read.by_code(connection, path.code)
        if found is None:
            abort(404)
        line, _row = found
        regulation = store.read(connection, line.id, line.code)
        plans = tuple(plan.number for plan in plans_read.of_regulation(connection, line.code))
    return answer(
        RegulationAnswer(
            regulation=regulation, plans=plans, sample=line.sample, url=regulation_url(line.code)
        )
    )
