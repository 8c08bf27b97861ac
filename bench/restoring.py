"""How well marks are put back and typing mistakes mended, by pairs of words alone and by runs of three.

Questions are typed in a hurry (`indexer.ranking.hurried`) and restored by the words, pairs and runs of the
site's own index. Right are the words that stand in the file, though a few of them are mistakes themselves;
of "clean" questions every change counts as wrong. Abbreviations, capitals and keyboards that were not
switched on are left out.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from indexer.engines import open_engine
from indexer.query.restore import Speller
from indexer.ranking.hurried import NOISES
from indexer.ranking.rerank import ranking_store
from schemas.errors import QuydinhError
from schemas.settings import load_settings
from schemas.text.words import words

from .quality import timing


def main(arguments: Sequence[str]) -> dict[str, Any]:
    """Keys: questions, and by model ("pairs", and "runs" where re-ranking data holds some) and noise:
    questions_right and words_right (shares), ms_mean, ms_p95.
    """
    options = _parser().parse_args(arguments)
    lines = [line.strip() for line in options.questions.read_text(encoding="utf-8").splitlines()]
    drawn = [line for line in lines if line]
    if not drawn:
        raise QuydinhError(f"{options.questions} holds no question")
    drawn = random.Random(options.seed).sample(drawn, min(options.sample, len(drawn)))
    settings = load_settings()
    engine = open_engine(settings)
    try:
        state = engine.state()
        if state is None:
            raise QuydinhError("no index is published; run `python -m indexer build`")
        data = ranking_store(settings).open(state.generation)
        counts = partial(engine.frequencies, "pairs")
        models = {"pairs": Speller(engine.vocabulary(), counts)}
        if data is not None and data.runs is not None:
            models["runs"] = Speller(engine.vocabulary(), counts, lambda: data.runs)
        found = {
            name: {noise: restored(speller, drawn, noise) for noise in options.noises}
            for name, speller in models.items()
        }
    finally:
        engine.close()
    return {"questions": len(drawn), **found}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench restoring", description="Marks and mistakes.")
    parser.add_argument("--questions", type=Path, required=True, help="a file with one question a line")
    parser.add_argument("--sample", type=int, default=1500, help="so many of them")
    parser.add_argument("--noises", nargs="+", choices=tuple(NOISES), default=[*NOISES])
    parser.add_argument("--seed", type=int, default=1)
    return parser


def restored(speller: Speller, questions: Sequence[str], noise: str) -> dict[str, float]:
    """Shares of questions and of words that are restored, and the time each question takes. Every question is
    restored once before, so that counts are asked for beforehand.
    """
    right_questions = right_words = count = 0
    times = []
    for question in questions:
        right = tuple(words(question))
        typed = words(NOISES[noise](question, question))
        speller.restore(typed)
        started = time.perf_counter()
        found = speller.restore(typed).words
        times.append((time.perf_counter() - started) * 1000)
        right_questions += found == right
        same = zip(found, right, strict=False) if len(found) == len(right) else ()
        right_words += sum(a == b for a, b in same)
        count += len(right)
    return {
        "questions_right": round(right_questions / len(questions), 4),
        "words_right": round(right_words / max(1, count), 4),
        **timing(times),
    }
