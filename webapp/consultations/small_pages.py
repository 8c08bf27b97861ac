"""Pages that are one small form, and pages that say what was done."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template

from ..forms import Form
from ..languages import gettext as _
from ..languages import local
from ..pages import Crumb, Frame


@dataclass(frozen=True, slots=True)
class AskPage:
    """A page that is one small form."""

    frame: Frame
    form: Form
    action: str
    lead: str = ""
    text: tuple[str, ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()
    back: str = ""


@dataclass(frozen=True, slots=True)
class ToldPage:
    frame: Frame
    paragraphs: tuple[str, ...]
    links: tuple[tuple[str, str], ...] = ()


def small_frame(title: str) -> Frame:
    crumbs = (Crumb(_("Trang chủ"), local("/")), Crumb(_("Tham vấn"), local("/tham-van")))
    return Frame(title, active="consultations", crumbs=crumbs, robots="noindex")


def told(title: str, *text: str, links: tuple[tuple[str, str], ...] = ()) -> str:
    return render_template("consultations/told.html", page=ToldPage(small_frame(title), text, links))
