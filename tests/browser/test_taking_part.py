"""Stories of taking part in a real browser: business and citizen comment, an officer asks and answers, an
approver publishes, a moderator keeps order. Phone and desk, JavaScript on and off; axe finds nothing."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from schemas import consultation_tables as c
from schemas.consultations import Sender, Verdict
from schemas.database import database_engine
from schemas.migrations import upgrade
from schemas.people import Grant, Person, Role
from schemas.settings import Settings
from schemas.text.normalise import slugify
from tests.browser.conftest import WITHOUT_SCRIPTS, serving
from tests.browser.test_people import look, sign_in
from tests.webapp.consultations.people import content, provisions
from tests.webapp.portal import fill
from webapp.accounts import samples
from webapp.consultations import answers, comments, store
from webapp.consultations.comments import Letter
from webapp.consultations.rows import clock
from webapp.keys import secret_key
from webapp.receipts.keys import signer_of
from webapp.supervise import load_samples

pytestmark = pytest.mark.browser
MINISTRY = slugify(samples.MINISTRY)
WRITER = Person(900_001, "", grants=(Grant(Role.OFFICER),))
OPENER = Person(900_002, "", grants=(Grant(Role.APPROVER),))
LONG = (
    "Dự thảo Nghị định sửa đổi, bổ sung một số điều của các nghị định về điều kiện đầu tư, kinh doanh của "
    "cửa hàng bán lẻ rượu, thuốc lá, thực phẩm đông lạnh và dịch vụ rửa xe, sửa chữa xe máy, cho thuê kho "
    "lạnh, in sao chụp tài liệu thuộc phạm vi quản lý của Bộ Thương nghiệp (mẫu) từ năm 2026 đến năm 2030"
)


class Portal:
    """A running demo with its samples; consultations in any state can be added."""

    def __init__(self, url: str, settings: Settings, database: sa.Engine) -> None:
        self.url, self.settings, self.database = url, settings, database

    def consultation(self, title: str = LONG, *, opened: bool = True) -> int:
        """One that others wrote, submitted, and opened unless told otherwise."""
        with self.database.begin() as connection:
            asked = content(clock(connection) - dt.timedelta(seconds=1), title=title)
            made = store.create(connection, WRITER, MINISTRY, asked, self.settings)
            store.write_draft(connection, WRITER, made, 1, provisions())
            store.submit(connection, WRITER, made, 2)
            if opened:
                store.open_for_comment(connection, OPENER, made, 3)
        return made

    def comment(self, made: int, body: str, *, proof: bool = True) -> int:
        letter = Letter(Sender.ANONYMOUS, "partly", body, path="dieu-3", replacement="Trong 07 ngày.")
        with self.database.begin() as connection:
            key = secret_key(self.settings)
            sent = comments.send(
                connection,
                key,
                made,
                os.urandom(8).hex(),
                letter,
                clock(connection),
                "",
                proof=proof,
                signer=signer_of(self.settings),
            )
        return sent.comment_id

    def answer(self, comment_id: int) -> None:
        """Drafted by another officer and waiting for an approver."""
        with self.database.begin() as connection:
            number = answers.save(connection, WRITER, comment_id, Verdict.PARTLY, "Rút còn 05 ngày.")
            answers.submit(connection, WRITER, number, 1)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    folder: Path = tmp_path_factory.mktemp("taking-part")
    settings = Settings(data_dir=folder, demo=True, proof_cost=200)
    database = database_engine(settings.database)
    upgrade(database)
    fill(database)
    load_samples(settings)
    with serving(settings) as address:
        yield Portal(address, settings, database)
    database.dispose()


def press(tab: Page, name: str | re.Pattern[str], role: str = "button", nth: int = 0) -> None:
    """Press it and wait until the next page is there."""
    exact = isinstance(name, str)
    with tab.expect_navigation(wait_until="load"):
        tab.locator("main").get_by_role(role, name=name, exact=exact).nth(nth).click()  # type: ignore[arg-type]


def says(tab: Page, text: str | re.Pattern[str]) -> None:
    expect(tab.locator("main")).to_contain_text(text, timeout=30_000)


def visit(tab: Page, address: str) -> None:
    tab.goto(address, wait_until="load")
    look(tab)


def fill_in(tab: Page, **values: str) -> None:
    for name, value in values.items():
        tab.locator(f"main #{name}").fill(value)


def test_a_business_comments_on_a_clause_and_follows_it(tab: Page, portal: Portal) -> None:
    made = portal.consultation()
    visit(tab, f"{portal.url}/tham-van")
    with tab.expect_navigation(wait_until="load"):
        tab.locator(f"main a[href='/tham-van/{made}']").first.click()
    look(tab)
    press(tab, re.compile("^Góp ý điều này.*Điều 3"), "link")
    look(tab)
    press(tab, "Xem trước khi gửi")
    says(tab, "chỗ cần sửa")
    look(tab)
    fill_in(tab, replacement="Trong thời hạn 03 ngày làm việc.", body="Cửa hàng nhỏ không chờ lâu được.")
    tab.get_by_label("Tổ chức, doanh nghiệp", exact=True).check()
    fill_in(tab, organisation="Hợp tác xã mẫu", email=f"hop-tac-xa-{made}@thu.example")
    tab.get_by_label("Công khai tên tổ chức").check()
    press(tab, "Xem trước khi gửi")
    says(tab, "Chỉ cơ quan soạn thảo thấy")
    look(tab)
    scripts = tab not in WITHOUT_SCRIPTS
    if scripts:
        says(tab, "Đã sẵn sàng gửi.")
    press(tab, "Gửi góp ý")
    says(tab, "Cần bạn đồng ý")
    look(tab)
    tab.locator("#consent").check()
    if scripts:
        says(tab, "Đã sẵn sàng gửi.")
    press(tab, "Gửi góp ý")
    says(tab, "Cổng đã nhận góp ý của bạn.")
    look(tab)
    follow = tab.url
    visit(tab, f"{portal.url}/tham-van/{made}/y-kien")
    if scripts:  # a browser that did the work is believed; without scripts the address has to be confirmed
        says(tab, "Hợp tác xã mẫu")
    else:
        expect(tab.locator("main")).not_to_contain_text("Hợp tác xã mẫu")
        visit(tab, f"{portal.url}/tai-khoan/hop-thu")
        tab.locator("main li", has_text=f"hop-tac-xa-{made}@").get_by_role("link").click()
        tab.wait_for_load_state()
        with tab.expect_navigation(wait_until="load"):
            tab.locator(".letter a[href*='xac-nhan']").click()
        look(tab)
        tab.locator("main form button").click()
        says(tab, "Đã xác nhận")
        visit(tab, f"{portal.url}/tham-van/{made}/y-kien")
        says(tab, "Hợp tác xã mẫu")
    visit(tab, follow)
    tab.locator("#sure").check()
    press(tab, re.compile("^Rút"))
    says(tab, re.compile("đã rút", re.IGNORECASE))


def test_a_citizen_answers_the_questions_without_a_name(tab: Page, portal: Portal) -> None:
    made = portal.consultation()
    visit(tab, f"{portal.url}/tham-van/{made}")
    press(tab, "Góp ý cả dự thảo", "link")
    look(tab)
    questions = tab.locator("main #cau-hoi")
    questions.get_by_label("Không", exact=True).check()
    questions.locator("input[type=text]").first.fill("Bản sao đã có trên mạng.")
    tab.get_by_label("Không nêu tên").check()
    press(tab, "Xem trước khi gửi")
    says(tab, "Không – Bản sao đã có trên mạng.")
    look(tab)
    scripts = tab not in WITHOUT_SCRIPTS
    tab.locator("#consent").check()
    if scripts:
        says(tab, "Đã sẵn sàng gửi.")
    press(tab, "Gửi góp ý")
    says(tab, "Bản sao đã có trên mạng.")
    look(tab)
    visit(tab, f"{portal.url}/tham-van/{made}/y-kien")
    if scripts:
        says(tab, "Bản sao đã có trên mạng.")
        says(tab, "Người gửi không nêu tên")
    else:  # nobody vouches for it: a moderator looks first
        expect(tab.locator("main")).not_to_contain_text("Bản sao đã có trên mạng.")


def test_an_officer_asks_and_answers(tab: Page, portal: Portal, request: pytest.FixtureRequest) -> None:
    sign_in(tab, portal.url, "can-bo@mau.example")
    visit(tab, f"{portal.url}/quan-tri/tham-van")
    press(tab, "Đợt lấy ý kiến mới", "link")
    look(tab)
    press(tab, "Lưu")
    says(tab, "chỗ cần sửa")
    title = f"Dự thảo Thông tư về trạm rửa xe ({request.node.name})"
    fill_in(tab, title=title, purpose="Để trạm rửa xe nhỏ không phải lập báo cáo hằng quý.")
    fill_in(tab, opens="01/12/2026", closes="31/12/2099", questions="Bỏ báo cáo quý? | Được | Không")
    press(tab, "Lưu")
    look(tab)
    fill_in(tab, text="Điều 1. Phạm vi\nVề trạm rửa xe.\nĐiều 2. Báo cáo\n1. Bỏ báo cáo quý.")
    press(tab, "Xem cổng đọc thế nào")
    says(tab, "Điều 2")
    look(tab)
    press(tab, "Lưu dự thảo")
    look(tab)
    paper = {"name": "Tờ trình.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    tab.locator("#file").set_input_files(paper)  # type: ignore[arg-type]
    press(tab, "Tải lên")
    says(tab, "Tờ trình.pdf")
    press(tab, "Trình mở lấy ý kiến")
    look(tab)
    expect(tab.locator("main").get_by_role("button", name="Mở lấy ý kiến", exact=True)).to_have_count(0)
    # A comment on another consultation is answered.
    made = portal.consultation()
    number = portal.comment(made, "Rút còn 03 ngày vì cửa hàng nhỏ không chờ lâu được. " * 20)
    visit(tab, f"{portal.url}/quan-tri/tham-van/{made}/hop-thu")
    press(tab, re.compile("^GY-"), "link")
    look(tab)
    press(tab, "Lưu và trình công bố")
    expect(tab.locator("main").get_by_role("alert")).to_be_visible()
    tab.get_by_label("Tiếp thu một phần").check()
    fill_in(tab, text="Rút còn 05 ngày làm việc; 03 ngày không đủ để xác minh.")
    press(tab, "Lưu và trình công bố")
    says(tab, "Đang chờ một người duyệt khác công bố.")
    fill_in(tab, note="Đã hỏi Cục Quản lý thị trường (mẫu).")
    press(tab, "Ghi")
    says(tab, "Cục Quản lý thị trường (mẫu)")
    look(tab)
    assert tab.url.endswith(f"/quan-tri/gop-y/{number}")
    visit(tab, f"{portal.url}/quy-dinh")
    press(tab, "Thêm quy định", "link")
    look(tab)
    press(tab, "Lưu")
    says(tab, "chỗ cần sửa")
    look(tab)


def test_an_approver_opens_and_publishes(tab: Page, portal: Portal) -> None:
    made = portal.consultation(opened=False)
    sign_in(tab, portal.url, "nguoi-duyet@mau.example")
    visit(tab, f"{portal.url}/quan-tri/tham-van/{made}")
    press(tab, "Nội dung và dự thảo", "link")
    says(tab, "Trong thời hạn")
    look(tab)
    press(tab, "Về đợt lấy ý kiến", "link")
    press(tab, "Mở lấy ý kiến")
    look(tab)
    press(tab, "Trang công khai", "link")
    says(tab, "Chưa có góp ý nào được công khai.")
    look(tab)
    number = portal.comment(made, "Nên giữ như cũ.")
    portal.answer(number)
    visit(tab, f"{portal.url}/quan-tri/gop-y/{number}")
    press(tab, "Công bố trả lời")
    says(tab, "đã công khai")
    look(tab)
    visit(tab, f"{portal.url}/quan-tri/tham-van/{made}")
    fill_in(tab, closes="31/12/2099")
    press(tab, "Đổi hạn")
    says(tab, "31/12/2099")
    with portal.database.begin() as connection:  # the day comes
        ended = sa.update(c.consultations).where(c.consultations.c.id == made)
        past = clock(connection) - dt.timedelta(seconds=1)
        connection.execute(ended.values(opens_at=past - dt.timedelta(days=30), closes_at=past))
    visit(tab, f"{portal.url}/quan-tri/tham-van/{made}")
    fill_in(tab, result="Thời hạn giải quyết rút còn 05 ngày.")
    press(tab, "Đóng đợt lấy ý kiến")
    visit(tab, f"{portal.url}/tham-van/{made}")
    says(tab, "Mọi góp ý đã được trả lời.")
    says(tab, "Rút còn 05 ngày.")


def test_a_moderator_keeps_order(tab: Page, portal: Portal) -> None:
    made = portal.consultation()
    waiting = portal.comment(made, "Chờ người kiểm duyệt xem.", proof=False)
    shown = portal.comment(made, "Lời lẽ quá đáng về một cán bộ.")
    sign_in(tab, portal.url, "kiem-duyet@mau.example")
    visit(tab, f"{portal.url}/quan-tri/kiem-duyet")
    says(tab, "mới, chờ công khai")
    visit(tab, f"{portal.url}/quan-tri/gop-y/{waiting}")
    press(tab, "Công khai")
    look(tab)
    # A reader reports the other one, the moderator hides it with a reason the sender can read.
    visit(tab, f"{portal.url}/tham-van/{made}/y-kien/{shown}/bao-cao")
    tab.locator("main input[type=radio]").first.check()
    with tab.expect_navigation(wait_until="load"):
        tab.locator("main form button").last.click()
    look(tab)
    visit(tab, f"{portal.url}/quan-tri/gop-y/{shown}")
    if not tab.locator("#reason_code").is_visible():
        tab.locator("summary", has_text="Kiểm duyệt").click()
    tab.locator("#reason_code").select_option("insult")
    press(tab, "Ẩn")  # without saying why
    expect(tab.locator("main").get_by_role("alert")).to_be_visible()
    look(tab)
    if not tab.locator("#reason_code").is_visible():
        tab.locator("summary", has_text="Kiểm duyệt").click()
    tab.locator("#reason_code").select_option("insult")
    fill_in(tab, reason="Xúc phạm cá nhân.")
    press(tab, "Ẩn")
    says(tab, "Xúc phạm cá nhân.")
    visit(tab, f"{portal.url}/tham-van/{made}/y-kien")
    says(tab, "Chờ người kiểm duyệt xem.")
    expect(tab.locator("main")).not_to_contain_text("Lời lẽ quá đáng")


PAGES: dict[str, str] = {
    "plans": "/phuong-an",
    "plan progress": "/phuong-an/tien-do",
    "consultations": "/tham-van",
    "closed ones": "/tham-van?giai_doan=da-tra-loi",
    "tracking": "/tham-van/theo-doi",
    "regulations": "/quy-dinh",
    "own comments": "/tai-khoan/dang-nhap?tiep=/tai-khoan/gop-y",
}


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_this_part_in_the_dark_and_large(browser: Browser, portal: Portal, name: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 900}, color_scheme="dark")
    tab = context.new_page()
    visit(tab, portal.url + PAGES[name])
    tab.evaluate("document.documentElement.style.fontSize = '200%'")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()
