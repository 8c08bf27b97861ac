"""Search records of administrative procedures (thủ tục hành chính), in words a reader understands.

The text begins with what people ask first (how long, how much, where, how many papers), so that a snippet of
it answers; codes of the source ("ONLINE", "WORKING_DAY") are written out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from schemas.addresses import procedure_url
from schemas.search import Record

_PROCEDURES = 1 << 42
_POSITION_BITS = 20
_LONGEST_TEXT = 60_000
CHANNELS = {"DIRECT": "Trực tiếp", "ONLINE": "Trực tuyến", "POSTAL": "Qua bưu điện"}
UNITS = {"WORKING_DAY": "ngày làm việc", "DAY": "ngày", "HOUR": "giờ", "MONTH": "tháng"}
Row = Any


def procedure_record(row: Row) -> Record:
    """A procedure with all its parts as text."""
    content = row.content
    return Record(
        id=f"{row.source}:{row.source_id}",
        kind="procedure",
        source_id=row.source_id,
        number=row.code,
        provision=None,
        title=row.name,
        heading="",
        text="\n".join(procedure_text(content))[:_LONGEST_TEXT],
        url=procedure_url(row.code),
        document_type=None,
        agencies=(row.ministry,) if row.ministry else (),
        fields=tuple(content.get("fields") or ()),
        regulation_types=("procedure",),
        sample=row.sample,
        owner=f"procedure:{row.id}",
        ordinal=_PROCEDURES + (row.id << _POSITION_BITS),
    )


def procedure_text(content: Mapping[str, Any]) -> Iterator[str]:
    """Lines: the answers in short, then the parts in the order of Decree 63/2010/NĐ-CP, Article 8."""
    if short := "; ".join(_in_short(content)):
        yield _sentence(short)
    for step in content.get("steps") or ():
        yield _sentence(_labelled(step["name"], step["description"]))
    for method in content.get("methods") or ():
        channel = CHANNELS.get(method["channel"] or "", method["channel"])
        yield _sentence(_labelled(channel, method["description"]))
        yield from (_sentence(fee["description"]) for fee in method["fees"] if fee["description"])
    for dossier in content.get("dossiers") or ():
        papers = "; ".join(part["name"].rstrip(" .;") for part in dossier["components"] if part["name"])
        yield _sentence(_labelled(dossier["name"] or "Giấy tờ", papers))
    for name, words in (("subjects", "Dành cho"), ("authorities", "Nơi giải quyết"), ("results", "Kết quả")):
        if values := content.get(name):
            yield _sentence(_labelled(words, "; ".join(values)))
    if requirements := content.get("requirements"):
        yield requirements
    for basis in content.get("legal_bases") or ():
        yield " ".join(filter(None, (basis["number"], basis["name"])))


def _in_short(content: Mapping[str, Any]) -> Iterator[str]:
    """ "Thời hạn 10 ngày làm việc", "phí từ 300.000 đồng", "nộp trực tiếp, trực tuyến", "4 giấy tờ"."""
    methods = content.get("methods") or ()
    times = dict.fromkeys(filter(None, (_time(method) for method in methods)))
    if times:
        yield "Thời hạn " + " hoặc ".join(times)
    amounts = sorted({fee for method in methods for fee in map(_amount, method["fees"]) if fee})
    if amounts:
        least = f"{amounts[0]:,}".replace(",", ".")
        yield f"phí {'từ ' if len(amounts) > 1 else ''}{least} đồng"
    channels = dict.fromkeys(CHANNELS.get(m["channel"] or "", m["channel"] or "").lower() for m in methods)
    if known := ", ".join(filter(None, channels)):
        yield f"nộp {known}"
    papers = max((len(dossier["components"]) for dossier in content.get("dossiers") or ()), default=0)
    if papers:
        yield f"{papers} giấy tờ"


def _time(method: Mapping[str, Any]) -> str:
    amount, unit = method.get("time"), UNITS.get(method.get("unit") or "", "")
    return f"{amount} {unit}" if amount and unit else ""


def _amount(fee: Mapping[str, Any]) -> int:
    """Whole đồng of a fee; 0 where the source gives none or another currency."""
    amount, currency = fee.get("amount"), (fee.get("currency") or "đồng").lower()
    try:
        return int(float(amount)) if amount and currency in ("đồng", "vnd", "vnđ") else 0
    except ValueError:
        return 0


def _labelled(name: str | None, words: str | None) -> str:
    """ "Bước 1: …"; a name that already ends a sentence keeps its sign."""
    if not name or not words:
        return name or words or ""
    return f"{name} {words}" if name.rstrip().endswith((".", ":")) else f"{name}: {words}"


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text.endswith((".", ":", ";", "!", "?")) else text + "."
