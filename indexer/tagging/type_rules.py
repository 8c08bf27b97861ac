"""The five types of regulation of a clause: procedure, requirement, reporting, standard, inspection.

Words are counted for and against each type. A requirement is a condition, what an article headed "Yêu cầu …"
demands, or a duty laid on a person or a business. The figures are in docs/tagging.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .condition_rules import delegates, starts_with_agency

_I = re.IGNORECASE
# Counted in lower-case text: literal words are counted much faster than a pattern is searched.
_PROCEDURE = (
    "hồ sơ đề nghị", "hồ sơ đăng ký", "hồ sơ gồm", "hồ sơ bao gồm", "hồ sơ hợp lệ", "hồ sơ chưa",
    "hồ sơ không",
    "hồ sơ đầy đủ", "hồ sơ theo", "nộp hồ sơ", "bộ hồ sơ", "gửi hồ sơ", "tiếp nhận hồ sơ", "nhận hồ sơ",
    "thẩm định hồ sơ",
    "nhận được hồ sơ", "nhận đủ hồ sơ", "thành phần hồ sơ", "đơn đề nghị", "đơn đăng ký", "tờ khai",
    "trả kết quả",
    "từ chối cấp", "trường hợp từ chối", "trường hợp không cấp", "trường hợp không đồng ý", "cấp giấy",
    "cấp lại",
    "cấp chứng chỉ", "cấp thẻ", "cấp phép", "gia hạn giấy", "kể từ ngày nhận", "nêu rõ lý do", "bưu điện",
    "dịch vụ bưu chính", "qua bưu chính", "đường bưu chính",
    "dịch vụ công", "một cửa", "bổ sung hồ sơ", "hoàn thiện hồ sơ",
    "số lượng hồ sơ", "được gia hạn", "lần gia hạn",
)  # fmt: skip
# "kể từ ngày được cấp giấy phép" and "pháp luật về cấp giấy phép" are about something else.
_GRANTED = ("được cấp giấy", "được cấp chứng chỉ", "được cấp lại", "pháp luật về cấp")
_PROCEDURE_HEADING = re.compile(
    r"hồ sơ|trình tự|thủ tục|cấp (?:lại|đổi|giấy|phép|chứng)|gia hạn|thu hồi (?:giấy|chứng)|đăng ký"
    r"|thời hạn (?:cấp|giải quyết)"
    r"|tiếp nhận|thẩm định|mức thu|lệ phí",
)
_PROCEDURE_STRONG = (
    "hồ sơ đề nghị", "hồ sơ đăng ký", "nội dung hồ sơ", "thành phần hồ sơ", "bộ hồ sơ", "hồ sơ hợp lệ",
    "nêu rõ lý do",
    "thủ tục hải quan", "hồ sơ bao gồm", "hồ sơ gồm", "số lượng hồ sơ",
    "phải có văn bản trả lời", "trả lời bằng văn bản",
)  # fmt: skip
_STARTS = re.compile(r"trình tự|thủ tục|hồ sơ|cấp |tiếp nhận|thẩm định|giải quyết|đăng ký|sửa đổi")
# What a dossier holds: each of its papers is part of the procedure, whatever it is called.
_DOSSIER_HEADING = re.compile(
    r"(?:thành phần |nội dung )?hồ sơ (?:đề nghị|đăng ký|xin|cấp|gia hạn|thông báo|công bố|công nhận"
    r"|chấp thuận|chứng nhận|xác nhận|yêu cầu)"
)
_HANDLING = re.compile(
    r"bản sao|bản chính|chứng thực|tài liệu|đơn đề nghị|biên bản|kể từ (?:ngày|khi) nhận|cơ quan|gửi|nộp"
    r"|yêu cầu|bổ sung|hồ sơ|thông báo|quyết định"
)
_INTERNAL = (
    "tố tụng", "xét xử", "phiên tòa", "điều tra", "khởi tố", "thi hành án", "tòa án", "kiểm sát",
    "khiếu nại", "tố cáo",
    "kỷ luật", "khen thưởng", "nghị quyết", "quốc hội", "dự thảo", "phạm nhân", "lưu trữ", "ngân sách",
    "đấu thầu",
    "quyết toán", "công chức", "viên chức", "bổ nhiệm", "kiểm toán nhà nước",
)  # fmt: skip
_REPORT = re.compile(
    r"(?:phải|có trách nhiệm|thực hiện|định kỳ|hằng năm|hàng năm|gửi|lập|tổng hợp|chậm nhất|trước ngày"
    r"|hằng quý|hàng quý|hằng tháng|hàng tháng)"
    r"[^.;\n]{0,90}báo cáo|báo cáo (?:định kỳ|đột xuất|thống kê|hằng|hàng|bằng văn bản|ngay|về|tình hình"
    r"|kết quả)[^.;\n]{0,120}"
    r"(?:gửi|về|cho|với|bộ|sở|cục|cơ quan|ủy ban|trước ngày)|chế độ báo cáo|kỳ báo cáo",
)
_REPORT_NOT = re.compile(
    r"(?:vi phạm|thực hiện đúng|tuân thủ) chế độ báo cáo"
    r"|báo cáo (?:nghiên cứu|đánh giá tác động|tài chính|kiểm toán|khả thi|đề xuất|kinh tế)"
)
_STANDARD = re.compile(
    r"quy chuẩn|qcvn|tcvn|tiêu chuẩn (?:quốc gia|kỹ thuật|chất lượng|cơ sở|quốc tế|việt nam)"
    r"|yêu cầu kỹ thuật|chỉ tiêu (?:kỹ thuật|chất lượng)"
    r"|thông số kỹ thuật|giới hạn (?:cho phép|tối đa)|định mức",
)
_MEASURE = re.compile(
    r"\d+(?:[.,]\d+)? ?(?:mm|cm|m2|m3|kg|mg|g/|µ|°C|oC|dB|kW|kV|Hz|%|lux|lít|bar|MPa|ppm|m)(?![a-zà-ỹ])"
)
_STANDARD_HEADING = re.compile(
    r"tiêu chuẩn, chất lượng|áp dụng (?:tiêu|quy) chuẩn|tiêu chuẩn (?:kỹ thuật|chất lượng|thiết kế)"
    r"|quy chuẩn|yêu cầu (?:kỹ thuật|về kỹ thuật|chất lượng)"
    r"|định mức|thông số",
)
_INSPECTION = re.compile(
    r"kiểm tra (?:nhà nước|chuyên ngành|chất lượng|an toàn thực phẩm|về chất lượng"
    r"|an toàn kỹ thuật)[^.;\n]{0,80}(?:hàng|nhập khẩu|xuất khẩu"
    r"|sản phẩm|lô|thực phẩm|thuốc|phương tiện|giống|thức ăn)|kiểm dịch|lấy mẫu"
    r"|lô hàng[^.;\n]{0,40}(?:kiểm tra|kiểm nghiệm)|thông quan",
)
# "vật thể thuộc diện kiểm dịch thực vật" says what something is, not that it is inspected here.
_ABOUT_QUARANTINE = re.compile(
    r"(?:thuộc diện (?:phải )?|giấy phép |giấy chứng nhận |cơ quan |cục )kiểm dịch"
)
_INSPECTION_HEADING = re.compile(
    r"kiểm tra (?:nhà nước|chất lượng|chuyên ngành|an toàn thực phẩm|hàng hóa)|kiểm dịch|giám sát hải quan"
    r"|kiểm tra[^.]{0,40}(?:nhập khẩu|xuất khẩu)",
)
_SKIP_HEADING = re.compile(
    r"(?<!\w)(?:phạm vi|đối tượng áp dụng|giải thích|hiệu lực|điều khoản|tổ chức thực hiện"
    r"|trách nhiệm (?:thi hành"
    r"|thực hiện)|chuyển tiếp)(?!\w)"
    r"|(?<!\w)(?:xử phạt|vi phạm|hành vi|nguyên tắc|quyền hạn"
    r"|nhiệm vụ(?: của|, quyền| và quyền|$))(?!\w)",
    _I,
)
_REPORT_HEADING = re.compile(
    r"^(?:thực hiện )?(?:nghĩa vụ |chế độ |quy định |thời hạn |yêu cầu )*(?:về )?báo cáo"
)
# How standards are made and numbered is no standard.
_MAKING_STANDARDS = re.compile(
    r"xây dựng|ban hành|thẩm định|sửa đổi|kế hoạch|thể thức|biểu mẫu|số hiệu|ký hiệu|rà soát|hủy bỏ|kinh phí"
)
_APPLYING_STANDARDS = re.compile(r"áp dụng (?:tiêu chuẩn|quy chuẩn)")
# A duty of a person or a business, in the clause's first sentence.
_DUTY = re.compile(
    r"(?:(?<!\w)(?:[Tt]ổ chức|[Cc]á nhân|[Dd]oanh nghiệp|[Cc]ơ sở|[Tt]hương nhân|[Cc]ông ty|[Hh]ợp tác xã"
    r"|[Hh]ộ kinh doanh|[Cc]hủ (?:đầu tư|phương tiện|tàu|cơ sở|hàng|rừng|dự án|xe|sở hữu|nguồn)"
    r"|[Nn]hà (?:thầu|đầu tư|sản xuất|nhập khẩu|cung cấp)|[Nn]gười (?:kinh doanh|hành nghề|sử dụng|khai"
    r"|nộp thuế|xuất khẩu|nhập khẩu|vận tải|vận chuyển|bán|sản xuất|điều khiển|khai thác|quản lý"
    r"|lao động|lái)|[Ll]uật sư|[Cc]ông chứng viên|[Bb]ên (?:bán|mua|thuê|nhận|cho|giao)|[Tt]huyền trưởng"
    r"|[Ss]ản phẩm|[Hh]àng hóa|[Pp]hương tiện|[Tt]àu|[Cc]ảng)(?!\w)[^.;\n]{0,160}?"
    r"(?<!không )(?:phải (?!là (?:chịu|bị))|có (?:trách nhiệm|nghĩa vụ) |không được ))"
)
_DUTY_HEADING = re.compile(
    r"^(?:quyền và )?(?:trách nhiệm|nghĩa vụ)(?:, nghĩa vụ| và nghĩa vụ)? của (?:các )?(?:tổ chức"
    r"|cá nhân|doanh nghiệp|cơ sở|thương nhân|công ty|chủ|nhà (?:thầu|đầu tư|sản xuất|nhập khẩu|cung cấp)"
    r"|hợp tác xã|thuyền trưởng"
    r"|người (?:kinh doanh|hành nghề|sử dụng|khai|nộp|xuất|nhập|vận|bán|sản|điều khiển|khai thác|lái))"
)
_RIGHT = re.compile(r"(?:\d{1,2}\.\s*)?(?:Được|Có quyền|Có thể|Quyền|Yêu cầu|Khiếu nại)(?!\w)")
_NO_DUTY_HEADING = re.compile(
    r"hồ sơ|trình tự|thủ tục|quyền|ngân sách|kinh phí|thuế|hợp đồng lao động|tài chính|tài sản công|khiếu nại"
    r"|tố cáo|tòa án|tố tụng|thi hành án|xét xử|điều tra|quốc hội|hội đồng nhân dân|công chức|viên chức"
    r"|khen thưởng|kỷ luật|lương|bồi thường|hôn nhân|đảng|bầu cử|quân đội|công an"
)


def is_skipped(heading: str) -> bool:
    """Articles that bind nobody by themselves: scope, terms, powers, penalties, entry into force."""
    return bool(_SKIP_HEADING.search(heading)) and not _APPLYING_STANDARDS.search(heading.lower())


def types(clause: str, heading: str, is_condition: bool, required: bool, skip: bool) -> Iterator[str]:
    """The types of regulation a clause belongs to; `required`: its heading or its words demand something."""
    lower, title = clause.lower(), heading.lower()
    if required and not _STANDARD_HEADING.search(title):
        yield "requirement"
    if skip or delegates(clause):
        return
    procedure = _procedure(lower, title, clause)
    if procedure >= 2 and (not required or procedure >= 4):
        yield "procedure"
    reporting = _is_reporting(lower, title, procedure)
    if reporting:
        yield "reporting"
    standard = _is_standard(lower, clause, title, is_condition)
    if standard:
        yield "standard"
    inspection = _is_inspection(lower, title)
    if inspection:
        yield "inspection"
    is_other = reporting or standard or inspection or procedure >= 2
    if not required and not is_other and is_duty(clause, title):
        yield "requirement"


def is_duty(clause: str, title: str) -> bool:
    """Whether a clause lays a duty on a person or a business: "Tổ chức, cá nhân … phải …"."""
    if _DUTY_HEADING.match(title) and not (_NO_DUTY_HEADING.search(title) or _RIGHT.match(clause)):
        return True
    if "phải" not in clause and "có trách nhiệm" not in clause and "không được" not in clause:
        return False
    if starts_with_agency(clause) or _NO_DUTY_HEADING.search(title) or _count(_INTERNAL, clause.lower()):
        return False
    return bool(_DUTY.search(clause[:320]))


def _count(words: tuple[str, ...], lower: str) -> int:
    return sum(lower.count(word) for word in words)


def _procedure(lower: str, title: str, clause: str) -> int:
    """How much speaks for dealings with an authority; 0 where more speaks for internal affairs."""
    by_words = _count(_PROCEDURE, lower) + _count(_PROCEDURE_STRONG, lower) - _count(_GRANTED, lower)
    fits_heading = bool(_PROCEDURE_HEADING.search(title))
    weight = by_words
    deals = by_words > 0 or (_STARTS.match(title) and _HANDLING.search(lower))
    if (fits_heading and deals) or _DOSSIER_HEADING.match(title):
        weight += 2
    if "trách nhiệm" in title or title.startswith("cơ quan "):
        weight -= 2
    if weight < 2 or weight <= _count(_INTERNAL, lower) + 2 * _count(_INTERNAL, title):
        return 0
    return weight


def _is_reporting(lower: str, title: str, procedure: int) -> bool:
    if "báo cáo" not in lower or _REPORT_NOT.search(lower):
        return False
    if _REPORT_HEADING.match(title):
        return True
    return bool(_REPORT.search(lower)) and ("báo cáo" in title or procedure < 2)


def _is_standard(lower: str, clause: str, title: str, is_condition: bool) -> bool:
    by_heading = bool(_STANDARD_HEADING.search(title))
    if (is_condition and not by_heading) or _MAKING_STANDARDS.search(title):
        return False
    named = len(_STANDARD.findall(lower)) if "chuẩn" in lower or "kỹ thuật" in lower or "tcvn" in lower else 0
    if not named and not by_heading:
        return False
    weight = 2 * named + len(_MEASURE.findall(clause)) + (2 if by_heading else 0)
    return weight >= 4 and _count(_INTERNAL, lower) < 2


def _is_inspection(lower: str, title: str) -> bool:
    if not any(word in lower for word in ("kiểm tra", "kiểm dịch", "lấy mẫu", "thông quan")):
        return False
    weight = len(_INSPECTION.findall(_ABOUT_QUARANTINE.sub("", lower)))
    return weight > 0 and weight + (2 if _INSPECTION_HEADING.search(title) else 0) >= 2
