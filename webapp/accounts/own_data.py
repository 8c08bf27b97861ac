"""One's own data: what is kept, a copy of it, and deleting the account."""

from __future__ import annotations

import json

from flask import redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from .. import cookies
from ..access import require_person
from ..forms import Form
from ..languages import local
from ..state import site
from . import personal, roles
from .blueprint import bp
from .common import INVALID
from .pages import DataPage, FormPage, account_frame
from .profile import check_password, has_password


@bp.get("/du-lieu")
def own_data() -> str:
    """What is kept about me, why, and for how long."""
    require_person()
    held = (
        (_("Tên và e-mail"), _("để bạn đăng nhập và nhận thư; giữ tới khi bạn xóa tài khoản")),
        (_("Mật khẩu"), _("chỉ giữ giá trị băm argon2id, không ai đọc lại được mật khẩu")),
        (_("Phiên đăng nhập"), _("trình duyệt và địa chỉ mạng; xóa khi phiên kết thúc, lâu nhất 30 ngày")),
        (
            _("Góp ý đã gửi"),
            _("lời góp ý là công khai; tên, e-mail, điện thoại giữ tới khi bạn rút góp ý hoặc xóa tên"),
        ),
        (_("Thư đã gửi"), _("địa chỉ và tiêu đề; xóa sau 30 ngày")),
        (
            _("Nhật ký việc đã làm"),
            _("ghi số của tài khoản, không ghi tên; không sửa, không xóa được, để ai cũng kiểm tra được"),
        ),
    )
    page = DataPage(account_frame(_("Dữ liệu của bạn"), inside=True), held)
    return render_template("accounts/data.html", page=page)


@bp.get("/du-lieu.json")
def own_data_copy() -> Response:
    """All of it, as one JSON file."""
    person = require_person()
    with site().database.connect() as connection:
        data = personal.export(connection, person.id)
    text = json.dumps(data, ensure_ascii=False, indent=1)
    headers = {
        "Content-Disposition": 'attachment; filename="du-lieu-cua-toi.json"',
        "Cache-Control": "no-store",
    }
    return Response(text + "\n", mimetype="application/json", headers=headers)


@bp.get("/xoa")
def delete_form() -> str:
    require_person()
    return _page(Form())


@bp.post("/xoa")
def delete_account() -> Response | tuple[str, int]:
    """Delete the account; the last national administrator has to name another first."""
    person = require_person()
    form = Form(request.form)
    status = check_password(form, person)
    form.checked("sure", missing=_("Đánh dấu để xác nhận bạn muốn xóa"))
    if not form.ok:
        return _page(form), status
    with site().database.begin() as connection:
        if roles.is_last_administrator(connection, person.id):
            form.error(
                "sure", _("Bạn là người quản trị toàn quốc duy nhất. Giao quyền cho người khác trước.")
            )
            return _page(form), INVALID
        personal.erase(connection, person)
    response = redirect(local("/tai-khoan/dang-nhap?xong=xoa"), 303)
    cookies.remove(response, request, cookies.SESSION)
    return response


def _page(form: Form) -> str:
    page = FormPage(
        account_frame(_("Xóa tài khoản"), inside=True),
        form,
        local("/tai-khoan/xoa"),
        has_password=has_password(require_person()),
    )
    return render_template("accounts/delete.html", page=page)
