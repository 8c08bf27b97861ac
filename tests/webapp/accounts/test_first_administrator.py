"""The first administrator, from the command line; the sample people; what production refuses."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from schemas import tables
from schemas.people import NATIONAL, Grant, Role
from schemas.people_tables import accounts, audit_log
from schemas.settings import Settings
from tests.webapp.people import Browser, add_person
from webapp import keys, supervise
from webapp.__main__ import main
from webapp.accounts import roles, samples
from webapp.accounts.first_administrator import NotCreated, create_administrator

PASSWORD = "câu dài của quản trị"
README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")


def grants_of(database: sa.Engine, email: str) -> list[Grant]:
    with database.connect() as connection:
        number = connection.execute(sa.select(accounts.c.id).where(accounts.c.email == email)).scalar_one()
        return [one.grant for one in roles.held(connection, number)]


def test_from_nothing_to_an_administrator_who_signs_in(
    settings: Settings, database: sa.Engine, people_app: Flask
) -> None:
    said = create_administrator(settings, "Quan.Tri@vidu.vn", "Nguyễn Thị Quản", PASSWORD)
    assert said == "quan.tri@vidu.vn was created and is national administrator"
    assert grants_of(database, "quan.tri@vidu.vn") == [Grant(Role.ADMINISTRATOR, NATIONAL)]
    browser = Browser(people_app)
    answer = browser.post("/tai-khoan/dang-nhap", {"email": "quan.tri@vidu.vn", "password": PASSWORD})
    assert answer.status_code == 303
    assert browser.get("/quan-tri").status_code == 200
    with database.connect() as connection:
        kinds = connection.execute(sa.select(audit_log.c.action, audit_log.c.actor_kind)).all()
    assert [tuple(row) for row in kinds[:2]] == [("account_created", "system"), ("grant_role", "system")]


def test_an_account_that_exists_gets_the_role_and_keeps_its_password(
    settings: Settings, database: sa.Engine
) -> None:
    add_person(database, email="an@vidu.vn")
    assert "is now" in create_administrator(settings, "an@vidu.vn", "", "wrong but not asked")
    assert "already" in create_administrator(settings, "an@vidu.vn", "")
    assert grants_of(database, "an@vidu.vn") == [Grant(Role.ADMINISTRATOR, NATIONAL)]


@pytest.mark.parametrize(("email", "password"), [("vidu.vn", PASSWORD), ("a@vidu.vn", "ngắn")])
def test_what_will_not_do(settings: Settings, database: sa.Engine, email: str, password: str) -> None:
    with pytest.raises(NotCreated):
        create_administrator(settings, email, "", password)
    with database.connect() as connection:
        assert connection.execute(sa.select(accounts)).all() == []


def test_no_sample_account_is_made_administrator(settings: Settings, database: sa.Engine) -> None:
    add_person(database, email="mau@vidu.vn", sample=True)
    with pytest.raises(NotCreated, match="sample"):
        create_administrator(settings, "mau@vidu.vn", "")


def test_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUYDINH_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    assert main(["create-admin", "an@vidu.vn", "--name", "An"]) == 0
    assert "is national administrator" in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.StringIO("ngắn\n"))
    assert main(["create-admin", "binh@vidu.vn"]) == 1


def test_the_sample_people_are_loaded_once_and_told_in_the_readme(database: sa.Engine) -> None:
    with database.begin() as connection:
        assert samples.load(connection) == len(samples.PEOPLE)
        assert samples.load(connection) == 0
        flags = set(connection.execute(sa.select(accounts.c.sample)).scalars())
    assert flags == {True}
    assert all(f"`{email}`" in README for email, _name, _grants in samples.PEOPLE)
    assert f"`{samples.PASSWORD}`" in README
    assert all(email.endswith(".example") for email, _name, _grants in samples.PEOPLE)


def document(database: sa.Engine, number: str, sample: bool) -> None:
    """A document with the least a row needs."""
    with database.begin() as connection:
        values = {
            column.name: [] for column in tables.documents.c if column.type.__class__ is tables.Json.__class__
        }
        values |= {
            "source": "x",
            "source_id": number,
            "slug": number,
            "number": number,
            "type": "Luật",
            "title": "T",
        }
        values |= {"sha256": "", "sample": sample, "recorded_at": sa.func.now()}
        connection.execute(tables.documents.insert().values(**values))


def test_one_real_record_makes_a_real_portal(settings: Settings, database: sa.Engine) -> None:
    assert not supervise.holds_only_samples(settings)  # empty
    document(database, "1", True)
    assert supervise.holds_only_samples(settings)
    document(database, "2", False)
    assert not supervise.holds_only_samples(settings)


def test_the_secret_is_made_once_and_private(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    secret = keys.secret_key(settings)
    assert len(secret) == 64
    assert keys.secret_key(settings) == secret
    (path,) = (tmp_path / "data").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert keys.secret_key(settings.model_copy(update={"secret_key": "mine"})) == "mine"
    assert keys.keyed("a", "csrf", "x") != keys.keyed("a", "limit", "x") != keys.keyed("b", "limit", "x")
