"""What the JSON gateway of vbpl.vn would answer if it held the sample documents (docs/sources.md)."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from urllib.parse import unquote, urlsplit

from schemas.documents import VALIDITY

from . import files
from .markup import content, esc
from .outline import identifier, label, split, untitled
from .sources import Article, Document, Heading

BASE = "https://vbpl.mau.invalid/api"
_PUBLIC = "/api/qtdc/public/doc"
_CODES = {"Luật": "LU", "Nghị định": "NĐ", "Nghị quyết": "NQ", "Thông tư": "TT", "Quyết định": "QĐ"}
#: Mark that the database puts on provisions which another document amends or abolishes.
_TOUCH = {10: "10:ref", 1: "1:"}
Json = dict[str, Any]


class Gateway:
    """The answers, by address."""

    def __init__(self, documents: list[Document]) -> None:
        self.documents = documents
        self.by_id = {document.id: document for document in documents}

    def answer(self, url: str) -> tuple[bytes, str]:
        """Body and media type. Raises KeyError for an address the sample portal does not serve."""
        path = unquote(urlsplit(url).path).removeprefix(_PUBLIC).strip("/")
        steps = path.split("/")
        if steps == ["all"]:
            return _json(self._list(), 1)
        if steps[:2] == ["provision", "tree"]:
            tree = _tree(self.by_id[steps[2]])
            return _json(tree, len(tree), "Lấy cây phân cấp thành công", "provision_tree_v2_success")
        if steps[:3] == ["minio", "buckets", "vbpl"]:
            return files.file_bytes(self.by_id[steps[3]])
        document = self.by_id[steps[0]]
        views = {(): self._detail, ("history",): _history, ("diagram",): self._diagram}
        data = views[tuple(steps[1:])](document)
        return _json(data, len(data["history"]) if "history" in data else 1)

    def _list(self) -> Json:
        total = len(self.documents)
        items = [self._item(document) for document in self.documents]
        return {"current": 1, "total": total, "pageNumber": 0, "pageSize": 500, "items": items}

    def _item(self, document: Document) -> Json:
        majors = [
            {"id": identifier(document.id, "ngành", name), "majorType": _major(name), "fieldType": None}
            for name in document.fields
        ]
        named = [] if document.file is None else [_file(document, "1" if document.file == "pdf" else "2")]
        shown = {"documentMajors": majors, "isNew": False, "documentRelatedList": named}
        last = {"sourceDocumentId": None, "isLw": True, "agencyName": document.agencies[0]}
        return {**_common(document), "docAbs": document.title, **shown, **last}

    def _detail(self, document: Document) -> Json:
        text = content(document, self._touched(document))
        related = [] if document.file is None else [_file(document, "APPENDIX")]
        if text:
            page = f"{document.id}_body_content.html"
            related.append({"id": identifier(document.id, page), "fileName": page, "relatedType": "MARKDOWN",
                            "fileTitle": page, "fileOrder": None})  # fmt: skip
        name = files.file_name(document) if document.file else None
        return {
            **_common(document), "status": "Publish", "lang": "vi", "defaultLanguage": "VN",
            "updatedBy": "mau", "agencyName": document.agencies[0], "organization": None, "isLw": True,
            "documentContent": None if text is None else {"id": document.id, "title": None, "content": text},
            "documentContentEn": None, "documentContentFileName": name or "Template.pdf",
            "documentContentFileDocName": None, "documentIssues": _issues(document),
            "documentMajors": [{"id": _major(f)["code"], "name": f, "code": None} for f in document.fields],
            "documentFields": [], "documentRelatedList": related, "provisionTree": None,
            "references": [self._reference(document, n) for n in range(len(document.relations))],
            "isEffectAllDocument": False, "isOld": document.id.isdigit(),
            "reviewStatus": "RV_DONE" if text else None, "reviewed": bool(text), "isTranslationDoc": False,
            "isConsolidatedDocument": False, "isConstitutionDocument": False,
            "isAdministrativeDocument": False, "viewCount": 10 + len(document.title),
            "hasContent": document.form != "empty", "hasOriginalPdf": document.file == "pdf" or None,
            "hasAIProcessed": False, "hasClauseRelation": bool(self._touched(document)) or None,
        }  # fmt: skip

    def _reference(self, document: Document, number: int) -> Json:
        relation = document.relations[number]
        target = self.by_id[relation.target]
        left = ("effStatus", "updatedDate")
        named = {key: value for key, value in _common(target).items() if key not in left}
        return {
            "id": identifier(document.id, "reference", number), "isRootDocument": None,
            "isConsolidatedDocument": None,
            "targetDocument": {
                **named, "docType": named["docType"]["id"], "docAbs": None, "status": "Publish",
            },
            "referenceProvisions": None, "referenceType": relation.code,
        }  # fmt: skip

    def _touched(self, document: Document) -> dict[str, str]:
        """Article number → mark, for the articles that sample documents amend or abolish."""
        return {
            provision.rsplit("Điều ", 1)[1]: _TOUCH[relation.code]
            for other in self.documents
            for relation in other.relations
            if relation.target == document.id and relation.code in _TOUCH
            for provision in relation.provisions
        }

    def _diagram(self, document: Document) -> Json:
        outgoing: dict[str, list[Json]] = {}
        incoming: dict[str, list[Json]] = {}
        for relation in document.relations:
            outgoing.setdefault(str(relation.code), []).append(_named(self.by_id[relation.target]))
        for other in self.documents:
            for relation in other.relations:
                if relation.target == document.id:
                    incoming.setdefault(str(relation.code), []).append(_named(other))
        return {"id": document.id, "documentName": full_title(document), "documentNamesByType": outgoing,
                "documentNamesBySource": incoming}  # fmt: skip


def full_title(document: Document) -> str:
    """The title as the gateway shows it: a law's number stands behind its name, others' before it."""
    if document.type == "Luật":
        return f"{document.title} số {document.number}"
    return f"{document.type} số {document.number} {document.title}"


def _common(document: Document) -> Json:
    """What list items, details and references share."""
    code = document.status
    status = {"id": identifier("status", code), "code": code, "name": VALIDITY[code]} if code else None
    kind = {"id": identifier("type", document.type), "name": document.type, "code": _CODES[document.type]}
    # A fifth of the real database has no updatedDate.
    updated = None if len(document.title) % 5 == 0 else f"2026-05-{1 + len(document.title) % 28:02}T09:15:00"
    return {
        "id": document.id, "docType": kind, "docNum": document.number, "title": full_title(document),
        "issueDate": _stamp(document.issued), "effFrom": _stamp(document.effective),
        "effTo": _stamp(document.expires), "publicDate": None, "effStatus": status, "updatedDate": updated,
    }  # fmt: skip


def _named(document: Document) -> Json:
    return {"id": document.id, "name": full_title(document)}


def _major(name: str) -> Json:
    return {"code": f"nganh_{identifier(name)[:4]}", "name": name, "nameEn": None, "shortName": None}


def _file(document: Document, kind: str) -> Json:
    name = files.file_name(document)
    return {"id": identifier(document.id, name), "fileName": name, "relatedType": kind, "fileTitle": name,
            "fileOrder": 1}  # fmt: skip


def _issues(document: Document) -> list[Json]:
    """Issuing agencies; the sample portal names offices, not people."""
    return [
        {"id": identifier(document.id, agency), "agencyId": str(n), "agencyName": agency,
         "agencyNameEn": None, "personId": None, "personName": None, "jobTitleId": None, "jobTitleCode": None,
         "jobTitleName": document.office, "orderIndex": n}
        for n, agency in enumerate(document.agencies, 1)
    ]  # fmt: skip


def _history(document: Document) -> Json:
    """Legal dates are by "Job"; with T00:00:00 they are a day late, as in the real database."""
    rows = [("DATE_BH", f"{document.issued}T00:00:00")]
    rows.append(("DATE_HL", f"{document.effective + dt.timedelta(days=1)}T00:00:00"))
    if document.expires:
        rows.append(("DATE_HHL", f"{document.expires}T07:00:00"))
    return {
        "history": [
            {"id": identifier(document.id, kind), "editType": kind, "createdDate": when, "createdBy": "Job",
             "content": None, "sourceDocumentName": None}
            for kind, when in rows
        ]
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------- tree
def _tree(document: Document) -> list[Json]:
    """The provision tree; as for a quarter of the real database there is none for old forms and for files."""
    if document.form not in ("prov", "mixed"):
        return []
    roots: list[Json] = []
    chapter: Json | None = None
    for part in document.body:
        if isinstance(part, Article):
            node = _article_node(document, part)
            (chapter["children"] if chapter else roots).append(node)
        elif isinstance(part, Heading) and part.word == "Chương":
            name = f"Chương {part.number}"
            chapter = _node(identifier(document.id, part.word, part.number), f"{name}. {part.title}", 2,
                            "Chapter", name, f"{name}<br>{esc(part.title)}", [])  # fmt: skip
            roots.append(chapter)
    for order, node in enumerate(roots, 1):
        node["orderIndex"] = order
    return roots


def _article_node(document: Document, article: Article) -> Json:
    name, path = f"Điều {article.number}", (document.id, "Điều", article.number)
    children = []
    for clause in split(untitled(article))[1]:
        number = f"Khoản {clause.number}"
        points = [
            _node(identifier(*path, clause.number, letter), f"Điểm {letter}", 7, "Point",
                  f"Điểm {letter}, {number}, {name}", esc(line))
            for letter, line in clause.points
        ]  # fmt: skip
        whole = "<br>".join(esc(t) for t in [clause.text, *clause.more, *(line for _, line in clause.points)])
        children.append(
            _node(identifier(*path, clause.number), number, 6, "Clause", f"{number}, {name}", whole, points)
        )
    whole = "<br>".join(esc(line) for line in [label(article), *untitled(article).lines])
    return _node(identifier(*path), label(article), 5, "Article", name, whole, children)


def _node(
    key: str, title: str, kind: int, level: str, short: str, text: str, below: list[Json] | None = None
) -> Json:
    node = {
        "key": key, "id": key, "title": title, "ptype": kind, "level": level, "orderIndex": 1,
        "isLeaf": not below and level != "Chapter", "content": {"title": short, "content": text},
    }  # fmt: skip
    if below or level == "Chapter":
        node["children"] = below
    return node


def _stamp(date: dt.date | None) -> str | None:
    return f"{date}T00:00:00" if date else None


def _json(data: Any, total: int, message: str = "OK", code: str = "ok") -> tuple[bytes, str]:
    envelope = {"success": True, "statusCode": 200, "message": message, "messageCode": code,
                "debugMessage": "", "data": data, "total": total}  # fmt: skip
    return json.dumps(envelope, ensure_ascii=False).encode(), "application/json"
