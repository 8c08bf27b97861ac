"""Does the line of "Điều 5." hold the article's title or its first paragraph?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .clauses import ArticleText
from .headings import Heading, Line

_FIRST_CLAUSE = re.compile(r"1\s?[.\-/)]\s*\S")
# Titles name a subject; these begin a sentence.
_SENTENCE = re.compile(
    r"Ban hành kèm theo "
    r"|(?:(?:Bộ )?[Ll]uật|Pháp lệnh|Nghị định|Nghị quyết|Thông tư(?: liên tịch)?|Quyết định) này "
)
_INTRODUCES = re.compile(r"(?:sau|sau đây|gồm|là|trách nhiệm|nhiệm vụ|quyền|nghĩa vụ|quyền hạn)\s*:$")
_LONG = 200


def split_titles(bodies: Sequence[tuple[Heading, list[Line]]]) -> list[ArticleText]:
    """For each heading its title and its lines (empty for headings that are not articles).

    Bold decides where the text has bold headings. Elsewhere the wording decides, and the articles vote:
    most acts give a title to every article or to none.
    """
    plain = [_likely_title(h, lines) for h, lines in bodies if h.level == "article" and h.bold is None]
    votes = sum(1 if likely > 0 else -1 for likely in plain if likely)
    return [_split(heading, lines, votes) for heading, lines in bodies]


def _split(heading: Heading, lines: list[Line], votes: int) -> ArticleText:
    rest = heading.rest
    if heading.level != "article":
        return ArticleText("", lines)
    if not rest:
        return _title_below(lines)
    if heading.bold is not None:
        at = _title_end(rest, heading.bold)
        title, first = rest[:at].strip(), rest[at:].strip()
    else:
        likely = _likely_title(heading, lines)
        is_title = likely > 0 if abs(likely) > 1 or not votes else votes > 0
        title, first = (rest, "") if is_title else ("", rest)
    return ArticleText(title, [Line(first), *lines] if first else lines)


def _title_below(lines: list[Line]) -> ArticleText:
    """Some acts set "Điều 5" on a line of its own and the title below it, in bold."""
    if lines and 0 < len(lines[0].text) <= lines[0].bold + 1:
        return ArticleText(lines[0].text, lines[1:])
    return ArticleText("", lines)


def _title_end(rest: str, bold: int) -> int:
    """Where the bold title ends: all of it, a whole number of words, or nothing."""
    if bold >= len(rest) - 1:
        return len(rest)
    if bold < 2:
        return 0
    # Markup that ends inside a word, or before punctuation, belongs to the word.
    while bold < len(rest) and not rest[bold - 1].isspace() and not rest[bold].isspace():
        bold += 1
    return len(rest) if bold >= len(rest) else bold


def _likely_title(heading: Heading, lines: Sequence[Line]) -> int:
    """Positive for a title, negative for a paragraph; 2 where the wording leaves no doubt."""
    rest = heading.rest
    if not rest:
        return 0
    if _SENTENCE.match(rest):
        return -2
    ends_sentence = rest[-1] in ".;:"
    if not lines:
        return -2 if ends_sentence or len(rest) > _LONG else 1
    if _FIRST_CLAUSE.match(rest):
        return -2
    if _FIRST_CLAUSE.match(lines[0].text):
        if rest[-1] == ":":
            return -1 if len(rest) > _LONG or _INTRODUCES.search(rest) else 1
        return 2 if len(rest) <= _LONG else 1
    if not ends_sentence:
        return 2 if len(rest) <= _LONG else 1
    return -2 if len(rest) > _LONG else -1
