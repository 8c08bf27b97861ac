"""Document numbers and references typed any way → the documents and provisions they name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from indexer.ranking.fields import exact_key, number_lookup
from schemas.engine import AllOf, AnyOf, Equals, Has, Match, Query, SearchEngine
from schemas.search import Jump, Record, note
from schemas.text.clauses import split_article
from schemas.text.headings import Line
from schemas.text.numbers import DocumentNumber, parse_number
from schemas.text.paths import article_of, segment
from schemas.text.references import TypedReference, code_named, parse_reference

#: More choices than this help nobody.
MOST = 8
_LOOKED_AT = 60
_QUESTION = 8  # blanks
_CODE_WITHOUT_DOT = re.compile(r"[1-3]\d{6}", re.ASCII)
_NATIONAL_CODE = len("1.001193")
_LONGEST = 160  # characters; longer texts are questions, not references


@dataclass(frozen=True, slots=True)
class Named:
    """What the words name directly, and what to say where they name something the portal does not hold."""

    jumps: tuple[Jump, ...] = ()
    notes: tuple[str, ...] = ()


def named(engine: SearchEngine, text: str) -> Named:
    """One jump, several choices (newest first), or none: then it is a search.

    Only a text with a number, one that is nothing but a reference, or the whole title of a law jumps. A
    number that nobody holds is said, with documents of the same serial where there are any; so is a
    provision that its document does not have.
    """
    if not text or len(text) > _LONGEST:
        return Named()
    # Without any digit, so many words are a question or a title: nothing to take apart.
    long = text.count(" ") >= _QUESTION and not any(map(str.isdigit, text))
    reference = None if long else parse_reference(text)
    if reference is None and _CODE_WITHOUT_DOT.fullmatch(text):
        return Named(_numbered(engine, TypedReference(), _procedure(f"{text[0]}.{text[1:]}")))
    if reference is None:
        return Named(_titled(engine, code_named(text) or TypedReference(title_words=text), only_laws=True))
    number = reference.number
    if number is None:
        jumps = _titled(engine, reference) if reference.title_words else ()
    elif not (jumps := _numbered(engine, reference, number)):
        return _not_held(engine, reference, number)
    wanted = reference.path if article_of(reference.path) else None
    if wanted and jumps and jumps[0].provision != wanted:
        return Named(jumps, (note("no_provision", wanted),))
    return Named(jumps)


def _procedure(code: str) -> DocumentNumber:
    return DocumentNumber(code, canonical=code, kind="procedure")


def _not_held(engine: SearchEngine, reference: TypedReference, number: DocumentNumber) -> Named:
    """Documents with the serial of a number nobody holds, of other years or agencies; newest first."""
    if number.kind == "procedure":
        national = number.serial[
            :_NATIONAL_CODE
        ]  # provinces write theirs behind it: "1.001193.000.00.00.H01"
        jumps = _numbered(engine, reference, _procedure(national)) if national != number.serial else ()
        return Named(jumps, () if jumps else (note("no_procedure", number.canonical),))
    without_year = replace(number, year=None)
    serial = replace(without_year, type_code=None, agency=None)
    whole = replace(reference, path=None)
    near = _numbered(engine, whole, without_year) or _numbered(engine, whole, serial)
    return Named(near, (note("other_numbers"),) if near else (note("no_document", number.canonical),))


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
    plain = [
        Jump(r.number or "", r.title, r.url, None, r.source_id, r.validity, r.document_type)
        for r in records[:MOST]
    ]
    article = article_of(path)
    if not records or path is None or article is None:
        return tuple(plain)
    held = {r.source_id: r.text for r in engine.get([f"{r.id}:{article}" for r in records[:MOST]])}
    with_path = []
    for jump in plain:
        if jump.source_id in held:
            place = _held_part(path, article, held[jump.source_id])
            with_path.append(replace(jump, provision=place, url=f"{jump.url}/{place}"))
    return tuple(with_path or plain)


def _held_part(path: str, article: str, text: str) -> str:
    """The path as far as the article's text goes: its clause or point, if it has it, else the article."""
    if path == article:
        return path
    held = {"", *_units(text)}
    steps = path[len(article) + 1 :].split("/")
    while "/".join(steps) not in held:
        steps.pop()
    return "/".join((article, *steps))


def _units(text: str) -> Iterator[str]:
    """Paths of the clauses and points of an article's text, below the article."""
    clause = ""
    for unit in split_article([Line(line) for line in text.split("\n")]):
        if unit.level == "clause":
            clause = segment("clause", unit.number)
            yield clause
        else:
            point = segment("point", unit.number)
            yield f"{clause}/{point}" if clause and unit.inside_clause else point
