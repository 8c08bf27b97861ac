"""JSON of a site's answer, whatever was promised about it."""

from __future__ import annotations

import json
import re
from typing import Any

from schemas.errors import ParseError

# Half of a UTF-16 pair, written as an escape: valid JSON, but no text that can be stored.
_HALF = re.compile(rb"\\u[dD][89abAB]")


def decode(body: bytes, url: str) -> Any:
    """The value of a JSON answer. The body is UTF-8 whatever the header claims (RFC 8259, section 8.1).

    Raises ParseError when the answer is cut off or is an HTML error page with a status of success.
    """
    try:
        value = json.loads(body)
        if _HALF.search(body):
            value = json.loads(whole(json.dumps(value, ensure_ascii=False)))
    except (ValueError, RecursionError) as error:
        start = body[:40].decode("utf-8", "replace").strip()
        what = "an HTML page" if start.startswith("<") else f"{len(body)} bytes that are not whole JSON"
        raise ParseError(url, f"expected JSON, got {what}: {start!r}") from error
    return value


def whole(text: str) -> str:
    """`text` with halves of UTF-16 pairs joined, and lone ones replaced by U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
