"""How searches explain themselves: notes on how words were read, and reasons for a result, in sentences."""

from __future__ import annotations

from schemas.search import Understood, parse_note

from .facets import group_label, option_label
from .languages import N_
from .languages import gettext as _
from .lawtext import Part
from .provision_names import provision_label

_NOTES = {
    "unaccented": N_("Tìm theo chữ không dấu."),
    "expanded": N_("Tìm cả “%(b)s” cho “%(a)s”."),
    "corrected": N_("Đã đọc “%(a)s” là “%(b)s”."),
    "relaxed": N_("Không có kết quả nào đủ mọi chữ; dưới đây là những kết quả gần nhất."),
    "no_document": N_("Trên cổng không có văn bản số “%(a)s”."),
    "no_procedure": N_("Trên cổng không có thủ tục mã “%(a)s”."),
    "no_provision": N_("Trên cổng, văn bản này không có “%(a)s”; đường dẫn mở phần gần nhất."),
    "nowhere": N_("Không văn bản nào có “%(a)s”."),
    "moved": N_("Danh mục tìm kiếm vừa được lập lại, thứ tự kết quả có thể đã khác trang trước."),
    "filter": N_("Đã lọc theo %(a)s: %(b)s."),
    "no_words": N_("Không có chữ nào để tìm trong điều đã gõ; dưới đây là mọi quy định, mới nhất trước."),
    "ignored": N_("Không hiểu “%(a)s” là gì nên tìm như chữ thường."),
    "excluded": N_("Đã bỏ kết quả có “%(a)s”."),
    "phrase": N_("Chỉ lấy kết quả có đúng cụm “%(a)s”."),
}
_REASONS = {
    "exact": N_("Đúng số hiệu, tên hoặc tiêu đề đã gõ."),
    "heading": N_("Tiêu đề có “%(a)s”."),
    "title": N_("Tên văn bản có “%(a)s”."),
    "text": N_("Lời văn có “%(a)s”."),
    "synonym": N_("Có “%(a)s”, được tìm thêm cho “%(b)s”."),
    "missing": N_("Không thấy “%(a)s”."),
    "definition": N_("Giải thích từ ngữ “%(a)s”."),
    "meaning": N_("Gần nghĩa với điều đã gõ."),
    "learned": N_("Được mô hình xếp hạng đưa lên."),
    "in_force": N_("Đang có hiệu lực."),
    "unknown_validity": N_("Nguồn chưa ghi tình trạng hiệu lực."),
}


def _sentence(sentences: dict[str, str], text: str) -> str:
    code, values = parse_note(text)
    known = sentences.get(code)
    if known is None:
        return ""
    if code == "no_provision":
        values = tuple(map(provision_label, values))
    if code == "filter":
        parameter, typed, *meant = values
        labels = [value if value == "…" else option_label(parameter, value) for value in meant]
        values = (group_label(parameter).lower(), ", ".join(labels) or typed)
    a, b = (*values, "", "")[:2]
    return _(known, a=a, b=b)


def reason(text: str) -> str:
    """Why a result stands in the list; empty for a code that has no sentence."""
    return _sentence(_REASONS, text)


def readings(understood: Understood, exact_url: str) -> tuple[Part, ...]:
    """How the words were read, with the way back where they were changed; empty if nothing is to be said."""
    parts: list[Part] = []
    codes = {parse_note(note)[0] for note in understood.notes}
    changed = understood.changed or bool(codes & {"restored", "corrected", "expanded"})
    if "restored" in codes:
        parts.append(Part(_("Đã tìm theo “%(text)s” (đã thêm dấu).", text=understood.text)))
    elif understood.changed:
        parts.append(Part(_("Đã tìm theo “%(text)s”.", text=understood.text)))
    told = [n for n in understood.notes if understood.text or n != "no_words"]
    corrected = [n for n in told if parse_note(n)[0] == "corrected"]
    if understood.changed and len(corrected) > 1:  # the whole is told already
        told = [n for n in told if n not in corrected]
    parts += [Part(sentence) for note in told if (sentence := _sentence(_NOTES, note))]
    if changed:
        parts.append(Part(_("Tìm đúng chữ đã gõ"), exact_url))
    spaced = [piece for part in parts for piece in (Part(" "), part)]
    return tuple(spaced[1:])
