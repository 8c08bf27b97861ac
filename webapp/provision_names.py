"""Names of provisions as the law writes them."""

from __future__ import annotations

from schemas.text.paths import label


def provision_label(path: str) -> str:
    """ "điểm b khoản 3 Điều 46", as the law writes it, with a capital at the start."""
    text = label(path)
    for word in ("Khoản", "Điểm"):
        text = text.replace(f" {word} ", f" {word.lower()} ")
    return text
