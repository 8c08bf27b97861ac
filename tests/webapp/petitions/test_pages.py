"""Petitions on the site: a citizen sends, follows, rates; officers forward, ask, answer, publish."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from indexer.records_petitions import petition_records
from schemas import petition_tables as p
from schemas import tables as t
from schemas.errors import SearchUnavailable
from schemas.people import Grant, Role
from schemas.search import SearchRequest, SearchResults
from tests.webapp.people import Browser, add_person
from tests.webapp.plans.people import MINISTRY, OTHER, add_ministries
from tests.webapp.portal import ScriptedReader, hit

TYPED = {
    "title": "Xã đòi chứng thực bản sao hợp đồng",
    "body": "Nghị định chỉ ghi bản sao, xã vẫn đòi chứng thực. Đề nghị hướng dẫn thống nhất.",
    "name": "Nguyễn Thị Thử",
    "address": "Xã Mẫu",
    "phone": "0900 000 000",
}


@pytest.fixture
def site(people_app: Flask) -> Flask:
    with people_app.extensions["quydinh"].database.begin() as connection:
        add_ministries(connection)
    return people_app


def officer(site: Flask, *grants: Grant) -> Browser:
    return Browser(site, add_person(site.extensions["quydinh"].database, *grants))


def sent(site: Flask, **more: str) -> tuple[Browser, str]:
    """A citizen's browser and the path of the petition's own page."""
    citizen = Browser(site)
    preview = citizen.post("/phan-anh/gui", {**TYPED, **more})
    assert preview.status_code == 200 and "Xem lại trước khi gửi" in preview.text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', preview.text))
    answer = citizen.post(
        "/phan-anh/gui", {**TYPED, **more, "ban": hidden["ban"], "viec": "gui", "consent": "1"}
    )
    assert answer.status_code == 303
    again = citizen.post(
        "/phan-anh/gui", {**TYPED, **more, "ban": hidden["ban"], "viec": "gui", "consent": "1"}
    )
    assert again.headers["Location"] == answer.headers["Location"]
    return citizen, answer.headers["Location"]


def finds_the_first(request: SearchRequest) -> SearchResults:
    """What the index answers that holds petition 1."""
    found = ScriptedReader(total=1).search(request)
    return replace(found, hits=(hit(1, kind="petition", source_id="1"),))


def test_from_the_form_to_the_published_answer(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    database = site.extensions["quydinh"].database
    citizen, own = sent(site)
    page = citizen.get(own)
    assert "Cổng đã nhận phản ánh" in page.text and "KN-" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    office = officer(site, Grant(Role.OFFICER))
    ours = officer(site, Grant(Role.OFFICER, MINISTRY))
    boss = officer(site, Grant(Role.APPROVER, MINISTRY))
    stranger = officer(site, Grant(Role.OFFICER, OTHER))
    assert "Xã đòi chứng thực" in office.get("/quan-tri/phan-anh").text
    assert "Xã đòi chứng thực" not in ours.get("/quan-tri/phan-anh").text
    desk = "/quan-tri/phan-anh/1"
    assert ours.get(desk).status_code == 403
    assert office.post(desk, {"viec": "ask", "note-ask": "Xã nào?", "revision": 1}).status_code == 303
    assert "Xã nào?" in citizen.get(own).text
    assert citizen.post(own, {"viec": "supply", "note-supply": ""}).status_code == 422
    assert citizen.post(own, {"viec": "supply", "note-supply": "Xã Mẫu"}).status_code == 303
    forward = {"viec": "forward", "ministry": MINISTRY, "note-forward": "Chuyển Bộ."}
    assert office.post(desk, {**forward, "revision": 1}).status_code == 409
    assert office.post(desk, {**forward, "revision": 3}).status_code == 303
    assert stranger.get(desk).status_code == 403
    text = ours.get(desk).text
    assert "Nguyễn Thị Thử" in text and "Xã Mẫu" in text
    answer = {"viec": "answer", "outcome": "explained", "note-answer": "Bản sao thường là đủ.", "revision": 4}
    missing = ours.post(desk, {**answer, "outcome": ""})
    assert missing.status_code == 422 and "Bản sao thường là đủ." in missing.text
    assert ours.post(desk, answer).status_code == 303
    assert citizen.post(own, {"viec": "rate", "rating": "9"}).status_code == 422
    assert citizen.post(own, {"viec": "rate", "rating": "5"}).status_code == 303
    assert Browser(site).get("/phan-anh/1").status_code == 404
    assert ours.post(desk, {"viec": "publish", "revision": 6}).status_code == 403
    assert boss.post(desk, {"viec": "publish", "revision": 6}).status_code == 303
    public = Browser(site).get("/phan-anh/1").text
    assert "Bản sao thường là đủ." in public
    for private in ("Nguyễn Thị Thử", "0900 000 000", "Xã nào?", "KN-"):
        assert private not in public
    listed = Browser(site).get("/phan-anh").text
    assert "Xã đòi chứng thực" in listed and "1 kết quả đã công khai" in listed
    assert "Đã công khai kết quả</span>" in listed
    for elsewhere in ("/phan-anh.atom", "/phan-anh.csv"):
        assert f'href="{elsewhere}"' in listed
        text = Browser(site).get(elsewhere).text
        assert "Xã đòi chứng thực" in text and "Bản sao thường là đủ." in text and "/phan-anh/1" in text
        assert not any(private in text for private in ("Nguyễn Thị Thử", "0900 000 000", "Xã nào?", "KN-"))
    with database.connect() as connection:
        (record,) = petition_records(connection)
        kinds = connection.scalars(sa.select(t.outbox.c.kind).where(t.outbox.c.kind == "petition")).all()
    assert record.url == "/phan-anh/1" and "Nguyễn" not in record.text and kinds
    # The next sender sees it before sending the same again.
    similar = Browser(site).post("/phan-anh/gui", {**TYPED, "title": "xa doi chung thuc ban sao"}).text
    assert "Điều này có thể đã được trả lời" in similar and 'href="/phan-anh/1"' in similar
    # By what was told or answered too, if the index finds it so; what shares few words is left out.
    for title, shown in (("Bản sao thường nộp kèm có đủ không", True), ("Giấy phép lái xe hết hạn", False)):
        monkeypatch.setattr(site.extensions["quydinh"].reader, "search", finds_the_first)
        told = Browser(site).post("/phan-anh/gui", {**TYPED, "title": title}).text
        assert ('href="/phan-anh/1"' in told) is shown

    def fails(request: SearchRequest) -> SearchResults:
        raise SearchUnavailable("no index")

    monkeypatch.setattr(site.extensions["quydinh"].reader, "search", fails)
    assert "Xem lại trước khi gửi" in Browser(site).post("/phan-anh/gui", TYPED).text
    # Another look, and the answer counts as not given.
    assert citizen.post(own, {"viec": "reopen", "note-reopen": "Xã vẫn đòi."}).status_code == 303
    for elsewhere in ("/phan-anh.atom", "/phan-anh.csv"):
        assert "Xã đòi chứng thực" not in Browser(site).get(elsewhere).text
    assert Browser(site).get("/phan-anh/1").status_code == 404


def test_a_form_with_faults_keeps_what_was_typed(site: Flask) -> None:
    citizen = Browser(site)
    answer = citizen.post(
        "/phan-anh/gui", {"title": "Vướng", "body": "ngắn", "phone": "12", "regulation": "X"}
    )
    assert answer.status_code == 422
    for field in ("body", "regulation", "name", "address", "phone"):
        assert f'href="#{field}"' in answer.text, field
    assert 'value="Vướng"' in answer.text and "ngắn" in answer.text
    back = citizen.post("/phan-anh/gui", {**TYPED, "viec": "sua"})
    assert back.status_code == 200 and 'value="Xã Mẫu"' in back.text
    no = citizen.post("/phan-anh/gui", {**TYPED, "ban": "x", "viec": "gui"})
    assert no.status_code == 422 and 'href="#consent"' in no.text


def test_a_sender_without_the_code_finds_nothing(site: Flask) -> None:
    citizen, own = sent(site)
    number, code = own.split("/")[-2:]
    assert citizen.get(f"/phan-anh/{number}/{'0' * 32}").status_code == 404
    wrong = citizen.post("/phan-anh/theo-doi", {"tracking": number, "code": "0" * 32})
    assert wrong.status_code == 422 and "chưa đúng" in wrong.text
    right = citizen.post("/phan-anh/theo-doi", {"tracking": number.lower().replace("-", ""), "code": code})
    assert right.headers["Location"] == own
    assert (
        citizen.post(f"/phan-anh/{number}/{'0' * 32}", {"viec": "withdraw", "sure": "1"}).status_code == 404
    )
    assert citizen.post(own, {"viec": "withdraw"}).status_code == 422
    assert citizen.post(own, {"viec": "withdraw", "sure": "1"}).status_code == 303
    with site.extensions["quydinh"].database.connect() as connection:
        assert connection.execute(sa.select(p.petition_people)).all() == []
    assert citizen.post(own, {"viec": "answer", "note-answer": "x", "outcome": "changed"}).status_code == 400


def test_agencies_set_their_own_limits(site: Flask) -> None:
    """Forwarded on a day; the agency gives itself 7 working days instead of 15."""
    boss = officer(site, Grant(Role.APPROVER, MINISTRY))
    path = "/quan-tri/phan-anh/thoi-han"
    values = {"ministry": MINISTRY, "kind": "handle", "days": "7", "basis": "Quyết định 1/QĐ-MẪU"}
    assert boss.post(path, {**values, "days": "0"}).status_code == 422
    assert boss.post(path, {**values, "ministry": OTHER}).status_code == 403
    assert boss.post(path, values).status_code == 303
    assert "Quyết định 1/QĐ-MẪU" in boss.get(path).text
    assert boss.post(path, {**values, "days": "9"}).status_code == 303
    sent(site)
    office = officer(site, Grant(Role.OFFICER))
    office.post("/quan-tri/phan-anh/1", {"viec": "forward", "ministry": MINISTRY, "revision": 1})
    assert "9 ngày làm việc" in office.get("/quan-tri/phan-anh/1").text


def test_officers_find_petitions_by_number_words_and_regulation(site: Flask) -> None:
    _citizen, own = sent(site)
    number = own.split("/")[2]
    sent(site, title="Cấp phù hiệu xe quá lâu")
    with site.extensions["quydinh"].database.begin() as connection:
        second = connection.scalar(sa.select(sa.func.max(p.petitions.c.id)))
        about = p.petitions.update().where(p.petitions.c.id == second)
        connection.execute(about.values(regulation="9.000117"))
    office = officer(site, Grant(Role.OFFICER))
    office.post(f"/quan-tri/phan-anh/{second}", {"viec": "forward", "ministry": MINISTRY, "revision": 1})
    desk = "/quan-tri/phan-anh"

    def found(query: str, who: Browser = office) -> list[str]:
        page = who.get(f"{desk}?q={query}")
        assert page.status_code == 200
        return re.findall(rf'<h3><a href="{desk}/([0-9]+)"', page.text)

    assert found("chung thuc hop dong") == ["1"] == found(number) == found(number.lower().replace("-", " "))
    assert found("9.000117") == [str(second)] == found("phù hiệu")
    assert found("không có chữ này") == [] == found("!!!")
    assert found("xe", officer(site, Grant(Role.OFFICER, OTHER))) == []
    # Whatever became of them, unless a state is chosen; the filters keep the words.
    refuse = {"viec": "refuse", "reason": "not_a_rule", "note-refuse": "Gửi xã.", "revision": 1}
    office.post(f"{desk}/1", refuse)
    assert found("chung thuc") == ["1"]
    assert found("chung thuc&loc=moi") == []
    page = office.get(f"{desk}?q=chung+thuc").text
    assert f'href="{desk}?q=chung+thuc&amp;loc=moi"' in page and 'value="chung thuc"' in page
    assert office.get(f"{desk}?loc=khac").status_code == 400


def test_the_first_page_tells_what_waits(site: Flask) -> None:
    sent(site)
    office = officer(site, Grant(Role.OFFICER))
    assert "1 phản ánh đang mở" in office.get("/quan-tri").text
    assert "phản ánh đang mở" not in officer(site, Grant(Role.OFFICER, OTHER)).get("/quan-tri").text
    with site.extensions["quydinh"].database.begin() as connection:
        connection.execute(p.petitions.update().values(due_on=dt.date(2020, 1, 2)))
    page = office.get("/quan-tri").text
    assert '<b class="late">1 quá hạn</b> · 1 phản ánh đang mở' in page
    assert "1 overdue" in office.get("/en/quan-tri").text
