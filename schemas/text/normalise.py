"""Canonical text and its folded twin."""

from __future__ import annotations

import re
import unicodedata

# Soft hyphen, zero-width characters and the byte-order mark carry no meaning in Vietnamese text;
# PostgreSQL cannot store NUL.
_INVISIBLE = "\x00\u00ad\u200b\u200c\u200d\u2060\ufeff"
_SLUG = re.compile(r"[^a-z0-9]+")


def clean(text: str) -> str:
    """One paragraph in canonical form: NFC, no invisible characters, single blanks, trimmed."""
    # Runs on every paragraph, so the common case, nothing to do, is made cheap.
    for character in _INVISIBLE:
        if character in text:
            text = text.replace(character, "")
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


class _Plain(dict[int, str]):
    """Lower-case character → the same without marks; each is worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        parts = unicodedata.normalize("NFD", chr(code))
        plain = "".join(part for part in parts if not unicodedata.combining(part))
        # Old acts were typed with the Icelandic eth, which looks like đ.
        self[code] = plain = plain.replace("đ", "d").replace("ð", "d")
        return plain


_PLAIN = _Plain()


def fold(text: str) -> str:
    """Lower case without marks; đ becomes d. Keeps one character for each character of NFC input."""
    return text.lower().translate(_PLAIN)


def slugify(text: str) -> str:
    """Words joined by hyphens, for addresses: "46/2018/NĐ-CP" → "46-2018-nd-cp"."""
    return _SLUG.sub("-", fold(text)).strip("-")
