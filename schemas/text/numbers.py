"""Numbers of legal documents (số hiệu) and codes of procedures, as printed and as people type them.

The official form is serial/year/type-agency (Decree 34/2016/NĐ-CP; Decree 30/2020/NĐ-CP, Annex I, for
administrative documents): "15/2018/NĐ-CP", "59/2020/QH14", "66.17/2026/NQ-CP". Older documents have no year
("11/CT-UB", "82-TC/TCT", "15-LCT/HĐNN8"). Codes of procedures: "1.001193", "1.001612.000.00.00.H01".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from .abbreviations import AGENCIES, AGENCY_NAMES, TYPE_NAMES, TYPES
from .normalise import clean, fold

_SEP = r"(?:\s?[-‐‑‒–—−]\s?|\.)"
_DASH = r"\s?[-‐‑‒–—−]\s?"
_SLASH = r"\s?/\s?"
# A pattern that starts with a digit is searched for faster than one that starts with an assertion.
_SERIAL = r"\d(?<![\d.,/:-]\d)\d{0,4}(?:\.\d{1,3})?[A-Za-zđ]?"
_TYPE = r"(?:TTLT|TTLB|TTLN|TT|NQLT|NQ|N[ĐDÐ]|Q[ĐDÐ]|CT|PL|VBHN|SL|LCT|L|TB|KL|HD|KH)"
_BODY = r"(?:CP|TTg|TTG|TW|TƯ|CTN|QH|UBTVQH|H[ĐD]NN|HĐBT|HĐTP|UBND|UBDT|UB|NHNN|TANDTC|VKSND?TC|VKSTC|TTCP"
_BODY += r"|VPCP|VPQH|KTNN|TLĐ|ĐTTW|TCHQ|TCT|TCTK|TCĐC|TCCP|LB|MẪU|BHXH|B[A-ZĐÐ&]{1,9}(?:-[A-ZĐÐ]{1,6})?)"
# What follows the agency's capitals may be glued to it in old exports: "46/2018/NĐ-CPngày".
_END = r"(?![A-ZĐÐ&/]|-[A-ZĐÐ])"
_CODE = r"[A-ZĐÐƯẪ](?:[A-ZĐÐƯẪ]|(?<=TT)g)*\d{0,2}"
_MORE = rf"(?:(?:{_SEP}|{_SLASH}|&(?:amp;)?){_CODE})*"
OFFICIAL = re.compile(
    rf"""{_SERIAL}(?:
      {_SLASH}(?:1[89]|20)\d\d{_SLASH}(?:
          (?:QH|UBTVQH)\d{{0,2}}(?:{_SEP}MẪU)?
        | {_TYPE}(?:{_SEP}|{_SLASH}){_CODE}{_MORE}
        | (?:TT|TTLT)(?![A-Za-z])
      )
    | {_SLASH}(?:(?:TTLT|TT|NQ|NQLT|N[ĐDÐ]|Q[ĐDÐ]|CT|VBHN){_SEP}{_BODY}\d{{0,2}}{_MORE}|CP|TTg|SL|HĐBT){_END}
    | {_DASH}(?:
          (?:L|LCT|PL|SL|NQ|CT|KL|Q[ĐDÐ]|TB|HD|NĐ|TT){_SLASH}{_BODY}\d{{0,2}}
        | SL{_SLASH}L{_SEP}\d{{3}}
        | CP | TTg | HĐBT | TC/TCT
      )(?![A-ZĐÐ])
    )(?:\([A-Z]\d{{1,2}}\))?""",
    re.VERBOSE,
)
_LOWER = re.compile(
    rf"{_SERIAL}/(?:1[89]|20)\d\d/(?:(?:qh|ubtvqh)\d{{1,2}}|(?:n[đd]|q[đd]|tt|ttlt|nq|nqlt|ct|pl)-[a-zđ]+(?:-[a-zđ]+)*)(?![a-zđ])",
)
_WORDS = (
    r"(?:thông tư liên tịch|thông tư|nghị định|quyết định|nghị quyết liên tịch|nghị quyết|chỉ thị|pháp lệnh"
    r"|bộ luật|luật|thong tu lien tich|thong tu|nghi dinh|quyet dinh|nghi quyet|chi thi|phap lenh|luat"
    r"|ttlt|tt|n[đd]|q[đd]|nq)"
)
_SHORT = re.compile(
    rf"(?<!\w){_WORDS}\.?(?:\s*số|\s*so)?\s*:?\s*\d{{1,5}}(?:\.\d+)?[a-z]?\s?/\s?(?:19|20)\d\d(?![\d/])"
    r"(?:\s?/?\s?(?:[a-zđ]+-)?(?:cp|ttg|b[a-zđ&]{1,8}|nhnn)(?![\wđ]))?",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_PROCEDURE = re.compile(
    r"(?<![\w./])[1-3]\.\d{6}(?:\.\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2,3})?(?![\w/]|\.\d)", re.IGNORECASE
)
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[a-z&]+")
_FILLER = frozenset({"so", "nam", "ngay", "cua", "van", "ban", "hieu", "ve"})
_DASHES = str.maketrans("‐‑‒–—−Ðð", "------Đđ")


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A number taken apart. What was not typed is None; `canonical` is the official way of writing it.

    `kind` "procedure" marks the code of an administrative procedure: then `serial` is the whole code.
    """

    serial: str
    year: int | None = None
    type_code: str | None = None  # NĐ, TT, TTLT, QĐ …; None for laws ("59/2020/QH14")
    agency: str | None = None  # CP, TTg, BTC, QH14 …; joint circulars: BTC-BKHCN
    canonical: str = ""
    kind: Literal["document", "procedure"] = "document"

    @property
    def key(self) -> str:
        """For comparing, see number_key ("08/2020/NĐ-CP" → "8 2020 nd cp")."""
        return number_key(self.canonical)

    def fits(self, full: DocumentNumber) -> bool:
        """Whether a complete number may be what this, perhaps shortened, number means."""
        if self.kind != full.kind or _bare(self.serial) != _bare(full.serial):
            return False
        if self.year is not None and self.year != full.year:
            return False
        if self.type_code and fold(self.type_code) != fold(full.type_code or ""):
            return False
        mine, other = fold(self.agency or ""), fold(full.agency or "")
        return not mine or mine == other or (mine in ("qh", "ubtvqh") and other.startswith(mine))


@dataclass(frozen=True, slots=True)
class NumberSpan:
    """Where a number stands: `text[start:end]`."""

    start: int
    end: int
    number: DocumentNumber


def number_key(number: str) -> str:
    """Key under which equal numbers meet: no case, marks, punctuation or leading zeros."""
    return " ".join(_bare(token) for token in re.findall(r"\d+|[a-z]+", fold(number.translate(_DASHES))))


def find_numbers(text: str) -> list[NumberSpan]:
    """All numbers in running text, in reading order, never overlapping."""
    if not _DIGIT.search(text):
        return []
    spans: list[NumberSpan] = []
    taken = -1
    matches = [m for pattern in (OFFICIAL, _LOWER, _PROCEDURE, _SHORT) for m in pattern.finditer(text)]
    for match in sorted(matches, key=lambda m: (m.start(), -m.end())):
        if match.start() < taken:
            continue
        number = (
            official_number(match.group()) if match.re in (OFFICIAL, _LOWER) else parse_number(match.group())
        )
        if number:
            spans.append(NumberSpan(match.start(), match.end(), number))
            taken = match.end()
    return spans


def find_official(text: str) -> list[NumberSpan]:
    """Like find_numbers, only for numbers in their full official form: fast, for long texts."""
    return [NumberSpan(m.start(), m.end(), official_number(m.group())) for m in OFFICIAL.finditer(text)]


def parse_number(text: str) -> DocumentNumber | None:
    """The number that the whole text is, however typed ("nd 15 2018", "15-2018-ndcp", "nghị định 15").

    None where words are left that belong to no number, or where a bare figure could be anything.
    """
    text = clean(text).strip(".,;: ")
    if not _DIGIT.search(text):
        return None
    if _PROCEDURE.fullmatch(text):
        return DocumentNumber(text.upper(), canonical=text.upper(), kind="procedure")
    bare = re.sub(r"^(?:văn bản )?(?:số|so|so hieu|số hiệu)\s*:?\s*", "", text, flags=re.IGNORECASE)
    for official in (bare, bare.upper()):
        if OFFICIAL.fullmatch(official):
            return official_number(official)
    return _typed(re.sub(r"(?<=\d)\.(?=(?:19|20)\d\d(?!\d))", " ", fold(text.translate(_DASHES))))


def official_number(text: str) -> DocumentNumber:
    """Take an officially written number apart."""
    text = re.sub(r"\s+", "", text).translate(_DASHES).replace("&amp;", "&")
    if text == text.lower():
        text = _proper_case(text)
    text = re.sub(r"(?<=[-/])TTG(?![A-Z])", "TTg", text)
    text = re.sub(r"(?<=[\d/-])(N|Q)D(?=[-/])", r"\1Đ", text)
    text = re.sub(r"(?<=N[Đ])\.(?=CP)", "-", text)
    match = re.match(r"(\d+(?:\.\d+)?[A-Za-zđ]?)(?:/(\d{4}))?[/-](.+)", text)
    if not match:
        raise AssertionError(f"{text!r} matched OFFICIAL without its parts")
    serial, year, code = match[1], match[2], match[3]
    parts = re.split(r"[-/]", code, maxsplit=1)
    known = parts[0].upper().replace("D", "Đ") if parts[0].upper() in ("ND", "QD") else parts[0].upper()
    type_code: str | None = known if known in TYPES.values() else None
    agency: str | None = (parts[1] if len(parts) > 1 else None) if type_code else code
    return DocumentNumber(serial, int(year) if year else None, type_code, agency, text)


def _proper_case(text: str) -> str:
    """ "15/2018/nđ-cp" → "15/2018/NĐ-CP", by the table of agencies."""
    head, _, code = text.rpartition("/")
    steps = [AGENCIES.get(fold(s), TYPES.get(fold(s), s.upper())) for s in code.split("-")]
    return f"{head}/{'-'.join(steps)}"


def _typed(folded: str) -> DocumentNumber | None:
    """Read tokens in any order: serial, year, type and agency."""
    for name, code in (*TYPE_NAMES.items(), *AGENCY_NAMES.items()):
        folded = re.sub(rf"\b{name}\b", f" {code} ", folded)
    if re.sub(r"[\s/.,:_()#-]", "", _TOKEN.sub("", folded)):
        return None
    serial, year, letter = "", None, ""
    type_code: str | None = None
    agencies: list[str] = []
    tokens = _TOKEN.findall(folded)
    for index, token in enumerate(tokens):
        if token[0].isdigit():
            follows_letters = index > 0 and tokens[index - 1] in ("qh", "ubtvqh") and bool(agencies)
            if follows_letters and len(token) <= 2 and (serial or _later_numbers(tokens, index)):
                agencies[-1] += token
            elif not serial and not (_is_year(token) and _later_numbers(tokens, index)):
                serial = token
            elif year is None and (_is_year(token) or (len(token) == 2 and serial and not type_code)):
                year = int(token) if len(token) == 4 else None
                if year is None:
                    return None
            else:
                return None
        elif len(token) == 1 and not letter and tokens[index - 1] == serial and serial + token in folded:
            letter = token
        elif token == "luat":
            agencies.append("qh")
        elif token not in _FILLER:
            split = _split_code(token)
            if split is None or (split[0] and type_code and split[0] != type_code):
                return None
            type_code = type_code or split[0]
            agencies += [split[1]] if split[1] and split[1] not in agencies else []
    if len(agencies) > 1 and agencies[0] == "qh" and agencies[1] != "mau":
        agencies = agencies[1:]
    if (
        not serial
        or tokens == ["qh", serial]  # "QH14" is the fourteenth National Assembly
        or (_is_year(serial) and year is None)
        or not (type_code or year or set(agencies) - {"mau"})
    ):
        return None
    return _assemble(serial + letter, year, type_code, agencies)


def _assemble(
    serial: str, year: int | None, type_code: str | None, agencies: list[str]
) -> DocumentNumber | None:
    if "." in serial and not type_code:
        return None
    names = [AGENCIES.get(a) or re.sub(r"^(qh|ubtvqh)", lambda m: m[1].upper(), a) for a in agencies]
    agency = "-".join(names) or None
    # Only the Government issues decrees, so a decree is written out in full even where "CP" was not typed.
    code = "-".join(part for part in (type_code, agency or ("CP" if type_code == "NĐ" else None)) if part)
    canonical = "/".join(part for part in (serial, str(year) if year else "", code) if part)
    return DocumentNumber(serial, year, type_code, agency, canonical)


def _split_code(token: str) -> tuple[str | None, str] | None:
    """ "ndcp" → ("NĐ", "cp"), "btc" → (None, "btc"); None if the letters are no code."""
    if token in TYPES:
        return TYPES[token], ""
    if token in AGENCIES or token in ("qh", "ubtvqh"):
        return None, token
    for length in range(min(4, len(token) - 1), 1, -1):
        if token[:length] in TYPES and (token[length:] in AGENCIES):
            return TYPES[token[:length]], token[length:]
    return None


def _later_numbers(tokens: list[str], index: int) -> bool:
    return any(token[0].isdigit() for token in tokens[index + 1 :])


def _is_year(token: str) -> bool:
    return len(token) == 4 and token.isdigit() and 1900 <= int(token) < 2100


def _bare(token: str) -> str:
    return token.lower().lstrip("0") or token
