"""The machinery of the authorisation matrix: who asks, what is asked, what each is answered.

A module `rows_<subject>.py` beside this one holds ROWS, the declared answers of that subject's routes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask import Flask

from schemas.people import NATIONAL, Grant, Person, Role
from schemas.regulation_tables import ministries
from tests.webapp.people import Browser, add_person
from webapp.accounts import sessions

#: The ministry the subjects of the matrix belong to, and one they do not.
OWN, OTHER = "bo-thu", "bo-khac"
SCOPES = {"own": OWN, "other": OTHER, "national": NATIONAL}
VISITOR, CITIZEN = "visitor", "citizen"
#: Every persona: a visitor, somebody without a role, each role over each scope.
PERSONAS = (VISITOR, CITIZEN, *(f"{role.value}@{scope}" for role in Role for scope in SCOPES))

EVERYONE = frozenset(PERSONAS)
SIGNED_IN = EVERYONE - {VISITOR}
NOBODY: frozenset[str] = frozenset()


def over(*roles: Role) -> frozenset[str]:
    """Who holds one of the roles over OWN."""
    return frozenset(f"{role.value}@{scope}" for role in roles for scope in ("own", "national"))


def national(*roles: Role) -> frozenset[str]:
    return frozenset(f"{role.value}@national" for role in roles)


def anywhere(*roles: Role) -> frozenset[str]:
    """Who holds one of the roles over any ministry."""
    return frozenset(f"{role.value}@{scope}" for role in roles for scope in SCOPES)


class World:
    """What the cells act on: an application on a database that only the matrix writes."""

    def __init__(self, app: Flask, database: sa.Engine) -> None:
        self.app = app
        self.database = database
        with database.begin() as connection:
            rows = [{"code": code, "name": code, "sample": False} for code in (OWN, OTHER)]
            connection.execute(ministries.insert(), rows)
        self.people: dict[str, Person | None] = {VISITOR: None, CITIZEN: add_person(database)}
        for role in Role:
            for scope, ministry in SCOPES.items():
                self.people[f"{role.value}@{scope}"] = add_person(database, Grant(role, ministry))

        self._kept: dict[str, Browser] = {}
        self._writers: dict[tuple[Grant, ...], list[Person]] = {}

    def browser(self, persona: str) -> Browser:
        """A new browser, signed in as the persona."""
        return Browser(self.app, self.people[persona])

    def kept_browser(self, persona: str) -> Browser:
        """The persona's browser of all rows; a new one when a row has ended its session."""
        kept = self._kept.get(persona)
        if kept is None or not self._lives(kept):
            self._kept[persona] = self.browser(persona)
        return self._kept[persona]

    def writers(self, number: int, *grants: Grant) -> list[Person]:
        """People who are none of the personas, the same whenever asked."""
        held = self._writers.setdefault(grants, [])
        held.extend(add_person(self.database, *grants) for _ in range(number - len(held)))
        return held[:number]

    def _lives(self, browser: Browser) -> bool:
        if browser.person is None:
            return True
        with self.database.connect() as connection:
            return sessions.find(connection, browser.session_cookie, samples=True) is not None


@dataclass(frozen=True)
class Ask:
    """One request: its path, and for a form what is sent."""

    path: str
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """What one route answers to everybody.

    `rule` is the address as Flask knows it, `ask` makes the request for a persona. Each who may change
    something has a new subject; readers and those to be refused share one, unless it is `personal`: made for
    the persona who asks. Who is in `allowed` gets `status`; None: any answer that is no refusal. Everybody
    else is refused: a visitor led to the log-in page, the others with 403; `refused` names those who get
    another status (404 where even the existence is not public). `state` tells rows of a route apart.
    `outcome`: what the address that who is allowed is led to says of it, for example "loi=no_draft".
    """

    rule: str
    allowed: frozenset[str]
    ask: Callable[[World, str], Ask] | str
    method: str = "GET"
    status: int | None = 200
    refused: Mapping[str, int] = field(default_factory=dict)
    state: str = ""
    personal: bool = False
    outcome: str = ""

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.method, self.rule, self.state)))

    def request(self, world: World, persona: str) -> Ask:
        return Ask(self.ask) if isinstance(self.ask, str) else self.ask(world, persona)

    def requests(self, world: World) -> Iterator[tuple[str, Ask]]:
        """What every persona asks, one after the other."""
        shared: Ask | None = None
        for persona in PERSONAS:
            if self.personal or (self.method != "GET" and persona in self.allowed):
                yield persona, self.request(world, persona)
            else:
                shared = shared or self.request(world, persona)
                yield persona, shared
