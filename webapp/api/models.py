"""What the API takes and gives. Field names are a promise; docs/api.md describes them."""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel, ConfigDict, Field

from schemas.documents import LegalDocument, Level, Procedure


class Answer(BaseModel):
    """Base of all answers."""

    model_config = ConfigDict(frozen=True)


class SearchQuery(BaseModel):
    """Parameters of a search, as of the page /tim-kiem. A repeated filter takes any of its values."""

    q: str = Field("", description="What to find: words with or without diacritics, a number, a clause.")
    loai: list[str] = Field(default_factory=list, description="Type of document, e.g. Nghị định.")
    co_quan: list[str] = Field(default_factory=list, description="Issuing agency, its full name.")
    linh_vuc: list[str] = Field(default_factory=list, description="Subject field.")
    nam: list[str] = Field(default_factory=list, description="Year of issue, four digits.")
    hieu_luc: list[str] = Field(
        default_factory=list, description="Validity code (CHL, …) or tat-ca; default: what binds today."
    )
    dang: list[str] = Field(
        default_factory=list, description="Kind of record: dieu-khoan, van-ban, dieu-kien, thu-tuc."
    )
    quy_dinh: list[str] = Field(default_factory=list, description="Type of regulation.")
    nganh_nghe: list[str] = Field(default_factory=list, description="Conditional line of business.")
    ngay: str = Field("", description="In force on this date, 2026-11-22 or 22/11/2026.")
    sap_xep: str = Field("", description="phu-hop, moi or cu.")
    dung_chu: str = Field("", description="1: search exactly what was typed.")
    trang: str = Field("", description="Page of 10 hits, 1 to 100.")
    tiep: str = Field("", description="Instead of trang: the `next` of the answer before.")


class UnderstoodAnswer(Answer):
    text: str
    notes: tuple[str, ...] = ()


class JumpAnswer(Answer):
    number: str
    provision: str | None = None
    url: str
    title: str = ""
    source_id: str | None = None
    validity: str | None = None


class FacetAnswer(Answer):
    value: str
    count: int


class DetailAnswer(Answer):
    """An article that gives the details of another, or that another gives the details of."""

    number: str
    document_type: str
    title: str
    provision: str | None = Field(None, description="Path of the article; null: the document as a whole.")
    url: str
    validity: str | None = None


class HitAnswer(Answer):
    id: str
    kind: str
    source_id: str
    number: str | None = None
    provision: str | None = None
    title: str
    heading: str
    snippet: str = Field(
        description="Plain text; found words stand between <mark> and </mark>, all else is escaped."
    )
    url: str
    score: float
    document_type: str | None = None
    agencies: tuple[str, ...] = ()
    validity: str | None = None
    issue_date: dt.date | None = None
    sample: bool = False
    why: tuple[str, ...] = ()
    detailed_by: tuple[DetailAnswer, ...] = Field(
        (), description="Articles in force of decrees and circulars that give the details of this one."
    )
    details: tuple[DetailAnswer, ...] = Field(
        (), description="Articles in force of laws that this one gives the details of."
    )


class SearchAnswer(Answer):
    """A page of hits. `jump`: the document or clause the words name; `choices`: where they name several."""

    total: int
    page: int
    size: int
    understood: UnderstoodAnswer
    jump: JumpAnswer | None = None
    choices: tuple[JumpAnswer, ...] = ()
    suggestion: str | None = None
    facets: dict[str, tuple[FacetAnswer, ...]]
    hits: tuple[HitAnswer, ...]
    next: str | None = Field(None, description="Pass it as `tiep` for the next page; null after the last.")
    generation: str
    took_ms: float


class SuggestQuery(BaseModel):
    q: str = Field("", description="The beginning of what is being typed.")


class SuggestionAnswer(Answer):
    text: str
    kind: str
    url: str


class SuggestAnswer(Answer):
    suggestions: tuple[SuggestionAnswer, ...]


class DocumentPath(BaseModel):
    slug: str = Field(description="Slug of the number, as in the page's address: 105-2017-nd-cp.")


class ProvisionPath(DocumentPath):
    provision: str = Field(description="Path of the provision: dieu-5/khoan-2/diem-a.")


class DocumentAnswer(LegalDocument):
    """The canonical document with its address."""

    slug: str
    url: str
    sample: bool = False


class ChoiceAnswer(Answer):
    """One of several documents that share a number."""

    slug: str
    url: str
    source_id: str
    number: str
    type: str
    title: str
    agencies: tuple[str, ...] = ()
    issue_date: dt.date | None = None
    status: str | None = None


class ChoicesAnswer(Answer):
    """The slug names several documents; ask again with one of these slugs."""

    choices: tuple[ChoiceAnswer, ...]


class CitingAnswer(Answer):
    number: str
    provision: str
    url: str


class ProvisionAnswer(Answer):
    """One article, clause or point. An article's text holds its clauses as they read."""

    source_id: str
    number: str
    slug: str
    id: str
    level: Level
    provision_number: str
    heading: str = ""
    text: str = ""
    url: str
    cited_by: tuple[CitingAnswer, ...] = ()
    detailed_by: tuple[DetailAnswer, ...] = Field(
        (), description="Articles of decrees and circulars that give the details of this article."
    )
    details: tuple[DetailAnswer, ...] = Field(
        (), description="Articles of laws that this article gives the details of."
    )
    previous: str | None = None
    next: str | None = None


class ProcedurePath(BaseModel):
    code: str = Field(description="Code of the procedure: 1.001193.")


class ProcedureAnswer(Procedure):
    """The canonical procedure with its address."""

    url: str
    sample: bool = False


class LinePath(BaseModel):
    line: str = Field(description="Number of the line in the list of conditional lines of business.")


class ConditionAnswer(Answer):
    kind: str
    text: str
    subject: str | None = None
    number: str | None = None
    provision: str | None = None
    procedure: str | None = None
    url: str


class LineAnswer(Answer):
    """The conditions of one line of business, each with the clause it comes from."""

    line: str
    name: str
    total: int
    conditions: tuple[ConditionAnswer, ...]


class LinesEntry(Answer):
    line: str
    name: str
    conditions: int
    url: str


class LinesAnswer(Answer):
    lines: tuple[LinesEntry, ...]


class ChangesQuery(BaseModel):
    trang: int = Field(1, ge=1, le=30, description="Page of 30 changes.")


class ChangeAnswer(Answer):
    """Something that happened to a document on a day."""

    date: dt.date
    what: str = Field(
        description="issued, effective, expired; or what changed at the source: text, metadata, status, "
        "status_by_date, relation, file, withdrawn, returned."
    )
    number: str
    document_type: str
    title: str
    validity: str | None = None
    sample: bool = False
    url: str


class ChangesAnswer(Answer):
    """Changes, newest first; `next` is the number of the next page."""

    page: int
    next: int | None = None
    changes: tuple[ChangeAnswer, ...]


class OverviewAnswer(Answer):
    """How much the portal holds, and the newest changes."""

    documents: int
    provisions: int = Field(description="Articles of all documents.")
    procedures: int
    conditions: int
    samples: int = Field(description="Documents and procedures of the sample portal among them.")
    read_at: dt.datetime | None = Field(None, description="When a record was last read from a source.")
    fields: tuple[FacetAnswer, ...]
    changes: tuple[ChangeAnswer, ...]


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
