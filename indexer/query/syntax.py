"""Advanced syntax: quotes, AND OR NOT in both languages, brackets, `field:value`. Never a syntax error.

Operators are words in capitals (AND VÀ, OR HOẶC, NOT KHÔNG), since "và", "hoặc", "không" in small letters are
ordinary words of questions. In a query that is all in capitals they are ordinary words too, and so are the
Vietnamese ones in a long question ("… KHÔNG phải là nghĩa vụ của …?" stresses the word). NOT takes all the
plain words after it, side by side: "hóa đơn NOT điện tử" leaves out "điện tử", since most words of Vietnamese
are two syllables. The value of a field takes as many words as name something ("loai: thông tư liên tịch").
What does not fit (an unclosed bracket, an operator with nothing to join) is left out and reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from schemas.text.words import words

_TOKEN = re.compile(
    r"""[-–]?["“”„«](?P<phrase>[^"“”„«»]*)["“”„»]"""
    r"""|(?P<field>[^\W\d]\w*):(?:\s*["“](?P<quoted>[^"”]*)(?:["”]|$)"""
    r"""|\s*(?!(?:AND|OR|NOT|VÀ|HOẶC|KHÔNG)\b)(?P<value>[^\s()"“”:]+)(?!\S*:)|)"""
    r"""|(?P<bracket>[()])|(?P<word>[^\s()"“”„«»]+)|(?P<stray>["“”„«»])"""
)
AND, OR, NOT = ("AND", "VÀ"), ("OR", "HOẶC"), ("NOT", "KHÔNG")
_LONGEST_VALUE = 12  # words
_LONG = 8  # words of a question that stresses a word rather than uses an operator
_MARKED = re.compile(r"[\"“”()]|(?<!\S)(?:AND|OR|NOT|-\w)")
_OPERATORS = {name: names[0] for names in (AND, OR, NOT) for name in names}


@dataclass(frozen=True, slots=True)
class Words:
    """Words as typed, in order; `side_by_side` for a quoted phrase."""

    tokens: tuple[str, ...]
    side_by_side: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """`name:value` as typed."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Group:
    """`operator` is AND, OR or NOT (one part)."""

    operator: str
    parts: tuple[Node, ...]


Node = Words | Field | Group
#: Name of a field, its first word, the words after it → how many of these belong to the value.
Extent = Callable[[str, str, Sequence[str]], int]


@dataclass(frozen=True, slots=True)
class Parsed:
    """`advanced`: operators, quotes or brackets were used; `ignored`: what made no sense, as typed."""

    node: Node | None
    fields: tuple[Field, ...] = ()
    ignored: tuple[str, ...] = ()
    advanced: bool = False


@dataclass(slots=True)
class _Tokens:
    items: list[tuple[str, str]]
    known: frozenset[str]
    at: int = 0
    depth: int = 0
    fields: list[Field] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    def peek(self) -> tuple[str, str] | None:
        return self.items[self.at] if self.at < len(self.items) else None


def parse(text: str, known_fields: frozenset[str], extent: Extent | None = None) -> Parsed:
    """The tree of what was typed. Fields outside brackets and operators come back in `fields`.

    `extent` says how far a value without quotes goes; without it, a value is one word.
    """
    items = _extended(_lex(text, known_fields), extent)
    tokens = _Tokens(items, known_fields)
    parts = []
    while tokens.peek() is not None:
        if (node := _either(tokens)) is not None:
            parts.append(node)
        if (left := tokens.peek()) is not None:  # a closing bracket with nothing to close
            tokens.ignored.append(left[1])
            tokens.at += 1
    node = _group("AND", parts)
    advanced = any(kind in ("operator", "phrase", "exclude", "exclude_phrase") for kind, _ in items)
    node, fields = _split_fields(node)
    return Parsed(node, tuple(fields), tuple(tokens.ignored), advanced)


def _operators(text: str) -> frozenset[str]:
    """The words that are operators in this text."""
    if text.upper() == text:
        return frozenset()
    plain = text.split()
    if (len(plain) > _LONG or "?" in text) and not _MARKED.search(text):
        return frozenset(("AND", "OR", "NOT"))
    return frozenset(_OPERATORS)


def _lex(text: str, known: frozenset[str]) -> list[tuple[str, str]]:
    operators = _operators(text)
    items: list[tuple[str, str]] = []
    at = 0
    while match := _TOKEN.search(text, at):
        kind, value, at = match.lastgroup or "stray", match[0], match.end()
        if match["phrase"] is not None:
            items.append(("exclude_phrase" if value[0] in "-–" else "phrase", match["phrase"]))
        elif match["field"] is not None:
            name = match["field"].lower()
            if name in known and match["quoted"]:
                items.append(("field", f"{name}:{match['quoted']}"))
            elif name in known:
                items.append(
                    ("open_field", f"{name}:{match['value']}") if match["value"] else ("empty", value)
                )
            else:
                if re.match(r":[^\s/]", text[match.end("field") :]):  # no "https://…", no "Lưu ý: …"
                    items.append(("unknown", value))
                items += [("word", piece) for piece in name.split("_") if piece]
                at = match.end("field") + 1
        elif kind == "word" and value in operators:
            items.append(("operator", _OPERATORS[value]))
        elif kind == "word" and len(value) > 1 and value[0] in "-–" and words(value):
            items.append(("exclude", value[1:]))
        elif kind != "stray":
            if value.endswith("*") and words(value):
                items.append(("unknown", value))
            items.append((kind, value))
    return items


def _extended(items: Sequence[tuple[str, str]], extent: Extent | None) -> list[tuple[str, str]]:
    """Values without quotes with the words that belong to them."""
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(items):
        kind, value = items[at]
        at += 1
        if kind == "open_field":
            following = _plain_words(items[at : at + _LONGEST_VALUE])
            name, _, first = value.partition(":")
            taken = extent(name, first, following) if extent and following else 0
            kind, value, at = "field", " ".join((value, *following[:taken])), at + taken
        found.append((kind, value))
    return found


def _plain_words(items: Sequence[tuple[str, str]]) -> list[str]:
    return [value for _, value in takewhile(lambda item: item[0] == "word", items)]


def _either(tokens: _Tokens) -> Node | None:
    parts = [_every(tokens)]
    while tokens.peek() == ("operator", "OR"):
        tokens.at += 1
        parts.append(_every(tokens))
    found = [part for part in parts if part is not None]
    if len(parts) > 1 and len(found) < len(parts):
        tokens.ignored.append("OR")
    return _group("OR", found)


def _every(tokens: _Tokens) -> Node | None:
    parts: list[Node] = []
    plain: list[str] = []

    def end_words() -> None:
        if plain:
            parts.append(Words(tuple(plain)))
            plain.clear()

    while (item := tokens.peek()) is not None and item != ("operator", "OR") and item != ("bracket", ")"):
        tokens.at += 1
        kind, value = item
        if kind == "word":
            plain += words(value)
            continue
        if kind in ("empty", "unknown"):
            tokens.ignored.append(value)
            continue
        end_words()
        if item == ("operator", "AND"):
            if not parts or tokens.peek() is None:
                tokens.ignored.append("AND")
        elif (node := _unary(tokens, kind, value)) is not None:
            parts.append(node)
    end_words()
    return _group("AND", parts)


def _unary(tokens: _Tokens, kind: str, value: str) -> Node | None:
    if kind in ("phrase", "exclude_phrase", "exclude"):
        found = tuple(words(value))
        node: Node | None = Words(found, side_by_side=kind != "exclude") if found else None
        return Group("NOT", (node,)) if node and kind.startswith("exclude") else node
    if kind == "field":
        name, _, content = value.partition(":")
        return Field(name, content)
    if kind == "bracket":
        return _bracket(tokens)
    return _negated(tokens)


def _negated(tokens: _Tokens) -> Node | None:
    item = tokens.peek()
    if item is None or item[0] == "operator" or item == ("bracket", ")"):
        tokens.ignored.append("NOT")
        return None
    if item[0] == "word":
        plain = _plain_words(tokens.items[tokens.at :])
        tokens.at += len(plain)
        found = tuple(token for value in plain for token in words(value))
        return Group("NOT", (Words(found, side_by_side=len(found) > 1),)) if found else None
    tokens.at += 1
    inner = _unary(tokens, *item)
    return Group("NOT", (inner,)) if inner is not None else None


def _bracket(tokens: _Tokens) -> Node | None:
    if tokens.depth >= 20:
        tokens.ignored.append("(")
        return None
    tokens.depth += 1
    node = _either(tokens)
    tokens.depth -= 1
    if tokens.peek() == ("bracket", ")"):
        tokens.at += 1
    else:
        tokens.ignored.append("(")
    return node


def _group(operator: str, parts: list[Node]) -> Node | None:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else Group(operator, tuple(parts))


def _split_fields(node: Node | None) -> tuple[Node | None, list[Field]]:
    """Fields that limit the whole query become filters; those inside OR and NOT stay where they are."""
    if isinstance(node, Field):
        return None, [node]
    if isinstance(node, Group) and node.operator == "AND":
        fields = [part for part in node.parts if isinstance(part, Field)]
        return _group("AND", [part for part in node.parts if not isinstance(part, Field)]), fields
    return node, []
