"""The result page: what is asked, what is shown, what every state's address is."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from schemas.errors import BadSearch
from schemas.search import NOTES, REASONS, Hit, Jump, SearchRequest, Understood, note
from webapp import wording
from webapp.parameters import KIND_NAMES, pairs, parse_request
from webapp.search import _rows, hit_row, hit_title

from .portal import HOSTILE, ScriptedReader, hit, unavailable


def request_of(client: FlaskClient, reader: ScriptedReader, address: str) -> SearchRequest:
    assert client.get(address).status_code == 200
    return reader.asked[-1]


def test_parameters_become_a_request(client: FlaskClient, reader: ScriptedReader) -> None:
    asked = request_of(
        client,
        reader,
        "/tim-kiem?q=+biển%00+hiệu&loai=Nghị+định&loai=Luật&hieu_luc=het-hieu-luc-toan-bo&dang=dieu-khoan"
        "&nam=2024&ngay=22/11/2026&sap_xep=moi&trang=2&utm_source=x&dung_chu=1",
    )
    assert asked.text == "biển hiệu"
    assert asked.filters == {
        "document_type": ("Nghị định", "Luật"),
        "validity": ("HHL",),
        "kind": ("provision",),
        "year": ("2024",),
    }
    assert asked.on_date and asked.on_date.isoformat() == "2026-11-22"
    assert (asked.sort, asked.page, asked.exact, asked.in_force) == ("newest", 2, True, False)


@pytest.mark.parametrize(
    ("typed", "text", "day"),
    [
        ("hóa đơn vào ngày 1/2/2015", "hóa đơn", "2015-02-01"),
        ("luật nào có hiệu lực tại ngày 01 tháng 02 năm 2015 về thuế", "luật nào về thuế", "2015-02-01"),
        ("thue ap dung ngay 01-02-2015", "thue", "2015-02-01"),
        ("ngay:1.2.2015 phí", "phí", "2015-02-01"),
        ("thuế vào ngày 31/2/2015", "thuế vào ngày 31/2/2015", None),
        ("nộp trước ngày 1/2/2015", "nộp trước ngày 1/2/2015", None),
        ("ban hành vào ngày 1/2/2015", "ban hành vào ngày 1/2/2015", None),
        ("nghị định 15/2018 ngày 2/2/2018", "nghị định 15/2018 ngày 2/2/2018", None),
    ],
)
def test_a_day_can_be_typed(typed: str, text: str, day: str | None) -> None:
    asked = parse_request(MultiDict({"q": typed}))
    assert asked.text == text
    assert (asked.on_date and asked.on_date.isoformat()) == day
    given = parse_request(MultiDict({"q": typed, "ngay": "2020-01-01"}))
    assert given.text == typed and given.on_date == dt.date(2020, 1, 1)


def test_an_agency_has_one_name(client: FlaskClient, reader: ScriptedReader) -> None:
    asked = request_of(
        client, reader, "/tim-kiem?co_quan=Bộ+công+thương&co_quan=Bộ+Công+Thương&co_quan=Toà+x"
    )
    assert asked.filters == {"agencies": ("Bộ Công Thương", "Toà x")}


def test_the_default_view_is_what_binds_today(client: FlaskClient, reader: ScriptedReader) -> None:
    assert request_of(client, reader, "/tim-kiem?q=x").in_force
    assert not request_of(client, reader, "/tim-kiem?q=x&hieu_luc=tat-ca").in_force


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("q", "a" * 501),
        ("nam", "20x4"),
        ("nam", "２０２４"),
        ("hieu_luc", "XYZ"),
        ("dang", "gi-do"),
        ("quy_dinh", "gi-do"),
        ("ngay", "31/02/2026"),
        ("ngay", "hôm qua"),
        ("sap_xep", "ngau-nhien"),
        ("trang", "0"),
        ("trang", "101"),
        ("trang", "-1"),
        ("trang", "²"),
        ("loai", "x" * 301),
    ],
)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_bad_parameters_are_refused_in_words_and_keep_what_was_typed(
    client: FlaskClient, reader: ScriptedReader, prefix: str, name: str, value: str
) -> None:
    query = {"q": f"biển {HOSTILE}", name: value}
    answer = client.get(f"{prefix}/tim-kiem", query_string=query)
    assert answer.status_code == 400
    assert not reader.asked
    assert 'role="alert"' in answer.text
    assert "<script>alert" not in answer.text
    typed = "a" * 501 if name == "q" else "biển &lt;script&gt;"
    assert f'value="{typed}' in answer.text


@given(
    st.builds(
        SearchRequest,
        text=st.sampled_from(["", "biển hiệu", "a&b=c?#", "\u201cđúng\u201d"]),
        filters=st.dictionaries(
            st.sampled_from(["document_type", "agencies", "fields", "business_lines"]),
            st.lists(
                st.text("aă&=+ %đ", min_size=1, max_size=9).filter(str.strip),
                min_size=1,
                max_size=3,
                unique_by=lambda v: " ".join(v.split()),
            ).map(lambda vs: tuple(" ".join(v.split()) for v in vs)),
        ),
        on_date=st.none() | st.dates(),
        sort=st.sampled_from(["newest", "oldest"]),
        page=st.integers(1, 50),
        exact=st.booleans(),
        in_force=st.booleans(),
    )
)
@pytest.mark.integration
def test_every_state_is_an_address_that_gives_it_again(asked: SearchRequest) -> None:
    assert parse_request(MultiDict(pairs(asked))) == asked


@given(st.dictionaries(st.sampled_from([*KIND_NAMES, "q", "trang", "nam", "ngay", "hieu_luc"]), st.text()))
def test_any_parameters_are_read_or_refused(values: dict[str, str]) -> None:
    try:
        parse_request(MultiDict(values))
    except BadSearch as error:
        assert error.parameter in values


def test_filters_are_chips_that_take_themselves_off(client: FlaskClient) -> None:
    text = client.get("/tim-kiem?q=x&hieu_luc=CHL&hieu_luc=HHL1P&co_quan=Bộ+số+7&ngay=2026-11-22").text
    chips = {
        label: link.replace("&amp;", "&")
        for link, label in re.findall(r'class="chip" href="([^"]+)">.*?</span>([^<]+)<', text)
    }
    assert len(chips) == 4
    assert "hieu_luc=CHL" not in chips["Còn hiệu lực"]
    assert "hieu_luc=HHL1P" in chips["Còn hiệu lực"]
    assert "ngay=" not in chips["Hiệu lực ngày 22/11/2026"]
    assert 'value="Bộ số 7" form="search" checked' in text


def test_long_filters_fold_but_chosen_values_stay_open(client: FlaskClient) -> None:
    text = client.get("/tim-kiem?q=x&co_quan=Bộ+số+7").text
    folded = re.findall(r"<details><summary>Thêm.*?</details>", text, re.S)
    assert len(folded) == 1
    assert "Bộ số 6" in folded[0]
    assert "Bộ số 7" not in folded[0]


def test_marks_reasons_and_paging(client: FlaskClient) -> None:
    text = client.get("/tim-kiem?q=x&trang=2").text
    assert "<mark>biển hiệu</mark>" in text
    assert "Vì sao có kết quả này" in text
    assert "<li>Đang có hiệu lực.</li>" in text
    assert "of a later release" not in text
    assert '<b aria-current="page">2</b>' in text
    assert 'rel="next"' in text and 'rel="prev"' in text
    assert 'rel="next"' not in client.get("/tim-kiem?q=x&trang=5").text


def test_jump_choices_and_how_it_was_read(client: FlaskClient, reader: ScriptedReader) -> None:
    jump = Jump("12/2030/NĐ-CP", f"Nghị định {HOSTILE}", "/van-ban/12-2030-nd-cp", validity="CHL")
    reader.jumps = (jump,)
    reader.understood = Understood("biển hiệu", True, (note("restored", "bien hieu", "biển hiệu"),))
    text = client.get("/en/tim-kiem?q=bien+hieu").text
    assert 'href="/en/van-ban/12-2030-nd-cp" lang="vi">Nghị định 12/2030/NĐ-CP</a>' in text
    assert "Searched for “biển hiệu” (diacritics added)." in text
    assert "dung_chu=1" in text
    reader.jumps = (jump, replace(jump, url="/van-ban/x"))
    assert "Có 2 văn bản trùng" in client.get("/tim-kiem?q=12").text


def test_nothing_found_offers_ways_on(client: FlaskClient, reader: ScriptedReader) -> None:
    reader.total, reader.suggestion = 0, "biển báo"
    text = client.get("/tim-kiem?q=biển&loai=Luật").text
    assert "Chưa tìm thấy “biển” với bộ lọc đang chọn." in text
    assert "sap_xep" not in text  # nothing to put in order
    assert "Chưa tìm thấy “biển”." in client.get("/tim-kiem?q=biển").text
    assert "hieu_luc=tat-ca" not in text  # there is nothing either
    assert 'lang="vi">biển báo</a>?' in text


@pytest.mark.parametrize(
    ("documents", "full", "under"),
    [([9], 4, [5]), ([5, 3], 4, [3, 1]), ([4, 1, 1, 1], 4, [3, 0, 0, 0]), ([1] * 9, 9, [0] * 9), ([], 0, [])],
)
def test_few_documents_are_shown_with_more_of_their_hits(
    documents: list[int], full: int, under: list[int]
) -> None:
    rows = list(_rows([[hit(n + 1) for n in range(count)] for count in documents]))
    assert len(rows) == full
    assert [len(row.same) for row in rows if row.same] == [count for count in under if count]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_without_an_index_search_says_so(client: FlaskClient, reader: ScriptedReader, prefix: str) -> None:
    reader.fail = unavailable
    answer = client.get(f"{prefix}/tim-kiem?q=biển+hiệu")
    assert answer.status_code == 503
    assert 'value="biển hiệu"' in answer.text
    assert client.get("/tim-kiem.csv?q=x").status_code == 503
    assert client.get("/api/v1/search?q=x").json == {
        "type": "about:blank",
        "title": "Search unavailable",
        "status": 503,
        "detail": "The index is not ready; try again in a minute.",
    }


def test_the_feed_is_atom(client: FlaskClient) -> None:
    root = ET.fromstring(client.get("/tim-kiem.atom?q=x").data)
    name = "{http://www.w3.org/2005/Atom}"
    assert root.tag == f"{name}feed"
    entries = root.findall(f"{name}entry")
    assert len(entries) == 20
    assert all(entry.findtext(f"{name}id", "").startswith("http") for entry in entries)
    assert HOSTILE.split("'")[0] in entries[0].findtext(f"{name}title", "")


def test_the_download_has_every_row_and_no_formulas(client: FlaskClient, reader: ScriptedReader) -> None:
    reader.total = 250
    rows = list(csv.reader(io.StringIO(client.get("/tim-kiem.csv?q=x").data.decode("utf-8-sig"))))
    assert len(rows) == 251
    assert len({row[0] for row in rows}) == 251
    assert not any(cell[:1] in tuple("=+-@") for row in rows for cell in row)


def test_every_reason_and_note_has_words() -> None:
    # A sentence of their own, a chip, nothing, a count beside a link, a heading.
    shown_elsewhere = {"restored", "today", "on_date"}
    shown_elsewhere |= {"unfiltered", "any_validity", "other_numbers"}
    assert set(wording._REASONS) == set(REASONS)
    assert set(wording._NOTES) | shown_elsewhere == set(NOTES)


def test_completions_as_a_page(client: FlaskClient, reader: ScriptedReader) -> None:
    page = client.get("/goi-y?q=gi%E1%BA%A5y").get_data(as_text=True)
    assert "giấy mẫu" in page and "Thuật ngữ" in page and 'href="/tim-kiem?q=x"' in page
    assert 'href="/en/tim-kiem?q=x"' in client.get("/en/goi-y?q=x").get_data(as_text=True)
    assert client.get("/goi-y").status_code == 200
    assert HOSTILE not in client.get("/goi-y", query_string={"q": HOSTILE}).get_data(as_text=True)


def test_a_page_without_results_shows_ways_on(client: FlaskClient, reader: ScriptedReader) -> None:
    reader.total = 0
    reader.suggestion = "giấy phép"
    reader.understood = Understood("x", notes=(note("unfiltered", "12"), note("any_validity", "3")))
    page = client.get("/tim-kiem?q=x&nam=2020").get_data(as_text=True)
    for piece in ("Có phải bạn tìm", "(12 kết quả)", "(3 kết quả)", "x mẫu", "/goi-y?q=x"):
        assert piece in page, piece


def test_similar_numbers_are_no_hit(client: FlaskClient, reader: ScriptedReader) -> None:
    reader.jumps = (Jump("59/2020/QH14", "Luật Doanh nghiệp", "/van-ban/59-2020-qh14"),)
    reader.understood = Understood("59/2031/QH14", notes=(note("other_numbers"),))
    assert "Không có văn bản nào mang số này" in client.get("/tim-kiem?q=59/2031/QH14").get_data(as_text=True)


def test_what_the_portal_does_not_hold_is_said(client: FlaskClient, reader: ScriptedReader) -> None:
    notes = (note("no_document", "46/2018/NĐ-CP"), note("no_provision", "dieu-15/khoan-2"))
    reader.understood = Understood("k2 đ15 nđ 46/2018", notes=notes)
    page = client.get("/tim-kiem?q=k2+đ15+nđ+46/2018").get_data(as_text=True)
    assert "Trên cổng không có văn bản số “46/2018/NĐ-CP”." in page
    assert "không có “Khoản 2 Điều 15”" in page


def test_typed_filters_are_told_by_their_names(client: FlaskClient, reader: ScriptedReader) -> None:
    reader.understood = Understood(
        "co_quan:btc", notes=(note("filter", "co_quan", "btc", "Bộ Tài chính", "…"),)
    )
    assert "Đã lọc theo cơ quan: Bộ Tài chính" in client.get("/tim-kiem?q=co_quan:btc").get_data(as_text=True)
    reader.understood = Understood("hieu_luc:het", notes=(note("filter", "hieu_luc", "het", "HHL"),))
    page = client.get("/tim-kiem?q=hieu_luc:het").get_data(as_text=True)
    assert "Đã lọc theo tình trạng hiệu lực: Hết hiệu lực." in page


def test_many_mistakes_are_told_once(client: FlaskClient, reader: ScriptedReader) -> None:
    mistakes = (note("corrected", "giaays", "giấy"), note("corrected", "pheps", "phép"))
    reader.understood = Understood("giấy phép", True, mistakes)
    page = client.get("/tim-kiem?q=giaays+pheps").get_data(as_text=True)
    assert "Đã tìm theo “giấy phép”." in page and "Đã đọc" not in page
    reader.understood = Understood("giấy phép", True, mistakes[:1])
    assert "Đã đọc “giaays” là “giấy”." in client.get("/tim-kiem?q=x").get_data(as_text=True)


def test_a_text_without_words_says_so(client: FlaskClient, reader: ScriptedReader) -> None:
    reader.understood = Understood("!!!", notes=(note("no_words"),))
    assert "Không có chữ nào để tìm" in client.get("/tim-kiem?q=!!!").get_data(as_text=True)
    reader.understood = Understood("", notes=(note("no_words"),))
    assert "Không có chữ nào để tìm" not in client.get("/tim-kiem").get_data(as_text=True)


def test_a_search_on_a_day_says_so_and_leads_on_with_the_day(
    client: FlaskClient, reader: ScriptedReader
) -> None:
    page = client.get("/tim-kiem?q=x&ngay=2020-02-03").get_data(as_text=True)
    assert "Chỉ hiện quy định có hiệu lực ngày 03/02/2020" in page
    assert "Chỉ hiện quy định đang áp dụng" not in page
    assert re.search(r'<h2><a href="/van-ban/[^"]+\?ngay=2020-02-03"', page)
    wider = re.search(r'href="([^"]+)">Hiện cả văn bản hết hiệu lực', page)
    assert wider and "ngay" not in wider[1] and "hieu_luc=tat-ca" in wider[1]
    assert "?ngay" not in client.get("/tim-kiem?q=x").get_data(as_text=True)
    law = Jump("59/2020/QH14", "Doanh nghiệp", "/van-ban/59-2020-qh14", document_type="Luật")
    reader.jumps = (law,)
    assert "<p>Luật Doanh nghiệp" in client.get("/tim-kiem?q=59/2020/QH14").get_data(as_text=True)
    page = client.get("/tim-kiem?q=59/2020/QH14&ngay=2020-02-03").get_data(as_text=True)
    assert 'href="/van-ban/59-2020-qh14?ngay=2020-02-03"' in page


@pytest.mark.parametrize(
    ("id_", "kind", "where"),
    [
        ("comment:7", "consultation", "Góp ý cho “Dự thảo”"),
        ("consultation:7", "consultation", "Dự thảo lấy ý kiến · Bộ Y tế · 02/01/2026"),
        ("plan:PA-1", "plan", "Phương án PA-1"),
        ("petition:7", "petition", "Phản ánh, kiến nghị"),
        ("dichvucong:7#1", "condition", "Thủ tục PA-1: Dự thảo"),
    ],
)
def test_a_hit_says_what_it_is(id_: str, kind: str, where: str) -> None:
    hit = Hit(id_, kind, "7", "PA-1", None, "Dự thảo", "", "", "/x", 1.0)
    hit = replace(hit, agencies=("Bộ Y tế",), issue_date=dt.date(2026, 1, 2))
    with Flask(__name__).test_request_context():
        row = hit_row(hit)
    assert row.where.startswith(where) and row.badge is None


def test_a_procedure_is_called_so_once() -> None:
    hit = Hit("a", "procedure", "1", "1.1", None, "Thủ tục đăng ký khai sinh", "", "", "/x", 1.0)
    with Flask(__name__).test_request_context():
        assert hit_title(hit) == "Thủ tục đăng ký khai sinh"
        assert hit_title(replace(hit, title="Đăng ký kết hôn")) == "Thủ tục: Đăng ký kết hôn"


def test_a_condition_is_told_by_its_words() -> None:
    said = "Cơ sở phải có \x02bác sĩ\x03 chịu trách nhiệm chuyên môn, " + "có giấy phép hành nghề " * 3
    hit = Hit("a", "condition", "1", "9/2030/NĐ-CP", "dieu-9", "Quy định", "Điều 9", said, "/x", 1.0)
    with Flask(__name__).test_request_context():
        title = hit_title(hit)
    assert title.startswith("Điều kiện: Cơ sở phải có bác sĩ") and title.endswith("… (Điều 9)")
    assert len(title) < 130


def test_the_cursor_of_the_api_is_read_back(client: FlaskClient, reader: ScriptedReader) -> None:
    cursor = client.get("/api/v1/search?q=x").get_json()["next"]
    asked = request_of(client, reader, f"/tim-kiem?q=x&tiep={cursor}")
    assert (asked.page, asked.generation) == (2, "g1")
    assert client.get("/tim-kiem?q=x&tiep=abc").status_code == 400
    reader.total = 3
    assert client.get("/api/v1/search?q=x").get_json()["next"] is None
