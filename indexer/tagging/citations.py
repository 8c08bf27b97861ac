"""Citations resolved: which document and which provision each one means."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from schemas.text.citations import THIS, DocumentMention, RawCitation, Steps, find_citations
from schemas.text.references import provision_path

from .model import Article, DocumentText, Tag
from .titles import TitleIndex, named_laws, title_key

_ALONE = re.compile(
    r"(?:tại|theo|thuộc|trừ|ở|với|của|bỏ|sửa đổi|bổ sung|sau|thay thế|và|hoặc|từ|các|vào|trước|đến|cả"
    r"|điều kiện"
    r"|trường hợp|nội dung|quy định|tên|cuối|đầu)[ ,]*(?:các )?$",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(
    r"^(?:\W{0,3}(?:\d{1,3}|[a-zđ]{1,2})[.)\-]\s*)?(?:Sửa đổi|Bổ sung|Bãi bỏ|Thay thế|Thay (?:cụm )?từ|Thay"
    r"|Đính chính|Bỏ|Hủy bỏ"
    r"|Sửa|Đổi|Chuyển|Thay đổi|Điều chỉnh|(?:Tên )?(?:Điểm|Khoản|Điều|Mục|Chương) )|như sau\s?:\s*$",
    re.MULTILINE,
)
_AMENDS = re.compile(r"[Ss]ửa đổi|[Bb]ổ sung|[Bb]ãi bỏ|[Tt]hay thế|[Đđ]ính chính")
_POINTS_BACK = re.compile(r"\s(?:nêu|nói|trên|đó|khác|trước|cũ|hiện hành)(?!\w)")
_CONVENTION = re.compile(r"(?:Công ước|Hiệp định)[^.;\n]{0,30} về $")
_FILE = re.compile(r"\.(?:docx?|xlsx?|pdf|rar|zip)\b")
_TITLE_FOLLOWS = re.compile(r"[.:]\s*[A-ZĐÀ-Ỹ]")
_QUOTED = re.compile(r"“[^”]{30,}(?:”|\Z)|(?:^|(?<=\n))[ ]?\"[^\"]{30,}\"")
_QUOTED_ARTICLE = re.compile(r"(?:^|[“\"]|\n)\s*(?:Điều )(\d{1,3}[a-zđ]?)[.:\s]")
_QUOTED_CLAUSE = re.compile(r"(?:^|[“\"]|\n)\s*(\d{1,2}[a-zđ]?)\.\s")
# Between a number and the titles in its own title: "… của Chính phủ quy định chi tiết …".
_TITLE_BEGINS = re.compile(
    r"\s*(?:,?\s*(?:ngày|được)[^;.\n“”]{0,80}?)?(?:\s*của (?:[^;.,\n]|, ){0,90}?)?\s*"
    r"(?:về|quy định|hướng dẫn|sửa đổi|ban hành|bổ sung|chi tiết|thi hành|bãi bỏ|phê duyệt|công bố"
    r"|triển khai|thực hiện)\b"
)


@dataclass(slots=True)
class _Amendment:
    """Which document an amending article is about right now."""

    number: str | None = None
    article: str | None = None
    clause: str | None = None


class CitationTagger:
    """Resolves the citations of one document, article by article."""

    def __init__(self, document: DocumentText, titles: TitleIndex) -> None:
        self._document = document
        self._titles = titles
        self._named = named_laws(document.preamble, titles) | document.related
        self._base = self._amended_by_title()
        self._detailed = self._detailed_law()

    def tag(self, article: Article) -> Iterator[Tag]:
        """The citations of one article, in reading order."""
        text = article.text
        raws = list(find_citations(text, self._titles.match))
        amendment = _Amendment(self._amended_by_heading(article))
        quotes = [m.span() for m in _QUOTED.finditer(text)] if amendment.number else []
        title_zone = -1
        for raw in raws:
            self._learn(raw)
            document = raw.document
            in_title = raw.start < title_zone
            if document and document.kind == "number" and (match := _TITLE_BEGINS.match(text, raw.end)):
                title_zone = max(title_zone, _zone_end(text, match.end()))
            if document and document.kind == "title" and in_title and not raw.targets:
                continue
            if _is_no_reference(raw, text):
                continue
            yield from self._resolve(raw, article, amendment, quotes)

    def _resolve(
        self, raw: RawCitation, article: Article, amendment: _Amendment, quotes: list[tuple[int, int]]
    ) -> Iterator[Tag]:
        text, document = article.text, raw.document
        if document and document.kind == "other":
            if document.title is None or not raw.targets:
                return
            document = None if _POINTS_BACK.match(text, document.end) else self._short_name(document)
            if document is None:
                return
        number = self._number(document)
        if document and document.kind == "title" and number is None:
            number = document.title
        quote = next((q for q in quotes if q[0] <= raw.start < q[1]), None)
        line = text[text.rfind("\n", 0, raw.start) + 1 : text.find("\n", raw.start) % (len(text) + 1)]
        is_own = document is None or document.kind == "self"
        if amendment.number and is_own:
            if quote:
                yield from self._inside_quote(raw, article, amendment, quote)
                return
            if document is None and _INSTRUCTION.search(line) and not _is_relative(raw):
                number = amendment.number
        if amendment.number is not None and not is_own and number and _INSTRUCTION.search(line) and not quote:
            amendment.number = number
        for steps in raw.targets or ({},):
            path = self._path(steps, raw, article, number)
            if path is None:
                continue
            if number == amendment.number and "article" in steps and not quote:
                amendment.article, amendment.clause = steps["article"], steps.get("clause")
            yield Tag("citation", raw.start, raw.end, {"number": number, "provision": path or None})

    def _number(self, document: DocumentMention | None) -> str | None:
        """The number meant; None for the document itself and for titles that cannot be told."""
        if document is None or document.kind == "self":
            return None
        if document.number:
            return document.number
        if not document.title:
            return None
        if document.title.startswith("Hiến pháp"):
            return self._titles.number_on(document.title, self._document.issue_date, document.year)
        key = title_key(document.title)
        named = self._named.get(key)
        if document.year is not None:
            if named and f"/{document.year}/" in named:
                return named
            return self._titles.number_on(document.title, self._document.issue_date, document.year)
        if named == "":  # one of that title and another date, which is not in the corpus
            return None
        return named or self._titles.number_on(document.title, self._document.issue_date)

    def _short_name(self, document: DocumentMention) -> DocumentMention | None:
        """ "Điều 5 của Luật": the document itself if it is a law, else the law it gives the details of."""
        kind = document.title
        if kind == self._document.type:
            return replace(document, kind="self")
        if kind in ("Luật", "Bộ luật", "Pháp lệnh"):
            return replace(document, kind="title", title=self._detailed or kind)
        return None

    def _learn(self, raw: RawCitation) -> None:
        """ "Luật Đầu tư số 67/2014/QH13" here tells what "Luật Đầu tư" means from here on."""
        document = raw.document
        if document and document.kind == "number" and document.title and document.number:
            key = title_key(document.title)
            self._named[key] = self._named.get(key) or document.number

    def _path(self, steps: Steps, raw: RawCitation, article: Article, number: str | None) -> str | None:
        """ "" for a whole document, None if the words refer to nothing that can be told."""
        if not steps:
            return ""
        steps = dict(steps)
        if THIS in (steps.get("section"), steps.get("chapter"), steps.get("part"), steps.get("annex")):
            return None
        is_bare = raw.document is None and not {"article", "clause", "point"} & steps.keys()
        if is_bare and not self._is_mention(raw, article.text, "annex" in steps):
            return None
        if "annex" in steps:
            return provision_path({"annex": steps["annex"].lower()})
        inside = not ({"article", "section", "chapter", "part"} & steps.keys())
        if steps.get("article") == THIS or (inside and number is None):
            if inside and THIS not in steps.values() and raw.document is None:
                before = article.text[max(0, raw.start - 24) : raw.start]
                if not _ALONE.search(before):
                    return None
            return self._own_path(steps, raw.start, article)
        if THIS in steps.values():
            return None
        return provision_path({level: value.lower() for level, value in steps.items()})

    def _is_mention(self, raw: RawCitation, text: str, is_annex: bool) -> bool:
        """Not the heading of the next chapter or annex that was left at the end of an article."""
        before, after = text[max(0, raw.start - 24) : raw.start], text[raw.end : raw.end + 1]
        if is_annex:
            return bool(before.rstrip(' (:“"')) and not before.endswith("\n") and after != "\n"
        return bool(_ALONE.search(before))

    def _own_path(self, steps: Steps, position: int, article: Article) -> str | None:
        """A path in the article where the words stand."""
        parts = article.path.split("/")
        if "clause" not in steps and "point" not in steps:
            return article.path
        unit = _unit_at(article, position, "clause")
        if "clause" in steps and steps["clause"] != THIS:
            parts.append(f"khoan-{steps['clause'].lower()}")
        elif unit and (steps.get("clause") == THIS or "article" not in steps):
            parts = unit.split("/")
        elif steps.get("clause") == THIS:
            return None
        if steps.get("point") == THIS:
            return _unit_at(article, position, "point")
        if "point" in steps:
            parts.append("diem-" + steps["point"].lower().replace("đ", "dd"))
        return "/".join(parts)

    def _inside_quote(
        self, raw: RawCitation, article: Article, amendment: _Amendment, quote: tuple[int, int]
    ) -> Iterator[Tag]:
        """New wording speaks as the amended document."""
        before = article.text[quote[0] : raw.start]
        articles, clauses = _QUOTED_ARTICLE.findall(before), _QUOTED_CLAUSE.findall(before)
        current = articles[-1] if articles else amendment.article
        clause = clauses[-1] if clauses else amendment.clause
        for steps in raw.targets:
            steps = dict(steps)
            if "annex" in steps:
                steps = {"annex": steps["annex"].lower()}
            elif steps.get("article", THIS) == THIS and not {"section", "chapter", "part"} & steps.keys():
                if current is None or (steps.get("clause") == THIS and clause is None):
                    continue
                is_inner = "clause" not in steps and "article" not in steps and clause is not None
                if steps.get("clause") == THIS or is_inner:
                    steps["clause"] = clause or ""
                steps["article"] = current
            if THIS in steps.values():
                continue
            path = provision_path({level: value.lower() for level, value in steps.items()})
            yield Tag("citation", raw.start, raw.end, {"number": amendment.number, "provision": path})

    def _detailed_law(self) -> str | None:
        """The one law that the document's title names."""
        named = {
            raw.document.title
            for raw in find_citations(self._document.title, self._titles.match)
            if raw.document and raw.document.kind == "title"
        }
        return named.pop() if len(named) == 1 else None

    def _amended_by_title(self) -> str | None:
        title = self._document.title
        if not re.match(r"(?:Về việc )?[Ss]ửa đổi|(?:Về việc )?[Bb]ổ sung|(?:Về việc )?[Bb]ãi bỏ", title):
            return None
        return self._first_number(title)

    def _first_number(self, text: str) -> str | None:
        for raw in find_citations(text, self._titles.match):
            if raw.document and (number := self._number(raw.document)):
                return number
        return None

    def _amended_by_heading(self, article: Article) -> str | None:
        """The document an article amends: named in its heading, else in its first line, else in the title."""
        first = article.text.split("\n", 1)[0][:600]
        for words in (article.heading, first):
            if _AMENDS.search(words):
                number = self._first_number(words)
                if number:
                    return number
        if self._base and (_AMENDS.search(article.heading) or _AMENDS.search(first[:40])):
            return self._base
        return None


def _is_no_reference(raw: RawCitation, text: str) -> bool:
    """Headings and file names left in the text, the Constitution in general, a convention on the "Luật
    biển".
    """
    document = raw.document
    before, after = text[max(0, raw.start - 45) : raw.start], text[raw.end : raw.end + 60]
    if not raw.targets:
        is_general = document is not None and document.title == "Hiến pháp" and document.year is None
        return is_general or bool(_CONVENTION.search(before))
    line = after.split("\n", 1)[0]
    if "annex" in raw.targets[0] and _FILE.search(line):
        return True
    at_line_start = before.rstrip(' “"')[-1:] in ("", "\n")
    if at_line_start and document is None and "article" in raw.targets[0] and _TITLE_FOLLOWS.match(after):
        return True
    return document is None and after.startswith(" của một trong")


def _is_relative(raw: RawCitation) -> bool:
    return any(THIS in steps.values() for steps in raw.targets)


def _unit_at(article: Article, position: int, level: str) -> str | None:
    """Path of the clause or point that a position stands in."""
    units = [unit for unit in article.units if unit.level == level]
    index = bisect_right([unit.start for unit in units], position) - 1
    return units[index].path if index >= 0 and position < units[index].end else None


def _zone_end(text: str, start: int) -> int:
    """Where the title of a document ends at the latest."""
    match = re.compile(r"[;.\n()“”]|(?<=\w), (?=[A-ZĐ])").search(text, start)
    return min(match.start() if match else len(text), start + 300)
