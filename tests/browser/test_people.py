"""Stories of people in a real browser: registering, signing in, one's sessions, granting a role. On a phone
and a desk, with and without JavaScript, and axe finds nothing on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from schemas.database import database_engine
from schemas.migrations import upgrade
from schemas.regulation_tables import ministries
from schemas.settings import Settings
from schemas.text.normalise import slugify
from tests.browser.conftest import WITHOUT_SCRIPTS, serving
from tests.browser.test_site import RULES
from webapp.accounts import samples

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo with the sample people."""
    folder: Path = tmp_path_factory.mktemp("people")
    settings = Settings(data_dir=folder, demo=True)
    engine = database_engine(settings.database)
    upgrade(engine)
    with engine.begin() as connection:
        samples.load(connection)
        rows = [
            {"code": slugify(name), "name": name, "sample": True}
            for name in (samples.MINISTRY, samples.OTHER_MINISTRY)
        ]
        connection.execute(ministries.insert(), rows)
    engine.dispose()
    with serving(settings) as address:
        yield address


def look(tab: Page) -> None:
    """Nothing is wider than the screen, and axe (itself a script) finds nothing."""
    tab.wait_for_load_state()  # a click returns as soon as the new page is there, parsed or not
    size = tab.viewport_size
    assert size and tab.evaluate("document.documentElement.scrollWidth") <= size["width"], tab.url
    if tab in WITHOUT_SCRIPTS:
        return
    results = Axe().run(tab, options=RULES).response["violations"]
    assert not [(v["id"], [node["html"] for node in v["nodes"]]) for v in results], tab.url


def send(tab: Page, button: str) -> None:
    tab.locator("main").get_by_role("button", name=button, exact=True).click()


def sign_in(tab: Page, portal: str, email: str, password: str = samples.PASSWORD) -> None:
    tab.goto(f"{portal}/tai-khoan/dang-nhap")
    tab.get_by_label("E-mail").fill(email)
    tab.get_by_label("Mật khẩu", exact=True).fill(password)
    send(tab, "Đăng nhập")


def test_a_citizen_registers_and_leaves(tab: Page, portal: str, request: pytest.FixtureRequest) -> None:
    email = f"{slugify(request.node.name)}@thu.example"
    tab.goto(f"{portal}/tai-khoan/dang-ky")
    look(tab)
    send(tab, "Gửi đường dẫn")
    assert "Còn một chỗ cần sửa" in tab.locator("#loi").inner_text()
    look(tab)
    tab.get_by_label("E-mail").fill(email)
    send(tab, "Gửi đường dẫn")
    look(tab)
    tab.get_by_role("link", name="Mở hộp thư của cổng mẫu").click()
    look(tab)
    tab.locator("main li", has_text=email).get_by_role("link").click()
    look(tab)
    tab.locator(".letter a").click()
    look(tab)
    tab.get_by_label("Họ và tên").fill("Nguyễn Thị Thử")
    tab.get_by_label("Mật khẩu").fill("con mèo trèo cây cau")
    tab.get_by_label("Tôi đồng ý").check()
    send(tab, "Tạo tài khoản")
    assert "Tài khoản đã sẵn sàng." in tab.locator("main").inner_text()
    look(tab)
    for link in ("Xem và kết thúc các phiên", "Đổi tên", "Đổi địa chỉ", "Đổi mật khẩu"):
        tab.goto(f"{portal}/tai-khoan")
        tab.get_by_role("link", name=link).click()
        look(tab)
    tab.goto(f"{portal}/tai-khoan/xoa")
    look(tab)
    tab.get_by_label("Mật khẩu hiện nay").fill("con mèo trèo cây cau")
    tab.get_by_label("Tôi muốn xóa tài khoản này").check()
    send(tab, "Xóa tài khoản")
    assert "đã được xóa" in tab.locator("main").inner_text()


def test_an_administrator_grants_and_withdraws(tab: Page, portal: str) -> None:
    sign_in(tab, portal, "quan-tri@mau.example", "sai mất rồi")
    assert "E-mail hoặc mật khẩu chưa đúng" in tab.locator("#loi").inner_text()
    look(tab)
    sign_in(tab, portal, "quan-tri@mau.example")
    tab.get_by_role("link", name="Những việc bạn được làm").click()
    look(tab)
    tab.get_by_role("link", name="Người dùng và vai trò").click()
    look(tab)
    tab.get_by_role("link", name="Doanh nghiệp mẫu").click()
    look(tab)
    tab.get_by_label("Vai trò mới").select_option("moderator")
    tab.get_by_label("Ở đâu").select_option(label=samples.OTHER_MINISTRY)
    send(tab, "Giao vai trò")
    assert "Đã giao vai trò." in tab.locator("main").inner_text()
    look(tab)
    tab.get_by_role("button", name=re.compile("^Rút")).click()
    assert "Đã rút vai trò" in tab.locator("main").inner_text()
    tab.get_by_role("link", name="Nhật ký của tài khoản này").click()
    tab.wait_for_load_state()
    assert tab.locator("tbody tr").count() >= 3
    look(tab)


def test_pages_one_may_not_see(tab: Page, portal: str) -> None:
    tab.goto(f"{portal}/quan-tri/nguoi")
    assert "/tai-khoan/dang-nhap?tiep=/quan-tri/nguoi" in tab.url
    tab.get_by_label("E-mail").fill("can-bo@mau.example")
    tab.get_by_label("Mật khẩu", exact=True).fill(samples.PASSWORD)
    send(tab, "Đăng nhập")
    assert tab.url == f"{portal}/quan-tri/nguoi"
    assert "Bạn không có quyền làm việc này" in tab.locator("h1").inner_text()
    look(tab)
    tab.goto(f"{portal}/quan-tri")
    assert "Các đợt tham vấn" in tab.locator("main").inner_text()
    look(tab)
    tab.goto(f"{portal}/en/tai-khoan")
    assert tab.locator("h1").inner_text() == "Your account"
    look(tab)
    send(tab, "Sign out")
    assert "You are signed out." in tab.locator("main").inner_text()


def test_the_header_fits_with_a_long_name(page: Page, portal: str) -> None:
    sign_in(page, portal, "kiem-duyet@mau.example")
    for address in ("/tai-khoan", "/en/tai-khoan"):
        page.goto(portal + address)
        for width in (1200, 1264, 1280, 1366):
            page.set_viewport_size({"width": width, "height": 700})
            right = page.evaluate(
                "document.querySelector('.top .lang:last-child').getBoundingClientRect().right"
            )
            assert right <= width - 32 + 1, (address, width)
