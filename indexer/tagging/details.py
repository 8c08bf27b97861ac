"""Which article of a decree or circular gives the details of which article of the law above it.

Nothing in the sources says so article by article; the texts do, in these ways (docs/tagging.md, with what
each is worth): the heading names the article of the law, the article takes up what the law's article is about
and cites it, it opens with the citation and an "as follows", its heading is the law's, which leaves the
details to such a document, or the first article of the decree lists what it details.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from schemas.documents import DETAIL_EVIDENCE
from schemas.text.citations import DocumentMention, find_citations
from schemas.text.normalise import fold
from schemas.text.numbers import number_key
from schemas.text.paths import article_of

from .headings import Headings
from .titles import Law, TitleIndex, title_key

_PLACE = {evidence: place for place, evidence in enumerate(DETAIL_EVIDENCE)}
#: Documents give the details of those of a smaller number only.
_RANKS = {
    "Luật": 1, "Bộ luật": 1, "Pháp lệnh": 1, "Nghị quyết": 2, "Nghị định": 3, "Quyết định": 4,
    "Nghị quyết liên tịch": 5, "Thông tư": 5, "Thông tư liên tịch": 5, "Chỉ thị": 5,
}  # fmt: skip
_LIKE_CITED, _LIKE_CITED_ONLY, _LIKE_LISTED, _LIKE_NAMED, _LIKE_LINKED = 0.65, 0.8, 0.6, 0.8, 0.95
_LIKE_LEFT = 0.62
_AMENDS = re.compile(r"^(?:về việc )?(?:sửa đổi|bổ sung|bãi bỏ|đính chính)", re.IGNORECASE)
_DETAILS = re.compile(
    r"chi tiết|hướng dẫn|biện pháp (?:thi hành|tổ chức)|quy định cụ thể"
    r"|thi hành (?:một số|$)",
    re.IGNORECASE,
)
# Circulars that set one fee each apply the decree on fees, they do not detail it.
_APPLIES = re.compile(r"mức thu\b", re.IGNORECASE)
_SCOPE = re.compile(r"phạm vi|điều chỉnh", re.IGNORECASE)
_NO_MATTER = re.compile(
    r"phạm vi|đối tượng (?:áp dụng|điều chỉnh)|giải thích|hiệu lực|thi hành$|tổ chức thực hiện|chuyển tiếp"
    r"|trách nhiệm (?:thi hành|tổ chức|thực hiện)|điều khoản|quy định chi tiết$|vi phạm|sửa đổi|bãi bỏ"
    r"|thay thế|quy định (?:khác|chung)$",
    re.IGNORECASE,
)
# Headings that laws and decrees have alike without speaking of the same.
_FORMULA = re.compile(
    r"^(?:trách nhiệm (?:của|quản lý)|khen thưởng|kinh phí|nguồn|nguyên tắc$|điều kiện$|kiểm tra|thanh tra"
    r"|báo cáo|chế độ báo cáo|nội dung quản lý nhà nước|quản lý nhà nước|lệ phí|phí\b)",
    re.IGNORECASE,
)
# What is said of the law's article is not what this one is about.
_ASIDE = re.compile(
    r"(?:trừ|ngoài|không thuộc|vi phạm|hành vi|bị cấm|xử phạt|không (?:áp dụng|đúng|đủ|đáp ứng)|căn cứ"
    r"|sửa đổi|bãi bỏ|thay thế|hết hiệu lực)[^.;:]*$",
    re.IGNORECASE,
)
_BEFORE_OPENING = re.compile(
    r"^\s*(?:\d+[a-zđ]?\.)?\s*[^,;:.]{0,200}?(?:quy định tại|quy định theo|theo|nêu tại|tại)\s*(?:các\s*)?$"
)
_AFTER_OPENING = re.compile(
    r"^(?:[^,;:.]{0,90}?(?:"
    r"(?:quy định|thực hiện|hướng dẫn|xác định|áp dụng|tính|hiểu)[^,;:.]{0,60}như sau"
    r"|(?:bao )?gồm[^,;:.]{0,60}|là[^,;:.]{0,40}sau(?: đây)?)"
    r"|,? ?cụ thể(?: như sau)?"
    r"|,? (?:và|cùng) (?:các |một số )?(?:quy định|yêu cầu|nguyên tắc|hướng dẫn)[^,;:.]{0,40} sau(?: đây)?"
    r")\s*:\s*$"
)
# The whole article is "… thực hiện theo quy định tại Điều 41 Nghị định …": it sends the reader on.
_SENDS_ON = re.compile(r"^[^\n.;:]{0,250}(?:\b|^)(?:thực hiện|áp dụng) theo [^\n;:]*$", re.IGNORECASE)
# "Chính phủ quy định chi tiết Điều này", "Bộ trưởng Bộ Y tế hướng dẫn …"; not "mẫu do Bộ trưởng … quy định".
_LEAVES = re.compile(
    r"mẫu do [^.;:\n]{0,110}? quy định"
    r"|(?P<who>Thủ tướng Chính phủ|Chính phủ|Bộ trưởng|Bộ(?= [A-ZĐ])|Thống đốc|Tổng Thanh tra|Chánh án"
    r"|Viện trưởng|Tòa án nhân dân tối cao)"
    r"[^.;:\n]{0,110}? (?:quy định|hướng dẫn)(?! tại| của| trong)"
)
_WHO_ISSUES = {"Chính phủ": "Nghị định", "Thủ tướng Chính phủ": "Quyết định"}
_LISTING = re.compile(
    r"\bnày (?:quy định chi tiết|hướng dẫn|quy định(?= (?:các )?(?:[Đđ]iểm|[Kk]hoản|[Đđ]iều) ))",
    re.IGNORECASE,
)
_LIST_ITEM = re.compile(r"^\s*(?:(?:\d+|[a-zđ])[.)]|[-+–])?\s*(?:các )?$")


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation of another document in an article; `target` is the path of what is cited."""

    article: str
    start: int
    end: int
    document: int | None  # None: not held
    number: str
    target: str


@dataclass(frozen=True, slots=True)
class Above:
    """A document whose details others may give; `linked`: the source says that this one does."""

    id: int
    number: str
    type: str
    title: str
    headings: Headings
    linked: bool = False
    #: By article the types of document that it leaves the details to.
    left: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Below:
    """A document that may give details: heading and text by article, and what it cites."""

    type: str
    title: str
    articles: Mapping[str, tuple[str, str]]
    cited: Sequence[Cited]


@dataclass(frozen=True, slots=True)
class Detail:
    """`provision` ("" is the whole document) gives the details of article `target` of document `document`."""

    provision: str
    document: int
    target: str
    evidence: str
    strength: float  # how alike the headings are, 0 to 1


def detail_pairs(below: Below, candidates: Sequence[Above]) -> list[Detail]:
    """All pairs of a document with those it may give the details of, each once, with its surest evidence."""
    if _AMENDS.match(below.title):
        return []  # the amended document says it better
    found: dict[tuple[str, int, str], Detail] = {}
    listed = _listed(below)
    named = {above.id for above in candidates if _names_in_title(below.title, above)}
    for above in candidates:
        if not may_detail(below.type, above.type) or _AMENDS.match(above.title) or _is_another(below, above):
            continue
        for detail in _pairs(below, above, listed, above.id in named):
            key = (detail.provision, detail.document, detail.target)
            if key not in found or _PLACE[detail.evidence] < _PLACE[found[key].evidence]:
                found[key] = detail
    # Laws on taxes have headings alike: the law that the title names is meant.
    sure = {pair.provision for pair in found.values() if pair.document in named}
    return [
        pair
        for pair in found.values()
        if pair.evidence != "same" or pair.document in named or pair.provision not in sure
    ]


def may_detail(kind: str, above: str) -> bool:
    """Whether a document of this type can give the details of one of that type."""
    return _RANKS.get(above, 9) < _RANKS.get(kind, 0)


def left_to(text: str) -> frozenset[str]:
    """The types of document that an article leaves its details to: "Chính phủ quy định …" → "Nghị định"."""
    found = {match["who"] for match in _LEAVES.finditer(text)} - {None}
    kinds = {_WHO_ISSUES.get(who, "Thông tư") for who in found}
    return frozenset({*kinds, "Thông tư liên tịch"} if "Thông tư" in kinds else kinds)


def _pairs(
    below: Below, above: Above, all_listed: set[tuple[int | None, str]], named: bool
) -> Iterator[Detail]:
    listed = {path for document, path in all_listed if document == above.id}
    is_detailed = named or bool(listed) or (above.linked and not _APPLIES.search(below.title))
    cited: dict[tuple[str, str], list[Cited]] = {}
    for citation in below.cited:
        target = article_of(citation.target)
        if citation.document == above.id and target in above.headings and target:
            cited.setdefault((citation.article, target), []).append(citation)
    matcher = _matcher(above)
    for target in sorted(listed & above.headings.paths):
        yield Detail("", above.id, target, "only" if len(all_listed) == 1 else "whole", 1.0)
    for path, (heading, text) in below.articles.items():
        if not heading or _NO_MATTER.search(heading):
            continue
        here = [target for article, target in cited if article == path]
        sure = [
            Detail(path, above.id, target, "heading", 1.0)
            for target in _cited_in_heading(heading, above, named, matcher)
        ]
        if _SENDS_ON.match(text):
            yield from sure
            continue
        for target in here:
            evidence, like = _by_citation(
                text, heading, above.headings, target, cited[path, target], is_detailed
            )
            if evidence:
                sure.append(Detail(path, above.id, target, evidence, like))
        if not sure and is_detailed:
            kind = below.type if named else ""
            sure += _by_heading(path, heading, above, listed, kind, is_cited=bool(cited))
        yield from sure


def _by_citation(
    text: str, heading: str, headings: Headings, target: str, citations: Sequence[Cited], is_detailed: bool
) -> tuple[str, float]:
    """How the citations of `target` in an article show that it gives the details; "" if they do not."""
    like = headings.likeness(heading, target)
    if _NO_MATTER.search(headings.of(target)):
        return "", like
    meant = opening = False
    for citation in citations:
        first = text.rfind("\n", 0, citation.start) + 1
        last = text.find("\n", citation.end) % (len(text) + 1)
        before, after = text[first : citation.start], text[citation.end : last]
        if not _ASIDE.search(before[-120:]):
            meant = True
            opening |= bool(_BEFORE_OPENING.match(before) and _AFTER_OPENING.match(after))
    if meant and like >= (_LIKE_CITED if is_detailed else _LIKE_CITED_ONLY):
        return "cited", like
    return ("opening" if opening and is_detailed else ""), like


def _by_heading(
    path: str, heading: str, above: Above, listed: set[str], kind: str, is_cited: bool
) -> list[Detail]:
    """The one article of the law with the same heading, though this one does not cite it.

    `kind` is the type of the document where its title names the law, else empty.
    """
    target, like = above.headings.nearest(heading)
    if target is None or _NO_MATTER.search(above.headings.of(target)):
        return []
    if target in listed and like >= _LIKE_LISTED:
        return [Detail(path, above.id, target, "listed", like)]
    if _FORMULA.search(heading):
        return []
    if kind and kind in above.left.get(target, ()) and like >= _LIKE_LEFT:
        return [Detail(path, above.id, target, "left", like)]
    if (kind or is_cited) and like >= (_LIKE_NAMED if kind else _LIKE_LINKED):
        return [Detail(path, above.id, target, "same", like)]
    return []


def _listed(below: Below) -> set[tuple[int | None, str]]:
    """(document, article) that the first article says this document gives the details of."""
    found = set()
    for citation in below.cited:
        heading, text = below.articles.get(citation.article, ("", ""))
        if not (_SCOPE.search(heading) or citation.article == "dieu-1"):
            continue
        first = text.rfind("\n", 0, citation.start) + 1
        before = text[first : citation.start]
        said = _LISTING.search(before) or (_LISTING.search(text[:first]) and _LIST_ITEM.match(before))
        target = article_of(citation.target)
        if said and target and not _ASIDE.search(before[-120:]):
            found.add((citation.document, target))
    return found


def _is_another(below: Below, above: Above) -> bool:
    """The law cited has articles that this one does not: a newer one of the same title, which is not held."""
    numbers = {_number(path) for path in above.headings.paths}
    targets = {article_of(c.target) for c in below.cited if c.document == above.id}
    beyond = {path for path in targets if path and path.startswith("dieu-") and _number(path) > max(numbers)}
    return len(beyond) > 1


def _number(path: str) -> int:
    digits = re.match(r"dieu-(\d+)", path)
    return int(digits[1]) if digits else 0


def _names_in_title(title: str, above: Above) -> bool:
    """Whether a title says that the document gives the details of that one."""
    at = title.lower().find(above.number.lower())
    if at < 0 and _RANKS.get(above.type, 9) <= 1:
        name = r"\W+".join((fold(above.type) + " " + title_key(above.title)).split())
        found = re.search(rf"{name}(?!\w)", fold(title))  # folding keeps every letter in its place
        at = found.start() if found else -1
    return at > 0 and bool(_DETAILS.search(title[:at]))


def _matcher(above: Above) -> TitleIndex:
    titles = TitleIndex()
    titles.add(above.title, Law(above.number, None))
    titles.close()
    return titles


def _cited_in_heading(heading: str, above: Above, named: bool, titles: TitleIndex) -> Iterator[str]:
    """Articles of that document in a heading: "Hồ sơ quy định tại khoản 2 Điều 8 Luật Chợ"."""
    if "iều " not in heading:
        return
    for raw in find_citations(heading, titles.match):
        if raw.document is None or not _is_meant(raw.document, above, named):
            continue
        for steps in raw.targets:
            path = f"dieu-{steps.get('article', '').lower()}"
            if path in above.headings:
                yield path


def _is_meant(mention: DocumentMention, above: Above, named: bool) -> bool:
    if mention.number:
        return number_key(mention.number) == number_key(above.number)
    if mention.kind == "title":
        return title_key(mention.title or "") == title_key(above.title) and (
            mention.year is None or f"/{mention.year}/" in above.number
        )
    return named and mention.kind == "other" and mention.title == above.type
