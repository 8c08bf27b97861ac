"""What the API of dichvucong.gov.vn would answer if it held the sample procedures (docs/sources.md)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from .outline import identifier
from .sources import Document, Procedure

BASE = "https://dichvucong.mau.invalid"
Json = dict[str, Any]


class Portal:
    """The answers, by address and request body."""

    def __init__(self, procedures: list[Procedure], documents: list[Document]) -> None:
        self.documents = {document.id: document for document in documents}
        self.by_id = {identifier("procedure", procedure.code): procedure for procedure in procedures}

    def answer(self, url: str, body: bytes) -> tuple[bytes, str]:
        """Body and media type. Raises KeyError for what the sample portal does not hold."""
        asked = json.loads(body)
        if urlsplit(url).path.endswith("list-all-public-formality-by-citizen"):
            data = self._list(asked["lastId"])
        else:
            data = self._detail(asked["id"])
        envelope = {"code": "OK", "message": "Success", "data": data}
        return json.dumps(envelope, ensure_ascii=False).encode(), "application/json"

    def _list(self, last: str) -> Json:
        keys = [key for key in sorted(self.by_id) if key > last]
        items = [_item(key, self.by_id[key].values) for key in keys]
        return {"items": items, "lastId": keys[-1] if keys else "", "total": len(self.by_id)}

    def _detail(self, key: str) -> Json:
        values = self.by_id[key].values
        return {
            "id": key, "code": values["code"], "codeNotation": values["code"], "name": values["name"],
            "description": None, "decisionNo": values.get("decision"),
            "requirementsAndConditions": values.get("requirements", "").strip() or None,
            "executionSteps": [
                {"name": step.get("name"), "description": step["description"]} for step in values["steps"]
            ],
            "executionMethods": [_method(method) for method in values["methods"]],
            "executionCases": [_case(key, case) for case in values.get("cases", [])],
            "legalBasisesDetails": [self._basis(document) for document in values["bases"]],
            "categoriesDetails": [{"id": identifier(name)[:6], "name": name} for name in values["fields"]],
            "departmentsExecuting": _names(values["executing"]),
            "departmentsAuthorized": [],
            "departmentsPublished": [{"code": "M00", "name": values["ministry"]}],
            "resultsDetails": _names(values["results"]), "subjectTypesDetails": _names(values["subjects"]),
            "formalityType": "OTHER", **_levels(values), "isOtherAgency": False, "isInternal": False,
            "updatedAt": values.get("updated"),
        }  # fmt: skip

    def _basis(self, key: str) -> Json:
        document = self.documents[key]
        return {"id": document.id, "code": document.number, "name": document.title}


def _item(key: str, values: Json) -> Json:
    return {"id": key, "code": values["code"], "codeNotation": values["code"], "name": values["name"],
            "type": "OTHER", "categories": values["fields"], "departments": [values["ministry"]],
            **_levels(values), "updatedAt": values.get("updated")}  # fmt: skip


def _levels(values: Json) -> Json:
    levels = ("ministry", "province", "ward")
    return {f"is{level.capitalize()}": level in values["levels"] for level in levels}


def _names(names: list[str]) -> list[Json]:
    return [{"name": name} for name in names]


def _method(method: Json) -> Json:
    fees = [
        {"value": fee.get("value"), "currencyName": fee["currency"], "description": fee.get("description")}
        for fee in method.get("fees", [])
    ]
    return {"submissionMethod": method["channel"], "processingTime": method["time"],
            "processingTimeUnit": method["unit"], "description": method.get("description"),
            "fees": fees}  # fmt: skip


def _case(key: str, case: Json) -> Json:
    components = [
        {"code": part.get("code"), "name": part["name"], "description": None,
         "originalQty": part.get("originals"), "copyQty": part.get("copies"), "required": part["required"],
         "attachments": [{"id": identifier(key, form), "fileName": form} for form in part.get("forms", [])]}
        for part in case["components"]
    ]  # fmt: skip
    return {"name": case.get("name"), "profileComponents": components}
