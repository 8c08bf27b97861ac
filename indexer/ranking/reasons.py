"""Why a hit is where it is: codes of `schemas.search.REASONS`, in words only on the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.search import Record, note
from schemas.text.words import fold_word, words

from .fields import exact_key, exact_values

if TYPE_CHECKING:
    from indexer.query.understand import Meaning

_TEXT_LOOKED_AT = 24_000


def reasons(record: Record, meaning: Meaning) -> tuple[str, ...]:
    """Which words were found where, whether it is exactly what was asked, what is known of its validity."""
    tokens = tuple(dict.fromkeys(meaning.tokens))
    found: list[str] = []
    left = list(tokens)
    if tokens and exact_key(" ".join(meaning.tokens)) in exact_values(record):
        found.append(note("exact"))
    for code, text in (("heading", record.heading), ("title", record.title), ("text", record.text)):
        held = set(words(text[:_TEXT_LOOKED_AT])) if left else set()
        folded = {fold_word(word) for word in held} if meaning.unmarked else set()
        here = [t for t in left if t in held or (t in meaning.unmarked and t in folded)]
        if here:
            found.append(note(code, " ".join(here)))
            left = [t for t in left if t not in here]
    if left:
        found.append(note("missing", " ".join(left)))
    if record.validity is None and record.kind != "procedure":
        found.append(note("unknown_validity"))
    return tuple(found)
