"""Completions while typing: documents, procedures, defined terms, lines of business."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote_plus

from indexer.ranking.fields import start_token
from schemas.business_lines import lines
from schemas.engine import AllOf, AnyOf, Has, Match, Query, SearchEngine, Term
from schemas.search import Record, Suggestion
from schemas.text.words import words

from .complete import Completions
from .expand import Expansion, Lexicon
from .mining import Mined

_LONGEST = 12  # words that are looked at
_OTHERS = 4  # terms and lines of business beside documents and procedures
_ALL = 0.5  # weight of a whole word against the beginning of one


def completions(mined: Mined) -> Completions:
    """What is kept in memory of a generation: its terms, and the lines of business of the law."""
    return Completions((*_terms(mined), *_lines()))


def _terms(mined: Mined) -> Iterator[tuple[Suggestion, int]]:
    for text, count in mined.terms.items():
        shown = text[:1].upper() + text[1:]
        yield Suggestion(shown, "term", f"/tim-kiem?q={quote_plus(text)}"), count


def _lines() -> Iterator[tuple[Suggestion, int]]:
    for line in lines():
        yield Suggestion(line.name, "business_line", f"/dieu-kien/{line.number}"), 1


def suggest(
    engine: SearchEngine, kept: Completions, lexicon: Lexicon, prefix: str, limit: int
) -> tuple[Suggestion, ...]:
    """The best completions of what was typed so far, marks or none, abbreviations or not.

    Documents and procedures first; at most four terms and lines among eight, more where there is room.
    """
    tokens = words(prefix)[:_LONGEST]
    if not tokens:
        return ()
    short = lexicon.abbreviations(prefix, tokens)
    records = engine.search(_query(tokens, short, limit)).items
    found = tuple(_suggestion(item.record) for item in records)
    others = kept.find(_alternatives(tokens, short), limit)
    room = max(min(_OTHERS, limit // 2), limit - len(found))
    others = others[:room]
    return (*found[: limit - len(others)], *others)


def _query(tokens: Sequence[str], short: Sequence[Expansion], limit: int) -> Query:
    """Documents and procedures that hold words which begin so; an abbreviation may stand for its words."""
    long_forms = {e.start: e.added for e in short}
    terms: dict[Term, None] = {}
    parts: list[Match] = []
    for at, token in enumerate(tokens):
        ways: list[Match] = [Has("starts", start_token(token))]
        for added in long_forms.get(at, ()):
            ways.append(AllOf(tuple(Has("starts", start_token(word)) for word in added)))
        spelled = (token, *(word for added in long_forms.get(at, ()) for word in added))
        terms |= {Term("starts", start_token(word)): None for word in spelled}
        terms |= {Term("all", word, _ALL): None for word in spelled}
        parts.append(ways[0] if len(ways) == 1 else AnyOf(tuple(ways)))
    return Query(tuple(terms), AllOf(tuple(parts)), limit=limit)


def _alternatives(tokens: Sequence[str], short: Sequence[Expansion]) -> tuple[tuple[str, ...], ...]:
    """The words as typed, and with each abbreviation written out."""
    found = {tuple(tokens): None}
    for e in short:
        for added in e.added:
            found[(*tokens[: e.start], *added, *tokens[e.end :])] = None
    return tuple(found)


def _suggestion(record: Record) -> Suggestion:
    if record.kind == "procedure":
        return Suggestion(record.title, "procedure", record.url)
    named = record.title
    if record.document_type and not named.lower().startswith(record.document_type.lower()):
        named = f"{record.document_type} {named}"
    return Suggestion(f"{named} ({record.number})" if record.number else named, "document", record.url)
