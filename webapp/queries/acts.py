"""What amending documents do to a document, article by article: amend, add, replace, repeal, correct.

The source links whole documents ("Nghị định A amends Nghị định B"). Which articles that concerns stands in
the amending text: "Sửa đổi, bổ sung khoản 2 Điều 5 như sau: …", "Bãi bỏ Điều 9". The tagger has resolved
those citations; the verb before each one says what happens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from schemas import tables as t
from schemas.text.normalise import slugify

from .documents import Document, Related

#: More amending documents than this are not read for one page.
MOST_DOCUMENTS = 15
_VERB = re.compile(
    r"(?P<amended>[Ss]ửa đổi, bổ sung|[Ss]ửa đổi|(?:[Tt]hay|[Bb]ỏ|[Bb]ổ sung) (?:cụm )?từ)"
    r"|(?P<added>[Bb]ổ sung)|(?P<replaced>[Tt]hay thế)|(?P<repealed>[Bb]ãi bỏ|[Hh]ủy bỏ)"
    r"|(?P<corrected>[Đđ]ính chính)"
)
# "Bổ sung Điều 31a vào sau Điều 31": the second one is only the place.
_PLACE = re.compile(r"(?:(?:vào|ngay)? ?(?:sau|trước)|quy định tại|theo|của|như)\s(?:các )?$")
_REACH = 240


@dataclass(frozen=True, slots=True)
class Act:
    """One thing another document does to a provision of this one."""

    kind: str  # amended | added | replaced | repealed | corrected
    path: str  # what it is done to: "dieu-5/khoan-2"
    by: Related
    at: str  # the article that says so

    @property
    def article(self) -> str:
        return article_of(self.path)

    @property
    def is_whole(self) -> bool:
        """Whether it is done to the article as a whole."""
        return self.path == self.article


def article_of(path: str) -> str:
    return path.split("/khoan-")[0].split("/diem-")[0]


def acts_of(text: str, citations: Iterable[tuple[int, str]]) -> list[tuple[str, str]]:
    """(kind, path) for what an amending article says it does to these cited provisions.

    `citations` are (offset in the text, path). New wording between quotation marks does nothing by itself.
    """
    quoted = [match.span() for match in re.finditer(r"“[^”]*(?:”|\Z)", text)]
    found: dict[tuple[str, str], None] = {}
    for start, path in citations:
        if any(a <= start < b for a, b in quoted):
            continue
        line_start = text.rfind("\n", 0, start) + 1
        before = text[max(line_start, start - _REACH) : start]
        verbs = list(_VERB.finditer(before))
        verb = verbs[-1] if verbs else None
        if verb is None or _PLACE.search(before[verb.end() :]):
            continue
        kind = verb.lastgroup or ""
        if kind == "added" and path != article_of(path):
            kind = "amended"  # a new clause amends its article
        found[(kind, path)] = None
    return list(found)


def acts(connection: sa.Connection, document: Document, acting: Mapping[int, Related]) -> list[Act]:
    """What the changing documents (`acting`, by key) do to this one; later ones stand first."""
    keys = sorted(acting, key=lambda key: str(_since(acting[key])), reverse=True)[:MOST_DOCUMENTS]
    if not keys:
        return []
    tags = t.document_tags.c
    rows = connection.execute(sa.select(tags.document_id, tags.tags).where(tags.document_id.in_(keys)))
    cited: dict[tuple[int, str], list[tuple[int, str]]] = {}
    for document_id, found in rows:
        for provision, tag, start, _end, value in found or ():
            if tag == "citation" and _is_of(value, document):
                cited.setdefault((document_id, provision), []).append((start, value["provision"]))
    texts = _texts(connection, cited)
    result = []
    for (document_id, provision), citations in cited.items():
        for kind, path in acts_of(texts.get((document_id, provision), ""), citations):
            result.append(Act(kind, path, acting[document_id], provision))
    return sorted(result, key=lambda act: keys.index(act.by.held.id) if act.by.held else 0)


def _since(edge: Related) -> Any:
    return (edge.held.effective_date or edge.held.issue_date) if edge.held else None


def _is_of(value: Any, document: Document) -> bool:
    if not isinstance(value, dict) or not value.get("number") or not value.get("provision"):
        return False
    return slugify(value["number"]) == document.slug and "dieu-" in value["provision"]


def _texts(connection: sa.Connection, wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str], str]:
    pairs = set(wanted)
    p = t.provisions.c
    query = sa.select(p.document_id, p.path, p.text).where(
        p.document_id.in_({key for key, _ in pairs}), p.path.in_({path for _, path in pairs})
    )
    return {(row.document_id, row.path): row.text for row in connection.execute(query)}
