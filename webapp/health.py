"""Is the process alive, is it ready: for supervisors and balancers."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from schemas import tables as t
from schemas.errors import SearchError

from .state import site

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> Response:
    """200 while the process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
def ready() -> tuple[Response, int]:
    """200 when database and index answer, 503 with what does not."""
    parts: dict[str, str] = {}
    try:
        with site().database.connect() as connection:
            connection.execute(sa.select(t.documents.c.id).limit(1)).first()
        parts["database"] = "ok"
    except sa.exc.SQLAlchemyError as error:
        parts["database"] = type(error).__name__
    try:
        status = site().reader.status()
        parts["index"] = "ok"
        parts["generation"] = status.generation
    except SearchError as error:
        parts["index"] = type(error).__name__
    good = parts["database"] == "ok" and parts["index"] == "ok"
    return jsonify(status="ok" if good else "not ready", **parts), 200 if good else 503
