"""Document numbers and references typed any way → the documents and provisions they name."""

from __future__ import annotations

from dataclasses import replace

from indexer.ranking.fields import exact_key, number_lookup
from schemas.engine import AllOf, AnyOf, Equals, Has, Match, Query, SearchEngine
from schemas.search import Jump, Record
from schemas.text.numbers import DocumentNumber, parse_number
from schemas.text.references import TypedReference, parse_reference

from ..records import article_of

#: More choices than this help nobody.
MOST = 8
_LOOKED_AT = 60
_QUESTION = 8  # blanks
_LONGEST = 160  # characters; longer texts are questions, not references


def find_jumps(engine: SearchEngine, text: str) -> tuple[Jump, ...]:
    """What the words name directly: one is a jump, several are choices, newest first; none is a search.

    Only a text that is nothing but a reference, or the whole title of a document, jumps.
    """
    if not text or len(text) > _LONGEST:
        return ()
    # Without any digit, so many words are a question or a title: nothing to take apart.
    long = text.count(" ") >= _QUESTION and not any(map(str.isdigit, text))
    reference = None if long else parse_reference(text)
    if reference is None:
        return _titled(engine, TypedReference(title_words=text), only_laws=True)
    if reference.number is not None:
        return _numbered(engine, reference, reference.number)
    return _titled(engine, reference) if reference.title_words else ()


def near_jumps(engine: SearchEngine, text: str) -> tuple[Jump, ...]:
    """Documents with the serial of a number nobody holds, of other years or agencies; newest first."""
    reference = parse_reference(text) if text and len(text) <= _LONGEST else None
    number = reference.number if reference else None
    if reference is None or number is None or number.kind != "document":
        return ()
    without_year = replace(number, year=None)
    serial = replace(without_year, type_code=None, agency=None)
    return _numbered(engine, reference, without_year) or _numbered(engine, reference, serial)


def _numbered(engine: SearchEngine, reference: TypedReference, number: DocumentNumber) -> tuple[Jump, ...]:
    found = _ask(engine, Has("exact", number_lookup(number)))
    fitting = []
    for record in found:
        full = parse_number(record.number or "")
        if full is None or not number.fits(full):
            continue
        if reference.document_type in (None, record.document_type) or number.type_code:
            fitting.append(record)
    return _jumps(engine, fitting, reference.path)


def _titled(engine: SearchEngine, reference: TypedReference, only_laws: bool = False) -> tuple[Jump, ...]:
    title = reference.title_words
    names = [title, f"{reference.document_type} {title}"] if reference.document_type else [title]
    keys = [key for name in names if (key := exact_key(name))]
    if not keys or not any(engine.frequencies("exact", keys)):
        return ()
    match: Match = AnyOf(tuple(Has("exact", key) for key in keys))
    if reference.document_type:
        match = AllOf((match, Equals("document_type", reference.document_type)))
    if reference.year:
        match = AllOf((match, Equals("year", str(reference.year))))
    found = [r for r in _ask(engine, match) if not only_laws or r.document_type in ("Luật", "Bộ luật")]
    return _jumps(engine, found, reference.path)


def _ask(engine: SearchEngine, match: Match) -> list[Record]:
    kinds = ("document", "procedure")
    query = Query(match=match, filters={"kind": kinds}, sort="newest", limit=_LOOKED_AT)
    return [item.record for item in engine.search(query).items]


def _jumps(engine: SearchEngine, records: list[Record], path: str | None) -> tuple[Jump, ...]:
    plain = [Jump(r.number or "", r.title, r.url, None, r.source_id, r.validity) for r in records[:MOST]]
    article = article_of(path)
    if not records or path is None or article is None:
        return tuple(plain)
    held = {r.source_id for r in engine.get([f"{r.id}:{article}" for r in records[:MOST]])}
    with_path = [
        replace(jump, provision=path, url=f"{jump.url}/{path}") for jump in plain if jump.source_id in held
    ]
    return tuple(with_path or plain)
