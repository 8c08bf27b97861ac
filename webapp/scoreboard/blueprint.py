"""The blueprint the routes of the scoreboard hang on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("scoreboard", __name__)
