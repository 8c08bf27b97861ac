"""Re-ranking data of an index generation: made aside, attached by one rename, memory-mapped by every process.

It lies under the index folder of each machine that answers searches, `ranking/ENGINE/GENERATION`, also
beside an engine that runs elsewhere. Who finds none for the generation that is served ranks by the engine's
order alone.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from indexer.engines.generations import Stamp, stamp
from schemas.text.words import fold_word

from .arrays import ARRAYS, Array, read_arrays, write_arrays
from .encoder import word_inputs
from .features import Averages
from .forward import FORMAT
from .runs import Runs
from .terms import Terms

log = logging.getLogger(__name__)
_WORDS = "words.txt"
_ASIDE = ".new-"


class RankingData:
    """What is read of one generation. Safe for threads."""

    def __init__(self, arrays: dict[str, Array], words: Sequence[str], facts: Mapping[str, Any]) -> None:
        self.arrays, self.facts = arrays, facts
        self._words = words
        self.averages = Averages.of(arrays)

    @cached_property
    def number_of(self) -> Mapping[str, int]:
        """Word → its number."""
        return {word: number for number, word in enumerate(self._words) if word}

    @cached_property
    def marked_of(self) -> Mapping[str, Sequence[int]]:
        """Word without marks → the numbers of all its spellings."""
        found: dict[str, list[int]] = defaultdict(list)
        for word, number in self.number_of.items():
            found[fold_word(word)].append(number)
        return found

    @cached_property
    def terms(self) -> Terms:
        """What the embedding has vectors for."""
        named = {name: self.arrays[name] for name in ("word_term", "pair_keys", "idf")}
        return Terms(**named, words=int(self.facts["embedded_words"]))

    @cached_property
    def word_inputs(self) -> Array:
        """What the encoder of a question is told of each word."""
        return word_inputs(self.terms, self.number_of)

    @cached_property
    def runs(self) -> Runs | None:
        """Runs of words that texts hold; None in data that an earlier release made."""
        if "after_keys" not in self.arrays:
            return None
        return Runs(self.arrays, self.number_of)

    def rows_of(self, ordinals: Sequence[int]) -> Array:
        """The row of each ordinal, -1 for those that are not articles or not in the data yet."""
        held, asked = self.arrays["ordinals"], np.array(ordinals, np.int64)
        if not len(held):
            return np.full(len(asked), -1)
        at = np.minimum(np.searchsorted(held, asked), len(held) - 1)
        found: Array = np.where(held[at] == asked, at, -1)
        return found


class RankingStore:
    """The data of all generations of one engine, in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, generation: str) -> RankingData | None:
        """The data of a generation; None where there is none (yet), or none that this version reads."""
        folder = self._folder / generation
        try:
            arrays, facts = read_arrays(folder)
            if facts.get("format") != FORMAT:
                return None
            words = (folder / _WORDS).read_text(encoding="utf-8").split("\n")
        except (OSError, ValueError) as error:
            if folder.is_dir():
                log.warning("re-ranking data of %s cannot be read: %s", generation, error)
            return None
        return RankingData(arrays, words, facts)

    def stamp(self, generation: str) -> Stamp | None:
        """Changes when data is attached to the generation again; None while there is none."""
        return stamp(self._folder / generation / ARRAYS)

    def attach(self, generation: str, arrays: dict[str, Array], words: Sequence[str], **facts: Any) -> None:
        """Write the data of a generation and show it at once and whole."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._aside() as folder:
            (folder / _WORDS).write_text("\n".join(words), encoding="utf-8")
            write_arrays(folder, arrays, format=FORMAT, **facts)
            target = self._folder / generation
            if target.exists():
                target.rename(folder.with_name(f"{folder.name}-old"))
            folder.rename(target)

    @contextlib.contextmanager
    def _aside(self) -> Iterator[Path]:
        folder = self._folder / f"{_ASIDE}{os.getpid()}-{secrets.token_hex(4)}"
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            shutil.rmtree(folder.with_name(f"{folder.name}-old"), ignore_errors=True)

    def clean(self, generation: str) -> None:
        """Remove the data of all generations but this one. Who still reads one keeps its mapped files."""
        if self._folder.is_dir():
            for path in self._folder.iterdir():
                if path.is_dir() and path.name != generation and not path.name.startswith(_ASIDE):
                    shutil.rmtree(path, ignore_errors=True)
