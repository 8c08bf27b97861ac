"""The Merkle tree of RFC 9162 (Certificate Transparency 2.0), section 2.1: hashes, roots and proofs.

Values only. Hashes are 32 bytes of SHA-256. What is stored of a tree are the hashes of its complete subtrees:
`node(level, index)` is the hash of the leaves index·2^level up to (index + 1)·2^level; level 0: the leaves.
Everything else is computed from those in O(log² n).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

#: Gives the hash of a complete subtree.
Node = Callable[[int, int], bytes]
EMPTY = hashlib.sha256().digest()


def leaf_hash(data: bytes) -> bytes:
    """HASH(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """HASH(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(count: int) -> int:
    """The largest power of two smaller than `count` (2 or more)."""
    return 1 << (count - 1).bit_length() - 1


def range_hash(start: int, end: int, node: Node) -> bytes:
    """MTH of the leaves start … end − 1, where `start` is a multiple of the tree's split points."""
    count = end - start
    if count == 0:
        return EMPTY
    if count & (count - 1) == 0 and start % count == 0:
        level = count.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(count)
    return node_hash(range_hash(start, middle, node), range_hash(middle, end, node))


def root_hash(size: int, node: Node) -> bytes:
    """MTH of the first `size` leaves (2.1.1)."""
    return range_hash(0, size, node)


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """PATH(index, D[size]) (2.1.3.1). ValueError unless 0 ≤ index < size."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} of a tree of {size}")
    start, end, path = 0, size, list[bytes]()
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_hash(middle, end, node))
            end = middle
        else:
            path.append(range_hash(start, middle, node))
            start = middle
    return path[::-1]


def consistency_proof(first: int, second: int, node: Node) -> list[bytes]:
    """PROOF(first, D[second]) (2.1.4.1). ValueError unless 0 < first ≤ second."""
    if not 0 < first <= second:
        raise ValueError(f"trees of {first} and {second}")
    start, end, whole, path = 0, second, True, list[bytes]()
    while end != first:
        middle = start + _split(end - start)
        if first <= middle:
            path.append(range_hash(middle, end, node))
            end = middle
        else:
            path.append(range_hash(start, middle, node))
            start, whole = middle, False
    if not whole:
        path.append(range_hash(start, first, node))
    return path[::-1]


def root_from_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes | None:
    """The root a proof leads to (2.1.3.2); None where the proof has not the right length."""
    if not 0 <= index < size:
        return None
    fn, sn, found = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            found = node_hash(p, found)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node_hash(found, p)
        fn, sn = fn >> 1, sn >> 1
    return found if sn == 0 else None


def new_nodes(
    old: int, new: int, leaves: Callable[[int, int], Sequence[bytes]], node: Node
) -> dict[tuple[int, int], bytes]:
    """The subtrees above the leaves that a tree of `old` leaves completes by growing to `new`.

    `leaves(start, end)` gives hashes of leaves, `node` those of subtrees complete before.
    """
    made: dict[tuple[int, int], bytes] = {}
    first = old & ~1
    below = {first + n: value for n, value in enumerate(leaves(first, new))}
    level = 1
    while new >> level:
        above: dict[int, bytes] = {}
        for index in range(old >> level, new >> level):
            pair = [
                below[child] if child in below else node(level - 1, child)
                for child in (2 * index, 2 * index + 1)
            ]
            above[index] = made[level, index] = node_hash(*pair)
        below, level = above, level + 1
    return made
