"""Training of the subject-field classifier: softmax regression by AdaGrad, then weights rounded to int8."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from schemas import tables as t
from schemas.errors import QuydinhError

from .topics import BUCKETS, PATH, TopicModel, features, topic_words

EPOCHS = 12
RATE = 0.5
DECAY = 1e-6
Floats = npt.NDArray[np.float32]
Example = tuple[npt.NDArray[np.int64], Floats, tuple[str, ...]]


def train_topics(database: sa.Engine, output: Path = PATH, seed: int = 1) -> dict[str, Any]:
    """Train on four fifths of the documents with published fields, measure on the rest, write the weights.

    For `python -m indexer train-topics [--output FILE]`. The fifth kept apart is chosen by a hash of the
    document's id
    and never trained on, so the figures hold for the weights that are written: `accuracy` (the first field
    given is
    one of the published), `accuracy_top_3`, `documents_trained`, `documents_kept`, `fields`, `bytes`. Raises
    QuydinhError when fewer than 100 documents have fields.
    """
    trained, kept = _examples(database)
    if len(trained) < 100:
        raise QuydinhError("too few documents with published fields to learn from (100 are needed)")
    names = tuple(sorted({name for example in trained for name in example[2]}))
    weights, biases = _fit(trained, names, np.random.default_rng(seed))
    scales = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
    model = TopicModel(
        np.rint(weights / scales).astype(np.int8), scales.astype(np.float32), biases.astype(np.float32), names
    )
    np.savez_compressed(
        output, weights=model.weights, scales=model.scales, biases=model.biases, names=np.array(names)
    )
    return {
        "accuracy": _accuracy(model, kept, 1),
        "accuracy_top_3": _accuracy(model, kept, 3),
        "documents_trained": len(trained),
        "documents_kept": len(kept),
        "fields": len(names),
        "bytes": output.stat().st_size,
    }


def _examples(database: sa.Engine) -> tuple[list[Example], list[Example]]:
    d, p = t.documents.c, t.provisions.c
    trained: list[Example] = []
    kept: list[Example] = []
    with database.connect() as connection:
        rows = connection.execute(sa.select(d.id, d.source_id, d.title, d.fields).order_by(d.source_id)).all()
        for identity, source_id, title, fields in rows:
            if not fields:
                continue
            articles = connection.execute(
                sa.select(p.heading, sa.func.substr(p.text, 1, 160))
                .where(p.document_id == identity, p.level == "article")
                .order_by(p.ordinal)
                .limit(40)
            )
            buckets, values = features(topic_words(title, ((heading, text) for heading, text in articles)))
            is_kept = int(hashlib.sha256(source_id.encode()).hexdigest(), 16) % 5 == 0
            (kept if is_kept else trained).append((buckets, values, tuple(fields)))
    return trained, kept


def _fit(
    examples: list[Example], names: tuple[str, ...], random: np.random.Generator
) -> tuple[Floats, Floats]:
    """Weights and biases; a document of several fields counts for each of them in equal parts."""
    index = {name: n for n, name in enumerate(names)}
    weights = np.zeros((BUCKETS, len(names)), np.float32)
    squares = np.full((BUCKETS, len(names)), 1e-2, np.float32)
    biases = np.zeros(len(names), np.float32)
    for _ in range(EPOCHS):
        for n in random.permutation(len(examples)):
            buckets, values, fields = examples[n]
            if not len(buckets):
                continue
            logits = values @ weights[buckets] + biases
            error = np.exp(logits - logits.max())
            error /= error.sum()
            for name in fields:
                error[index[name]] -= 1 / len(fields)
            gradient = np.outer(values, error) + DECAY * weights[buckets]
            squares[buckets] += gradient**2
            weights[buckets] -= RATE * gradient / np.sqrt(squares[buckets])
            biases -= 0.01 * error
    return weights, biases


def _accuracy(model: TopicModel, examples: list[Example], first: int) -> float | None:
    right = 0
    for buckets, values, fields in examples:
        logits = (values @ model.weights[buckets].astype(np.float32)) * model.scales + model.biases
        best = {model.names[n] for n in np.argsort(-logits)[:first]}
        right += bool(best & set(fields))
    return round(right / len(examples), 4) if examples else None
