"""Documents for the tests of the tagger, in our own words."""

from __future__ import annotations

import datetime as dt

from indexer.tagging.model import Article, DocumentText, Tag
from indexer.tagging.pipeline import tag_document
from indexer.tagging.titles import Law, TitleIndex
from indexer.tagging.units import locate

Child = tuple[str, str, str, str]


def titles() -> TitleIndex:
    index = TitleIndex()
    index.add("Đầu tư", Law("59/2005/QH11", dt.date(2005, 11, 29)))
    index.add("Đầu tư", Law("67/2014/QH13", dt.date(2014, 11, 26)))
    index.add("Đầu tư", Law("61/2020/QH14", dt.date(2020, 6, 17)))
    index.add("Đầu tư công", Law("39/2019/QH14", dt.date(2019, 6, 13)))
    index.add("Phòng, chống tác hại của rượu, bia", Law("44/2019/QH14", dt.date(2019, 6, 14)))
    index.add("Bộ luật Dân sự", Law("91/2015/QH13", dt.date(2015, 11, 24)))
    index.add("Hộ tịch", Law("60/2014/QH13", dt.date(2014, 11, 20), dt.date(2018, 1, 1)))
    index.close()
    return index


def article(text: str, path: str = "dieu-12", heading: str = "", children: tuple[Child, ...] = ()) -> Article:
    return Article(path, path.removeprefix("dieu-"), heading, text, locate(text, children))


def document(
    *articles: Article,
    kind: str = "Nghị định",
    title: str = "Quy định về chợ nổi",
    preamble: tuple[str, ...] = (),
) -> DocumentText:
    return DocumentText(1, "77/2019/NĐ-CP", kind, title, dt.date(2019, 9, 1), preamble, articles)


def tags_of(of: DocumentText, *wanted: str) -> list[tuple[str, object]]:
    """(words, value) of the wanted tags, in order."""
    return [
        (part.text[tag.start : tag.end], tag.value)
        for part, tag in all_tags(of)
        if not wanted or tag.tag in wanted
    ]


def all_tags(of: DocumentText) -> list[tuple[Article, Tag]]:
    return [(part, tag) for part, tags in tag_document(of, titles()) for tag in tags]
