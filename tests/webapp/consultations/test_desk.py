"""The desk: a consultation from the first word to its last answer, by officers, approvers, moderators."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from docx import Document
from docx.oxml import parse_xml
from flask import Flask
from openpyxl import load_workbook

from schemas import consultation_tables as c
from schemas.people import Grant, Role
from tests.webapp.people import Browser, add_person
from webapp.consultations import answers, desk_queries, docx_numbers, importing, store, versions

from .people import APPROVER, DRAFT, MINISTRY, OFFICER, end, opened, provisions, send

FIELDS = {
    "ministry": MINISTRY,
    "title": "Dự thảo Thông tư về trạm rửa xe",
    "purpose": "Để trạm rửa xe nhỏ không phải lập báo cáo hằng quý.",
    "opens": "01/01/2026",
    "closes": "31/12/2099",
    "questions": "Bỏ báo cáo quý được không? | Được | Không\nBạn mất bao lâu để làm báo cáo?",
}


def at_the_desk(site: Flask, portal: sa.Engine, *roles: Role, ministry: str = MINISTRY) -> Browser:
    return Browser(site, add_person(portal, *(Grant(role, ministry) for role in roles)))


def revision(browser: Browser, path: str) -> str:
    found = re.search(r'name="revision" value="(\d+)"', browser.get(path).text)
    assert found
    return found[1]


def rows(database: sa.Engine, table: sa.Table) -> list[Any]:
    with database.connect() as connection:
        return list(connection.execute(sa.select(table)))


def word(text: str) -> io.BytesIO:
    document = Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    out.seek(0)
    return out


def test_from_a_word_file_to_an_open_consultation(site: Flask, portal: sa.Engine) -> None:
    officer = at_the_desk(site, portal, Role.OFFICER)
    approver = at_the_desk(site, portal, Role.APPROVER)
    answer = officer.post("/quan-tri/tham-van/moi", FIELDS)
    assert answer.status_code == 303, answer.text
    base = answer.location.removesuffix("/du-thao")
    number = revision(officer, f"{base}/du-thao")
    fields = {"csrf_token": officer.token(), "viec": "nhap", "revision": number}
    read = officer.client.post(
        f"{base}/du-thao", data={**fields, "file": (word("Lời dẫn.\n" + DRAFT), "a.docx")}
    )
    assert read.status_code == 200 and "Khoản 2 Điều 2" in read.text and rows(portal, c.draft_versions) == []
    kept = {"text": "Lời dẫn.\n" + DRAFT, "viec": "luu", "revision": number, "why:dieu-3": "Vì nay quá lâu."}
    assert officer.post(f"{base}/du-thao", kept).status_code == 303
    assert officer.post(f"{base}/mo", {"revision": revision(officer, base)}).status_code == 403
    assert officer.post(f"{base}/trinh", {"revision": revision(officer, base)}).status_code == 303
    assert approver.post(f"{base}/mo", {"revision": "1"}).status_code == 409
    assert approver.post(f"{base}/mo", {"revision": revision(approver, base)}).status_code == 303
    (row,) = rows(portal, c.consultations)
    page = Browser(site).get(f"/tham-van/{row.id}").text
    assert "Vì nay quá lâu." in page and "Lời dẫn." in page and "Bạn mất bao lâu" in page


NUMBERING = """<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:abstractNum w:abstractNumId="7">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="Điều %1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%3)"/></w:lvl>
<w:lvl w:ilvl="3"><w:numFmt w:val="bullet"/><w:lvlText w:val="-"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="8">
<w:lvl w:ilvl="0"><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1.%2"/><w:pStyle w:val="Heading1"/></w:lvl>
</w:abstractNum>
<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num>
<w:num w:numId="4"><w:abstractNumId w:val="7"/>
<w:lvlOverride w:ilvl="1"><w:startOverride w:val="5"/></w:lvlOverride></w:num>
<w:num w:numId="5"><w:abstractNumId w:val="8"/></w:num></w:numbering>"""


def test_numbers_that_word_makes_are_read() -> None:
    """As in most drafts: articles, clauses and points are lists, their numbers in no text of the file."""
    document = Document()
    part = document.part.numbering_part
    part._element = parse_xml(NUMBERING)

    def add(text: str, level: int, number: int = 3) -> None:
        properties = document.add_paragraph(text)._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val, properties.get_or_add_numId().val = level, number

    for text, level in (
        ("Hồ sơ", 0),
        ("Hồ sơ gồm:", 1),
        ("Đơn;", 2),
        ("Ảnh.", 2),
        ("Lệ phí.", 1),
        ("Hạn", 0),
    ):
        add(text, level)
    add("Năm ngày.", 1)
    add("gạch đầu dòng", 3)
    add("Bảy ngày.", 1, 4)
    style = document.styles["Heading 1"].element.get_or_add_pPr().get_or_add_numPr()
    style.get_or_add_numId().val = 5
    document.add_paragraph("Theo kiểu chữ", "Heading 1")
    document.add_paragraph("Không số.")
    out = io.BytesIO()
    document.save(out)
    lines = importing.docx_lines(out.getvalue())
    assert lines == [
        "Điều 1. Hồ sơ", "1. Hồ sơ gồm:", "a) Đơn;", "b) Ảnh.", "2. Lệ phí.", "Điều 2. Hạn", "1. Năm ngày.",
        "gạch đầu dòng", "5. Bảy ngày.", "I.1 Theo kiểu chữ", "Không số.",
    ]  # fmt: skip
    _preamble, read = importing.read_draft("\n".join(lines))
    assert "dieu-1/khoan-1/diem-b" in [p.path for p in read]


@pytest.mark.parametrize(
    ("number", "how", "text"),
    [
        (4, "lowerLetter", "d"),
        (27, "upperLetter", "AA"),
        (14, "lowerRoman", "xiv"),
        (3, "decimalZero", "03"),
        (10**9, "upperRoman", "1000000000"),
    ],
)
def test_formats_of_numbers(number: int, how: str, text: str) -> None:
    assert docx_numbers.written(number, how) == text


def test_who_opens_and_publishes_reads_it_all_before(site: Flask, portal: sa.Engine) -> None:
    officer, approver = (at_the_desk(site, portal, role) for role in (Role.OFFICER, Role.APPROVER))
    stranger = at_the_desk(site, portal, Role.APPROVER, ministry="bo-y-duoc-mau")
    base = officer.post("/quan-tri/tham-van/moi", FIELDS).location.removesuffix("/du-thao")
    assert "Chưa có điều nào." in approver.get(f"{base}/noi-dung").text
    kept = {"text": DRAFT, "viec": "luu", "why:dieu-2/khoan-2": "Đã có trong cơ sở dữ liệu."}
    assert (
        officer.post(
            f"{base}/du-thao", {**kept, "revision": revision(officer, f"{base}/du-thao")}
        ).status_code
        == 303
    )
    assert "Đã có trong cơ sở dữ liệu." in officer.get(f"{base}/du-thao").text
    page = approver.get(f"{base}/noi-dung").text
    for said in ("không phải lập báo cáo", "Bạn mất bao lâu", "05 ngày làm việc", "Khoản 2 Điều 2"):
        assert said in page
    # As everybody will see it, and the reasons unfolded.
    assert '<p class="c"><span class="n">2.</span>' in page and '<details class="quote" open>' in page
    assert f"{base}/noi-dung" in approver.get(base).text and "<ins>" not in page.replace("<ins>chữ", "")
    assert stranger.get(f"{base}/noi-dung").status_code == 403
    officer.post(f"{base}/trinh", {"revision": revision(officer, base)})
    assert approver.post(f"{base}/mo", {"revision": revision(approver, base)}).status_code == 303
    public = Browser(site).get(base.removeprefix("/quan-tri")).text
    assert "<b>Khoản 2 Điều 2:</b> Đã có trong cơ sở dữ liệu." in public
    new = DRAFT.replace("05 ngày", "04 ngày").replace("Điều 1. Phạm vi điều chỉnh", "Điều 1. Phạm vi")
    new = {"text": new + "\nĐiều 4. Hiệu lực\nTừ ngày ký.", "viec": "luu", "note": "Rút một ngày"}
    assert (
        officer.post(f"{base}/du-thao", {**new, "revision": revision(officer, f"{base}/du-thao")}).status_code
        == 303
    )
    page = approver.get(f"{base}/noi-dung").text
    assert "<del>05</del><ins>04</ins>" in page and "<ins>Từ ngày ký.</ins>" in page
    assert page.count("(đã sửa)") == 2 and page.count("(điều mới)") == 1 and "Rút một ngày" in page
    assert "04 ngày" not in Browser(site).get(base.removeprefix("/quan-tri")).text


def test_a_draft_as_long_as_a_code_of_law_is_taken(site: Flask, portal: sa.Engine) -> None:
    officer = at_the_desk(site, portal, Role.OFFICER)
    base = officer.post("/quan-tri/tham-van/moi", FIELDS).location
    articles = "\n".join(
        f"Điều {n}. Tên điều {n}\n1. " + "Lời văn của khoản thứ nhất. " * 25 + "\n2. Khoản thứ hai."
        for n in range(1, 701)
    )
    why = {f"why:dieu-{n}/khoan-{k}": "Vì thế." for n in range(1, 701) for k in (1, 2)}
    answer = officer.post(base, {"text": articles, "viec": "luu", "revision": "1", **why})
    assert answer.status_code == 303 and len(articles.encode()) > 500_000
    assert len([p for p in rows(portal, c.draft_provisions) if p.explanation]) == 1400


def test_a_short_period_asks_for_its_reason_and_keeps_the_rest(site: Flask, portal: sa.Engine) -> None:
    officer = at_the_desk(site, portal, Role.OFFICER)
    short = {**FIELDS, "closes": "10/01/2026"}
    answer = officer.post("/quan-tri/tham-van/moi", short)
    assert answer.status_code == 422 and "64/2025/QH15" in answer.text and "trạm rửa xe" in answer.text
    assert (
        officer.post("/quan-tri/tham-van/moi", {**short, "short_reason": "Trình tự rút gọn."}).status_code
        == 303
    )


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04x", b"%PDF-1.7", b"hello"])
def test_what_is_no_word_file_is_said_so(site: Flask, portal: sa.Engine, data: bytes) -> None:
    officer = at_the_desk(site, portal, Role.OFFICER)
    base = officer.post("/quan-tri/tham-van/moi", FIELDS).location
    fields = {"csrf_token": officer.token(), "viec": "nhap", "revision": "1", "text": "Đang gõ dở"}
    answer = officer.client.post(base, data={**fields, "file": (io.BytesIO(data), "a.docx")})
    assert answer.status_code == 422 and "Đang gõ dở" in answer.text


def test_a_draft_is_read_as_it_is_written() -> None:
    preamble, read = importing.read_draft("Căn cứ Luật Mẫu;\n" + DRAFT)
    assert preamble == "Căn cứ Luật Mẫu;"
    again = importing.read_draft(importing.as_text(preamble, read))
    assert again == (preamble, read)


def test_a_comment_on_the_desk_from_moderation_to_its_answer(site: Flask, portal: sa.Engine) -> None:
    made = opened(portal)
    sent = send(portal, made, "Gọi 0900 000 000.", letter={"path": "dieu-3", "version": 1, "name": "Bí Mật"})
    officer = at_the_desk(site, portal, Role.OFFICER)
    approver = at_the_desk(site, portal, Role.APPROVER)
    moderator = at_the_desk(site, portal, Role.MODERATOR)
    assert sent.tracking in officer.get(f"/quan-tri/tham-van/{made}/hop-thu").text
    base = f"/quan-tri/gop-y/{sent.comment_id}"
    page = moderator.get(base).text
    assert "05 ngày làm việc" in page and "Bí Mật" in page
    cover = {"step": "redact", "seen": "published", "reason_code": "personal_data"}
    wrong = moderator.post(f"{base}/kiem-duyet", {**cover, "reason": "Có số.", "shown_body": "Khác hẳn."})
    assert wrong.status_code == 422 and "Khác hẳn." in wrong.text
    good = {**cover, "reason": "Có số.", "shown_body": "Gọi […]."}
    assert officer.post(f"{base}/kiem-duyet", good).status_code == 403
    assert moderator.post(f"{base}/kiem-duyet", good).status_code == 303
    public = Browser(site).get(f"/tham-van/{made}").text
    assert "0900" not in public and "Gọi […]." in public and "Bí Mật" not in public
    assert officer.post(f"{base}/giao", {"officer": "999999", "due": ""}).status_code == 422
    assert (
        officer.post(f"{base}/giao", {"officer": str(officer.person.id), "due": "01/02/2026"}).status_code
        == 303
    )  # type: ignore[union-attr]
    assert "quá hạn" in officer.get(f"/quan-tri/tham-van/{made}/hop-thu?xem=cua-toi").text
    assert officer.post(f"{base}/ghi-chu", {"note": "Hỏi Vụ Pháp chế."}).status_code == 303
    assert "Vụ Pháp chế" not in Browser(site).get(f"/tham-van/{made}/y-kien/{sent.comment_id}").text
    reply = {"verdict": "accepted", "text": "Bộ tiếp thu, sửa Điều 3.", "viec": "trinh", "revision": "0"}
    assert officer.post(f"{base}/tra-loi", {**reply, "verdict": ""}).status_code == 422
    assert officer.post(f"{base}/tra-loi", reply).status_code == 303
    assert "sửa Điều 3" not in Browser(site).get(f"/tham-van/{made}").text
    (answer,) = rows(portal, c.answers)
    publish = {"answer": str(answer.id), "revision": str(answer.revision)}
    assert officer.post(f"{base}/cong-bo", publish).status_code == 403
    assert approver.post(f"{base}/cong-bo", publish).status_code == 303
    assert "sửa Điều 3" in Browser(site).get(f"/tham-van/{made}").text
    end(portal, made)
    desk = f"/quan-tri/tham-van/{made}"
    closing = {"revision": revision(approver, desk), "result": "Sửa Điều 3."}
    assert officer.post(f"{desk}/tra-loi-xong", closing).status_code == 403
    assert approver.post(f"{desk}/tra-loi-xong", closing).status_code == 303
    page = Browser(site).get(f"/tham-van/{made}").text
    assert "Bạn nói, chúng tôi làm" in page and "Mọi góp ý đã được trả lời." in page


def test_closing_below_all_needs_the_number(site: Flask, portal: sa.Engine) -> None:
    made = opened(portal)
    send(portal, made)
    end(portal, made)
    approver = at_the_desk(site, portal, Role.APPROVER)
    desk = f"/quan-tri/tham-van/{made}"
    closing = {"revision": revision(approver, desk), "result": "Đang viết dở."}
    for stated in ("", "0", "x", "²"):
        answer = approver.post(f"{desk}/tra-loi-xong", {**closing, "left_open": stated})
        assert answer.status_code == 422 and "Đang viết dở." in answer.text
    assert approver.post(f"{desk}/tra-loi-xong", {**closing, "left_open": "1"}).status_code == 303
    assert "còn 1 góp ý chưa trả lời" in Browser(site).get(f"/tham-van/{made}").text


def test_the_queue_shows_what_waits_and_only_to_its_moderators(site: Flask, portal: sa.Engine) -> None:
    sent = send(portal, opened(portal), proof=False)
    own = at_the_desk(site, portal, Role.MODERATOR)
    other = at_the_desk(site, portal, Role.MODERATOR, ministry="bo-y-duoc-mau")
    assert sent.tracking in own.get("/quan-tri/kiem-duyet").text
    assert sent.tracking not in other.get("/quan-tri/kiem-duyet").text
    assert other.get(f"/quan-tri/gop-y/{sent.comment_id}").status_code == 403


def test_the_table_follows_the_draft(site: Flask, portal: sa.Engine) -> None:
    """By the order of the newest version, not of the letters of its addresses: Điều 10 after Điều 2."""
    first, second = "Điều 1. Trạm rửa xe", "Điều 1. Hiệu lực\nKể từ ngày ký ban hành."
    text = "\n".join([first, *(f"Điều {n}. Tên {n}\nLời văn của điều thứ {n}." for n in range(2, 13))])
    made = opened(portal)
    with portal.begin() as connection:
        store.write_draft(connection, OFFICER, made, 4, provisions(text))
        versions.publish(connection, APPROVER, made, 5)
    for path in ("dieu-10", "dieu-2", None, "dieu-1"):
        send(portal, made, f"Về {path}.", letter={"path": path, "version": 2})
    with portal.begin() as connection:
        store.write_draft(connection, OFFICER, made, 6, provisions(text.replace(first, second)))
    with portal.begin() as connection:
        versions.publish(connection, APPROVER, made, 7)
    answer = Browser(site).get(f"/tham-van/{made}/bang-tong-hop.xlsx")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    said = [str(row[2].value) for row in sheet.iter_rows(min_row=3)]
    assert [line.rpartition("Về ")[2] for line in said] == ["None.", "dieu-2.", "dieu-10.", "dieu-1."]


def test_late_is_told_by_the_day_in_vietnam(portal: sa.Engine) -> None:
    sent = send(portal, made := opened(portal))
    with portal.begin() as connection:
        answers.assign(connection, OFFICER, sent.comment_id, None, dt.date(2031, 3, 1))
        for hour, late in ((16, False), (18, True)):  # in UTC: 23:00 on the day, 01:00 on the next
            with time_machine.travel(dt.datetime(2031, 3, 1, hour, tzinfo=dt.UTC), tick=False):
                assert bool(desk_queries.inbox(connection, made, show="late").rows) is late


def test_the_five_columns(site: Flask, portal: sa.Engine) -> None:
    made = opened(portal)
    send(
        portal, made, '=HYPERLINK("http://x.invalid")', letter={"path": "dieu-3", "version": 1, "name": "Kín"}
    )
    send(
        portal,
        made,
        "Toàn bộ ổn.\x0b",
        sender="organisation",
        letter={"organisation": "Hội Mẫu", "shows": frozenset({"organisation"})},
    )
    answer = Browser(site).get(f"/tham-van/{made}/bang-tong-hop.xlsx")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    table = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert table[0] == [
        "TT",
        "Nội dung dự thảo",
        "Nội dung góp ý",
        "Đơn vị góp ý",
        "Ý kiến giải trình, tiếp thu",
    ]
    assert [line[0] for line in table[1:]] == [1, 2] and table[1][3] == "Hội Mẫu"
    assert table[2][1].startswith("Điều 3") and "=HYPERLINK" in table[2][2]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row) and "Kín" not in str(table)
    document = Document(io.BytesIO(Browser(site).get(f"/tham-van/{made}/bang-tong-hop.docx").data))
    cells = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert cells[0] == table[0] and len(cells) == 3 and all(len(row) == 5 for row in cells)
