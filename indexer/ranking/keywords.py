"""Questions as most people type them: a few telling words of it, side by side.

Trees that learn from whole sentences only know nothing of such queries: how few words there are, how rare all
of them and how much of a heading they are lies outside of what they have seen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from schemas.engine import WordField
from schemas.text.words import pairs, words

from .question import asks_for_a_definition
from .reasons import compounds

#: Syllables of the short forms of a question that trees learn from.
SIZES = (3, 4, 6)
# Words that only ask, or say that a rule is asked for.
_ASKING = frozenset(
    words(
        "ai bao bị các cho có của gì hay hoặc khi không là mấy nhiêu nào như những phải sao thế thì trong và"
        " về vì với đâu được để quy định theo hiện nay pháp luật đúng sai"
    )
)
Frequencies = Callable[[WordField, Sequence[str]], Sequence[int]]


def keywords(text: str, size: int, frequencies: Frequencies, records: int) -> str:
    """The rarest words of a question, in its order, up to `size` syllables; who asks for a definition still
    does.
    """
    tokens = words(text)
    both = pairs(tokens)
    counts = dict(zip(tokens, frequencies("all", tokens), strict=True))
    counts |= dict(zip(both, frequencies("pairs", both), strict=True))
    found = list(dict.fromkeys(tuple(tokens[start:end]) for start, end in compounds(tokens, counts)))

    def tells(unit: tuple[str, ...]) -> float:
        rarity = [math.log(1 + records / (counts[word] + 0.5)) for word in unit if counts[word]]
        return sum(rarity) / math.sqrt(len(unit))

    chosen: set[tuple[str, ...]] = set()
    left = size
    for unit in sorted((u for u in found if not _ASKING.issuperset(u)), key=lambda u: -tells(u)):
        if len(unit) <= left or not chosen:
            chosen.add(unit)
            left -= len(unit)
    said = [word for unit in found if unit in chosen for word in unit]
    asked = ["là", "gì"] if asks_for_a_definition(" ".join(tokens)) and said else []
    return " ".join((*said, *asked)) or text
