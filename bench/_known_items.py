"""Short queries made from what is indexed, each with the records that answer it; see `bench.known`."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from indexer.ranking.fields import bare_heading
from indexer.ranking.names import BRACKETS
from indexer.ranking.traits import NUMBERING, defined_terms, is_defining
from schemas.search import Record
from schemas.text.words import words

_NAMED = ("provision", "document", "procedure")
_SYLLABLES = range(2, 6)
_OF_A_PROCEDURE = range(3, 7)
_OF_A_TERM = range(2, 7)
_HEADINGS = 2  # with a subject, at least: one alone may be an odd piece of a sentence
_DOCUMENTS = 15  # with a subject as their whole heading, at most: "hiệu lực thi hành" is none
_RIGHT = 60  # records, at most: what more of them are about is too wide to be an item
_PIECE = re.compile(r"[,;:.–\"“”]| - ")
_ONE_WORD = 0.25  # of the names with the rarer syllable hold both side by side
_LINE = 120  # characters of a line before "là"
# What headings and titles begin with before they name their matter.
_BEGINNINGS = (
    *(
        "quy định chi tiết",
        "quy định chung",
        "quy định",
        "hướng dẫn",
        "hồ sơ",
        "trình tự",
        "thủ tục",
        "điều kiện",
    ),
    *("thẩm quyền", "trách nhiệm", "nghĩa vụ", "quyền hạn", "nhiệm vụ", "quyền", "nguyên tắc", "yêu cầu"),
    *("thời hạn", "thời gian", "thời điểm", "nội dung", "đề nghị", "trường hợp", "hình thức", "phương pháp"),
    *("đối tượng", "tiêu chuẩn", "tiêu chí", "cấp lại", "cấp đổi", "cấp", "gia hạn", "thu hồi", "đình chỉ"),
    *("tổ chức", "thực hiện", "thi hành", "ban hành", "quản lý", "một số", "về việc", "các", "những", "việc"),
    *("về", "và", "của", "đối với", "trong"),
)
# Where what follows only narrows it.
_ENDS = frozenset(
    (
        *(
            "của",
            "trong",
            "theo",
            "tại",
            "để",
            "khi",
            "do",
            "được",
            "không",
            "phải",
            "và",
            "hoặc",
            "với",
            "giữa",
        ),
        *(
            "trên",
            "vào",
            "là",
            "thuộc",
            "trước",
            "sau",
            "đến",
            "bị",
            "bởi",
            "nếu",
            "từ",
            "cho",
            "bằng",
            "đối",
        ),
        *("có", "như", "qua", "ở", "nhằm", "gồm", "đã", "về"),
    )
)


@dataclass(frozen=True, slots=True)
class Known:
    """A query of a kind and the ids of the records that answer it."""

    kind: str
    text: str
    right: frozenset[str]


def known_items(records: Iterable[Record], today: dt.date, count: int, seed: int) -> list[Known]:
    """Up to `count` queries of each kind about what binds on that day; the same seed gives the same ones."""
    named = [record for record in records if record.kind in _NAMED and _binds(record, today)]
    right = _right(named)
    found = []
    for kind, answers in right.items():
        texts = sorted(text for text, ids in answers.items() if 0 < len(ids) <= _RIGHT)
        chosen = random.Random(f"{seed} {kind}").sample(texts, min(count, len(texts)))
        found += [Known(kind, text, frozenset(answers[text])) for text in chosen]
    return found


def _right(named: Sequence[Record]) -> dict[str, dict[str, set[str]]]:
    """Kind → query → ids of the records that answer it."""
    names = {record.id: words(_name(record)) for record in named}
    phrases = Phrases(names.values())
    articles = [record for record in named if record.kind == "provision"]
    terms = sorted({term for article in articles for term in _terms(article)})
    documents = [record for record in named if record.kind == "document"]
    titles = _titles(phrases, documents)
    subjects = _subjects(phrases, articles)
    procedures = _procedures(phrases, [record.title for record in named if record.kind == "procedure"])
    holders = _holders({*subjects, *terms, *procedures, *(text for text, _ in titles)}, names)
    kinds = {record.id: record.kind for record in named}
    types = {document.id: _type(document) for document in documents}
    return {
        "subject": {text: holders[text] for text in subjects},
        "term": {term: holders.get(term, set()) for term in terms if len(term.split()) in _SYLLABLES},
        "definition": _definitions(terms, articles),
        "document": {
            f"{type_} {text}": {id_ for id_ in holders[text] if types.get(id_) == type_}
            for text, type_ in titles
        },
        "procedure": {p: {id_ for id_ in holders[p] if kinds[id_] == "procedure"} for p in procedures},
    }


def _binds(record: Record, today: dt.date) -> bool:
    began = record.valid_from is None or record.valid_from <= today
    return began and (record.valid_until is None or today < record.valid_until)


def _name(record: Record) -> str:
    return bare_heading(record) if record.kind == "provision" else record.title


def _type(document: Record) -> str:
    """What people call it: they say "luật lao động" for a code, too."""
    name = (document.document_type or "").lower()
    return "luật" if name == "bộ luật" else name


class Phrases:
    """Where phrases begin and end in names; two syllables that mostly stand side by side are one word."""

    def __init__(self, names: Iterable[Sequence[str]]) -> None:
        self._single: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        for name in names:
            self._single.update(name)
            self._pairs.update(pairwise(name))

    def one_word(self, first: str, second: str) -> bool:
        """Whether a phrase cannot end between the two."""
        together = self._pairs[first, second]
        return together >= _ONE_WORD * min(self._single[first], self._single[second]) > 0

    def core(self, name: str) -> list[str]:
        """What a heading or title is about: "Hồ sơ cấp giấy phép lao động đối với …" → giấy phép lao động."""
        text = " ".join(words(_piece(name)))
        while beginning := next((b for b in _BEGINNINGS if text.startswith(f"{b} ")), ""):
            text = text[len(beginning) + 1 :]
        return self.until_end(text.split())

    def until_end(self, tokens: list[str]) -> list[str]:
        """Up to the word after which only what narrows it follows."""
        for at, token in enumerate(tokens):
            if at and token in _ENDS and not self.one_word(tokens[at - 1], token):
                return tokens[:at]
        return tokens


def _piece(name: str) -> str:
    return _PIECE.split(BRACKETS.sub(" ", name), maxsplit=1)[0]


def _usable(tokens: Sequence[str], sizes: range) -> bool:
    return len(tokens) in sizes and all(map(str.isalpha, tokens))


def _subjects(phrases: Phrases, articles: Sequence[Record]) -> set[str]:
    headings: dict[str, set[str]] = defaultdict(set)
    whole: Counter[str] = Counter()
    for article in articles:
        heading, subject = " ".join(words(bare_heading(article))), phrases.core(bare_heading(article))
        whole[heading] += 1
        if _usable(subject, _SYLLABLES) and heading != " ".join(subject):
            headings[" ".join(subject)].add(heading)
    return {
        subject
        for subject, found in headings.items()
        if len(found) >= _HEADINGS and whole[subject] <= _DOCUMENTS
    }


def _terms(article: Record) -> Iterator[str]:
    if is_defining(bare_heading(article)):
        for term in defined_terms(article.text):
            if _usable(term, _OF_A_TERM):
                yield " ".join(term)


def _titles(phrases: Phrases, documents: Iterable[Record]) -> set[tuple[str, str]]:
    """(a part of a title as somebody would type it, type of the document)."""
    found = set()
    for document in documents:
        type_ = _type(document)
        if not type_ or "sửa đổi" in document.title.lower():
            continue
        title = words(_piece(document.title.removeprefix(f"{document.document_type} ")))
        for start in (0, *(at for at in range(1, len(title)) if title[at - 1] in _ENDS)):
            part = phrases.core(" ".join(title[start:]))
            end = min(len(part), _SYLLABLES.stop - 1)
            # Not in the middle of a word, nor after one that goes on.
            while 0 < end < len(part) and (
                part[end - 1] in _ENDS or phrases.one_word(part[end - 1], part[end])
            ):
                end -= 1
            if _usable(part[:end], _SYLLABLES):
                found.add((" ".join(part[:end]), type_))
    return found


def _procedures(phrases: Phrases, names: Iterable[str]) -> set[str]:
    found = set()
    for name in names:
        said = words(_piece(name))
        short = phrases.until_end(said[2:] if said[:2] == ["thủ", "tục"] else said)
        if _usable(short, _OF_A_PROCEDURE) and short != words(name):
            found.add(" ".join(short))
    return found


def _holders(texts: set[str], names: Mapping[str, Sequence[str]]) -> dict[str, set[str]]:
    """Text → records with these words side by side in their name."""
    found: dict[str, set[str]] = {}
    sizes = sorted({len(text.split()) for text in texts if text})
    for id_, tokens in names.items():
        for size, at in product(sizes, range(len(tokens))):
            run = " ".join(tokens[at : at + size])
            if run in texts and at + size <= len(tokens):
                found.setdefault(run, set()).add(id_)
    return found


def _definitions(terms: Sequence[str], articles: Sequence[Record]) -> dict[str, set[str]]:
    """Term and "là gì" → articles with a line that begins "<term> là"."""
    found: dict[str, set[str]] = {f"{term} là gì": set() for term in terms}
    for article in articles:
        for line in article.text.split("\n"):
            if " là " in (start := line[:_LINE]):
                term = " ".join(words(NUMBERING.sub("", start))).partition(" là ")[0]
                if f"{term} là gì" in found:
                    found[f"{term} là gì"].add(article.id)
    return found
