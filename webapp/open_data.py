"""What can be downloaded, followed or asked for as JSON: one page that leads to all of it."""

from __future__ import annotations

from flask import Blueprint, render_template

from .languages import gettext as _
from .languages import local
from .lawtext import Part
from .pages import Crumb, DataRow, Frame, OpenDataPage

bp = Blueprint("open_data", __name__)
#: The machine-readable description of the API.
OPENAPI = "/api/v1/openapi.json"


@bp.get("/du-lieu")
def page() -> str:
    """Every list with its downloads, its feed and its JSON."""
    crumbs = (Crumb(_("Trang chủ"), local("/")),)
    frame = Frame(_("Dữ liệu mở và API"), crumbs=crumbs, canonical=local("/du-lieu"))
    return render_template("open_data/page.html", page=OpenDataPage(frame, _rows(), OPENAPI))


def _rows() -> tuple[DataRow, ...]:
    return (
        _row(_("Văn bản, điều khoản, thủ tục tìm được"), "/tim-kiem", "csv atom", "/api/v1/search"),
        _row(_("Thay đổi của văn bản"), "/thay-doi", "csv atom", "/api/v1/changes"),
        _row(_("Điều kiện kinh doanh theo ngành nghề"), "/dieu-kien", "csv", "/api/v1/conditions"),
        _row(_("Quy định kinh doanh"), "/quy-dinh", "csv atom", "/api/v1/regulations"),
        _row(_("Phương án cắt giảm, đơn giản hóa"), "/phuong-an", "csv xlsx atom", "/api/v1/plans"),
        _row(_("Tiến độ phương án theo bộ, ngành"), "/phuong-an/tien-do", "csv", "/api/v1/plans/progress"),
        _row(_("Dự thảo lấy ý kiến và góp ý"), "/tham-van", "atom", "/api/v1/consultations"),
        _row(_("Phản ánh, kiến nghị đã công khai kết quả"), "/phan-anh", "csv atom", ""),
        _row(_("Chỉ số của các bộ, ngành"), "/bang-chi-so", "csv", "/api/v1/scoreboard"),
        _row(_("Nhật ký biên nhận góp ý"), "/bien-nhan", "", "/api/v1/log"),
    )


def _row(name: str, path: str, kinds: str, json: str) -> DataRow:
    """`kinds`: what stands behind the path, `.csv` and so on."""
    names = {"csv": "CSV", "xlsx": "XLSX", "atom": _("Nguồn cấp tin")}
    links = {kind: Part(names[kind], local(f"{path}.{kind}")) for kind in kinds.split()}
    return DataRow(
        Part(name, local(path)),
        tuple(link for kind, link in links.items() if kind != "atom"),
        links.get("atom"),
        json,
    )
