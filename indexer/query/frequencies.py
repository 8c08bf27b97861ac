"""How many records hold a token, asked of the engine once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from schemas.engine import WordField

Frequencies = Callable[[WordField, Sequence[str]], Sequence[int]]
_MOST = 200_000  # remembered in each field; a corpus of laws has some 100,000 pairs of words


class Remembered:
    """`Frequencies` of one generation that asks an engine only for what it was not asked before.

    Changes to the generation move the counts by a few, which weighs nothing. But a token that was in no
    record may be in one later, and would not be found: zeros are not remembered.
    """

    def __init__(self, ask: Frequencies) -> None:
        self._ask = ask
        self._known: defaultdict[WordField, dict[str, int]] = defaultdict(dict)

    def __call__(self, field: WordField, texts: Sequence[str]) -> Sequence[int]:
        known = self._known[field]
        found = [known.get(text, 0) for text in texts]
        if missing := [at for at, count in enumerate(found) if not count]:
            if len(known) > _MOST:
                known.clear()
            for at, count in zip(missing, self._ask(field, [texts[at] for at in missing]), strict=True):
                if count:
                    found[at] = known[texts[at]] = count
        return found
