"""The receipt of one's own comment, the page that checks one here, and the page that checks one anywhere."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, make_response, render_template, request

from ..audit import now
from ..consultations import comments
from ..formats import number
from ..forms import Form
from ..languages import gettext as _
from ..languages import local
from ..pages import Crumb, Frame
from ..responses import POLICY
from ..state import site
from . import keys, log
from .keys import signer_of
from .receipt import Finding, build, check
from .verify import against_database

bp = Blueprint("receipts", __name__)
PAGE, OFFLINE = "/bien-nhan", "/bien-nhan/kiem-tra.html"
LONGEST = 300_000
INVALID = 422
_ASSETS = Path(__file__).parent.parent / "static"


@dataclass(frozen=True, slots=True)
class FindingRow:
    text: str
    result: str
    style: str
    detail: str


@dataclass(frozen=True, slots=True)
class CheckPage:
    frame: Frame
    form: Form
    action: str
    offline_url: str
    findings: tuple[FindingRow, ...]
    verdict: str
    wrong: bool
    tracking: str
    size: str
    root: str
    signed_at: str
    keys: tuple[str, ...]


def finding_text(code: str) -> str:
    """What was checked."""
    return {
        "form": _("Tệp là một biên nhận"),
        "tracking": _("Mã theo dõi trên biên nhận là mã trong mục nhật ký"),
        "hash": _("Giá trị băm là của mục nhật ký"),
        "signature": _("Mục nhật ký được cổng ký"),
        "comment": _("Lời góp ý đúng là lời đã cam kết"),
        "person": _("Người gửi đúng là người đã cam kết"),
        "inclusion": _("Mục nằm trong nhật ký mà cổng đã ký"),
        "head": _("Đầu nhật ký được cổng ký"),
        "stored": _("Cơ sở dữ liệu vẫn giữ đúng điều đã nhận"),
    }[code]


def _row(finding: Finding) -> FindingRow:
    result = {True: _("đúng"), False: _("SAI"), None: _("không kiểm được ở đây")}[finding.ok]
    style = {True: "chl", False: "held", None: "none"}[finding.ok]
    return FindingRow(finding_text(finding.code), result, style, finding.detail)


def _page(form: Form, findings: list[Finding], tracking: str = "") -> str:
    with site().database.connect() as connection:
        head = log.last_head(connection)
        known = tuple(keys.published(connection))
    wrong = any(finding.ok is False for finding in findings)
    verdict = ""
    if findings:
        verdict = _("Biên nhận và điều cổng đang giữ không khớp nhau") if wrong else _("Không thấy gì sai")
    page = CheckPage(
        frame=Frame(
            _("Kiểm tra biên nhận"),
            active="consultations",
            crumbs=(Crumb(_("Trang chủ"), local("/")), Crumb(_("Tham vấn"), local("/tham-van"))),
            canonical=local(PAGE),
        ),
        form=form,
        action=local(PAGE),
        offline_url=local(OFFLINE),
        findings=tuple(map(_row, findings)),
        verdict=verdict,
        wrong=wrong,
        tracking=tracking,
        size=number(head.size) if head else "",
        root=head.root if head else "",
        signed_at=head.signed_at if head else "",
        keys=known,
    )
    return render_template("receipts/check.html", page=page)


@bp.get(PAGE)
def check_form() -> str:
    """Where a receipt is pasted or uploaded."""
    return _page(Form(), [])


@bp.post(PAGE)
def check_receipt() -> str | tuple[str, int]:
    """Check a receipt in itself and against the database. Nothing of it is kept."""
    form = Form(request.form)
    upload = request.files.get("file")
    raw = (
        upload.stream.read(LONGEST + 1)
        if upload and upload.filename
        else request.form.get("text", "").encode()
    )
    if not raw.strip():
        form.error("text", _("Chọn tệp biên nhận hoặc dán nội dung của nó"))
    elif len(raw) > LONGEST:
        form.error("text", _("Biên nhận không dài tới thế"))
    try:
        receipt = json.loads(raw.decode()) if form.ok else None
    except (ValueError, RecursionError):
        form.values["text"] = raw.decode(errors="replace")
        form.error("text", _("Đây không phải tệp biên nhận: không đọc được như JSON"))
        receipt = None
    if not isinstance(receipt, dict):
        form.error("text", _("Đây không phải tệp biên nhận"))
        return _page(form, []), INVALID
    with site().database.connect() as connection:
        found = check(receipt, keys.published(connection))
        if all(finding.ok is not False for finding in found):
            found += against_database(connection, receipt)
    return _page(form, found, str(receipt.get("tracking", ""))[:40])


@bp.get("/tham-van/gop-y/<tracking>/<code>/bien-nhan.json")
def own_receipt(tracking: str, code: str) -> Response:
    """The receipt of a comment, for whoever holds number and code."""
    with site().database.begin() as connection:
        row = comments.by_tracking(connection, tracking)
        if not comments.opens(row, code):
            abort(404)
        assert row is not None
        receipt = build(connection, signer_of(site().settings), row, now())
    if receipt is None:
        abort(404)
    text = json.dumps(receipt, ensure_ascii=False, indent=1) + "\n"
    headers = {
        "Content-Disposition": f'attachment; filename="bien-nhan-{row.tracking}.json"',
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }
    return Response(text, mimetype="application/json", headers=headers)


@cache
def _script() -> str:
    return (_ASSETS / "receipt.js").read_text(encoding="utf-8")


@cache
def _style() -> str:
    return (_ASSETS / "receipt.css").read_text(encoding="utf-8")


@bp.get(OFFLINE)
def offline() -> Response:
    """One file that checks receipts without any network: everything it needs is in it, the keys as well."""
    with site().database.connect() as connection:
        known = {key: base64.b64encode(public).decode() for key, public in keys.published(connection).items()}
    text = render_template(
        "receipts/offline.html", script=_script(), style=_style(), keys=json.dumps(known, sort_keys=True)
    )
    response = make_response(text)
    allowed = {
        f"{kind}-src": f"'sha256-{base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()}'"
        for kind, inline in (("script", _script()), ("style", _style()))
    }
    policy = POLICY
    for name, source in allowed.items():
        policy = policy.replace(f"{name} 'self'", f"{name} 'self' {source}")
    response.headers["Content-Security-Policy"] = policy
    return response
