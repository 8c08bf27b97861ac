"""The document page and the page of a provision."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from .portal import ScriptedReader, unavailable

DECREE = "/van-ban/12-2030-nd-cp"


def test_each_clause_is_anchored_and_has_its_own_page(client: FlaskClient) -> None:
    text = client.get(DECREE).text
    for path in ("dieu-2", "dieu-2/khoan-1", "dieu-2/khoan-2/diem-dd"):
        assert f'id="{path}"' in text
        assert f'href="{DECREE}/{path}"' in text
        assert client.get(f"{DECREE}/{path}").status_code == 200


def test_citations_lead_to_clauses_held_and_stay_plain_otherwise(client: FlaskClient) -> None:
    text = client.get(DECREE).text
    assert f'<a href="{DECREE}/dieu-3/khoan-1">khoản 1 Điều 3</a>' in text
    assert '<a href="/van-ban/99-2031-nd-cp">Nghị định số 99/2031/NĐ-CP</a>' in text
    assert "77-2029-tt-bxd" not in text
    assert "Điều 9 Thông tư số 77/2029/TT-BXD" in text


def test_the_status_says_since_when_and_by_whom(client: FlaskClient) -> None:
    text = client.get(DECREE).text
    assert "Có hiệu lực từ 01/03/2026; một phần đã hết hiệu lực." in text
    assert 'Được sửa đổi, bổ sung bởi <a href="/van-ban/99-2031-nd-cp">Nghị định 99/2031/NĐ-CP</a>' in text
    bare = client.get("/van-ban/6-2030-qd-ttg").text
    assert "Nguồn chưa ghi tình trạng hiệu lực." in bare
    assert "Nguồn đã gỡ văn bản này" in bare
    assert "Chưa có lời văn" in bare


def test_a_day_says_whether_the_document_bound_and_whose_text_is_shown(client: FlaskClient) -> None:
    before = client.get(f"{DECREE}?ngay=01/02/2026").text
    assert "Ngày 01/02/2026 văn bản này chưa có hiệu lực." in before
    assert "Cổng không giữ lời văn của ngày ấy" in before
    clause = client.get(f"{DECREE}/dieu-2/khoan-1?ngay=2026-04-01").text
    assert "Ngày 01/04/2026 văn bản này có hiệu lực; có phần nay không còn hiệu lực." in clause
    assert "không rõ ngày 01/04/2026" in client.get("/van-ban/6-2030-qd-ttg?ngay=2026-04-01").text
    assert client.get(f"{DECREE}?ngay=hom-qua").status_code == 400
    assert "văn bản này có hiệu lực" not in client.get(DECREE).text


def test_relations_stand_both_ways(client: FlaskClient) -> None:
    text = client.get(DECREE).text
    assert "Được sửa đổi, bổ sung bởi</h3>" in text
    assert "Căn cứ</h3>" in text
    assert "1/1999/QH10" in text  # not held: named, not linked
    assert "Sửa đổi, bổ sung</h3>" in client.get("/van-ban/99-2031-nd-cp").text


def test_an_article_shows_which_changing_document_names_it(client: FlaskClient) -> None:
    assert 'href="/van-ban/99-2031-nd-cp/dieu-1"' in client.get(DECREE).text
    assert "Văn bản sửa đổi nhắc tới điều này" in client.get(f"{DECREE}/dieu-2/khoan-1").text
    assert "Văn bản sửa đổi nhắc tới điều này" not in client.get(f"{DECREE}/dieu-3").text


def test_a_clause_page_shows_only_the_clause_with_its_place(client: FlaskClient) -> None:
    text = client.get(f"{DECREE}/dieu-2/khoan-2").text
    main = text[text.index("<main") :]
    assert "Nộp hồ sơ gồm:" in main
    assert "Bản vẽ mặt bằng" in main
    assert "kèm ảnh chụp." in main
    assert "Có biển hiệu" not in main
    assert "ĐIỀU KIỆN" in main
    assert f'href="{DECREE}/dieu-2/khoan-1"' in main
    assert f'href="{DECREE}/dieu-2/khoan-3"' in main


def test_terms_defined_elsewhere_are_offered(client: FlaskClient) -> None:
    assert "Thuật ngữ dùng ở đây" in client.get(f"{DECREE}/dieu-2").text
    assert "Thuật ngữ dùng ở đây" not in client.get(f"{DECREE}/dieu-1").text


def test_reading_goes_on_without_an_index(client: FlaskClient, reader: ScriptedReader) -> None:
    assert "Điều khoản liên quan" in client.get(f"{DECREE}/dieu-2").text
    reader.fail = unavailable
    answer = client.get(f"{DECREE}/dieu-2")
    assert answer.status_code == 200
    assert "Điều khoản liên quan" not in answer.text


def test_a_doubled_number_lists_the_choices(client: FlaskClient) -> None:
    text = client.get("/van-ban/34-2030-tt-btn/dieu-1").text
    assert 'href="/van-ban/34-2030-tt-btn--1003/dieu-1"' in text
    assert 'href="/van-ban/34-2030-tt-btn--1004/dieu-1"' in text
    assert "Một." in client.get("/van-ban/34-2030-tt-btn--1003").text


@pytest.mark.parametrize(
    ("typed", "led"),
    [
        ("/van-ban/12-2030-nd-cp--1001", "/van-ban/12-2030-nd-cp"),
        ("/van-ban/12/2030/NĐ-CP", "/van-ban/12-2030-nd-cp"),
        ("/van-ban/12-2030-NĐ-CP", "/van-ban/12-2030-nd-cp"),
        ("/van-ban/12-2030-nd-cp/DIEU-2/", "/van-ban/12-2030-nd-cp/dieu-2"),
        ("/en/van-ban/12-2030-nd-cp--1001", "/en/van-ban/12-2030-nd-cp"),
    ],
)
def test_an_address_typed_otherwise_is_led_home(client: FlaskClient, typed: str, led: str) -> None:
    answer = client.get(typed)
    assert (answer.status_code, answer.headers["Location"]) == (301, led)


def test_a_long_document_shows_one_chapter_a_page(client: FlaskClient) -> None:
    pages = [client.get(f"/van-ban/5-2030-qh16?phan={n}").text for n in (1, 2, 3, 4)]
    for number, text in enumerate(pages[:3], 1):
        held = re.findall(r'<article class="art[^"]*" id="dieu-(\d+)"', text)
        assert held == [str(n) for n in range(number * 5 - 4, number * 5 + 1)]
        listed = re.findall(r'<li class="sub"><a href="([^"]+)"', text)
        assert len(listed) == 15  # the whole table of contents on every page
        assert sum(link.startswith("#") for link in listed) == 5
    assert "<table>" in pages[3]
    assert client.get("/van-ban/5-2030-qh16?phan=5").status_code == 400
    whole = client.get("/van-ban/5-2030-qh16?in=1").text
    assert len(re.findall(r'<article class="art', whole)) == 15
    assert "<table>" in whole


def test_a_short_document_is_whole(client: FlaskClient) -> None:
    text = client.get(DECREE).text
    assert "Phần 1 trong" not in text
    assert "Đơn &lt;b&gt;đề nghị&lt;/b&gt;" in text


def test_replaced_versions_can_be_read(client: FlaskClient) -> None:
    assert f'href="{DECREE}?ban=1"' in client.get(DECREE).text
    old = client.get(f"{DECREE}?ban=1").text
    assert "Lời văn cũ." in old
    assert "đã được thay" in old
    assert client.get(f"{DECREE}?ban=7").status_code == 404


@pytest.mark.parametrize("name", ["phan", "ban"])
@pytest.mark.parametrize("value", ["x", "0", "-1", "9" * 30, "１", "1.5"])
def test_bad_numbers_are_refused_in_words(client: FlaskClient, name: str, value: str) -> None:
    answer = client.get(DECREE, query_string={name: value})
    assert answer.status_code in (400, 404)
    assert "<h1" in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/van-ban/13-2030-nd-cp",
        "/van-ban/12-2030-nd-cp/dieu-99",
        "/van-ban/12-2030-nd-cp/dieu-2/khoan-9",
        "/van-ban/12-2030-nd-cb",
    ],
)
def test_a_wrong_address_suggests_the_nearest(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    if "13-2030" not in address:
        assert 'href="/van-ban/12-2030-nd-cp' in answer.text
    else:
        assert 'value="13 2030 nd cp"' in answer.text  # one key press away from a search


def test_a_wrong_procedure_suggests_the_nearest(client: FlaskClient) -> None:
    answer = client.get("/thu-tuc/1.000009")
    assert answer.status_code == 404
    assert 'href="/thu-tuc/1.000001"' in answer.text
