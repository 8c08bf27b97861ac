"""Text of an RTF file (Rich Text Format 1.9.1); many files of the portals named .doc are RTF."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.sites.decoding import whole
from schemas.text.headings import Line
from schemas.text.normalise import clean

from .html import Block

_TOKEN = re.compile(
    r"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.IGNORECASE
)
# Groups that hold no text of the document.
_DESTINATIONS = frozenset(
    [
        "fonttbl",
        "colortbl",
        "stylesheet",
        "info",
        "pict",
        "header",
        "headerl",
        "headerr",
        "headerf",
        "footer",
        "footerl",
        "footerr",
        "footerf",
        "footnote",
        "annotation",
        "themedata",
        "colorschememapping",
        "latentstyles",
        "datastore",
        "generator",
        "listtable",
        "listoverridetable",
        "rsidtbl",
        "xmlnstbl",
        "object",
        "fldinst",
    ]
)
_SPECIAL = {"tab": " ", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“"}
_SPECIAL |= {"rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "line": " ", "cell": " | "}
_SYMBOLS = {"~": " ", "-": "", "_": "-"}


def read_rtf(body: bytes) -> list[Block]:
    """Paragraphs in reading order."""
    # \u writes letters beyond the first 65,536 as two halves.
    text = whole("".join(_characters(body.decode("latin-1"))))
    lines = (clean(paragraph) for paragraph in text.split("\n"))
    return [Block(Line(line)) for line in lines if line]


def _characters(source: str) -> Iterator[str]:
    """Text of the document; "\\n" ends a paragraph."""
    stack: list[tuple[int, bool]] = []
    # How many characters follow a \u as its stand-in for old readers, and whether the group is skipped.
    stand_ins, skipped = 1, False
    pending = 0
    for match in _TOKEN.finditer(source):
        word, argument, code, symbol, brace, plain = match.groups()
        if brace == "{":
            stack.append((stand_ins, skipped))
        elif brace == "}":
            stand_ins, skipped = stack.pop() if stack else (1, False)
        elif word:
            if word in _DESTINATIONS:
                skipped = True
            elif word == "uc":
                stand_ins = int(argument or 1)
            elif word == "u" and argument and not skipped:
                yield chr(int(argument) % 65536)
                pending = stand_ins
            elif not skipped:
                yield "\n" if word in ("par", "row", "sect", "page") else _SPECIAL.get(word, "")
        elif symbol == "*":
            skipped = True
        elif skipped:
            continue
        elif pending and (code or symbol):
            pending -= 1
        elif code:
            yield bytes.fromhex(code).decode("cp1252", "replace")
        elif symbol:
            yield _SYMBOLS.get(symbol, symbol if symbol in "\\{}" else "")
        elif plain:
            yield plain[pending:]
            pending = max(0, pending - len(plain))
