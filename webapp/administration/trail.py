"""The audit trail: filtered, page by page, as CSV. A ministry's administrator sees that ministry's rows."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Response, render_template, request
from flask_babel import gettext as _

from schemas.people import Action, Role
from schemas.people_tables import audit_log

from ..access import require
from ..formats import moment
from ..forms import Form
from ..languages import local
from ..role_names import ministry_names, scope_name
from ..state import site
from . import queries as read
from .blueprint import bp
from .pages import TrailLine, TrailPage, frame

FILTERS = ("hanh_dong", "doi_tuong", "ma", "nguoi", "tu", "den")
LONGEST_VALUE = 300
#: A cell that begins like this would be run as a formula by a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@bp.get("/nhat-ky")
def trail() -> str | tuple[str, int]:
    """One page, newest first."""
    form, wanted = _asked()
    before = request.args.get("truoc", "")
    before_id = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
    with site().database.connect() as connection:
        rows = (
            list(read.trail(connection, wanted, before_id=before_id, limit=read.PAGE + 1)) if form.ok else []
        )
        actions, kinds = read.kinds(connection)
        names = ministry_names(connection)
    shown = rows[: read.PAGE]
    pairs = [(name, form.values[name]) for name in FILTERS if form.values.get(name)]
    older = urlencode([*pairs, ("truoc", str(shown[-1].id))]) if len(rows) > read.PAGE else ""
    page = TrailPage(
        frame=frame(_("Nhật ký")),
        form=form,
        actions=tuple((code, action_name(code)) for code in actions),
        kinds=tuple((code, kind_name(code)) for code in kinds),
        lines=tuple(_line(row, names) for row in shown),
        older=local(f"/quan-tri/nhat-ky?{older}") if older else "",
        csv_url=local("/quan-tri/nhat-ky.csv" + (f"?{urlencode(pairs)}" if pairs else "")),
    )
    return render_template("administration/trail.html", page=page), 200 if form.ok else 422


@bp.get("/nhat-ky.csv")
def trail_csv() -> Response:
    """All rows of the filter, streamed; values as JSON, made harmless for spreadsheets."""
    _form, wanted = _asked()
    headers = {"Content-Disposition": 'attachment; filename="nhat-ky.csv"', "Cache-Control": "no-store"}
    return Response(_csv(site().database, wanted), mimetype="text/csv; charset=utf-8", headers=headers)


def _asked() -> tuple[Form, read.TrailFilter]:
    """The filter of the address, within the ministries this person administers."""
    person = require(Action.SEE_AUDIT)
    form = Form(request.args)
    actor = form.text("nguoi", longest=18)
    if actor and not (actor.isascii() and actor.isdigit()):
        form.error("nguoi", _("Nhập số của tài khoản"))
    since = form.date("tu")
    until = form.date("den")
    wanted = read.TrailFilter(
        ministries=person.ministries(Role.ADMINISTRATOR),
        action=form.text("hanh_dong", longest=60),
        subject_kind=form.text("doi_tuong", longest=60),
        subject_id=form.text("ma", longest=60),
        actor_id=int(actor) if actor and form.ok else None,
        since=since,
        until=until,
    )
    return form, wanted


def _csv(database: sa.Engine, wanted: read.TrailFilter) -> Iterator[str]:
    yield "\ufeff" + _row([column.name for column in audit_log.columns])
    with database.connect() as connection:
        for row in read.trail(connection, wanted, limit=None):
            values = (row.before, row.after)
            plain = ["" if v is None else json.dumps(v, ensure_ascii=False, sort_keys=True) for v in values]
            when = row.recorded_at.isoformat()
            actor = "" if row.actor_id is None else str(row.actor_id)
            who = (str(row.id), when, actor, row.actor_kind, row.action, row.subject_kind, row.subject_id)
            yield _row([*who, row.ministry, *plain])


def _row(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells)
    return buffer.getvalue()


def _line(row: read.TrailRow, names: dict[str, str]) -> TrailLine:
    return TrailLine(
        when=moment(row.recorded_at),
        actor=_actor(row),
        action=action_name(row.action),
        subject=f"{kind_name(row.subject_kind)} {row.subject_id}".strip(),
        ministry=scope_name(row.ministry, names) if row.ministry else "",
        changes=_changes(row.before, row.after),
    )


def _actor(row: read.TrailRow) -> str:
    if row.actor_kind == "visitor":
        return str(_("khách"))
    if row.actor_kind == "system":
        return str(_("cổng"))
    number = _("số %(n)s", n=row.actor_id)
    return f"{row.actor_name} ({number})" if row.actor_name else str(_("tài khoản đã xóa (%(n)s)", n=number))


def _changes(before: object, after: object) -> tuple[tuple[str, str, str], ...]:
    """Field, value before, value after."""
    old = before if isinstance(before, dict) else {}
    new = after if isinstance(after, dict) else {}
    rows = [(str(n), _shown(old.get(n)), _shown(new.get(n))) for n in dict.fromkeys([*old, *new])]
    return tuple(row for row in rows if row[1] or row[2])


def _shown(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"


def action_name(code: str) -> str:
    """How an action reads; one without a name shows its code."""
    names: dict[str, str] = {
        "account_created": _("tạo tài khoản"),
        "account_deleted": _("xóa tài khoản"),
        "signed_in": _("đăng nhập"),
        "signed_out": _("đăng xuất"),
        "password_changed": _("đổi mật khẩu"),
        "password_reset": _("đặt lại mật khẩu"),
        "name_changed": _("đổi tên"),
        "email_changed": _("đổi e-mail"),
        "identity_linked": _("thêm cách đăng nhập"),
        "identity_unlinked": _("bỏ cách đăng nhập"),
        "session_ended": _("kết thúc một phiên"),
        "sessions_ended": _("kết thúc các phiên khác"),
        Action.GRANT_ROLE.value: _("giao vai trò"),
        Action.WITHDRAW_ROLE.value: _("rút vai trò"),
        Action.DISABLE_ACCOUNT.value: _("khóa hoặc mở tài khoản"),
        Action.EDIT_REGULATION.value: _("ghi quy định"),
        Action.CONFIRM_CONDITION.value: _("xác nhận điều kiện"),
        Action.DRAFT_PLAN.value: _("soạn phương án"),
        Action.IMPORT_PLANS.value: _("nhập phương án từ tệp"),
        Action.SUBMIT_PLAN.value: _("trình phương án"),
        Action.APPROVE_PLAN.value: _("công bố, phê duyệt phương án"),
        Action.REJECT_PLAN.value: _("trả lại, không duyệt phương án"),
        Action.CARRY_OUT_PLAN.value: _("thực thi phương án"),
        Action.END_PLAN.value: _("kết thúc, đình chỉ phương án"),
        Action.DRAFT_CONSULTATION.value: _("soạn đợt lấy ý kiến"),
        Action.OPEN_CONSULTATION.value: _("công bố đợt lấy ý kiến"),
        Action.CLOSE_CONSULTATION.value: _("đổi hạn, đóng đợt lấy ý kiến"),
        Action.SEND_COMMENT.value: _("gửi góp ý"),
        Action.WITHDRAW_COMMENT.value: _("rút góp ý"),
        Action.MODERATE_COMMENT.value: _("kiểm duyệt góp ý"),
        Action.DECIDE_APPEAL.value: _("xử lý đề nghị xem lại"),
        Action.HANDLE_PETITION.value: _("xử lý phản ánh"),
        Action.PUBLISH_PETITION.value: _("công khai kết quả phản ánh"),
        Action.SET_PETITION_LIMIT.value: _("đặt thời hạn xử lý phản ánh"),
        Action.ASSIGN_ANSWER.value: _("giao việc trả lời"),
        Action.DRAFT_ANSWER.value: _("soạn trả lời"),
        Action.PUBLISH_ANSWER.value: _("công bố trả lời"),
        "email_confirmed": _("xác nhận e-mail của người gửi"),
        "sender_forgotten": _("xóa tên người gửi"),
        "appealed": _("đề nghị xem lại"),
        "reported": _("báo góp ý vi phạm"),
        "claimed": _("báo “không phải tôi gửi”"),
        "note_written": _("viết ghi chú nội bộ"),
        "breach_told": _("báo lộ dữ liệu cá nhân"),
        "file_checked": _("kiểm tra tệp"),
        "send_petition": _("gửi phản ánh"),
        "petition_supply": _("bổ sung phản ánh"),
        "petition_reopen": _("đề nghị xem lại phản ánh"),
        "petition_rate": _("đánh giá kết quả phản ánh"),
        "petition_withdraw": _("rút phản ánh"),
        "erased": _("xóa hẳn nội dung"),
    }
    return names.get(code, code)


def kind_name(code: str) -> str:
    """How a kind of subject reads."""
    names: dict[str, str] = {
        "account": _("tài khoản"),
        "plan": _("phương án"),
        "regulation": _("quy định"),
        "condition": _("điều kiện"),
        "consultation": _("tham vấn"),
        "petition": _("phản ánh"),
        "petition_limit": _("hạn xử lý phản ánh"),
        "comment": _("góp ý"),
        "answer": _("trả lời"),
    }
    return names.get(code, code)
