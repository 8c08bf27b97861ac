"""What only a browser can tell: accessibility by axe, overflow, keyboard, dark mode, no JavaScript, print."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

ADDRESSES = {
    "home": "/",
    "results": "/tim-kiem?q=bien+hieu&hieu_luc=CHL&co_quan=B%E1%BB%99+s%E1%BB%91+1",
    "bad": "/tim-kiem?q=x&nam=abc",
    "document": "/van-ban/12-2030-nd-cp",
    "long": "/van-ban/5-2030-qh16?phan=2",
    "annex": "/van-ban/5-2030-qh16?phan=4",
    "choices": "/van-ban/34-2030-tt-btn",
    "clause": "/van-ban/12-2030-nd-cp/dieu-2/khoan-2",
    "procedure": "/thu-tuc/1.000001",
    "lines": "/dieu-kien",
    "line": "/dieu-kien/12",
    "news": "/thay-doi",
    "help": "/tro-giup",
    "data": "/du-lieu",
    "missing": "/van-ban/12-2030-nd-cb",
    "english": "/en/van-ban/12-2030-nd-cp",
    "english results": "/en/tim-kiem?q=bien+hieu",
}
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ADDRESSES)
def test_axe_finds_nothing(page: Page, site: str, name: str, scheme: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(site + ADDRESSES[name])
    for details in page.locator("details").all():
        details.evaluate("element => { element.open = true }")
    results = Axe().run(page, options=RULES)
    found = [
        (v["id"], node["target"], node["failureSummary"])
        for v in results.response["violations"]
        for node in v["nodes"]
    ]
    assert not found


@pytest.mark.parametrize("name", ADDRESSES)
def test_nothing_scrolls_sideways(page: Page, site: str, name: str) -> None:
    page.goto(site + ADDRESSES[name])
    for width in (320, 360, 640, 768, 800, 1019, 1020, 1100, 1199, 1200, 1280, 1600):
        page.set_viewport_size({"width": width, "height": 700})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, width


@pytest.mark.parametrize("name", ["home", "results", "document", "clause", "procedure"])
def test_it_works_at_twice_the_size_of_letters(page: Page, site: str, name: str) -> None:
    """200 % zoom of a 1280 px window is a window of 640 px; text alone at 200 % must not be cut either."""
    page.set_viewport_size({"width": 640, "height": 450})
    page.goto(site + ADDRESSES[name])
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_from_home_to_a_clause_by_keyboard_alone(page: Page, site: str) -> None:
    page.goto(site + "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#noi-dung"
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "q":
            break
    page.keyboard.type("biển hiệu")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tim-kiem?q=*")
    for _ in range(90):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('.hit h2')"):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).backgroundColor")
    assert outline == "rgb(255, 221, 0)"  # the focus is seen
    page.keyboard.press("Enter")
    page.wait_for_url("**/dieu-*")
    assert page.locator("h1").inner_text().startswith("Điều")


def test_everything_works_without_javascript(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(site + "/")
    page.fill("#q", "biển hiệu")
    page.press("#q", "Enter")
    page.wait_for_url("**/tim-kiem?q=*")
    page.click("details.filters > summary")
    page.check("input[name=hieu_luc][value=HHL1P]")
    page.click("button[form=search]")
    page.wait_for_url("**hieu_luc=HHL1P**")
    assert page.locator(".chip").count() == 1
    page.click(".hit h2 a")
    page.wait_for_url("**/dieu-*")
    page.click("details.menu > summary")
    page.click("details.menu a[href='/dieu-kien']")
    page.fill("#q", "luat su")
    page.press("#q", "Enter")
    page.wait_for_url("**/dieu-kien?q=*")
    assert page.locator(".lines li").count() == 1
    assert page.locator("[data-copy]:visible").count() == 0
    context.close()


def test_contents_and_filters_stand_open_on_wide_screens(page: Page, site: str) -> None:
    page.goto(site + ADDRESSES["document"])
    assert page.locator(".toc nav a").first.is_visible()
    assert not page.locator(".toc > summary").is_visible()
    page.set_viewport_size({"width": 360, "height": 800})
    assert not page.locator(".toc nav a").first.is_visible()
    assert page.locator(".toc > summary").is_visible()
    page.goto(site + ADDRESSES["results"])
    assert not page.locator(".facet input").first.is_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.locator(".facet input").first.is_visible()


def test_suggestions_come_while_typing(page: Page, site: str) -> None:
    page.goto(site + "/")
    page.type("#q", "biển")
    choice = page.get_by_role("option", name="biển mẫu")
    choice.wait_for()
    assert page.locator("#q").get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert choice.get_attribute("aria-selected") == "true"
    page.keyboard.press("Escape")
    assert page.get_by_role("option").count() == 0
    assert page.locator("#q").input_value() == "biển"
    page.keyboard.press("ArrowDown")
    choice.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tim-kiem?q=x")


def test_the_list_of_lines_narrows_while_typing(page: Page, site: str) -> None:
    page.goto(site + "/dieu-kien")
    page.type("#q", "luat su")
    page.wait_for_function("document.querySelectorAll('.lines li:not([hidden])').length === 1")
    assert page.locator("#count").inner_text() == "1 ngành nghề"


def test_print_leaves_out_what_cannot_be_used_on_paper(page: Page, site: str) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(site + ADDRESSES["document"] + "?in=1")
    for name in (".top", ".foot", ".toc", ".actions"):
        assert not page.locator(name).first.is_visible()
    assert page.locator("#dieu-2").is_visible()
    colour = page.evaluate("getComputedStyle(document.querySelector('.law p')).color")
    assert colour in ("rgb(18, 24, 27)", "rgb(0, 0, 0)")
    # No address after a link: a clause's number is one, and stands in a narrow column.
    for link in page.locator("main a[href]").all():
        assert link.evaluate("element => getComputedStyle(element, '::after').content") in ("none", "normal")


def test_high_contrast_tells_the_current_part_and_frames_badges(browser: Browser, site: str) -> None:
    """With the system's few colours no ground is left to tell things apart."""
    context = browser.new_context(forced_colors="active", viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    opened.goto(site + ADDRESSES["results"])
    lines = {
        name: opened.locator(selector).first.evaluate("e => getComputedStyle(e).borderBottomColor")
        for name, selector in (
            ("current", ".menu a[aria-current]"),
            ("other", ".menu nav a:not([aria-current])"),
            ("badge", ".badge"),
        )
    }
    paper = opened.evaluate("getComputedStyle(document.body).backgroundColor")
    assert lines["other"] == paper and lines["current"] != paper and lines["badge"] != paper
    context.close()


def test_the_font_is_ours_and_nothing_comes_from_elsewhere(page: Page, site: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site + ADDRESSES["document"])
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.fonts.check('17px \"Be Vietnam Pro\"', 'Điều')")
    assert all(address.startswith(site) for address in asked)
