"""Regulations of the five types: the list, one regulation, its downloads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import Blueprint, abort, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from schemas.addresses import document_url, procedure_url
from schemas.calendar import today
from schemas.costs import CostSheet
from schemas.lists import business_lines, economic_classes
from schemas.people import Action, Role, Subject
from schemas.regulations import REGULATION_STATUSES, REGULATION_TYPES
from schemas.text.normalise import clean, slugify

from ..access import allowed, current_person
from ..amounts import dong
from ..audit import now
from ..costs.steps import CostSteps, cost_steps
from ..downloads import csv_response
from ..errors import bad_request
from ..feeds import Entry, atom
from ..formats import date, number
from ..languages import gettext as _
from ..languages import local, ngettext
from ..lawtext import Part
from ..pages import Crumb, Frame, LinkRow
from ..plans.detail import document_part
from ..plans.lists import plan_row
from ..plans.pages import Choice, PlanRow
from ..provision_names import provision_label
from ..queries import documents as documents_read
from ..queries import plans as plans_read
from ..queries import regulations as read
from ..queries.regulations import Basis, RegulationFilter, RegulationLine
from ..state import site
from ..working_days import vietnam

bp = Blueprint("regulations", __name__)
LAST_PAGE = 1000
MOST_DOWNLOADED = 20_000
TYPE_OF = {slugify(name): code for code, name in REGULATION_TYPES.items()}
STATUS_OF = {slugify(name): code for code, name in REGULATION_STATUSES.items()}
ADDRESS_OF = {code: name for name, code in (TYPE_OF | STATUS_OF).items()}


@dataclass(frozen=True, slots=True)
class RegulationRow:
    code: str
    name: str
    url: str
    type: str
    ministry: str
    field: str
    status: str
    cost: str
    sample: bool


@dataclass(frozen=True, slots=True)
class RegulationsPage:
    frame: Frame
    text: str
    total: str
    types: tuple[Choice, ...]
    statuses: tuple[Choice, ...]
    ministries: tuple[Choice, ...]
    vsic: str
    line: str
    chips: tuple[Part, ...]
    rows: tuple[RegulationRow, ...]
    previous: str
    following: str
    clear_url: str
    csv_url: str
    feed_url: str
    json_url: str
    new_url: str


@dataclass(frozen=True, slots=True)
class BasisView:
    clause: Part
    document: Part
    dates: str


@dataclass(frozen=True, slots=True)
class RegulationPage:
    frame: Frame
    code: str
    name: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    bases: tuple[BasisView, ...]
    lines: tuple[LinkRow, ...]
    classes: tuple[LinkRow, ...]
    plans: tuple[PlanRow, ...]
    procedure_url: str
    json_url: str
    changed: str
    steps: CostSteps | None
    own_numbers_url: str
    cost_form_url: str
    edit_url: str
    petition_url: str


def type_name(code: str) -> str:
    """ "Thủ tục hành chính"."""
    return {
        "procedure": _("Thủ tục hành chính"),
        "requirement": _("Yêu cầu, điều kiện"),
        "reporting": _("Chế độ báo cáo"),
        "standard": _("Tiêu chuẩn, quy chuẩn kỹ thuật"),
        "inspection": _("Kiểm tra chuyên ngành"),
    }[code]


def status_name(code: str) -> str:
    """ "Đã cắt giảm"."""
    return {
        "kept": _("Giữ nguyên"),
        "new": _("Ban hành mới"),
        "cut": _("Đã cắt giảm"),
        "simplified": _("Đã đơn giản hóa"),
    }[code]


def parse(args: MultiDict[str, str]) -> tuple[RegulationFilter, int]:
    """Filter and page of an address. Raises BadSearch for a value that does not exist."""
    text = clean(args.get("q", ""))
    if len(text) > 200:
        bad_request("q", text, _("nhiều nhất %(n)s chữ cái", n=200))
    line = args.get("nganh_nghe", "")
    if line and not (line.isascii() and line.isdigit() and len(line) <= 4):
        bad_request("nganh_nghe", line, _("số thứ tự ngành nghề, từ 1 đến 227"))
    vsic = args.get("vsic", "")
    if vsic and not (vsic.isascii() and vsic.isdigit() and len(vsic) <= 5):
        bad_request("vsic", vsic, _("mã ngành kinh tế, 2 đến 5 chữ số"))
    page = args.get("trang", "") or "1"
    if not (page.isascii() and page.isdigit() and 1 <= int(page[:6]) <= LAST_PAGE):
        bad_request("trang", page, _("một số từ 1 đến %(n)s", n=LAST_PAGE))
    wanted = RegulationFilter(
        text=text,
        ministry=clean(args.get("co_quan", ""))[:200],
        types=_any_of("loai", args, TYPE_OF),
        statuses=_any_of("ket_qua", args, STATUS_OF),
        line=int(line) if line else None,
        vsic=vsic,
    )
    return wanted, int(page)


def _any_of(name: str, args: MultiDict[str, str], codes: Mapping[str, str]) -> tuple[str, ...]:
    values = [value for value in args.getlist(name) if value]
    for value in values:
        if value not in codes:
            bad_request(name, value, ", ".join(codes))
    return tuple(dict.fromkeys(codes[value] for value in values))


def address(wanted: RegulationFilter, page: int = 1, ending: str = "") -> str:
    """Address of a list in the page's language."""
    return local(f"/quy-dinh{ending}") + query_string(wanted, page)


def query_string(wanted: RegulationFilter, page: int = 1) -> str:
    pairs = [
        ("q", wanted.text),
        ("co_quan", wanted.ministry),
        *(("loai", ADDRESS_OF[code]) for code in wanted.types),
        *(("ket_qua", ADDRESS_OF[code]) for code in wanted.statuses),
        ("nganh_nghe", str(wanted.line or "")),
        ("vsic", wanted.vsic),
        ("trang", str(page) if page > 1 else ""),
    ]
    text = urlencode([(name, value) for name, value in pairs if value])
    return f"?{text}" if text else ""


def regulation_url(code: str) -> str:
    """Path of a regulation's page."""
    return f"/quy-dinh/{code}"


def _row(line: RegulationLine) -> RegulationRow:
    return RegulationRow(
        line.code,
        line.name,
        local(regulation_url(line.code)),
        type_name(line.type),
        line.ministry_name,
        line.field,
        status_name(line.status),
        dong(line.annual_cost) if line.annual_cost is not None else "",
        line.sample,
    )


@bp.get("/quy-dinh")
def all_regulations() -> str:
    """The list, narrowed by the address."""
    wanted, page = parse(request.args)
    with site().database.connect() as connection:
        found, total = read.listed(connection, wanted, offset=(page - 1) * read.PAGE)
        types, statuses = read.counts(connection)
        ministries = read.ministries(connection)
    last = max(1, -(-total // read.PAGE))
    shown = RegulationsPage(
        frame=Frame(
            _("Quy định kinh doanh"),
            active="conditions",
            crumbs=(Crumb(_("Trang chủ"), local("/")),),
            sample=any(line.sample for line in found),
            canonical=local("/quy-dinh"),
            robots="noindex" if wanted != RegulationFilter() else "",
            feed=address(wanted, ending=".atom"),
        ),
        text=wanted.text,
        total=ngettext("%(n)s quy định", "%(n)s quy định", total, n=number(total)),
        types=tuple(
            Choice(ADDRESS_OF[code], type_name(code), number(types.get(code, 0)), code in wanted.types)
            for code in REGULATION_TYPES
        ),
        statuses=tuple(
            Choice(
                ADDRESS_OF[code], status_name(code), number(statuses.get(code, 0)), code in wanted.statuses
            )
            for code in REGULATION_STATUSES
        ),
        ministries=tuple(Choice(code, name, "", code == wanted.ministry) for code, name in ministries),
        vsic=wanted.vsic,
        line=str(wanted.line or ""),
        chips=_chips(wanted, dict(ministries)),
        rows=tuple(map(_row, found)),
        previous=address(wanted, page - 1) if page > 1 else "",
        following=address(wanted, page + 1) if page < last else "",
        clear_url=local("/quy-dinh") if wanted != RegulationFilter() else "",
        csv_url=address(wanted, ending=".csv"),
        feed_url=address(wanted, ending=".atom"),
        json_url=f"/api/v1/regulations{query_string(wanted)}",
        new_url=local("/quan-tri/quy-dinh/moi") if _writes_somewhere() else "",
    )
    return render_template("regulations/list.html", page=shown)


def _writes_somewhere() -> bool:
    person = current_person()
    return person is not None and person.ministries(Role.OFFICER) != frozenset()


def _chips(wanted: RegulationFilter, names: Mapping[str, str]) -> tuple[Part, ...]:
    chips = []
    if wanted.ministry:
        name = names.get(wanted.ministry, wanted.ministry)
        chips.append(Part(name, address(replace(wanted, ministry=""))))
    for code in wanted.types:
        kept = tuple(other for other in wanted.types if other != code)
        chips.append(Part(type_name(code), address(replace(wanted, types=kept))))
    for code in wanted.statuses:
        kept = tuple(other for other in wanted.statuses if other != code)
        chips.append(Part(status_name(code), address(replace(wanted, statuses=kept))))
    if wanted.line is not None:
        text = _("Ngành nghề số %(n)s", n=wanted.line)
        chips.append(Part(text, address(replace(wanted, line=None))))
    if wanted.vsic:
        chips.append(Part(f"VSIC {wanted.vsic}", address(replace(wanted, vsic=""))))
    return tuple(chips)


@bp.get("/quy-dinh.csv")
def csv_list() -> Response:
    """The list as CSV, one regulation a row."""
    wanted, _page = parse(request.args)
    root = request.host_url.rstrip("/")
    with site().database.connect() as connection:
        found, _total = read.listed(connection, wanted, limit=MOST_DOWNLOADED)

    def rows() -> Iterator[Sequence[object]]:
        yield (
            _("Mã"), _("Quy định"), _("Loại"), _("Cơ quan"), _("Lĩnh vực"), _("Kết quả"),
            _("Chi phí (đồng/năm)"), _("Địa chỉ"),
        )  # fmt: skip
        for line in found:
            yield (
                line.code, line.name, type_name(line.type), line.ministry_name, line.field,
                status_name(line.status), line.annual_cost, root + local(regulation_url(line.code)),
            )  # fmt: skip

    return csv_response("quy-dinh", rows())


@bp.get("/quy-dinh.atom")
def feed() -> Response:
    """The list as an Atom feed."""
    wanted, _page = parse(request.args)
    with site().database.connect() as connection:
        found, _total = read.listed(connection, wanted, limit=50)
    entries = [
        Entry(
            f"{line.code}. {line.name}",
            local(regulation_url(line.code)),
            f"{type_name(line.type)}, {line.ministry_name}",
            line.updated_at.date(),
        )
        for line in found
    ]
    return atom(_("Quy định kinh doanh"), address(wanted), entries)


@bp.get("/quy-dinh/<code>")
def one_regulation(code: str) -> str:
    """One regulation with its bases, lines of business and plans."""
    day = today(now())
    with site().database.connect() as connection:
        found = read.by_code(connection, code)
        if found is None:
            abort(404)
        line, row = found
        bases = read.bases(connection, line.id)
        lines, classes = read.links(connection, line.id)
        plans = plans_read.of_regulation(connection, code)
        documents = documents_read.reference_by_ids(
            connection, {b.document_id for b in bases if b.document_id}
        )
    names = {item.number: item.name for item in business_lines()}
    class_names = {item.code: item.name for item in economic_classes()}
    facts = [
        (_("Cơ quan"), line.ministry_name),
        (_("Lĩnh vực"), line.field),
        (_("Ai phải làm"), ", ".join(row.subjects)),
        (_("Kết quả rà soát"), status_name(line.status)),
        (_("Chi phí tuân thủ một năm"), dong(line.annual_cost) if line.annual_cost is not None else ""),
        (_("Nguồn của số chi phí"), row.cost_source),
        (_("Áp dụng"), _period(row.in_force_from, row.in_force_until)),
    ]
    edits = allowed(Action.EDIT_REGULATION, Subject("regulation", line.code, line.ministry))
    page = RegulationPage(
        frame=Frame(
            line.name,
            active="conditions",
            crumbs=(
                Crumb(_("Trang chủ"), local("/")),
                Crumb(_("Quy định kinh doanh"), local("/quy-dinh")),
            ),
            sample=line.sample,
            canonical=local(regulation_url(code)),
        ),
        code=line.code,
        name=line.name,
        lead=f"{type_name(line.type)} · {line.ministry_name}",
        facts=tuple((name, value) for name, value in facts if value),
        bases=tuple(_basis(basis, documents) for basis in bases),
        lines=tuple(
            LinkRow(names.get(n, str(n)), local(f"/dieu-kien/{n}"), _("ngành nghề số %(n)s", n=n), None)
            for n in lines
        ),
        classes=tuple(
            LinkRow(f"{c} {class_names.get(c, '')}".strip(), local(f"/dieu-kien/vsic/{c}"), "", None)
            for c in classes
        ),
        plans=tuple(plan_row(plan, day, vietnam()) for plan in plans),
        procedure_url=local(procedure_url(row.procedure_code)) if row.procedure_code else "",
        json_url=f"/api/v1/regulations/{line.code}",
        changed=date(line.updated_at),
        steps=cost_steps(CostSheet.model_validate(row.cost_sheet)) if row.cost_sheet else None,
        petition_url=local("/phan-anh/gui") + f"?quy_dinh={line.code}",
        own_numbers_url=local("/chi-phi-tuan-thu") + f"?quy_dinh={line.code}",
        cost_form_url=local(f"/quan-tri/quy-dinh/{line.code}/chi-phi") if edits else "",
        edit_url=local(f"/quan-tri/quy-dinh/{line.code}/sua") if edits else "",
    )
    return render_template("regulations/regulation.html", page=page)


def _period(first: object, until: object) -> str:
    """ "từ 01/07/2024 đến trước 01/07/2026"."""
    parts = []
    if first:
        parts.append(_("từ %(date)s", date=date(first)))  # type: ignore[arg-type]
    if until:
        parts.append(_("đến trước %(date)s", date=date(until)))  # type: ignore[arg-type]
    return " ".join(parts)


def _basis(basis: Basis, documents: Mapping[int, documents_read.Reference]) -> BasisView:
    reference = documents.get(basis.document_id) if basis.document_id else None
    label = provision_label(basis.provision) if basis.provision else _("Cả văn bản")
    url = local(document_url(reference.address, basis.provision)) if reference else ""
    return BasisView(
        Part(label, url),
        document_part(basis.document_number, reference),
        _period(basis.valid_from, basis.valid_until),
    )
