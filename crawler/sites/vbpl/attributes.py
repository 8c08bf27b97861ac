"""Attributes of a document as the gateway's detail shows them: number, type, title, dates, agencies."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from schemas.documents import Relation, Signer
from schemas.errors import ParseError
from schemas.text.normalise import clean

from .answers import record, records

_LAWS = ("Luật", "Bộ luật")
# "… số 64/2025/QH15" at the end of a law's name, "Nghị định số 15/2018/NĐ-CP …" at the start of another's.
_NUMBER = re.compile(r"\bsố\s+(\d[\w./&\-–]*\w(?:\(\w+\))?)|^\D{2,40}?(\d+/[\w./&\-–]*\w(?:\(\w+\))?)")


def text(value: Any) -> str:
    """A cell's text, "" for null."""
    return clean(value) if isinstance(value, str) else ""


def required(value: Any, url: str, what: str) -> str:
    """A text that must be there."""
    found = text(value)
    if not found:
        raise ParseError(url, f"{what} is missing")
    return found


def date(value: Any, url: str, what: str) -> dt.date | None:
    """Day of "2026-04-24T00:00:00"; None for null.

    The detail's days are right as they stand. Those of the history are not: rows stamped T00:00:00 are one
    day late and rows not written by "Job" are times of data entry, so the history is not used for dates.
    """
    if value is None or value == "":
        return None
    try:
        return dt.date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise ParseError(url, f"{what} is not a date: {value!r}") from error


def unique(values: Iterable[str]) -> tuple[str, ...]:
    """Non-empty values in order, each once."""
    return tuple(dict.fromkeys(value for value in values if value))


def type_name(detail: dict[str, Any], url: str) -> str:
    """Name of the document type (loại văn bản)."""
    return required(record(detail.get("docType"), url, "docType").get("name"), url, "docType.name")


def status_code(detail: dict[str, Any], url: str) -> str | None:
    """Code of the validity shown, None where none is."""
    status = detail.get("effStatus")
    return None if status is None else text(record(status, url, "effStatus").get("code")) or None


def agencies(detail: dict[str, Any], url: str) -> tuple[str, ...]:
    """Issuing agencies (cơ quan ban hành) in their order."""
    issues = _issues(detail, url)
    return unique(text(issue.get("agencyName")) for issue in issues) or unique(
        [text(detail.get("agencyName"))]
    )


def signers(detail: dict[str, Any], url: str) -> tuple[Signer, ...]:
    """Who signed; the office alone where the source gives no name."""
    found = (
        Signer(name=text(issue.get("personName")) or None, office=text(issue.get("jobTitleName")) or None)
        for issue in _issues(detail, url)
    )
    return tuple(dict.fromkeys(signer for signer in found if signer.name or signer.office))


def _issues(detail: dict[str, Any], url: str) -> list[dict[str, Any]]:
    issues = records(detail.get("documentIssues"), url, "documentIssues")
    return sorted(issues, key=_order)


def _order(issue: dict[str, Any]) -> int:
    place = issue.get("orderIndex")
    return place if isinstance(place, int) else 0


def fields(detail: dict[str, Any], url: str) -> tuple[str, ...]:
    """Sectors and fields (ngành, lĩnh vực) by name."""
    majors = records(detail.get("documentMajors"), url, "documentMajors")
    own = records(detail.get("documentFields"), url, "documentFields")
    # The list nests the name in majorType, the detail does not.
    named = (item if item.get("name") else item.get("majorType") for item in [*majors, *own])
    return unique(text(item.get("name")) for item in named if isinstance(item, dict))


def title(shown: str, number: str, type_: str, summaries: Iterable[str], heading: str) -> str:
    """The title without "Nghị định số 15/2018/NĐ-CP".

    A law's name is shown as "Luật Doanh nghiệp số 59/2020/QH14", and whether "Luật" belongs to its title
    only the summary (trích yếu) or the heading of its text tells; without them it does not.
    """
    bare = _without_number(shown, number, type_)
    known = {_key(bare), _key(f"{type_} {bare}")} | {_key(f"{law} {bare}") for law in _LAWS if type_ in _LAWS}
    for candidate in [*summaries, heading]:
        if candidate and _key(candidate) in known:
            # A heading in capitals tells the words, not their spelling.
            if not candidate.isupper() or bare.isupper():
                return candidate
            if _key(candidate) == _key(bare):
                return bare
            return f"{type_} {bare}"
    return bare or shown


def _without_number(shown: str, number: str, type_: str) -> str:
    words = shown.split(" ")
    label = [*type_.split(" "), "số", number]
    for start in (label, [*label[:-2], number]):
        if [word.casefold().rstrip(":,.–-") for word in words[: len(start)]] == [
            word.casefold().rstrip(":,.–-") for word in start
        ]:
            return " ".join(words[len(start) :]).lstrip(":,.–- ")
    suffix = shown.endswith(f" số {number}")
    bare = shown.removesuffix(f" số {number}")
    if type_ in _LAWS and suffix and bare.lower().startswith(type_.lower() + " "):
        bare = bare[len(type_) + 1 :]
    return bare.strip()


def _key(value: str) -> str:
    return clean(value).casefold()


# ---------------------------------------------------------------------------------------------- relations
def outgoing(detail: dict[str, Any], url: str) -> tuple[Relation, ...]:
    """What this document does to others (`references`)."""
    found = []
    for reference in records(detail.get("references"), url, "references"):
        target = record(reference.get("targetDocument"), url, "references[].targetDocument")
        found.append(
            Relation(
                code=_code(reference.get("referenceType"), url),
                direction="out",
                target_id=required(_identifier(target.get("id")), url, "references[].targetDocument.id"),
                target_number=text(target.get("docNum")) or None,
                provisions=_provisions(reference.get("referenceProvisions")),
            )
        )
    return tuple(dict.fromkeys(found))


def incoming(diagram: dict[str, Any], url: str) -> tuple[Relation, ...]:
    """What others do to this document (`documentNamesBySource` of the diagram)."""
    groups = diagram.get("documentNamesBySource")
    found = []
    for code, documents in record(groups or {}, url, "documentNamesBySource").items():
        for document in records(documents, url, f"documentNamesBySource.{code}"):
            found.append(
                Relation(
                    code=_code(code, url),
                    direction="in",
                    target_id=required(_identifier(document.get("id")), url, "documentNamesBySource[].id"),
                    target_number=number_in(text(document.get("name"))),
                )
            )
    return tuple(dict.fromkeys(found))


def number_in(name: str) -> str | None:
    """The number in a document's full name; a law has it at the end, others behind their type."""
    numbers = [match.group(1) or match.group(2) for match in _NUMBER.finditer(name)]
    if not numbers:
        return None
    return numbers[-1] if name.lower().startswith(("luật ", "bộ luật ")) else numbers[0]


def _code(value: Any, url: str) -> int:
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise ParseError(url, f"a relation's code is not a number: {value!r}") from error


def _identifier(value: Any) -> Any:
    return str(value) if isinstance(value, int) else value


def _provisions(value: Any) -> tuple[str, ...]:
    """Names of the provisions concerned. Every answer seen so far has null here, so any shape is allowed."""
    if isinstance(value, str):
        return unique([text(value)])
    if not isinstance(value, list):
        return ()
    names = (
        item if isinstance(item, str) else (item or {}).get("title")
        for item in value
        if isinstance(item, str | dict)
    )
    return unique(text(name) for name in names)
