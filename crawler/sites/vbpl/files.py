"""Files that the gateway offers for a document, and the text of those that hold it."""

from __future__ import annotations

from typing import Any

from schemas.pages import Page

from .answers import records
from .attributes import text, unique
from .docx import read_docx
from .html import Block
from .pdf import read_pdf
from .rtf import read_rtf

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "rtf": "application/rtf",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "rar": "application/vnd.rar",
    "html": "text/html",
    "jpg": "image/jpeg",
    "png": "image/png",
}
# Word files keep paragraphs; a PDF has only the lines of its pages.
_PREFERENCE = ("docx", "rtf", "doc", "pdf")
#: An act may have dozens of annex files; its text is in one of the first.
_MOST_FILES = 4
#: The gateway names this file where there is none.
_PLACEHOLDER = "Template.pdf"


def file_names(detail: dict[str, Any], url: str) -> tuple[str, ...]:
    """Files for readers, each once. The gateway's own copies of the text (MARKDOWN, html) are left out."""
    related = [
        text(item.get("fileName"))
        for item in records(detail.get("documentRelatedList"), url, "documentRelatedList")
        if item.get("relatedType") not in ("MARKDOWN", "5")
    ]
    main = [text(detail.get(key)) for key in ("documentContentFileName", "documentContentFileDocName")]
    return unique(name for name in [*related, *main] if name != _PLACEHOLDER)


def media_type(name: str) -> str:
    """Media type by the name's ending."""
    return MEDIA_TYPES.get(name.rsplit(".", 1)[-1].lower(), "application/octet-stream")


def text_files(detail: dict[str, Any], url: str) -> list[str]:
    """Names of files that can hold the text of the act, best first: by kind, then the one named as main."""
    main = (text(detail.get("documentContentFileDocName")), text(detail.get("documentContentFileName")))
    names = [name for name in file_names(detail, url) if _ending(name) in _PREFERENCE]
    ranked = sorted(names, key=lambda name: (_PREFERENCE.index(_ending(name)), name not in main))
    return ranked[:_MOST_FILES]


def _ending(name: str) -> str:
    return name.rsplit(".", 1)[-1].lower()


def read_file(page: Page) -> list[Block]:
    """Paragraphs and tables of a file; [] when it has no text layer (a scan) or is of a kind we cannot read.

    The first bytes decide, not the name: many files named .doc are RTF.
    """
    start = page.body.lstrip()[:5]
    if start.startswith(b"PK"):
        return read_docx(page)
    if start.startswith(b"%PDF"):
        return read_pdf(page)
    if start.startswith(b"{\\rtf"):
        return read_rtf(page.body)
    return []
