"""Why a hit is where it is: codes of `schemas.search.REASONS`, in words only on the site."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from schemas.search import Record, note
from schemas.text.words import fold_word, words

from .fields import bare_heading, exact_key

if TYPE_CHECKING:
    from indexer.query.understand import Meaning


def _is_exactly(record: Record, key: str) -> bool:
    """Whether heading or title read as the query does; most are ruled out by their length alone."""
    for text in (bare_heading(record), record.title):
        if len(key) <= len(text) <= 2 * len(key) + 10 and exact_key(text) == key:
            return True
    return False


@lru_cache(maxsize=4096)
def _words_of(text: str, also_folded: bool) -> frozenset[str]:
    found = words(text)
    return frozenset((*found, *map(fold_word, found)) if also_folded else found)


def _added(record: Record, meaning: Meaning, in_text: frozenset[str]) -> list[str]:
    """The synonyms and long forms it holds, each with what was typed."""
    if not meaning.expansions:
        return []
    held = _words_of(record.heading, False) | _words_of(record.title, False) | in_text
    return [
        note("synonym", " ".join(added), expansion.typed)
        for expansion in meaning.expansions
        for added in expansion.added
        if held.issuperset(added)
    ]


def reasons(
    record: Record, meaning: Meaning, in_text: frozenset[str], common: frozenset[str]
) -> tuple[str, ...]:
    """Which words were found where, whether it is exactly what was asked, what is known of its validity.

    Words of `common` are in most texts: they tell nothing and are left out.
    """
    left = [token for token in dict.fromkeys(meaning.tokens) if token not in common]
    found: list[str] = []
    if meaning.exact_key and _is_exactly(record, meaning.exact_key):
        found.append(note("exact"))
    for code, held in (
        ("heading", _words_of(record.heading, bool(meaning.unmarked))),
        ("title", _words_of(record.title, bool(meaning.unmarked))),
        ("text", in_text),
    ):
        here = [token for token in left if token in held]
        if here:
            found.append(note(code, " ".join(here)))
            left = [t for t in left if t not in here]
    found += _added(record, meaning, in_text)
    if left:
        found.append(note("missing", " ".join(left)))
    if record.validity is None and record.document_type:
        found.append(note("unknown_validity"))
    return tuple(found)
