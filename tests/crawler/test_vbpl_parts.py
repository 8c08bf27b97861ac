"""The parts of vbpl.vn's parser where its answers are tricky, and answers nobody promised."""

from __future__ import annotations

import datetime as dt
import io
import json
import unicodedata
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.sites import dichvucong, vbpl
from crawler.sites.vbpl.attributes import number_in, title
from crawler.sites.vbpl.body import read_body
from crawler.sites.vbpl.docx import read_docx
from crawler.sites.vbpl.html import read_blocks
from crawler.sites.vbpl.pdf import read_pdf, rejoin
from crawler.sites.vbpl.rtf import read_rtf
from schemas.errors import ParseError
from schemas.pages import Page, RecordPages

from .test_pages import PAGES, record_pages


def page(body: bytes, part: str = "detail") -> Page:
    now = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    return Page("vbpl", "1", part, f"https://vbpl.invalid/1/{part}", 200, "application/json", now, body)


def texts(html: str) -> list[str]:
    return [block.line.text for block in read_blocks(html)]


# ------------------------------------------------------------------------------------------------------ HTML
@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Điề</span\n><span>u 1</p>", ["Điều 1"]),
        ("<p>t&shy;re&nbsp;&nbsp; xanh\n</p>", ["tre xanh"]),
        ("<p><span>một <br>\n hai</span></p>", ["một\nhai"]),
        ("<div>một<br>hai<br/><b>ba</b></div>", ["một", "hai", "ba"]),
        ("<div><span>một <br> hai</span></div>", ["một\nhai"]),
        ("một<p>hai<p>ba", ["một", "hai", "ba"]),
        ("<p>&nbsp;<o:p></o:p></p><p>\u200b</p>", []),
        ("<p>a</p><!-- <p>b</p> --><script>var c='<p>d</p>'</script><style>p{}</style><p>e</p>", ["a", "e"]),
        ("<p>1 &lt; 2 &amp; 3</p>", ["1 < 2 & 3"]),
        ("<ul><li>một<li>hai</ul>", ["một", "hai"]),
        ('<p><span style="text-transform: uppercase">kt. bộ trưởng</span></p>', ["KT. BỘ TRƯỞNG"]),
        ("<p>Căn cứ;<br>Điều 1. A<br>a<br>Điều 2. B</p>", ["Căn cứ;", "Điều 1. A", "a", "Điều 2. B"]),
        ("<p>theo quy định tại<br>Điều 5. Việc này</p>", ["theo quy định tại\nĐiều 5. Việc này"]),
        ("", []),
        ("   \n", []),
    ],
)
def test_paragraphs(html: str, expected: list[str]) -> None:
    assert texts(html) == expected


def test_decomposed_letters_are_composed() -> None:
    assert texts(unicodedata.normalize("NFD", "<p>Nghị định về thuế</p>")) == ["Nghị định về thuế"]


def test_tags_left_open_a_thousand_deep_lose_no_text() -> None:
    html = "".join(f"<font><span>từ{number} " for number in range(3000))
    (text,) = texts(f"<p>{html}</p>")
    assert text.split() == [f"từ{number}" for number in range(3000)]


def test_bold_beginning_is_measured_after_cleaning() -> None:
    html = "<p><b>\n Điề</b><b>u&nbsp;5.</b> <b>Tên&shy; điều</b> không đậm</p>"
    (block,) = read_blocks(html)
    assert block.line.text[: block.line.bold] == "Điều 5. Tên điều"


def test_a_table_with_one_cell_is_a_frame() -> None:
    blocks = read_blocks("<table><tr><td><p>a</p><p>b</p></td></tr></table>")
    assert [block.line.text for block in blocks] == ["a", "b"]
    assert all(block.table is None and not block.group for block in blocks)


def test_a_bordered_table_keeps_its_cells() -> None:
    rows = "<tr><th>x<th>y</tr><tr><td>1<br>2</td><td></td></tr><tr><td></td><td> </td></tr>"
    (block,) = read_blocks(f"<table border=1>{rows}</table>")
    assert block.table == (("x", "y"), ("1\n2", ""))


def test_a_table_inside_a_table_stays_in_its_cell() -> None:
    inner = "<table border=1><tr><td>1</td><td>2</td></tr></table>"
    (block,) = read_blocks(f"<table border=1><tr><td>a</td><td>{inner}</td></tr></table>")
    assert block.table == (("a", "1 | 2"),)


@given(st.text(st.sampled_from("<>/ptdrbable=\"' &;#x!-aĐ\n"), max_size=200))
def test_any_text_can_be_read_as_html(html: str) -> None:
    for block in read_blocks(html):
        assert 0 <= block.line.bold <= len(block.line.text)


# ------------------------------------------------------------------------------------------------------ body
def test_a_table_in_an_article_reads_row_by_row() -> None:
    table = "<table border=1><tr><td>Cây</td><td>Giá</td></tr><tr><td>Na</td><td>5</td></tr></table>"
    body = read_body(read_blocks(f"<p><b>Điều 1. Giá</b></p><p>Bảng:</p>{table}<p>Hết.</p>"), "Thông tư")
    assert body.provisions[0].text == "Bảng:\nCây | Giá\nNa | 5\nHết."
    assert body.annexes == ()


def test_offices_in_the_last_article_are_not_the_signature() -> None:
    signature = "<div><div>CHỦ TỊCH</div><div>(Đã ký)</div></div>"
    html = f"<p><b>Điều 1. Mẫu</b></p><p>BỘ TRƯỞNG</p><p>ghi nhận.</p>{signature}"
    (article,) = read_body(read_blocks(html), "Thông tư").provisions
    assert article.text == "BỘ TRƯỞNG\nghi nhận."


def test_text_without_articles_has_no_provisions() -> None:
    body = read_body(
        read_blocks("<p align=center>CHỈ THỊ</p><p>Về chim</p><p>Căn cứ A;</p><p>1. Làm.</p>"), "Chỉ thị"
    )
    assert (body.provisions, body.title, body.preamble) == ((), "Về chim", ("Căn cứ A;", "1. Làm."))


# ------------------------------------------------------------------------------------------------- attributes
@pytest.mark.parametrize(
    ("shown", "number", "type_", "summaries", "heading", "expected"),
    [
        ("Nghị định số 1/2020/NĐ-CP Về chim", "1/2020/NĐ-CP", "Nghị định", [], "", "Về chim"),
        ("Quyết định 1628/QĐ-UBND Bãi bỏ A", "1628/QĐ-UBND", "Quyết định", [], "", "Bãi bỏ A"),
        ("Nghị định số 1/2020/NĐ-CP: Về chim", "1/2020/NĐ-CP", "Nghị định", [], "", "Về chim"),
        ("Luật Chim số 5/2020/QH14", "5/2020/QH14", "Luật", [], "", "Chim"),
        ("Luật Chim số 5/2020/QH14", "5/2020/QH14", "Luật", ["", "Luật Chim"], "", "Luật Chim"),
        ("Luật Chim số 5/2020/QH14", "5/2020/QH14", "Luật", [], "Luật Chim", "Luật Chim"),
        ("Luật Chim số 5/2020/QH14", "5/2020/QH14", "Luật", [], "LUẬT CHIM", "Luật Chim"),
        ("Luật Chim số 5/2020/QH14", "5/2020/QH14", "Luật", [], "Một dòng khác", "Chim"),
        ("Bộ luật Chim số 5/2020/QH14", "5/2020/QH14", "Bộ luật", [], "", "Chim"),
        (
            "Sửa đổi Nghị định số 1/2020/NĐ-CP",
            "2/2021/NĐ-CP",
            "Nghị định",
            [],
            "",
            "Sửa đổi Nghị định số 1/2020/NĐ-CP",
        ),
        ("Nghị định số 1/2020/NĐ-CP", "1/2020/NĐ-CP", "Nghị định", [], "", "Nghị định số 1/2020/NĐ-CP"),
    ],
)
def test_title(
    shown: str, number: str, type_: str, summaries: list[str], heading: str, expected: str
) -> None:
    assert title(shown, number, type_, summaries, heading) == expected


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("Nghị định số 15/2018/NĐ-CP Sửa đổi Nghị định số 01/2010/NĐ-CP", "15/2018/NĐ-CP"),
        ("Luật sửa đổi Luật số 10/2012/QH13 số 15/2018/QH14", "15/2018/QH14"),
        ("Thông tư số 04/1999/TT-BCA(C13) Hướng dẫn", "04/1999/TT-BCA(C13)"),
        ("Quyết định 1628/QĐ-UBND Bãi bỏ", "1628/QĐ-UBND"),
        ("Sắc lệnh số 102-SL/L-004 Ban bố luật", "102-SL/L-004"),
        ("Hiến pháp", None),
    ],
)
def test_number_in_a_name(name: str, number: str | None) -> None:
    assert number_in(name) == number


def test_files_are_needed_only_where_the_text_is_missing() -> None:
    def needed(content: Any) -> list[str]:
        data = {
            "documentContent": content,
            "hasContent": True,
            "documentContentFileName": "Template.pdf",
            "documentContentFileDocName": "a.doc",
            "documentRelatedList": [
                {"fileName": name, "relatedType": "APPENDIX"}
                for name in ("b.pdf", "c.xlsx", "a.docx", "b.pdf")
            ]
            + [{"fileName": "1_body_content.html", "relatedType": "MARKDOWN"}],
        }
        return vbpl.files_needed(json.dumps({"success": True, "data": data}).encode())

    assert (
        needed(None)
        == needed({"content": None})
        == needed({"content": " \n"})
        == ["a.docx", "a.doc", "b.pdf"]
    )
    assert needed({"content": "<p>Điều 1. A</p>"}) == []


def test_a_text_without_provisions_is_kept_and_its_tree_is_used() -> None:
    pages = record_pages(PAGES / "vbpl" / "empty-tree")
    without = RecordPages(pages.source, pages.source_id, {"detail": pages.parts["detail"]})
    assert vbpl.parse(without).provisions == ()
    assert vbpl.parse(pages).provisions


def test_dates_of_the_history_are_not_used() -> None:
    pages = record_pages(PAGES / "vbpl" / "prov")
    assert b"2024-04-16" in pages.parts["history"].body
    assert vbpl.parse(pages).effective_date == dt.date(2024, 4, 15)


# ------------------------------------------------------------------------------------------------------ files
def test_wrapped_lines_are_put_together() -> None:
    paragraphs = [
        "Điều 1. Phạm vi",
        "1. Thông tư này hướng dẫn việc ghi sổ của tổ làm vườn và việc lưu giữ sổ tại xã, huyện.",
        "2. Không áp dụng cho hộ.",
        "a) Sổ tưới cây, gồm sổ ngày và sổ tháng do tổ trưởng ghi theo mẫu tại Điều 5. Sổ có 20 trang;",
        "b) Sổ khác.",
    ]
    width, lines = 40, []
    for paragraph in paragraphs:
        line = ""
        for word in paragraph.split():
            if line and len(line) + 1 + len(word) > width:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}".strip()
        lines.append(line)
    assert rejoin(lines) == paragraphs


def test_rejoining_nothing() -> None:
    assert rejoin([]) == []
    assert rejoin(["chữ"]) == ["chữ"]


def test_rtf_escapes() -> None:
    source = rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\*\generator x;}\uc1 Ngh\u7883? \u273\'64inh\~s\'f4\-c\par "
    source += rb"{\b \{a\}}\tab b\\\par\uc2\u-3?? c}"
    assert [block.line.text for block in read_rtf(source)] == ["Nghị đinh sôc", "{a} b\\", "\ufffd c"]
    (smile,) = read_rtf(rb"{\rtf1 \u-10179?\u-8704? \u-10179?}")
    assert smile.line.text == "\U0001f600 \ufffd"


def test_docx_paragraphs_breaks_and_tables() -> None:
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    row = f"<w:tr>{cell.format('a')}{cell.format('b')}</w:tr>"
    first = "<w:p><w:r><w:t>m</w:t></w:r><w:r><w:t>ột</w:t><w:br/><w:t>hai</w:t></w:r></w:p>"
    body = f"{first}<w:tbl>{row}{row}</w:tbl>"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {w}><w:body>{body}</w:body></w:document>")
    text, table = read_docx(page(file.getvalue(), "file:a.docx"))
    assert (text.line.text, table.table) == ("một hai", (("a", "b"), ("a", "b")))


@pytest.mark.parametrize("read", [read_docx, read_pdf])
@given(body=st.binary(max_size=60))
@settings(max_examples=40)
def test_a_broken_file_is_a_parse_error(read: Any, body: bytes) -> None:
    start = b"PK\x03\x04" if read is read_docx else b"%PDF-1.4\n"
    try:
        assert isinstance(read(page(start + body, "file:a")), list)
    except ParseError as error:
        assert error.url.endswith("file:a")


@given(st.binary(max_size=200))
def test_any_bytes_can_be_read_as_rtf(body: bytes) -> None:
    assert isinstance(read_rtf(b"{\\rtf1" + body), list)


# ------------------------------------------------------------------------------- answers nobody promised
STRANGE: list[Any] = [
    None,
    "",
    "x",
    0,
    -1,
    True,
    1.5,
    [],
    {},
    [None],
    [1],
    ["x"],
    [[]],
    {"a": 1},
    {"content": 5},
]


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where every value of a JSON answer stands."""
    found = [path] if path else []
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, member in members:
        found += paths(member, (*path, key))
    return found


def altered(body: bytes, where: tuple[Any, ...], strange: Any) -> bytes:
    value = json.loads(body)
    holder = value
    for step in where[:-1]:
        holder = holder[step]
    holder[where[-1]] = strange
    return json.dumps(value).encode()


@pytest.mark.parametrize(
    ("source", "case", "part"),
    [
        ("vbpl", "prov", "detail"),
        ("vbpl", "prov", "diagram"),
        ("vbpl", "prov", "list"),
        ("vbpl", "empty-tree", "tree"),
        ("dichvucong", "full", "detail"),
    ],
)
@pytest.mark.integration
def test_a_strange_value_anywhere_is_read_or_refused_by_name(source: str, case: str, part: str) -> None:
    pages = record_pages(PAGES / source / case)
    parse = {"vbpl": vbpl.parse, "dichvucong": dichvucong.parse}[source]
    body = pages.parts[part].body
    for turn, where in enumerate(paths(json.loads(body))):
        # Neighbouring paths get other values, so that every kind of place meets every kind of value.
        for strange in STRANGE[turn % 4 :: 4]:
            changed = page(altered(body, where, strange), part)
            try:
                parsed = parse(RecordPages(source, "1", {**pages.parts, part: changed}))
                assert parsed.content_sha256 and "\\u0000" not in json.dumps(parsed.content())
            except ParseError as error:
                assert error.url == changed.url and error.missing
            except Exception as error:
                pytest.fail(f"{part} {where} = {strange!r}: {type(error).__name__}: {error}")


@given(st.integers(0, 4000))
def test_an_answer_cut_anywhere_is_refused(length: int) -> None:
    pages = record_pages(PAGES / "vbpl" / "prov")
    body = pages.parts["detail"].body
    cut = page(body[: min(length, len(body) - 2)])
    with pytest.raises(ParseError):
        vbpl.parse(RecordPages("vbpl", "1", {"detail": cut}))
