"""The pages of plans as people see them: public ones, and the desk from the first word to the approval."""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from openpyxl import load_workbook

from schemas import regulation_tables as r
from schemas import tables as t
from schemas.database import database_engine
from schemas.people import Grant, Role
from schemas.plans import PlanContent
from schemas.settings import Settings
from tests.webapp.people import Browser, add_person
from tests.webapp.plans.people import MINISTRY, add_ministries, content
from tests.webapp.portal import ScriptedReader, document, provisions
from tests.webapp.sites import site_on
from webapp import create_app
from webapp.plans import samples, store
from webapp.plans.export import workbook
from webapp.plans.reading import read_workbook
from webapp.working_days import vietnam

SAMPLES = Path(__file__).parents[3] / "samples"
DESK = "/quan-tri/phuong-an"


@pytest.fixture
def app(tmp_path: Path, empty_sqlite: Path) -> Iterator[Flask]:
    file = shutil.copy(empty_sqlite, tmp_path / "test.sqlite3")
    app = site_on(Settings(data_dir=tmp_path, database_url=f"sqlite:///{file}", demo=True))
    database = app.extensions["quydinh"].database
    with database.begin() as connection:
        add_ministries(connection)
    yield app
    database.dispose()


@pytest.fixture
def database(app: Flask) -> sa.Engine:
    engine: sa.Engine = app.extensions["quydinh"].database
    return engine


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, empty_sqlite: Path) -> Iterator[Flask]:
    """The sample plans, as loaded today; nothing writes to it."""
    folder = tmp_path_factory.mktemp("plans")
    file = shutil.copy(empty_sqlite, folder / "test.sqlite3")
    settings = Settings(data_dir=folder, database_url=f"sqlite:///{file}", demo=True)
    database = database_engine(settings.database)
    with database.begin() as connection:
        samples.load(connection, SAMPLES, dt.date.today(), vietnam())
    yield create_app(settings, ScriptedReader())
    database.dispose()


def officer(app: Flask, database: sa.Engine, *roles: Role) -> Browser:
    return Browser(app, add_person(database, *(Grant(role, MINISTRY) for role in roles)))


# ---------------------------------------------------------------- public


def test_the_list_shows_every_sample_plan_and_says_what_is_late(portal: Flask) -> None:
    text = portal.test_client().get("/phuong-an").text
    for n in range(1, 7):
        assert f'href="/phuong-an/PA-MAU-0{n}"' in text
    assert text.count('<p class="late">') == 1
    assert "Phê duyệt: quá hạn" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("qua_han=1", {"PA-MAU-01"}),
        ("buoc=lay-y-kien&buoc=du-kien", {"PA-MAU-02", "PA-MAU-06"}),
        ("hinh_thuc=bai-bo", {"PA-MAU-01", "PA-MAU-04"}),
        ("co_quan=bo-y-duoc-mau", {"PA-MAU-03", "PA-MAU-05"}),
        ("q=phu+hieu", {"PA-MAU-06"}),
        ("q=khong-co-gi", set()),
        ("q=%25", set()),
    ],
)
def test_filters(portal: Flask, query: str, found: set[str]) -> None:
    answer = portal.test_client().get(f"/api/v1/plans?{query}").json
    assert {plan["number"] for plan in answer["plans"]} == found
    assert answer["total"] == len(found)


@pytest.mark.parametrize("query", ["buoc=x", "hinh_thuc=x", "trang=0", "trang=1e3", f"q={'a' * 201}"])
def test_what_does_not_exist_is_a_clear_400(portal: Flask, query: str) -> None:
    for path in ("/phuong-an", "/phuong-an.csv", "/phuong-an.atom", "/phuong-an.xlsx", "/api/v1/plans"):
        assert portal.test_client().get(f"{path}?{query}").status_code == 400


def test_a_plan_shows_both_wordings_with_words_marked(portal: Flask) -> None:
    text = portal.test_client().get("/phuong-an/PA-MAU-01").text
    assert "<del>07</del>" in text
    assert "<ins>04</ins>" in text
    assert "13,20\u00a0tỷ\u00a0đồng" in text
    assert "giảm 33,23\u00a0%" in text
    assert text.count('aria-current="step"') == 1
    assert "Bỏ toàn bộ nội dung này." in text


def test_a_part_superseded_by_a_later_plan_says_so_on_both(portal: Flask) -> None:
    client = portal.test_client()
    earlier = client.get("/api/v1/plans/PA-MAU-03").json
    assert earlier["item_states"] == ["in_effect", "superseded"]
    assert "/phuong-an/PA-MAU-05" in client.get("/phuong-an/PA-MAU-03").text
    assert "/phuong-an/PA-MAU-03" in client.get("/phuong-an/PA-MAU-05").text


def test_hostile_words_stay_words(app: Flask, database: sa.Engine) -> None:
    hostile = '<script>alert("x")</script>\' onmouseover=alert(1) "'
    bad = content(hostile).model_dump(mode="json")
    bad["items"][0]["clauses"][0]["proposed_text"] = hostile
    bad["items"][0]["reason"] = hostile
    one, two = (add_person(database, Grant(role, MINISTRY)) for role in (Role.OFFICER, Role.APPROVER))
    with database.begin() as connection:
        written = store.create(connection, one, MINISTRY, PlanContent.model_validate(bad))
        written = store.submit_draft(connection, one, written.plan_id, written.revision)
        store.publish(connection, two, written.plan_id, written.revision)
    for path in (f"/phuong-an/{written.number}", "/phuong-an", "/phuong-an.atom"):
        text = app.test_client().get(path).text
        assert "<script>alert" not in text
        assert "<ins><script" not in text


def test_progress_counts_what_its_links_list(portal: Flask) -> None:
    client = portal.test_client()
    rows = list(csv.reader(io.StringIO(client.get("/phuong-an/tien-do.csv").text.lstrip("\ufeff"))))
    head, whole = rows[0], rows[-1]
    assert int(whole[head.index("Quá hạn")]) == client.get("/api/v1/plans?qua_han=1").json["total"]
    assert sum(map(int, whole[1:12])) == client.get("/api/v1/plans").json["total"] == 6
    assert sum(int(row[12]) for row in rows[1:-1]) == int(whole[12])


def test_the_download_imports_again(portal: Flask) -> None:
    reading = read_workbook(portal.test_client().get("/phuong-an.xlsx").data)
    assert reading.problems == ()
    assert sorted(reading.plans) == [f"PA-MAU-0{n}" for n in range(1, 7)]


def test_lower_case_numbers_lead_to_the_plan(portal: Flask) -> None:
    answer = portal.test_client().get("/phuong-an/pa-mau-03")
    assert (answer.status_code, answer.location) == (301, "/phuong-an/PA-MAU-03")


# ---------------------------------------------------------------- the desk


def number_of(database: sa.Engine) -> tuple[str, int]:
    with database.connect() as connection:
        row = connection.execute(sa.select(r.plans.c.number, r.plans.c.revision)).one()
    return row.number, row.revision


def test_officer_and_approver_bring_a_plan_to_its_approval(app: Flask, database: sa.Engine) -> None:
    writer = officer(app, database, Role.OFFICER)
    approver = officer(app, database, Role.APPROVER)
    made = writer.post(f"{DESK}/moi", {"ministry": MINISTRY, "title": "Bỏ bản sao hợp đồng"})
    assert made.status_code == 303
    number, at = number_of(database)
    page = f"{DESK}/{number}"
    header = {"title": "Bỏ bản sao hợp đồng", "summary": "Bớt một giấy tờ.", "due_approved": "16/11/2026"}
    assert writer.post(f"{page}/soan", {**header, "revision": at}).status_code == 303
    item = {
        "revision": at + 1,
        "action": "simplify",
        "title": "Hồ sơ bán lẻ rượu",
        "reason": "Đã có dữ liệu.",
        "current_cost": "9,25 tỷ đồng",
        "after_cost": "850.000",
        "clause-0-document_number": "15/2024/NĐ-MẪU",
        "clause-0-provision": "khoản 1 điều 18",
        "clause-0-current_text": "Đơn và bản sao hợp đồng.",
        "clause-0-proposed_text": "Đơn.",
    }
    assert writer.post(f"{page}/soan/noi-dung/1", item).status_code == 303
    assert "Khoản 1 Điều 18" in writer.get(f"{page}/soan/noi-dung/1").text
    assert app.test_client().get(f"/phuong-an/{number}").status_code == 404
    assert writer.post(f"{page}/gui", {"revision": at + 2}).location.endswith("xong=gui")
    assert writer.post(f"{page}/cong-bo", {"revision": at + 3}).status_code == 403
    assert approver.post(f"{page}/cong-bo", {"revision": at + 3}).location.endswith("xong=cong-bo")
    text = app.test_client().get(f"/phuong-an/{number}").text
    assert "<del> và bản sao hợp đồng</del>" in text
    for n, target in enumerate(("consulting", "answering", "submitted"), at + 4):
        assert writer.post(f"{page}/buoc", {"revision": n, "buoc": target}).location.endswith("xong=buoc")
    last = {"revision": at + 7, "buoc": "approved"}
    assert approver.post(f"{page}/buoc", last).location.endswith("loi=act")
    assert approver.post(f"{page}/buoc", {**last, "van_ban": "12/QĐ-MẪU"}).location.endswith("xong=buoc")
    assert approver.post(f"{page}/buoc", {**last, "van_ban": "12/QĐ-MẪU"}).location.endswith("loi=conflict")
    assert "Đã phê duyệt" in app.test_client().get(f"/phuong-an/{number}").text


def test_a_wrong_form_keeps_what_was_typed(app: Flask, database: sa.Engine) -> None:
    writer = officer(app, database, Role.OFFICER)
    writer.post(f"{DESK}/moi", {"ministry": MINISTRY, "title": "Một phương án"})
    number, at = number_of(database)
    sent = {
        "revision": at,
        "action": "cut",
        "title": "Một quy định",
        "current_cost": "nhiều lắm",
        "starts_on": "31/02/2027",
        "clause-0-provision": "đâu đó",
        "clause-0-proposed_text": "Lời văn đã gõ dài",
    }
    answer = writer.post(f"{DESK}/{number}/soan/noi-dung/1", sent)
    assert answer.status_code == 422
    for typed in ("nhiều lắm", "31/02/2027", "đâu đó", "Lời văn đã gõ dài"):
        assert typed in answer.text
    for name in ("current_cost", "starts_on", "clause-0-provision", "clause-0-document_number"):
        assert f'href="#{name}"' in answer.text
    assert number_of(database)[1] == at


def test_a_form_from_an_old_page_is_told_and_kept(app: Flask, database: sa.Engine) -> None:
    writer = officer(app, database, Role.OFFICER)
    writer.post(f"{DESK}/moi", {"ministry": MINISTRY, "title": "Một phương án"})
    number, at = number_of(database)
    assert writer.post(f"{DESK}/{number}/soan", {"revision": at, "title": "Bản của tôi"}).status_code == 303
    late = writer.post(f"{DESK}/{number}/soan", {"revision": at, "title": "Bản gõ sau"})
    assert late.status_code == 409
    assert "Bản gõ sau" in late.text


def test_a_file_is_tried_then_written_whole(app: Flask, database: sa.Engine) -> None:
    writer = officer(app, database, Role.OFFICER)
    good = workbook({"PA-A": content("Phương án thứ nhất"), "PA-B": content("Phương án thứ hai")})
    form = {"ministry": MINISTRY, "tep": (io.BytesIO(good), "a.xlsx")}
    tried = writer.post(f"{DESK}/nhap", form)
    assert tried.status_code == 200
    assert "Phương án thứ hai" in tried.text
    with database.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(r.plans)) == 0
    token = tried.text.split('name="tep_da_kiem" value="')[1].split('"')[0]
    other = officer(app, database, Role.OFFICER)
    assert other.post(f"{DESK}/nhap", {"ministry": MINISTRY, "tep_da_kiem": token}).status_code == 422
    done = writer.post(f"{DESK}/nhap", {"ministry": MINISTRY, "tep_da_kiem": token})
    assert done.status_code == 303
    with database.connect() as connection:
        titles = set(connection.scalars(sa.select(r.plans.c.title)))
    assert titles == {"Phương án thứ nhất", "Phương án thứ hai"}


def test_a_file_with_one_wrong_cell_writes_nothing(app: Flask, database: sa.Engine) -> None:
    writer = officer(app, database, Role.OFFICER)
    book = load_workbook(io.BytesIO(workbook({"PA-A": content(), "PA-B": content()})))
    book["Nội dung"]["C3"] = "Xóa hết"
    buffer = io.BytesIO()
    book.save(buffer)
    form = {"ministry": MINISTRY, "tep": (io.BytesIO(buffer.getvalue()), "a.xlsx")}
    answer = writer.post(f"{DESK}/nhap", form)
    assert answer.status_code == 422
    assert "<td>C3</td>" in answer.text
    assert "Xóa hết" in answer.text
    with database.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(r.plans)) == 0


def test_the_samples_quote_their_documents(app: Flask) -> None:
    """What a sample plan calls the current wording stands in the sample document."""
    texts = "\n".join(path.read_text(encoding="utf-8") for path in (SAMPLES / "documents").glob("*.md"))
    for path in sorted((SAMPLES / "plans").glob("*.toml")):
        for item in tomllib.loads(path.read_text(encoding="utf-8"))["items"]:
            for clause in item["clauses"]:
                assert clause["current"] in texts, (path.name, clause["provision"])


def test_a_clause_leads_to_the_plans_that_would_change_it(app: Flask, database: sa.Engine) -> None:
    with database.begin() as connection:
        row = document(1, "15/2024/NĐ-MẪU", "Nghị định", "Điều kiện kinh doanh")
        connection.execute(sa.insert(t.documents).values(**row))
        rows = [
            ("dieu-18", "article", "18", "Hồ sơ", "1. Hồ sơ.\n2. Thời hạn."),
            ("dieu-18/khoan-1", "clause", "1", "", "Hồ sơ."),
            ("dieu-18/khoan-2", "clause", "2", "", "Thời hạn."),
            ("dieu-19", "article", "19", "Khác", "Khác."),
        ]
        connection.execute(sa.insert(t.provisions), provisions(1, rows))
    one, two = (add_person(database, Grant(role, MINISTRY)) for role in (Role.OFFICER, Role.APPROVER))
    with database.begin() as connection:
        written = store.create(connection, one, MINISTRY, content())
        written = store.submit_draft(connection, one, written.plan_id, written.revision)
    client = app.test_client()
    link = f'href="/phuong-an/{written.number}"'
    assert link not in client.get("/van-ban/15-2024-nd-mau/dieu-18/khoan-2").text  # a draft shows nowhere
    with database.begin() as connection:
        store.publish(connection, two, written.plan_id, written.revision)
    assert link in client.get("/van-ban/15-2024-nd-mau/dieu-18/khoan-2").text
    assert link in client.get("/van-ban/15-2024-nd-mau/dieu-18").text
    assert link not in client.get("/van-ban/15-2024-nd-mau/dieu-18/khoan-1").text
    assert link not in client.get("/van-ban/15-2024-nd-mau/dieu-19").text
    assert 'href="/van-ban/15-2024-nd-mau/dieu-18/khoan-2"' in client.get(f"/phuong-an/{written.number}").text
