"""Plans from a workbook: a dry run that names every wrong cell, then drafts, all of them or none."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

from flask import redirect, render_template, request
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from schemas.errors import Conflict, Refused
from schemas.people import Action, Person, Role, Subject, may

from ..access import require
from ..forms import Form
from ..languages import gettext as _
from ..languages import local, ngettext
from ..pages import Frame
from ..queries import plans as read
from ..role_names import ministry_names
from ..state import site
from . import store
from .export import workbook
from .names import refusal_text
from .office import INVALID, ROOT, bp, frame
from .reading import Problem, Reading, read_workbook
from .views import xlsx_response

log = logging.getLogger(__name__)
#: Below the site's limit for a request (1 MB), with room for the form around it.
LARGEST = 960 * 1024
KEPT_SECONDS = 24 * 3600
_NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ImportPage:
    frame: Frame
    form: Form
    action: str
    options: tuple[tuple[str, str], ...]
    problems: tuple[tuple[str, str, str, str, str], ...] = ()
    total: str = ""
    plans: tuple[tuple[str, str, str], ...] = ()
    token: str = ""
    problem: str = ""
    form_url: str = ""


def _importer() -> Person:
    person = require(Action.OPEN_DESK)
    scopes = person.ministries(Role.OFFICER)
    if scopes is not None and not scopes:
        raise Forbidden
    return person


def _ministries(person: Person) -> tuple[tuple[str, str], ...]:
    with site().database.connect() as connection:
        names = ministry_names(connection)
    subject = {code: Subject("plan", "", code) for code in names}
    return tuple((c, n) for c, n in names.items() if may(person, Action.IMPORT_PLANS, subject[c]))


def _page(person: Person, form: Form, **more: object) -> str:
    page = ImportPage(
        frame=frame(_("Nhập phương án từ tệp XLSX"), inside=True),
        form=form,
        action=local(f"{ROOT}/nhap"),
        options=_ministries(person),
        form_url=local(f"{ROOT}/mau.xlsx"),
        **more,  # type: ignore[arg-type]
    )
    return render_template("plans/import.html", page=page)


@bp.get(f"{ROOT}/mau.xlsx")
def empty_form() -> Response:
    """An empty workbook to fill in."""
    _importer()
    return xlsx_response("mau-phuong-an", workbook({}))


@bp.get(f"{ROOT}/nhap")
def import_form() -> str:
    return _page(_importer(), Form())


@bp.post(f"{ROOT}/nhap")
def import_plans() -> Response | str | tuple[str, int]:
    """The dry run of a file, or with the token of a clean dry run the writing."""
    person = _importer()
    form = Form(request.form)
    allowed = [code for code, _name in _ministries(person)]
    ministry = form.choice("ministry", allowed, missing=_("Chọn bộ, ngành đề xuất"))
    token = request.form.get("tep_da_kiem", "")
    data = _kept(person, token) if token else _uploaded(form)
    if token and data is None:
        form.error("tep", _("Tệp đã kiểm tra không còn được giữ; chọn lại tệp."))
    if not form.ok or data is None:
        return _page(person, form), INVALID
    require(Action.IMPORT_PLANS, Subject("plan", "", ministry))
    reading = read_workbook(data)
    if not reading.clean:
        total = ngettext("%(n)s ô cần sửa", "%(n)s ô cần sửa", len(reading.problems), n=len(reading.problems))
        rows = tuple(map(problem_row, reading.problems))
        return _page(person, form, problems=rows, total=total), INVALID
    if not token:
        plans = _what_would_happen(reading, ministry)
        return _page(person, form, plans=plans, token=_keep(person, data))
    problem = _write(person, ministry, reading)
    if problem:
        return _page(person, form, problem=problem), INVALID
    return redirect(f"{local(ROOT)}?xong=nhap", 303)


def _uploaded(form: Form) -> bytes | None:
    file = request.files.get("tep")
    data = file.read(LARGEST + 1) if file else b""
    if not data:
        form.error("tep", _("Chọn tệp XLSX"))
    elif len(data) > LARGEST:
        form.error("tep", _("Tệp lớn quá; nhiều nhất %(n)s KB", n=LARGEST // 1024))
        return None
    return data or None


def _what_would_happen(reading: Reading, ministry: str) -> tuple[tuple[str, str, str], ...]:
    """Code, title, and whether it would be new or a draft of a plan there is."""
    rows = []
    with site().database.connect() as connection:
        for code, content in reading.plans.items():
            line = read.by_number(connection, code)
            known = line is not None and line.ministry == ministry
            rows.append((code, content.title, _("sửa bản soạn") if known else _("phương án mới")))
    return tuple(rows)


def _write(person: Person, ministry: str, reading: Reading) -> str:
    """Write all plans in one transaction; why nothing was written, empty when all was."""
    code = ""
    try:
        with site().database.begin() as connection:
            for code, content in reading.plans.items():
                line = read.by_number(connection, code)
                if line is not None and line.ministry == ministry:
                    store.save_draft(connection, person, line.id, content, line.revision)
                else:
                    store.create(connection, person, ministry, content)
    except Refused as error:
        return f"{code}: {refusal_text(error.code)}"
    except Conflict:
        return _("%(code)s: có người vừa sửa phương án này; chạy thử lại.", code=code)
    return ""


# ---------------------------------------------------------------- the file between both steps


def _folder() -> Path:
    return site().settings.data_dir / "imports"


def _path(person: Person, token: str) -> Path:
    return _folder() / f"{person.id}-{token}.xlsx"


def _keep(person: Person, data: bytes) -> str:
    """Keep a clean file for its owner, for a day; the token that finds it."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in folder.glob("*.xlsx"):
        if old.stat().st_mtime < time.time() - KEPT_SECONDS:
            old.unlink(missing_ok=True)
    token = hashlib.sha256(data).hexdigest()
    descriptor = os.open(_path(person, token), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    return token


def _kept(person: Person, token: str) -> bytes | None:
    if not _NAME.fullmatch(token):
        return None
    path = _path(person, token)
    return path.read_bytes() if path.is_file() else None


# ---------------------------------------------------------------- problems in words


def problem_row(problem: Problem) -> tuple[str, str, str, str, str]:
    """Sheet, cell, what it holds, what is wrong, what is allowed."""
    return (problem.sheet, problem.cell, problem.found, _wrong(problem.code), problem.allowed)


def _wrong(code: str) -> str:
    return {
        "missing": _("Ô bắt buộc, đang trống"),
        "formula": _("Ô chứa công thức; dán giá trị thay cho công thức"),
        "error_value": _("Ô chứa lỗi của bảng tính"),
        "text": _("Cần là chữ"),
        "date": _("Không phải ngày"),
        "amount": _("Không phải số tiền nguyên đồng, từ 0 trở lên"),
        "count": _("Không phải số nguyên, từ 0 trở lên"),
        "action": _("Không phải hình thức nào trong danh sách"),
        "provision": _("Không đọc được điều, khoản, điểm"),
        "bad_code": _("Mã chỉ gồm chữ không dấu, số, dấu chấm và gạch nối"),
        "twice": _("Đã có ở một dòng khác"),
        "unknown_plan": _("Không có mã này ở trang Phương án"),
        "unknown_item": _("Không có số thứ tự này ở trang Nội dung"),
        "cost_pair": _("Chi phí phải có cả số hiện nay và số sau khi sửa, hoặc bỏ trống cả hai"),
        "hours_pair": _("Giờ phải có cả số hiện nay và số sau khi sửa, hoặc bỏ trống cả hai"),
        "window_order": _("Ngày cuối trước ngày đầu"),
        "due_order": _("Hạn của một bước trước hạn của bước trên nó"),
        "string_too_short": _("Ngắn quá"),
        "string_too_long": _("Dài quá"),
        "too_long": _("Nhiều quá"),
        "less_than_equal": _("Lớn quá"),
        "wrong_head": _("Tên cột không đúng"),
        "no_sheet": _("Thiếu trang tính này"),
        "too_many_rows": _("Nhiều dòng quá"),
        "empty": _("Chưa có phương án nào"),
        "not_xlsx": _("Không phải tệp XLSX đọc được"),
        "too_large": _("Tệp lớn quá"),
    }.get(code, _("Giá trị không dùng được"))
