"""Writing a regulation (quy định kinh doanh): by officers of its ministry; a form keeps what was typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, redirect, render_template, request
from pydantic import ValidationError
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from schemas import regulation_tables as r
from schemas.errors import Conflict, Refused
from schemas.lists import business_lines, economic_classes
from schemas.people import Action, Person, Role, Subject
from schemas.regulations import REGULATION_STATUSES, REGULATION_TYPES, Regulation, RegulationBasis

from ..access import require
from ..formats import date, number
from ..forms import Form
from ..languages import gettext as _
from ..languages import local
from ..pages import Crumb, Frame
from ..plans.cells import BadCell, read_provision
from ..plans.export import provision_text
from ..queries import regulations as read
from ..state import site
from . import store
from .views import regulation_url, status_name, type_name

bp = Blueprint("regulation_desk", __name__)
BASE = "/quan-tri/quy-dinh"
INVALID, CONFLICT = 422, 409
_MOST_BASES = 50
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")


@dataclass(frozen=True, slots=True)
class RegulationFormPage:
    """/quan-tri/quy-dinh/moi and /quan-tri/quy-dinh/{code}/sua."""

    frame: Frame
    form: Form
    action: str
    new: bool
    ministries: tuple[tuple[str, str], ...]
    types: tuple[tuple[str, str], ...]
    statuses: tuple[tuple[str, str], ...]
    cost: str  # already calculated on the portal: shown, changed on its own form
    cost_url: str
    back: str


def _ministries(connection: sa.Connection, person: Person) -> tuple[tuple[str, str], ...]:
    codes = person.ministries(Role.OFFICER)
    query = sa.select(r.ministries.c.code, r.ministries.c.name).order_by(r.ministries.c.name)
    if codes is not None:
        query = query.where(r.ministries.c.code.in_(codes))
    return tuple((row.code, row.name) for row in connection.execute(query))


@bp.get(f"{BASE}/moi")
def new_regulation() -> str:
    """A form for a regulation that is not on the portal yet."""
    person = require(Action.OPEN_DESK)
    if person.ministries(Role.OFFICER) == frozenset():
        abort(403)
    return _page(person, Form(), None, 0)


@bp.post(f"{BASE}/moi")
def create_regulation() -> str | Response | tuple[str, int]:
    """Write it, under a code nobody has yet."""
    form = Form(request.form)
    ministry = form.text("ministry", longest=100, missing=_("Chọn bộ, ngành"))
    person = require(Action.EDIT_REGULATION, Subject("regulation", "", ministry))
    code = form.text("code", longest=60, missing=_("Nhập mã quy định"))
    if code and not _CODE.fullmatch(code):
        form.error("code", _("Mã chỉ gồm chữ không dấu, số, dấu chấm và gạch nối, ví dụ QD-2026-015"))
    typed = _read(form)
    if typed is None:
        return _page(person, form, None, 0), INVALID
    with site().database.begin() as connection:
        taken = connection.scalar(sa.select(r.regulations.c.id).where(r.regulations.c.code == code))
        if taken is None:
            _save(connection, person, {**typed, "code": code, "ministry": ministry}, None)
    if taken is not None:
        form.error("code", _("Đã có quy định mang mã này"))
        return _page(person, form, None, 0), INVALID
    return redirect(local(regulation_url(code)), 303)


def _held(connection: sa.Connection, code: str) -> tuple[Person, Regulation, int]:
    """Who asks, the regulation, its version. 404 when there is none."""
    found = read.by_code(connection, code)
    if found is None:
        abort(404)
    line, row = found
    person = require(Action.EDIT_REGULATION, Subject("regulation", code, line.ministry))
    return person, store.read(connection, line.id, code), row.version


@bp.get(f"{BASE}/<code>/sua")
def edit_regulation_form(code: str) -> str:
    """Change it."""
    with site().database.connect() as connection:
        person, held, version = _held(connection, code)
    form = Form()
    form.values.update(_values(held))
    return _page(person, form, held, version)


@bp.post(f"{BASE}/<code>/sua")
def edit_regulation(code: str) -> str | Response | tuple[str, int]:
    """Keep the change, if nobody was quicker."""
    with site().database.connect() as connection:
        person, held, version = _held(connection, code)
    form = Form(request.form)
    seen = request.form.get("revision", "")
    typed = _read(form, held)
    if typed is None:
        return _page(person, form, held, int(seen) if seen.isascii() and seen.isdigit() else version), INVALID
    try:
        with site().database.begin() as connection:
            _save(connection, person, {**dict(held), **typed}, seen)
    except Conflict:
        form.error(
            "name", _("Người khác vừa sửa quy định này. Điều bạn gõ vẫn còn dưới đây; xem lại rồi lưu.")
        )
        return _page(person, form, held, version), CONFLICT
    return redirect(local(regulation_url(code)), 303)


def _save(connection: sa.Connection, person: Person, values: Mapping[str, Any], seen: str | None) -> None:
    """`seen`: the version the form was made from; None for a new one. Raises Conflict, Forbidden."""
    if seen is not None:
        g = r.regulations
        version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1
        # Writing the row to itself takes it (on SQLite: the file) for this transaction.
        mine = sa.update(g).where(g.c.code == values["code"], g.c.version == version).values(version=version)
        if connection.execute(mine).rowcount != 1:
            raise Conflict(f"regulation {values['code']} is not at version {seen}")
    try:
        store.save(connection, person, Regulation.model_validate(values))
    except Refused as error:
        raise Forbidden from error


# ---------------------------------------------------------------- the form's fields


def _read(form: Form, held: Regulation | None = None) -> dict[str, Any] | None:
    """Everything but code and ministry; None with the faults in the form."""
    kind = form.choice("type", tuple(REGULATION_TYPES), missing=_("Chọn loại quy định"))
    status = form.choice("status", tuple(REGULATION_STATUSES), missing=_("Chọn kết quả rà soát"))
    values: dict[str, Any] = {
        "name": form.text("name", longest=1000, shortest=3, missing=_("Nhập tên quy định")),
        "type": kind,
        "field": form.text("field", longest=200),
        "subjects": _lines(form.text("subjects", longest=2000, lines=True)),
        "status": status,
        "status_since": form.date("status_since"),
        "in_force_from": form.date("in_force_from"),
        "in_force_until": form.date("in_force_until"),
        "procedure_code": form.text("procedure_code", longest=60) or None,
        "bases": _bases(form),
        "business_lines": _business_lines(form),
        "vsic": _classes(form),
    }
    if held is None or held.cost_sheet is None:
        values |= _cost(form)
    start, end = values["in_force_from"], values["in_force_until"]
    if start and end and end <= start:
        form.error("in_force_until", _("Ngày hết hiệu lực phải sau ngày có hiệu lực"))
    if not form.ok:
        return None
    try:  # what the fields' own checks do not see
        Regulation.model_validate({**values, "code": "X", "ministry": "x"})
    except ValidationError as error:
        form.error("name", str(error.errors()[0]["msg"]))
        return None
    return values


def _lines(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (line.strip() for line in text.split("\n"))))


def _bases(form: Form) -> tuple[RegulationBasis, ...]:
    """A basis a line: "15/2024/NĐ-CP | Khoản 1 Điều 18 | 01/07/2024"; only the number must be there."""
    found = []
    for line in _lines(form.text("bases", longest=10_000, lines=True))[:_MOST_BASES]:
        parts = [part.strip() for part in line.split("|")] + ["", "", ""]
        try:
            found.append(
                RegulationBasis(
                    document_number=parts[0],
                    provision=read_provision(parts[1]) if parts[1] else None,
                    valid_from=_day(parts[2]),
                    valid_until=_day(parts[3]),
                )
            )
        except (BadCell, ValueError):
            form.error(
                "bases",
                _(
                    "Chưa đọc được dòng “%(line)s”. Ghi như: 15/2024/NĐ-CP | Khoản 1 Điều 18 | 01/07/2024",
                    line=line[:80],
                ),
            )
    return tuple(found)


def _day(text: str) -> Any:
    one = Form({"day": text})
    found = one.date("day")
    if not one.ok:
        raise ValueError(text)
    return found


def _business_lines(form: Form) -> tuple[int, ...]:
    typed = form.text("business_lines", longest=1000)
    known = {line.number for line in business_lines()}
    numbers = [part for part in re.split(r"[,;\s]+", typed) if part]
    wrong = [n for n in numbers if not (n.isascii() and n.isdigit() and len(n) < 5 and int(n) in known)]
    if wrong:
        form.error("business_lines", _("Không có ngành nghề số %(n)s (từ 1 đến 227)", n=wrong[0][:20]))
        return ()
    return tuple(sorted({int(n) for n in numbers}))


def _classes(form: Form) -> tuple[str, ...]:
    typed = form.text("vsic", longest=1000)
    known = {item.code for item in economic_classes()}
    codes = [part for part in re.split(r"[,;\s]+", typed) if part]
    wrong = [code for code in codes if code not in known]
    if wrong:
        form.error("vsic", _("Không có mã ngành %(code)s trong bảng VSIC", code=wrong[0][:20]))
        return ()
    return tuple(sorted(set(codes)))


def _cost(form: Form) -> dict[str, Any]:
    typed = form.text("annual_cost", longest=30)
    source = form.text("cost_source", longest=500)
    plain = typed.replace(".", "").replace(" ", "")
    if typed and not (plain.isascii() and plain.isdigit() and len(plain) <= 17):
        form.error("annual_cost", _("Ghi số đồng một năm, ví dụ 1.480.000"))
        return {"annual_cost": None, "cost_source": source}
    if plain and not source:
        form.error("cost_source", _("Ghi số này lấy từ đâu"))
    return {"annual_cost": int(plain) if plain else None, "cost_source": source}


def _values(held: Regulation) -> dict[str, str]:
    """A regulation as the form shows it."""

    def basis(one: RegulationBasis) -> str:
        parts = [
            one.document_number,
            provision_text(one.provision) if one.provision else "",
            date(one.valid_from),
            date(one.valid_until),
        ]
        return " | ".join(parts).rstrip(" |")

    return {
        "name": held.name,
        "type": held.type,
        "field": held.field,
        "subjects": "\n".join(held.subjects),
        "status": held.status,
        "status_since": date(held.status_since),
        "in_force_from": date(held.in_force_from),
        "in_force_until": date(held.in_force_until),
        "procedure_code": held.procedure_code or "",
        "bases": "\n".join(basis(one) for one in held.bases),
        "business_lines": ", ".join(map(str, held.business_lines)),
        "vsic": ", ".join(held.vsic),
        "annual_cost": f"{held.annual_cost:,}".replace(",", ".") if held.annual_cost is not None else "",
        "cost_source": held.cost_source,
    }


def _page(person: Person, form: Form, held: Regulation | None, version: int) -> str:
    with site().database.connect() as connection:
        ministries = _ministries(connection, person)
    crumbs = [Crumb(_("Trang chủ"), local("/")), Crumb(_("Quy định kinh doanh"), local("/quy-dinh"))]
    back = local("/quy-dinh")
    if held is not None:
        back = local(regulation_url(held.code))
        crumbs.append(Crumb(held.name, back))
        form.values["revision"] = str(version)
    title = _("Sửa quy định") if held is not None else _("Thêm quy định")
    page = RegulationFormPage(
        frame=Frame(title, active="conditions", crumbs=tuple(crumbs), robots="noindex"),
        form=form,
        action=local(f"{BASE}/{held.code}/sua" if held is not None else f"{BASE}/moi"),
        new=held is None,
        ministries=ministries,
        types=tuple((code, type_name(code)) for code in REGULATION_TYPES),
        statuses=tuple((code, status_name(code)) for code in REGULATION_STATUSES),
        cost=number(held.annual_cost) if held is not None and held.cost_sheet and held.annual_cost else "",
        cost_url=local(f"{BASE}/{held.code}/chi-phi") if held is not None else "",
        back=back,
    )
    return render_template("regulations/write.html", page=page)
