"""How many records hold each token, small enough to be kept by every reader of an engine that is far away.

A search asks for counts of its words before it can be asked; a question to another machine takes about a
millisecond, and most of a search's words are answered from here instead. Tokens are kept as 8 bytes of their
BLAKE2 hash: two of a million are taken for each other once in 10 million tables.
"""

from __future__ import annotations

import hashlib
import struct
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from indexer.ranking.arrays import Array, added
from schemas.engine import WordField

#: The fields that are counted: those that are asked about in every search.
COUNTED: tuple[WordField, ...] = ("all", "pairs", "fold", "fold_pairs", "exact")
_RECORDS_AT_ONCE = 4096
_HEADER = struct.Struct("<q")
#: Larger tables (above 48 MB; a million articles or so) are not kept: then the engine is asked.
_MOST = 4_000_000
_Keys = npt.NDArray[np.uint64]


class Counting:
    """Counts while records are written; memory stays within that of the finished table and some thousand
    records.
    """

    def __init__(self) -> None:
        self._keys: _Keys = np.zeros(0, np.uint64)
        self._counts: Array = np.zeros(0, np.int64)
        self._seen: dict[WordField, Counter[str]] = {field: Counter() for field in COUNTED}
        self._records = 0

    def add(self, tokens: dict[WordField, Iterable[str]]) -> None:
        """Those of one record; the same token in a field counts once."""
        for field, counter in self._seen.items():
            counter.update(set(tokens[field]))
        self._records += 1
        if self._records % _RECORDS_AT_ONCE == 0:
            self._merge()

    def packed(self, position: int) -> bytes | None:
        """What `Counts` reads; `position` of the changes it was built from. None if there are too many tokens
        to be kept by every reader.
        """
        self._merge()
        if len(self._keys) > _MOST:
            return None
        return b"".join(
            (_HEADER.pack(position), self._keys.astype("<u8").tobytes(), self._counts.astype("<u4").tobytes())
        )

    def _merge(self) -> None:
        seen, self._seen = self._seen, {field: Counter() for field in COUNTED}
        if len(self._keys) > _MOST:
            return
        keys = np.concatenate([hashes(field, counter) for field, counter in seen.items()])
        held = (count for counter in seen.values() for count in counter.values())
        counts = np.fromiter(held, np.int64, count=len(keys))
        self._keys, self._counts = added(self._keys, self._counts, keys, counts)


class Counts:
    """The counts of a generation as it was built, and whether it was changed since."""

    def __init__(self, generation: str, packed: bytes | None, position: int) -> None:
        """`packed`: None if there are none, then nothing is known; `position`: the changes it holds now."""
        self.generation, self.position = generation, position
        self._packed = packed or _HEADER.pack(-1)
        (self._built,) = _HEADER.unpack_from(self._packed)
        size = (len(self._packed) - _HEADER.size) // 12
        self._keys = np.frombuffer(self._packed, "<u8", size, _HEADER.size)
        self._counts = np.frombuffer(self._packed, "<u4", size, _HEADER.size + 8 * size)

    def moved(self, position: int) -> Counts:
        """The same after changes."""
        return Counts(self.generation, self._packed, position)

    def of(self, field: WordField, texts: Sequence[str]) -> dict[str, int]:
        """How many records hold each token, those left out of which that is not known: they may be new since
        the generation was built, or the field is not counted. Changes since then move the counts by a few.
        """
        if field not in COUNTED or not texts or not len(self._keys):
            return {}
        wanted = hashes(field, texts)
        at = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        found = np.where(self._keys[at] == wanted, self._counts[at], 0).tolist()
        complete = self._built == self.position
        return {text: count for text, count in zip(texts, found, strict=True) if count or complete}


def hashes(field: WordField, texts: Iterable[str]) -> _Keys:
    """8 bytes for each token of a field."""
    person = field.encode()
    digests = [
        hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, person=person).digest()
        for text in texts
    ]
    return np.frombuffer(b"".join(digests), "<u8").astype(np.uint64)
