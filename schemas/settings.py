"""All settings: one frozen object, built at the entry point and passed down.

Each comes from an environment variable `QUYDINH_…`; docs/settings.md describes every one (a test checks it).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args, get_origin
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from .errors import SettingsError

PREFIX = "QUYDINH_"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
#: Addresses of the official sites, `<source>_url`: only on loopback are they crawled without delays.
SOURCE_URLS = ("vbpl_url", "dichvucong_url")
#: Their values are not repeated in messages.
SECRETS = ("secret_key", "receipt_key", "elasticsearch_api_key", "oidc_client_secret")
_NO_SETTINGS = (f"{PREFIX}TEST_", f"{PREFIX}LOOK_WORK")
_PASSWORD = re.compile(r"(?<=:)[^:/@\s]+(?=@)")
_BOUNDS = (("ge", "at least"), ("gt", "above"), ("le", "at most"), ("min_length", "letters: at least"))


class Settings(BaseSettings):
    """What can be set; the description of each field is its documentation."""

    # An empty variable counts as none: an empty folder would be the current one, an empty address no site.
    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore")

    data_dir: Path = Field(Path("var"), description="Folder for the archive, the index and uploads.")
    database_url: str = Field("", description="SQLAlchemy address; empty: SQLite in the data folder.")
    search_engine: Literal["tantivy", "elasticsearch", "whoosh"] = Field(
        "tantivy", description="Which engine the site asks and the indexer writes."
    )
    search_tier: Literal["A", "B", "C"] = Field(
        "C", description="Highest ranking tier: A the engine's order, B vectors, C the learned order."
    )
    search_model: Literal["trees", "network"] = Field(
        "trees",
        description="What orders in tier C: trees learned from judged questions, or a network without.",
    )
    search_models_dir: Path | None = Field(
        None, description="Folder of the portal's own models, written by `indexer train --output`."
    )
    learn_from_clicks: bool = Field(
        False, description="Count which articles are opened after a search, without anything about who does."
    )
    elasticsearch_url: str = Field(
        "http://127.0.0.1:9200", description="One or more Elasticsearch addresses, separated by commas."
    )
    elasticsearch_index: str = Field(
        "quydinh", min_length=1, description="Name of the alias the site reads; indexes begin with it."
    )
    elasticsearch_replicas: int = Field(0, ge=0, le=5, description="Copies of each index on other nodes.")
    elasticsearch_timeout: float = Field(
        3.0,
        gt=0,
        le=600,
        description="Seconds a search waits for a node of Elasticsearch before it tries another.",
    )
    elasticsearch_api_key: str = Field("", description="API key for Elasticsearch; empty: none is sent.")
    elasticsearch_ca_file: Path | None = Field(
        None, description="Certificate authority of an https Elasticsearch; empty: the system's own."
    )
    synonyms_file: Path | None = Field(
        None, description="The portal's own synonyms, added to those it comes with; read again when changed."
    )
    vbpl_url: str = Field(
        "https://vbpl-bientap-gateway.moj.gov.vn/api",
        description="Base of the national database's JSON gateway; ends in /api.",
    )
    dichvucong_url: str = Field(
        "https://dichvucong.gov.vn", description="Root of the National Public Service Portal."
    )
    crawl_delay: float = Field(
        1.0, ge=0, le=3600, description="Seconds between two requests to a host; 0 only for loopback."
    )
    contact: str = Field(
        "https://github.com/quydinh/quydinh",
        min_length=3,
        description="Address or e-mail that the crawler's user agent shows to the sites.",
    )
    secret_key: str = Field(
        "", description="Signs cookies; empty: one is created in the data folder with mode 0600."
    )
    receipt_key: str = Field(
        "",
        description="Ed25519 private key (32 bytes, base64) that signs receipts; empty: one is created "
        "in the data folder with mode 0600.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="What is logged.")
    log_format: Literal["text", "json"] = Field("text", description="One line of text or of JSON per event.")
    site_workers: int = Field(2, ge=1, le=64, description="Processes of the site.")
    site_threads: int = Field(4, ge=1, le=64, description="Threads in each process of the site.")
    base_url: str = Field("", description="Public address of the site, for feeds and links; empty: as asked.")

    demo: bool = Field(
        False, description="Sample accounts may sign in and mail is shown on a page; never for a real portal."
    )
    trusted_proxies: int = Field(
        0, ge=0, le=5, description="Reverse proxies in front whose X-Forwarded headers are believed."
    )
    session_hours: int = Field(
        12, ge=1, le=720, description="Hours without use after which a session ends; 30 days at most."
    )
    smtp_url: str = Field(
        "", description="smtp://, smtp+starttls:// or smtps://user:password@host:port; empty: mail waits."
    )
    mail_from: str = Field(
        "quydinh <no-reply@localhost>", min_length=3, description="Sender of the portal's mail."
    )
    oidc_issuer: str = Field(
        "", description="OpenID Connect issuer that people may sign on with; empty: none."
    )
    oidc_client_id: str = Field("", description="What the issuer calls this portal.")
    oidc_client_secret: str = Field("", description="The portal's secret at the issuer.")
    oidc_name: str = Field(
        "Cổng Dịch vụ công quốc gia", min_length=1, description="The issuer's name on the sign-on button."
    )

    consultation_days: int = Field(
        20, ge=1, le=365, description="Days a draft must be open for comment; less is allowed with a reason."
    )
    consultation_basis: str = Field(
        "Luật Ban hành văn bản quy phạm pháp luật số 64/2025/QH15",
        min_length=3,
        description="The law that sets consultation_days, as pages name it.",
    )
    upload_megabytes: int = Field(10, ge=1, le=100, description="Largest file a comment may bring along.")
    clamav: str = Field(
        "", description="host:port or socket path of clamd that checks uploads; empty: a moderator does."
    )
    proof_cost: int = Field(
        50_000, ge=100, le=10_000_000, description="Most hashes a browser computes before it sends a comment."
    )

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        try:
            known = not value or make_url(value).drivername in ("sqlite", "postgresql+psycopg")
        except (ArgumentError, ValueError):
            known = False
        if not known:
            raise ValueError("sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE")
        return value

    @field_validator("elasticsearch_url")
    @classmethod
    def _nodes(cls, value: str) -> str:
        for address in value.split(","):
            parts = urlsplit(address.strip())
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValueError("one or more of http://HOST:9200 or https://HOST:9200, separated by commas")
        return value

    @field_validator("clamav")
    @classmethod
    def _scanner(cls, value: str) -> str:
        if value and not value.startswith("/") and not re.fullmatch(r"\S+:\d+", value):
            raise ValueError("HOST:PORT, or the path of a socket, which starts with /")
        return value

    @field_validator("elasticsearch_ca_file")
    @classmethod
    def _certificate(cls, value: Path | None) -> Path | None:
        if value and not value.is_file():
            raise ValueError("a file that is there")
        return value

    @field_validator("search_models_dir")
    @classmethod
    def _models(cls, value: Path | None) -> Path | None:
        if value and not value.is_dir():
            raise ValueError("a folder that is there")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("smtp", "smtp+starttls", "smtps") or not parts.hostname):
            raise ValueError("smtp://host:25, smtp+starttls://user:password@host:587 or smtps://…:465")
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise ValueError("an address that starts with https:// (http:// only on loopback)")
        return value

    @field_validator("vbpl_url", "dichvucong_url", "base_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("an address that starts with http:// or https://")
        return value.rstrip("/")

    @field_validator("vbpl_url")
    @classmethod
    def _gateway(cls, value: str) -> str:
        if not value.endswith("/api"):
            raise ValueError("the gateway's address, which ends in /api")
        return value

    @model_validator(mode="after")
    def _delay_is_polite(self) -> Settings:
        if self.crawl_delay == 0:
            for name in SOURCE_URLS:
                if urlsplit(getattr(self, name)).hostname not in LOOPBACK:
                    raise ValueError(
                        f"crawl_delay|0 is accepted only while {PREFIX}{name.upper()} is loopback"
                    )
        return self

    @property
    def session_length(self) -> dt.timedelta:
        """How long a session lives on after each use."""
        return dt.timedelta(hours=self.session_hours)

    @property
    def database(self) -> str:
        """The address of the database, with the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'quydinh.sqlite3'}"

    @property
    def archive_dir(self) -> Path:
        return self.data_dir / "archive"

    @property
    def index_dir(self) -> Path:
        return self.data_dir / "index"


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment; `overrides` win.

    Raises SettingsError with the variable's name, its value and what is allowed.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        message = first["msg"].removeprefix("Value error, ")
        name = str(first["loc"][0]) if first["loc"] else message.split("|")[0]
        value = 0 if "|" in message else first.get("input")
        allowed = message.split("|")[-1] if first["type"] == "value_error" else _allowed(name)
        raise _refused(name, value, allowed) from error


def unknown_variables(environment: Mapping[str, str]) -> tuple[str, ...]:
    """A sentence for each variable that looks like a setting and is none, with the setting it may have meant.

    Values are not repeated: a misspelt key is a key. Variables of tests and of the build are no settings.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    told = []
    for name in sorted(environment):
        upper = name.upper()
        if not upper.startswith(PREFIX) or upper in known or upper.startswith(_NO_SETTINGS):
            continue
        nearest = get_close_matches(upper, known, n=1, cutoff=0.8)
        meant = f"; did you mean {nearest[0]}?" if nearest else "; docs/settings.md lists what there is."
        told.append(f"{name} is no setting and is ignored{meant}")
    return tuple(told)


def make_data_dir(settings: Settings) -> None:
    """The data folder, made where it is not there yet. Raises SettingsError where it cannot be made."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        allowed = f"a folder that exists or can be made ({error.strerror})"
        raise _refused("data_dir", str(settings.data_dir), allowed) from error


def _refused(name: str, value: object, allowed: str) -> SettingsError:
    """Says the value, but for secrets and passwords in addresses: messages end up in logs."""
    if name in SECRETS:
        value = "…"
    return SettingsError(
        PREFIX + name.upper(), _PASSWORD.sub("…", value) if isinstance(value, str) else value, allowed
    )


def _allowed(name: str) -> str:
    """What a setting takes, in words, read from its declaration."""
    field = Settings.model_fields[name]
    if get_origin(field.annotation) is Literal:
        return ", ".join(get_args(field.annotation))
    if field.annotation is bool:
        return "1 or 0"
    bounds = [
        f"{words} {getattr(rule, key)}"
        for rule in field.metadata
        for key, words in _BOUNDS
        if hasattr(rule, key)
    ]
    kinds: dict[Any, str] = {int: "a whole number", float: "a number"}
    return ", ".join([kind for known, kind in kinds.items() if field.annotation is known] + bounds)
