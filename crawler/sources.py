"""What a source is to the rest of the crawler, and which ones there are.

A third source costs one file in `spiders/` (what to ask), one pure parser in `sites/` (what the answers mean)
and saved pages under `tests/pages/`. Nothing else knows a source by name.
"""

from __future__ import annotations

import abc
import datetime as dt
import hashlib
import importlib
import json
import pkgutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from schemas.documents import LegalDocument, Procedure
from schemas.errors import QuydinhError, SettingsError
from schemas.pages import RecordPages
from schemas.settings import Settings

from . import spiders

#: Part name of list pages, and of a record's own entry cut out of one.
LIST = "list"
#: The rules of a host; not a page of the site.
ROBOTS = "robots"
#: Part that a record cannot do without; its absence (404) is how a withdrawal shows.
DETAIL = "detail"
#: Stands in place of a list item's hash for a record that a full list no longer shows.
ABSENT = "absent"


class SourceError(QuydinhError):
    """A site did not give what was asked for; the message names the address and the answer."""


class ListingError(SourceError):
    """The list of records cannot be read to its end; nothing may be concluded from what is missing in it."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. `record_key` is empty for lists; `body` None means GET, otherwise POST."""

    part: str
    url: str
    record_key: str = ""
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        return "GET" if self.body is None else "POST"

    @property
    def fingerprint(self) -> str:
        """SHA-256 of method, address and body: two requests are the same exactly when it is equal."""
        return hashlib.sha256(
            b"\0".join((self.method.encode(), self.url.encode(), self.body or b""))
        ).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer: what was archived."""

    url: str
    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class ListItem:
    """A record as its list shows it.

    `body` is the item as canonical JSON, `sha256` its hash; `stable` is the hash without what changes
    by the mere passing of time, so that equal `stable` means that nobody edited the record.
    """

    key: str
    body: bytes
    sha256: str
    stable: str


def list_item(key: str, item: Mapping[str, Any], date_driven: Iterable[str]) -> ListItem:
    """The canonical form of one entry of a list."""
    body = _canonical(item)
    left = set(date_driven)
    stable = _canonical({name: value for name, value in item.items() if name not in left})
    return ListItem(key, body, hashlib.sha256(body).hexdigest(), hashlib.sha256(stable).hexdigest())


def _canonical(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


Fetch = Callable[[Ask], Awaitable[Answer]]


class Source(abc.ABC):
    """What to ask of one site. Asks nothing itself: the crawler fetches, archives, retries and waits."""

    name: ClassVar[str]
    #: What its records are.
    kind: ClassVar[Literal["document", "procedure"]] = "document"
    #: Statuses of a good answer.
    good_statuses: ClassVar[frozenset[int]] = frozenset({200})

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @abc.abstractmethod
    def listing(self, fetch: Fetch, since: dt.date | None) -> AsyncIterator[list[ListItem]]:
        """All records the site lists, newest first where it can, a batch for each page.

        `since` leaves out records older than that day. Raises ListingError when the end was not reached.
        """

    @abc.abstractmethod
    def asks(self, key: str) -> list[Ask]:
        """The requests for one record, its `detail` first."""

    def files(self, key: str, detail: bytes, every: bool) -> list[Ask]:
        """Files to fetch: those the parser needs because the text is missing, or every one."""
        return []

    @classmethod
    @abc.abstractmethod
    def items(cls, body: bytes) -> list[ListItem]:
        """The entries of an archived list page."""

    @classmethod
    @abc.abstractmethod
    def parse(cls, pages: RecordPages) -> LegalDocument | Procedure:
        """The canonical record. Pure. Raises ParseError."""

    @classmethod
    def refusal(cls, part: str, media_type: str, body: bytes) -> str | None:
        """Why a body with a success status is not what was asked for; None if it is."""
        if part.startswith("file:"):
            name = part.rsplit(".", 1)[-1].lower()
            if media_type == "text/html" and name not in ("html", "htm"):
                return "an HTML page instead of the file"
            return None if body else "an empty file"
        try:
            value = json.loads(body)
        except ValueError:
            return "an HTML page instead of JSON" if body.lstrip()[:1] == b"<" else "broken JSON"
        return cls.envelope_refusal(value)

    @classmethod
    def envelope_refusal(cls, value: Any) -> str | None:
        """Why a JSON answer is not the site's envelope of success; None if it is."""
        return None if isinstance(value, dict) else "JSON that is not an object"


def source_classes() -> dict[str, type[Source]]:
    """Every source, by name: each module of `spiders/` offers one as SOURCE."""
    found: dict[str, type[Source]] = {}
    for module in pkgutil.iter_modules(spiders.__path__):
        source: type[Source] = importlib.import_module(f"{spiders.__name__}.{module.name}").SOURCE
        found[source.name] = source
    return found


def source_class(name: str) -> type[Source]:
    """The source of that name. Raises SettingsError naming those that exist."""
    classes = source_classes()
    if name not in classes:
        raise SettingsError("SOURCE", name, ", ".join(sorted(classes)))
    return classes[name]
