"""Single business conditions, from clauses and from the requirements of procedures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .condition_rules import condition_kind
from .model import Article, Tag, Unit

_NONE = re.compile(
    r"^\W*(?:không(?: có| quy định| yêu cầu| áp dụng)?(?: (?:yêu cầu|điều kiện|yêu cầu, điều kiện"
    r"|quy định))?|chưa có|n/a"
    r"|không có thông tin|theo quy định(?: của pháp luật)?)\W*$",
    re.IGNORECASE,
)
_NOISE = re.compile(r"^\W*(?:từ khóa|có thông tin|mẫu đơn)\W*:?.{0,20}$", re.IGNORECASE)
_NUMBERED = re.compile(
    r"^\s*(?:\(?(?:\d{1,2}(?:\.\d{1,2})*|[ivx]{1,4}|[a-zđ]{1,2})[.)](?!\d)|\(?\d{1,2}\)|[IVX]{1,4}\.)\s*"
)
_DASHED = re.compile(r"^\s*[-–+•*·]\s*")
_LABEL = re.compile(
    r"^\s*(?:\(?(?:\d{1,3}(?:\.\d{1,2})*|[a-zđ]{1,2}|[ivx]{1,4})\s?[.)\-]|[-–+•*·])+\s*", re.IGNORECASE
)
_SUBJECT = re.compile(
    r"^(.{6,160}?)\s+(?:phải|chỉ được|được (?:cấp|phép|xem xét|hoạt động|hành nghề|kinh doanh|thành lập"
    r"|đăng ký|công nhận)"
    r"|khi (?:đáp ứng|có)|đáp ứng|có đủ|nếu|cần)\b"
)
_SUBJECT_HEADING = re.compile(
    r"[Đđ]iều kiện (?:đối với|của)\s+(.{4,120}?)(?:\s+(?:phải|để|khi|được|có|theo quy định)\b|[,;:]|$)"
)


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: who must satisfy what, and where it is laid down."""

    kind: str
    text: str
    subject: str | None = None
    path: str | None = None


def split_requirements(text: str | None) -> list[str]:
    """The single conditions in a procedure's "yêu cầu, điều kiện"; an intro line is joined to what follows
    it.

    "Không có" and the like give none. Numbered and dashed items are conditions of their own; a dashed item
    under a
    numbered one that ends in a colon carries its words in front.
    """
    if not text or _NONE.match(text.strip()):
        return []
    items: list[str] = []
    intro = ""  # an unnumbered line that ends in a colon
    parent = ""  # a numbered one that does
    for raw in _joined_lines(text):
        line = _LABEL.sub("", raw).strip()
        if not line or _NONE.match(line) or _NOISE.match(line):
            continue
        is_dashed, is_numbered = bool(_DASHED.match(raw)), bool(_NUMBERED.match(raw))
        if line.endswith(":"):
            if is_dashed and parent:
                parent = f"{parent.split(' – ')[0]} – {line}"
            elif is_numbered or is_dashed:
                parent = line
            else:
                intro, parent = line, ""
            continue
        if is_numbered:
            parent = ""
        lead = parent or intro
        items.append(f"{lead} {line}" if lead else line)
        if not (is_dashed or is_numbered):
            intro = ""
    return [item.rstrip(" ;,") for item in items] or ([intro.rstrip(" :")] if intro else [])


def _joined_lines(text: str) -> Iterator[str]:
    """Lines, with those broken in the middle of a sentence put together again."""
    held = ""
    for line in text.replace("\r", "").replace("\t", " ").split("\n"):
        line = line.strip()
        if not line:
            continue
        starts_new = _DASHED.match(line) or _NUMBERED.match(line) or line[0].isupper()
        if held and not starts_new and held[-1] not in ".;:":
            held = f"{held} {line}"
            continue
        if held:
            yield held
        held = line
    if held:
        yield held


def clause_conditions(article: Article, tags: list[Tag]) -> Iterator[Condition]:
    """Conditions of the clauses tagged so; a clause with points gives one for each point."""
    spans = sorted({(tag.start, tag.end) for tag in tags if tag.tag == "condition"})
    for start, end in spans:
        clause = next((u for u in article.clauses() if u.start == start), None)
        points = [u for u in article.units if u.level == "point" and start <= u.start < end]
        first_line = article.text[start:end].split("\n", 1)[0]
        subject = _subject(_LABEL.sub("", first_line), article.heading)
        if len(points) >= 2:
            for point in points:
                text = _words(article.text, point)
                yield Condition(condition_kind(text), text, subject, point.path)
        else:
            text = _LABEL.sub("", article.text[start:end]).strip()
            path = clause.path if clause else _enclosing(article, start)
            yield Condition(condition_kind(text), text, subject, path)


def _enclosing(article: Article, position: int) -> str:
    """Path of the clause around a position; the article's own where there is none."""
    around = [u.path for u in article.clauses() if u.start <= position < u.end]
    return around[-1] if around else article.path


def _words(text: str, unit: Unit) -> str:
    return _LABEL.sub("", text[unit.start : unit.end]).strip().rstrip(";.")


def _subject(intro: str, heading: str) -> str | None:
    """Who the condition binds: before "phải …" in the clause, else in the heading "Điều kiện đối với …"."""
    match = _SUBJECT.match(intro)
    if match and not re.match(
        r"(?:Có|Là|Phải|Được|Đã|Trường hợp|Việc|Khi|Ngoài|Trong|Các điều kiện)\b", match[1]
    ):
        words = re.sub(r"\s+(?:không|chỉ|đều|cũng|thì)$", "", match[1].split(";")[0].strip(" ,:"))
        return words or None
    match = _SUBJECT_HEADING.search(heading)
    return match[1].strip() if match else None
