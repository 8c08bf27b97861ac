"""Words typed for a Telex keyboard that was not switched on: "giaays pheps" is giấy phép. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from schemas.text.words import words

_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_SHAPES = [("dd", "đ"), ("aa", "â"), ("ee", "ê"), ("oo", "ô"), ("uwow", "ươ"), ("uow", "ươ")]
_SHAPES += [("aw", "ă"), ("ow", "ơ"), ("uw", "ư")]
_SYLLABLE = re.compile(
    r"(?P<onset>(?:ngh?|gh|gi(?=[aeiouyâăêôơư])|kh|[pt]h|tr|ch|nh|qu|[bcdđghklmnprstvx])?)"
    r"(?P<vowels>[aeiouyâăêôơư]{1,3})(?P<coda>(?:ch|nh|ng|[cmnpt])?)"
)
_UNMISTAKABLE = re.compile(r"dd|aa|ee|oo|[aou]w")


def decoded(
    tokens: Sequence[str], exists: Callable[[str], bool], known: Callable[[str], bool]
) -> dict[int, str]:
    """Places of words that are none as typed, with the known words their keys would have written.

    Nothing for a single word whose last letter could be anything ("bars"): one alone has to look like nothing
    but Telex.
    """
    found = {}
    for at, token in enumerate(tokens):
        if not exists(token) and (word := decode(token)) and known(word):
            found[at] = word
    sure = len(found) > 1 or any(_UNMISTAKABLE.search(tokens[at]) for at in found)
    return found if sure else {}


def decode(typed: str) -> str | None:
    """The word these keys write, in canonical spelling; None if they write no syllable or change nothing."""
    if not typed.isascii() or not typed.isalpha():
        return None
    tone, plain = _tone_of(typed)
    for keys, letter in _SHAPES:
        plain = plain.replace(keys, letter)
    match = _SYLLABLE.fullmatch(plain)
    if match is None or (plain == typed and not tone):
        return None
    onset, vowels, coda = match["onset"], match["vowels"], match["coda"]
    at = _toned(vowels, coda)
    marked = vowels[: at + 1] + tone + vowels[at + 1 :]
    found = words(unicodedata.normalize("NFC", onset + marked + coda))
    return found[0] if len(found) == 1 else None


def _tone_of(typed: str) -> tuple[str, str]:
    """The tone of the first tone key after a vowel, where no letter is meant, and the keys without it."""
    match = re.search(r"(?<=[aeiouyw])([^aeiouysfrxj]*)([sfrxj])", typed)
    if match is None:
        return "", typed
    at = match.start(2)
    return _TONES[typed[at]], typed[:at] + typed[at + 1 :]


def _toned(vowels: str, coda: str) -> int:
    """The vowel that carries the tone mark."""
    shaped = [at for at, vowel in enumerate(vowels) if vowel in "âăêôơư"]
    if shaped:
        return shaped[-1]
    if len(vowels) == 1 or (len(vowels) == 2 and not coda):
        return 0
    return 1
