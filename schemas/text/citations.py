"""Citations in running legal text, taken apart but not yet resolved.

A citation is one or more groups of provisions, smallest first ("điểm a, b khoản 2 Điều 15"), and then
perhaps a
document: itself ("Nghị định này"), a number, or a title ("Luật Đầu tư năm 2020"). The outline is that of
Decree
34/2016/NĐ-CP, Article 62; older habits ("khoản 2, mục II") are those met in the documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from . import citation_patterns as p
from .numbers import OFFICIAL, official_number
from .references import POINT_LETTERS

#: Finds the end of the title of a law that starts at a position (after "Luật "); None if it knows none there.
TitleMatcher = Callable[[str, int], int | None]
Steps = dict[str, str]  # level → number; "này" is the one it stands in
RANK = {"point": 0, "clause": 1, "article": 2, "section": 3, "chapter": 4, "part": 5, "annex": 6}
_LEVELS = {
    "điểm": "point",
    "khoản": "clause",
    "điều": "article",
    "mục": "section",
    "chương": "chapter",
    "phần": "part",
    "phụ lục": "annex",
}
THIS = "này"


@dataclass(frozen=True, slots=True)
class DocumentMention:
    """A document as named in the text: itself, by number, by title, or one that cannot be told ("other")."""

    kind: Literal["self", "number", "title", "other"]
    start: int
    end: int
    number: str | None = None
    title: str | None = None  # type and title as written: "Luật Đầu tư"
    year: int | None = None


@dataclass(frozen=True, slots=True)
class RawCitation:
    """One citation, `text[start:end]`; no targets: the document as a whole."""

    start: int
    end: int
    targets: tuple[Steps, ...]
    document: DocumentMention | None = None


@dataclass(slots=True)
class _Group:
    level: str
    items: list[str]
    start: int
    end: int
    joiner: str = ""  # what stands between the group before and this one
    ranges: bool = field(default=False)


def find_citations(text: str, titles: TitleMatcher) -> Iterator[RawCitation]:
    """Every citation in reading order; provisions that belong together come as one."""
    position = 0
    while match := p.SCAN.search(text, position):
        start = match.start()
        if nested := p.AMENDING_LAW.match(text, start):
            # The law it amends is part of its title, not a citation of its own.
            end = titles(text, start + 5) or titles(text, nested.end())
            if end and not titles(text, start + 5):
                position = end
                continue
        citation = _provisions(text, start, titles) or _document_alone(text, start, titles)
        if citation is None:
            position = match.end()
            continue
        yield citation
        position = citation.end


def _provisions(text: str, start: int, titles: TitleMatcher) -> RawCitation | None:
    groups = _groups(text, start)
    if not groups:
        return None
    end = groups[-1].end
    last_is_this = groups[-1].items == [THIS]
    link = p.LINK.match(text, end)
    document = None
    if not (last_is_this and RANK[groups[-1].level] <= 2):
        assert link  # it can match nothing
        document = document_at(text, link.end(), titles) or document_at(text, end + 1, titles)
        other = p.OTHER.match(text, link.end())
        if document is None and other:
            document = DocumentMention("other", other.start(), other.end())
    if groups[-1].level == "annex" and not groups[-1].items:
        if document is None:
            return None
        groups[-1].items = [""]
    if document and document.kind != "other":
        end = document.end
    return RawCitation(start, end, tuple(_targets(groups)), document)


def _groups(text: str, position: int) -> list[_Group]:
    """The chain of groups from here: until words come that are neither a group nor join two."""
    groups: list[_Group] = []
    joiner = ""
    while match := p.GROUP.match(text, position):
        word = next(match[f"w{n}"] for n in range(1, 6) if match[f"w{n}"])
        items = next((match[f"n{n}"] for n in range(1, 6) if match[f"n{n}"]), "")
        level = _LEVELS[word.lower()]
        groups.append(_Group(level, _items(items, level), match.start(), match.end(), joiner))
        if items == THIS and level in ("article", "clause"):
            break
        if not (link := p.JOIN.match(text, match.end())):
            break
        joiner, position = link.group(), link.end()
    return groups


def _items(words: str, level: str) -> list[str]:
    """ "1, 3 đến 5" → ["1", "3", "4", "5"]."""
    items: list[str] = []
    is_range = False
    for match in p.ITEM.finditer(words):
        dash, value = match[1], match[2]
        if dash:
            is_range = bool(items)
        elif value:
            value = value.rstrip(".")
            items += between(items[-1], value, level) if is_range else []
            items.append(value)
            is_range = False
    return items


def between(first: str, last: str, level: str) -> list[str]:
    """What a range leaves out between its ends; whole numbers and single letters only, at most 200."""
    if first.isdigit() and last.isdigit() and 0 < int(last) - int(first) <= 200:
        return [str(n) for n in range(int(first) + 1, int(last))]
    if level == "point" and first in POINT_LETTERS and last in POINT_LETTERS:
        return list(POINT_LETTERS[POINT_LETTERS.index(first) + 1 : POINT_LETTERS.index(last)])
    return []


def _targets(groups: list[_Group]) -> list[Steps]:
    """From right to left: each group stands in the next larger one, unless "và", "hoặc" or ";" parts them."""
    targets: list[list[Steps]] = []
    context: Steps = {}
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if index + 1 < len(groups):
            after = groups[index + 1]
            if RANK[after.level] > RANK[group.level] and p.BREAKS.search(after.joiner):
                context = {}
        context = {level: n for level, n in context.items() if RANK[level] > RANK[group.level]}
        before = groups[index - 1] if index else None
        if not context and not group.ranges and (larger := _larger_first(groups, index)):
            targets.append([larger | {group.level: item} for item in group.items])
            continue
        here = [context | {group.level: item} for item in group.items]
        is_parent = before is not None and RANK[before.level] < RANK[group.level]
        if is_parent and not p.BREAKS.search(group.joiner):
            here = here[1:]
        elif group.ranges:
            here = []
        if before and before.level == group.level and re.search("đến|tới", group.joiner):
            filled = between(before.items[-1], group.items[0], group.level)
            here = [context | {group.level: item} for item in filled] + here
        targets.append(here)
        if group.items:
            context = context | {group.level: group.items[0]}
    return [steps for here in reversed(targets) for steps in here]


def _larger_first(groups: list[_Group], index: int) -> Steps:
    """ "Điều 5, khoản 2, điểm a": where the group stands, said before it by groups that only say that."""
    context: Steps = {}
    while index and RANK[groups[index - 1].level] > RANK[groups[index].level] and _nests_left(groups[index]):
        index -= 1
        if groups[index].items:
            context[groups[index].level] = groups[index].items[0]
        groups[index].ranges = True
    return context


def _nests_left(group: _Group) -> bool:
    """ "Điều 5 khoản 2": the larger one first."""
    return group.joiner.strip() in ("", ",")


def _document_alone(text: str, start: int, titles: TitleMatcher) -> RawCitation | None:
    document = document_at(text, start, titles)
    if document is None or document.kind in ("self", "other"):
        return None
    return RawCitation(start, document.end, (), document)


def document_at(text: str, start: int, titles: TitleMatcher) -> DocumentMention | None:
    """The document named right here, or None."""
    if match := p.SELF.match(text, start):
        return DocumentMention("self", start, match.end())
    if match := OFFICIAL.match(text, start):
        return DocumentMention("number", start, match.end(), official_number(match.group()).canonical)
    kind = p.TYPE.match(text, start)
    if not kind:
        return None
    lead = p.NUMBER_LEAD.match(text, kind.end())
    assert lead  # it can match nothing
    if number := _number_at(text, lead.end(), "ố" in lead.group()):
        return replace(number, start=start)
    if kind.group() in p.TITLED:
        return _titled(text, start, kind, titles)
    return DocumentMention("other", start, kind.end(), None, kind.group())


def _number_at(text: str, start: int, announced: bool) -> DocumentMention | None:
    if match := OFFICIAL.match(text, start):
        return DocumentMention("number", start, match.end(), official_number(match.group()).canonical)
    if announced and (match := p.ODD_NUMBER.match(text, start)):
        return DocumentMention("number", start, match.end(), match.group())
    return None


def _titled(text: str, start: int, kind: re.Match[str], titles: TitleMatcher) -> DocumentMention:
    """A law by its title, with the number or year that may follow it."""
    end = kind.end() if kind.group() == "Hiến pháp" else titles(text, kind.end() + 1)
    if end is None and (unknown := p.UNKNOWN_TITLE.match(text, kind.end())):
        end = unknown.end()
    if end is None:
        return DocumentMention("other", start, kind.end(), None, kind.group())
    title = text[start:end]
    if lead := p.NUMBER_AFTER_TITLE.match(text, end):
        number = _number_at(text, lead.end(), True)
        if number:
            return replace(number, start=start, title=title)
    if year := p.TITLE_YEAR.match(text, end):
        return DocumentMention("title", start, year.end(), None, title, int(year[1]))
    return DocumentMention("title", start, end, None, title)
