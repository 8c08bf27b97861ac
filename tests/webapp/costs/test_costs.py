"""Calculations on the site: reading numbers, the public calculator, the officers' form on both subjects."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask

from schemas import regulation_tables as r
from schemas.costs import CostSheet, compare_costs
from schemas.people import Grant, Role
from schemas.people_tables import audit_log
from schemas.plans import PlanContent
from schemas.regulations import Regulation
from tests.webapp.people import Browser, add_person
from tests.webapp.plans.people import MINISTRY, OTHER, add_ministries, content
from webapp.costs.numbers import parse_amount, parse_decimal, parse_values, shown
from webapp.plans import store as plans
from webapp.queries import plans as plans_read
from webapp.regulations import store as regulations


@pytest.mark.parametrize(
    ("text", "english", "value"),
    [
        ("2,5", False, "2.5"),
        ("2.5", False, "2.5"),
        ("1.234,5", False, "1234.5"),
        ("1.500", False, "1500"),
        ("1,500", True, "1500"),
        ("1,234.5", True, "1234.5"),
        ("12.000", False, "12000"),
        ("0", False, "0"),
    ],
)
def test_numbers_are_read_as_they_are_written(text: str, english: bool, value: str) -> None:
    assert parse_decimal(text, english=english) == Decimal(value)
    assert parse_decimal(shown(Decimal(value), english=english), english=english) == Decimal(value)


@pytest.mark.parametrize("text", ["", "x", "-1", "1.23.4", "1e5", "0,00001", "٣", "1" * 16])
def test_what_is_no_number_is_said_so(text: str) -> None:
    assert parse_decimal(text) is None


def test_several_values_and_ranges() -> None:
    assert parse_values("2; 3,5 ;5", money=False) == (2, Decimal("3.5"), 5)
    assert parse_values("2–4", money=False) == (2, 4)
    assert parse_values("100.000 - 0,2 triệu", money=True) == (100_000, 200_000)
    assert parse_values("2; x", money=False) is None
    assert parse_values("-3", money=False) is None
    assert parse_values("2;", money=False) == (2,)
    assert parse_amount("36,000", english=True) == 36_000


CALCULATION = "n0-name=Hồ+sơ&n0-hours=6&n0-hourly=36.000&n1-hours=2,5&n1-hourly=36000&n1-services=40.000"


def test_a_business_reckons_with_its_own_numbers(visitor: Browser) -> None:
    """6 × 36.000 + 2,5 × 36.000 + 40.000 + 1.200.000 = 1.546.000; twice a year 3.092.000."""
    page = visitor.get(f"/chi-phi-tuan-thu?{CALCULATION}&n-fees=1,2+triệu&n-times=2")
    assert page.status_code == 200
    for words in ("216.000", "130.000", "1.546.000", "3.092.000", 'value="2,5"', "Điều 27"):
        assert words in page.text, words
    english = visitor.get("/en/chi-phi-tuan-thu?n0-hours=2.5&n0-hourly=36,000")
    assert "90,000" in english.text
    assert "Set-Cookie" not in page.headers


def test_the_calculator_says_what_is_wrong_and_keeps_it(visitor: Browser) -> None:
    page = visitor.get("/chi-phi-tuan-thu?n0-hours=nhiều&n0-name=Hồ+sơ&n-fees=abc")
    assert page.status_code == 422
    assert 'value="nhiều"' in page.text
    assert 'href="#n0-hours"' in page.text and 'href="#n-fees"' in page.text
    empty = visitor.get("/chi-phi-tuan-thu?n0-hours=&viec=tinh")
    assert empty.status_code == 422
    assert visitor.get("/chi-phi-tuan-thu?quy_dinh=khong-co").status_code == 404
    more = visitor.get("/chi-phi-tuan-thu?n0-hours=1&dong=5&viec=them")
    assert more.text.count('"govuk-fieldset cost-line') == 6 + 1


def _regulation(app: Flask) -> None:
    database = app.extensions["quydinh"].database
    with database.begin() as connection:
        add_ministries(connection)
    officer = add_person(database, Grant(Role.OFFICER, MINISTRY))
    with database.begin() as connection:
        rule = Regulation(code="QD-1", name="Báo cáo hằng năm", type="reporting", ministry=MINISTRY)
        regulations.save(connection, officer, rule)


def _fields(text: str) -> dict[str, str]:
    """What a browser would send of the form of a page."""
    form = text[text.index('class="cost-form"') :]
    return {m[1]: m[2] for m in re.finditer(r'<input [^>]*name="([^"]+)"[^>]* value="([^"]*)"', form)}


SHEET = {
    "source": "Khảo sát 30 cơ sở",
    "on": "31/05/2026",
    "edition": "2024",
    "n0-name": "Lập báo cáo",
    "n0-hours": "2; 3; 5",
    "n0-hourly": "50.000",
    "n-subjects": "300",
    "s-abolished": "1",
    "viec": "luu",
}


def _stored(database: sa.Engine) -> Regulation:
    with database.connect() as connection:
        key = connection.execute(sa.select(r.regulations.c.id)).scalar_one()
        return regulations.read(connection, key, "QD-1")


def test_an_officer_reckons_sees_the_steps_and_saves(people_app: Flask) -> None:
    """3 h (of 2; 3; 5) × 50.000 = 150.000; × 300 = 45.000.000 a year, all of it saved."""
    _regulation(people_app)
    database = people_app.extensions["quydinh"].database
    officer = Browser(people_app, add_person(database, Grant(Role.OFFICER, MINISTRY)))
    path = "/quan-tri/quy-dinh/QD-1/chi-phi"
    assert officer.get(path).status_code == 200
    tried = officer.post(path, {**SHEET, "revision": 1, "viec": "tinh"})
    assert tried.status_code == 200
    assert "45.000.000" in tried.text and "trung bình thấp của 2; 3; 5" in tried.text
    assert _stored(database).annual_cost is None
    assert officer.post(path, {**SHEET, "revision": 1}).status_code == 303
    stored = _stored(database)
    assert stored.annual_cost == 45_000_000
    assert stored.cost_source.endswith("Khảo sát 30 cơ sở")
    assert stored.cost_sheet and compare_costs(stored.cost_sheet).saving == 45_000_000
    # What was saved is what the form shows again, and saving it once more changes nothing.
    again = officer.get(path).text
    assert 'value="2; 3; 5"' in again and 'value="Khảo sát 30 cơ sở"' in again
    assert (
        officer.post(
            path, {**_fields(again), "s-abolished": "1", "edition": "2024", "viec": "luu"}
        ).status_code
        == 303
    )
    assert _stored(database).cost_sheet == stored.cost_sheet
    # The public page shows the steps; the form of a stale tab is told so and keeps what was typed.
    assert "45.000.000" in officer.get("/quy-dinh/QD-1").text
    stale = officer.post(path, {**SHEET, "revision": 1, "n0-hours": "77"})
    assert stale.status_code == 409 and 'value="77"' in stale.text
    assert _stored(database) == stored
    own = Browser(people_app).get("/chi-phi-tuan-thu?quy_dinh=QD-1")
    assert "150.000" in own.text and 'value="2; 3; 5"' in own.text
    with database.connect() as connection:
        trail = (
            connection.execute(sa.select(audit_log.c.after).where(audit_log.c.action == "edit_regulation"))
            .scalars()
            .all()
        )
    assert any(row and row.get("annual_cost") == 45_000_000 and row.get("cost_sheet") for row in trail)


def test_every_number_needs_a_source(people_app: Flask) -> None:
    _regulation(people_app)
    database = people_app.extensions["quydinh"].database
    officer = Browser(people_app, add_person(database, Grant(Role.OFFICER, MINISTRY)))
    path = "/quan-tri/quy-dinh/QD-1/chi-phi"
    answer = officer.post(path, {**SHEET, "revision": 1, "source": "", "on": ""})
    assert answer.status_code == 422
    assert 'href="#source"' in answer.text and 'href="#on"' in answer.text
    # A source of a number's own has a day of its own; the common one's is another source's.
    own = {**SHEET, "revision": 1, "n0-hours_source": "Khảo sát khác"}
    undated = officer.post(path, own)
    assert undated.status_code == 422 and 'href="#n0-hours_on"' in undated.text
    assert officer.post(path, {**own, "n0-hours_on": "30/4/2026", "viec": "tinh"}).status_code == 200
    copied = officer.post(path, {**SHEET, "revision": 1, "viec": "chep"})
    assert 'id="s0-hours" name="s0-hours" type="text" value="2; 3; 5"' in copied.text
    stranger = Browser(people_app, add_person(database, Grant(Role.OFFICER, OTHER)))
    assert stranger.post(path, {**SHEET, "revision": 1}).status_code == 403


def test_an_item_of_a_plan_gets_its_figures_from_its_calculation(people_app: Flask) -> None:
    database = people_app.extensions["quydinh"].database
    with database.begin() as connection:
        add_ministries(connection)
    person = add_person(database, Grant(Role.OFFICER, MINISTRY))
    with database.begin() as connection:
        plan = plans.create(connection, person, MINISTRY, content())
    officer = Browser(people_app, person)
    item = f"/quan-tri/phuong-an/{plan.number}/soan/noi-dung/1"
    assert f'href="{item}/chi-phi"' in officer.get(item).text
    path = f"{item}/chi-phi"
    missing = officer.post(path, {k: v for k, v in SHEET.items() if k != "s-abolished"} | {"revision": 1})
    assert missing.status_code == 422
    assert officer.post(path, {**SHEET, "revision": plan.revision}).status_code == 303

    def stored() -> PlanContent:
        with database.connect() as connection:
            draft = plans_read.draft(connection, plan.plan_id)
            assert draft
            return PlanContent.model_validate(draft.content)

    first = stored().items[0]
    assert (first.current_cost, first.after_cost, first.current_hours, first.after_hours) == (
        45_000_000,
        0,
        900,
        0,
    )
    # Saving the item's own form keeps the calculation, unless a figure was typed over.
    form = {"action": "simplify", "title": "Cấp Giấy phép", "reason": "Vì thế", "revision": plan.revision + 1}
    amounts = {"current_cost": "45.000.000", "after_cost": "0", "current_hours": "900", "after_hours": "0"}
    assert officer.post(item, {**form, **amounts}).status_code == 303
    assert isinstance(stored().items[0].cost_sheet, CostSheet)
    changed = {**form, **amounts, "current_cost": "46.000.000", "revision": plan.revision + 2}
    assert officer.post(item, changed).status_code == 303
    assert stored().items[0].cost_sheet is None
