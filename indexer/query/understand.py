"""What was meant: from a request to a `Query` an engine can answer, with notes that explain every step."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.ranking.fields import exact_key
from schemas.documents import VALIDITY
from schemas.engine import AllOf, AnyOf, Equals, Has, Match, NoneOf, Phrase, Query, Term, WordField
from schemas.search import FACETS, FILTERS, UNKNOWN, SearchRequest, Understood, note
from schemas.text.normalise import clean
from schemas.text.words import fold_word, fold_words, pairs

from .restore import Restored, Speller
from .syntax import Field, Group, Node, Parsed, Words, parse

Frequencies = Callable[[WordField, Sequence[str]], Sequence[int]]
#: Values that occur in the index, by filter field.
KnownValues = Mapping[str, Sequence[str]]

_LONGEST_QUERY = 60  # words; the rest of a longer text does not help to find anything
_ALL_WORDS_UP_TO = 4
_EXACT_WEIGHT = 3.0
_RARER_PART = 0.5  # of the words and pairs of a long question decide what is found
_LIKELY_UNMARKED = 0.1  # a word without marks that is ten times rarer than its marked twins
_FIELDS = frozenset(name for name in FILTERS if name not in ("dang",))
_VALIDITY_WORDS = {
    "con hieu luc": ("CHL", "HHL1P"),
    "con": ("CHL", "HHL1P"),
    "het hieu luc": ("HHL",),
    "het": ("HHL",),
    "chua co hieu luc": ("CCHL",),
    "chua": ("CCHL",),
    "khong ro": (UNKNOWN,),
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """The query, what to tell about it, and what ranking and snippets need of it.

    `tokens` are the words searched, in order; `unmarked` those that also stand for their marked twins.
    `loose` is the query to ask when nothing holds all the words; None when that cannot help.
    """

    query: Query
    understood: Understood
    tokens: tuple[str, ...] = ()
    unmarked: frozenset[str] = frozenset()
    counts: Mapping[str, int] | None = None  # word → records that hold it
    loose: Query | None = None
    exact_key: str = ""


def understand(
    request: SearchRequest,
    today: dt.date,
    frequencies: Frequencies,
    known: KnownValues,
    speller: Speller | None = None,
) -> Meaning:
    """Read a checked request. Never fails: what cannot be understood is searched as words and said."""
    text = clean(request.text)
    parsed = parse(text, _FIELDS)
    notes: list[str] = [note("ignored", part) for part in parsed.ignored]
    filters, loose_words = _filters(request, parsed, known, notes)
    tokens = (*_positive(parsed.node), *loose_words)[:_LONGEST_QUERY]
    restored = Restored(tokens)
    if speller is not None and not (request.exact or parsed.advanced):
        restored = speller.restore(tokens, _capitals(text, tokens))
        notes += _restoring_notes(tokens, restored)
    typed, tokens = tokens, restored.words
    guessed = frozenset(tokens[at] for at in restored.marked)
    unmarked = frozenset() if request.exact else _unmarked(tokens, frequencies)
    if unmarked and unmarked >= set(tokens):
        notes.append(note("unaccented"))
    terms, rarity = _terms(tokens, unmarked, frequencies)
    key = " ".join(map(fold_word, tokens))
    match, loose = _match(parsed, tokens, unmarked | guessed, terms, rarity, known, notes)
    valid_on = _valid_on(request, filters, today, notes)
    if not tokens and parsed.node is None:
        notes.append(note("no_words"))
    query = Query(
        terms=(*terms, Term("exact", key, _EXACT_WEIGHT)) if key else tuple(terms),
        match=match,
        filters=filters,
        valid_on=valid_on,
        facets=FACETS,
        sort=request.sort if tokens or request.sort != "relevance" else "newest",
        offset=(request.page - 1) * request.size,
        limit=request.size,
    )
    changed = tokens != typed
    shown = " ".join(tokens) if parsed.advanced or changed else text
    counts = dict(zip((term.text for term in terms), rarity, strict=True))
    understood = Understood(shown, changed, tuple(notes))
    return Meaning(query, understood, tokens, unmarked, counts, _loosened(query, loose), key)


def _loosened(query: Query, loose: bool) -> Query | None:
    if not loose:
        return None
    return Query(
        query.terms, None, query.filters, query.valid_on, query.facets, query.sort, query.offset, query.limit
    )


# ---------------------------------------------------------------- words


def _capitals(text: str, tokens: Sequence[str]) -> frozenset[int]:
    """Places of abbreviations: words in capitals without marks, in a text that is not all in capitals."""
    if text.upper() == text:
        return frozenset()
    found = {word.lower() for word in re.findall(r"\w{2,}", text) if word.isupper() and word.isascii()}
    return frozenset(at for at, token in enumerate(tokens) if token in found)


def _restoring_notes(typed: Sequence[str], restored: Restored) -> list[str]:
    notes = [note("corrected", typed[at], restored.words[at]) for at in sorted(restored.mended)]
    if restored.marked:
        notes.insert(0, note("restored", " ".join(typed), " ".join(restored.words)))
    return notes


def _positive(node: Node | None) -> tuple[str, ...]:
    """The words that are looked for, in order; excluded ones are not."""
    if isinstance(node, Words):
        return node.tokens
    if isinstance(node, Group) and node.operator != "NOT":
        return tuple(token for part in node.parts for token in _positive(part))
    return ()


def _unmarked(tokens: Sequence[str], frequencies: Frequencies) -> frozenset[str]:
    """Words typed without marks that usually carry some: "thue" for "thuế"; not "xe", which carries none."""
    bare = [token for token in dict.fromkeys(tokens) if fold_word(token) == token and not token.isdigit()]
    if not bare:
        return frozenset()
    as_typed, any_marks = frequencies("all", bare), frequencies("fold", bare)
    found = {
        token for token, n, m in zip(bare, as_typed, any_marks, strict=True) if m and n < _LIKELY_UNMARKED * m
    }
    if found and len(bare) == len(set(tokens)):  # no word carries a mark: nobody types half of them so
        return frozenset(bare)
    return frozenset(found)


def _terms(
    tokens: Sequence[str], unmarked: frozenset[str], frequencies: Frequencies
) -> tuple[list[Term], list[int]]:
    """Distinct words and distinct pairs, equal in weight, each in the field that fits how it was typed."""
    terms: dict[Term, None] = {}
    for token in tokens:
        terms[Term("fold" if token in unmarked else "all", token)] = None
    for (a, b), pair in zip(pairwise(tokens), pairs(list(tokens)), strict=True):
        folded = a in unmarked or b in unmarked
        terms[Term("fold_pairs", fold_word(pair)) if folded else Term("pairs", pair)] = None
    found = list(terms)
    rarity = [0] * len(found)
    for name in {term.field for term in found}:
        at = [n for n, term in enumerate(found) if term.field == name]
        for n, count in zip(at, frequencies(name, [found[n].text for n in at]), strict=True):
            rarity[n] = count
    return found, rarity


# ---------------------------------------------------------------- what is found


def _match(
    parsed: Parsed,
    tokens: Sequence[str],
    unmarked: frozenset[str],
    terms: Sequence[Term],
    rarity: Sequence[int],
    known: KnownValues,
    notes: list[str],
) -> tuple[Match | None, bool]:
    """Which records are found, and whether asking for less may help when there are none."""
    if parsed.advanced:
        node = _without_long_texts(parsed.node)
        return (_tree(node, unmarked, known, notes) if node else None), True
    if not tokens:
        return None, False
    exact = Has("exact", " ".join(map(fold_word, tokens)))
    distinct = list(dict.fromkeys(tokens))
    if len(distinct) <= _ALL_WORDS_UP_TO:
        every = AllOf(tuple(_word(token, unmarked) for token in distinct))
        return AnyOf((every, exact)), len(distinct) > 1
    # Longer texts are questions: the rarer ones of their words and pairs decide what is found.
    order = sorted((n for n in range(len(terms)) if rarity[n]), key=lambda n: (rarity[n], n))
    chosen = [terms[n] for n in order[: max(1, math.ceil(len(order) * _RARER_PART))]]
    return AnyOf((*(Has(term.field, term.text) for term in chosen), exact)), True


def _without_long_texts(node: Node | None) -> Node | None:
    """A question with a quoted term in it asks for the term; its other words only rank."""
    if not isinstance(node, Group) or node.operator != "AND":
        return node
    parts = [p for p in node.parts if not _is_text(p) or len(_all_words(p)) <= _ALL_WORDS_UP_TO]
    return Group("AND", tuple(parts)) if parts else None


def _is_text(node: Node) -> bool:
    return isinstance(node, Words) and not node.side_by_side


def _word(token: str, unmarked: frozenset[str]) -> Match:
    return Has("fold", fold_word(token)) if token in unmarked else Has("all", token)


def _tree(node: Node, unmarked: frozenset[str], known: KnownValues, notes: list[str]) -> Match:
    if isinstance(node, Words):
        return _words_match(node, unmarked, notes)
    if isinstance(node, Field):
        values = _values(node, known)
        if not values:
            notes.append(note("ignored", f"{node.name}:{node.value}"))
            return AllOf(tuple(Has("fold", word) for word in fold_words(node.value)))
        return AnyOf(tuple(Equals(FILTERS[node.name], value) for value in values))
    if node.operator == "NOT":
        notes.append(note("excluded", " ".join(_all_words(node))))
        return NoneOf(_tree(node.parts[0], unmarked, known, []))
    parts = tuple(_tree(part, unmarked, known, notes) for part in node.parts)
    return AnyOf(parts) if node.operator == "OR" else AllOf(parts)


def _words_match(node: Words, unmarked: frozenset[str], notes: list[str]) -> Match:
    if not node.side_by_side:
        return AllOf(tuple(_word(token, unmarked) for token in dict.fromkeys(node.tokens)))
    notes.append(note("phrase", " ".join(node.tokens)))
    bare = all(fold_word(token) == token for token in node.tokens)
    return Phrase("fold" if bare else "all", node.tokens)


def _all_words(node: Node) -> list[str]:
    if isinstance(node, Words):
        return list(node.tokens)
    return [word for part in node.parts for word in _all_words(part)] if isinstance(node, Group) else []


# ---------------------------------------------------------------- filters


def _filters(
    request: SearchRequest, parsed: Parsed, known: KnownValues, notes: list[str]
) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """The request's filters with those typed as `field:value`; and the words of fields nobody knows."""
    filters = {name: tuple(values) for name, values in request.filters.items() if values}
    words: list[str] = []
    for typed in parsed.fields:
        values = _values(typed, known)
        if values:
            name = FILTERS[typed.name]
            filters[name] = tuple(dict.fromkeys((*filters.get(name, ()), *values)))
            notes.append(note("filter", typed.name, typed.value))
        else:
            notes.append(note("ignored", f"{typed.name}:{typed.value}"))
            words += parse(typed.value, frozenset()).node.tokens if typed.value.strip("()") else []  # type: ignore[union-attr]
    return filters, words


def _values(typed: Field, known: KnownValues) -> tuple[str, ...]:
    """The values of the index that were meant: equal without marks, else those that hold the words."""
    name = FILTERS[typed.name]
    wanted = exact_key(typed.value.replace("_", " "))
    if not wanted:
        return ()
    if name == "validity":
        by_label = {exact_key(text): (code,) for code, text in VALIDITY.items()}
        codes = {code.lower(): (code,) for code in (*VALIDITY, UNKNOWN)}
        return (codes | by_label | _VALIDITY_WORDS).get(wanted, ())
    values = known.get(name, ())
    if name == "year":
        return _years(typed.value, values)
    equal = tuple(value for value in values if exact_key(value) == wanted)
    return equal or tuple(value for value in values if f" {wanted} " in f" {exact_key(value)} ")


def _years(typed: str, values: Sequence[str]) -> tuple[str, ...]:
    first, dots, last = typed.replace("..", "-").partition("-")
    if dots and first.isdecimal() and last.isdecimal():
        return tuple(value for value in values if int(first) <= int(value) <= int(last))
    return (typed,) if typed.isdecimal() and len(typed) == 4 else ()


def _valid_on(
    request: SearchRequest, filters: Mapping[str, object], today: dt.date, notes: list[str]
) -> dt.date | None:
    """The day of validity; asking for a validity by name, or for everything, sets none."""
    if request.on_date is not None:
        notes.append(note("on_date", request.on_date.isoformat()))
        return request.on_date
    if request.in_force and "validity" not in filters:
        notes.append(note("today", today.isoformat()))
        return today
    return None
