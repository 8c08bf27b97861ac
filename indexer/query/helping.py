"""What helps when little or nothing was found: another wording, and what stands in the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from schemas.search import SearchRequest, note
from schemas.text.words import fold_word, words

from .frequencies import Frequencies
from .restore import Speller
from .understand import Meaning

#: How many records a request finds, all of its words together.
Count = Callable[[SearchRequest], int]


def did_you_mean(request: SearchRequest, meaning: Meaning, speller: Speller, count: Count) -> str | None:
    """Another wording that finds something with all its words; None if there is none."""
    plain = replace(request, page=1, exact=False)
    for text in _wordings(request, meaning, speller):
        if text and text != meaning.understood.text and count(replace(plain, text=text)):
            return text
    return None


def _wordings(request: SearchRequest, meaning: Meaning, speller: Speller) -> Iterator[str]:
    tokens = meaning.tokens
    if not tokens:
        return
    yield " ".join(speller.restore(tokens, doubt=True).words)
    if tokens != tuple(words(request.text)):  # without the operators
        yield " ".join(tokens)
    counts = meaning.counts or {}
    explained = {at for e in meaning.expansions for at in range(e.start, e.end)}
    held = [token for at, token in enumerate(tokens) if counts.get(token, 0) or at in explained]
    if 0 < len(held) < len(tokens):
        yield " ".join(held)


def obstacles(
    request: SearchRequest, meaning: Meaning, frequencies: Frequencies, count: Count
) -> tuple[str, ...]:
    """Notes for a search that found nothing: words no record holds, and how many other filters would find."""
    notes = []
    distinct = list(dict.fromkeys(meaning.tokens))
    found = frequencies("fold", [fold_word(token) for token in distinct])
    nowhere = [token for token, n in zip(distinct, found, strict=True) if not n]
    if nowhere:
        notes.append(note("nowhere", ", ".join(nowhere)))
    anything = replace(request, page=1)
    if request.filters and (n := count(replace(anything, filters={}))):
        notes.append(note("unfiltered", str(n)))
    limited = request.in_force or request.on_date is not None
    if limited and (n := count(replace(anything, in_force=False, on_date=None))):
        notes.append(note("any_validity", str(n)))
    return tuple(notes)
