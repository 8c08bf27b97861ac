"""Laws by their titles: which number "Luật Đầu tư" means on a given day."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from schemas.text.normalise import fold

_NAMED = re.compile(
    r"(Bộ luật|Bộ Luật|Luật|Pháp lệnh) ([^;\n]{2,140}?) (?:năm \d{4} )?"
    r"(?:số:? ?(\d{1,3}[a-z]?(?:/\d{4}/[A-ZĐ]+\d*(?:-[A-ZĐ]+\d*)?|-[A-Z]+/[A-ZĐ]+\d*))"
    r"(?:,? (?:được [^;]{0,60})?ngày (\d{1,2}) tháng (\d{1,2}) năm (\d{4}))?"
    r"|(?:được [^;]{0,60})?ngày (\d{1,2}) tháng (\d{1,2}) năm (\d{4}))"
)
# What may follow a title. Anything else may be more of a title that is not known here.
_FOLLOWS = re.compile(
    r"\s*(?:$|[,.;:()\n“”\"/\[]|\d|(?:và|hoặc|hay|năm|số|ngày|về|có|được|đã|thì|quy định|của|để|phải"
    r"|hiện hành|tại|trong|khi"
    r"|là|đối với|nhưng|mà|từ|theo|này|bao gồm|gồm|không|cho|với|nêu|bị|thuộc|do|sửa đổi|ban hành|hướng dẫn"
    r"|trừ|cũng|trước"
    r"|thực hiện|sau|còn|như|đến|nếu|nhằm|vào|bằng|cụ thể|điều chỉnh|áp dụng|hết|chưa|nói|trên|cùng|ngoài"
    r"|quốc gia"
    r"|các|những|một|tiếp|cần|sẽ|chịu|giao|trường hợp|người|cơ quan|tổ chức|đồng thời|hợp nhất"
    r"|giải quyết)(?!\w))"
)
_WORD = re.compile(r"\w+")
# "Nghị định quy định chi tiết một số điều của Luật Dược số 54/2017/NĐ-CP": the number is not the law's.
_NO_LAWS_NUMBER = re.compile(r"NĐ|TT|QĐ|NQ|CT-|CT$")
_KINDS = ("Luật", "Bộ luật", "Pháp lệnh", "Hiến pháp")


@dataclass(frozen=True, slots=True)
class Law:
    """A law known by title: when it was issued and until when it held, where known."""

    number: str
    issued: dt.date | None
    expired: dt.date | None = None


def title_key(words: str) -> str:
    """Titles meet without case, marks and punctuation; "Bộ luật Dân sự" and "Luật dân sự" are one."""
    folded = re.sub(r"[^a-z0-9]+", " ", fold(words)).strip()
    return re.sub(r"^(?:bo luat|luat|phap lenh)(?: bo luat| luat(?! su\b)| phap lenh)? ", "", folded)


class TitleIndex:
    """All known titles. Built once from the corpus, then only read."""

    def __init__(self) -> None:
        self._laws: dict[str, dict[str, Law]] = defaultdict(dict)
        self._by_first: dict[str, list[str]] = defaultdict(list)
        self._dates: dict[tuple[str, dt.date], str] = {}

    def add(self, title: str, law: Law) -> None:
        """Learn a title; a law known with its dates wins over one known by number only."""
        key = title_key(title)
        known = self._laws[key].get(law.number)
        if known is None or (known.issued is None and law.issued):
            self._laws[key][law.number] = law
        if law.issued:
            self._dates.setdefault((key, law.issued), law.number)

    def add_mentions(self, text: str) -> None:
        """Learn from "Luật Đầu tư số 67/2014/QH13 ngày 26 tháng 11 năm 2014" in a preamble."""
        for match in _NAMED.finditer(text):
            number = match[3]
            if not number or "Luật" in match[2] or "Nghị định" in match[2] or "số" in match[2].split():
                continue
            if _NO_LAWS_NUMBER.search(number):
                continue
            issued = _date(match[4], match[5], match[6])
            self.add(match[2], Law(number, issued or _year_only(number)))

    def close(self) -> None:
        """Prepare for matching; call once after the last add."""
        self._by_first.clear()
        for key in self._laws:
            if key:
                self._by_first[key.split(" ", 1)[0]].append(key)
        for keys in self._by_first.values():
            keys.sort(key=len, reverse=True)

    def match(self, text: str, start: int) -> int | None:
        """End of the longest known title that starts here, if nothing that could be more of it follows."""
        window = text[start : start + 220].split("\n", 1)[0]
        folded = fold(window)
        ends = [m.end() for m in _WORD.finditer(folded)]
        line = " ".join(_WORD.findall(folded))
        for key in self._by_first.get(line.split(" ", 1)[0], ()):
            if line.startswith(key) and (len(line) == len(key) or line[len(key)] == " "):
                end = ends[key.count(" ")]
                if window[end : end + 1] == ")":  # "(HIV/AIDS)" belongs to the title
                    end += 1 if window.count("(", 0, end) > window.count(")", 0, end) else 0
                return start + end if _FOLLOWS.match(window, end) else None
        return None

    def number_on(self, title: str, day: dt.date | None, year: int | None = None) -> str | None:
        """The number that a title meant on a day: the newest law of that title until then, if it still
        held.
        """
        laws = self._laws.get(title_key(title))
        if not laws:
            return None
        if year is not None:
            of_year = [law.number for law in laws.values() if law.issued and law.issued.year == year]
            return of_year[0] if len(of_year) == 1 else None
        known = [law for law in laws.values() if law.issued and (day is None or law.issued <= day)]
        if not known:
            return None
        newest = max(known, key=lambda law: (law.issued or dt.date.min, law.number))
        if newest.expired and day and newest.expired < day:
            return None  # its successor is not in the corpus
        return newest.number

    def number_of_date(self, title: str, issued: dt.date) -> str | None:
        """The number of the law of that title issued on that very day."""
        return self._dates.get((title_key(title), issued))


def named_laws(paragraphs: Iterable[str], index: TitleIndex) -> dict[str, str]:
    """Title keys → numbers, as a document itself tells them in its preamble; "" for a law not known here."""
    named: dict[str, str] = {}
    for paragraph in paragraphs:
        for match in _NAMED.finditer(paragraph):
            number = match[3]
            if number and _NO_LAWS_NUMBER.search(number):
                continue
            if not number:
                issued = _date(match[7], match[8], match[9])
                number = index.number_of_date(match[2], issued) if issued else None
                if issued and not number:  # the day may be noted wrong, the year tells laws apart
                    number = index.number_on(match[2], None, issued.year) or ""
            if number is not None:
                named.setdefault(title_key(match[2]), number)
    return named


def _date(day: str | None, month: str | None, year: str | None) -> dt.date | None:
    try:
        return dt.date(int(year or 0), int(month or 0), int(day or 0))
    except ValueError:
        return None


def _year_only(number: str) -> dt.date | None:
    match = re.search(r"/(\d{4})/", number)
    return dt.date(int(match[1]), 12, 31) if match else None


def is_titled(kind: str) -> bool:
    """Whether documents of this type are cited by their titles."""
    return kind in _KINDS
