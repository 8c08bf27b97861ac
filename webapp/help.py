"""How to search, accessibility, personal data: one short page."""

from __future__ import annotations

from flask import Blueprint, render_template

from schemas.click_tables import DAYS_NEEDED, KEPT, RARE_KEPT

from .languages import gettext as _
from .languages import local
from .pages import ClicksKept, Crumb, Frame, HelpPage
from .state import site

bp = Blueprint("help", __name__)


@bp.get("/tro-giup")
def page() -> str:
    """The help page."""
    crumbs = (Crumb(_("Trang chủ"), local("/")),)
    frame = Frame(_("Trợ giúp"), crumbs=crumbs, canonical=local("/tro-giup"))
    counted = site().settings.learn_from_clicks
    kept = ClicksKept(DAYS_NEEDED, RARE_KEPT.days, KEPT.days) if counted else None
    return render_template("help/help.html", page=HelpPage(frame, kept))
