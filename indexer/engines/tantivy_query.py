"""A query in Tantivy's terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import tantivy

from schemas import engine as ask
from schemas.text.words import fold_word, pairs

_Occur, _Query = tantivy.Occur, tantivy.Query


class Asked:
    """A `Query` in Tantivy's terms."""

    def __init__(self, schema: tantivy.Schema, query: ask.Query) -> None:
        self.query = query
        self._schema = schema
        self._filters = {
            name: any_of(terms(schema, name, values)) for name, values in query.filters.items() if values
        }

    def whole(self) -> tantivy.Query:
        """All of it, scored unless sorted by date."""
        if self.query.sort != "relevance" or not self.query.terms:
            return self.matching()
        ranked = [(_Occur.Should, self._term(term)) for term in self.query.terms]
        if self.query.match is not None:
            return _Query.boolean_query([(_Occur.Must, self.matching()), *ranked])
        return _Query.boolean_query([(_Occur.Must, _Query.boolean_query(ranked)), *self._limits(None)])

    def matching(self, without: str | None = None) -> tantivy.Query:
        """What is found, unscored; with the filter of one field left out."""
        if self.query.match is not None:
            found = self._match(self.query.match)
        elif self.query.terms:
            found = any_of(
                [_Query.term_query(self._schema, term.field, term.text, "basic") for term in self.query.terms]
            )
        else:
            found = _Query.all_query()
        whole = _Query.boolean_query([(_Occur.Must, found), *self._limits(without)])
        return _Query.const_score_query(whole, 0.0)

    def _limits(self, without: str | None) -> list[tuple[Any, tantivy.Query]]:
        limits = [query for name, query in self._filters.items() if name != without]
        if self.query.valid_on is not None:
            day = self.query.valid_on.toordinal()
            kind = tantivy.FieldType.Integer
            limits.append(_Query.range_query(self._schema, "valid_from", kind, None, day))
            limits.append(_Query.range_query(self._schema, "valid_until", kind, day + 1, None))
        return [(_Occur.Must, _Query.const_score_query(query, 0.0)) for query in limits]

    def _term(self, term: ask.Term) -> tantivy.Query:
        query = _Query.term_query(self._schema, term.field, term.text, "freq")
        return query if term.weight == 1.0 else _Query.boost_query(query, term.weight)

    def _phrase(self, phrase: ask.Phrase) -> tantivy.Query:
        """Positions are kept without marks only, to save time of building; the pairs decide the marks."""
        bare: list[str | tuple[int, str]] = [fold_word(word) for word in phrase.words]
        found = [_Query.phrase_query(self._schema, "fold", bare)]
        if phrase.field == "all":
            found += terms(self._schema, "pairs", pairs(list(phrase.words)))
        return _Query.boolean_query([(_Occur.Must, query) for query in found])

    def _match(self, match: ask.Match) -> tantivy.Query:
        if isinstance(match, ask.Has):
            return _Query.term_query(self._schema, match.field, match.text, "basic")
        if isinstance(match, ask.Equals):
            return _Query.term_query(self._schema, match.field, match.value, "basic")
        if isinstance(match, ask.Phrase):
            if len(match.words) == 1:
                return self._match(ask.Has(match.field, match.words[0]))
            return self._phrase(match)
        if isinstance(match, ask.NoneOf):
            parts = [(_Occur.Must, _Query.all_query()), (_Occur.MustNot, self._match(match.part))]
            return _Query.boolean_query(parts)
        occur = _Occur.Must if isinstance(match, ask.AllOf) else _Occur.Should
        if not match.parts:
            return _Query.all_query() if isinstance(match, ask.AllOf) else _Query.empty_query()
        return _Query.boolean_query([(occur, self._match(part)) for part in match.parts])


def any_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    """What any of them finds."""
    return _Query.boolean_query([(_Occur.Should, query) for query in queries])


def terms(schema: tantivy.Schema, field: str, values: Iterable[str]) -> list[tantivy.Query]:
    """A query for each exact value of a field."""
    return [_Query.term_query(schema, field, value, "basic") for value in values]
