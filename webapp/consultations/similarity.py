"""Near-duplicates: signatures, bands, and the comparison that decides. Pure.

A campaign (chiến dịch gửi cùng một mẫu) is the same text sent many times, with words changed, sentences
added or left out. Candidates are found by MinHash bands (Broder 1997) over runs of three words and by whole
sentences; a candidate is a near-duplicate when most of the shorter text is in the longer one.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from schemas.text.normalise import fold

#: Runs of this many words are compared.
RUN = 3
#: 32 bands of 2 rows: texts of which a third is shared become candidates almost surely; comparing decides.
BANDS, ROWS = 32, 2
#: Share of the shorter text's runs that the longer one has, from which they are near-duplicates. Chosen on
#: invented letters (bench/_letters.py) with other seeds than those that are measured: from 0.5 up, letters
#: that reword half of the template make groups of their own; below 0.43, letters on one subject meet.
CONTAINED = 0.47
#: Shorter texts ("Tôi đồng ý") are said by many people independently: only equal ones group.
SHORT = 12
#: A sentence this long is its own band: templates survive inside long personal letters.
LONG_SENTENCE = 8
#: Two sentences are the same from this likeness on.
SAME_SENTENCE = 88
_PRIME = (1 << 61) - 1
_generator = np.random.default_rng(20260701)
_A = _generator.integers(1, 1 << 31, BANDS * ROWS, dtype=np.uint64)
_B = _generator.integers(0, 1 << 31, BANDS * ROWS, dtype=np.uint64)
_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Print:
    """A text as it is compared."""

    words: int
    runs: frozenset[int]
    bands: tuple[str, ...]


def sentences(text: str) -> list[str]:
    """The sentences of a text, as written."""
    return [part.strip() for part in _SENTENCE.split(text) if _WORD.search(part)]


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "big")


def fingerprint(text: str) -> Print:
    """What a text is compared by; capitals, marks and punctuation do not count."""
    words = _WORD.findall(fold(text))
    whole = "e" + hashlib.blake2b(" ".join(words).encode(), digest_size=8).hexdigest()
    if len(words) < SHORT:
        return Print(len(words), frozenset(), (whole,))
    runs = frozenset(_hash(" ".join(words[n : n + RUN])) for n in range(len(words) - RUN + 1))
    values = np.fromiter(runs, dtype=np.uint64, count=len(runs))
    # Universal hashing modulo 2^64 keeps the high bits; the order of those is what MinHash needs.
    mixed = (values[:, None] * (_A << np.uint64(1) | np.uint64(1)) + (_B << np.uint64(32))) >> np.uint64(20)
    least = mixed.min(axis=0).reshape(BANDS, ROWS)
    bands = [f"{n}-{int(row[0]):x}{int(row[1]):x}" for n, row in enumerate(least)]
    parts = [" ".join(_WORD.findall(fold(s))) for s in sentences(text)]
    bands += [f"s{_hash(p):x}" for p in parts if p.count(" ") >= LONG_SENTENCE - 1]
    return Print(len(words), runs, (whole, *dict.fromkeys(bands)))


def alike(one: Print, other: Print) -> float:
    """Share of the shorter one's runs that are in the longer one, 0 to 1; 1 for short equal texts."""
    if not one.runs or not other.runs:
        return float(one.bands[0] == other.bands[0])
    least = min(len(one.runs), len(other.runs))
    return len(one.runs & other.runs) / least


def unique_sentences(text: str, template: str) -> list[str]:
    """The sentences of `text` that `template` does not say, in any wording close to it."""
    known = [fold(s) for s in sentences(template)]
    return [
        s
        for s in sentences(text)
        if not any(fuzz.ratio(fold(s), k, score_cutoff=SAME_SENTENCE) for k in known)
    ]
