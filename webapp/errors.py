"""Pages for what goes wrong: what happened, what is kept, what to do next.

The API answers the same as problems in JSON (RFC 9457).
"""

from __future__ import annotations

import logging
import re
from typing import Any, NoReturn

import sqlalchemy as sa
from flask import Flask, jsonify, render_template, request
from pydantic import ValidationError
from rapidfuzz import fuzz, process
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from schemas.addresses import document_url, procedure_url
from schemas.errors import BadSearch, SearchUnavailable
from schemas.text.normalise import slugify

from .access import SessionOver, login_url
from .csrf import ForeignForm
from .formats import full_name, short_name
from .languages import gettext as _
from .languages import local
from .pages import ErrorPage, Frame, LinkRow
from .queries import documents as documents_read
from .queries import procedures as procedures_read
from .state import site
from .validity import badge

log = logging.getLogger(__name__)
NEAREST = 5
#: Below this likeness (0–100) a suggestion would only distract.
ALIKE = 55


def bad_request(parameter: str, value: object, allowed: str) -> NoReturn:
    """Refuse a parameter of the address; the page says which values it takes."""
    raise BadSearch(parameter, value, allowed)


def is_api() -> bool:
    return request.path.startswith("/api/")


def problem(status: int, title: str, detail: str, **more: Any) -> Response:
    """An error as `application/problem+json`."""
    answer = jsonify({"type": "about:blank", "title": title, "status": status, "detail": detail, **more})
    answer.status_code = status
    answer.mimetype = "application/problem+json"
    return answer


def on_bad_parameters(error: ValidationError) -> Response:
    """Parameters of the API that do not fit their description, each with what was wrong."""
    wrong = [(".".join(map(str, found["loc"])), found["msg"]) for found in error.errors()]
    detail = "; ".join(f"{name}: {message}" for name, message in wrong)
    return problem(400, "Bad request", detail, parameter=wrong[0][0] if wrong else "")


def _page(
    status: int,
    heading: str,
    paragraphs: tuple[str, ...],
    rows: tuple[LinkRow, ...] = (),
    rows_title: str = "",
    values: dict[str, str] | None = None,
) -> tuple[str, int]:
    page = ErrorPage(
        frame=Frame(heading, search_in_header=False, robots="noindex"),
        heading=heading,
        paragraphs=paragraphs,
        typed=(request.args.get("q") or _words_of_the_address())[:500],
        search_url=local("/tim-kiem"),
        rows=rows,
        rows_title=rows_title,
        values=values or {},
    )
    return render_template("errors/error.html", page=page), status


def _words_of_the_address() -> str:
    """What the address of a document or a procedure asks for, to search for it instead."""
    subject, _slash, rest = request.path.removeprefix("/").partition("/")
    return re.sub(r"[-/]+", " ", rest).strip() if subject in ("van-ban", "thu-tuc") else ""


def on_bad_search(error: BadSearch) -> Response | tuple[str, int]:
    if is_api():
        return problem(
            400, "Bad request", str(error), parameter=error.parameter, value=str(error.value)[:500]
        )
    value = str(error.value)
    shown = value if len(value) <= 80 else value[:80] + "…"
    said = _(
        "Tham số “%(name)s” có giá trị “%(value)s”. Giá trị dùng được: %(allowed)s.",
        name=error.parameter,
        value=shown,
        allowed=error.allowed,
    )
    plain = LinkRow(_("Mở trang này, bỏ tham số ấy"), local(request.path), "", None)
    return _page(400, _("Địa chỉ này có chỗ chưa đúng"), (said,), (plain,), _("Đi tiếp"))


def on_unavailable(error: SearchUnavailable) -> Response | tuple[str, int]:
    log.warning("search unavailable: %s", error)
    if is_api():
        return problem(503, "Search unavailable", "The index is not ready; try again in a minute.")
    return _page(
        503,
        _("Tìm kiếm đang tạm nghỉ"),
        (
            _("Chỉ mục tìm kiếm chưa sẵn sàng. Các trang văn bản và thủ tục vẫn đọc được như thường."),
            _("Thử lại sau ít phút; điều bạn gõ vẫn còn trong ô dưới đây."),
        ),
    )


def on_database(error: sa.exc.SQLAlchemyError) -> Response | tuple[str, int]:
    log.exception("database failed", exc_info=error)
    if is_api():
        return problem(503, "Database unavailable", "The database does not answer; try again in a minute.")
    return _page(
        503,
        _("Cổng đang bận"),
        (_("Cơ sở dữ liệu chưa trả lời. Thử tải lại trang sau ít phút; địa chỉ của trang không đổi."),),
    )


def on_http(error: HTTPException) -> Response | HTTPException | tuple[str, int]:
    if error.response is not None:
        return error
    code = error.code or 500
    if code < 400:
        return error
    if is_api():
        return problem(code, error.name, "No record at this address." if code == 404 else error.name)
    if code == 404:
        rows = _nearest()
        title = _("Có thể bạn tìm") if rows else ""
        told = _("Có thể địa chỉ gõ thiếu một chữ, hoặc văn bản chưa có trên cổng này.")
        return _page(404, _("Không có trang này"), (told,), rows, title)
    if isinstance(error, ForeignForm):
        told = _("Trang có biểu mẫu này mở đã lâu, hoặc trình duyệt chặn cookie của cổng.")
        next_step = _("Quay lại trang trước, tải lại rồi gửi lần nữa; trình duyệt thường giữ điều bạn đã gõ.")
        return _page(400, _("Cổng chưa nhận biểu mẫu"), (told, next_step))
    if isinstance(error, SessionOver):
        told = _("Phiên làm việc đã hết khi bạn đang gõ. Chưa có gì được ghi; điều bạn gõ còn dưới đây.")
        next_step = _("Chép lại, đăng nhập, rồi dán vào trang cũ.")
        back = LinkRow(_("Đăng nhập lại"), login_url(), "", None)
        return _page(403, _("Cần đăng nhập lại"), (told, next_step), (back,), _("Đi tiếp"), error.typed)
    if code == 403:
        told = _("Tài khoản bạn đang dùng không có vai trò cần cho trang này.")
        return _page(403, _("Bạn không có quyền làm việc này"), (told,))
    if code == 405:
        return _page(405, _("Trang này chỉ để đọc"), (_("Địa chỉ này không nhận dữ liệu gửi lên."),))
    return _page(code, _("Không làm được việc này"), (_("Yêu cầu gửi tới chưa đúng cách."),))


def on_crash(error: Exception) -> Response | tuple[str, int]:
    log.exception("a page failed: %s", request.path, exc_info=error)
    if is_api():
        return problem(500, "Internal error", "The error was recorded.")
    told = _("Lỗi đã được ghi lại. Thử tải lại trang; nếu vẫn lỗi, báo người quản trị kèm địa chỉ này.")
    return _page(500, _("Cổng gặp lỗi khi mở trang này"), (told,))


def _nearest() -> tuple[LinkRow, ...]:
    """Documents or procedures whose address is most like the one asked for."""
    parts = request.path.strip("/").split("/")
    try:
        with site().database.connect() as connection:
            if parts[0] == "thu-tuc" and len(parts) > 1:
                return _nearest_procedures(connection, parts[1])
            if parts[0] == "van-ban" and len(parts) > 1:
                return _nearest_documents(connection, parts[1], parts[2:])
    except sa.exc.SQLAlchemyError:
        log.exception("no suggestions for %s", request.path)
    return ()


def _nearest_documents(connection: sa.Connection, slug: str, rest: list[str]) -> tuple[LinkRow, ...]:
    rows: list[LinkRow] = []
    held = documents_read.find(connection, slug)
    if len(held) == 1:
        document = held[0]
        for length in range(len(rest), -1, -1):
            path = "/".join(rest[:length])
            if not path or documents_read.provision(connection, document.id, path):
                name = short_name(document.type, document.number)
                title = full_name(document.type, document.title)
                url = local(document_url(document.address, path or None))
                return (LinkRow(name, url, title, badge(document.status)),)
    typed = slugify("/".join([slug, *rest])) if rest and rest[0][:1].isdigit() else slugify(slug)
    found = documents_read.nearest(connection, typed)
    choices = {index: known for index, (known, _reference) in enumerate(found)}
    best = process.extract(typed, choices, scorer=fuzz.ratio, limit=NEAREST, score_cutoff=ALIKE)
    for _text, _score, index in best:
        reference = found[index][1]
        name = short_name(reference.type, reference.number)
        url = local(document_url(reference.address))
        rows.append(LinkRow(name, url, reference.title, badge(reference.status)))
    return tuple(rows)


def _nearest_procedures(connection: sa.Connection, code: str) -> tuple[LinkRow, ...]:
    found = procedures_read.codes_like(connection, code[:4])
    best = process.extract(
        code, {i: row[0] for i, row in enumerate(found)}, scorer=fuzz.ratio, limit=NEAREST, score_cutoff=ALIKE
    )
    return tuple(
        LinkRow(found[i][1], local(procedure_url(found[i][0])), found[i][0], None) for _t, _s, i in best
    )


def initialise(app: Flask) -> None:
    """Register every handler."""
    app.register_error_handler(BadSearch, on_bad_search)
    app.register_error_handler(SearchUnavailable, on_unavailable)
    app.register_error_handler(sa.exc.SQLAlchemyError, on_database)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(Exception, on_crash)
