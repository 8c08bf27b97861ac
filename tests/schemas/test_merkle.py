"""The tree of RFC 9162 against published test vectors and a verifier written from its text alone."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import merkle
from tests.rfc9162 import consistent, included

#: Test data of the reference implementation (google/certificate-transparency, merkletree tests).
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PATH_OF_FIRST = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
]


class Stored:
    """A tree as the table keeps it, grown in steps."""

    def __init__(self) -> None:
        self.hashes: dict[tuple[int, int], bytes] = {}
        self.size = 0

    def grow(self, leaves: list[bytes]) -> None:
        old, new = self.size, self.size + len(leaves)
        self.hashes |= {(0, old + n): merkle.leaf_hash(leaf) for n, leaf in enumerate(leaves)}
        self.hashes |= merkle.new_nodes(
            old, new, lambda start, end: [self.hashes[0, n] for n in range(start, end)], self.node
        )
        self.size = new

    def node(self, level: int, index: int) -> bytes:
        return self.hashes[level, index]


def tree(count: int) -> Stored:
    made = Stored()
    made.grow([b"%d" % n for n in range(count)])
    return made


def test_the_published_roots() -> None:
    made = Stored()
    for leaf, root in zip(LEAVES, ROOTS, strict=True):
        made.grow([leaf])
        assert merkle.root_hash(made.size, made.node).hex() == root
    assert [p.hex() for p in merkle.inclusion_proof(0, 8, made.node)] == PATH_OF_FIRST
    assert merkle.EMPTY == hashlib.sha256().digest() == merkle.root_hash(0, made.node)


@pytest.mark.parametrize("count", range(1, 34))
def test_every_proof_of_every_tree_verifies(count: int) -> None:
    made = tree(count)
    root = merkle.root_hash(count, made.node)
    for index in range(count):
        path = merkle.inclusion_proof(index, count, made.node)
        leaf = merkle.leaf_hash(b"%d" % index)
        assert included(leaf, index, count, path, root)
        assert merkle.root_from_inclusion(index, count, leaf, path) == root
        assert not included(leaf, index, count, [*path, root], root)
        assert not included(leaf, (index + 1) % (count + 1), count, path, root) or count == 1
    for first in range(1, count + 1):
        path = merkle.consistency_proof(first, count, made.node)
        assert consistent(first, count, path, merkle.root_hash(first, made.node), root)
        if first < count:
            assert not consistent(first, count, path, root, root)


@given(st.lists(st.integers(0, 40), max_size=8))
def test_growing_in_any_steps_gives_the_same_tree(steps: list[int]) -> None:
    made, count = Stored(), 0
    for step in steps:
        made.grow([b"%d" % n for n in range(count, count + step)])
        count += step
    assert made.hashes == tree(count).hashes


@given(st.integers(1, 300), st.data())
def test_a_changed_leaf_or_path_is_refused(count: int, data: st.DataObject) -> None:
    made, index = tree(count), data.draw(st.integers(0, count - 1))
    root = merkle.root_hash(count, made.node)
    path = merkle.inclusion_proof(index, count, made.node)
    assert not included(merkle.leaf_hash(b"another"), index, count, path, root)
    if path:
        place = data.draw(st.integers(0, len(path) - 1))
        wrong = [*path[:place], bytes(32), *path[place + 1 :]]
        assert not included(made.node(0, index), index, count, wrong, root)
        assert merkle.root_from_inclusion(index, count, made.node(0, index), path[:-1]) != root


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_leaf_that_is_not_there_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="leaf"):
        merkle.inclusion_proof(index, size, tree(3).node)
    assert merkle.root_from_inclusion(index, size, bytes(32), []) is None


@pytest.mark.parametrize(("first", "second"), [(0, 3), (4, 3)])
def test_trees_that_are_not_there_have_no_proof(first: int, second: int) -> None:
    with pytest.raises(ValueError, match="trees"):
        merkle.consistency_proof(first, second, tree(3).node)
