"""Words typed for a Telex keyboard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.query.telex import decode, decoded

KNOWN = {"giấy", "phép", "lao", "động", "bả", "hóa", "đơn"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("giaays", "giấy"),
        ("pheps", "phép"),
        ("ddoonjg", "động"),
        ("ddoongj", "động"),
        ("nuwowcs", "nước"),
        ("dduowcj", "được"),
        ("hoas", "hóa"),
        ("ddown", "đơn"),
        ("quyeets", "quyết"),
        ("quy", None),
        ("nghieepj", "nghiệp"),
        ("ddieeuf", "điều"),
        ("kieejn", "kiện"),
        ("thueer", "thuể"),
        ("giaf", "già"),
        ("thuyr", "thủy"),
        ("ngoaif", "ngoài"),
        ("khoanr", "khoản"),
        ("toanf", "toàn"),
        ("aw", "ă"),
        ("virus", None),
        ("sfrxj", None),
        ("giấy", None),
        ("a1s", None),
        ("", None),
    ],
)
def test_keys_write_words(typed: str, meant: str | None) -> None:
    assert decode(typed) == meant


def test_only_words_that_are_none_are_read_so() -> None:
    def read(text: str) -> list[str]:
        tokens = text.split()
        found = decoded(tokens, lambda word: word in ("lao", "gas"), KNOWN.__contains__)
        return [found.get(at, token) for at, token in enumerate(tokens)]

    assert read("giaays pheps lao ddoonjg") == ["giấy", "phép", "lao", "động"]
    assert read("hoas ddown") == ["hóa", "đơn"]
    assert read("bar") == ["bar"], "one word with a last letter that may be anything"
    assert read("gas bar xyzs") == ["gas", "bar", "xyzs"]


@given(st.text(alphabet="aeiouydwsfrxjngch", max_size=12))
def test_any_keys_are_survived(typed: str) -> None:
    decode(typed)
