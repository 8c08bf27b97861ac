"""Which records are found: the tree of conditions for what was typed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from indexer.ranking.frames import asking
from schemas.engine import AllOf, AnyOf, Equals, Has, Match, NoneOf, Phrase, Term
from schemas.search import FILTERS, note
from schemas.text.words import fold_word, fold_words, pairs

from .expand import Expansion
from .filters import KnownValues, filter_values
from .syntax import Field, Group, Node, Parsed, Words

_ALL_WORDS_UP_TO = 4
_KEYWORDS_UP_TO = 8  # words; longer texts are sentences, in which a rare word may be the least to the point
_TELLING = 0.4  # of what all words tell, by their rarity
_LEAST_HELD = 5  # records: a word that fewer hold may be a slip of somebody's keyboard
_ASKED_BEHIND = frozenset(("la gi", "nghia la gi", "la ai", "la nhu the nao", "la the nao", "la sao", "gi"))
_RARER_PART = 0.5  # of the words and pairs of a long question decide what is found


class WordMatches:
    """What finds a word: the word itself, any marks if it was typed without, or what it stands for."""

    def __init__(
        self, any_marks: frozenset[str], tokens: Sequence[str] = (), expansions: Sequence[Expansion] = ()
    ) -> None:
        """`tokens`: the words searched, in whose places the expansions are."""
        self._any_marks, self._expansions = any_marks, expansions
        self._single = {tokens[e.start]: e.added for e in expansions if e.end == e.start + 1}

    def word(self, token: str) -> Match:
        """One word, wherever it stands."""
        return _either(self._plain(token), self._single.get(token, ()))

    def every(self, tokens: Sequence[str]) -> tuple[Match, ...]:
        """All the words of a query; a place with an expansion is met by that too."""
        parts: dict[Match, None] = {}
        starts = {e.start: e for e in self._expansions}
        at = 0
        while at < len(tokens):
            expansion = starts.get(at)
            end = expansion.end if expansion else at + 1
            plain = tuple(self._plain(token) for token in tokens[at:end])
            whole = plain[0] if len(plain) == 1 else AllOf(plain)
            parts[_either(whole, expansion.added if expansion else ())] = None
            at = end
        return tuple(parts)

    def _plain(self, token: str) -> Match:
        return Has("fold", fold_word(token)) if token in self._any_marks else Has("all", token)


def _either(plain: Match, added: Sequence[tuple[str, ...]]) -> Match:
    """The words as typed, or all the pairs of what they stand for."""
    if not added:
        return plain
    others = (
        AllOf(tuple(Has("pairs", pair) for pair in pairs(list(words))) or (Has("all", words[0]),))
        for words in added
    )
    return AnyOf((plain, *others))


def match_of(
    parsed: Parsed,
    tokens: Sequence[str],
    words: WordMatches,
    terms: Sequence[Term],
    rarity: Sequence[int],
    known: KnownValues,
    notes: list[str],
    size: int = 0,
) -> tuple[Match | None, bool]:
    """Which records are found, and whether asking for less may help when there are none."""
    if parsed.advanced:
        node = _without_long_texts(parsed.node)
        return (_tree(node, words, known, notes) if node else None), True
    if not tokens:
        return None, False
    exact = Has("exact", " ".join(map(fold_word, tokens)))
    asked_about = _without_question(tokens)
    distinct = list(dict.fromkeys(asked_about))
    if len(distinct) <= _ALL_WORDS_UP_TO:
        every = AllOf(words.every(asked_about))
        return AnyOf((every, exact)), len(distinct) > 1
    few = len(distinct) <= _KEYWORDS_UP_TO
    if size and few and (telling := _telling(distinct, terms, rarity, size)):
        return AnyOf((words.word(telling), exact)), True
    # Longer texts are questions: the rarer ones of their words and pairs decide what is found.
    order = sorted((n for n in range(len(terms)) if rarity[n]), key=lambda n: (rarity[n], n))
    chosen = [terms[n] for n in order[: max(1, math.ceil(len(order) * _RARER_PART))]]
    return AnyOf((*(Has(term.field, term.text) for term in chosen), exact)), True


def _without_question(tokens: Sequence[str]) -> Sequence[str]:
    """A term without the "là gì" behind it: no article that explains "giáo trình" holds the word "gì"."""
    for start in range(1, len(tokens)):
        if " ".join(map(fold_word, tokens[start:])) in _ASKED_BEHIND:
            return tokens[:start]
    return tokens


def _telling(tokens: Sequence[str], terms: Sequence[Term], rarity: Sequence[int], size: int) -> str | None:
    """The one word that tells nearly as much as all others together: "karaoke" of "điều kiện kinh doanh
    karaoke". Records without it are about something else, however often they hold the others.
    """
    counts = {term.text: n for term, n in zip(terms, rarity, strict=True) if term.field in ("all", "fold")}
    held = {token: n for token in tokens if (n := counts.get(token, 0)) and token not in asking()}
    tells = {token: math.log(1 + (size + 1) / (n + 0.5)) for token, n in held.items()}
    first = max(tells, key=tells.__getitem__, default="")
    if not first or counts[first] < _LEAST_HELD or tells[first] < _TELLING * sum(tells.values()):
        return None
    return first


def _without_long_texts(node: Node | None) -> Node | None:
    """A question with a quoted term in it asks for the term; its other words only rank."""
    if not isinstance(node, Group) or node.operator != "AND":
        return node
    parts = [p for p in node.parts if not _is_text(p) or len(_all_words(p)) <= _ALL_WORDS_UP_TO]
    return Group("AND", tuple(parts)) if parts else None


def _is_text(node: Node) -> bool:
    return isinstance(node, Words) and not node.side_by_side


def _tree(node: Node, words: WordMatches, known: KnownValues, notes: list[str]) -> Match:
    if isinstance(node, Words):
        return _words_match(node, words, notes)
    if isinstance(node, Field):
        values = filter_values(node, known)
        if not values:
            notes.append(note("ignored", f"{node.name}:{node.value}"))
            return AllOf(tuple(Has("fold", word) for word in fold_words(node.value)))
        return AnyOf(tuple(Equals(FILTERS[node.name], value) for value in values))
    if node.operator == "NOT":
        notes.append(note("excluded", " ".join(_all_words(node))))
        return NoneOf(_tree(node.parts[0], words, known, []))
    parts = tuple(_tree(part, words, known, notes) for part in node.parts)
    return AnyOf(parts) if node.operator == "OR" else AllOf(parts)


def _words_match(node: Words, words: WordMatches, notes: list[str]) -> Match:
    if not node.side_by_side:
        return AllOf(tuple(words.word(token) for token in dict.fromkeys(node.tokens)))
    notes.append(note("phrase", " ".join(node.tokens)))
    bare = all(fold_word(token) == token for token in node.tokens)
    return Phrase("fold" if bare else "all", node.tokens)


def _all_words(node: Node) -> list[str]:
    if isinstance(node, Words):
        return list(node.tokens)
    return [word for part in node.parts for word in _all_words(part)] if isinstance(node, Group) else []
