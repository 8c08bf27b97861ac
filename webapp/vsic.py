"""From a business's economic class (VSIC) to the conditional lines it touches and the regulations on it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request

from schemas.lists import economic_classes, lines_of_class
from schemas.text.normalise import clean, fold

from .formats import number
from .languages import gettext as _
from .languages import local, ngettext
from .pages import Crumb, Frame, LinkRow
from .queries import regulations as read
from .state import site

bp = Blueprint("vsic", __name__)
ROOT = "/dieu-kien/vsic"


@dataclass(frozen=True, slots=True)
class ClassesPage:
    frame: Frame
    text: str
    total: str
    rows: tuple[LinkRow, ...]


@dataclass(frozen=True, slots=True)
class ClassPage:
    frame: Frame
    code: str
    name: str
    lines: tuple[LinkRow, ...]
    regulations: tuple[LinkRow, ...]
    regulations_url: str
    json_url: str


def _crumbs(*more: Crumb) -> tuple[Crumb, ...]:
    return (
        Crumb(_("Trang chủ"), local("/")),
        Crumb(_("Điều kiện theo ngành nghề"), local("/dieu-kien")),
        *more,
    )


@bp.get(ROOT)
def classes() -> str:
    """All classes, narrowed by a code or by words of the name, marks or none."""
    text = clean(request.args.get("q", ""))[:200]
    words = fold(text).split()
    found = [
        item
        for item in economic_classes()
        if all(item.code.startswith(word) or word in fold(item.name) for word in words)
    ]
    page = ClassesPage(
        frame=Frame(_("Tìm theo mã ngành kinh tế (VSIC)"), active="conditions", crumbs=_crumbs()),
        text=text,
        total=ngettext("%(n)s ngành kinh tế", "%(n)s ngành kinh tế", len(found), n=number(len(found))),
        rows=tuple(
            LinkRow(f"{item.code}. {item.name}", local(f"{ROOT}/{item.code}"), _count(item.code), None)
            for item in found
        ),
    )
    return render_template("vsic/classes.html", page=page)


def _count(code: str) -> str:
    count = len(lines_of_class(code))
    if not count:
        return ""
    return ngettext("%(n)s ngành nghề có điều kiện", "%(n)s ngành nghề có điều kiện", count, n=number(count))


@bp.get(f"{ROOT}/<code>")
def one_class(code: str) -> str:
    """One class: which conditional lines it touches, which regulations name it."""
    item = next((item for item in economic_classes() if item.code == code), None)
    if item is None:
        abort(404)
    with site().database.connect() as connection:
        regulations, _total = read.listed(connection, read.RegulationFilter(vsic=code), limit=200)
    page = ClassPage(
        frame=Frame(
            item.name,
            active="conditions",
            crumbs=_crumbs(Crumb(_("Mã ngành kinh tế (VSIC)"), local(ROOT))),
            canonical=local(f"{ROOT}/{code}"),
            sample=any(line.sample for line in regulations),
        ),
        code=item.code,
        name=item.name,
        lines=tuple(
            LinkRow(
                line.name, local(f"/dieu-kien/{line.number}"), _("ngành nghề số %(n)s", n=line.number), None
            )
            for line in lines_of_class(code)
        ),
        regulations=tuple(
            LinkRow(line.name, local(f"/quy-dinh/{line.code}"), line.ministry_name, None)
            for line in regulations
        ),
        regulations_url=local(f"/quy-dinh?vsic={code}"),
        json_url=f"/api/v1/regulations?vsic={code}",
    )
    return render_template("vsic/class.html", page=page)
