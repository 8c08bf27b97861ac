"""The outline of legal texts: what must become a provision and, above all, what must not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.text.normalise import clean
from schemas.text.outline import Line, outline
from schemas.text.quotes import quoted_lines

LETTERS = list("abcdđeghiklmnopqrstuvxy")


def ids(lines: list[Line | str], prefix: str = "") -> list[str]:
    return [provision.id for provision in outline(lines, prefix)]


def bold(text: str) -> Line:
    return Line(text, bold=len(text))


# ------------------------------------------------------------------------------------------------ numbering
def test_clauses_and_points_run_on() -> None:
    lines: list[Line | str] = ["Điều 1. Tên điều", "1. Một:", "a) A;", "b) B;", "2. Hai", "đ) lạc."]
    assert ids(lines) == [
        "dieu-1",
        "dieu-1/khoan-1",
        "dieu-1/khoan-1/diem-a",
        "dieu-1/khoan-1/diem-b",
        "dieu-1/khoan-2",
        "dieu-1/khoan-2/diem-dd",
    ]


def test_point_dd_is_not_point_d() -> None:
    found = outline(["Điều 1. Tên", "1. X:", "c) 1", "d) 2", "đ) 3", "e) 4", "g) 5"])
    assert [p.id.rsplit("-", 1)[1] for p in found[2:]] == ["c", "d", "dd", "e", "g"]


@pytest.mark.parametrize(
    "line",
    ["3. Nhảy số", "1. Lặp lại", "1.1. Bước con", "1.500 đồng", "2020. Năm", "2.Có chữ số 2.1"],
)
def test_numbers_that_do_not_run_on_stay_text(line: str) -> None:
    found = outline(["Điều 1. Tên", "1. Khoản một", line])
    if line.startswith("2.Có"):  # "2.Text" is a clause as many old acts write it
        assert [p.id for p in found][-1] == "dieu-1/khoan-2"
    else:
        assert [p.id for p in found] == ["dieu-1", "dieu-1/khoan-1"]
        assert found[-1].text == f"Khoản một\n{line}"


def test_inserted_clauses_points_and_articles_keep_their_numbers() -> None:
    lines: list[Line | str] = [
        "Điều 31. Cũ",
        "1. A",
        "1a. A thêm:",
        "a) x",
        "a1) x thêm",
        "2. B",
        "Điều 31c. Mới",
        "Nội dung.",
    ]
    found = outline(lines)
    assert [p.number for p in found] == ["31", "1", "1a", "a", "a1", "2", "31c"]
    assert found[-1].id == "dieu-31c"


def test_steps_below_a_point_are_not_points() -> None:
    found = outline(["Điều 1. Tên", "1. X:", "a) Gồm:", "a1) một;", "a2) hai;", "b) Khác"])
    assert [p.id for p in found][2:] == ["dieu-1/khoan-1/diem-a", "dieu-1/khoan-1/diem-b"]
    assert found[2].text == "Gồm:\na1) một;\na2) hai;"


def test_points_without_clauses_hang_on_the_article() -> None:
    assert ids(["Điều 4. Cấm", "Cấm các việc:", "a) Một;", "b) Hai."]) == [
        "dieu-4",
        "dieu-4/diem-a",
        "dieu-4/diem-b",
    ]


def test_a_list_that_does_not_begin_with_a_is_no_list_of_points() -> None:
    assert ids(["Điều 4. Chữ", "Xem mục:", "c) Ba;", "d) Bốn."]) == ["dieu-4"]


# ------------------------------------------------------------------------------------------------ quotations
AMENDING: list[Line | str] = [
    "Điều 1. Sửa đổi Nghị định",
    "1. Sửa đổi Điều 5 như sau:",
    "“Điều 5. Tên mới",
    "1. Khoản của điều được trích.",
    "2. Khoản nữa:",
    "a) Điểm được trích.”.",
    "2. Bãi bỏ Điều 9.",
    "Điều 2. Hiệu lực thi hành",
    "Nghị định này có hiệu lực từ ngày ký.",
]


def test_quoted_amendments_are_not_provisions() -> None:
    assert ids(AMENDING) == ["dieu-1", "dieu-1/khoan-1", "dieu-1/khoan-2", "dieu-2"]


def test_several_quoted_articles_are_not_provisions() -> None:
    lines = [*AMENDING[:2], "“Điều 5. Tên mới", "Lời.", "Điều 6. Điều nữa", "Lời.”", *AMENDING[6:]]
    assert ids(lines) == ["dieu-1", "dieu-1/khoan-1", "dieu-1/khoan-2", "dieu-2"]


def test_quoted_articles_without_quotation_marks_fall_out_by_their_number() -> None:
    lines = [
        *AMENDING[:2],
        "Điều 55. Tên mới",
        "Lời.",
        "2. Bãi bỏ Điều 9.",
        "Điều 2. Hiệu lực",
        "Điều 3. Thi hành",
    ]
    assert [i for i in ids(lines) if "/" not in i] == ["dieu-1", "dieu-2", "dieu-3"]


def test_a_quotation_that_never_closes_hides_nothing() -> None:
    assert ids(["Điều 1. Tên", "“Mở mà không đóng", "1. Một", "2. Hai"]) == [
        "dieu-1",
        "dieu-1/khoan-1",
        "dieu-1/khoan-2",
    ]


def test_words_in_quotation_marks_open_nothing() -> None:
    assert quoted_lines(["1. “Tổ” là nhà của chim", '2. "Nhà" là nhà', "Gọi là “A” và “B”"]) == frozenset()


# -------------------------------------------------------------------------------------------------- headings
def test_structure_nests_and_articles_do_not_carry_it() -> None:
    lines: list[Line | str] = [
        "Phần thứ nhất",
        "CHUNG",
        "Chương II",
        "QUY ĐỊNH",
        "Mục 1. VIỆC",
        "Tiểu mục 2. CÁCH",
        "Điều 7. Tên",
        "Lời.",
        "Chương III. CUỐI",
        "Điều 8. Tên",
        "Lời.",
    ]
    assert ids(lines) == [
        "phan-thu-nhat",
        "phan-thu-nhat/chuong-ii",
        "phan-thu-nhat/chuong-ii/muc-1",
        "phan-thu-nhat/chuong-ii/muc-1/tieu-muc-2",
        "dieu-7",
        "phan-thu-nhat/chuong-iii",
        "dieu-8",
    ]
    assert [p.heading for p in outline(lines)][:4] == ["CHUNG", "QUY ĐỊNH", "VIỆC", "CÁCH"]


def test_a_list_of_sections_inside_an_article_is_no_structure() -> None:
    lines: list[Line | str] = [
        "Điều 1. Danh mục",
        "Mục 1. Bảng mã chim",
        "Mục 2. Bảng mã cá",
        "Điều 2. Tên",
        "Mục 3. Bảng cuối",
    ]
    assert [i for i in ids(lines) if i.startswith("muc")] == ["muc-2"]
    marked = [bold("Điều 1. Danh mục"), *lines[1:3], bold("Điều 2. Tên"), lines[4]]
    assert [i for i in ids(marked) if i.startswith("muc")] == []


@pytest.mark.parametrize(
    "line",
    [
        "Điều 5 của Luật này được áp dụng.",
        "Điều này có hiệu lực.",
        "Chương trình học gồm 2 phần.",
        "Mục tiêu",
        "Phần mềm",
    ],
)
def test_sentences_are_no_headings(line: str) -> None:
    assert ids(["Điều 1. Tên", "Lời.", line, "Lời."]) == ["dieu-1"]


def test_old_spellings_of_article_and_point() -> None:
    found = outline(["Ðiều thứ 1. Tên", "1. X:", "d) một;", "ð) hai.", "Ðiều 2: Tên", "Lời."])
    assert [p.id for p in found] == ["dieu-1", "dieu-1/khoan-1", *_points("d", "dd"), "dieu-2"]


def _points(*letters: str) -> list[str]:
    return [f"dieu-1/khoan-1/diem-{letter}" for letter in letters]


def test_a_form_with_articles_of_its_own_stays_text() -> None:
    plain = ["Điều 1. A", "Điều 2. B", "Điều 3. Mẫu", "QUYẾT ĐỊNH:", "Điều 1. Cấp phép", "Điều 2. Thi hành"]
    assert ids([*plain, "Điều 4. C"]) == ["dieu-1", "dieu-2", "dieu-3", "dieu-4"]
    marked = [
        bold("Điều 9. Mẫu"),
        "QUYẾT ĐỊNH:",
        "Điều 10. Cấp phép",
        "Điều 11. Thi hành",
        bold("Điều 10. Tên"),
    ]
    assert ids([*marked, "Lời."]) == ["dieu-9", "dieu-10"]


def test_a_repeated_id_gets_a_number() -> None:
    lines = [Line("Điều 1. A", mark="article"), Line("Điều 1. B", mark="article")]
    assert ids(lines, "phu-luc-2/") == ["phu-luc-2/dieu-1", "phu-luc-2/dieu-1-2"]


# ---------------------------------------------------------------------------------------- title or paragraph
def test_bold_decides_between_title_and_first_paragraph() -> None:
    found = outline([bold("Điều 1. Tên điều."), "Lời.", Line("Điều 2. Lời của điều không tên", bold=7)])
    assert [(p.heading, p.text) for p in found] == [("Tên điều.", "Lời."), ("", "Lời của điều không tên")]


def test_a_bold_beginning_is_the_title() -> None:
    (found,) = outline([Line("Điều 1. Hiệu lực. Luật này có hiệu lực ngay.", bold=17)])
    assert (found.heading, found.text) == ("Hiệu lực.", "Luật này có hiệu lực ngay.")


def test_a_title_can_stand_below_the_number() -> None:
    lines = [bold("Điều 1"), bold("Phạm vi"), "Lời.", bold("Điều 2"), "Lời không tên."]
    assert [(p.heading, p.text) for p in outline(lines)] == [("Phạm vi", "Lời."), ("", "Lời không tên.")]


def test_thousands_of_broken_headings_are_read_in_time() -> None:
    lines = [f"Điều {number % 50 + 1}. Tên" for number in range(20_000)]
    assert len(outline(lines)) == 50


def test_without_bold_the_wording_decides() -> None:
    titled = outline(["Điều 1. Phạm vi", "Luật này quy định về chim.", "Điều 2. Tổ chim", "1. Tổ rơm."])
    assert [p.heading for p in titled if p.level == "article"] == ["Phạm vi", "Tổ chim"]
    bare = outline(
        [
            "Điều 1. Luật này quy định về chim.",
            "Điều 2. 1. Tổ rơm.",
            "2. Tổ gỗ.",
            "Điều 3. Chim gồm:",
            "a) Sẻ;",
        ]
    )
    assert [p.heading for p in bare if p.level == "article"] == ["", "", ""]
    assert [p.id for p in bare] == [
        "dieu-1",
        "dieu-2",
        "dieu-2/khoan-1",
        "dieu-2/khoan-2",
        "dieu-3",
        "dieu-3/diem-a",
    ]


# ------------------------------------------------------------------------------------------------ properties
TEXT = st.text(st.sampled_from('abc đ Đ Điềuu15.)“”":;1aKhoản\n'), max_size=40).map(clean)
LINES = st.lists(
    st.one_of(
        TEXT,
        st.builds("Điều {}. {}".format, st.integers(1, 12), TEXT),
        st.builds("{}. {}".format, st.integers(1, 5), TEXT),
        st.builds("{}) {}".format, st.sampled_from(LETTERS), TEXT),
        st.builds("Chương {}".format, st.sampled_from(["I", "II", "III"])),
    ),
    max_size=25,
)


@given(LINES)
def test_ids_are_unique_and_numbers_rise(lines: list[str]) -> None:
    found = outline(lines)
    paths = [p.id for p in found]
    assert len(set(paths)) == len(paths)
    numbers = [int(re.findall(r"\d+", p.number)[0]) for p in found if p.level == "article"]
    assert numbers == sorted(set(numbers))


@given(LINES)
def test_no_text_is_lost_or_invented(lines: list[str]) -> None:
    found = outline(lines)
    start = next(
        (i for i, line in enumerate(lines) if found and line.startswith(("Điều", "Chương"))), len(lines)
    )
    words = " ".join(lines[start:]).split()
    told = " ".join(
        f"{'Điều' if p.level == 'article' else 'Chương'} {p.number}. {p.heading} {p.text}"
        for p in found
        if p.level in ("article", "chapter")
    ).split()
    letters = "".join(words).replace(".", "").replace(":", "").replace("-", "")
    assert "".join(told).replace(".", "").replace(":", "").replace("-", "") in letters or not found


@given(st.lists(st.integers(0, 4), min_size=1, max_size=8))
def test_what_is_written_out_is_read_back(points: list[int]) -> None:
    lines = ["Điều 3. Tên của điều"]
    expected = ["dieu-3"]
    for clause, count in enumerate(points, start=1):
        lines.append(f"{clause}. Lời của khoản")
        expected.append(f"dieu-3/khoan-{clause}")
        for letter in LETTERS[:count]:
            lines.append(f"{letter}) lời của điểm;")
            expected.append(f"dieu-3/khoan-{clause}/diem-{letter.replace('đ', 'dd')}")
    assert ids(list(lines)) == expected
