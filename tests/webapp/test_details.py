"""Law and decree side by side: on the pages, beside search results, in the API."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from schemas import tables as t
from schemas.database import database_engine
from schemas.settings import Settings
from webapp.details import detail_lines, detail_notes, detail_rows, without_details
from webapp.queries.details import Details, Linked, of_document, of_places
from webapp.queries.documents import Reference

from .portal import AMENDING, DECREE, LONG, fill

DAY = dt.date(2026, 11, 20)
ARTICLE = ("vbpl", "1001", "dieu-3")


@pytest.fixture(scope="module")
def connection(portal_settings: Settings) -> sa.Connection:
    return database_engine(portal_settings.database).connect()


def linked(number: str = "31/2021/NĐ-CP", path: str = "dieu-5", until: dt.date | None = None) -> Linked:
    reference = Reference(7, "7", number, "Nghị định", "Về chợ", "CHL", None, None, False)
    return Linked(reference, path, "cited", (None, until))


def test_both_directions_with_one_statement(connection: sa.Connection) -> None:
    statements: list[str] = []
    sa.event.listen(connection, "before_cursor_execute", lambda *args: statements.append(args[2]))
    found = of_places(connection, [ARTICLE, ("vbpl", "1005", "dieu-7"), ("vbpl", "1005", "dieu-8")])
    assert len(statements) == 1
    assert {end.reference.number for end in found[ARTICLE].detailed_by} == {"34/2030/TT-BTN"}
    assert len(found[ARTICLE].detailed_by) == 2  # the document that was withdrawn is not there
    assert [(end.reference.id, end.path) for end in found[ARTICLE].details] == [(LONG, "dieu-7")]
    assert [end.reference.id for end in found["vbpl", "1005", "dieu-7"].detailed_by] == [DECREE]
    assert ("vbpl", "1005", "dieu-8") not in found
    assert of_document(connection, LONG).keys() == {"dieu-7"}
    assert of_places(connection, []) == {}


def test_on_either_database(database: sa.Engine) -> None:
    fill(database)
    with database.connect() as connection:
        found = of_places(connection, [ARTICLE, ("vbpl", "1005", "dieu-7")])
        assert found.keys() == {ARTICLE, ("vbpl", "1005", "dieu-7")}
        assert of_document(connection, DECREE).keys() == {"dieu-3"}


def test_what_a_document_as_a_whole_details_stands_for_its_articles(database: sa.Engine) -> None:
    fill(database)
    row = {
        "document_id": AMENDING, "provision": "", "target_document_id": LONG, "target_provision": "dieu-9",
        "evidence": "only", "strength": 1.0,
    }  # fmt: skip
    place = ("vbpl", "1002", "dieu-1")
    with database.begin() as connection:
        connection.execute(t.details.insert(), row)
        (end,) = of_places(connection, [place])[place].details
        assert (end.reference.id, end.path) == (LONG, "dieu-9")
        connection.execute(t.details.update().where(t.details.c.provision == "").values(evidence="whole"))
        assert of_places(connection, [place]) == {}


def test_what_has_expired_is_not_offered() -> None:
    old, new = linked("1/2010/NĐ-CP", until=DAY), linked()
    details = Details((old, new), (old,))
    assert details.in_force(DAY) == Details((new,), ())
    assert details.in_force(DAY - dt.timedelta(days=1)) == details


def test_lines_beside_a_hit(app: Flask) -> None:
    with app.test_request_context("/tim-kiem"):
        lines = detail_lines(
            Details((linked(), linked(path="dieu-6")), (linked("3/2020/NĐ-CP", ""),)), "/van-ban/x"
        )
        assert [(line.label, line.link.url) for line in lines] == [
            ("Được quy định chi tiết tại:", "/van-ban/31-2021-nd-cp/dieu-5"),
            ("Quy định chi tiết:", "/van-ban/3-2020-nd-cp"),
        ]
        assert lines[0].link.text.replace("\xa0", " ") == "Điều 5 Nghị định 31/2021/NĐ-CP"
        assert lines[0].more and lines[0].more.url == "/van-ban/x#quy-dinh-chi-tiet"
        assert lines[1].more is None
        assert detail_lines(None, "/") == () == detail_lines(Details(), "/")


def test_lists_have_what_is_in_force_first(app: Flask) -> None:
    with app.test_request_context("/"):
        rows = detail_rows((linked("1/2010/NĐ-CP", until=DAY), linked()), DAY)
        assert [row.text.split()[-1] for row in rows] == ["31/2021/NĐ-CP", "1/2010/NĐ-CP"]
        many = Details(tuple(linked(path=f"dieu-{n}") for n in range(5)))
        (note,) = detail_notes({"dieu-1": many, "dieu-2": Details((linked(until=DAY),))}, DAY)["dieu-1"]
        assert note.parts[-1].text == " và 2 nơi khác"
        assert "dieu-2" not in detail_notes({"dieu-2": Details((linked(until=DAY),))}, DAY)


def test_what_details_an_article_is_not_told_again_among_what_cites_it(app: Flask) -> None:
    edges = {"dieu-1": {(7, "dieu-5"), (8, "dieu-2")}, "dieu-2": {(7, "dieu-5")}}
    found = {path: Details((linked(),)) for path in edges}
    assert without_details(edges, found) == {"dieu-1": {(8, "dieu-2")}}


def test_on_the_pages(client: FlaskClient) -> None:
    page = client.get("/van-ban/12-2030-nd-cp/dieu-3").text
    boxes = re.findall(r'<section class="box" id="(quy-dinh-chi-tiet|chi-tiet-cho)">', page)
    assert boxes == ["quy-dinh-chi-tiet", "chi-tiet-cho"]
    assert "/van-ban/34-2030-tt-btn--1003/dieu-1" in page and "/van-ban/5-2030-qh16/dieu-7" in page
    clause = client.get("/van-ban/12-2030-nd-cp/dieu-3/khoan-1").text
    assert 'id="quy-dinh-chi-tiet"' in clause
    whole = client.get("/van-ban/12-2030-nd-cp").text
    assert "<h4>Quy định chi tiết tại</h4>" in whole
    assert 'id="quy-dinh-chi-tiet"' not in client.get("/van-ban/12-2030-nd-cp/dieu-1").text
    english = client.get("/en/van-ban/12-2030-nd-cp/dieu-3").text
    assert "Detailed in" in english and "/en/van-ban/5-2030-qh16/dieu-7" in english


def test_beside_search_results(client: FlaskClient) -> None:
    page = client.get("/tim-kiem?q=biển hiệu").text
    assert page.count('class="details"') == 2
    assert 'href="/van-ban/5-2030-qh16/dieu-7"' in page
    before = client.get("/tim-kiem?q=biển hiệu&ngay=2026-03-02").text
    assert before.count('class="details"') == 0  # neither circular nor law bound yet


def test_in_the_api(client: FlaskClient) -> None:
    hits = client.get("/api/v1/search?q=x").get_json()["hits"]
    (hit,) = [hit for hit in hits if hit["detailed_by"]]
    assert hit["provision"] == "dieu-3" and len(hit["detailed_by"]) == 2
    law = {
        "number": "5/2030/QH16", "document_type": "Luật", "title": "Dài", "provision": "dieu-7",
        "url": "/van-ban/5-2030-qh16/dieu-7", "validity": "CHL",
    }  # fmt: skip
    assert hit["details"] == [law]
    answer = client.get("/api/v1/documents/12-2030-nd-cp/provisions/dieu-3").get_json()
    assert answer["details"] == [law]
    assert [end["provision"] for end in answer["detailed_by"]] == ["dieu-1", "dieu-1"]
    assert client.get("/api/v1/documents/12-2030-nd-cp/provisions/dieu-1").get_json()["detailed_by"] == []


def test_search_answers_without_the_database(
    portal_settings: Settings, monkeypatch: pytest.MonkeyPatch, app: Flask, client: FlaskClient
) -> None:
    def fail(*_: object) -> None:
        raise sa.exc.OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr("webapp.details.of_places", fail)
    answer = client.get("/tim-kiem?q=x")
    assert answer.status_code == 200 and 'class="details"' not in answer.text
