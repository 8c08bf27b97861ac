"""The scoreboard as JSON."""

from __future__ import annotations

import datetime as dt

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from ..queries import scoreboard as read
from ..scoreboard.asked import asked, counted
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
    median_days_to_answer: float | None = Field(description="From a comment to its answer; null: none yet.")
    updated_at: dt.datetime | None = Field(description="When the ministry changed something last.")


class SourceRead(m.Answer):
    source: str
    read_at: dt.datetime = Field(description="When this official site was read to the end last.")


class ScoreboardAnswer(m.Answer):
    """Figures by indicator. Money in đồng a year."""

    at: str
    nation: dict[str, int]
    median_days_to_answer: float | None
    updated_at: dt.datetime | None
    sources: tuple[SourceRead, ...]
    ministries: tuple[MinistryFigures, ...]


@bp.get("/scoreboard", tags=[_tag], summary="Indicators", responses={200: ScoreboardAnswer})
def scoreboard(query: ScoreboardQuery) -> Response:
    del query  # described by it, read by the page's own parser
    scope = asked()
    whole = counted(scope)
    rows = tuple(
        MinistryFigures(
            ministry=code,
            name=whole.names.get(code, ""),
            figures=mine,
            median_days_to_answer=whole.medians.get(code),
            updated_at=whole.updated.get(code),
        )
        for code, mine in sorted(whole.figures.items())
    )
    return answer(
        ScoreboardAnswer(
            at=scope.at.isoformat(),
            nation=read.total(whole.figures),
            median_days_to_answer=whole.medians.get(""),
            updated_at=max(whole.updated.values(), default=None),
            sources=tuple(SourceRead(source=name, read_at=at) for name, at in whole.sources.items()),
            ministries=rows,
        )
    )
