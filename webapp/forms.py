"""What was typed into a form: read, tidied, checked. What was typed is always kept.

A view makes a Form of the request, reads each field with the message its absence or fault deserves, and
renders the same page again with status 422 while `form.errors` is not empty. templates/_forms.html draws
fields and the error summary from it. Passwords are never given back.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Mapping

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]")
_BREAKS = re.compile(r"[\r\n\t\u0085\u2028\u2029]+")
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}")
LONGEST_EMAIL = 254


def tidy(text: str, *, lines: bool = False) -> str:
    """NFC, without control and direction-changing characters, trimmed; one line unless `lines`."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _CONTROL.sub("", text)
    if not lines:
        text = " ".join(_BREAKS.sub(" ", text).split())
    return text.strip()


def email_address(text: str) -> str | None:
    """The address in lower case, or None when it cannot be one."""
    text = tidy(text).lower()
    return text if len(text) <= LONGEST_EMAIL and _EMAIL.fullmatch(text) else None


class Form:
    """The fields of one form. `values` is what to show again, `errors` field → message, in reading order."""

    def __init__(self, typed: MultiDict[str, str] | Mapping[str, str] | None = None) -> None:
        self._typed: MultiDict[str, str] = MultiDict(typed or {})
        self.values: dict[str, str] = {}
        self.lists: dict[str, list[str]] = {}
        self.errors: dict[str, str] = {}

    @property
    def ok(self) -> bool:
        return not self.errors

    def error(self, name: str, message: str) -> None:
        """Say what is wrong with a field; the first message stays."""
        self.errors.setdefault(name, message)

    def text(
        self, name: str, *, longest: int, missing: str = "", shortest: int = 0, lines: bool = False
    ) -> str:
        """A text; `missing` is the message when it is empty (empty message: it may be)."""
        value = self.values[name] = tidy(self._typed.get(name, ""), lines=lines)
        if not value and missing:
            self.error(name, missing)
        elif len(value) > longest:
            self.error(name, _("Nhiều nhất %(n)s chữ cái; bạn đã gõ %(typed)s", n=longest, typed=len(value)))
        elif value and len(value) < shortest:
            self.error(name, _("Ít nhất %(n)s chữ cái", n=shortest))
        return value

    def email(self, name: str, *, missing: str = "") -> str:
        """An e-mail address in lower case; empty when missing or wrong."""
        typed = self.values[name] = tidy(self._typed.get(name, ""))[: LONGEST_EMAIL + 1]
        address = email_address(typed)
        if not typed and missing:
            self.error(name, missing)
        elif typed and address is None:
            self.error(name, _("Địa chỉ e-mail cần có dạng ten@vidu.vn"))
        return address or ""

    def secret(self, name: str, *, missing: str, longest: int = 200) -> str:
        """A password as typed (NFC only: spaces count); never in `values`."""
        value = unicodedata.normalize("NFC", self._typed.get(name, ""))
        if not value:
            self.error(name, missing)
        elif len(value) > longest:
            self.error(name, _("Nhiều nhất %(n)s chữ cái", n=longest))
            return ""
        return value

    def choice(self, name: str, allowed: Collection[str], *, missing: str = "") -> str:
        """One of the allowed values; empty when none was chosen. Anything else is an error."""
        value = self.values[name] = tidy(self._typed.get(name, ""))
        if not value and missing:
            self.error(name, missing)
        elif value and value not in allowed:
            self.error(name, missing or _("Chọn một mục trong danh sách"))
            return ""
        return value

    def choices(self, name: str, allowed: Collection[str], *, missing: str = "") -> list[str]:
        """The allowed values that were ticked, each once."""
        value = self.lists[name] = [v for v in dict.fromkeys(self._typed.getlist(name)) if v in allowed]
        if not value and missing:
            self.error(name, missing)
        return value

    def checked(self, name: str, *, missing: str = "") -> bool:
        """A tick box; `missing` is the message when it has to be ticked."""
        value = self._typed.get(name) == "1"
        self.values[name] = "1" if value else ""
        if missing and not value:
            self.error(name, missing)
        return value

    def date(self, name: str, *, missing: str = "") -> dt.date | None:
        """A date, typed as 22/11/2026 or 2026-11-22."""
        typed = self.values[name] = tidy(self._typed.get(name, ""))
        if not typed:
            if missing:
                self.error(name, missing)
            return None
        found = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", typed)
        try:
            iso = f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}" if found else typed
            return dt.date.fromisoformat(iso)
        except ValueError:
            self.error(name, _("Ngày cần có dạng 22/11/2026"))
            return None
