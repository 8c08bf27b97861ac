"""What a style attribute says that matters for the structure of a text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Style:
    """What a style attribute says of the text; `centred` is None where it says nothing."""

    bold: bool = False
    centred: bool | None = None
    # A signature's office may be in capitals only by its style.
    capitals: bool = False


PLAIN = Style()
_HEAVY = ("bold", "bolder", "600", "700", "800", "900")


@lru_cache(maxsize=512)
def read_style(attribute: str) -> Style:
    """A style attribute, read; a page repeats the same few a thousand times."""
    rules: dict[str, str] = {}
    for rule in attribute.lower().split(";"):
        name, _, value = rule.partition(":")
        rules[name.strip()] = value.strip()
    return Style(
        bold=rules.get("font-weight") in _HEAVY,
        centred=rules["text-align"] == "center" if "text-align" in rules else None,
        capitals=rules.get("text-transform") == "uppercase",
    )
