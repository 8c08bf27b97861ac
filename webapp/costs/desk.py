"""The guided form of officers: current and after, each number with its source, every step shown before it is
saved. One form for a regulation and for an item of a plan."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from schemas.calendar import today
from schemas.costs import CostSheet, WageEdition
from schemas.errors import Conflict, Refused
from schemas.lists import wage_editions
from schemas.people import Action, Person, Subject
from schemas.plans import PlanContent

from ..access import require
from ..amounts import exact
from ..audit import now
from ..formats import date
from ..forms import Form
from ..languages import gettext as _
from ..languages import local
from ..pages import Crumb, Frame
from ..plans import store as plans
from ..plans.drafting import editing
from ..plans.office import frame as plan_frame
from ..plans.office import plan_address, problem_text, revision
from ..queries import regulations as regulations_read
from ..queries.regulations import RegulationLine
from ..state import site
from . import store
from .calculator import current_wage
from .pages import SheetPage, SituationFields, first_lines, kinds, wage_view
from .reading import AFTER, NOW, SPARE, common_source, most_common, read_situation, typed_values
from .steps import cost_steps

bp = Blueprint("costs_desk", __name__)
INVALID, CONFLICT = 422, 409
_FIRST = 5


def _edition(name: str) -> WageEdition:
    return next((e for e in wage_editions() if e.edition == name), current_wage())


def _filled(sheet: CostSheet | None) -> Form:
    """The form as it was saved, or as a new calculation starts."""
    form = Form()
    if sheet is None:
        form.values = {**first_lines(NOW), "edition": current_wage().edition}
        return form
    situations = [s for s in (sheet.current, sheet.after) if s]
    wage = _edition(sheet.wage_edition)
    source, day = common = most_common(situations)
    form.values = {
        "source": source,
        "on": f"{day:%d/%m/%Y}" if day else "",
        "note": sheet.note,
        "edition": sheet.wage_edition,
        **typed_values(sheet.current, NOW, common, wage),
        **(typed_values(sheet.after, AFTER, common, wage) if sheet.after else {}),
    }
    return form


def _read(form: Form, *, after_needed: bool) -> tuple[CostSheet | None, tuple[int, int]]:
    """The calculation typed into the form, and how many lines each situation has."""
    names = [entry.edition for entry in wage_editions()]
    edition = form.choice("edition", names, missing=_("Chọn bản của bảng thu nhập"))
    wage = _edition(edition)
    common = common_source(form, needed=True)
    current, lines_now = read_situation(form, NOW, wage, common)
    after, lines_after = read_situation(form, AFTER, wage, common)
    note = form.text("note", longest=2000, lines=True)
    empty = current is not None and not (current.activities or current.fees or current.other)
    if empty:
        form.error(f"{NOW}0-hours", _("Nhập số giờ của ít nhất một việc, hoặc một khoản phí"))
    changed = after is not None and (after.abolished or after.activities or after.fees or after.other)
    if after_needed and after is not None and not changed:
        form.error(f"{AFTER}0-hours", _("Nhập số sau khi sửa, hoặc đánh dấu “không phải làm nữa”"))
    if not form.ok or current is None:
        return None, (lines_now, lines_after)
    sheet = CostSheet(current=current, after=after if changed else None, wage_edition=wage.edition, note=note)
    return sheet, (lines_now, lines_after)


def _lines(prefix: str, filled: int) -> int:
    typed = request.form.get(f"{prefix}-dong", "")
    shown = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 3 else 0
    more = request.form.get("viec") == f"them-{prefix}"
    return min(max(filled + SPARE, shown + more, _FIRST if prefix == NOW else 1), 30)


def _copy_to_after(form: Form) -> None:
    """What stands under "now" stands under "after" as well, to be changed there."""
    copied = {
        AFTER + name[1:]: value for name, value in form.values.items() if name[:1] == NOW and name != "note"
    }
    form.values |= {name: value for name, value in copied.items() if name[1:2].isdigit() or name[1:2] == "-"}


def _page(
    form: Form,
    frame: Frame,
    action: str,
    about: str,
    back: str,
    at: int,
    lines: tuple[int, int],
    sheet: CostSheet | None,
    problem: str = "",
) -> str:
    wage = _edition(form.values.get("edition", ""))
    page = SheetPage(
        frame=frame,
        form=form,
        action=action,
        about=about,
        situations=(
            SituationFields(NOW, _("Hiện nay"), lines[0]),
            SituationFields(AFTER, _("Sau khi sửa"), lines[1], optional=True),
        ),
        kinds=kinds(),
        wage=wage_view(wage, date(wage.published)),
        wages=tuple(
            (e.edition, _("bản %(edition)s: %(hourly)s đồng/giờ", edition=e.edition, hourly=exact(e.hourly)))
            for e in reversed(wage_editions())
        ),
        steps=cost_steps(sheet) if sheet else None,
        revision=at,
        back_url=back,
        problem=problem,
        notice=_("Chưa lưu. Kiểm tra các bước dưới đây rồi bấm Lưu.") if sheet and not problem else "",
    )
    return render_template("costs/sheet.html", page=page)


def _show(sheet: CostSheet | None, frame: Frame, action: str, about: str, back: str, at: int) -> str:
    lines = (
        len(sheet.current.activities) + SPARE if sheet else _FIRST,
        len(sheet.after.activities) + SPARE if sheet and sheet.after else 1,
    )
    return _page(_filled(sheet), frame, action, about, back, at, lines, None)


def _receive(
    frame: Frame,
    action: str,
    about: str,
    back: str,
    at: int,
    save: Callable[[CostSheet], tuple[str, int]],
    *,
    after_needed: bool,
) -> Response | str | tuple[str, int]:
    """Reckon or save what was sent. `save` gives why it was not saved, and the status that says so."""
    form = Form(request.form)
    wanted = request.form.get("viec", "")
    sheet, filled = _read(form, after_needed=after_needed and wanted == "luu")
    if wanted == "chep":
        _copy_to_after(form)
        filled = (filled[0], filled[0])
    lines = (_lines(NOW, filled[0]), _lines(AFTER, filled[1]))
    if wanted.startswith("them") or wanted == "chep":
        form.errors.clear()  # asked for room, not for a result
        return _page(form, frame, action, about, back, at, lines, None)
    if sheet is None:
        return _page(form, frame, action, about, back, at, lines, None), INVALID
    if wanted != "luu":
        return _page(form, frame, action, about, back, at, lines, sheet)
    problem, status = save(sheet)
    if problem:
        return _page(form, frame, action, about, back, at, lines, sheet, problem), status
    return redirect(back, 303)


# ---------------------------------------------------------------- on a regulation


def _regulation(code: str) -> tuple[Person, RegulationLine, int, CostSheet | None]:
    with site().database.connect() as connection:
        found = regulations_read.by_code(connection, code)
    if found is None:
        abort(404)
    line, row = found
    person = require(Action.EDIT_REGULATION, Subject("regulation", line.code, line.ministry))
    return person, line, row.version, CostSheet.model_validate(row.cost_sheet) if row.cost_sheet else None


def _regulation_frame(line: RegulationLine) -> Frame:
    crumbs = (
        Crumb(_("Trang chủ"), local("/")),
        Crumb(_("Quy định kinh doanh"), local("/quy-dinh")),
        Crumb(line.name, local(f"/quy-dinh/{line.code}")),
    )
    return Frame(
        _("Tính chi phí tuân thủ"), active="conditions", crumbs=crumbs, robots="noindex", sample=line.sample
    )


_REGULATION = "/quan-tri/quy-dinh/<code>/chi-phi"


@bp.get(_REGULATION)
def regulation_form(code: str) -> str:
    """The calculation of a regulation, to be written or changed."""
    _person, line, version, sheet = _regulation(code)
    action, back = local(f"/quan-tri/quy-dinh/{code}/chi-phi"), local(f"/quy-dinh/{code}#chi-phi")
    return _show(sheet, _regulation_frame(line), action, line.name, back, version)


@bp.post(_REGULATION)
def save_regulation(code: str) -> Response | str | tuple[str, int]:
    person, line, _version, _sheet = _regulation(code)
    at = revision(request.form.get("revision", ""))

    def save(sheet: CostSheet) -> tuple[str, int]:
        source = _(
            "Tính trên cổng ngày %(date)s: %(source)s",
            date=date(today(now())),
            source=request.form.get("source", "").strip(),
        )
        try:
            with site().database.begin() as connection:
                store.save_for_regulation(connection, person, code, at, sheet, source)
        except Conflict:
            return _(
                "Có người vừa sửa quy định này. Mở lại trang trong thẻ khác để xem, rồi lưu lại."
            ), CONFLICT
        except Refused as error:
            raise Forbidden from error
        return "", 200

    action, back = local(f"/quan-tri/quy-dinh/{code}/chi-phi"), local(f"/quy-dinh/{code}#chi-phi")
    return _receive(_regulation_frame(line), action, line.name, back, at, save, after_needed=False)


# ---------------------------------------------------------------- on an item of a plan

_ITEM = "/quan-tri/phuong-an/<number>/soan/noi-dung/<int:n>/chi-phi"


@bp.get(_ITEM)
def item_form(number: str, n: int) -> str:
    """The calculation of an item, to be written or changed; begins with that of its regulation."""
    with site().database.connect() as connection:
        _person, line, content = editing(connection, number)
        if not 1 <= n <= len(content.items):
            abort(404)
        item = content.items[n - 1]
        sheet = item.cost_sheet
        if sheet is None and item.regulation:
            found = regulations_read.by_code(connection, item.regulation)
            sheet = CostSheet.model_validate(found[1].cost_sheet) if found and found[1].cost_sheet else None
    base = plan_address(number, f"/soan/noi-dung/{n}")
    frame = plan_frame(_("Tính chi phí tuân thủ"), line, inside=True)
    return _show(sheet, frame, f"{base}/chi-phi", item.title, base, line.revision)


@bp.post(_ITEM)
def save_item(number: str, n: int) -> Response | str | tuple[str, int]:
    with site().database.connect() as connection:
        person, line, content = editing(connection, number)
    if not 1 <= n <= len(content.items):
        abort(404)
    item = content.items[n - 1]
    at = revision(request.form.get("revision", ""))

    def save(sheet: CostSheet) -> tuple[str, int]:
        items = (*content.items[: n - 1], store.item_with(item, sheet), *content.items[n:])
        try:
            with site().database.begin() as connection:
                new = PlanContent.model_validate({**dict(content), "items": items})
                plans.save_draft(connection, person, line.id, new, at)
        except Conflict:
            return problem_text("conflict"), CONFLICT
        except Refused as error:
            return problem_text(error.code), CONFLICT
        return "", 200

    base = plan_address(number, f"/soan/noi-dung/{n}")
    frame = plan_frame(_("Tính chi phí tuân thủ"), line, inside=True)
    return _receive(frame, f"{base}/chi-phi", item.title, base, at, save, after_needed=True)
