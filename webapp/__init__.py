"""The site: `create_app(settings)` gives the application a server runs."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Response, jsonify
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI
from werkzeug.routing import IntegerConverter, Map

import indexer
from schemas.database import database_engine
from schemas.search import SearchReader
from schemas.settings import Settings

from . import (
    access,
    clicks,
    conditions,
    csrf,
    documents,
    downloads,
    errors,
    health,
    help,
    home,
    keys,
    languages,
    news,
    open_data,
    procedures,
    responses,
    search,
    suggestions,
    templating,
    vsic,
)
from .accounts import sign_on
from .accounts import views as accounts
from .administration import views as administration
from .api import consultations as api_consultations
from .api import lines as api_lines
from .api import log as api_log
from .api import news as api_news
from .api import plans as api_plans
from .api import regulations as api_regulations
from .api import scoreboard as api_scoreboard
from .api import views as api_views
from .api.models import Problem
from .consultations import routes as consultations
from .costs import calculator as costs
from .costs import desk as costs_desk
from .petitions import views as petitions
from .plans import office_views as plans_office
from .plans import views as plans
from .receipts import views as receipts
from .regulations import views as regulations
from .regulations import writing as regulation_desk
from .reviews import views as reviews
from .scoreboard import views as scoreboard
from .state import Cache, LazyReader, Site


class Key(IntegerConverter):
    """A number in an address that a database can hold; with a longer one there is no such page."""

    def __init__(self, map: Map, **options: Any) -> None:
        super().__init__(map, **({"max": (1 << 63) - 1} | options))


STATIC = Path(__file__).parent / "static"


def create_app(settings: Settings, reader: SearchReader | None = None) -> OpenAPI:
    """The application. By default the index is opened when first asked; tests give a `reader`."""
    app = OpenAPI(
        __name__,
        info=Info(
            title="quydinh",
            version="1",
            description="Tra cứu quy định kinh doanh: văn bản, điều khoản, thủ tục, điều kiện. Chỉ đọc.",
        ),
        doc_ui=False,
        static_folder=str(STATIC),
        static_url_path="/static",
        validation_error_status=400,
        validation_error_model=Problem,
        validation_error_callback=errors.on_bad_parameters,
    )
    app.url_map.converters["int"] = Key
    app.config.update(
        TEMPLATES_AUTO_RELOAD=False,
        MAX_CONTENT_LENGTH=1 << 20,
        PREFERRED_URL_SCHEME="https" if settings.base_url.startswith("https:") else "http",
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["quydinh"] = Site(
        settings=settings,
        database=database_engine(settings.database),
        reader=reader or LazyReader(lambda: indexer.open_search(settings)),
        cache=Cache(),
    )
    app.secret_key = keys.secret_key(settings)
    languages.initialise(app)
    templating.initialise(app, asset)
    responses.initialise(app)
    clicks.initialise(app, app.secret_key)
    consultations.initialise(app)
    petitions.initialise(app)
    csrf.initialise(app)
    access.initialise(app)
    sign_on.initialise(app)
    errors.initialise(app)
    for subject in (
        home,
        news,
        search,
        downloads,
        documents,
        procedures,
        conditions,
        help,
        open_data,
        health,
        accounts,
        administration,
        consultations,
        costs,
        costs_desk,
        petitions,
        plans,
        plans_office,
        receipts,
        regulations,
        regulation_desk,
        reviews,
        scoreboard,
        suggestions,
        vsic,
    ):
        app.register_blueprint(subject.bp)
    app.register_api(api_views.bp)
    app.register_api(api_lines.bp)
    app.register_api(api_news.bp)
    app.register_api(api_log.bp)
    app.register_api(api_plans.bp)
    app.register_api(api_consultations.bp)
    app.register_api(api_regulations.bp)
    app.register_api(api_scoreboard.bp)
    app.add_url_rule("/api/v1/openapi.json", "openapi", lambda: _description(app))
    app.add_url_rule("/favicon.ico", "favicon", lambda: app.send_static_file("favicon.svg"))
    return app


def _description(app: OpenAPI) -> Response:
    """The OpenAPI description, made from the models; parts that are empty are left out, as the specification
    wants it."""
    described = app.api_doc
    described["components"] = {k: v for k, v in described["components"].items() if v is not None}
    for operations in described["paths"].values():
        for operation in operations.values():
            for status, answer in operation.get("responses", {}).items():
                _as_problem(status, answer.get("content", {}))
    return jsonify(described)


def _as_problem(status: str, content: dict[str, Any]) -> None:
    """Errors are sent as problems (RFC 9457), not as plain JSON."""
    if status >= "400" and "application/json" in content:
        content["application/problem+json"] = content.pop("application/json")


@cache
def asset(name: str) -> str:
    """Address of an asset with its content's hash, so that it can be kept for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"
