"""What can be asked of search and what comes back, in neutral types no engine's name appears in.

The site sends a `SearchRequest` to a `SearchReader` and shows `SearchResults`; what stands behind the reader
is in `schemas.engine`. All values are frozen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

#: Kinds of record that can be found.
KINDS = ("provision", "document", "condition", "procedure", "plan", "consultation", "petition")
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
#: Value of the facet and filter `validity` for records whose validity is not known.
UNKNOWN = "CXD"
#: Facets that are counted for every page of results, in the order the site shows them.
FACETS = (
    "kind",
    "document_type",
    "agencies",
    "fields",
    "regulation_types",
    "business_lines",
    "validity",
    "year",
)
SortOrder = Literal["relevance", "newest", "oldest"]
PAGE_SIZE = 10
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
    owner: str = ""  # the row it was made from, "document:15": changes replace all records of an owner
    ordinal: int = 0  # unique, in reading order inside a document; below 2**43
    valid_from: dt.date | None = None  # in force from this day on; None: not known, counts as always
    valid_until: dt.date | None = None  # no longer in force on this day; None: still in force or not known
    outline: bytes = field(default=b"", compare=False, repr=False)  # kept by engines to find the best clause

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
    generation: str = ""  # of the index the first page came from; another one now is said


@dataclass(frozen=True, slots=True)
class Jump:
    """A document or provision the words name directly."""

    number: str
    title: str
    url: str
    provision: str | None = None
    source_id: str | None = None
    validity: str | None = None
    document_type: str | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """How the words were read: `text` is what was searched.

    `notes` say what was changed and why, neutral in language: each is `note(code, *values)` with a code of
    NOTES; the site writes the sentence.
    """

    text: str
    changed: bool = False
    notes: tuple[str, ...] = ()


#: Codes of `Understood.notes` → what their values are. Read with `parse_note`.
NOTES: dict[str, str] = {
    "restored": "marks put back: the words as typed, the words searched",
    "corrected": "typing mistake mended: the word as typed, the word searched",
    "unaccented": "searched without marks, because nothing could be put back: -",
    "expanded": "abbreviation or synonym searched too: the word as typed, the words added",
    "relaxed": "nothing holds all the words; what holds some of them is shown: -",
    "filter": "taken as a filter: its address parameter, the value as typed, the first values it means",
    "ignored": "operator or field that could not be understood, searched as words: the text",
    "excluded": "records with these words are left out: the words",
    "phrase": "only records with these words side by side: the words",
    "today": "only what is in force today, or of unknown validity: the day",
    "on_date": "only what was in force on that day, or of unknown validity: the day",
    "moved": "the index was built anew since the first page, the order may have changed: -",
    "nowhere": "no record holds these words: the words",
    "other_numbers": "no document has this number; jumps are those with the serial in other years: -",
    "no_document": "no document has this number, nor one like it: the number",
    "no_procedure": "no procedure has this code: the code",
    "no_provision": "the document named does not have this provision: its path",
    "unfiltered": "nothing was found, but without filters there is something: how many",
    "any_validity": "nothing was found, but whatever its validity there is something: how many",
    "no_words": "there are no words in what was typed; everything is listed: -",
}
#: Codes of `Hit.why` → what their values are. Read with `parse_note`.
REASONS: dict[str, str] = {
    "exact": "its number, title or heading is what was asked: -",
    "heading": "the heading holds these words: the words",
    "title": "the document's title holds these words: the words",
    "text": "the text holds these words: the words",
    "synonym": "it holds words that were searched too: those words, the word as typed",
    "missing": "these words were not found in it: the words",
    "definition": "it defines the term: the term",
    "meaning": "close in meaning: -",
    "learned": "put forward by the trained ranking: -",
    "in_force": "it is in force: -",
    "unknown_validity": "its validity is not known: -",
}
_SEPARATOR = "\x1f"


def note(code: str, *values: str) -> str:
    """A note or reason as one string."""
    return _SEPARATOR.join((code, *values))


def parse_note(text: str) -> tuple[str, tuple[str, ...]]:
    """(code, values) of what `note` wrote."""
    code, *values = text.split(_SEPARATOR)
    return code, tuple(values)


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

    @property
    def cursor(self) -> str:
        """Where the next page begins: its number and the generation it belongs to; empty after the last."""
        end = self.page * self.size
        more = end < self.total and end < MAX_OFFSET
        return f"{self.page + 1}.{self.generation}" if more else ""

    @property
    def by_document(self) -> tuple[tuple[Hit, ...], ...]:
        """The hits of this page, those of one document or procedure together, in the order of the best."""
        groups: dict[tuple[str, str], list[Hit]] = {}
        for hit in self.hits:
            whole = hit.document_type or hit.kind in ("procedure", "condition")
            key = (hit.source_id, hit.number or "") if whole else (hit.id, "")
            groups.setdefault(key, []).append(hit)
        return tuple(map(tuple, groups.values()))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion while typing; `kind` is document, procedure, term or business_line."""

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
