"""What differs between two contents of a record, told by kind of change. Pure."""

from __future__ import annotations

from typing import Any

Content = dict[str, Any]
Detail = dict[str, list[Any]]

#: Field → change; whatever is not named is metadata of a document, text of a procedure.
_DOCUMENT = {
    "provisions": "text",
    "preamble": "text",
    "annexes": "text",
    "status": "status",
    "expiry_date": "status",
    "relations": "relation",
    "files": "file",
}
_PROCEDURE_METADATA = frozenset({
    "code", "name", "decision_number", "ministry", "fields", "authorities", "levels", "updated_at",
})  # fmt: skip
_ORDER = ("text", "metadata", "status", "status_by_date", "relation", "file")


def differences(before: Content, after: Content, touched: bool) -> list[tuple[str, Detail]]:
    """(change, {field: [before, after]}) for each kind of change, in a fixed order; empty if equal.

    `touched` False: the source shows no edit, so a change of validity came by its date alone and is told
    apart as `status_by_date`. Provisions are compared one by one, relations as added and removed edges.
    """
    found: dict[str, Detail] = {}
    for field in sorted(set(before) | set(after)):
        old, new = before.get(field), after.get(field)
        if old == new:
            continue
        change = _kind(after.get("kind", "document"), field)
        if change == "status" and not touched:
            change = "status_by_date"
        detail = found.setdefault(change, {})
        if field == "provisions":
            detail |= _provisions(old or [], new or [])
        elif field == "relations":
            detail[field] = _edges(old or [], new or [])
        else:
            detail[field] = [old, new]
    return [(change, found[change]) for change in _ORDER if change in found]


def _kind(kind: str, field: str) -> str:
    if kind == "procedure":
        return "metadata" if field in _PROCEDURE_METADATA else "text"
    return _DOCUMENT.get(field, "metadata")


def _provisions(old: list[Content], new: list[Content]) -> Detail:
    """{"provisions/dieu-5": [text before, text after]}; null where it did not exist."""
    before, after = {p["id"]: _reading(p) for p in old}, {p["id"]: _reading(p) for p in new}
    detail: Detail = {}
    for path in dict.fromkeys([*before, *after]):
        if before.get(path) != after.get(path):
            detail[f"provisions/{path}"] = [before.get(path), after.get(path)]
    if not detail:  # the same provisions in another order
        detail["provisions"] = [list(before), list(after)]
    return detail


def _reading(provision: Content) -> str:
    return "\n".join(part for part in (provision["heading"], provision["text"]) if part)


def _edges(old: list[Content], new: list[Content]) -> list[Any]:
    return [[edge for edge in old if edge not in new], [edge for edge in new if edge not in old]]
