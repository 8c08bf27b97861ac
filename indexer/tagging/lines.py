"""Mentions of conditional lines of business (Law on Investment 61/2020/QH14, Appendix IV)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.util import filter_spans

import schemas

from .model import Tag

_DATA = Path(schemas.__file__).parent / "data" / "business_lines.csv"


@cache
def business_lines() -> dict[int, tuple[str, tuple[str, ...]]]:
    """Number in the list → name and the variants of it that texts use."""
    with _DATA.open(encoding="utf-8", newline="") as lines:
        return {
            int(row["number"]): (row["name"], tuple(v for v in row["variants"].split(";") if v))
            for row in csv.DictReader(lines)
        }


#: "Luật Kinh doanh bảo hiểm" is a law, "gửi qua dịch vụ bưu chính" and "sử dụng dịch vụ bưu chính" ways of
#: sending, "nguồn thu từ dịch vụ khám bệnh" and "giá dịch vụ …" money, "cấm khai thác thủy sản" no
#: business.
_NOT_AFTER = frozenset({"Luật", "qua", "bằng", "giá", "cấm"})
_NOT_AFTER_TWO = frozenset({("sử", "dụng"), ("Sử", "dụng"), ("thu", "từ")})
_NOT_BEFORE = frozenset({("trái", "phép"), ("trái", "pháp")})


class LineMatcher:
    """Finds the names in tokens, whatever their case; the longest where several overlap."""

    def __init__(self, nlp: Language) -> None:
        self._matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
        self._names: dict[int, str] = {}
        for number, (name, variants) in business_lines().items():
            plain = re.sub(r"\s*\([^)]*\)", "", name)
            phrases = {name, plain, *variants}
            self._matcher.add(str(number), [nlp.make_doc(phrase) for phrase in sorted(phrases)])
            self._names[nlp.vocab.strings[str(number)]] = name

    def tags(self, doc: Doc) -> Iterator[Tag]:
        spans = self._matcher(doc, as_spans=True)
        for span in filter_spans(spans) if len(spans) > 1 else spans:
            if _is_meant(doc, span.start, span.end):
                yield Tag("business_line", span.start_char, span.end_char, self._names[span.label])


def _is_meant(doc: Doc, start: int, end: int) -> bool:
    """Whether the words around a name let it be a business that someone carries on."""
    before = tuple(token.text for token in doc[max(0, start - 2) : start])
    after = tuple(token.text for token in doc[end : end + 2])
    return not (before[-1:] and before[-1] in _NOT_AFTER) and not (
        before in _NOT_AFTER_TWO or after in _NOT_BEFORE
    )


def line_numbers(names: Iterable[str]) -> list[int]:
    """Numbers in the list for names as tagged."""
    by_name = {name: number for number, (name, _) in business_lines().items()}
    return sorted({by_name[name] for name in names if name in by_name})
