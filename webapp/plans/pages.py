"""What the templates of plans may use: frozen values, addresses already in the page's language."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.text.differences import Segment

from ..costs.steps import CostSteps
from ..lawtext import Part
from ..pages import Frame, LinkRow, PageLink
from ..validity import Badge


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a filter."""

    value: str
    label: str
    count: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan in a list: `late` in words, empty when it is on time."""

    number: str
    title: str
    url: str
    ministry: str
    badge: Badge
    saving: str
    summary: str
    items: str
    changed: str
    late: str
    sample: bool


@dataclass(frozen=True, slots=True)
class PlansPage:
    frame: Frame
    text: str
    total: str
    states: tuple[Choice, ...]
    ministries: tuple[Choice, ...]
    actions: tuple[Choice, ...]
    late: Choice
    chips: tuple[Part, ...]
    rows: tuple[PlanRow, ...]
    pages: tuple[PageLink, ...]
    previous: str
    following: str
    clear_url: str
    feed_url: str
    csv_url: str
    xlsx_url: str
    json_url: str
    progress_url: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A big figure, what it means, and the numbers it comes from."""

    big: str
    text: str


@dataclass(frozen=True, slots=True)
class StepView:
    """One of the five steps. `status`: done, current, late, ahead or skipped; `note` in words."""

    name: str
    status: str
    status_text: str
    dates: str
    note: str


@dataclass(frozen=True, slots=True)
class ClauseView:
    """One clause: where it stands, both wordings cut into what stays, goes and comes."""

    title: str
    url: str
    document: Part
    old: tuple[Segment, ...]
    new: tuple[Segment, ...]
    repealed: bool
    added: bool


@dataclass(frozen=True, slots=True)
class ItemView:
    number: int
    anchor: str
    title: str
    action: str
    state: str
    state_note: str
    regulation: Part | None
    reason: tuple[str, ...]
    clauses: tuple[ClauseView, ...]
    costs: tuple[tuple[str, str, str], ...]
    saving: str
    steps: CostSteps | None
    amendments: tuple[LinkRow, ...]
    dates: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class HistoryRow:
    when: str
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class PlanPage:
    frame: Frame
    number: str
    title: str
    lead: str
    badge: Badge
    summary: tuple[str, ...]
    notice: str
    tiles: tuple[Tile, ...]
    unmeasured: str
    steps: tuple[StepView, ...]
    items: tuple[ItemView, ...]
    amendments: tuple[LinkRow, ...]
    bases: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    replaces: tuple[LinkRow, ...]
    replaced_by: tuple[LinkRow, ...]
    history: tuple[HistoryRow, ...]
    changed: str
    xlsx_url: str
    json_url: str
    desk_url: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the progress table and the list it counts; empty address for 0."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class ProgressRow:
    name: str
    url: str
    plans: Figure
    open: Figure
    approved: Figure
    completed: Figure
    late: Figure
    done: str
    saving: str


@dataclass(frozen=True, slots=True)
class ProgressPage:
    frame: Frame
    sentence: str
    rows: tuple[ProgressRow, ...]
    total: ProgressRow | None
    csv_url: str
    json_url: str
    as_of: str
