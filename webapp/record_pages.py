"""Variables of the pages of single records: documents, provisions, procedures, conditions. Frozen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .lawtext import Line, Part
from .pages import Frame, LinkGroup, LinkRow, Source, VersionRow
from .validity import Badge


@dataclass(frozen=True, slots=True)
class TocEntry:
    label: str
    url: str
    heading: bool
    current: bool


@dataclass(frozen=True, slots=True)
class Note:
    """A remark beside an article: what acts on it, what cites it."""

    title: str
    style: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or an article (or a lone clause) with its lines."""

    kind: str  # part | article
    path: str
    over: str
    title: str
    url: str
    lines: tuple[Line, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class AnnexBlock:
    path: str
    title: str
    paragraphs: tuple[str, ...]
    tables: Sequence[Sequence[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class DocumentPage:
    frame: Frame
    eyebrow: str
    title: str
    meta: tuple[tuple[str, str], ...]
    badge: Badge
    status: tuple[tuple[Part, ...], ...]
    asked: tuple[Part, ...]  # open consultations about this document
    warnings: tuple[str, ...]
    url: str
    print_url: str
    json_url: str
    toc: tuple[TocEntry, ...]
    preamble: tuple[str, ...]
    blocks: tuple[Block, ...]
    annexes: tuple[AnnexBlock, ...]
    previous: Part | None
    following: Part | None
    page_note: str
    relations: tuple[LinkGroup, ...]
    versions: tuple[VersionRow, ...]
    files: tuple[str, ...]
    source: Source | None
    whole: bool


@dataclass(frozen=True, slots=True)
class ChoicesPage:
    frame: Frame
    number: str
    rows: tuple[LinkRow, ...]


@dataclass(frozen=True, slots=True)
class ProvisionPage:
    frame: Frame
    eyebrow: Part
    title: str
    badge: Badge
    status: tuple[tuple[Part, ...], ...]
    asked: tuple[Part, ...]  # open consultations that touch this provision
    path: tuple[Part, ...]
    heading: str
    lines: tuple[Line, ...]
    here: str
    url: str
    json_url: str
    notes: tuple[Note, ...]
    plans: tuple[LinkRow, ...]
    detailed_by: tuple[LinkRow, ...]  # where a decree or circular gives the details of this article
    details: tuple[LinkRow, ...]  # of which articles of a law this one gives the details
    amended: tuple[LinkRow, ...]
    cited_by: tuple[LinkRow, ...]
    definitions: tuple[Part, ...]
    related: tuple[LinkRow, ...]
    previous: Part | None
    following: Part | None
    source: Source | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the four answers: a big word, then its limits."""

    icon: str
    question: str
    big: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StepRow:
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    name: str
    copies: str


@dataclass(frozen=True, slots=True)
class PaperList:
    title: str
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class ProcedurePage:
    frame: Frame
    code: str
    title: str
    lead: str
    warnings: tuple[str, ...]
    answers: tuple[Answer, ...]
    steps: tuple[StepRow, ...]
    papers: tuple[PaperList, ...]
    requirements: tuple[str, ...]
    conditions: tuple[tuple[str, tuple[str, ...]], ...]
    bases: tuple[LinkRow, ...]
    results: tuple[str, ...]
    methods: tuple[tuple[str, tuple[str, ...]], ...]
    facts: tuple[tuple[str, str], ...]
    related: tuple[LinkRow, ...]
    versions: tuple[VersionRow, ...]
    url: str
    json_url: str
    source: Source | None


@dataclass(frozen=True, slots=True)
class LineRow:
    number: str
    name: str
    url: str
    count: str


@dataclass(frozen=True, slots=True)
class LinesPage:
    frame: Frame
    text: str
    lines: tuple[LineRow, ...]
    total: str
    csv_url: str
    json_url: str
    others: str


@dataclass(frozen=True, slots=True)
class ConditionRow:
    text: str
    subject: str
    clause: Part
    badge: Badge | None
    sample: bool
    confirmed: bool = False
    plan: Part | None = None  # that proposes to change it


@dataclass(frozen=True, slots=True)
class ConditionGroup:
    title: str
    rows: tuple[ConditionRow, ...]


@dataclass(frozen=True, slots=True)
class LinePage:
    frame: Frame
    number: str
    name: str
    groups: tuple[ConditionGroup, ...]
    ended: tuple[ConditionGroup, ...]  # of documents that bind no more
    ended_count: int
    total: str
    source: str
    csv_url: str
    json_url: str
    search_url: str
