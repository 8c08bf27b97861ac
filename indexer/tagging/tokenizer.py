"""A tokenizer that loses nothing: "".join(token.text_with_ws) is the text."""

from __future__ import annotations

import re
from typing import Any

from spacy.tokens import Doc
from spacy.vocab import Vocab

from schemas.text.numbers import OFFICIAL

# A document number stays one token; otherwise syllables, single signs, and each blank that does not just
# part two.
_TOKEN = re.compile(rf"((?x:{OFFICIAL.pattern})|\w+|[^\w ]| )( ?)")


class LosslessTokenizer:
    """For `nlp.tokenizer`. Serialising writes nothing: it has no state."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        pairs = _TOKEN.findall(text)
        return Doc(self.vocab, words=[word for word, _ in pairs], spaces=[bool(blank) for _, blank in pairs])

    def to_bytes(self, **_: Any) -> bytes:
        return b""

    def from_bytes(self, _data: bytes, **_: Any) -> LosslessTokenizer:
        return self

    def to_disk(self, _path: Any, **_: Any) -> None:
        return None

    def from_disk(self, _path: Any, **_: Any) -> LosslessTokenizer:
        return self
