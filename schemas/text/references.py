"""References to provisions as people type them: "k2 đ15 nđ 46/2018", "điều 5 khoản 2 luật đầu tư 2020".

Outline words and letters follow Decree 34/2016/NĐ-CP, Article 62 (phần, chương, mục, tiểu mục, điều, khoản,
điểm); the letters of points are those of the Vietnamese alphabet without f, j, w, z.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .abbreviations import TYPE_NAMES, TYPES
from .normalise import clean, fold
from .numbers import DocumentNumber, find_numbers, parse_number
from .paths import segment

#: Letters of points in their order (no f, j, w, z; marked vowels are not used).
POINT_LETTERS = "abcdđeghiklmnopqrstuvxy"
_NUMBER = r"\d{1,3}[a-zđ]?"
_ROMAN = r"(?=[ivxlc])(?:x{0,3}(?:ix|iv|v?i{0,3}))"
# Long words first; single letters stand for themselves only when a number is glued to them or follows.
_STEP = re.compile(
    rf"""(?<![\wđ])(?:
      (?P<article>điều|dieu|đ|đ\.|d\.?(?=\s?\d))\s?(?P<a>{_NUMBER})
    | (?P<clause>khoản|khoan|k\.?)\s?(?P<c>{_NUMBER})
    | (?P<point>điểm|diem|đ\.?(?=\s?[a-zđ](?![\wđ])))\s?(?P<p>(?:[a-eghik-vxyđ]|dd)(?:\.?\d{{1,2}})?)
    | (?P<chapter>chương|chuong)\s?(?P<h>{_ROMAN}|\d{{1,2}})
    | (?P<section>mục|muc)\s?(?P<s>\d{{1,2}}|{_ROMAN})
    | (?P<annex>phụ\ lục|phu\ luc)(?:\s?(?:số|so))?(?:\s(?P<x>{_ROMAN}|\d{{1,2}})(?![\wđ]))?
    )(?![\wđ])""",
    re.VERBOSE,
)
_VALUES = {"article": "a", "clause": "c", "point": "p", "chapter": "h", "section": "s", "annex": "x"}
_ORDER = ("annex", "chapter", "section", "article", "clause", "point")
_TYPES = {
    "thong tu lien tich": "Thông tư liên tịch",
    "nghi quyet lien tich": "Nghị quyết liên tịch",
    "thong tu": "Thông tư",
    "nghi dinh": "Nghị định",
    "quyet dinh": "Quyết định",
    "nghi quyet": "Nghị quyết",
    "phap lenh": "Pháp lệnh",
    "chi thi": "Chỉ thị",
    "hien phap": "Hiến pháp",
    "bo luat": "Bộ luật",
    "luat": "Luật",
}
_BY_CODE = {TYPES[c]: _TYPES[name] for name, c in TYPE_NAMES.items() if name in _TYPES and c in TYPES}
#: What lawyers abbreviate; all of them codes whose full titles are fixed.
CODES = {
    "blhs": "hình sự",
    "blds": "dân sự",
    "blld": "lao động",
    "bltths": "tố tụng hình sự",
    "blttds": "tố tụng dân sự",
    "blhh": "hàng hải việt nam",
}
_YEAR = re.compile(r"(?<![\d/])(?:năm |nam )?((?:19|20)\d\d)(?![\d/])")
_GLUED = re.compile(r"(?<=\d)(?=(?:đ|k|d)\d)|(?<=\bđ[a-eg-ik-vxyđ])(?=k\d)")  # "k2đ15"
_JOINERS = re.compile(r"^(?:của|cua|tại|tai|theo|thuộc|,|\.|-|/|\s)+|(?:của|cua|,|\.|-|/|\s)+$")


@dataclass(frozen=True, slots=True)
class TypedReference:
    """What was typed, taken apart: `path` "dieu-15/khoan-2/diem-a"; the document by its number, or else by
    type, year and the words of the title that are left (lower case, marks kept where they were typed)."""

    path: str | None = None
    number: DocumentNumber | None = None
    document_type: str | None = None
    year: int | None = None
    title_words: str = ""


def parse_reference(text: str) -> TypedReference | None:
    """The provision and document that the words name; None if they name neither a provision nor a number.

    "k2 đ15 nđ 46/2018" → path "dieu-15/khoan-2" and the number; "điều 5 luật đầu tư 2020" → path, "Luật",
    2020, "đầu tư". A clause or point without its article has the path of what was typed ("khoan-2").
    """
    words = _GLUED.sub(" ", clean(text).lower())
    found = find_numbers(words)
    number = found[0].number if len(found) == 1 else None
    rest = words[: found[0].start] + " " + words[found[0].end :] if number else words
    steps, rest = _steps(rest)
    if steps.keys() == {"point"} and not re.search("điểm|diem", words):
        return None  # "đi 15 km": two letters alone are a word, not point i
    rest = _JOINERS.sub("", clean(rest))
    if number is None and rest:
        number = parse_number(rest)
        rest = "" if number else rest
    if not steps and number is None:
        return None
    path = provision_path(steps) if steps else None
    if number is not None:
        return TypedReference(path, number, _type_of(number, rest or words), number.year)
    document_type, year, title = _document_words(rest)
    return TypedReference(path, None, document_type, year, title)


def code_named(text: str) -> TypedReference | None:
    """The code whose initials are the whole text, with a year or without: "BLLĐ", "blhs 2015"."""
    words = clean(text).lower()
    if fold(_YEAR.sub("", words)).strip() not in CODES:
        return None
    document_type, year, title = _document_words(words)
    return TypedReference(None, None, document_type, year, title)


def provision_path(steps: dict[str, str]) -> str:
    """Path of the levels and their numbers: {"clause": "2", "article": "15"} → "dieu-15/khoan-2"."""
    if "article" in steps:  # articles are numbered through the document: chapters are not in their path
        steps = {level: n for level, n in steps.items() if level not in ("chapter", "section")}
    return "/".join(_step(level, steps[level]) for level in _ORDER if level in steps)


@lru_cache(4096)
def _step(level: str, number: str) -> str:
    return f"phu-luc-{number}".rstrip("-") if level == "annex" else segment(level, number)


def _steps(words: str) -> tuple[dict[str, str], str]:
    """The outline steps in the words, each level once, and the words without them."""
    steps: dict[str, str] = {}

    def take(match: re.Match[str]) -> str:
        level = match.lastgroup if match.lastgroup in _VALUES else None
        level = next(name for name in _VALUES if match[name]) if level is None else level
        if level in steps:
            return match[0]
        number = match[_VALUES[level]] or ""
        steps[level] = number.replace("dd", "đ") if level == "point" else number
        return " "

    rest = _STEP.sub(take, words)
    return steps, rest


def _type_of(number: DocumentNumber, words: str) -> str | None:
    """Name of the document's type, from its code or from the words beside the number."""
    if number.type_code in _BY_CODE:
        return _BY_CODE[number.type_code]
    folded = fold(words)
    for name, full in _TYPES.items():
        if re.search(rf"\b{name}\b", folded):
            return full
    return None


def _document_words(rest: str) -> tuple[str | None, int | None, str]:
    """Type, year and title words in what is left: "luật doanh nghiệp năm 2020"."""
    year_match = _YEAR.search(rest)
    year = int(year_match[1]) if year_match else None
    if year_match:
        rest = clean(rest[: year_match.start()] + " " + rest[year_match.end() :])
    rest = _JOINERS.sub("", rest)
    folded = fold(rest)
    first = folded.split(" ")[0] if folded else ""
    if first in CODES:
        return "Bộ luật", year, CODES[first]
    for name, full in _TYPES.items():
        if folded == name or folded.startswith(name + " "):
            return full, year, rest[len(name) :].strip()
    return None, year, rest
