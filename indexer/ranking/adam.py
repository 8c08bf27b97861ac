"""Adam (Kingma and Ba 2015) over named arrays, with decay."""

from __future__ import annotations

import numpy as np

from .arrays import Array

_BETA1, _BETA2 = 0.9, 0.999
_TINY = 1e-8


class Adam:
    """Moves weights in place. `decay`: share of itself that a weight loses in a step of rate 1, apart from
    the gradient (AdamW; Loshchilov and Hutter 2019).
    """

    def __init__(self, weights: dict[str, Array], decay: float = 0.0) -> None:
        self._weights, self._decay = weights, decay
        self._moments = {
            name: (np.zeros_like(value), np.zeros_like(value)) for name, value in weights.items()
        }
        self._steps = 0

    def step(self, gradients: dict[str, Array], rate: float) -> None:
        self._steps += 1
        for name, value in self._weights.items():
            first, second = self._moments[name]
            gradient = gradients[name].reshape(value.shape)
            first *= _BETA1
            first += (1 - _BETA1) * gradient
            second *= _BETA2
            second += (1 - _BETA2) * gradient**2
            unbiased = first / (1 - _BETA1**self._steps)
            spread = np.sqrt(second / (1 - _BETA2**self._steps)) + _TINY
            value -= rate * (unbiased / spread + self._decay * value)
