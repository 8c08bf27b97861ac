"""Commenting as a browser does it: form, preview, sending, following, withdrawing."""

from __future__ import annotations

import base64
import html
import io
import json
import re
import zipfile
from typing import Any

import pytest
import sqlalchemy as sa
from altcha import v1 as altcha
from docx import Document
from flask import Flask
from markupsafe import escape

from indexer.records_participation import comment_records
from schemas import consultation_tables as c
from schemas.consultations import Question
from schemas.people import Grant, Role
from tests.webapp.people import Browser, add_person, letters, link_in
from webapp.consultations import attachments

from .people import MINISTRY, end, opened

HOSTILE = "<script>alert(1)</script> & \"q\" 'x'"
TYPED = {
    "stance": "partly",
    "body": "Nên giữ thời hạn 05 ngày.",
    "sender": "individual",
    "name": "Người Gửi Mẫu",
    "place": "Sơn La",
    "show_place": "1",
}


def rows(database: sa.Engine, table: sa.Table) -> list[Any]:
    with database.connect() as connection:
        return list(connection.execute(sa.select(table)))


class Sender(Browser):
    """A browser that comments."""

    def begin(self, made: int, path: str = "", **typed: str) -> Any:
        base = f"/tham-van/{made}/gop-y"
        assert self.get(f"{base}?dieu={path}").status_code == 200
        return self.post(base, {**TYPED, "dieu": path, "version": "1", **typed})

    def preview(self, made: int, path: str = "") -> dict[str, str]:
        """The fields of the preview's form, unticked."""
        page = self.get(f"/tham-van/{made}/gop-y/xem-truoc?dieu={path}").text
        found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
        found["proof"] = html.unescape(re.search(r'data-proof="([^"]+)"', page)[1])  # type: ignore[index]
        assert "checked" not in page
        return found

    def send(self, made: int, path: str = "", *, solve: bool = True, consent: str = "1", **more: str) -> Any:
        fields = self.preview(made, path)
        made_for = fields.pop("proof")
        if solve:
            fields["altcha"] = solution(made_for)
        return self.post(f"/tham-van/{made}/gop-y/gui?dieu={path}", {**fields, "consent": consent, **more})


def solution(challenge: str) -> str:
    """What a browser would compute."""
    asked = json.loads(challenge)
    found = altcha.solve_challenge(asked["challenge"], asked["salt"], "SHA-256", asked["maxnumber"])
    assert found
    answer = {k: asked[k] for k in ("algorithm", "challenge", "salt", "signature")} | {"number": found.number}
    return base64.b64encode(json.dumps(answer).encode()).decode()


def test_from_the_list_to_the_answer_page(site: Flask, portal: sa.Engine) -> None:
    made = opened(portal)
    sender = Sender(site)
    assert "bán lẻ rượu" in sender.get("/tham-van").text
    page = sender.get(f"/tham-van/{made}").text
    assert "Góp ý điều này" in page and f"/tham-van/{made}/gop-y?dieu=dieu-2" in page
    answer = sender.begin(made, "dieu-3", replacement="Trong thời hạn 03 ngày làm việc.")
    assert answer.status_code == 303 and "xem-truoc" in answer.location
    preview = sender.get(answer.location).text
    assert "<del>" in preview and "<ins>" in preview and "Sơn La" in preview
    assert "Chỉ cơ quan soạn thảo thấy" in preview
    answer = sender.send(made, "dieu-3")
    assert answer.status_code == 303
    own = sender.get(answer.location)
    assert "GY-" in own.text and own.headers["Referrer-Policy"] == "same-origin"
    (row,) = rows(portal, c.comments)
    assert row.state == "published" and row.proof and row.verification == "none"
    public = sender.get(f"/tham-van/{made}").text
    assert "Nên giữ thời hạn 05 ngày." in public and "Người Gửi Mẫu" not in public and "Sơn La" in public
    assert "Nên giữ thời hạn" in sender.get(f"/tham-van/{made}/y-kien?dieu=dieu-3").text
    assert "Nên giữ thời hạn" not in sender.get(f"/tham-van/{made}/y-kien?dieu=dieu-1").text
    assert "Nên giữ thời hạn" in sender.get(f"/tham-van/{made}/y-kien/{row.id}").text


def test_answers_to_questions_are_read_by_everybody(site: Flask, portal: sa.Engine) -> None:
    """Also where nothing else was said; a moderator who covers a part covers all their words."""
    asked = [
        Question(text="Bỏ bản sao có gây khó không?", choices=("Có", "Không")),
        Question(text="Mất bao lâu?"),
    ]
    made = opened(portal, questions=asked)
    first, second = (row.id for row in rows(portal, c.consultation_questions))
    sender = Sender(site)
    said = {f"q{first}": "1", f"q{second}_more": "Hai ngày, gọi 0900 000 000."}
    sender.begin(made, body="", stance="", **said)
    assert "Hai ngày" in sender.get(f"/tham-van/{made}/gop-y/xem-truoc").text
    own = sender.send(made).location
    (row,) = rows(portal, c.comments)
    moderator, officer = (
        Browser(site, add_person(portal, Grant(role, MINISTRY))) for role in (Role.MODERATOR, Role.OFFICER)
    )
    desk, public = f"/quan-tri/gop-y/{row.id}", f"/tham-van/{made}/y-kien"
    table = f"/tham-van/{made}/bang-tong-hop.docx"

    def everywhere() -> list[str]:
        document = Document(io.BytesIO(Browser(site).get(table).data))
        cells = " ".join(cell.text for cell in document.tables[0].rows[1].cells)
        with portal.connect() as connection:
            (record,) = comment_records(connection)
        api = Browser(site).get(f"/api/v1/consultations/{made}/comments").json["comments"][0]["said"]
        pages = [Browser(site).get(path).text for path in (public, f"{public}/{row.id}", f"/tham-van/{made}")]
        return [*pages, cells, str(api), record.text]

    assert all("Hai ngày, gọi 0900 000 000." in text for text in everywhere())
    assert all("Không" in text for text in everywhere()[:-1])
    for page in (officer.get(desk).text, moderator.get(desk).text, sender.get(own).text):
        assert "Mất bao lâu?" in page and "Hai ngày" in page
    assert "Chỉ trả lời câu hỏi của Bộ" in officer.get(f"/quan-tri/tham-van/{made}/hop-thu").text
    cover = {"step": "redact", "seen": "published", "reason_code": "personal_data", "reason": "Có số."}
    assert moderator.post(f"{desk}/kiem-duyet", cover).status_code == 303
    assert not [text for text in everywhere() if "0900" in text]
    assert "[…]" in Browser(site).get(public).text and "0900" in sender.get(own).text
    assert "0900" in officer.get(desk).text


def test_sent_twice_is_one_comment_with_one_address(site: Flask, portal: sa.Engine) -> None:
    made = opened(portal)
    sender = Sender(site)
    sender.begin(made)
    fields = sender.preview(made)
    fields["altcha"] = solution(fields.pop("proof"))
    first, second = (sender.post(f"/tham-van/{made}/gop-y/gui", {**fields, "consent": "1"}) for _ in range(2))
    assert first.location == second.location and len(rows(portal, c.comments)) == 1


def test_without_consent_nothing_is_sent_and_all_is_kept(site: Flask, portal: sa.Engine) -> None:
    made = opened(portal)
    sender = Sender(site)
    sender.begin(made)
    answer = sender.send(made, consent="")
    assert answer.status_code == 422 and "Nên giữ thời hạn 05 ngày." in answer.text
    assert rows(portal, c.comments) == []


def test_what_was_typed_survives_errors_and_leaving(site: Flask, portal: sa.Engine) -> None:
    made = opened(portal)
    sender = Sender(site)
    answer = sender.begin(made, sender="", name="", body=HOSTILE, email="sai")
    assert answer.status_code == 422 and str(escape(HOSTILE)) in answer.text
    assert 'aria-invalid="true"' in answer.text and "<script>alert" not in answer.text
    again = sender.get(f"/tham-van/{made}/gop-y").text
    assert "&lt;script&gt;" in again and "sai" in again
    other = Sender(site).get(f"/tham-van/{made}/gop-y").text
    assert "&lt;script&gt;" not in other


def test_a_signed_out_sender_finds_the_draft_again(site: Flask, portal: sa.Engine) -> None:
    from tests.webapp.people import add_person

    made = opened(portal)
    sender = Sender(site, add_person(portal))
    sender.begin(made, body="Đang viết dở.", sender="")
    sender.post("/tai-khoan/dang-xuat")
    assert "Đang viết dở." in sender.get(f"/tham-van/{made}/gop-y").text


def test_late_is_late_and_the_words_come_back(site: Flask, portal: sa.Engine) -> None:
    made = opened(portal)
    sender = Sender(site)
    sender.begin(made)
    fields = sender.preview(made)
    fields["altcha"] = solution(fields.pop("proof"))
    end(portal, made)
    answer = sender.post(f"/tham-van/{made}/gop-y/gui", {**fields, "consent": "1"})
    assert answer.status_code == 409 and "Nên giữ thời hạn 05 ngày." in answer.text
    assert rows(portal, c.comments) == []
    assert sender.get(f"/tham-van/{made}/gop-y").status_code == 409


def test_without_javascript_it_waits_for_the_address(site: Flask, portal: sa.Engine) -> None:
    made = opened(portal)
    sender = Sender(site)
    sender.begin(made, email="nguoi.gui@mau.example")
    answer = sender.send(made, solve=False)
    assert "chờ xác nhận" in sender.get(answer.location).text
    assert "Nên giữ" not in Browser(site).get(f"/tham-van/{made}").text
    (letter,) = letters(portal, "nguoi.gui@mau.example")
    link = link_in(letter)
    assert Browser(site).get(link).status_code == 200  # a mail program opens it: nothing happens
    assert rows(portal, c.comments)[0].state == "submitted"
    reader = Browser(site)
    assert "Đã xác nhận" in reader.post(link).text
    assert reader.post(link).status_code == 404
    assert "Nên giữ" in Browser(site).get(f"/tham-van/{made}").text


@pytest.mark.parametrize("what", ["other form", "replayed", "tampered", "expired", "garbage"])
def test_a_proof_counts_once_for_one_form(
    site: Flask, portal: sa.Engine, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = opened(portal)
    first, sender = Sender(site), Sender(site)
    first.begin(made)
    foreign = solution(first.preview(made)["proof"])
    sender.begin(made, body="Một ý khác.")
    fields = sender.preview(made)
    own = solution(fields.pop("proof"))
    if what == "replayed":
        with portal.begin() as connection:
            signature = json.loads(base64.b64decode(own))["signature"]
            from webapp.consultations import challenge

            assert challenge.spend(connection, signature)
    if what == "expired":
        import time

        later = time.time() + 3 * 3600
        monkeypatch.setattr("altcha.v1.time.time", lambda: later)
    read = json.loads(base64.b64decode(own))
    read["salt"] = read["salt"].replace("expires=1", "expires=9")
    tampered = base64.b64encode(json.dumps(read).encode()).decode()
    sent = {"other form": foreign, "tampered": tampered, "garbage": "e30=é"}.get(what, own)
    answer = sender.post(f"/tham-van/{made}/gop-y/gui", {**fields, "altcha": sent, "consent": "1"})
    assert answer.status_code == 303
    assert [(row.proof, row.state) for row in rows(portal, c.comments)] == [(False, "submitted")]


def test_words_changed_after_the_preview_are_shown_again(site: Flask, portal: sa.Engine) -> None:
    made = opened(portal)
    sender = Sender(site)
    sender.begin(made)
    fields = sender.preview(made)
    sender.begin(made, body="Đã đổi ở thẻ khác.")
    answer = sender.post(f"/tham-van/{made}/gop-y/gui", {**fields, "consent": "1"})
    assert answer.status_code == 422 and "Đã đổi ở thẻ khác." in answer.text
    assert rows(portal, c.comments) == []


def test_another_browser_cannot_send_or_see_a_draft(site: Flask, portal: sa.Engine) -> None:
    made = opened(portal)
    sender, other = Sender(site), Sender(site)
    sender.begin(made)
    fields = sender.preview(made)
    fields.pop("csrf_token")
    answer = other.post(f"/tham-van/{made}/gop-y/gui", {**fields, "consent": "1"})
    assert answer.status_code == 303 and answer.location.endswith("/gop-y")
    assert rows(portal, c.comments) == []


def test_the_senders_page_needs_the_code(site: Flask, portal: sa.Engine) -> None:
    made = opened(portal)
    sender = Sender(site)
    sender.begin(made)
    address = sender.send(made).location
    number, code = address.split("/")[-2:]
    stranger = Browser(site)
    wrong = code[:-1] + ("1" if code.endswith("0") else "0")
    assert stranger.get(f"/tham-van/gop-y/{number}/{wrong}").status_code in (404, 429)
    assert stranger.post(f"/tham-van/gop-y/{number}/{'0' * 32}/rut", {"sure": "1"}).status_code == 404
    typed = {"tracking": number.lower().replace("-", " "), "code": f" {code.upper()} "}
    assert stranger.post("/tham-van/theo-doi", typed).location == address
    assert stranger.post("/tham-van/theo-doi", {"tracking": number, "code": "x"}).status_code == 422
    assert sender.post(f"{address}/rut").status_code == 422
    assert sender.post(f"{address}/rut", {"sure": "1"}).status_code == 303
    assert rows(portal, c.comment_people) == []
    assert "Nên giữ" not in stranger.get(f"/tham-van/{made}").text


def test_reports_and_claims(site: Flask, portal: sa.Engine) -> None:
    made = opened(portal)
    sender = Sender(site)
    sender.begin(made)
    sender.send(made)
    (row,) = rows(portal, c.comments)
    base = f"/tham-van/{made}/y-kien/{row.id}"
    assert sender.post(f"{base}/bao-cao").status_code == 422
    for _ in range(2):
        assert sender.post(f"{base}/bao-cao", {"reason": "insult"}).status_code == 200
    assert sender.post(f"{base}/khong-phai-toi", {"name": "A"}).status_code == 422
    claim = {"name": "Người Gửi Mẫu", "contact": "a@mau.example"}
    assert sender.post(f"{base}/khong-phai-toi", claim).status_code == 200
    assert len(rows(portal, c.comment_reports)) == len(rows(portal, c.comment_claims)) == 1


# ---------------------------------------------------------------- files


def office(part: str, *more: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name in ("[Content_Types].xml", part, *more):
            file.writestr(name, "x")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"%PDF-1.7\n", ".pdf"),
        (b"\x89PNG\r\n\x1a\n....", ".png"),
        (b"\xff\xd8\xff\xe0", ".jpg"),
        (office("word/document.xml"), ".docx"),
        (office("xl/workbook.xml"), ".xlsx"),
        (office("word/document.xml", "word/vbaProject.bin"), None),
        (office("META-INF/MANIFEST.MF"), None),
        (b"PK\x03\x04 not a zip", None),
        (b"MZ\x90\x00", None),
        (b"<html><script>", None),
        (b"GIF89a", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"", None),
    ],
)
def test_files_are_what_their_bytes_say(data: bytes, expected: str | None) -> None:
    assert attachments.kind(data) == expected


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\x\\báo cáo.exe", "báo cáo.pdf"),
        ("a\u202efdp.exe", "a fdp.pdf"),
        ('x"; filename=y.html', "x ; filename=y.pdf"),
        ("....", "tep.pdf"),
    ],
)
def test_names_of_files_are_made_harmless(name: str, safe: str) -> None:
    assert attachments.safe_name(name, ".pdf") == safe


def upload(sender: Sender, made: int, data: bytes, name: str) -> Any:
    sender.get(f"/tham-van/{made}/gop-y")
    fields = {**TYPED, "version": "1", "viec": "tep", "csrf_token": sender.token()}
    return sender.client.post(f"/tham-van/{made}/gop-y", data={**fields, "file": (io.BytesIO(data), name)})


def test_a_file_waits_in_quarantine_and_leaves_as_a_download(site: Flask, portal: sa.Engine) -> None:
    made = opened(portal)
    sender = Sender(site)
    assert upload(sender, made, b"%PDF-1.7 x", "../a.html").status_code == 303
    refused = upload(sender, made, b"<html>", "b.pdf")
    assert refused.status_code == 422 and "Nên giữ thời hạn" in refused.text
    sender.send(made)
    (file,) = rows(portal, c.attachments)
    address = f"/tham-van/{made}/tep/{file.id}"
    assert file.state == "quarantined" and sender.get(address).status_code == 404
    with portal.begin() as connection:
        attachments.settle(connection, file.id, "clean", "thử")
    answer = sender.get(address)
    assert answer.status_code == 200 and answer.data == b"%PDF-1.7 x"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=a.pdf")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    with portal.begin() as connection:
        connection.execute(sa.update(c.comments).values(state="hidden"))
    assert sender.get(address).status_code == 404


def test_too_large_a_file_is_refused_before_it_is_kept(site: Flask, portal: sa.Engine) -> None:
    made = opened(portal)
    answer = upload(Sender(site), made, b"%PDF-" + b"x" * (10 << 20), "a.pdf")
    assert answer.status_code in (413, 422) and rows(portal, c.attachments) == []


# ---------------------------------------------------------------- reading


def test_what_is_not_open_is_not_there(site: Flask, portal: sa.Engine) -> None:
    from webapp.consultations import store
    from webapp.consultations.rows import clock

    from .people import MINISTRY, OFFICER, SETTINGS, content, provisions

    with portal.begin() as connection:
        made = store.create(connection, OFFICER, MINISTRY, content(clock(connection)), SETTINGS)
        store.write_draft(connection, OFFICER, made, 1, provisions())
    browser = Browser(site)
    for path in ("", "/gop-y", "/y-kien", ".ics", "/tep/1", "/gop-y/xem-truoc"):
        assert browser.get(f"/tham-van/{made}{path}").status_code == 404
    assert browser.post(f"/tham-van/{made}/gop-y", TYPED).status_code == 404
    assert "bán lẻ rượu" not in browser.get("/tham-van").text


def test_the_calendar_folds_lines_and_names_the_last_day(site: Flask, portal: sa.Engine) -> None:
    made = opened(portal)
    answer = Browser(site).get(f"/tham-van/{made}.ics")
    assert answer.mimetype == "text/calendar"
    assert all(len(line.encode()) <= 75 for line in answer.text.split("\r\n"))
    unfolded = answer.text.replace("\r\n ", "")
    assert "SUMMARY:Hết hạn góp ý: Dự thảo Nghị định" in unfolded and "DTSTART;VALUE=DATE:" in unfolded


@pytest.mark.parametrize(
    "query", ["trang=0", "trang=-1", "trang=x", "trang=²", "giai_doan='", "q=%00'", "bo=x"]
)
@pytest.mark.integration
def test_lists_bear_any_parameters(site: Flask, portal: sa.Engine, query: str) -> None:
    made = opened(portal)
    for path in ("/tham-van", "/tham-van.atom", f"/tham-van/{made}/y-kien", f"/tham-van/{made}"):
        assert Browser(site).get(f"{path}?{query}&nhom=²&dieu=%25&ban=9").status_code == 200


def test_english_is_there_too(site: Flask, portal: sa.Engine) -> None:
    made = opened(portal)
    for path in ("/tham-van", f"/tham-van/{made}", f"/tham-van/{made}/gop-y", "/tham-van/theo-doi"):
        assert Browser(site).get(f"/en{path}").status_code == 200
