"""The spaCy pipeline: a blank language, our tokenizer, one component for each thing found.

A component reads the article from `doc.user_data` and appends to its list of tags. Most wrap pure
functions over the
text, because the grammar of legal text is regular and tokens do not help it; the matcher of business lines
works
on tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry

from .agencies import agencies
from .citations import CitationTagger
from .definitions import definitions
from .lines import LineMatcher
from .model import Article, DocumentText, Tag
from .quantities import dates, deadlines, money
from .rules import rules
from .titles import TitleIndex
from .tokenizer import LosslessTokenizer

_ARTICLE, _DOCUMENT, _TAGS, _CITATIONS = "article", "document", "tags", "citations"


def _component(name: str, find: Callable[[Doc], Iterable[Tag]]) -> None:
    def run(doc: Doc) -> Doc:
        doc.user_data[_TAGS].extend(find(doc))
        return doc

    Language.component(name, func=run)


_component("citations", lambda doc: doc.user_data[_CITATIONS].tag(doc.user_data[_ARTICLE]))
_component("dates", lambda doc: dates(doc.user_data[_ARTICLE].text))
_component("deadlines", lambda doc: deadlines(doc.user_data[_ARTICLE].text))
_component("money", lambda doc: money(doc.user_data[_ARTICLE].text))
_component("agencies", lambda doc: agencies(doc.user_data[_ARTICLE].text))
_component("definitions", lambda doc: definitions(doc.user_data[_ARTICLE]))
_component("conditions_and_types", lambda doc: rules(doc.user_data[_ARTICLE], doc.user_data[_DOCUMENT]))


@Language.factory("business_lines")
def _business_lines(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    matcher = LineMatcher(nlp)

    def run(doc: Doc) -> Doc:
        doc.user_data[_TAGS].extend(matcher.tags(doc))
        return doc

    return run


COMPONENTS = (
    "citations",
    "dates",
    "deadlines",
    "money",
    "agencies",
    "definitions",
    "conditions_and_types",
    "business_lines",
)


@cache
def build_pipeline() -> Language:
    """The pipeline, made once in each process."""
    nlp = spacy.blank("vi", config={"nlp": {"tokenizer": {"@tokenizers": "quydinh.lossless.v1"}}})
    for name in COMPONENTS:
        nlp.add_pipe(name)
    return nlp


@registry.tokenizers("quydinh.lossless.v1")  # type: ignore[untyped-decorator]
def _lossless() -> Callable[[Language], LosslessTokenizer]:
    return lambda nlp: LosslessTokenizer(nlp.vocab)


def tag_document(document: DocumentText, titles: TitleIndex) -> Iterator[tuple[Article, list[Tag]]]:
    """Every article with its tags, in order of place; equal input gives equal output."""
    nlp = build_pipeline()
    citations = CitationTagger(document, titles)
    for article in document.articles:
        doc = nlp.make_doc(article.text)
        tags: list[Tag] = []
        doc.user_data.update({_ARTICLE: article, _DOCUMENT: document, _TAGS: tags, _CITATIONS: citations})
        nlp(doc)
        tags.sort(key=lambda tag: (tag.start, tag.end, tag.tag))
        yield article, tags


def heading_lines(words: str) -> list[str]:
    """Names of the business lines that a heading or title mentions."""
    nlp = build_pipeline()
    doc = nlp.make_doc(words)
    doc.user_data[_TAGS] = []
    return [tag.value for tag in nlp.get_pipe("business_lines")(doc).user_data[_TAGS]]
