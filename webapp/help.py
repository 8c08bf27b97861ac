"""How to search, accessibility, personal data: one short page."""

from __future__ import annotations

from flask import Blueprint, render_template

from .languages import gettext as _
from .languages import local
from .pages import Crumb, Frame, HelpPage

bp = Blueprint("help", __name__)


@bp.get("/tro-giup")
def page() -> str:
    """The help page."""
    crumbs = (Crumb(_("Trang chủ"), local("/")),)
    frame = Frame(_("Trợ giúp"), crumbs=crumbs, canonical=local("/tro-giup"))
    return render_template("help/help.html", page=HelpPage(frame))
