"""The blueprint of consultations; each module of this package adds its own routes."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("consultations", __name__)
