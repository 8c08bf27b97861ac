"""Regulations: written with their bases, found by what they are about, shown with their plans."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
import sqlalchemy as sa
from flask import Flask
from pydantic import ValidationError

from schemas import regulation_tables as r
from schemas.database import database_engine
from schemas.errors import Refused
from schemas.lists import (
    business_lines,
    economic_classes,
    lines_of_class,
    ministries,
    provinces,
    reduced_business_lines,
)
from schemas.people_tables import audit_log
from schemas.regulations import Regulation, RegulationBasis
from schemas.settings import Settings
from tests.webapp.plans.people import MINISTRY, OFFICER, OTHER, STRANGER, add_ministries
from tests.webapp.portal import ScriptedReader
from webapp import create_app
from webapp.plans import samples
from webapp.plans.ministries import load
from webapp.regulations import store
from webapp.working_days import vietnam

SAMPLES = Path(__file__).parents[3] / "samples"


def regulation(**values: object) -> Regulation:
    basis = {"document_number": "15/2024/NĐ-MẪU", "provision": "dieu-17", "valid_from": dt.date(2024, 7, 1)}
    return Regulation.model_validate(
        {
            "code": "QD-1",
            "name": "Điều kiện bán lẻ rượu",
            "type": "requirement",
            "ministry": MINISTRY,
            "bases": (basis,),
            "business_lines": (40, 41),
            "vsic": ("4723",),
            **values,
        }
    )


def test_what_is_written_reads_back_and_leaves_a_trail(database: sa.Engine) -> None:
    with database.begin() as connection:
        add_ministries(connection)
        key = store.save(connection, OFFICER, regulation())
        assert store.read(connection, key, "QD-1") == regulation()
        changed = regulation(status="cut", business_lines=(40,), annual_cost=5, cost_source="Đo thử")
        assert store.save(connection, OFFICER, changed) == key
        assert store.read(connection, key, "QD-1") == changed
        trail = list(connection.execute(sa.select(audit_log).order_by(audit_log.c.id)))
    assert trail[0].before is None
    assert trail[1].after["status"] == "cut"
    assert "name" not in trail[1].after


def test_only_the_ministrys_own_officers_write(database: sa.Engine) -> None:
    with database.begin() as connection:
        add_ministries(connection)
        store.save(connection, OFFICER, regulation())
    # Neither under its own name nor by claiming the regulation for another ministry.
    for wanted in (regulation(), regulation(ministry=OTHER)):
        with pytest.raises(Refused), database.begin() as connection:
            store.save(connection, STRANGER, wanted)
    with database.connect() as connection:
        assert connection.scalar(sa.select(r.regulations.c.version)) == 1


def test_rules_of_the_record() -> None:
    for values in (
        {"annual_cost": 5},
        {"code": "../x"},
        {"type": "law"},
        {"annual_cost": 1.5, "cost_source": "x"},
    ):
        with pytest.raises(ValidationError):
            regulation(**values)
    day = dt.date(2026, 7, 1)
    with pytest.raises(ValidationError):
        RegulationBasis(document_number="1/2020/NĐ-CP", valid_from=day, valid_until=day)
    basis = RegulationBasis(document_number="1/2020/NĐ-CP", valid_until=day)
    assert basis.on(dt.date(2026, 6, 30))
    assert not basis.on(day)


def test_the_official_lists_are_whole() -> None:
    assert [line.number for line in business_lines()] == list(range(1, 228))
    assert [line.number for line in reduced_business_lines()] == list(range(1, 143))
    names = {line.number: line.name for line in business_lines()}
    assert all(line.name == names[line.former] for line in reduced_business_lines() if line.former)
    assert len(provinces()) == 34
    codes = {item.code for item in economic_classes()}
    assert all(code in codes for line in business_lines() for code in line.vsic)
    assert lines_of_class("") == ()
    assert {line.number for line in lines_of_class("8531")} <= {line.number for line in lines_of_class("85")}


def test_ministries_are_dated_and_lead_to_their_successors(database: sa.Engine) -> None:
    with database.begin() as connection:
        added = load(connection, ministries())
        assert (added, load(connection, ministries())) == (len(ministries()), 0)
        assert connection.scalar(sa.select(sa.func.count()).select_from(r.ministries)) == added
        m, s = r.ministries, r.ministry_successors.c
        later = m.alias()
        query = (
            sa.select(later.c.name)
            .join(r.ministry_successors, s.successor_id == later.c.id)
            .join(m, s.ministry_id == m.c.id)
            .where(m.c.name == "Bộ Giao thông vận tải")
        )
        assert connection.scalars(query).all() == ["Bộ Xây dựng"]


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, empty_sqlite: Path) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("regulations")
    file = shutil.copy(empty_sqlite, folder / "test.sqlite3")
    settings = Settings(data_dir=folder, database_url=f"sqlite:///{file}", demo=True)
    engine = database_engine(settings.database)
    with engine.begin() as connection:
        samples.load(connection, SAMPLES, dt.date.today(), vietnam())
        assert samples.load(connection, SAMPLES, dt.date.today(), vietnam()) == (0, 0)
    yield create_app(settings, ScriptedReader())
    engine.dispose()


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 10),
        ("loai=che-do-bao-cao", 1),
        ("loai=che-do-bao-cao&loai=kiem-tra-chuyen-nganh", 2),
        ("vsic=47", 4),
        ("ket_qua=da-cat-giam", 1),
        ("q=karaoke", 2),
        ("q=kara", 0),
        ("co_quan=bo-y-duoc-mau", 2),
    ],
)
def test_filters(portal: Flask, query: str, count: int) -> None:
    assert portal.test_client().get(f"/api/v1/regulations?{query}").json["total"] == count
    assert portal.test_client().get(f"/quy-dinh?{query}").text.count('<li class="plan-row">') == count


@pytest.mark.parametrize("query", ["loai=x", "ket_qua=x", "nganh_nghe=abc", "vsic=%27", "trang=0"])
def test_what_does_not_exist_is_a_clear_400(portal: Flask, query: str) -> None:
    for path in ("/quy-dinh", "/quy-dinh.csv", "/quy-dinh.atom", "/api/v1/regulations"):
        assert portal.test_client().get(f"{path}?{query}").status_code == 400


def test_a_regulation_leads_to_its_plans_and_back(portal: Flask) -> None:
    client = portal.test_client()
    page = client.get("/quy-dinh/QD-MAU-03").text
    assert "/phuong-an/PA-MAU-01" in page
    assert "/quy-dinh/QD-MAU-03" in client.get("/phuong-an/PA-MAU-01").text
    assert client.get("/api/v1/regulations/QD-MAU-05").json["plans"] == ["PA-MAU-03", "PA-MAU-05"]


def test_an_economic_class_leads_to_lines_and_regulations(portal: Flask) -> None:
    client = portal.test_client()
    assert "/dieu-kien/vsic/4723" in client.get("/dieu-kien/vsic?q=ban+le+do+uong").text
    assert "/quy-dinh/QD-MAU-02" in client.get("/dieu-kien/vsic/4723").text
    assert client.get("/dieu-kien/vsic/0000").status_code == 404


def test_answers_are_as_described(portal: Flask) -> None:
    client = portal.test_client()
    described = client.get("/api/v1/openapi.json").json
    asked = {
        "/api/v1/plans": "plans?buoc=trinh",
        "/api/v1/plans/progress": "plans/progress",
        "/api/v1/plans/{number}": "plans/PA-MAU-03",
        "/api/v1/regulations": "regulations",
        "/api/v1/regulations/{code}": "regulations/QD-MAU-05",
    }
    paths = {path for path in described["paths"] if path.startswith(("/api/v1/plans", "/api/v1/regulations"))}
    assert paths == set(asked)
    for path, address in asked.items():
        answer = described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
        whole = {**answer["schema"], "components": described["components"]}
        jsonschema.validate(client.get(f"/api/v1/{address}").json, whole)
