"""Provision paths: "dieu-46/khoan-3/diem-b" and how they read in Vietnamese."""

from __future__ import annotations

from .normalise import slugify

#: Level → word in paths.
WORDS = {
    "part": "phan",
    "chapter": "chuong",
    "section": "muc",
    "subsection": "tieu-muc",
    "article": "dieu",
    "clause": "khoan",
    "point": "diem",
}
LABELS = {
    "phan": "Phần",
    "chuong": "Chương",
    "muc": "Mục",
    "tieu-muc": "Tiểu mục",
    "dieu": "Điều",
    "khoan": "Khoản",
    "diem": "Điểm",
    "phu-luc": "Phụ lục",
}


def segment(level: str, number: str) -> str:
    """One step of a path. Point đ is "diem-dd", because d is another point."""
    if level == "point":
        return "diem-" + number.strip().lower().replace("đ", "dd")
    return f"{WORDS[level]}-{slugify(number)}"


def article_of(path: str | None) -> str | None:
    """The article of a path: "phu-luc-1/dieu-2/khoan-1" → "phu-luc-1/dieu-2"; None if it has none."""
    steps = (path or "").split("/")
    for n, step in enumerate(steps, 1):
        if step.startswith("dieu-"):
            return "/".join(steps[:n])
    return None


def label(path: str) -> str:
    """ "dieu-46/khoan-3/diem-b" → "Điểm b Khoản 3 Điều 46"."""
    steps = []
    for step in reversed(path.split("/")):
        word = next((w for w in ("tieu-muc", "phu-luc") if step.startswith(w + "-")), step.split("-")[0])
        number = step[len(word) + 1 :]
        if word == "diem":
            number = number.replace("dd", "đ")
        elif word in ("phan", "chuong", "phu-luc"):
            number = number.upper()
        steps.append(f"{LABELS.get(word, word)} {number}".strip())
    return " ".join(steps)
