"""The encoder of questions: how much each term counts, told by the words around it."""

from __future__ import annotations

import numpy as np
import pytest

from indexer.ranking.encoder import INPUTS, Encoder, counted, new_weights, said, word_inputs
from indexer.ranking.encoder_learning import EncoderExample, _learn, train_encoder
from indexer.ranking.frames import asking
from indexer.ranking.learned import alike, closest, joined, sure
from indexer.ranking.question import Question, ask
from indexer.ranking.terms import Terms
from schemas.engine import Term

WORDS = ("mức", "phạt", "xây", "nhà", "không", "phép", "là", "bao", "nhiêu")
NUMBER = {word: number for number, word in enumerate(WORDS, 1)}


def question(*tokens: str) -> Question:
    terms = [Term("all", token) for token in dict.fromkeys(tokens)]
    return ask(terms, tokens, (), dict.fromkeys(tokens, 5), 100, NUMBER, {}, 3.0)


def embedding() -> tuple[dict[str, np.ndarray], Terms]:
    """Every word but the last has a vector, and the pair "xây nhà"."""
    size = len(WORDS)
    chance = np.random.default_rng(3)
    pair = np.array([NUMBER["xây"] * (size + 1) + NUMBER["nhà"]])
    numbers = np.array([-1, *range(size - 1), -1], np.int32)
    terms = Terms(numbers, pair, np.full(size, 2, np.float32), size - 1)
    arrays = {
        "weights": chance.integers(-127, 127, (size, 8)).astype(np.int8),
        "weights_scale": np.full(size, 0.01, np.float32),
    }
    return arrays, terms


def test_what_a_term_counts_depends_on_the_words_around_it() -> None:
    arrays, terms = embedding()
    known = word_inputs(terms, NUMBER)
    weights = new_weights(1)
    one, other = (
        said(question(*text.split()), arrays, terms, known)
        for text in ("mức phạt xây nhà không phép", "không phép xây nhà mức phạt")
    )
    assert one.inputs.shape == (7, INPUTS) and np.isfinite(one.inputs).all()
    assert one.vectors == pytest.approx(other.vectors), "the same words and pair"
    assert counted(weights, one.inputs)[0] != pytest.approx(counted(weights, other.inputs)[0], rel=1e-4)
    vector = Encoder(weights)(question("xây", "nhà"), arrays, terms, known)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_words_without_a_vector_count_nothing() -> None:
    arrays, terms = embedding()
    known = word_inputs(terms, NUMBER)
    for tokens in ((), ("nhiêu",), ("lạ",)):
        assert not Encoder(new_weights(1))(question(*tokens), arrays, terms, known).any(), tokens
    assert len(said(question("xây", "lạ", "nhiêu"), arrays, terms, known).vectors) == 1


def test_words_that_ask_are_told_from_others() -> None:
    _, terms = embedding()
    known = word_inputs(terms, NUMBER)
    assert asking()["phạt"] > 0
    assert known[NUMBER["phạt"], 2] > known[NUMBER["xây"], 2]
    assert not known[0, 0] and known[NUMBER["nhiêu"], 0] > known[NUMBER["xây"], 0], "rarer"


def made_up(count: int, chance: np.random.Generator) -> list[EncoderExample]:
    """Six terms a question: those whose first input is 1 point to a wrong candidate, the others to the
    right.
    """
    examples = []
    for _ in range(count):
        inputs = chance.normal(size=(6, INPUTS)).astype(np.float32) * 0.1
        misleading = chance.permutation([True, True, True, False, False, False])
        inputs[:, 0] = misleading
        vectors = chance.normal(size=(6, 8)).astype(np.float32)
        right, wrong = vectors[~misleading].sum(0), 1.5 * vectors[misleading].sum(0)
        candidates = np.stack([wrong, right, *chance.normal(size=(4, 8))]).astype(np.float32)
        candidates /= np.linalg.norm(candidates, axis=1, keepdims=True)
        products = (candidates @ vectors.T).astype(np.float32)
        answer = np.array([0, 1, 0, 0, 0, 0], np.float32)
        examples.append(
            EncoderExample(inputs, products, products, vectors @ vectors.T, np.zeros(6, np.float32), answer)
        )
    return examples


def right_first(weights: dict[str, np.ndarray], examples: list[EncoderExample]) -> float:
    return float(np.mean([np.argmax(e.whole @ counted(weights, e.inputs)[0]) == 1 for e in examples]))


def test_the_encoder_learns_which_terms_mislead() -> None:
    chance = np.random.default_rng(5)
    seen, unseen = made_up(300, chance), made_up(200, chance)
    learned = train_encoder(seen, epochs=40)
    assert set(learned) == set(new_weights(0))
    assert right_first(new_weights(2), unseen) < 0.7 < 0.9 < right_first(learned, unseen)
    again = train_encoder(seen, epochs=40)
    assert all(np.allclose(value, learned[name], atol=1e-4) for name, value in again.items())


def test_the_encoder_learns_downhill(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its gradients against differences of the loss."""
    monkeypatch.setattr("indexer.ranking.encoder_learning._DROP_TERMS", 0.0)
    chance = np.random.default_rng(1)
    example = made_up(1, chance)[0]
    weights = {name: value.astype(np.float64) for name, value in new_weights(2).items()}
    weights |= {"scales": np.log([8.0, 6.0, 4.0]), "direct": chance.normal(0, 0.1, INPUTS)}
    gradients = {name: np.zeros_like(value) for name, value in weights.items()}
    _learn(weights, gradients, example, chance, 1)
    nothing = {name: np.zeros_like(value) for name, value in weights.items()}
    for name, value in weights.items():
        at = np.unravel_index(int(np.abs(gradients[name]).argmax()), value.shape)
        losses = []
        for step in (1e-5, -2e-5):
            value[at] += step
            losses.append(_learn(weights, nothing, example, chance, 1))
        value[at] += 1e-5
        assert gradients[name][at] == pytest.approx((losses[0] - losses[1]) / 2e-5, rel=1e-2), name


def test_the_network_has_a_say_about_the_first_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.ranking.learned.CLOSE", 3)
    values = np.array([0.0, 4.0, 3.9, 3.8, -1.0], np.float32)
    close = closest(values)
    assert close.tolist() == [1, 2, 3]
    assert np.argsort(-joined(values, close, np.array([0.0, 2.0, 1.0]))).tolist() == [2, 3, 1, 0, 4]
    assert alike(np.ones(3)).tolist() == [0, 0, 0]


def test_the_network_is_asked_where_the_trees_are_not_sure() -> None:
    assert sure(np.array([0.0, 0.1, 0.2, 5.0])) and not sure(np.array([0.0, 4.8, 0.2, 5.0]))
    assert not sure(np.array([5.0])) and not sure(np.ones(3))
