"""Lines of business and their conditions as JSON."""

from __future__ import annotations

from flask import abort
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from werkzeug.wrappers import Response

from schemas.business_lines import line, lines

from ..conditions import condition_address, line_counts
from ..queries import conditions as read
from ..state import site
from . import models as m
from .views import answer

_tag = Tag(name="conditions", description="Điều kiện kinh doanh")
bp = APIBlueprint("api_lines", __name__, url_prefix="/api/v1", abp_responses={404: m.Problem})


@bp.get("/conditions", tags=[_tag], summary="Conditional lines of business", responses={200: m.LinesAnswer})
def all_lines() -> Response:
    counts = line_counts()
    return answer(
        m.LinesAnswer(
            lines=tuple(
                m.LinesEntry(
                    line=item.number,
                    name=item.name,
                    conditions=counts.get(item.number, 0),
                    url=f"/dieu-kien/{item.number}",
                )
                for item in lines()
            )
        )
    )


@bp.get("/conditions/<line>", tags=[_tag], summary="Conditions of one line", responses={200: m.LineAnswer})
def one_line(path: m.LinePath) -> Response:
    item = line(path.line)
    if item is None:
        abort(404)
    with site().database.connect() as connection:
        found = read.of_line(connection, item.number)
    return answer(
        m.LineAnswer(
            line=item.number,
            name=item.name,
            total=len(found),
            conditions=tuple(
                m.ConditionAnswer(
                    kind=condition.kind,
                    text=condition.text,
                    subject=condition.subject,
                    number=condition.document.number if condition.document else None,
                    provision=condition.provision,
                    procedure=condition.procedure_code,
                    url=condition_address(condition),
                )
                for condition in found
            ),
        )
    )
