"""From the gateway's answers on one document to the canonical record."""

from __future__ import annotations

from typing import Any

from crawler.sites.decoding import decode
from schemas.documents import LegalDocument, Provenance, SourceFile
from schemas.errors import ParseError
from schemas.pages import Page, RecordPages

from . import attributes
from .answers import data_of, record
from .body import Body, read_body
from .files import file_names, media_type, read_file, text_files
from .html import read_blocks
from .tree import read_tree


def parse(pages: RecordPages) -> LegalDocument:
    """The document described by the parts list, detail, tree, diagram and file:NAME.

    Only `detail` must be there. A document without any text (a scan) is kept without provisions. Raises
    ParseError naming the address and what is missing.
    """
    page = pages.parts.get("detail")
    if page is None:
        raise ParseError(f"{pages.source}:{pages.source_id}", "no page of the detail")
    detail = record(data_of(page), page.url, "data")
    url = page.url
    number = attributes.required(detail.get("docNum"), url, "docNum")
    type_ = attributes.type_name(detail, url)
    shown = attributes.required(detail.get("title"), url, "title")
    body = _body(pages, detail, page, type_)
    return LegalDocument(
        source=pages.source,
        source_id=pages.source_id,
        number=number,
        type=type_,
        title=attributes.title(shown, number, type_, _summaries(pages, detail), body.title),
        agencies=attributes.agencies(detail, url),
        signers=attributes.signers(detail, url),
        issue_date=attributes.date(detail.get("issueDate"), url, "issueDate"),
        effective_date=attributes.date(detail.get("effFrom"), url, "effFrom"),
        expiry_date=attributes.date(detail.get("effTo"), url, "effTo"),
        status=attributes.status_code(detail, url),
        fields=attributes.fields(detail, url),
        preamble=body.preamble,
        provisions=body.provisions,
        annexes=body.annexes,
        relations=attributes.outgoing(detail, url) + _incoming(pages),
        files=_files(pages, detail, url),
        provenance=Provenance(url=url, fetched_at=page.fetched_at, sha256=page.sha256),
    )


def files_needed(detail: bytes) -> list[str]:
    """Names of the files to fetch because the detail holds no text; best first, none when it does."""
    data = record(record(decode(detail, "detail"), "detail", "answer").get("data"), "detail", "data")
    return [] if _content(data, "detail") else text_files(data, "detail")


def _content(detail: dict[str, Any], url: str) -> str:
    """The HTML of the text; "" where there is none, even if `hasContent` says otherwise."""
    content = detail.get("documentContent")
    if content is None:
        return ""
    html = record(content, url, "documentContent").get("content")
    return html if isinstance(html, str) and html.strip() else ""


def _body(pages: RecordPages, detail: dict[str, Any], page: Page, type_: str) -> Body:
    html = _content(detail, page.url)
    body = read_body(read_blocks(html), type_) if html else Body()
    if body.provisions:
        return body
    from_files = _body_of_files(pages, detail, page.url, type_)
    tree = pages.parts.get("tree")
    provisions = read_tree(data_of(tree), tree.url) if tree is not None else ()
    return Body(
        title=body.title or from_files.title,
        preamble=body.preamble or from_files.preamble,
        provisions=provisions or from_files.provisions,
        annexes=body.annexes or from_files.annexes,
    )


def _body_of_files(pages: RecordPages, detail: dict[str, Any], url: str, type_: str) -> Body:
    for name in text_files(detail, url):
        page = pages.parts.get(f"file:{name}")
        if page is None:
            continue
        body = read_body(read_file(page), type_, annexes_marked=False)
        if body.provisions or body.preamble:
            return body
    return Body()


def _summaries(pages: RecordPages, detail: dict[str, Any]) -> list[str]:
    found = [attributes.text(detail.get("docAbs"))]
    page = pages.parts.get("list")
    if page is not None:
        found.append(
            attributes.text(record(decode(page.body, page.url), page.url, "list item").get("docAbs"))
        )
    return found


def _incoming(pages: RecordPages) -> tuple[Any, ...]:
    page = pages.parts.get("diagram")
    return () if page is None else attributes.incoming(record(data_of(page), page.url, "data"), page.url)


def _files(pages: RecordPages, detail: dict[str, Any], url: str) -> tuple[SourceFile, ...]:
    found = []
    for name in file_names(detail, url):
        page = pages.parts.get(f"file:{name}")
        found.append(SourceFile(name=name, media_type=media_type(name), sha256=page.sha256 if page else None))
    return tuple(found)
