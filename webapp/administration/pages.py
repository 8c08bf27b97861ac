"""What the administration pages show."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from ..forms import Form
from ..languages import local
from ..pages import Crumb, Frame
from .waiting import Waiting


@dataclass(frozen=True, slots=True)
class PersonLine:
    id: int
    name: str
    email: str
    url: str
    roles: tuple[str, ...]
    disabled: bool
    sample: bool
    since: str


@dataclass(frozen=True, slots=True)
class HomePage:
    frame: Frame
    links: tuple[tuple[str, str, str, Waiting | None], ...]  # name, address, purpose, what waits there


@dataclass(frozen=True, slots=True)
class PeoplePage:
    frame: Frame
    form: Form
    roles: tuple[tuple[str, str], ...]
    people: tuple[PersonLine, ...]
    total: str
    previous: str
    following: str


@dataclass(frozen=True, slots=True)
class GrantLine:
    id: int
    name: str
    mine: bool  # may I withdraw it?


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One account; `scopes` are the ministries where I may grant, empty for none."""

    frame: Frame
    person: PersonLine
    grants: tuple[GrantLine, ...]
    form: Form
    roles: tuple[tuple[str, str], ...]
    scopes: tuple[tuple[str, str], ...]
    may_disable: bool
    oneself: bool
    notice: str
    known_by: str
    trail_url: str


@dataclass(frozen=True, slots=True)
class TrailLine:
    when: str
    actor: str
    action: str
    subject: str
    ministry: str
    changes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class TrailPage:
    frame: Frame
    form: Form
    actions: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    lines: tuple[TrailLine, ...]
    older: str
    csv_url: str


def frame(title: str, *, inside: bool = True) -> Frame:
    """The frame of an administration page."""
    crumbs = (Crumb(_("Bàn làm việc"), local("/quan-tri")),) if inside else ()
    return Frame(title, active="administration", crumbs=crumbs, robots="noindex")
