"""Every route of consultations: importing this module attaches them to the blueprint."""

from __future__ import annotations

from flask import Flask, request

from ..state import site
from . import (
    comment_actions,
    comment_desk,
    complaints,
    desk,
    desk_draft,
    desk_papers,
    desk_reading,
    desk_writing,
    detail,
    downloads,
    following,
    inbox,
    lists,
    own_comments,
    preview,
    public_comments,
    sending,
    summary,
    writing,
)
from .blueprint import bp

__all__ = [
    "bp",
    "comment_actions",
    "comment_desk",
    "complaints",
    "desk",
    "desk_draft",
    "desk_papers",
    "desk_reading",
    "desk_writing",
    "detail",
    "downloads",
    "following",
    "inbox",
    "initialise",
    "lists",
    "own_comments",
    "preview",
    "public_comments",
    "sending",
    "summary",
    "writing",
]

#: Routes that take a file; everything else keeps the site's small limit.
UPLOADING = frozenset({"consultations.write_comment", "consultations.write_draft", "consultations.add_paper"})
#: What a form holds besides its file.
FIELDS = 1 << 20
#: A draft as long as a code of law, with a field for the explanation of each of its clauses.
DRAFT_FIELDS, DRAFT_PARTS = 8 << 20, 20_000


def _allow_uploads() -> None:
    if request.endpoint in UPLOADING:
        request.max_content_length = (site().settings.upload_megabytes << 20) + FIELDS
    if request.endpoint == "consultations.write_draft":
        request.max_content_length = (site().settings.upload_megabytes << 20) + DRAFT_FIELDS
        request.max_form_memory_size, request.max_form_parts = DRAFT_FIELDS, DRAFT_PARTS


def initialise(app: Flask) -> None:
    """Let forms with files be larger; has to run before anything reads a form."""
    app.before_request(_allow_uploads)
