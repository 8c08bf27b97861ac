"""The models of tier C: those that come with the code, or those a portal trained itself."""

from __future__ import annotations

import logging
import zipfile
from functools import lru_cache
from pathlib import Path

import numpy as np

from .arrays import Array
from .features import NAMES
from .learned import Learned, Unjudged

log = logging.getLogger(__name__)
#: Those that come with the code.
MODELS = Path(__file__).with_name("models")
#: The array of a file that tells which features a model was trained on, in their order.
FEATURES = "feature_names"


@lru_cache(maxsize=4)
def learned(folder: Path | None = None) -> Learned | None:
    """What was learned from judged questions, of `folder`, or else what comes with the code; None if both are
    missing.
    """
    arrays = _arrays("trees", folder)
    return Learned(arrays) if arrays else None


@lru_cache(maxsize=4)
def unjudged(folder: Path | None = None) -> Unjudged | None:
    """What was learned without any judged question, of `folder` or else what comes with the code; None if
    both are missing.
    """
    arrays = _arrays("network", folder)
    return Unjudged(arrays) if arrays else None


def network_arrays() -> dict[str, Array]:
    """The arrays of the network that comes with the code; empty if it is missing."""
    return _arrays("network", None)


def _arrays(name: str, folder: Path | None) -> dict[str, Array]:
    if folder is not None and (own := _own(folder / f"{name}.npz")):
        return own
    path = MODELS / f"{name}.npz"
    return _read(path) if path.is_file() else {}


def _own(path: Path) -> dict[str, Array]:
    """A portal's own model; empty, and said in the log, if there is none that can be used."""
    try:
        arrays = _read(path)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        log.warning("%s cannot be read, the model that comes with the code orders instead: %s", path, error)
        return {}
    if tuple(arrays.get(FEATURES, ())) != NAMES:
        log.warning(
            "%s was trained on other features than this version has, the model that comes with the code "
            "orders instead; train it again with `python -m indexer train`",
            path,
        )
        return {}
    return arrays


def _read(path: Path) -> dict[str, Array]:
    with np.load(path) as arrays:
        return {part: arrays[part] for part in arrays.files}
