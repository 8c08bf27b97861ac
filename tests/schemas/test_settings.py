"""Settings: a wrong value stops the start with its variable, the value and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.errors import SettingsError
from schemas.settings import PREFIX, Settings, load_settings, make_data_dir, unknown_variables


def refusal(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> str:
    monkeypatch.setenv(f"QUYDINH_{variable}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    return str(caught.value)


@pytest.mark.parametrize(
    ("variable", "value", "allowed"),
    [
        ("SEARCH_ENGINE", "lucene", "tantivy, elasticsearch, whoosh"),
        ("LOG_LEVEL", "info", "DEBUG, INFO, WARNING, ERROR"),
        ("CRAWL_DELAY", "soon", "a number, at least 0, at most 3600"),
        ("CRAWL_DELAY", "-1", "a number, at least 0, at most 3600"),
        ("ELASTICSEARCH_TIMEOUT", "0", "a number, above 0, at most 600"),
        ("SITE_WORKERS", "1.5", "a whole number, at least 1, at most 64"),
        ("DEMO", "maybe", "1 or 0"),
        ("CONTACT", "x", "letters: at least 3"),
        ("DATABASE_URL", "mysql://db/quydinh", "sqlite:///FILE or postgresql+psycopg://"),
        ("DATABASE_URL", "quydinh", "sqlite:///FILE or postgresql+psycopg://"),
        ("ELASTICSEARCH_URL", "http://es1:9200,es2", "http://HOST:9200"),
        ("ELASTICSEARCH_CA_FILE", "/nowhere/ca.pem", "a file that is there"),
        ("CLAMAV", "scanner", "HOST:PORT"),
        ("VBPL_URL", "ftp://vbpl.example/api", "http:// or https://"),
        ("VBPL_URL", "https://vbpl.example", "ends in /api"),
        ("DICHVUCONG_URL", "https://", "http:// or https://"),
        ("SMTP_URL", "mail", "smtp://host:25"),
        ("OIDC_ISSUER", "http://sign-on.example", "https://"),
    ],
)
def test_name_value_and_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, allowed: str
) -> None:
    told = refusal(monkeypatch, variable, value)
    assert told.startswith(f"QUYDINH_{variable}={value!r} ")
    assert allowed in told.split("allowed: ")[1]


def test_delays_are_off_for_loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUYDINH_VBPL_URL", "http://127.0.0.1:8099/vbpl-api/api")
    told = refusal(monkeypatch, "CRAWL_DELAY", "0")
    assert told.startswith("QUYDINH_CRAWL_DELAY=0 ") and "QUYDINH_DICHVUCONG_URL is loopback" in told
    monkeypatch.setenv("QUYDINH_DICHVUCONG_URL", "http://localhost:8099/dichvucong")
    assert load_settings().crawl_delay == 0


def test_passwords_are_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told = refusal(monkeypatch, "DATABASE_URL", "mysql://quydinh:geheim@db/quydinh")
    assert "geheim" not in told and "mysql://quydinh:…@db/quydinh" in told


@pytest.mark.parametrize("name", ["DATA_DIR", "VBPL_URL", "DATABASE_URL", "ELASTICSEARCH_URL", "CRAWL_DELAY"])
def test_an_empty_variable_counts_as_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"QUYDINH_{name}", "")
    assert getattr(load_settings(), name.lower()) == Settings.model_fields[name.lower()].default


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"QUYDINH_DATA_DIR=.*file/data.*allowed: a folder"):
        make_data_dir(Settings(data_dir=tmp_path / "file" / "data"))


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().demo = True  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("QUYDINH_DATA_DRI", "QUYDINH_DATA_DIR?"),
        ("QUYDINH_DATABASE", "QUYDINH_DATABASE_URL?"),
        ("QUYDINH_SMTP", "QUYDINH_SMTP_URL?"),
        ("quydinh_base_ulr", "QUYDINH_BASE_URL?"),
        ("QUYDINH_SOMETHING_ELSE", "docs/settings.md"),
    ],
)
def test_a_misspelt_variable_is_told_with_what_it_may_mean(name: str, meant: str) -> None:
    (sentence,) = unknown_variables({name: "secret-value", "PATH": "/bin"})
    assert sentence.startswith(f"{name} ") and meant in sentence and "secret" not in sentence


def test_settings_and_variables_of_tests_are_not_told() -> None:
    every = {PREFIX + name.upper(): "x" for name in Settings.model_fields}
    assert unknown_variables({**every, "quydinh_demo": "1", "QUYDINH_TEST_REPLICA": "/x"}) == ()
