"""What a legal document and an administrative procedure are: the canonical records every stage exchanges.

Field names are those of the export format (`docs/sources.md`); JSON Schema of both is published in
`schemas/export/`. All text is NFC; a paragraph is one line; white space inside a paragraph is one blank.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Level = Literal["part", "chapter", "section", "subsection", "article", "clause", "point"]
Direction = Literal["out", "in"]

#: Validity (tình trạng hiệu lực) by the code the national database shows.
VALIDITY: dict[str, str] = {
    "CHL": "Còn hiệu lực",
    "HHL1P": "Hết hiệu lực một phần",
    "CCHL": "Chưa có hiệu lực",
    "HHL": "Hết hiệu lực toàn bộ",
    "TNHL": "Ngưng hiệu lực",
    "TNHL1P": "Ngưng hiệu lực một phần",
    "KCPH": "Không còn phù hợp",
}
#: Codes under which a document still binds; a missing code counts as in force and pages say so.
IN_FORCE = frozenset({"CHL", "HHL1P", "TNHL1P", None})


def binding_period(
    status: str | None, effective: dt.date | None, expiry: dt.date | None, recorded: dt.date
) -> tuple[dt.date | None, dt.date | None]:
    """[from, until) in which a document binds, as far as is known; None is open.

    A document shown as no longer binding without a date ended, at the latest, when that was recorded.
    """
    until = expiry
    if until is None and status not in IN_FORCE and status != "CCHL":
        until = recorded
    start = effective
    if start is None and status == "CCHL":
        start = dt.date.max
    return start, until


#: Relation codes of the national database, stored on the acting document.
RELATIONS: dict[int, tuple[str, str]] = {
    1: ("Bãi bỏ", "Bị bãi bỏ bởi"),
    3: ("Căn cứ", "Là căn cứ của"),
    4: ("Dẫn chiếu", "Được dẫn chiếu bởi"),
    6: ("Đính chính", "Được đính chính bởi"),
    9: ("Quy định chi tiết, hướng dẫn", "Được quy định chi tiết, hướng dẫn bởi"),
    10: ("Sửa đổi, bổ sung", "Được sửa đổi, bổ sung bởi"),
    11: ("Đình chỉ", "Bị đình chỉ bởi"),
    12: ("Thay thế", "Bị thay thế bởi"),
}
#: How an article was found to give the details of another, the surest first (docs/tagging.md).
DETAIL_EVIDENCE = ("heading", "cited", "opening", "listed", "left", "same", "only", "whole")
#: Host names under this top-level name are reserved for invention (RFC 2606): such records are samples.
SAMPLE_HOST_SUFFIX = ".invalid"


class Model(BaseModel):
    """Frozen base: records are values, never edited in place."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Provenance(Model):
    """Where a record was read: address, time (UTC) and SHA-256 of the answer it was parsed from."""

    url: str
    fetched_at: dt.datetime
    sha256: str


class Signer(Model):
    """Who signed (người ký); `name` is null where the source gives only the office."""

    name: str | None = None
    office: str | None = None


class Provision(Model):
    """One unit of the outline. `id` is its path: "dieu-46/khoan-3/diem-b"; point đ is "diem-dd"."""

    id: str
    level: Level
    number: str
    heading: str = ""
    text: str = ""


class Annex(Model):
    """Annex (phụ lục): its title, its running text and its tables as rows of cells."""

    title: str
    text: str = ""
    tables: tuple[tuple[tuple[str, ...], ...], ...] = ()


class Relation(Model):
    """An edge between two documents. `out`: this one acts on the target; `in`: the target acts on it."""

    code: int
    direction: Direction
    target_id: str
    target_number: str | None = None
    provisions: tuple[str, ...] = ()


class SourceFile(Model):
    """A file the source offers. `sha256` is null until it was fetched."""

    name: str
    media_type: str
    sha256: str | None = None


class Version(Model):
    """One state of a record. `content` is what a later version replaced; null for the current one.

    `sha256` is that of the content without incoming relations that only the acting document tells of;
    `provenance` is null for the current version, whose provenance is the record's.
    """

    number: int
    recorded_at: dt.datetime
    sha256: str
    changes: tuple[str, ...] = ()
    content: dict[str, Any] | None = None
    provenance: Provenance | None = None


class Stored(Model):
    """What the store adds to a parsed record."""

    versions: tuple[Version, ...] = ()
    withdrawn_at: dt.datetime | None = None
    provenance: Provenance

    def content(self) -> dict[str, Any]:
        """The record without its bookkeeping, as plain JSON values."""
        return self.model_dump(mode="json", exclude=set(_BOOKKEEPING))

    @property
    def content_sha256(self) -> str:
        """SHA-256 of `content()` as JSON with sorted keys: equal exactly when the content is equal."""
        return content_hash(self.content())

    @property
    def is_sample(self) -> bool:
        """True for invented records, known by their address under `.invalid`."""
        host = self.provenance.url.split("://", 1)[-1].split("/", 1)[0].split(":")[0]
        return host.endswith(SAMPLE_HOST_SUFFIX)


_BOOKKEEPING = ("versions", "withdrawn_at", "provenance")


def content_hash(content: dict[str, Any]) -> str:
    """SHA-256 of plain JSON values, independent of key order."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class LegalDocument(Stored):
    """Legal document (văn bản quy phạm pháp luật)."""

    kind: Literal["document"] = "document"
    source: str
    source_id: str
    number: str
    type: str
    title: str
    agencies: tuple[str, ...] = ()
    signers: tuple[Signer, ...] = ()
    issue_date: dt.date | None = None
    effective_date: dt.date | None = None
    expiry_date: dt.date | None = None
    status: str | None = None
    fields: tuple[str, ...] = ()
    preamble: tuple[str, ...] = ()
    provisions: tuple[Provision, ...] = ()
    annexes: tuple[Annex, ...] = ()
    relations: tuple[Relation, ...] = ()
    files: tuple[SourceFile, ...] = ()


class Step(Model):
    """A step of the sequence (trình tự thực hiện)."""

    name: str | None = None
    description: str | None = None


class Fee(Model):
    """Fee or charge (phí, lệ phí) as the source writes it; `amount` is null where it is not a number."""

    amount: str | None = None
    currency: str | None = None
    description: str | None = None


class Method(Model):
    """Manner of submitting (cách thức thực hiện) with its time limit and fees."""

    channel: str | None = None
    time: str | None = None
    unit: str | None = None
    description: str | None = None
    fees: tuple[Fee, ...] = ()


class Component(Model):
    """One paper of the dossier (thành phần hồ sơ); `forms` are names of the attached forms."""

    code: str | None = None
    name: str | None = None
    originals: int | None = None
    copies: int | None = None
    required: bool | None = None
    forms: tuple[str, ...] = ()


class Dossier(Model):
    """Dossier (hồ sơ) for one case of the procedure."""

    name: str | None = None
    components: tuple[Component, ...] = ()


class LegalBasis(Model):
    """Legal basis (căn cứ pháp lý) as named by the procedure; the link to the document is made by number."""

    source_id: str | None = None
    number: str | None = None
    name: str | None = None


class ProcedureLevels(Model):
    """At which levels of government the procedure is handled."""

    ministry: bool = False
    province: bool = False
    ward: bool = False


class Procedure(Stored):
    """Administrative procedure (thủ tục hành chính); its parts follow Decree 63/2010/NĐ-CP, Article 8."""

    kind: Literal["procedure"] = "procedure"
    source: str
    source_id: str
    code: str
    name: str
    decision_number: str | None = None
    ministry: str | None = None
    fields: tuple[str, ...] = ()
    authorities: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    methods: tuple[Method, ...] = ()
    dossiers: tuple[Dossier, ...] = ()
    results: tuple[str, ...] = ()
    requirements: str | None = None
    legal_bases: tuple[LegalBasis, ...] = ()
    levels: ProcedureLevels = ProcedureLevels()
    updated_at: str | None = None


AnyRecord = Annotated[LegalDocument | Procedure, Field(discriminator="kind")]
