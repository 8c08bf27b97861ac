"""The blueprint the routes of petitions hang on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("petitions", __name__)
DESK = "/quan-tri/phan-anh"
INVALID, TOO_MANY, CONFLICT = 422, 429, 409
