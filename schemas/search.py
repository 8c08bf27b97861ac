"""What can be asked of search and what comes back, in neutral types no engine's name appears in.

Two layers. The site sends a `SearchRequest` to a `SearchReader` and shows `SearchResults`. Behind it
`indexer.query` turns the request into a `Query`, a `SearchEngine` finds `Candidates`, `indexer.ranking`
orders them. All values are frozen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal, Protocol

#: Kinds of record that can be found.
KINDS = ("provision", "document", "condition", "procedure", "plan", "consultation")
#: Filters of the site, by the name of their address parameter → field of the record.
FILTERS: dict[str, str] = {
    "loai": "document_type",
    "co_quan": "agencies",
    "linh_vuc": "fields",
    "nam": "year",
    "hieu_luc": "validity",
    "dang": "kind",
    "quy_dinh": "regulation_types",
    "nganh_nghe": "business_lines",
}
SortOrder = Literal["relevance", "newest", "oldest"]
PAGE_SIZE = 20
MAX_OFFSET = 1000


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that can be found: an article, a procedure, a condition, …

    `id` is unique and stable ("vbpl:19761:dieu-5", "dichvucong:1.001193"); `ordinal` breaks ties.
    """

    id: str
    kind: str
    source_id: str
    number: str | None
    provision: str | None
    title: str  # of the document or procedure
    heading: str  # "Điều 46. Điều kiện…"
    text: str
    url: str  # path on the site
    document_type: str | None = None
    agencies: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    business_lines: tuple[str, ...] = ()
    regulation_types: tuple[str, ...] = ()
    condition_kinds: tuple[str, ...] = ()
    validity: str | None = None  # code of schemas.documents.VALIDITY; None: not known
    issue_date: dt.date | None = None
    effective_date: dt.date | None = None
    expiry_date: dt.date | None = None
    neighbours: tuple[str, ...] = ()  # headings before and after, chapter
    cited_by: int = 0
    sample: bool = False

    @property
    def year(self) -> int | None:
        return self.issue_date.year if self.issue_date else None


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What a person asked, checked: `filters` by record field, each value one of several allowed."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    on_date: dt.date | None = None
    sort: SortOrder = "relevance"
    page: int = 1
    size: int = PAGE_SIZE
    exact: bool = False  # search as typed, nothing restored or expanded
    in_force: bool = True  # default view: what binds today, unknown validity counted in


@dataclass(frozen=True, slots=True)
class Jump:
    """A document or provision the words name directly."""

    number: str
    title: str
    url: str
    provision: str | None = None
    source_id: str | None = None
    validity: str | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """How the words were read: `text` is what was searched; `notes` say in words what was changed and why."""

    text: str
    changed: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. `snippet` is text with the found words between STX (\\x02) and ETX (\\x03)."""

    id: str
    kind: str
    source_id: str
    number: str | None
    provision: str | None
    title: str
    heading: str
    snippet: str
    url: str
    score: float
    document_type: str | None = None
    agencies: tuple[str, ...] = ()
    validity: str | None = None
    issue_date: dt.date | None = None
    sample: bool = False
    why: tuple[str, ...] = ()


MARK_START, MARK_END = "\x02", "\x03"


@dataclass(frozen=True, slots=True)
class SearchResults:
    """A page of hits with all that stands around it. `jumps`: one is a jump, several are choices."""

    total: int
    page: int
    size: int
    hits: tuple[Hit, ...]
    understood: Understood
    facets: Mapping[str, tuple[FacetValue, ...]]
    jumps: tuple[Jump, ...] = ()
    suggestion: str | None = None  # did you mean
    generation: str = ""
    took_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion while typing; `kind` is document, term or business_line."""

    text: str
    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What is served now; `pending` counts outbox rows that are not in it yet."""

    engine: str
    generation: str
    records: int
    by_kind: Mapping[str, int]
    pending: int
    built_at: dt.datetime | None


class SearchReader(Protocol):
    """What the site sees of search. Safe for threads. Raises BadSearch and SearchUnavailable only."""

    def search(self, request: SearchRequest) -> SearchResults: ...

    def suggest(self, prefix: str, limit: int = 8) -> tuple[Suggestion, ...]: ...

    def related(self, record_id: str, limit: int = 6) -> tuple[Hit, ...]: ...

    def status(self) -> IndexStatus: ...


# ---------------------------------------------------------------- what an engine is asked


@dataclass(frozen=True, slots=True)
class Term:
    """A word to find in the catch-all field; `weight` 1 unless an expansion; `required` is AND."""

    text: str  # folded syllable, or syllables of a phrase joined by blanks
    weight: float = 1.0
    required: bool = False
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A request an engine can answer without understanding Vietnamese."""

    terms: tuple[Term, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()  # each required, in this order, side by side
    excluded_phrases: tuple[tuple[str, ...], ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # any of the values; fields joined by AND
    valid_on: dt.date | None = None
    facets: tuple[str, ...] = ()
    sort: SortOrder = "relevance"
    offset: int = 0
    limit: int = PAGE_SIZE


@dataclass(frozen=True, slots=True)
class Candidate:
    id: str
    score: float
    record: Record


@dataclass(frozen=True, slots=True)
class Candidates:
    """What an engine found: in order, ties broken by id."""

    total: int
    items: tuple[Candidate, ...]
    facets: Mapping[str, Mapping[str, int]]
    generation: str


class IndexWriter(Protocol):
    """A new generation or a change to the published one; nothing is seen before `publish`."""

    generation: str

    def add(self, records: Iterable[Record]) -> int: ...

    def delete(self, ids: Sequence[str]) -> None: ...

    def publish(self) -> None: ...

    def drop(self) -> None: ...


class SearchEngine(Protocol):
    """The one contract of all engines; tests/indexer/contract.py holds it."""

    name: str

    def create(self) -> AbstractContextManager[IndexWriter]:
        """A writer for a new generation; leaving the block without `publish` drops it."""

    def update(self) -> AbstractContextManager[IndexWriter]:
        """A writer for changes to the published generation."""

    def search(self, query: Query) -> Candidates: ...

    def get(self, ids: Sequence[str]) -> Iterator[Record]: ...

    def generation(self) -> str | None: ...

    def count(self) -> int: ...

    def close(self) -> None: ...
