"""Roles are granted and withdrawn by others, and every change is in the trail."""

from __future__ import annotations

import csv
import io
import re
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

import webapp
from schemas.people import Action, Grant, Person, Role, Subject
from schemas.people_tables import audit_log, role_grants
from schemas.regulation_tables import ministries
from tests.webapp.people import Browser, add_person, letters
from webapp.accounts import roles
from webapp.administration.trail import action_name
from webapp.audit import changed, record

OWN, OTHER = "bo-thu", "bo-khac"


@pytest.fixture
def engine(people_app: Flask) -> sa.Engine:
    found: sa.Engine = people_app.extensions["quydinh"].database
    with found.begin() as connection:
        rows = [
            {"code": OWN, "name": "Bộ Thử", "sample": False},
            {"code": OTHER, "name": "Bộ Khác", "sample": False},
        ]
        connection.execute(ministries.insert(), rows)
    return found


@pytest.fixture
def admin(people_app: Flask, engine: sa.Engine) -> Browser:
    return Browser(people_app, add_person(engine, Grant(Role.ADMINISTRATOR), name="Quản Trị"))


def trail(engine: sa.Engine) -> list[sa.Row[tuple[object, ...]]]:
    with engine.connect() as connection:
        return list(connection.execute(sa.select(audit_log).order_by(audit_log.c.id)))


def test_a_role_is_granted_told_and_withdrawn(people_app: Flask, engine: sa.Engine, admin: Browser) -> None:
    officer = add_person(engine, email="cb@thu.example")
    page = f"/quan-tri/nguoi/{officer.id}"
    assert admin.post(f"{page}/giao", {"role": "officer", "scope": OWN}).status_code == 303
    assert "Cán bộ soạn thảo, Bộ Thử" in letters(engine, "cb@thu.example")[-1].body
    assert "Cán bộ soạn thảo, Bộ Thử" in admin.get(page).text
    again = admin.post(f"{page}/giao", {"role": "officer", "scope": OWN})
    assert again.headers["Location"].endswith("xong=co-roi")
    with engine.connect() as connection:
        (held,) = roles.held(connection, officer.id)
    assert admin.post(f"{page}/rut/{held.id}").status_code == 303
    assert admin.post(f"{page}/rut/{held.id}").status_code == 404
    done = [(row.action, row.actor_id, row.ministry, row.before, row.after) for row in trail(engine)[-2:]]
    role = {"role": "officer", "ministry": OWN}
    assert admin.person
    assert done == [
        (Action.GRANT_ROLE, admin.person.id, OWN, None, role),
        (Action.WITHDRAW_ROLE, admin.person.id, OWN, role, None),
    ]


@pytest.mark.parametrize(
    "data", [{}, {"role": "officer"}, {"role": "king", "scope": OWN}, {"role": "officer", "scope": "bo-la"}]
)
def test_roles_and_ministries_that_are_none(engine: sa.Engine, admin: Browser, data: dict[str, str]) -> None:
    person = add_person(engine)
    assert admin.post(f"/quan-tri/nguoi/{person.id}/giao", data).status_code == 422


def test_a_closed_account_is_out_at_once(people_app: Flask, engine: sa.Engine, admin: Browser) -> None:
    person = add_person(engine, Grant(Role.OFFICER, OWN))
    browser = Browser(people_app, person)
    assert browser.get("/tai-khoan").status_code == 200
    admin.post(f"/quan-tri/nguoi/{person.id}/khoa", {"khoa": "1"})
    assert browser.get("/tai-khoan").status_code == 303
    assert "đã khóa" in admin.get(f"/quan-tri/nguoi/{person.id}").text
    admin.post(f"/quan-tri/nguoi/{person.id}/khoa", {"khoa": "0"})
    assert Browser(people_app, person).get("/tai-khoan").status_code == 200


def test_a_ministrys_administrator_does_not_browse_citizens(people_app: Flask, engine: sa.Engine) -> None:
    mine = Browser(people_app, add_person(engine, Grant(Role.ADMINISTRATOR, OWN)))
    citizen = add_person(engine, email="dan@thu.example", name="Người Dân")
    add_person(engine, Grant(Role.OFFICER, OTHER), name="Cán Bộ Khác")
    add_person(engine, Grant(Role.OFFICER, OWN), name="Cán Bộ Nhà")
    for query in ("", "?q=Người", "?q=@thu.example", "?q=%25", "?q=dan@thu"):
        page = mine.get(f"/quan-tri/nguoi{query}").text
        assert "Người Dân" not in page
        assert "Cán Bộ Khác" not in page
    assert "Cán Bộ Nhà" in mine.get("/quan-tri/nguoi").text
    found = mine.get("/quan-tri/nguoi?q=Dan@thu.example").text
    assert f'href="/quan-tri/nguoi/{citizen.id}?e_mail=dan%40thu.example"' in found
    data = {"role": "officer", "scope": OWN, "e_mail": "dan@thu.example"}
    assert mine.post(f"/quan-tri/nguoi/{citizen.id}/giao", data).status_code == 303


def test_the_list_is_searched_literally(engine: sa.Engine, admin: Browser) -> None:
    """LIKE's own signs, quotes and long texts."""
    add_person(engine, name="100% Thật_Lòng")
    assert "Thật_Lòng" in admin.get("/quan-tri/nguoi?q=100%25").text
    assert "Thật_Lòng" not in admin.get("/quan-tri/nguoi?q=1%25t").text
    for text in ("'", '"', "%27%20or%201=1", "a" * 500, "%00"):
        assert admin.get(f"/quan-tri/nguoi?q={text}").status_code == 200
    for page in ("0", "-1", "x", "99999999999", "٣"):
        assert admin.get(f"/quan-tri/nguoi?trang={page}").status_code == 200


def test_the_trail_is_filtered_by_ministry_and_field(
    people_app: Flask, engine: sa.Engine, admin: Browser
) -> None:
    assert admin.person
    with engine.begin() as connection:
        for number in range(120):
            plan = Subject("plan", str(number), OWN if number % 2 else OTHER)
            record(
                connection,
                admin.person,
                "approve_plan",
                plan,
                {"state": "a"},
                {"state": f"trạng thái {number}"},
            )
    page = admin.get("/quan-tri/nhat-ky?doi_tuong=plan").text
    assert page.count("<tr>") == 51
    assert "trạng thái 119" in page
    older = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert "trạng thái 69<" in admin.get(older).text
    mine = Browser(people_app, add_person(engine, Grant(Role.ADMINISTRATOR, OWN)))
    for path in ("/quan-tri/nhat-ky", "/quan-tri/nhat-ky.csv"):
        text = mine.get(path).text
        assert "trạng thái 119" in text
        assert "trạng thái 118" not in text
    assert "trạng thái 7<" in admin.get("/quan-tri/nhat-ky?doi_tuong=plan&ma=7").text
    assert admin.get("/quan-tri/nhat-ky?tu=32/13/2026").status_code == 422
    assert "Không có dòng nào" in admin.get("/quan-tri/nhat-ky?den=01/01/2020").text


def test_everything_the_trail_records_has_a_name(people_app: Flask) -> None:
    """Actions by their rules, and the short words `record` is called with."""
    only_asked = {"manage_own_account", "open_administration", "open_desk"}
    recorded = {a.value for a in Action if not a.value.startswith("see_")} - only_asked
    folder = Path(webapp.__file__).parent
    word = re.compile(r'record\(\s*connection,\s*[\w.]+,\s*"([a-z_]+)"')
    for path in folder.rglob("*.py"):
        recorded |= set(word.findall(path.read_text(encoding="utf-8")))
    assert {"signed_in", "email_confirmed", "file_checked", "erased"} <= recorded
    with people_app.test_request_context():
        assert not [code for code in recorded if action_name(code) == code]


def test_the_trail_as_csv_runs_in_no_spreadsheet(engine: sa.Engine, admin: Browser) -> None:
    with engine.begin() as connection:
        record(connection, None, "=cmd|' /C calc'!A0", Subject("@plan", "+1", "-x"), {"a": "=1+1"}, None)
    text = admin.get("/quan-tri/nhat-ky.csv").text
    newest = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))[1]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in newest)
    assert newest[8] == '{"a": "=1+1"}'


def test_the_trail_names_nobody_who_is_gone(people_app: Flask, engine: sa.Engine, admin: Browser) -> None:
    person = add_person(engine, name="Sắp Đi")
    with engine.begin() as connection:
        record(connection, person, "looked", Subject("plan", "1"))
        connection.execute(
            sa.text("update accounts set name = '', deleted_at = created_at where id = :id"),
            {"id": person.id},
        )
    page = admin.get(f"/quan-tri/nhat-ky?nguoi={person.id}").text
    assert f"tài khoản đã xóa (số {person.id})" in page


def test_one_role_is_held_once_however_many_grant_it(engine: sa.Engine) -> None:
    """Two administrators at the same moment: one row, enforced by the database."""
    person = add_person(engine)
    barrier = threading.Barrier(4)
    results: list[object] = []

    def give() -> None:
        barrier.wait()
        try:
            with engine.begin() as connection:
                results.append(
                    roles.grant(connection, None, person.id, Grant(Role.OFFICER, OWN), system=True)
                )
        except sa.exc.IntegrityError:
            results.append(False)

    threads = [threading.Thread(target=give) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        held = (
            sa.select(sa.func.count()).select_from(role_grants).where(role_grants.c.account_id == person.id)
        )
        assert connection.execute(held).scalar() == 1
    assert results.count(True) == 1


values = st.dictionaries(st.sampled_from("abc"), st.none() | st.integers() | st.text(max_size=5), max_size=3)


@given(values, values)
def test_only_what_changed_is_recorded(before: dict[str, object], after: dict[str, object]) -> None:
    old, new = changed(before, after)
    assert set(old) == set(new)
    assert all(old[name] != new[name] for name in old)
    replayed = {**before, **new}
    assert all(replayed.get(name) == after.get(name) for name in "abc")
    assert changed(after, after) == ({}, {})


def test_a_person_is_recorded_by_number_only(engine: sa.Engine) -> None:
    person = Person(5, "Tên Riêng", "rieng@thu.example")
    with engine.begin() as connection:
        record(connection, person, "looked", Subject("plan", "1"))
    assert "Tên Riêng" not in str(trail(engine))
    assert "rieng@thu.example" not in str(trail(engine))


@pytest.mark.parametrize("role", list(Role))
def test_each_role_lands_on_what_it_may_open(people_app: Flask, engine: sa.Engine, role: Role) -> None:
    browser = Browser(people_app, add_person(engine, Grant(role, OWN)))
    page = browser.get("/quan-tri")
    assert page.status_code == 200
    main = page.text.partition("<main")[2].partition("</main>")[0]
    found = set(re.findall(r'href="(/quan-tri/[^"]+)"', main))
    everything = {
        "tham-van": {Role.OFFICER, Role.APPROVER, Role.MODERATOR},
        "kiem-duyet": {Role.APPROVER, Role.MODERATOR},
        "phan-anh": {Role.OFFICER, Role.APPROVER},
        "phuong-an": {Role.OFFICER, Role.APPROVER},
        "dieu-kien": {Role.OFFICER, Role.APPROVER},
        "quy-dinh/moi": {Role.OFFICER},
        "nguoi": {Role.ADMINISTRATOR},
        "nhat-ky": {Role.ADMINISTRATOR},
    }
    assert found == {f"/quan-tri/{place}" for place, roles_ in everything.items() if role in roles_}
    for place in found:
        assert browser.get(place).status_code == 200, place
    assert 'href="/quan-tri"' in browser.get("/tai-khoan").text
    assert 'href="/quan-tri"' not in Browser(people_app, add_person(engine)).get("/tai-khoan").text
