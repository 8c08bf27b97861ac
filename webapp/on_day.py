"""A document on a day that a reader asked for: whether it bound, and whose text is shown. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from schemas.calendar import VIETNAM
from schemas.documents import binding_period

from .formats import date
from .languages import gettext as _
from .lawtext import Part
from .queries.documents import Document


@dataclass(frozen=True, slots=True)
class Held:
    """A version of the text: its number, and when it was taken from the source."""

    number: int
    recorded_at: dt.datetime

    @property
    def first_day(self) -> dt.date:
        return self.recorded_at.astimezone(VIETNAM).date()


def version_on(versions: Sequence[Held], day: dt.date) -> Held | None:
    """The version that was the newest on that day; None if the portal did not hold the document yet."""
    return max((v for v in versions if v.first_day <= day), key=lambda v: v.recorded_at, default=None)


def sentences_on(
    document: Document, versions: Sequence[Held], day: dt.date, url: str, shown: int
) -> tuple[Part, ...]:
    """What to say above the text of version `shown`, asked for on `day`; `url` is the document's address."""
    return (Part(_validity(document, day)), Part(" "), *_text(document, versions, day, url, shown))


def _validity(document: Document, day: dt.date) -> str:
    start, until = binding_period(
        document.status, document.effective_date, document.expiry_date, document.recorded_at.date()
    )
    said = {"day": date(day)}
    if start is not None and day < start:
        return _("Ngày %(day)s văn bản này chưa có hiệu lực.", **said)
    if until is not None and day >= until:
        return _("Ngày %(day)s văn bản này đã hết hiệu lực.", **said)
    if until is not None and document.expiry_date is None:
        return _(
            "Nguồn không ghi ngày hết hiệu lực nên không rõ ngày %(day)s văn bản này còn hiệu lực hay không.",
            **said,
        )
    if document.status is None or start is None:
        return _("Nguồn ghi chưa đủ nên không rõ ngày %(day)s văn bản này có hiệu lực hay không.", **said)
    if document.status in ("HHL1P", "TNHL1P"):
        return _("Ngày %(day)s văn bản này có hiệu lực; có phần nay không còn hiệu lực.", **said)
    return _("Ngày %(day)s văn bản này có hiệu lực.", **said)


def _text(
    document: Document, versions: Sequence[Held], day: dt.date, url: str, shown: int
) -> tuple[Part, ...]:
    held = version_on(versions, day)
    if held is None:
        taken = next((v.first_day for v in versions if v.number == shown), day)
        said = _(
            "Cổng không giữ lời văn của ngày ấy; lời văn dưới đây lấy từ nguồn ngày %(day)s.", day=date(taken)
        )
        return (Part(said),)
    if held.number == shown:
        said = _(
            "Lời văn dưới đây là bản nguồn hiện vào ngày ấy, lấy ngày %(day)s.", day=date(held.first_day)
        )
        return (Part(said),)
    address = url if held.number == document.version else f"{url}?ban={held.number}"
    return (
        Part(_("Lời văn dưới đây không phải của ngày ấy.") + " "),
        Part(_("Xem bản của ngày %(day)s", day=date(day)), address),
        Part("."),
    )
