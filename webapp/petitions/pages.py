"""What the pages of petitions show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.petitions import Figures

from ..consultations.attachments import MOST
from ..consultations.rows import Row
from ..formats import moment, number
from ..forms import Form
from ..languages import gettext as _
from ..languages import local
from ..lawtext import Part
from ..pages import Crumb, Frame
from ..state import site
from ..validity import Badge


@dataclass(frozen=True, slots=True)
class PetitionRow:
    title: str
    url: str
    tracking: str
    where: str
    badge: Badge
    due: str
    late: bool
    sample: bool


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure of the sums; `level` 0 to 2 says what it is a part of."""

    name: str
    value: str
    level: int


@dataclass(frozen=True, slots=True)
class HistoryLine:
    when: str
    what: str
    where: str
    note: str


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file of a petition; `url` is empty while nobody here may have it, `check_url` unless one decides."""

    id: int
    name: str
    state: str
    url: str
    check_url: str


@dataclass(frozen=True, slots=True)
class ListPage:
    frame: Frame
    figures: tuple[FigureRow, ...]
    rows: tuple[PetitionRow, ...]
    total: str
    previous: str
    following: str
    send_url: str
    track_url: str
    feed_url: str
    csv_url: str


@dataclass(frozen=True, slots=True)
class SendPage:
    """The form; in the second step what will be sent, and similar petitions answered already."""

    frame: Frame
    form: Form
    action: str
    ministries: tuple[tuple[str, str], ...]
    preview: bool
    similar: tuple[PetitionRow, ...]
    shown: tuple[tuple[str, str], ...]
    hidden: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str], ...]  # uploaded already: number and name
    file_hint: str


@dataclass(frozen=True, slots=True)
class TrackPage:
    frame: Frame
    form: Form
    action: str


@dataclass(frozen=True, slots=True)
class OnePage:
    """One petition: to everybody, to its sender (`code`), or to an officer (`steps`)."""

    frame: Frame
    form: Form
    title: str
    tracking: str
    badge: Badge
    lead: str
    facts: tuple[tuple[str, str], ...]
    regulation: Part | None
    body: tuple[str, ...]
    answer: tuple[str, ...]
    outcome: str
    history: tuple[HistoryLine, ...]
    action: str = ""
    code: str = ""
    steps: tuple[str, ...] = ()
    revision: int = 0
    ministries: tuple[tuple[str, str], ...] = ()
    outcomes: tuple[tuple[str, str], ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()
    notice: str = ""
    sender: tuple[tuple[str, str], ...] = ()
    files: tuple[FileLine, ...] = ()
    file_hint: str = ""


@dataclass(frozen=True, slots=True)
class DeskPage:
    frame: Frame
    filters: tuple[tuple[str, str, str, bool], ...]
    rows: tuple[PetitionRow, ...]
    total: str
    previous: str
    following: str
    late: str
    limits_url: str
    action: str
    text: str
    clear_url: str


@dataclass(frozen=True, slots=True)
class LimitsPage:
    frame: Frame
    form: Form
    action: str
    ministries: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str, str, str], ...]
    may_set: bool


def petition_frame(title: str, *, inside: bool = True, sample: bool = False, robots: str = "") -> Frame:
    crumbs = [Crumb(_("Trang chủ"), local("/"))]
    if inside:
        crumbs.append(Crumb(_("Phản ánh, kiến nghị"), local("/phan-anh")))
    return Frame(title, active="petitions", crumbs=tuple(crumbs), sample=sample, robots=robots)


def desk_frame(title: str, *, inside: bool = True, sample: bool = False) -> Frame:
    """The frame of an officers' page."""
    crumbs = [Crumb(_("Bàn làm việc"), local("/quan-tri"))]
    if inside:
        crumbs.append(Crumb(_("Xử lý phản ánh, kiến nghị"), local("/quan-tri/phan-anh")))
    return Frame(title, active="petitions", crumbs=tuple(crumbs), sample=sample, robots="noindex")


def figure_rows(found: Figures) -> tuple[FigureRow, ...]:
    """The figures of the Government's report: what stands further in adds up to what stands above it."""
    rows = (
        (_("Đã gửi tới cổng"), found.sent, 0),
        (_("Mới gửi, chưa phân loại"), found.waiting, 1),
        (_("Đã tiếp nhận"), found.received, 1),
        (_("Không thuộc phạm vi"), found.out_of_scope, 2),
        (_("Thuộc phạm vi"), found.in_scope, 2),
        (_("Chờ bổ sung"), found.awaiting, 3),
        (_("Đã chuyển cơ quan có thẩm quyền"), found.forwarded, 3),
        (_("Đang xử lý"), found.in_progress, 4),
        (_("Lưu giữ để tập hợp"), found.kept, 4),
        (_("Đã xử lý"), found.handled, 4),
    )
    return tuple(FigureRow(name, number(value), level) for name, value, level in rows)


def file_lines(
    files: Sequence[Row], base: str, *, unchecked: bool = False, decides: bool = False
) -> tuple[FileLine, ...]:
    """Files with their state. `unchecked`: what waits in quarantine may be downloaded as well."""
    open_states = ("clean", "quarantined") if unchecked else ("clean",)
    states = {
        "quarantined": _("đang chờ kiểm tra"),
        "clean": _("đã kiểm tra"),
        "refused": _("không được nhận"),
    }
    return tuple(
        FileLine(
            id=file.id,
            name=file.name,
            state=f"{moment(file.created_at)}, {states[file.state]}",
            url=f"{base}/tep/{file.id}" if file.state in open_states else "",
            check_url=f"{base}/tep/{file.id}" if decides and file.state == "quarantined" else "",
        )
        for file in files
    )


def file_hint() -> str:
    """What may be uploaded, and who sees it."""
    return _(
        "PDF, DOCX, XLSX, PNG hoặc JPG; nhiều nhất %(files)s tệp, mỗi tệp %(n)s MB. "
        "Chỉ cơ quan xử lý xem được, không bao giờ công khai.",
        files=MOST,
        n=site().settings.upload_megabytes,
    )
