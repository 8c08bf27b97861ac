"""Search, documents, provisions and procedures as JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import cast

from flask import abort, jsonify, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from markupsafe import Markup, escape
from pydantic import BaseModel
from werkzeug.wrappers import Response

from schemas.addresses import document_url, procedure_url
from schemas.documents import Level
from schemas.search import MARK_END, MARK_START, Hit, Jump, SearchResults

from ..details import of_hits
from ..parameters import parse_request
from ..provisions import siblings_of
from ..queries import documents as documents_read
from ..queries import procedures as procedures_read
from ..queries import records
from ..queries.acts import article_of
from ..queries.details import NONE, Details, Linked, of_place
from ..queries.documents import Document
from ..state import site
from . import models as m

_search = Tag(name="search", description="Tra cứu")
_records = Tag(name="records", description="Văn bản, điều khoản, thủ tục")
bp = APIBlueprint(
    "api",
    __name__,
    url_prefix="/api/v1",
    abp_responses={400: m.Problem, 404: m.Problem, 503: m.Problem},
)


def answer(model: BaseModel, status: int = 200) -> Response:
    """A model as JSON."""
    response = jsonify(model.model_dump(mode="json", exclude_none=False))
    response.status_code = status
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def marked(snippet: str) -> str:
    """A snippet as HTML: everything escaped but the marks around found words."""
    text = str(escape(snippet))
    return str(Markup(text.replace(MARK_START, "<mark>").replace(MARK_END, "</mark>")))


def _jump(jump: Jump) -> m.JumpAnswer:
    return m.JumpAnswer(
        number=jump.number,
        provision=jump.provision,
        url=jump.url,
        title=jump.title,
        source_id=jump.source_id,
        validity=jump.validity,
    )


def _details(linked: Iterable[Linked]) -> tuple[m.DetailAnswer, ...]:
    return tuple(
        m.DetailAnswer(
            number=end.reference.number,
            document_type=end.reference.type,
            title=end.reference.title,
            provision=end.path or None,
            url=document_url(end.reference.address, end.path or None),
            validity=end.reference.status,
        )
        for end in linked
    )


def _hit(hit: Hit, details: Details) -> m.HitAnswer:
    return m.HitAnswer(
        id=hit.id,
        kind=hit.kind,
        source_id=hit.source_id,
        number=hit.number,
        provision=hit.provision,
        title=hit.title,
        heading=hit.heading,
        snippet=marked(hit.snippet),
        url=hit.url,
        score=hit.score,
        document_type=hit.document_type,
        agencies=hit.agencies,
        validity=hit.validity,
        issue_date=hit.issue_date,
        sample=hit.sample,
        why=hit.why,
        detailed_by=_details(details.detailed_by),
        details=_details(details.details),
    )


def search_answer(found: SearchResults, day: dt.date | None = None) -> m.SearchAnswer:
    """Results in the API's words, with details in force on a day. One jump is `jump`, several `choices`."""
    details = of_hits(found.hits, day)
    jumps = tuple(_jump(jump) for jump in found.jumps)
    return m.SearchAnswer(
        total=found.total,
        page=found.page,
        size=found.size,
        understood=m.UnderstoodAnswer(text=found.understood.text, notes=found.understood.notes),
        jump=jumps[0] if len(jumps) == 1 else None,
        choices=jumps if len(jumps) > 1 else (),
        suggestion=found.suggestion,
        facets={
            name: tuple(m.FacetAnswer(value=value.value, count=value.count) for value in values)
            for name, values in found.facets.items()
        },
        hits=tuple(_hit(hit, details.get(hit.id, NONE)) for hit in found.hits),
        next=found.cursor or None,
        generation=found.generation,
        took_ms=round(found.took_ms, 2),
    )


@bp.get("/search", tags=[_search], summary="Search", responses={200: m.SearchAnswer})
def search(query: m.SearchQuery) -> Response:
    asked = parse_request(request.args)
    return answer(search_answer(site().reader.search(asked), asked.on_date))


@bp.get("/suggest", tags=[_search], summary="Completions while typing", responses={200: m.SuggestAnswer})
def suggest(query: m.SuggestQuery) -> Response:
    found = site().reader.suggest(query.q[:100]) if query.q.strip() else ()
    return answer(
        m.SuggestAnswer(
            suggestions=tuple(m.SuggestionAnswer(text=s.text, kind=s.kind, url=s.url) for s in found)
        )
    )


def _choices(found: list[Document]) -> m.ChoicesAnswer:
    return m.ChoicesAnswer(
        choices=tuple(
            m.ChoiceAnswer(
                slug=document.address,
                url=document_url(document.address),
                source_id=document.source_id,
                number=document.number,
                type=document.type,
                title=document.title,
                agencies=tuple(document.agencies),
                issue_date=document.issue_date,
                status=document.status,
            )
            for document in found
        )
    )


@bp.get(
    "/documents/<slug>",
    tags=[_records],
    summary="A document; 300 with choices where several share the number",
    responses={200: m.DocumentAnswer, 300: m.ChoicesAnswer},
)
def document(path: m.DocumentPath) -> Response:
    with site().database.connect() as connection:
        found = documents_read.find(connection, path.slug)
        if not found:
            abort(404)
        if len(found) > 1:
            return answer(_choices(found), 300)
        record = found[0]
        return answer(
            m.DocumentAnswer(
                **records.document_fields(connection, record),
                slug=record.address,
                url=document_url(record.address),
                sample=record.sample,
            )
        )


@bp.get(
    "/documents/<slug>/provisions/<path:provision>",
    tags=[_records],
    summary="One article, clause or point",
    responses={200: m.ProvisionAnswer, 300: m.ChoicesAnswer},
)
def provision(path: m.ProvisionPath) -> Response:
    with site().database.connect() as connection:
        found = documents_read.find(connection, path.slug)
        if len(found) > 1:
            return answer(_choices(found), 300)
        record = found[0] if found else None
        read = documents_read.provision(connection, record.id, path.provision) if record else None
        if record is None or read is None:
            abort(404)
        row, text = read
        before, after = siblings_of(connection, record, row)
        place = (record.source, record.source_id, article_of(row.path))
        paired = of_place(connection, place)
        return answer(
            m.ProvisionAnswer(
                source_id=record.source_id,
                number=record.number,
                slug=record.address,
                id=row.path,
                level=cast(Level, row.level),
                provision_number=row.number,
                heading=row.heading,
                text=text,
                url=document_url(record.address, row.path),
                cited_by=tuple(
                    m.CitingAnswer(
                        number=reference.number, provision=at, url=document_url(reference.address, at)
                    )
                    for reference, at in documents_read.citing(connection, record.id, row.path, 100)
                ),
                detailed_by=_details(paired.detailed_by),
                details=_details(paired.details),
                previous=before.path if before else None,
                next=after.path if after else None,
            )
        )


@bp.get(
    "/procedures/<code>",
    tags=[_records],
    summary="An administrative procedure",
    responses={200: m.ProcedureAnswer},
)
def procedure(path: m.ProcedurePath) -> Response:
    with site().database.connect() as connection:
        record = procedures_read.find(connection, path.code)
        if record is None:
            abort(404)
        return answer(
            m.ProcedureAnswer(
                **records.procedure_fields(connection, record),
                url=procedure_url(record.code),
                sample=record.sample,
            )
        )
