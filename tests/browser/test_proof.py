"""Stories of proof and account in a real browser: a citizen sends a petition and follows it, the Government
Office handles it, business and officer work out costs, a receipt is checked offline, a number leads to its
rows. On a phone and a desk, with and without JavaScript, and axe finds nothing on the way."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from schemas.calendar import today
from schemas.database import database_engine
from schemas.migrations import upgrade
from schemas.people import Grant, Role
from schemas.settings import Settings
from tests.browser.conftest import WITHOUT_SCRIPTS, serving
from tests.browser.test_people import look, send, sign_in
from tests.webapp.people import add_person
from tests.webapp.receipts.test_receipts import forged
from webapp.accounts import samples, sessions
from webapp.audit import now
from webapp.consultations import samples as consultation_samples
from webapp.cookies import SESSION
from webapp.petitions import samples as petition_samples
from webapp.plans import samples as plan_samples
from webapp.working_days import vietnam

pytestmark = pytest.mark.browser
FOLDER = Path(__file__).parents[2] / "samples"
OFFICE: dict[str, str] = {}


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo with the sample plans, petitions and consultations."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("proof"), demo=True)
    engine = database_engine(settings.database)
    upgrade(engine)
    with engine.begin() as connection:
        samples.load(connection)
        plan_samples.load(connection, FOLDER, today(now()), vietnam())
    petition_samples.load(engine, settings, FOLDER / "petitions.toml")
    consultation_samples.load(engine, settings, FOLDER / "consultations")
    office = add_person(engine, Grant(Role.OFFICER), Grant(Role.APPROVER), sample=True)
    with engine.begin() as connection:
        OFFICE["cookie"] = sessions.open_session(
            connection, office.id, "password", "", "127.0.0.1", dt.timedelta(hours=1)
        )
    engine.dispose()
    with serving(settings) as address:
        yield address


def test_a_petition_from_the_citizen_to_the_government_office(tab: Page, portal: str) -> None:
    tab.goto(f"{portal}/phan-anh")
    look(tab)
    tab.get_by_role("link", name="Gửi phản ánh, kiến nghị").click()
    look(tab)
    send(tab, "Xem lại trước khi gửi")
    look(tab)
    tab.get_by_label("Vướng mắc, trong một câu").fill("Xã đòi bản sao hợp đồng có chứng thực")
    tab.get_by_label("Kể rõ").fill("Luật chỉ ghi bản sao mà xã vẫn đòi chứng thực, đề nghị hướng dẫn.")
    tab.get_by_label("Họ tên").fill("Nguyễn Thị Thử")
    tab.get_by_label("Địa chỉ").fill("Xã Mẫu")
    tab.get_by_label("Điện thoại").fill("0900 000 000")
    paper = {"name": "hop-dong.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    tab.get_by_label("Tệp kèm theo").set_input_files([paper])  # type: ignore[list-item]
    send(tab, "Xem lại trước khi gửi")
    assert "hop-dong.pdf" in tab.locator("main").inner_text()
    send(tab, "Sửa lại")
    assert tab.get_by_label("hop-dong.pdf").is_visible()
    look(tab)
    send(tab, "Xem lại trước khi gửi")
    assert "Điều này có thể đã được trả lời" in tab.locator("main").inner_text()
    look(tab)
    tab.get_by_label("Tôi đồng ý").check()
    send(tab, "Gửi")
    look(tab)
    own = tab.url
    tracking = own.split("/")[-2]
    tab.context.add_cookies([{"name": SESSION, "value": OFFICE["cookie"], "url": portal}])
    tab.goto(f"{portal}/quan-tri/phan-anh?loc=moi")
    look(tab)
    tab.locator("li", has_text=tracking).get_by_role("link").click()
    look(tab)
    send(tab, "Nhận tệp hop-dong.pdf")
    tab.get_by_label("Cần bổ sung giấy tờ").fill("Cần ảnh chụp yêu cầu của xã.")
    send(tab, "Gửi yêu cầu")
    at_the_desk = tab.url
    tab.context.clear_cookies()
    tab.goto(own)
    look(tab)
    tab.get_by_label("Điều được yêu cầu bổ sung").fill("Gửi kèm ảnh.")
    photo = {"name": "xa.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"}
    tab.get_by_label("Tệp kèm theo").set_input_files([photo])  # type: ignore[list-item]
    send(tab, "Gửi bổ sung")
    assert "xa.png" in tab.locator("main").inner_text()
    assert tab.get_by_role("link", name="hop-dong.pdf").is_visible()
    look(tab)
    tab.context.add_cookies([{"name": SESSION, "value": OFFICE["cookie"], "url": portal}])
    tab.goto(at_the_desk)
    assert tab.get_by_role("link", name="xa.png").is_visible()
    look(tab)
    tab.get_by_label("Cơ quan", exact=True).select_option(index=1)
    send(tab, "Chuyển")
    tab.get_by_label("Kết quả xử lý").select_option(label="Giữ nguyên, giải trình")
    tab.get_by_label("Lời trả lời").fill("Bản sao thường là đủ.")
    send(tab, "Trả lời")
    look(tab)
    tab.goto(f"{portal}/quan-tri/phan-anh/thoi-han")
    look(tab)
    tab.context.clear_cookies()
    tab.goto(own)
    assert "Bản sao thường là đủ." in tab.locator("main").inner_text()
    tab.get_by_label("5", exact=True).check()
    send(tab, "Gửi đánh giá")
    assert "5/5" in tab.locator("main").inner_text()
    look(tab)


def test_a_business_works_out_a_cost(tab: Page, portal: str) -> None:
    tab.goto(f"{portal}/quy-dinh/9.000106")
    look(tab)
    tab.get_by_role("link", name="Tính với số của cơ sở bạn").click()
    look(tab)
    tab.locator("#n0-hours").fill("4")
    tab.locator("#n-times").fill("2")
    send(tab, "Tính")
    assert "Kết quả, từng bước" in tab.locator("main").inner_text()
    look(tab)
    tab.locator("#n0-hours").fill("nhiều")
    send(tab, "Tính")
    assert "Còn một chỗ cần sửa" in tab.locator("#loi").inner_text()
    look(tab)


def test_an_officer_works_out_a_saving(tab: Page, portal: str) -> None:
    sign_in(tab, portal, "can-bo@mau.example")
    tab.goto(f"{portal}/quan-tri/quy-dinh/9.000106/chi-phi")
    look(tab)
    tab.get_by_role("button", name="Chép mọi số của phần “Hiện nay” xuống đây").click()
    tab.locator("#s0-hours").fill("3")
    send(tab, "Tính và xem các bước")
    assert "Tiết kiệm một năm" in tab.locator("main").inner_text()
    look(tab)


def test_a_number_leads_to_its_rows(tab: Page, portal: str) -> None:
    tab.goto(f"{portal}/bang-chi-so")
    look(tab)
    tab.locator("tfoot a").first.click()
    look(tab)
    tab.goto(f"{portal}/bang-chi-so")
    tab.locator("tbody th a").first.click()
    look(tab)


def test_a_receipt_is_checked_here_and_offline(tab: Page, portal: str, tmp_path: Path) -> None:
    tab.goto(f"{portal}/bien-nhan")
    look(tab)
    tab.get_by_label("Hoặc dán nội dung của nó").fill("không phải biên nhận")
    send(tab, "Kiểm tra")
    look(tab)
    tab.goto(f"{portal}/bien-nhan/kiem-tra.html")
    look(tab)
    if tab in WITHOUT_SCRIPTS:
        assert "verify-receipt" in tab.content()
        return
    receipt = _receipt(tab, portal)
    saved = tmp_path / "kiem-tra.html"
    saved.write_text(tab.request.get(f"{portal}/bien-nhan/kiem-tra.html").text(), encoding="utf-8")
    tab.context.set_offline(True)
    tab.goto(saved.as_uri())
    for change, words in (("", "Không thấy gì sai"), ("05", "Biên nhận không đúng")):
        text = json.dumps(receipt, ensure_ascii=False)
        tab.locator("#text").fill(text.replace('"salt": "', f'"salt": "{change}', 1) if change else text)
        tab.locator("#check").click()
        tab.locator("#result h2").wait_for()
        tab.wait_for_function(
            "w => document.querySelector('#result h2').textContent.startsWith(w)", arg=words
        )
    # Somebody else's log and key: sound in itself, and not the portal's.
    tab.locator("#text").fill(json.dumps(forged("GY-0000-0000")))
    tab.locator("#check").click()
    tab.wait_for_function("document.querySelector('#result').textContent.includes('không có trong trang')")
    assert "Biên nhận không đúng" in tab.locator("#result h2").inner_text()
    tab.context.set_offline(False)


def _receipt(tab: Page, portal: str) -> object:
    """The receipt of a comment sent from here."""
    here = re.compile(r"/tham-van/\d+$")
    tab.goto(f"{portal}/tham-van")
    links = [link.get_attribute("href") or "" for link in tab.locator("main a").all()]
    for link in filter(here.search, links):
        tab.goto(f"{portal}{link}/gop-y")
        if tab.locator("#body").count():
            break
    tab.locator("#body").fill("Nên giữ 05 ngày.")
    tab.locator("input[name=sender][value=anonymous]").check()
    send(tab, "Xem trước khi gửi")
    tab.locator("#consent").check()
    send(tab, "Gửi góp ý")
    tab.wait_for_url(re.compile("/tham-van/gop-y/"))
    look(tab)
    return tab.request.get(f"{tab.url}/bien-nhan.json").json()
