"""The public calculator: a business puts its own numbers into the formula. Nothing is stored; the address
holds everything, so that it can be kept and passed on."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request

from schemas.calendar import today
from schemas.costs import CostSheet, Situation, WageEdition, cost, edition_on, whole
from schemas.lists import wage_editions

from ..amounts import exact
from ..audit import now
from ..formats import date
from ..forms import Form
from ..languages import gettext as _
from ..languages import local
from ..pages import Crumb, Frame
from ..queries import regulations as regulations_read
from ..state import site
from .pages import CalculatorPage, SituationFields, first_lines, kinds, wage_view
from .reading import NOW, SPARE, read_situation, typed_values
from .steps import CostSteps, cost_steps

bp = Blueprint("costs", __name__)
ADDRESS = "/chi-phi-tuan-thu"
INVALID = 422
_FIRST = 5


def current_wage() -> WageEdition:
    """The edition of the wage table that applies today."""
    return edition_on(wage_editions(), today(now()))


@bp.get(ADDRESS)
def calculator() -> str | tuple[str, int]:
    """The form; with numbers in the address, the cost step by step below it."""
    wage = current_wage()
    code = request.args.get("quy_dinh", "")[:60]
    about, sheet = _regulation(code) if code else ("", None)
    form = Form(request.args)
    steps: CostSteps | None = None
    lines = _FIRST
    if any(name[:1] == NOW and (name[1:2].isdigit() or name[1:2] == "-") for name in request.args):
        given, filled = read_situation(form, NOW, wage, (_("Số của bạn"), None))
        lines = max(filled + SPARE, _shown_lines())
        if given is not None and (given.activities or given.fees or given.other):
            steps = cost_steps(CostSheet(current=given, wage_edition=wage.edition))
        elif form.ok:
            form.error(f"{NOW}0-hours", _("Nhập số giờ của ít nhất một việc, hoặc một khoản phí"))
    elif sheet:
        own = _for_one(sheet.current)
        form.values = typed_values(own, NOW, ("", None), wage)
        form.values = {key: value for key, value in form.values.items() if "_source" not in key}
        lines = len(own.activities) + SPARE
    else:
        form.values = first_lines(NOW)
    page = CalculatorPage(
        frame=Frame(
            _("Tính chi phí tuân thủ"),
            active="conditions",
            crumbs=(
                Crumb(_("Trang chủ"), local("/")),
                Crumb(_("Quy định kinh doanh"), local("/quy-dinh")),
            ),
            description=_("Một thủ tục, một điều kiện tốn của cơ sở bạn bao nhiêu thời gian và tiền."),
            canonical=local(ADDRESS),
            robots="noindex" if request.args else "",
        ),
        form=form,
        action=local(ADDRESS),
        situation=SituationFields(NOW, _("Việc phải làm mỗi lần"), lines),
        kinds=kinds(),
        wage=wage_view(wage, date(wage.published)),
        steps=steps,
        about=about,
        about_url=local(f"/quy-dinh/{code}") if about else "",
        code=code if about else "",
        official=exact(whole(cost(sheet.current).once)) if sheet else "",
    )
    text = render_template("costs/calculator.html", page=page)
    return text if form.ok else (text, INVALID)


def _shown_lines() -> int:
    typed = request.args.get("dong", "")
    shown = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 3 else _FIRST
    return min(shown + (request.args.get("viec") == "them"), 30)


def _regulation(code: str) -> tuple[str, CostSheet | None]:
    with site().database.connect() as connection:
        found = regulations_read.by_code(connection, code)
    if found is None:
        abort(404)
    line, row = found
    return line.name, CostSheet.model_validate(row.cost_sheet) if row.cost_sheet else None


def _for_one(situation: Situation) -> Situation:
    """What one business does: all activities as if they applied to it, and no number of subjects."""
    activities = tuple(a.model_copy(update={"share": None}) for a in situation.activities)
    return situation.model_copy(update={"activities": activities, "subjects": None, "abolished": False})
