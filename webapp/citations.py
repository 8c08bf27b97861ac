"""Citations as links: what the tagger found in an article, resolved to pages of the site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from schemas.addresses import document_url
from schemas.text.normalise import slugify

from .languages import local
from .lawtext import Link
from .queries import documents as read
from .queries.documents import Document, Reference


@dataclass(frozen=True, slots=True)
class Citations:
    """Links by article, and the terms the document defines with the article that defines each."""

    links: Mapping[str, Sequence[Link]] = field(default_factory=dict)
    definitions: tuple[tuple[str, str], ...] = ()


def resolve(
    connection: sa.Connection, document: Document, tags: Iterable[Sequence[Any]], articles: set[str]
) -> Citations:
    """Links for these articles. A citation of a document that is not held stays plain text; one of a
    provision that is not there leads to the nearest one above it."""
    found: list[tuple[str, int, int, str | None, str | None]] = []
    definitions: list[tuple[str, str]] = []
    for provision, tag, start, end, value in tags:
        if tag == "definition" and value:
            definitions.append((str(value), provision))
        elif tag == "citation" and provision in articles and isinstance(value, dict):
            found.append((provision, start, end, value.get("number"), value.get("provision")))
    slugs = {slugify(number) for *_, number, _ in found if number}
    held = read.references(connection, slugs) if slugs else {}
    wanted: set[tuple[int, str]] = set()
    for *_, number, path in found:
        for key in _targets(document, number, held):
            wanted.update((key, step) for step in _ancestors(path))
    there = read.existing_paths(connection, wanted) if wanted else set()
    links: dict[str, list[Link]] = {}
    for provision, start, end, number, path in found:
        url = _url(document, number, path, held, there)
        if url:
            links.setdefault(provision, []).append(Link(start, end, url))
    return Citations(links, tuple(definitions))


def _targets(document: Document, number: str | None, held: Mapping[str, list[Reference]]) -> tuple[int, ...]:
    if number is None:
        return (document.id,)
    return tuple(reference.id for reference in held.get(slugify(number), ()))


def _ancestors(path: str | None) -> list[str]:
    """ "dieu-5/khoan-2" → itself, then "dieu-5"."""
    steps = path.split("/") if path else []
    return ["/".join(steps[:length]) for length in range(len(steps), 0, -1)]


def _url(
    document: Document,
    number: str | None,
    path: str | None,
    held: Mapping[str, list[Reference]],
    there: set[tuple[int, str]],
) -> str | None:
    targets = _targets(document, number, held)
    if not targets:
        return None
    nearest = next((step for step in _ancestors(path) if any((t, step) in there for t in targets)), None)
    if number is None:
        return local(document_url(document.address, nearest)) if nearest else None
    references = held[slugify(number)]
    address = references[0].address if len(references) == 1 else slugify(number)
    return local(document_url(address, nearest))
