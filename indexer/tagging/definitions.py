"""Terms explained in articles "Giải thích từ ngữ"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .model import Article, Tag

_HEADING = re.compile(r"giải thích (?:một số )?(?:từ|thuật)|thuật ngữ|định nghĩa|khái niệm", re.IGNORECASE)
_INTRO = re.compile(
    r"(?:từ ngữ|thuật ngữ|từ, ngữ|khái niệm)[^.\n]{0,80}(?:hiểu|giải thích|có nghĩa)[^.\n]{0,40}:",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\s*(?:(?:\d{1,3}(?:\.\d{1,2})*\s?[.)\-]|[a-zđ]{1,2}\)|[-+•*–])\s*)+")
_IS = re.compile(
    r"\s*(?:\([^)]*\)|\[[^\]]*\])?\s*[”\"]?\s*(?::|,)?\s?(?<!\w)"
    r"(?:là|được hiểu là|được hiểu như sau|bao gồm|gồm|nghĩa là|có nghĩa là|được hiểu|được xác định là"
    r"|được quy định|tức là"
    r"|được gọi là|được định nghĩa)(?=[\s:,])|\s*(?:\([^)]*\))?\s*[”\"]?\s*:\s"
)
_BRACKETS = re.compile(r"\s*[\(\[][^)\]]*[\)\]]?")
_NO_TERM = re.compile(
    r"(?:Trong|Các từ ngữ|Những từ ngữ|Ngoài|Từ ngữ|Theo|Đối với|Trường hợp|Việc sử dụng|Các thuật ngữ"
    r"|Người dùng)\b.*"
    r"(?:được hiểu|dưới đây|như sau|giải thích)",
    re.IGNORECASE,
)


def definitions(article: Article) -> Iterator[Tag]:
    """One tag for each term, over the words of the term."""
    text = article.text
    if not (_HEADING.search(article.heading) or _INTRO.search(text[:400])):
        return
    clauses = {unit.start for unit in article.clauses()}
    start = 0
    previous_colon = False
    for line in text.split("\n"):
        label = _LABEL.match(line)
        is_entry = start in clauses or label is not None or (not clauses and start > 0)
        if is_entry and not (previous_colon and label and re.match(r"\s*[-+•*–]", line)):
            yield from _term(line, start, label.end() if label else 0)
        previous_colon = line.rstrip().endswith(":") and label is not None
        start += len(line) + 1


def _term(line: str, offset: int, begin: int) -> Iterator[Tag]:
    is_word = _IS.search(line, begin + 1)
    if not is_word or is_word.start() - begin > 220 or _NO_TERM.match(line, begin):
        return
    quoted = re.compile(r"[“\"]([^”\"]{2,160})[”\"]").match(line, begin)
    start, end = (quoted.start(1), quoted.end(1)) if quoted else (begin, is_word.start())
    words = line[start:end]
    bracket = _BRACKETS.search(words)
    if bracket and bracket.start() > 2:
        end = start + bracket.start()
    words = line[start:end]
    stripped = words.strip(" ,:;.“”\"'")
    if not 2 <= len(stripped) <= 160 or "\n" in stripped or not stripped[0].isalnum():
        return
    start += words.index(stripped)
    yield Tag("definition", offset + start, offset + start + len(stripped), stripped)
