"""Completions while typing: documents, procedures, defined terms, lines of business."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote_plus

from indexer.ranking.fields import start_token
from schemas.business_lines import lines
from schemas.engine import AllOf, AnyOf, Has, Match, Query, SearchEngine, Term
from schemas.search import Jump, Record, Suggestion, note
from schemas.text.numbers import parse_number
from schemas.text.paths import label
from schemas.text.words import fold_word, words

from .complete import Completions
from .expand import Expansion, Lexicon
from .frequencies import Frequencies
from .jumps import named
from .mining import Mined
from .twins import respelt

_LONGEST = 12  # words that are looked at
_OTHERS = 4  # terms and lines of business beside documents and procedures
_LOOKED_AT = 3  # times as many titles are looked at as are shown
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
    engine: SearchEngine,
    kept: Completions,
    lexicon: Lexicon,
    frequencies: Frequencies,
    prefix: str,
    limit: int,
) -> tuple[Suggestion, ...]:
    """The best completions of what was typed so far, marks or none, abbreviations or not.

    What a number or reference names comes first, then documents and procedures; at most four terms and lines
    among eight, more where there is room.
    """
    tokens = tuple(words(prefix)[:_LONGEST])
    if not tokens:
        return ()
    tokens = (*respelt(tokens[:-1], frequencies).words, tokens[-1])  # the last word may not be whole yet
    direct = _named(engine, prefix)
    short = lexicon.abbreviations(prefix, tokens)
    ways = _alternatives(tokens, short)
    records = [item.record for item in engine.search(_query(tokens, short, limit * _LOOKED_AT)).items]
    records.sort(key=lambda record: max(_closeness(record, way) for way in ways), reverse=True)
    found = tuple(dict.fromkeys((*direct, *map(_suggestion, _others_than(direct, records)))))[:limit]
    others = kept.find(ways, limit)
    room = max(min(_OTHERS, limit // 2), limit - len(found))
    others = others[:room]
    return (*found[: limit - len(others)], *others)


def _named(engine: SearchEngine, prefix: str) -> tuple[Suggestion, ...]:
    """Documents, provisions and procedures whose number was typed."""
    if not any(map(str.isdigit, prefix)):
        return ()
    found = named(engine, prefix.strip())
    return () if note("other_numbers") in found.notes else tuple(map(_jump, found.jumps))


def _jump(jump: Jump) -> Suggestion:
    place = f"{label(jump.provision)}, " if jump.provision else ""
    number = parse_number(jump.number)
    return Suggestion(f"{place}{jump.number}: {jump.title}", number.kind if number else "document", jump.url)


def _others_than(direct: Sequence[Suggestion], records: Iterable[Record]) -> Iterator[Record]:
    taken = {suggestion.url for suggestion in direct}
    return (record for record in records if record.url not in taken)


def _closeness(record: Record, typed: Sequence[str]) -> tuple[bool, int, int]:
    """How well a title fits: words side by side as typed, how many are whole, how many with these marks."""
    held = words(f"{record.document_type or ''} {record.title} {record.number or ''}")
    bare = list(map(fold_word, held))
    begun = list(map(fold_word, typed))
    side_by_side = any(
        bare[at : at + len(begun) - 1] == begun[:-1] and bare[at + len(begun) - 1].startswith(begun[-1])
        for at in range(len(bare) - len(begun) + 1)
    )
    return side_by_side, len(set(begun[:-1]) & set(bare)), len(set(typed) & set(held))


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
