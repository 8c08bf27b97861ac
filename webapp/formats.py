"""How values read: dates, numbers, durations, names of documents. Pure but for the language."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from markupsafe import Markup, escape

from schemas.text.numbers import parse_number

from .languages import gettext as _
from .languages import language, ngettext

NBSP = "\u00a0"
_MONTHS = tuple(calendar.month_name)[1:]
_HOLD = re.compile(
    r"\b(Điều|điều|Khoản|khoản|Điểm|điểm|Chương|Mục|Phần|Phụ lục|Mẫu số|số) (?=[\dIVXLCa-zđ]{1,5}\b)"
    r"|(?<=\d) (?=(?:ngày|tháng|năm|giờ|đồng|%))"
)
_NUMBER = re.compile(r"\b\d[\d.]*/(?:\d{4}/)?[A-ZĐ][A-Za-zĐđ\d]*(?:-[A-Za-zĐđ\d]+)*")
_COMPOUND = re.compile(r"\b([Ss]ửa đổi, bổ sung|[Cc]ắt giảm, đơn giản hóa|[Yy]êu cầu, điều kiện)\b")


def date(value: dt.date | dt.datetime | None) -> str:
    """22/11/2026, in English 22 November 2026; empty for None."""
    if value is None:
        return ""
    if language() == "en":
        return f"{value.day}{NBSP}{_MONTHS[value.month - 1]}{NBSP}{value.year}"
    return f"{value.day:02d}/{value.month:02d}/{value.year}"


def moment(value: dt.datetime | None) -> str:
    """Date with the time in Vietnam: "06:00 ngày 23/11/2026"."""
    if value is None:
        return ""
    if value.tzinfo is None:
        value = value.replace(tzinfo=dt.UTC)
    here = value.astimezone(dt.timezone(dt.timedelta(hours=7)))
    return _("%(time)s ngày %(date)s", time=f"{here:%H:%M}", date=date(here))


def number(value: int | float, decimals: int = 0) -> str:
    """1.234.567 and 0,04; in English 1,234,567 and 0.04."""
    text = f"{value:,.{decimals}f}"
    return text if language() == "en" else text.translate(str.maketrans(",.", ".,"))


def hold(text: str) -> str:
    """A title whose numbers and set phrases do not break across lines."""
    text = _HOLD.sub(lambda m: (m.group(1) or "") + NBSP, text)
    return _COMPOUND.sub(lambda m: m.group(0).replace(" ", NBSP), text)


def whole_numbers(text: str) -> Markup:
    """`hold`, and numbers of documents (15/2018/NĐ-CP) stay on one line: browsers break at the hyphen."""
    return Markup(_NUMBER.sub(r'<span class="n">\g<0></span>', str(escape(hold(text)))))


#: First words after which a title continues the name of its type: "Nghị định quy định chi tiết …".
_VERBS = frozenset(
    (
        *("về", "quy", "hướng", "sửa", "bổ", "ban", "bãi", "công", "phê", "thay", "điều", "thành", "việc"),
        *("chi", "giao", "tổ", "thi", "triển", "kéo", "ngưng", "đính", "hợp"),
    )
)


def full_name(type_name: str, title: str) -> str:
    """ "Nghị định" + "Về kinh doanh rượu" → "Nghị định về kinh doanh rượu"."""
    if not title:
        return type_name
    if title.lower().startswith(type_name.lower()):
        return title
    first = title.split(" ", 1)[0]
    if not title.isupper() and first.lower() in _VERBS and first[:1].isupper():
        title = title[:1].lower() + title[1:]
    return f"{type_name} {title}"


def short_name(type_name: str | None, number_text: str | None) -> str:
    """ "Nghị định 105/2017/NĐ-CP"; the type alone where the document has no number."""
    return " ".join(part for part in (type_name, number_text) if part)


#: Types of documents by their code in a number; laws and resolutions of the National Assembly have none.
_TYPES = {
    "NĐ": "Nghị định",
    "TT": "Thông tư",
    "TTLT": "Thông tư liên tịch",
    "QĐ": "Quyết định",
    "NQ": "Nghị quyết",
    "NQLT": "Nghị quyết liên tịch",
    "CT": "Chỉ thị",
    "VBHN": "Văn bản hợp nhất",
}


def type_of(number_text: str) -> str:
    """The type a number tells: "Nghị định" of 105/2017/NĐ-CP; empty where it tells none."""
    known = parse_number(number_text)
    return _TYPES.get((known and known.type_code) or "", "")


def numbered(number_text: str) -> str:
    """What is known of a document by its number alone: "Nghị định 105/2017/NĐ-CP"; or no more than that."""
    return short_name(type_of(number_text), number_text)


_LAWS = ("Luật", "Bộ luật", "Pháp lệnh")
LONGEST_NAME = 70


def cited_name(type_name: str | None, number_text: str | None, title: str) -> str:
    """As people cite it: laws with their name, "Luật Đầu tư 61/2020/QH14", others by type and number."""
    if type_name in _LAWS and title and len(title) <= LONGEST_NAME:
        return short_name(full_name(type_name, title), number_text)
    return short_name(type_name, number_text)


def long_name(type_name: str | None, number_text: str | None, title: str) -> str:
    """With its title: "Nghị định 105/2017/NĐ-CP về kinh doanh rượu"."""
    name = cited_name(type_name, number_text, title)
    if not title or name != short_name(type_name, number_text):
        return name
    first = title.split(" ", 1)[0]
    if first.istitle() and first.lower() in _VERBS:
        return f"{name} {title[:1].lower()}{title[1:]}"
    return f"{name}: {title}"


def duration(amount: str | None, unit: str | None) -> str:
    """ "15", "WORKING_DAY" → "15 ngày làm việc"; empty without a number; a missing unit is told."""
    if not amount:
        return ""
    try:
        value = float(amount.replace(",", "."))
    except ValueError:
        return amount
    shown = number(value, 0 if value == int(value) else 1)
    count = int(value) if value == int(value) else 2
    if unit == "WORKING_DAY":
        return ngettext("%(n)s ngày làm việc", "%(n)s ngày làm việc", count, n=shown)
    if unit == "DAY":
        return ngettext("%(n)s ngày", "%(n)s ngày", count, n=shown)
    if unit == "HOUR":
        return ngettext("%(n)s giờ", "%(n)s giờ", count, n=shown)
    if unit == "MONTH":
        return ngettext("%(n)s tháng", "%(n)s tháng", count, n=shown)
    return _("%(n)s, nguồn không ghi đơn vị", n=shown)


def paragraphs(text: str | None) -> tuple[str, ...]:
    """The paragraphs of a running text, without empty lines."""
    return tuple(line.strip() for line in (text or "").split("\n") if line.strip())
