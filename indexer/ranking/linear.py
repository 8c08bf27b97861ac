"""Tier B: an order by score, cosine and definitions, without anything learned from judgements."""

from __future__ import annotations

import numpy as np

from .arrays import Array
from .features import NAMES

_AT = {name: at for at, name in enumerate(NAMES)}
# Tier B, tuned on the development questions: share of the best score + .3 cosine + the share of the question
# that a defined term makes up, if it asks for a definition.
_COSINE, _SUPERSEDED = 0.3, 0.05


def linear(found: Array) -> Array:
    """Tier B: the engine's score, the cosine and the rule for definitions, without anything learned from
    judgements.
    """
    value = found[:, _AT["score_share"]] + found[:, _AT["asks_definition"]] * found[:, _AT["term_share"]]
    value = value + np.float32(_COSINE) * found[:, _AT["cosine"]]
    result: Array = value - np.float32(_SUPERSEDED) * found[:, _AT["superseded"]]
    return result
