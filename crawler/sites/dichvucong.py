"""Parser of dichvucong.gov.vn, the national public service portal (its JSON API as of 2026).

Pure: pages in, record out. Parts the portal leaves out stay None or empty, so that readers can be told so.
"""

from __future__ import annotations

from typing import Any

from crawler.sites.decoding import decode
from schemas.documents import (
    Component,
    Dossier,
    Fee,
    LegalBasis,
    Method,
    Procedure,
    ProcedureLevels,
    Provenance,
    Step,
)
from schemas.errors import ParseError
from schemas.pages import Page, RecordPages
from schemas.text.normalise import clean


def parse(pages: RecordPages) -> Procedure:
    """The procedure described by the part `detail`.

    Raises ParseError naming the address and what is missing: no JSON, an envelope whose code is not OK,
    no code or name, or a list that is none.
    """
    page = pages.parts.get("detail")
    if page is None:
        raise ParseError(f"{pages.source}:{pages.source_id}", "no page of the detail")
    detail = _Reader(_data(page), page.url)
    return Procedure(
        source=pages.source,
        source_id=pages.source_id,
        code=detail.required("code"),
        name=detail.required("name"),
        decision_number=detail.line("decisionNo"),
        ministry=next(iter(detail.names("departmentsPublished")), None),
        fields=detail.names("categoriesDetails"),
        authorities=detail.names("departmentsExecuting"),
        subjects=detail.names("subjectTypesDetails"),
        steps=tuple(
            Step(name=step.line("name"), description=step.paragraphs("description"))
            for step in detail.each("executionSteps")
        ),
        methods=tuple(_method(method) for method in detail.each("executionMethods")),
        dossiers=tuple(
            Dossier(name=case.line("name"), components=tuple(map(_component, case.each("profileComponents"))))
            for case in detail.each("executionCases")
        ),
        results=detail.names("resultsDetails"),
        requirements=detail.paragraphs("requirementsAndConditions"),
        legal_bases=tuple(
            LegalBasis(source_id=basis.line("id"), number=basis.line("code"), name=basis.line("name"))
            for basis in detail.each("legalBasisesDetails")
        ),
        levels=ProcedureLevels(
            ministry=detail.flag("isMinistry"), province=detail.flag("isProvince"), ward=detail.flag("isWard")
        ),
        updated_at=detail.line("updatedAt"),
        provenance=Provenance(url=page.url, fetched_at=page.fetched_at, sha256=page.sha256),
    )


def _data(page: Page) -> dict[str, Any]:
    """`data` of the envelope {code: "OK", data}."""
    answer = decode(page.body, page.url)
    if not isinstance(answer, dict) or answer.get("code") != "OK":
        raise ParseError(page.url, "the answer's code is not OK")
    data = answer.get("data")
    if not isinstance(data, dict):
        raise ParseError(page.url, "the answer has no 'data'")
    return data


def _method(method: _Reader) -> Method:
    fees = (
        Fee(
            amount=fee.line("value"),
            currency=fee.line("currencyName"),
            description=fee.paragraphs("description"),
        )
        for fee in method.each("fees")
    )
    return Method(
        channel=method.line("submissionMethod"),
        time=method.line("processingTime"),
        unit=method.line("processingTimeUnit"),
        description=method.paragraphs("description"),
        fees=tuple(fees),
    )


def _component(component: _Reader) -> Component:
    forms = (form.line("fileName") for form in component.each("attachments"))
    required = component.value("required")
    return Component(
        code=component.line("code"),
        name=component.line("name"),
        originals=component.count("originalQty"),
        copies=component.count("copyQty"),
        required=required if isinstance(required, bool) else None,
        forms=tuple(form for form in forms if form),
    )


class _Reader:
    """Typed access to one object of the answer; remembers the address for errors."""

    def __init__(self, values: dict[str, Any], url: str) -> None:
        self._values, self._url = values, url

    def value(self, key: str) -> Any:
        return self._values.get(key)

    def required(self, key: str) -> str:
        found = self.line(key)
        if found is None:
            raise ParseError(self._url, f"{key} is missing")
        return found

    def line(self, key: str) -> str | None:
        """One clean line; None for null, empty or an object. Numbers are written out as they stand."""
        value = self.value(key)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return None
        return clean(str(value)) or None

    def paragraphs(self, key: str) -> str | None:
        """Clean paragraphs joined by line breaks, None where there are none."""
        value = self.value(key)
        if not isinstance(value, str):
            return self.line(key)
        return "\n".join(filter(None, map(clean, value.splitlines()))) or None

    def count(self, key: str) -> int | None:
        value = self.value(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def flag(self, key: str) -> bool:
        return self.value(key) is True

    def each(self, key: str) -> list[_Reader]:
        """The objects of a list; null counts as none."""
        value = self.value(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise ParseError(self._url, f"{key} is not a list of objects")
        return [_Reader(item, self._url) for item in value]

    def names(self, key: str) -> tuple[str, ...]:
        """Names of a list's objects, in order."""
        return tuple(name for item in self.each(key) if (name := item.line("name")))
