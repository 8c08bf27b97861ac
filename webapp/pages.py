"""Each page's variables: what a template may use, no more. Addresses are in the page's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from .lawtext import Part
from .validity import Badge


@dataclass(frozen=True, slots=True)
class Crumb:
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds every page. `crumbs` lead to the page, without the page itself."""

    title: str
    active: str = ""
    crumbs: tuple[Crumb, ...] = ()
    search_in_header: bool = True
    sample: bool = False
    description: str = ""
    feed: str = ""
    robots: str = ""
    canonical: str = ""


@dataclass(frozen=True, slots=True)
class NewsItem:
    """A line of "what is new": when, which record, what happened."""

    when: dt.date | None
    title: str
    url: str
    note: str
    badge: Badge | None
    sample: bool = False
    quiet_title: str = ""


@dataclass(frozen=True, slots=True)
class Door:
    title: str
    url: str
    text: str
    figures: str
    more: tuple[Crumb, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosingItem:
    """A consultation that ends soon; the days left as three pieces, the middle one big."""

    title: str
    url: str
    note: str
    before: str
    big: str
    after: str
    soon: bool
    sample: bool


@dataclass(frozen=True, slots=True)
class Example:
    kind: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class FieldCount:
    name: str
    url: str
    count: str


@dataclass(frozen=True, slots=True)
class HomePage:
    frame: Frame
    search_url: str
    examples: tuple[Example, ...]
    doors: tuple[Door, ...]
    closing: tuple[ClosingItem, ...]
    consultations_url: str
    open_count: int
    changed: tuple[NewsItem, ...]
    this_week: bool
    fields: tuple[FieldCount, ...]
    more_fields: tuple[FieldCount, ...]
    news_url: str
    newest_url: str


@dataclass(frozen=True, slots=True)
class NewsPage:
    frame: Frame
    items: tuple[NewsItem, ...]
    previous: str
    following: str
    feed_url: str
    csv_url: str
    json_url: str


@dataclass(frozen=True, slots=True)
class FacetOption:
    value: str
    label: str
    count: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """A filter: its first options stand open, the others behind "more"."""

    name: str
    label: str
    options: tuple[FacetOption, ...]
    more: tuple[FacetOption, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class JumpLink:
    title: str
    url: str
    note: str
    badge: Badge | None


@dataclass(frozen=True, slots=True)
class DetailLine:
    """Where a hit is detailed, or what it details: the words, the first link, and where the others stand."""

    label: str
    link: Part
    more: Part | None


@dataclass(frozen=True, slots=True)
class HitRow:
    title: str
    url: str
    where: str
    badge: Badge | None
    snippet: tuple[tuple[str, bool], ...]
    why: tuple[str, ...]
    sample: bool
    same: tuple[Part, ...] = ()  # other hits of the same document
    procedure: bool = False  # of the same procedure, that is
    details: tuple[DetailLine, ...] = ()


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of a list; an empty `url` is the current page, an empty `label` a gap."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    frame: Frame
    action: str
    text: str
    understood: tuple[Part, ...]
    shown_note: str  # which validity the list is limited to
    everything_url: str
    total: str
    took: str
    sort_now: str
    sorts: tuple[Part, ...]
    hidden: tuple[tuple[str, str], ...]
    groups: tuple[FacetGroup, ...]
    on_date: str
    chips: tuple[Chip, ...]
    clear_url: str
    jumps: tuple[JumpLink, ...]
    hits: tuple[HitRow, ...]
    suggestion: Part | None
    widen_url: str
    pages: tuple[PageLink, ...]
    previous: str
    following: str
    feed_url: str
    csv_url: str
    json_url: str
    built: str
    error: str
    unavailable: bool
    chosen: int
    clear_count: str
    widen_count: str
    jumps_title: str
    completions: tuple[Part, ...]
    completions_url: str


@dataclass(frozen=True, slots=True)
class LinkRow:
    text: str
    url: str
    note: str
    badge: Badge | None


@dataclass(frozen=True, slots=True)
class LinkGroup:
    title: str
    rows: tuple[LinkRow, ...]
    more: tuple[LinkRow, ...]


@dataclass(frozen=True, slots=True)
class VersionRow:
    number: int
    when: str
    changes: str
    url: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a record was read, and when."""

    name: str
    url: str
    fetched: str


@dataclass(frozen=True, slots=True)
class ErrorPage:
    frame: Frame
    heading: str
    paragraphs: tuple[str, ...]
    typed: str
    search_url: str
    rows: tuple[LinkRow, ...]
    rows_title: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ClicksKept:
    """Days: needed until words are readable, after which rare and other searches are deleted."""

    days: int
    rare: int
    kept: int


@dataclass(frozen=True, slots=True)
class DataRow:
    """A list with its downloads, its feed and the address of its JSON."""

    name: Part
    downloads: tuple[Part, ...]
    feed: Part | None
    json: str


@dataclass(frozen=True, slots=True)
class OpenDataPage:
    frame: Frame
    rows: tuple[DataRow, ...]
    openapi_url: str


@dataclass(frozen=True, slots=True)
class HelpPage:
    frame: Frame
    clicks: ClicksKept | None  # None: it is not counted what people open after a search
