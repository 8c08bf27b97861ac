"""Every address of the site, in both languages, with hostile names in the data."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

import webapp
from schemas.settings import Settings
from webapp import create_app

from .portal import HOSTILE, ScriptedReader, fill


class Elements(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


PAGES = [
    "/",
    "/tim-kiem",
    "/tim-kiem?q=biển+hiệu",
    "/van-ban/12-2030-nd-cp",
    "/van-ban/12-2030-nd-cp?in=1",
    "/van-ban/12-2030-nd-cp?ban=1",
    "/van-ban/12-2030-nd-cp/dieu-2",
    "/van-ban/12-2030-nd-cp/dieu-2/khoan-2/diem-dd",
    "/van-ban/12-2030-nd-cp/chuong-ii",
    "/van-ban/34-2030-tt-btn",
    "/van-ban/34-2030-tt-btn--1003",
    "/van-ban/5-2030-qh16?phan=2",
    "/van-ban/6-2030-qd-ttg",
    "/van-ban/99-2031-nd-cp",
    "/thu-tuc/1.000001",
    "/thu-tuc/1.000002",
    "/dieu-kien",
    "/dieu-kien?q=luat+su",
    "/dieu-kien/12",
    "/thay-doi",
    "/tro-giup",
]
OTHERS = [
    "/tim-kiem.atom?q=x",
    "/tim-kiem.csv?q=x",
    "/thay-doi.atom",
    "/thay-doi.csv",
    "/dieu-kien.csv",
    "/dieu-kien/12.csv",
]


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_page_answers_in_its_language_and_escapes_names(
    client: FlaskClient, prefix: str, address: str
) -> None:
    answer = client.get(prefix + address)
    assert answer.status_code == 200, answer.text
    text = answer.text
    assert f'<html lang="{"en" if prefix else "vi"}"' in text
    assert HOSTILE not in text
    assert "<script>alert" not in text
    elements = Elements()
    elements.feed(text)
    for tag, attributes in elements.found:
        assert not any(name.startswith("on") or name == "style" for name in attributes), tag
        assert tag not in ("script", "style") or "src" in attributes
    assert text.count("<h1") == 1
    assert text.count("<main") == 1
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.integration
def test_every_link_of_the_site_leads_to_a_page(client: FlaskClient, address: str) -> None:
    text = client.get(address).text
    links = set(re.findall(r'href="(/[^"#]*)', text)) - {f"/dieu-kien/{line}" for line in range(3, 300)}
    for link in links:
        answer = client.get(link.replace("&amp;", "&"))
        assert answer.status_code in (200, 301), link


@pytest.mark.parametrize("address", PAGES)
def test_fragments_exist_on_their_page(client: FlaskClient, address: str) -> None:
    text = client.get(address).text
    ids = set(re.findall(r'\sid="([^"]+)"', text))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= ids


@pytest.mark.parametrize("address", PAGES)
def test_english_pages_stay_in_english(client: FlaskClient, address: str) -> None:
    text = client.get("/en" + address).text
    kept = {"/static/", "/api/"}
    for link in re.findall(r'href="(/[^"]*)"', text):
        vietnamese = f'href="{link}" lang="vi"' in text or f'href="{link}">' not in text
        assert link.startswith(("/en", *kept)) or vietnamese, link


@pytest.mark.parametrize("address", OTHERS)
def test_feeds_and_downloads(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    kind = "application/atom+xml" if ".atom" in address else "text/csv"
    assert answer.mimetype == kind


def test_all_pages_on_every_database(database: sa.Engine, settings: Settings) -> None:
    fill(database)
    app: Flask = create_app(settings, ScriptedReader())
    client = app.test_client()
    api = ("/api/v1/documents/12-2030-nd-cp", "/api/v1/conditions", "/api/v1/conditions/12", "/readyz")
    for address in [*PAGES, *OTHERS, *api]:
        assert client.get(address).status_code == 200, address


def test_samples_are_marked_on_the_page_and_on_the_portal(client: FlaskClient) -> None:
    assert "Cổng mẫu" in client.get("/tro-giup").text
    assert "Dữ liệu mẫu" in client.get("/van-ban/99-2031-nd-cp").text
    assert "Dữ liệu mẫu" in client.get("/van-ban/99-2031-nd-cp/dieu-1").text
    assert "Dữ liệu mẫu" in client.get("/thu-tuc/1.000001").text
    assert "Dữ liệu mẫu" not in client.get("/van-ban/12-2030-nd-cp/dieu-3").text


def test_a_procedure_says_what_is_missing(client: FlaskClient) -> None:
    text = client.get("/thu-tuc/1.000002").text
    assert text.count("Chưa công bố") >= 8
    full = client.get("/thu-tuc/1.000001").text
    for words in (
        "15\u00a0ngày làm việc",
        "1.700.000\u00a0đồng",
        "Trực tuyến",
        "Sở Thử nghiệm",
        "mau01.docx",
    ):
        assert words in full
    assert 'href="/van-ban/12-2030-nd-cp"' in full
    assert "chưa có trên cổng này" in full  # the old law is named, not linked


def test_conditions_are_grouped_and_lead_to_their_clause(client: FlaskClient) -> None:
    text = client.get("/dieu-kien/12").text
    assert "2 điều kiện" in text
    assert text.index("Vốn</h2>") < text.index("Địa điểm, cơ sở</h2>")
    assert 'href="/van-ban/12-2030-nd-cp/dieu-2/khoan-1"' in text
    assert "Của ngành khác" not in text
    assert client.get("/dieu-kien/9999").status_code == 404


def test_lines_are_found_without_marks(client: FlaskClient) -> None:
    assert "Hành nghề luật sư" in client.get("/dieu-kien?q=luat+su").text
    assert "Chưa tìm thấy" in client.get("/dieu-kien?q=zzzz").text


def test_nothing_that_people_write_is_taken_for_markup() -> None:
    """The portal accepts no HTML from anybody, so that there is none to sanitise: everything is escaped.

    Whoever marks a value as safe, or turns escaping off, says so here and sanitises it (nh3)."""
    folder = Path(webapp.__file__).parent
    trusted = {
        "templates/receipts/offline.html",  # our own style and script, into the page that is saved
        "csrf.py",  # the hidden field: Markup.format escapes
        "formats.py",  # numbers of documents held together in a text that was escaped before
        "api/views.py",  # marks put around words of a snippet that was escaped before
    }
    risky = re.compile(r"\|\s*safe\b|\bMarkup\(|\{%\s*autoescape|render_template_string|from_string")
    found = {
        path.relative_to(folder).as_posix()
        for suffix in ("*.html", "*.txt", "*.xml", "*.py")
        for path in folder.rglob(suffix)
        if risky.search(path.read_text(encoding="utf-8"))
    }
    assert found == trusted
