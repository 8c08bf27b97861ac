"""The connection to Elasticsearch: time limits, retries on other nodes, and not waiting for who is gone."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

from elasticsearch import ApiError, Elasticsearch, TransportError, helpers

from schemas.errors import IndexBuildError, SearchUnavailable
from schemas.settings import Settings

_READ_RETRIES, _WRITE_RETRIES = 2, 5  # on other nodes
_WRITE_PATIENCE = 10  # times the time limit of a search
_PAUSE = 2.0  # seconds in which nobody is sent to a cluster that did not answer
_LONGEST_PROBE = 120.0


def connect(hosts: Sequence[str], timeout: float = 10.0, **more: Any) -> Elasticsearch:
    """A client for searches; `patient` gives its twin for writing."""
    requests = logging.getLogger("elastic_transport.transport")
    if requests.getEffectiveLevel() == logging.INFO:
        requests.setLevel(logging.WARNING)  # it tells of every request: three lines for a search
    bodies = logging.getLogger("elastic_transport.node")
    if not bodies.isEnabledFor(logging.DEBUG):
        bodies.propagate = False  # or every body is decoded for a line that nobody writes
    return Elasticsearch(
        list(hosts), request_timeout=timeout, retry_on_timeout=True, max_retries=_READ_RETRIES, **more
    )


def patient(client: Elasticsearch, timeout: float) -> Elasticsearch:
    """The same connection with more time and more retries: what is written may be large."""
    return client.options(request_timeout=timeout * _WRITE_PATIENCE, max_retries=_WRITE_RETRIES)


def connection_options(settings: Settings) -> dict[str, Any]:
    """Time limit, key and certificate authority, as `connect` takes them."""
    options: dict[str, Any] = {"timeout": settings.elasticsearch_timeout}
    if settings.elasticsearch_api_key:
        options["api_key"] = settings.elasticsearch_api_key
    if settings.elasticsearch_ca_file:
        options["ca_certs"] = str(settings.elasticsearch_ca_file)
    return options


class Line:
    """Keeps the site's threads from waiting, each in turn, for a cluster that is gone.

    After a failure on all nodes searches are refused at once; every two seconds one of them tries again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = threading.local()
        self._closed_until = 0.0
        self._problem = ""

    @contextlib.contextmanager
    def asking(self) -> Iterator[None]:
        """Around every question, also one inside another. Raises SearchUnavailable for whatever the cluster
        cannot answer."""
        if getattr(self._inside, "asking", False):
            yield
            return
        self._enter()
        self._inside.asking = True
        closed_until = 0.0
        try:
            yield
        except TransportError as error:
            self._problem = f"Elasticsearch does not answer: {error}"
            closed_until = time.monotonic() + _PAUSE
            raise SearchUnavailable(self._problem) from error
        except ApiError as error:
            raise SearchUnavailable(f"Elasticsearch cannot answer: {error}") from error
        finally:
            self._inside.asking = False
            self._closed_until = closed_until

    def _enter(self) -> None:
        if not self._closed_until:
            return
        with self._lock:
            now = time.monotonic()
            if now < self._closed_until:
                raise SearchUnavailable(self._problem)
            if self._closed_until:
                self._closed_until = now + _LONGEST_PROBE  # this one tries, the others do not wait for it


@contextlib.contextmanager
def building() -> Iterator[None]:
    """Around everything that writes. Raises IndexBuildError."""
    try:
        yield
    except (ApiError, TransportError, helpers.BulkIndexError, SearchUnavailable) as error:
        raise IndexBuildError(f"writing to Elasticsearch failed: {error}") from error
