"""A static embedding of legal terms, trained on the index's own articles: what is asked and what answers
meet.

The vector of a text is the sum of its terms' vectors, weighted (1 + ln tf) idf, of length one. Vectors start
as the right singular vectors of the tf-idf matrix (latent semantic analysis) and are trained with InfoNCE
(van den Oord et al. 2018): heading → text, a cut-out → the rest (inverse cloze task, Lee et al. 2019), words
→ article. A batch is made of runs of eight neighbours: articles of the same document are the hard negatives.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, vstack

from .arrays import Array, Bags
from .kernels import SparseAdam, sums
from .terms import Segments, Terms, bag, fields

log = logging.getLogger(__name__)
DIMENSION, EPOCHS = 256, 40
_TEMPERATURE, _BACKWARDS, _RATE = 0.07, 0.3, 6e-3
_BATCH, _RUN = 1024, 8
_HEADING, _CLOZE = 0.47, 0.80  # up to here pairs are heading → text, cut-out → rest; the rest: words → all
_LEAST_HEADING, _LEAST_TEXT = 3, 15  # words of an article that is trained on
_QUESTION_KEEP, _ARTICLE_KEEP = 0.75, 0.65  # of the terms, by chance
_QUESTION_MOST, _ARTICLE_MOST = 64, 200  # terms that are left at most, about
_SVD_ROUNDS, _SVD_EXTRA = 3, 10
_ARTICLES_AT_ONCE = 8192


@dataclass(frozen=True, slots=True)
class _Corpus:
    """All words of the articles trained on and of the question frames in one long row, as terms."""

    terms: Terms
    single: Array
    pair: Array
    heading: tuple[Array, Array]  # starts, ends by article
    text: tuple[Array, Array]
    title: tuple[Array, Array]
    frames: tuple[Array, Array]
    generic: Array  # whether more articles have the same heading: their document's title is needed

    @property
    def size(self) -> int:
        return len(self.generic)


def train(
    arrays: dict[str, Array],
    terms: Terms,
    rows: Array,
    frames: list[Array],
    epochs: int = EPOCHS,
    dimension: int = DIMENSION,
    seed: int = 0,
) -> Array:
    """[term, dimension] float32. The same input and seed give the same result up to float noise."""
    corpus = _corpus(arrays, terms, rows, frames)
    weights = _first_vectors(corpus, dimension, seed)
    chance = np.random.default_rng(seed)
    adam = SparseAdam(weights)
    with ThreadPoolExecutor(1) as ahead:
        for epoch in range(epochs):
            rate = _RATE * max(0.1, 1 - epoch / epochs)
            losses = []
            batches = _batches(corpus, chance)
            waiting = ahead.submit(next, batches, None)
            while (pairs := waiting.result()) is not None:
                waiting = ahead.submit(next, batches, None)
                losses.append(_step(adam, *pairs, rate))
            mean = float(np.mean(losses)) if losses else 0.0
            log.info("embedding: epoch %d of %d, loss %.3f", epoch + 1, epochs, mean)
    return weights


def usable(arrays: dict[str, Array]) -> Array:
    """Rows of the articles that are long enough to learn from."""
    enough = np.diff(arrays["heading_at"]) >= _LEAST_HEADING
    found: Array = np.flatnonzero(enough & (np.diff(arrays["text_at"]) >= _LEAST_TEXT))
    return found


def _corpus(arrays: dict[str, Array], terms: Terms, rows: Array, frames: list[Array]) -> _Corpus:
    singles, pairs, begin = [], [], 0
    ranges: list[tuple[Array, Array]] = []
    ends = np.cumsum([len(frame) for frame in frames]) if frames else np.zeros(0, np.int64)
    joined = np.concatenate(frames) if frames else np.zeros(0, np.int64)
    starts = ends - [len(frame) for frame in frames] if frames else ends
    for values, first, last in [*fields(arrays, rows), (joined, starts, ends)]:
        single, pair = terms.of(values)
        singles.append(single)
        pairs.append(pair)
        ranges.append((first + begin, last + begin))
        begin += len(values)
    generic = arrays["heading_count"][rows] > 3
    heading, text, title, asked = ranges
    return _Corpus(
        terms, np.concatenate(singles), np.concatenate(pairs), heading, text, title, asked, generic
    )


def _first_vectors(corpus: _Corpus, dimension: int, seed: int) -> Array:
    """Right singular vectors of the row-normalised tf-idf matrix over the root of their values, small."""
    matrix = _matrix(corpus)
    chance = np.random.default_rng(seed)
    dimension_found = min(dimension, min(matrix.shape) - 1)
    basis = chance.standard_normal((matrix.shape[1], dimension_found + _SVD_EXTRA), np.float32)
    for _ in range(_SVD_ROUNDS):  # randomised subspace iteration (Halko, Martinsson, Tropp 2011)
        basis = _orthonormal(matrix @ basis)
        basis = _orthonormal(matrix.T @ basis)
    squares, right = _principal(matrix @ basis)
    del matrix
    vectors = basis @ (right / (squares + 1e-12) ** 0.25)[:, :dimension_found].astype(np.float32)
    del basis
    vectors *= np.float32(0.3 / np.sqrt(np.einsum("td,td->", vectors, vectors) / len(vectors)))
    weights = chance.standard_normal((len(corpus.terms), dimension), np.float32)
    weights *= np.float32(0.09 / np.sqrt(dimension))
    weights[:, :dimension_found] += vectors
    return weights


def _orthonormal(columns: Array) -> Array:
    """Columns of length one, at right angles, that span the same. By their products, in place of a QR
    decomposition, which works in double precision on three copies of the largest array there is.
    """
    squares, directions = _principal(columns)
    found: Array = columns @ (directions / np.sqrt(squares + 1e-12)).astype(np.float32)
    return found


def _principal(columns: Array) -> tuple[Array, Array]:
    """(squares of the singular values, right singular vectors), largest first."""
    squares, directions = np.linalg.eigh((columns.T @ columns).astype(np.float64))
    return np.maximum(squares[::-1], 0), directions[:, ::-1]


def _matrix(corpus: _Corpus) -> csr_matrix:
    """[article, term]: tf-idf in rows of length one."""
    parts = []
    for start in range(0, corpus.size, _ARTICLES_AT_ONCE):
        part = slice(start, start + _ARTICLES_AT_ONCE)
        fields = [(begin[part], end[part]) for begin, end in (corpus.heading, corpus.text, corpus.title)]
        count = len(fields[0][0])
        whole = Segments.join([Segments(*field, np.arange(count)) for field in fields])
        ids, values, offsets = bag(corpus.terms, corpus.single, corpus.pair, whole, count)
        owner = np.repeat(np.arange(count), np.diff(offsets))
        values /= np.sqrt(np.bincount(owner, values**2, count) + 1e-9).astype(np.float32)[owner]
        parts.append(csr_matrix((values, ids.astype(np.int32), offsets), (count, len(corpus.terms))))
    return vstack(parts, format="csr")


def _batches(corpus: _Corpus, chance: np.random.Generator) -> Iterator[tuple[Bags, Bags]]:
    """Pairs (questions, articles) of bags: the n-th question is answered by the n-th article."""
    run = min(_RUN, corpus.size)
    starts = np.arange(chance.integers(0, run), corpus.size - run + 1, run)
    chance.shuffle(starts)
    per_batch = max(1, min(_BATCH // run, len(starts)))
    for at in range(0, len(starts) - per_batch + 1, per_batch):
        chosen = (starts[at : at + per_batch, None] + np.arange(run)).ravel()
        yield _pairs(corpus, chosen, chance)


def _pairs(corpus: _Corpus, chosen: Array, chance: np.random.Generator) -> tuple[Bags, Bags]:
    count = len(chosen)
    every = np.arange(count)
    kind, toss, also = chance.random(count), chance.random(count), chance.random(count)
    heading = kind < _HEADING
    cloze = ~heading & (kind < _CLOZE)
    loose = ~heading & ~cloze
    text_start, text_end = (edge[chosen] for edge in corpus.text)
    length = text_end - text_start
    size = np.minimum(length // 2 + 1, chance.integers(6, 26, count))
    cut = text_start + (chance.random(count) * (length - size + 1)).astype(np.int64)

    def part(ranges: tuple[Array, Array], where: Array) -> Segments:
        return Segments(ranges[0][chosen[where]], ranges[1][chosen[where]], every[where])

    frame = heading & (also < 0.7) | cloze & (also < 0.5) | loose & (also < 0.5)
    picked = chance.integers(0, max(1, len(corpus.frames[0])), int(frame.sum()))
    words = np.minimum(length, chance.integers(6, 16, count))[loose]
    owner = np.repeat(every[loose], words)
    single = text_start[owner] + (chance.random(len(owner)) * length[owner]).astype(np.int64)
    asked = [
        part(corpus.heading, heading | loose & (toss < 0.5)),
        part(corpus.title, heading & (corpus.generic[chosen] | (toss < 0.3))),
        Segments(cut[cloze], (cut + size)[cloze], every[cloze]),
        Segments(single, single + 1, owner),
    ]
    if len(corpus.frames[0]):
        asked.append(Segments(corpus.frames[0][picked], corpus.frames[1][picked], every[frame]))
    answering = [
        part(corpus.heading, ~heading),
        part(corpus.title, every >= 0),
        Segments(text_start[~cloze], text_end[~cloze], every[~cloze]),
        Segments(text_start[cloze], cut[cloze], every[cloze]),
        Segments((cut + size)[cloze], text_end[cloze], every[cloze]),
    ]
    return (
        _bag(corpus, Segments.join(asked), count, _QUESTION_KEEP, _QUESTION_MOST, chance),
        _bag(corpus, Segments.join(answering), count, _ARTICLE_KEEP, _ARTICLE_MOST, chance),
    )


def _bag(
    corpus: _Corpus, segments: Segments, count: int, keep: float, most: int, chance: np.random.Generator
) -> Bags:
    words = np.bincount(segments.bags, segments.ends - segments.starts, count)
    share = np.minimum(keep, most / np.maximum(1, 1.6 * words)).astype(np.float32)
    return bag(corpus.terms, corpus.single, corpus.pair, segments, count, share, chance)


def _step(adam: SparseAdam, asked: Bags, answering: Bags, rate: float) -> float:
    """One step of both directions of InfoNCE; returns the loss of question → article."""
    questions, question_length = _unit(sums(adam.weights, asked))
    articles, article_length = _unit(sums(adam.weights, answering))
    count = len(questions)
    scores = (questions @ articles.T) / np.float32(_TEMPERATURE)
    forwards = np.exp(scores - scores.max(1, keepdims=True))
    forwards /= forwards.sum(1, keepdims=True)
    backwards = np.exp(scores - scores.max(0, keepdims=True))
    backwards /= backwards.sum(0, keepdims=True)
    diagonal = np.arange(count)
    loss = float(-np.log(forwards[diagonal, diagonal] + 1e-12).mean())
    forwards[diagonal, diagonal] -= 1
    backwards[diagonal, diagonal] -= 1
    forwards += np.float32(_BACKWARDS) * backwards
    forwards *= np.float32(1 / (count * _TEMPERATURE))
    question_gradient = _through_unit(forwards @ articles, questions, question_length)
    article_gradient = _through_unit(forwards.T @ questions, articles, article_length)
    ids = np.concatenate([asked[0], answering[0]])
    values = np.concatenate([asked[1], answering[1]])
    offsets = np.concatenate([asked[2], answering[2][1:] + asked[2][-1]])
    adam.step((ids, values, offsets), np.concatenate([question_gradient, article_gradient]), rate)
    return loss


def _unit(vectors: Array) -> tuple[Array, Array]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True) + np.float32(1e-9)
    return vectors / lengths, lengths


def _through_unit(gradient: Array, unit: Array, lengths: Array) -> Array:
    found: Array = (gradient - unit * (unit * gradient).sum(1, keepdims=True)) / lengths
    return found
