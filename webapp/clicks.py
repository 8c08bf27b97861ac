"""Learning from clicks, where a site has switched it on: which article people open after a search.

Counted are the words of the search, the article, its place on the page and the day; docs/search.md says what
for. No cookie, no address and no hour is looked at, and the page is as it would be without. What is seen
waits in memory; some of it may be lost, and no page waits for it or fails with it.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
import threading
import time
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import sqlalchemy as sa
from flask import Flask, Request, Response, request
from sqlalchemy.dialects import postgresql, sqlite
from werkzeug.datastructures import MultiDict

from schemas.calendar import today
from schemas.click_tables import DAYS_NEEDED, KEPT, LAST_PLACE, RARE_KEPT, clicked_queries, search_clicks
from schemas.errors import BadSearch, SearchUnavailable
from schemas.search import PAGE_SIZE, SearchRequest
from schemas.text.words import words

from . import cookies
from .keys import keyed
from .parameters import parse_request
from .state import Site

log = logging.getLogger(__name__)
#: Seconds from the first choice seen until all that wait are counted.
EVERY = 60.0
#: Choices that wait at most; more push out the oldest.
MOST_WAITING = 200
#: Seconds of rest after each one counted: counting searches again, and people who search come first.
REST = 0.2
#: Rows kept at most: somebody who sends made-up requests cannot fill the disk.
MOST_ROWS = 200_000
LONGEST_TEXT = 200
#: More digits may be the number of a card, a telephone or a plate; documents that are meant by their number
#: are found without learning.
_MOST_DIGITS = 6
_LONG_NUMBER = re.compile(r"\d{5}")
_ADDRESS = re.compile(r"@|://|www\.", re.IGNORECASE)
_ROBOT = re.compile(r"bot|crawl|spider|slurp|preview|headless|https?:", re.IGNORECASE)
#: Query, article, place.
Seen = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Choice:
    """An article opened from a page of results: what was searched and where the page led."""

    asked: SearchRequest
    url: str


def may_be_kept(text: str) -> bool:
    """False for words that could tell who searched: long numbers, addresses, a whole story; and for none."""
    if not words(text) or len(text) > LONGEST_TEXT:
        return False
    digits = sum(character.isdigit() for character in text)
    return digits <= _MOST_DIGITS and not _LONG_NUMBER.search(text) and not _ADDRESS.search(text)


def choice_of(request: Request) -> Choice | None:
    """What a request tells of a choice; None when it tells nothing or must not be counted.

    Only articles, which are all that is learned about, and only plain searches: with a filter or another
    order, what was chosen answers more than the words.
    """
    if request.endpoint != "documents.provision" or request.method != "GET":
        return None
    try:
        page = urlsplit(request.referrer or "")
        if page.netloc != request.host or not page.path.endswith("/tim-kiem") or not _willing(request):
            return None
        asked = parse_request(MultiDict(parse_qsl(page.query)))
    except (ValueError, BadSearch):  # nobody's result page
        return None
    plain = SearchRequest(asked.text, page=asked.page)
    return Choice(plain, request.path) if asked == plain and may_be_kept(asked.text) else None


def _willing(request: Request) -> bool:
    """A person in a browser who opens a page, is not signed in and did not ask to be left alone."""
    sent = request.headers
    if sent.get("Sec-GPC") == "1" or sent.get("DNT") == "1" or cookies.read(request, cookies.SESSION):
        return False
    ahead = " ".join(sent.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    again = request.cache_control.no_cache or request.cache_control.max_age == 0  # a reload
    opened = (sent.get("Sec-Fetch-Mode", "navigate"), sent.get("Sec-Fetch-Site", "same-origin"))
    agent = sent.get("User-Agent", "")
    return (
        not (re.search("prefetch|prerender|preview", ahead) or again)
        and opened == ("navigate", "same-origin")
        and "Mozilla/" in agent
        and not _ROBOT.search(agent)
    )


class Clicks:
    """Choices that wait to be counted, and the counting. Safe for threads."""

    def __init__(self, part: Site, secret: str) -> None:
        self._part, self._secret = part, secret
        self._waiting: deque[Choice] = deque(maxlen=MOST_WAITING)
        self._counting = threading.Lock()
        self._timer: threading.Timer | None = None

    def watch(self, response: Response) -> Response:
        """Runs after every view; never fails and never waits."""
        try:
            choice = choice_of(request) if response.status_code == 200 else None
            if choice:
                self._waiting.append(choice)
                self._start()
        except Exception:
            log.exception("a choice was not counted")
        return response

    def _start(self) -> None:
        if self._timer is None:
            # Two threads may come here at once: then there are two timers, and one finds nothing to do.
            self._timer = threading.Timer(EVERY, self.count)
            self._timer.daemon = True
            self._timer.start()

    def count(self) -> None:
        """Count all that wait and write the sums down. What cannot be written is lost."""
        self._timer = None
        with self._counting:
            seen: Counter[Seen] = Counter()
            for _ in range(len(self._waiting)):  # what comes meanwhile waits for the next time
                choice = self._waiting.popleft()
                if found := self._seen(choice):
                    seen[found] += 1
                time.sleep(REST)
            try:
                if seen:
                    day = today(dt.datetime.now(dt.UTC))
                    with self._part.database.begin() as connection:
                        keep(connection, seen, self._secret, day)
            except sa.exc.SQLAlchemyError as error:
                log.warning("%d choices were not written: %s", seen.total(), type(error).__name__)

    def _seen(self, choice: Choice) -> Seen | None:
        """The choice with the article and its place, from the same search asked again; None when the page
        does not show it, as with a made-up request.
        """
        try:
            found = self._part.reader.search(choice.asked)
        except (BadSearch, SearchUnavailable):
            return None
        shown = [hit for hits in found.by_document for hit in hits]
        for place, hit in enumerate(shown, (choice.asked.page - 1) * PAGE_SIZE + 1):
            if hit.url == choice.url and hit.kind == "provision":
                return " ".join(words(choice.asked.text)), hit.id, min(place, LAST_PLACE)
        return None


def keep(connection: sa.Connection, seen: Mapping[Seen, int], secret: str, day: dt.date) -> None:
    """Add these choices to those of the day, and the words of queries that now have enough days."""
    if (connection.scalar(sa.select(sa.func.count()).select_from(search_clicks)) or 0) >= MOST_ROWS:
        return
    text_of = {keyed(secret, "clicks", text): text for text, _, _ in seen}
    rows = [
        {"query": keyed(secret, "clicks", text), "record": record, "place": place, "day": day, "count": n}
        for (text, record, place), n in seen.items()
    ]
    rows.sort(key=lambda row: (row["query"], row["record"], row["place"]))  # no deadlock of two processes
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(search_clicks)
    added = insert.on_conflict_do_update(
        index_elements=list(search_clicks.primary_key.columns),
        set_={"count": search_clicks.c.count + insert.excluded.count},
    )
    connection.execute(added, rows)
    enough = _on_enough_days().where(search_clicks.c.query.in_(text_of))
    readable = [{"query": key, "words": text_of[key]} for key in sorted(connection.scalars(enough))]
    if readable:
        connection.execute(dialect.insert(clicked_queries).on_conflict_do_nothing(), readable)


def purge(connection: sa.Connection, day: dt.date) -> None:
    """Remove what has been kept long enough on this day, and words that no longer have enough days."""
    clicks, readable = search_clicks.c, clicked_queries.c
    connection.execute(sa.delete(search_clicks).where(clicks.day <= day - KEPT))
    connection.execute(sa.delete(clicked_queries).where(readable.query.not_in(_on_enough_days())))
    rare = clicks.query.not_in(sa.select(readable.query))
    connection.execute(sa.delete(search_clicks).where(clicks.day <= day - RARE_KEPT, rare))


def _on_enough_days() -> sa.Select[Any]:
    """Queries that led to a choice on enough different days."""
    days = sa.func.count(search_clicks.c.day.distinct())
    return sa.select(search_clicks.c.query).group_by(search_clicks.c.query).having(days >= DAYS_NEEDED)


def initialise(app: Flask, secret: str) -> None:
    """Watch what is opened, if the settings say so; without them nothing of this runs."""
    part: Site = app.extensions["quydinh"]
    if part.settings.learn_from_clicks:
        clicks = Clicks(part, secret)
        app.extensions["quydinh clicks"] = clicks
        app.after_request(clicks.watch)
