"""Named arrays in a folder: written once, memory-mapped by every process that reads them."""

from __future__ import annotations

import json
import mmap
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
#: Bags of terms, (ids, weights, offsets): bag b holds the terms `ids[offsets[b] : offsets[b + 1]]`.
Bags = tuple[Array, Array, Array]
ARRAYS = "ARRAYS.json"


def write_arrays(folder: Path, arrays: dict[str, Array], **facts: Any) -> None:
    """One file for each array and `ARRAYS.json` with their types, shapes and `facts`; written last."""
    described = {}
    for name, array in arrays.items():
        whole = np.ascontiguousarray(array)
        (folder / f"{name}.bin").write_bytes(whole.data if whole.size else b"")
        described[name] = [whole.dtype.str, list(whole.shape)]
    (folder / ARRAYS).write_text(json.dumps({"arrays": described, "facts": facts}), encoding="utf-8")


def read_arrays(folder: Path) -> tuple[dict[str, Array], dict[str, Any]]:
    """The arrays, read only and shared between processes, and the facts. Raises OSError and ValueError."""
    described = json.loads((folder / ARRAYS).read_text(encoding="utf-8"))
    arrays = {}
    for name, (dtype, shape) in described["arrays"].items():
        if 0 in shape:
            arrays[name] = np.zeros(shape, dtype)
            continue
        with (folder / f"{name}.bin").open("rb") as file:
            held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        # A plain array over the mapping: slicing a numpy.memmap costs ten times as much.
        arrays[name] = np.frombuffer(held, dtype).reshape(shape)
    return arrays, described["facts"]


def added(keys: Array, counts: Array, more: Array, more_counts: Array) -> tuple[Array, Array]:
    """Counts by sorted key of both together; `keys` are distinct, `more` need not be."""
    joined, place = np.unique(np.concatenate([keys, more]), return_inverse=True)
    total = np.bincount(place, np.concatenate([counts, more_counts]), len(joined))
    return joined, total.astype(np.int64)
