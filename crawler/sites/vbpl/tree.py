"""Provisions from the gateway's provision tree, where the detail has no text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from schemas.documents import Provision
from schemas.text.headings import Line, Mark
from schemas.text.normalise import clean
from schemas.text.outline import outline

from .answers import record, records
from .attributes import text
from .html import read_blocks

_TAG = re.compile(r"<[^>]*>")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_LABELLED = re.compile(r"Điều\s+\d", re.IGNORECASE)
_UNITS: dict[str, Mark] = {"Clause": "clause", "Point": "point"}


def read_tree(data: Any, url: str) -> tuple[Provision, ...]:
    """Provisions of the tree; () for an empty one.

    Nodes titled only "Điều" take their number from their content; an article node without a word of text
    (the tree sometimes lists one that the act does not have) is left out. Raises ParseError when the tree
    is not a list of nodes.
    """
    lines = [line for node in records(data, url, "tree") for line in _lines(node, url)]
    provisions = outline(lines)
    return tuple(p for p in provisions if p.level != "article" or p.heading or p.text)


def _lines(node: dict[str, Any], url: str) -> Iterator[Line]:
    children = records(node.get("children"), url, "children")
    content = record(node.get("content") or {}, url, "content")
    inner = content.get("content")
    inner = inner if isinstance(inner, str) else ""
    if node.get("level") == "Article":
        yield from _article(node, content, inner, children, url)
        return
    label = _BREAK.sub("\n", inner) or text(node.get("title"))
    pieces = [clean(html.unescape(_TAG.sub("", piece))) for piece in label.split("\n")]
    yield Line("\n".join(filter(None, pieces)), mark="chapter")
    for child in children:
        yield from _lines(child, url)


def _article(
    node: dict[str, Any], content: dict[str, Any], inner: str, children: list[dict[str, Any]], url: str
) -> Iterator[Line]:
    texts = [block.line.text.replace("\n", " ") for block in read_blocks(inner)]
    if not texts or not _LABELLED.match(texts[0]):
        title = text(node.get("title"))
        label = title if _LABELLED.match(title) else text(content.get("title")) + ". "
        texts = [label, *texts] if _LABELLED.match(title) else [label + " ".join(texts[:1]), *texts[1:]]
    marks = list(_marks(children, url))
    if len(texts) == 1 and marks:
        texts += [first for first, _ in marks]
    yield Line(texts[0], mark="article")
    at = 0
    for own in texts[1:]:
        mark: Mark = "content"
        if at < len(marks) and marks[at][0] == own:
            mark = marks[at][1]
            at += 1
        yield Line(own, mark=mark)


def _marks(children: list[dict[str, Any]], url: str) -> Iterator[tuple[str, Mark]]:
    """First paragraph and level of every clause and point, in reading order."""
    for child in children:
        content = record(child.get("content") or {}, url, "content").get("content")
        level = _UNITS.get(str(child.get("level")))
        if level and isinstance(content, str):
            first = _BREAK.split(content, maxsplit=1)[0]
            yield clean(html.unescape(_TAG.sub("", first))), level
        yield from _marks(records(child.get("children"), url, "children"), url)
