"""Addresses of pages on the site, as in docs/api.md; the indexer writes them, the site answers them."""

from __future__ import annotations

from .text.normalise import slugify


def document_slug(number: str, source_id: str, doubled: bool) -> str:
    """Slug of a document: of its number, with the source id where several documents share the number."""
    slug = slugify(number) or "khong-so"
    return f"{slug}--{source_id}" if doubled else slug


def document_url(slug: str, provision: str | None = None) -> str:
    """ "/van-ban/46-2018-nd-cp/dieu-5/khoan-2"."""
    return f"/van-ban/{slug}/{provision}" if provision else f"/van-ban/{slug}"


def procedure_url(code: str) -> str:
    """Page of an administrative procedure, by its code."""
    return f"/thu-tuc/{code}"
