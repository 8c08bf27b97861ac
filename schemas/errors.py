"""The one tree of errors. Stages raise these; the edge translates them for people."""

from __future__ import annotations


class QuydinhError(Exception):
    """Any failure this project foresees; the message says what happened and what to do next."""


class SettingsError(QuydinhError):
    """A setting has a value that cannot work."""

    def __init__(self, variable: str, value: object, allowed: str) -> None:
        super().__init__(f"{variable}={value!r} is not usable; allowed: {allowed}")
        self.variable, self.value, self.allowed = variable, value, allowed


class ParseError(QuydinhError):
    """A page is not as described in docs/sources.md."""

    def __init__(self, url: str, missing: str) -> None:
        super().__init__(f"{url}: {missing}")
        self.url, self.missing = url, missing


class StoreError(QuydinhError):
    """The database refused or lost a write."""


class ArchiveError(QuydinhError):
    """The raw-page archive cannot be read or written."""


class SearchError(QuydinhError):
    """Base of what searching can fail with."""


class BadSearch(SearchError):
    """The request names a field, value or page that does not exist (shown as 400)."""

    def __init__(self, parameter: str, value: object, allowed: str) -> None:
        super().__init__(f"{parameter}={value!r}: {allowed}")
        self.parameter, self.value, self.allowed = parameter, value, allowed


class SearchUnavailable(SearchError):
    """The engine does not answer or there is no published generation (shown as 503)."""


class IndexBuildError(SearchError):
    """A new index generation could not be written or verified; the old one still serves."""


class Refused(QuydinhError):
    """A rule forbids what was asked; `code` says which, for the page to put in words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Conflict(QuydinhError):
    """Somebody else changed it in between; nothing was written."""
