"""The blueprint of /quan-tri; each part of it adds its own routes."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("administration", __name__, url_prefix="/quan-tri")
