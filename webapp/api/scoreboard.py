"""The scoreboard as JSON."""

from __future__ import annotations

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from ..queries import scoreboard as read
from ..scoreboard.views import asked, counted
from . import models as m
from .views import answer

_tag = Tag(name="scoreboard", description="Bảng chỉ số")
bp = APIBlueprint("api_scoreboard", __name__, url_prefix="/api/v1", abp_responses={400: m.Problem})


class ScoreboardQuery(BaseModel):
    """Parameters, as of the page /bang-chi-so."""

    linh_vuc: str = Field("", description="Field.")
    tu: str = Field("", description="Rows that came into being from this day on.")
    den: str = Field("", description="… and up to this day.")
    ngay: str = Field("", description="As of the end of this day in Vietnam.")
    luc: str = Field("", description="As of this instant (ISO 8601); default: now.")


class MinistryFigures(m.Answer):
    ministry: str = Field(description='Code; "-": rows no ministry has yet.')
    name: str
    figures: dict[str, int]


class ScoreboardAnswer(m.Answer):
    """Figures by indicator. Money in đồng a year."""

    at: str
    nation: dict[str, int]
    ministries: tuple[MinistryFigures, ...]


@bp.get("/scoreboard", tags=[_tag], summary="Indicators", responses={200: ScoreboardAnswer})
def scoreboard(query: ScoreboardQuery) -> Response:
    del query  # described by it, read by the page's own parser
    scope = asked()
    found, names, _fields = counted(scope)
    rows = tuple(
        MinistryFigures(ministry=code, name=names.get(code, ""), figures=mine)
        for code, mine in sorted(found.items())
    )
    return answer(ScoreboardAnswer(at=scope.at.isoformat(), nation=read.total(found), ministries=rows))
