"""What the pages of calculations show."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.costs import ACTIVITY_KINDS, WageEdition

from ..amounts import exact
from ..forms import Form
from ..pages import Frame
from .reading import kind_name
from .steps import CostSteps

#: What a new calculation offers to fill in.
FIRST_KINDS = ("prepare", "submit", "wait", "receive")


@dataclass(frozen=True, slots=True)
class WageView:
    edition: str
    hourly: str
    source: str
    published: str


@dataclass(frozen=True, slots=True)
class SituationFields:
    """The fields of one situation: prefix of their names, heading, number of lines shown."""

    prefix: str
    title: str
    lines: int
    optional: bool = False


@dataclass(frozen=True, slots=True)
class CalculatorPage:
    """The public calculator. `official`: what the ministry reckons for one time, where it is known."""

    frame: Frame
    form: Form
    action: str
    situation: SituationFields
    kinds: tuple[tuple[str, str], ...]
    wage: WageView
    steps: CostSteps | None
    about: str
    about_url: str
    code: str
    official: str


@dataclass(frozen=True, slots=True)
class SheetPage:
    """The guided form of officers."""

    frame: Frame
    form: Form
    action: str
    about: str
    situations: tuple[SituationFields, ...]
    kinds: tuple[tuple[str, str], ...]
    wage: WageView
    wages: tuple[tuple[str, str], ...]
    steps: CostSteps | None
    revision: int
    back_url: str
    problem: str
    notice: str


def kinds() -> tuple[tuple[str, str], ...]:
    """Codes and names of kinds of activity, for a select."""
    return tuple((kind, kind_name(kind)) for kind in ACTIVITY_KINDS)


def wage_view(wage: WageEdition, published: str) -> WageView:
    return WageView(wage.edition, exact(wage.hourly), wage.source, published)


def first_lines(prefix: str) -> dict[str, str]:
    """The lines a new calculation starts with, by name."""
    values: dict[str, str] = {}
    for k, kind in enumerate(FIRST_KINDS):
        values |= {f"{prefix}{k}-name": kind_name(kind), f"{prefix}{k}-kind": kind}
    return values
