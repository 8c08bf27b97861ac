"""The blueprint of /tai-khoan; each part of it adds its own routes."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("accounts", __name__, url_prefix="/tai-khoan")
