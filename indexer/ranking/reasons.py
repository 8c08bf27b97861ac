"""Why a hit is where it is: codes of `schemas.search.REASONS`, in words only on the site."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from schemas.search import Record, note
from schemas.text.words import fold_word, words

from .fields import bare_heading, exact_key

if TYPE_CHECKING:
    from indexer.query.understand import Meaning


_ASKING = frozenset(
    words(
        "ai bao bị các cho có của gì hay hoặc khi không là mấy nhiêu nào như những phải sao thế thì trong và"
        " về vì với đâu được để"
    )
)
_ONE_WORD = 0.25  # of the records with the rarer syllable hold both side by side


def _is_exactly(record: Record, key: str) -> bool:
    """Whether heading or title read as the query does; most are ruled out by their length alone."""
    part = record.kind in ("provision", "condition")  # the title is the document's
    for text in (bare_heading(record), "" if part else record.title):
        if len(key) <= len(text) <= 2 * len(key) + 10 and exact_key(text) == key:
            return True
    return False


@lru_cache(maxsize=4096)
def _words_of(text: str, also_folded: bool) -> frozenset[str]:
    found = words(text)
    return frozenset((*found, *map(fold_word, found)) if also_folded else found)


def _added(
    record: Record, meaning: Meaning, in_text: frozenset[str], common: frozenset[str]
) -> list[tuple[str, str]]:
    """The synonyms and long forms it holds, each with what was typed."""
    if not meaning.expansions:
        return []
    held = _words_of(record.heading, False) | _words_of(record.title, False) | in_text
    return [
        (" ".join(added), expansion.typed)
        for expansion in meaning.expansions
        for added in expansion.added
        if not held.isdisjoint(added) and (held | common).issuperset(added)
    ]


def units(meaning: Meaning, common: frozenset[str]) -> tuple[tuple[str, ...], ...]:
    """The words of the query as reasons tell them: two syllables that mostly stand together are one word.

    Words of `common` are in most texts: alone they tell nothing and are left out, as words that only ask are.
    """
    tokens, counts = meaning.tokens, meaning.counts or {}
    bound: list[tuple[float, int]] = []
    for at, pair in enumerate(pairwise(tokens)):
        together = max(counts.get("_".join(p), 0) for p in (pair, map(fold_word, pair)))
        share = together / max(1, min(counts.get(token, 0) for token in pair))
        if share >= _ONE_WORD:
            bound.append((-share, at))
    starts: dict[int, int] = {}
    for _, at in sorted(bound):
        if not {at - 1, at, at + 1} & starts.keys():
            starts[at] = at + 2
    found: dict[tuple[str, ...], None] = {}
    at = 0
    while at < len(tokens):
        end = starts.get(at, at + 1)
        if end - at > 1 or tokens[at] not in common:
            found[tokens[at:end]] = None
        at = end
    return tuple(unit for unit in found if not _ASKING.issuperset(unit)) or tuple(found)


def reasons(
    record: Record,
    meaning: Meaning,
    asked: Sequence[tuple[str, ...]],
    in_text: frozenset[str],
    common: frozenset[str],
) -> tuple[str, ...]:
    """Which words were found where, whether it is exactly what was asked, what is known of its validity.

    `asked`: the `units` of the query; `in_text`: the words of it that the text holds, without those of
    `common`, which it is not asked for.
    """
    left = list(asked)
    found: list[str] = []
    if meaning.exact_key and _is_exactly(record, meaning.exact_key):
        found.append(note("exact"))
    in_heading = _words_of(record.heading, bool(meaning.unmarked))
    in_title = _words_of(record.title, bool(meaning.unmarked))
    for code, held in (("heading", in_heading), ("title", in_title), ("text", in_text)):
        if code == "text":
            left = [unit for unit in left if not common.issuperset(unit)]
            held |= common
        here = [unit for unit in left if held.issuperset(unit)]
        if here:
            found.append(note(code, " ".join(map(" ".join, here))))
            left = [unit for unit in left if unit not in here]
    added = _added(record, meaning, in_text, common)
    found += [note("synonym", *pair) for pair in added]
    instead = {word for _, typed in added for word in words(typed)}
    anywhere = in_heading | in_title | in_text | common | instead
    missing = [unit for unit in left if not anywhere.issuperset(unit)]
    if missing:
        found.append(note("missing", " ".join(map(" ".join, missing))))
    if record.validity is None and record.document_type:
        found.append(note("unknown_validity"))
    return tuple(found)
