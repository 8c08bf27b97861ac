"""Short names of documents and procedures: what people type of a name instead of the whole.

A name is typed from where it says its matter ("nghị định hóa đơn" for "Nghị định Quy định về hóa đơn, chứng
từ", "cấp giấy phép xây dựng" for "Thủ tục cấp giấy phép xây dựng đối với …"): its beginnings are tokens, with
and without the words that many names begin with. After its type a document is also called by a later piece of
its title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from schemas.search import Record
from schemas.text.words import fold_word, words

LONGEST_NAME = 8  # words a query may have to be looked up as a name
_MARK = "^"  # no word begins with it
_LONGEST, _LONGEST_PIECE = 6, 4  # words of a beginning; of a later piece
#: What stands in round brackets in a name.
BRACKETS = re.compile(r"\(.*?\)")
# What names begin with before they say their matter; one after the other.
_BEFORE = tuple(
    tuple(words(phrase))
    for phrase in (
        *("quy định chi tiết", "quy định", "hướng dẫn", "ban hành", "sửa đổi", "bổ sung", "một số điều của"),
        *("một số điều", "thi hành", "thực hiện", "và", "về việc", "việc", "về", "quản lý", "thủ tục"),
        *("trình tự", "cấp lại", "cấp đổi", "cấp", "gia hạn", "đề nghị", "luật", "bộ luật"),
    )
)
# A piece of a title begins after them.
_BETWEEN = frozenset(("của", "về", "trong", "đối", "với", "tại", "và", "cho", "theo", "từ"))


def name_token(typed: Sequence[str]) -> str:
    """The token under which what bears this name is found; marks and capitals do not count."""
    return _MARK + " ".join(map(fold_word, typed))


def name_tokens(record: Record) -> tuple[str, ...]:
    """The tokens of the short names of a document or procedure; none for other records."""
    if record.kind not in ("document", "procedure"):
        return ()
    title = words(BRACKETS.sub(" ", record.title))
    types = _types(record)
    found: dict[str, None] = {}
    for start in _starts(title):
        for end in range(start + 1, min(len(title), start + _LONGEST) + 1):
            if end - start > 1:
                found[name_token(title[start:end])] = None
            for type_ in types:
                found[name_token([*type_, *title[start:end]])] = None
    if record.kind == "document":
        for start in _pieces(title):
            for end in range(start + 2, min(len(title), start + _LONGEST_PIECE) + 1):
                for type_ in types:
                    found[name_token([*type_, *title[start:end]])] = None
    return tuple(found)


def _types(record: Record) -> tuple[list[str], ...]:
    """What stands before a name; people say "luật lao động" for a code (bộ luật), too."""
    if record.kind == "procedure":
        return (["thủ", "tục"],)
    type_ = words(record.document_type or "")
    return (type_, type_[1:]) if type_[:1] == ["bộ"] else (type_,) if type_ else ()


def _starts(title: Sequence[str]) -> Iterator[int]:
    """Where a title may be begun: at its first word, and after each of the words before its matter."""
    at = 0
    while at < len(title):
        yield at
        at += next((len(p) for p in _BEFORE if tuple(title[at : at + len(p)]) == p), len(title))


def _pieces(title: Sequence[str]) -> Iterator[int]:
    """Where later pieces of a title begin."""
    for at, word in enumerate(title[:-1], 1):
        if word in _BETWEEN and title[at] not in _BETWEEN:
            yield at
