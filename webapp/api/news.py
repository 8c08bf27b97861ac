"""The first page and the list of changes as JSON."""

from __future__ import annotations

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from werkzeug.wrappers import Response

from schemas.addresses import document_url

from .. import home
from ..audit import aware
from ..documents import today
from ..news import LAST_NEWS_PAGE, NEWS_PAGE
from ..queries import home as read
from ..state import site
from . import models as m
from .views import answer

_tag = Tag(name="changes", description="Thay đổi gần đây")
bp = APIBlueprint("api_news", __name__, url_prefix="/api/v1", abp_responses={400: m.Problem, 503: m.Problem})


@bp.get("/overview", tags=[_tag], summary="What the portal holds", responses={200: m.OverviewAnswer})
def overview() -> Response:
    held = home.counts()
    with site().database.connect() as connection:
        found = read.events(connection, today(), 0, home.SHOWN)
    return answer(
        m.OverviewAnswer(
            documents=held.documents,
            provisions=held.provisions,
            procedures=held.procedures,
            conditions=held.conditions,
            samples=held.samples,
            read_at=aware(held.read_at),
            fields=tuple(m.FacetAnswer(value=name, count=count) for name, count in held.fields),
            changes=tuple(_change(event) for event in found),
        )
    )


@bp.get("/changes", tags=[_tag], summary="What happened to documents", responses={200: m.ChangesAnswer})
def changes(query: m.ChangesQuery) -> Response:
    first = (query.trang - 1) * NEWS_PAGE
    with site().database.connect() as connection:
        found = read.events(connection, today(), first, NEWS_PAGE + 1)
    more = len(found) > NEWS_PAGE and query.trang < LAST_NEWS_PAGE
    return answer(
        m.ChangesAnswer(
            page=query.trang,
            next=query.trang + 1 if more else None,
            changes=tuple(_change(event) for event in found[:NEWS_PAGE]),
        )
    )


def _change(event: read.Event) -> m.ChangeAnswer:
    reference = event.document
    return m.ChangeAnswer(
        date=event.when,
        what=event.what,
        number=reference.number,
        document_type=reference.type,
        title=reference.title,
        validity=reference.status,
        sample=reference.sample,
        url=document_url(reference.address),
    )
