"""Lines of an article and the division of a document: nothing is lost, nothing is shown twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from webapp.division import divide, slice_of
from webapp.lawtext import Link, Unit, highlighted, lines
from webapp.queries.documents import Row

units = st.lists(
    st.builds(
        Unit, st.text("ab/", max_size=5), st.sampled_from(["clause", "point"]), st.sampled_from("123abđ")
    )
)
links = st.lists(st.builds(Link, st.integers(0, 60), st.integers(0, 60), st.just("/x")), max_size=5)
texts = st.lists(st.sampled_from(["1. Một", "2. Hai", "a) A", "đ) Đ", "lời thường", "", " "]), max_size=7)


@given(texts, units, links)
def test_every_character_is_shown_once(paragraphs: list[str], outline: list[Unit], cited: list[Link]) -> None:
    text = "\n".join(paragraphs)
    shown = "".join(
        line.label + "".join(part.text for part in line.parts) for line in lines(text, outline, cited)
    )
    assert "".join(shown.split()) == "".join(text.split())


@given(texts, units)
def test_no_unit_is_anchored_twice(paragraphs: list[str], outline: list[Unit]) -> None:
    named = [Unit(f"u{n}", unit.level, unit.number) for n, unit in enumerate(outline)]
    paths = [line.path for line in lines("\n".join(paragraphs), named) if line.path]
    assert len(paths) == len(set(paths))
    assert paths == sorted(paths, key=lambda path: int(path[1:]))


def test_a_clause_missing_from_the_text_does_not_lose_the_next() -> None:
    outline = [Unit("k1", "clause", "1"), Unit("k2", "clause", "2"), Unit("k2a", "point", "a")]
    shown = lines("Mở đầu\n2. Hai:\na) Điểm\ntiếp", outline)
    assert [(line.kind, line.path) for line in shown] == [
        ("text", None),
        ("clause", "k2"),
        ("point", "k2a"),
        ("point-more", None),
    ]


rows = st.lists(
    st.tuples(st.sampled_from(["part", "chapter", "section", "article"]), st.integers(0, 50_000)), max_size=40
).map(lambda items: [Row(n, f"p{n}", level, str(n), "", size) for n, (level, size) in enumerate(items)])


@given(rows, st.integers(0, 3), st.booleans())
def test_pages_hold_every_row_once(outline: list[Row], annexes: int, long: bool) -> None:
    pages = divide(outline, annexes, long)
    shown = [n for page in pages if page.annex is None for n in range(page.first, page.last + 1)]
    assert shown == list(range(len(outline)))
    assert [page.annex for page in pages if page.annex is not None] == (list(range(annexes)) if long else [])
    for index in range(len(outline)):
        page = pages[slice_of(pages, index)]
        assert page.first <= index <= page.last


@given(st.text("ab\x02\x03"))
def test_marks_never_lose_a_letter(snippet: str) -> None:
    pieces = highlighted(snippet, "\x02", "\x03")
    assert "".join(text for text, _ in pieces).replace("\x03", "") == snippet.replace("\x02", "").replace(
        "\x03", ""
    )
