"""Consultations, their drafts and public comments as JSON. What is not public of a sender is never in it."""

from __future__ import annotations

import datetime as dt

from flask import request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from schemas.consultations import RECEIVING, days_left
from schemas.database import statements
from schemas.text.normalise import clean

from ..audit import aware
from ..consultations import figures as counted
from ..consultations import queries as read
from ..consultations.common import parameter, public
from ..consultations.figures import Figures
from ..consultations.lists import STAGES
from ..consultations.queries import Shown
from ..consultations.rows import Row, clock, read_at, stage_of
from ..errors import bad_request
from ..languages import gettext as _
from ..state import site
from . import models as m
from .views import answer

_tag = Tag(name="consultations", description="Lấy ý kiến dự thảo")
bp = APIBlueprint(
    "api_consultations", __name__, url_prefix="/api/v1", abp_responses={400: m.Problem, 404: m.Problem}
)
#: Pages that can be asked for.
LAST_PAGE = 100_000


class ConsultationsQuery(BaseModel):
    """Parameters of the list, as of the page /tham-van."""

    q: str = Field("", description="Words of the title or the document's number, with or without diacritics.")
    bo: str = Field("", description="Code of the ministry, e.g. bo-cong-thuong.")
    giai_doan: str = Field("", description="Stage: dang-mo, sap-het-han, sap-mo, da-dong, da-tra-loi.")
    trang: str = Field("", description="Page of 30 consultations.")


class CommentsQuery(BaseModel):
    """Parameters of the comments, as of the page /tham-van/{id}/y-kien."""

    dieu: str = Field("", description="Only on this clause, e.g. dieu-2/khoan-1, and those inside it.")
    xac_minh: str = Field("", description="co: senders whose address or account is verified; khong: others.")
    nhom: str = Field("", description="All letters of this campaign, instead of one for each campaign.")
    trang: str = Field("", description="Page of 30 comments, newest first; far ones are slow.")
    tiep: str = Field("", description="Instead of trang: the `next` of the answer before.")


class ConsultationPath(BaseModel):
    consultation_id: int = Field(ge=1, le=2**53, description="Number of the consultation, as in its address.")


class ConsultationEntry(m.Answer):
    """A consultation in a list. Times are UTC; `closes_at` is the first instant that no longer counts."""

    id: int
    title: str
    ministry: str
    ministry_name: str
    document_number: str | None
    field: str
    stage: str
    opens_at: dt.datetime
    closes_at: dt.datetime
    days_left: int | None
    comments: int
    sample: bool
    url: str


class ConsultationsAnswer(m.Answer):
    total: int
    page: int
    consultations: tuple[ConsultationEntry, ...]


class QuestionAnswer(m.Answer):
    number: int
    text: str
    choices: tuple[str, ...]
    chosen: tuple[int, ...] = Field(description="Public comments that chose each choice.")


class DraftProvisionAnswer(m.Answer):
    path: str
    level: str
    number: str
    heading: str
    text: str
    explanation: str


class DraftVersionAnswer(m.Answer):
    number: int
    published_at: dt.datetime
    note: str


class FiguresAnswer(m.Answer):
    """`listed`: public comments, a campaign counted once; `public`: each of its letters counted."""

    listed: int
    public: int
    verified: int
    unverified: int
    owed_an_answer: int
    answered: int
    states: dict[str, int]
    verdicts: dict[str, int]
    articles: dict[str, int]
    counted_at: dt.datetime | None = Field(description="Null: now; with very many comments, seconds ago.")


class PaperAnswer(m.Answer):
    name: str
    media_type: str
    size: int
    sha256: str
    url: str


class ConsultationAnswer(ConsultationEntry):
    """One consultation with its newest public draft."""

    purpose: str
    minimum_days: int
    minimum_basis: str
    short_reason: str
    answer_by: dt.date | None
    answered_at: dt.datetime | None
    left_open: int | None
    result: str
    questions: tuple[QuestionAnswer, ...]
    versions: tuple[DraftVersionAnswer, ...]
    preamble: str
    draft: tuple[DraftProvisionAnswer, ...]
    papers: tuple[PaperAnswer, ...]
    figures: FiguresAnswer


class SaidAnswer(m.Answer):
    """What the sender answered to a question of the ministry."""

    question: str
    choice: str = Field(description="The choice as it reads; empty for a question without, or none chosen.")
    text: str = Field(description="Words of the sender's own.")


class CommentAnswer(m.Answer):
    """A public comment as its page shows it; what was covered is covered here."""

    id: int
    tracking: str
    received_at: dt.datetime
    state: str
    stance: str
    provision: str | None
    detached: bool
    body: str
    replacement: str
    said: tuple[SaidAnswer, ...]
    name: str
    organisation: str
    place: str
    verification: str
    disputed: bool
    campaign: int | None
    campaign_members: int
    unique_sentences: tuple[str, ...]
    files: tuple[PaperAnswer, ...]
    verdict: str | None
    answer: str
    answered_at: dt.datetime | None
    url: str


class CommentsAnswer(m.Answer):
    total: int
    more_than_total: bool = Field(description="True: counting a filtered list stopped at `total`.")
    page: int
    next: str | None = Field(description="Pass it as `tiep` for the next page; null after the last.")
    comments: tuple[CommentAnswer, ...]


def _page() -> int:
    page = request.args.get("trang", "") or "1"
    if not (page.isascii() and page.isdigit() and len(page) < 7 and 1 <= int(page) <= LAST_PAGE):
        bad_request("trang", page, _("một số từ 1 đến %(n)s", n=LAST_PAGE))
    return int(page)


def _one_of(name: str, allowed: tuple[str, ...]) -> str:
    value = request.args.get(name, "")
    if value and value not in allowed:
        bad_request(name, value, ", ".join(allowed))
    return value


@bp.get("/consultations", tags=[_tag], summary="Consultations", responses={200: ConsultationsAnswer})
def all_consultations(query: ConsultationsQuery) -> Response:
    page, stage = _page(), _one_of("giai_doan", tuple(STAGES))
    asked = {
        "stage": str(STAGES[stage]) if stage else "",
        "ministry": parameter("bo", 100),
        "text": clean(parameter("q", 200)),
    }
    with statements(site().database) as connection:
        now = clock(connection)
        total, rows = read.listed(connection, now, page=page, **asked)
        numbers = counted.comment_counts(connection, [row.id for row in rows])
    found = tuple(ConsultationEntry.model_validate(_entry(row, now, numbers.get(row.id, 0))) for row in rows)
    return answer(ConsultationsAnswer(total=total, page=page, consultations=found))


def _entry(row: Row, now: dt.datetime, comments: int) -> dict[str, object]:
    stage = stage_of(row, now)
    return {
        "id": row.id,
        "title": row.title,
        "ministry": row.ministry_code,
        "ministry_name": row.ministry,
        "document_number": row.document_number or None,
        "field": row.field,
        "stage": stage,
        "opens_at": aware(row.opens_at),
        "closes_at": aware(row.closes_at),
        "days_left": days_left(aware(row.closes_at), now) if stage in RECEIVING else None,
        "comments": comments,
        "sample": row.sample,
        "url": f"/tham-van/{row.id}",
    }


@bp.get(
    "/consultations/<int:consultation_id>",
    tags=[_tag],
    summary="One consultation with its draft",
    responses={200: ConsultationAnswer},
)
def one_consultation(path: ConsultationPath) -> Response:
    with statements(site().database) as connection:
        row = public(connection, path.consultation_id)
        known = counted.figures(connection, row.id)
        versions = read.versions(connection, row.id)
        draft = read.provisions(connection, versions[0].id)
        questions = read.questions(connection, row.id)
        papers = read.papers(connection, row.id)
    return answer(
        ConsultationAnswer.model_validate(
            {
                **_entry(row, read_at(row), known.public),
                **{name: getattr(row, name) for name in _PLAIN},
                "answered_at": aware(row.answered_at),
                "questions": tuple(_question(q, known) for q in questions),
                "versions": tuple(
                    DraftVersionAnswer(number=v.number, published_at=aware(v.published_at), note=v.note)
                    for v in versions
                ),
                "preamble": versions[0].preamble,
                "draft": tuple(
                    DraftProvisionAnswer.model_validate({name: getattr(p, name) for name in _PROVISION})
                    for p in draft
                ),
                "papers": tuple(_file(row.id, p) for p in papers),
                "figures": _figures(known),
            }
        )
    )


_PLAIN = (
    "purpose", "minimum_days", "minimum_basis", "short_reason", "answer_by", "left_open", "result",
)  # fmt: skip
_PROVISION = ("path", "level", "number", "heading", "text", "explanation")


def _question(row: Row, known: Figures) -> QuestionAnswer:
    chosen = known.choices.get(row.id, {})
    numbers = tuple(chosen.get(n, 0) for n in range(len(row.choices)))
    return QuestionAnswer(number=row.ordinal, text=row.text, choices=tuple(row.choices), chosen=numbers)


def _figures(known: Figures) -> FiguresAnswer:
    return FiguresAnswer(
        listed=known.listed,
        public=known.public,
        verified=known.verified,
        unverified=known.unverified,
        owed_an_answer=known.owed,
        answered=known.answered,
        states=dict(known.states),
        verdicts=dict(known.verdicts),
        articles=dict(known.articles),
        counted_at=known.counted_at,
    )


def _file(consultation_id: int, row: Row) -> PaperAnswer:
    return PaperAnswer(
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        url=f"/tham-van/{consultation_id}/tep/{row.id}",
    )


@bp.get(
    "/consultations/<int:consultation_id>/comments",
    tags=[_tag],
    summary="Public comments with their answers",
    responses={200: CommentsAnswer},
)
def public_comments(path: ConsultationPath, query: CommentsQuery) -> Response:
    page, verified = _page(), _one_of("xac_minh", ("co", "khong"))
    group, before = _number("nhom"), _number("tiep")
    with statements(site().database) as connection:
        row = public(connection, path.consultation_id)
        listed = read.public_comments(
            connection,
            row.id,
            path=parameter("dieu", 200) or None,
            verified=verified,
            campaign=group,
            before=before or 0,
            page=page,
            known=counted.kept(connection, [row.id]).get(row.id),
        )
    return answer(
        CommentsAnswer(
            total=listed.total,
            more_than_total=listed.more_than,
            page=page,
            next=str(listed.older) if listed.older else None,
            comments=tuple(_comment(item) for item in listed.found),
        )
    )


def _number(name: str) -> int | None:
    """The number of a parameter, None where it is not given. Raises BadSearch for what is no number."""
    typed = request.args.get(name, "")
    if typed and not (typed.isascii() and typed.isdigit() and len(typed) < 16):
        bad_request(name, typed, _("một số"))
    return int(typed) if typed else None


def _comment(item: Shown) -> CommentAnswer:
    row = item.row
    return CommentAnswer(
        id=row.id,
        tracking=row.tracking,
        received_at=aware(row.received_at),
        state=row.state,
        stance=row.stance,
        provision=item.path,
        detached=item.fit == "detached",
        body=row.body if row.shown_body is None else row.shown_body,
        replacement=row.replacement if row.shown_replacement is None else row.shown_replacement,
        said=tuple(
            SaidAnswer(question=one.question, choice=one.choice, text=one.text)
            for one in read.public_said(item)
        ),
        name=item.name,
        organisation=item.organisation,
        place=item.place,
        verification=row.verification,
        disputed=row.disputed_at is not None,
        campaign=row.campaign_id,
        campaign_members=item.members,
        unique_sentences=tuple(row.unique_sentences or ()),
        files=tuple(_file(row.consultation_id, f) for f in item.attachments),
        verdict=item.verdict or None,
        answer=item.answer,
        answered_at=aware(item.answered_at),
        url=f"/tham-van/{row.consultation_id}/y-kien/{row.id}",
    )
