"""Subject fields of documents: a linear model over hashed syllables, in NumPy.

Fields are those of the national codification (Ordinance 03/2012/UBTVQH13: topics), as published with some
of the
documents. A spaCy textcat was too slow (180 articles/s); this takes well under a millisecond a document.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

import schemas
from schemas.text.normalise import fold

from .model import DocumentText

BUCKETS = 1 << 14
PATH = Path(schemas.__file__).parent / "data" / "topics.npz"
_WORD = re.compile(r"[^\W\d_]+")
#: Probability below which a field is not given.
THRESHOLD = 0.3
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class TopicModel:
    """Weights (buckets × fields, int8 with one scale a field), biases, names."""

    weights: npt.NDArray[np.int8]
    scales: Floats
    biases: Floats
    names: tuple[str, ...]

    def topics(self, document: DocumentText) -> list[str]:
        """Published fields where the source gives them; else the likely ones, best first (at most 3)."""
        if document.fields:
            return list(document.fields)
        return self.predict(document_words(document))

    def predict(self, words: str) -> list[str]:
        if not self.names:
            return []
        scores = self.scores(words)
        best = np.argsort(-scores, kind="stable")[:3]
        return [self.names[i] for n, i in enumerate(best) if n == 0 or scores[i] >= THRESHOLD]

    def scores(self, words: str) -> Floats:
        """Probabilities of the fields (softmax)."""
        buckets, values = features(words)
        logits = (values @ self.weights[buckets].astype(np.float32)) * self.scales + self.biases
        exp = np.exp(logits - logits.max())
        return np.asarray(exp / exp.sum(), dtype=np.float32)


def document_words(document: DocumentText) -> str:
    """What tells a document's subject: its title (thrice) and headings, and the openings of its articles."""
    return topic_words(document.title, ((a.heading, a.text[:160]) for a in document.articles[:40]))


def topic_words(title: str, articles: Iterable[tuple[str, str]]) -> str:
    parts = [title] * 3
    for heading, opening in articles:
        parts += [heading, opening]
    return "\n".join(parts)


def features(words: str) -> tuple[npt.NDArray[np.int64], Floats]:
    """Hashed syllables and pairs of syllables, with log counts of unit length."""
    counts: dict[int, int] = {}
    for line in fold(words).split("\n"):
        syllables = _WORD.findall(line)
        for gram in (*syllables, *(f"{a} {b}" for a, b in pairwise(syllables))):
            bucket = zlib.crc32(gram.encode()) % BUCKETS
            counts[bucket] = counts.get(bucket, 0) + 1
    if not counts:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    values = np.log1p(np.fromiter(counts.values(), np.float32, len(counts)))
    return np.fromiter(counts.keys(), np.int64, len(counts)), values / np.linalg.norm(values)


@cache
def load_topics() -> TopicModel:
    """The shipped model; one that knows no field if the file is not there."""
    if not PATH.exists():
        empty = np.zeros(0, np.float32)
        return TopicModel(np.zeros((BUCKETS, 0), np.int8), empty, empty, ())
    with np.load(PATH) as data:
        names = tuple(str(name) for name in data["names"])
        return TopicModel(data["weights"], data["scales"], data["biases"], names)
