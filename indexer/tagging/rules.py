"""Clauses that lay down business conditions and the five types of regulation.

Evidence is counted from the article's heading and the clause's own words; a clause gets a type when the
evidence
for it outweighs that against. The figures are in docs/tagging.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from .model import Article, DocumentText, Tag

_I = re.IGNORECASE
_NUMBERED = re.compile(r"^(\d{1,2})\.[ ]?(?=[A-ZĐÀ-Ỹ(“])", re.MULTILINE)
_CONDITION_HEADING = re.compile(
    r"điều kiện|tiêu chuẩn (?:của|đối với) (?:người|cá nhân|tổ chức|thành viên|kiểm|thẩm|giám|luật"
    r"|công chứng|đấu giá)"
    r"|yêu cầu (?:đối với|về) (?:cơ sở|người|nhân|tổ chức|doanh nghiệp|trang thiết bị|địa điểm|năng lực)"
    r"|vốn pháp định|ký quỹ|mức vốn|năng lực của|tiêu chuẩn (?:cấp|hành nghề)",
    _I,
)
_NOT_CONDITION_HEADING = re.compile(
    r"(?<!\w)(?:hồ sơ|trình tự|thủ tục|thu hồi|đình chỉ|thi hành án|tha tù|hỗ trợ|khen thưởng|thăng hạng"
    r"|bảo đảm (?:các )?điều kiện|bổ nhiệm"
    r"|điều kiện (?:bảo đảm|giao dịch|kinh tế|hưởng|được hưởng|xét|dự thi|dự tuyển|nâng|áp dụng|thi hành|vay"
    r"|ký kết|xuất ngũ"
    r"|tiếp nhận|chuyển|tốt nghiệp|sống|lao động|làm việc|khí hậu|tự nhiên|và chế độ|và mức|thanh toán)"
    r"|xác minh|kinh phí|nuôi con|ghép"
    r"|ngoại lệ|mẫu|lệ phí|trợ cấp|chế độ|chính sách|miễn|giảm|công nhận liệt|công chức|viên chức|sĩ quan"
    r"|danh hiệu|giải thưởng"
    r"|trách nhiệm|xử phạt|vi phạm|hành vi|quyền|nhiệm vụ|kiểm tra|báo cáo|nhận con nuôi|quốc tịch"
    r"|hòa giải viên|chức danh)(?!\w)"
    r"|tiêu chuẩn, điều kiện (?:xét|dự|thi|bổ)|phạm nhân|tù|lễ tang|nghĩa vụ quân sự|cơ quan đại diện",
    _I,
)
_CONDITION = re.compile(
    r"(?:phải|cần|khi|nếu)[^.;\n]{0,60}?(?:đáp ứng|có|bảo đảm|đảm bảo|thỏa mãn|đạt|đủ)[^.;\n]{0,30}?(?:các "
    r"|những )?"
    r"(?:điều kiện|tiêu chuẩn|yêu cầu)(?: (?:sau|dưới đây|quy định|theo|tối thiểu|về|chung|cụ thể))"
    r"|(?:có đủ|đáp ứng|đáp ứng đủ|đáp ứng đầy đủ|bảo đảm) (?:các |những )?(?:điều kiện|tiêu chuẩn"
    r"|yêu cầu) sau"
    r"|điều kiện (?:để )?(?:được )?(?:cấp|kinh doanh|hành nghề|hoạt động|thành lập|đăng ký|sản xuất|buôn bán"
    r"|cung cấp)[^.;\n]{0,120}"
    r"(?:gồm|như sau|sau đây|:)",
    _I,
)
_BUSINESS = re.compile(
    r"kinh doanh|hành nghề|giấy phép|cấp phép|giấy chứng nhận|chứng chỉ|đăng ký|doanh nghiệp|cơ sở|tổ chức"
    r"|thành lập|sản xuất|dịch vụ"
    r"|nhập khẩu|xuất khẩu|hoạt động|công nhận|chỉ định|phòng|trung tâm|công ty|thương nhân|chào bán",
    _I,
)
_DOSSIER = re.compile(
    r"hồ sơ (?:đề nghị|đăng ký|xin|gồm|bao gồm|cấp|gửi|nộp)|thành phần hồ sơ|nộp (?:01 |một |trực tiếp"
    r"|\(?\d+\)? )?(?:bộ )?hồ sơ"
    r"|gửi (?:01 |một )?(?:bộ )?hồ sơ|tiếp nhận hồ sơ|hồ sơ (?:hợp lệ|đầy đủ)|đơn đề nghị|tờ khai|bản sao",
    _I,
)
KINDS: dict[str, re.Pattern[str]] = {
    "capital": re.compile(
        r"vốn (?:pháp định|điều lệ|chủ sở hữu|tối thiểu|đầu tư|được cấp|góp|tự có|lưu động)|mức vốn"
        r"|tổng tài sản|năng lực tài chính"
        r"|khả năng tài chính|nguồn lực tài chính|có lãi|lỗ lũy kế|tài sản ròng|giá trị tài sản",
        _I,
    ),
    "insurance_deposit": re.compile(
        r"ký quỹ|đơn bảo hiểm|bảo đảm tài chính|mua bảo hiểm|bảo lãnh (?:ngân hàng|của ngân hàng)"
        r"|bảo hiểm (?:trách nhiệm|nghề nghiệp)|tiền bảo đảm"
        r"|đặt cọc",
        _I,
    ),
    "staff": re.compile(
        r"trình độ|nhân (?:lực|sự|viên)|kinh nghiệm|tốt nghiệp|bằng (?:cử nhân|tốt nghiệp|đại học)"
        r"|chuyên (?:môn|ngành)|cán bộ kỹ thuật"
        r"|người (?:phụ trách|chịu trách nhiệm|quản lý|đứng đầu|hành nghề|lao động)|đội ngũ|giáo viên"
        r"|giảng viên|thành viên có|kỹ thuật viên"
        r"|năng lực hành vi|được (?:đào tạo|tập huấn|huấn luyện|bồi dưỡng)|sức khỏe|công dân Việt Nam"
        r"|ít nhất \d+ (?:người|nhân)",
        _I,
    ),
    "premises": re.compile(
        r"địa điểm|trụ sở|diện tích|mặt bằng|nhà xưởng|kho (?:bảo quản|chứa|hàng|bãi|riêng)|nơi (?:sản xuất"
        r"|bán|kinh doanh|bảo quản)"
        r"|cơ sở vật chất|phòng (?:thí nghiệm|khám|học|làm việc|xét nghiệm|thử nghiệm|riêng)|khu vực"
        r"|văn phòng|cửa hàng|bến bãi",
        _I,
    ),
    "equipment": re.compile(
        r"trang thiết bị|thiết bị|máy móc|phương tiện|dây chuyền|dụng cụ|hệ thống (?:thông tin|công nghệ|máy"
        r"|kỹ thuật|thiết bị|phần mềm)"
        r"|cơ sở hạ tầng|hạ tầng kỹ thuật|công cụ|phần mềm",
        _I,
    ),
    "certificate": re.compile(
        r"chứng chỉ|giấy chứng nhận (?!đăng ký (?:doanh|kinh|đầu|thuế|hoạt))|có chứng nhận|thẻ (?:hành nghề"
        r"|kiểm|thẩm)|bằng cấp|văn bằng"
        r"|giấy xác nhận",
        _I,
    ),
    "licence": re.compile(
        r"(?:có|được cấp|được) (?:giấy phép|giấy chứng nhận đăng ký (?:doanh|kinh|đầu|hoạt))"
        r"|đăng ký (?:kinh doanh|doanh nghiệp|hoạt động)"
        r"|có quyết định (?:thành lập|cho phép)|văn bản (?:chấp thuận|cho phép|đồng ý)|được (?:cơ quan"
        r"|bộ)[^.;\n]{0,50}(?:chấp thuận|cho phép"
        r"|cấp phép)|giấy phép",
        _I,
    ),
}
_GENERAL = re.compile(
    r"thành lập (?:theo|hợp pháp|và hoạt động)|tư cách pháp nhân|quy hoạch|phương án|đề án|không (?:đang|bị"
    r"|thuộc|vi phạm|phải là)"
    r"|phẩm chất|đạo đức|quy chế|quy trình|bảo đảm (?:an|các|điều kiện)|an ninh|môi trường|phòng cháy"
    r"|hệ thống quản lý|là (?:tổ chức|doanh"
    r"|công ty|pháp nhân|đơn vị|thương nhân)|có (?:chức năng|phương|kế hoạch|quy)|chất lượng",
    _I,
)
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
    "bưu chính",
    "dịch vụ công", "một cửa", "bổ sung hồ sơ", "hoàn thiện hồ sơ",
)  # fmt: skip
_PROCEDURE_HEADING = re.compile(
    r"hồ sơ|trình tự|thủ tục|cấp (?:lại|đổi|giấy|phép|chứng)|gia hạn|thu hồi (?:giấy|chứng)|đăng ký"
    r"|thời hạn (?:cấp|giải quyết)"
    r"|tiếp nhận|thẩm định|mức thu|lệ phí",
)
_PROCEDURE_STRONG = (
    "hồ sơ đề nghị", "hồ sơ đăng ký", "nội dung hồ sơ", "thành phần hồ sơ", "bộ hồ sơ", "hồ sơ hợp lệ",
    "nêu rõ lý do",
    "thủ tục hải quan", "hồ sơ bao gồm", "hồ sơ gồm", "phải có văn bản trả lời", "trả lời bằng văn bản",
)  # fmt: skip
_STARTS = re.compile(r"trình tự|thủ tục|hồ sơ|cấp |tiếp nhận|thẩm định|giải quyết|đăng ký|sửa đổi")
_HANDLING = re.compile(r"kể từ (?:ngày|khi) nhận|cơ quan|gửi|nộp|yêu cầu|bổ sung|hồ sơ|thông báo|quyết định")
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
    r"báo cáo (?:nghiên cứu|đánh giá tác động|tài chính|kiểm toán|khả thi|đề xuất|kinh tế)"
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
_INSPECTION_HEADING = re.compile(
    r"kiểm tra (?:nhà nước|chất lượng|chuyên ngành|an toàn thực phẩm|hàng hóa)|kiểm dịch|giám sát hải quan"
    r"|kiểm tra[^.]{0,40}(?:nhập khẩu|xuất khẩu)",
)
_REQUIREMENT_HEADING = re.compile(
    r"^(?:quy định (?:chi tiết )?(?:về )?|các )?(?:yêu cầu|(?:tiêu chuẩn, )?điều kiện)(?! (?:bảo đảm"
    r"|giao dịch|hưởng|kinh tế))"
    r"(?!.*(?:hồ sơ|trình tự|thủ tục))",
    _I,
)
_SKIP_HEADING = re.compile(
    r"(?<!\w)(?:phạm vi|đối tượng áp dụng|giải thích|hiệu lực|điều khoản|tổ chức thực hiện"
    r"|trách nhiệm (?:thi hành"
    r"|thực hiện)|chuyển tiếp)(?!\w)"
    r"|xử phạt|vi phạm|hành vi|nguyên tắc|quyền hạn|nhiệm vụ",
    _I,
)
_DELEGATES = re.compile(
    r"^(?:\W*\d+\.)?\s*(?:Chính phủ|Bộ|Bộ trưởng|Ngân hàng Nhà nước|Thủ tướng)[^.\n]{0,80}(?:quy định"
    r"|hướng dẫn|ban hành)",
    _I,
)


def rules(article: Article, document: DocumentText) -> Iterator[Tag]:
    """Tags `condition` and `regulation_type` of the article's clauses, or of the article if it has none."""
    heading = article.heading
    text = article.text
    spans = clause_spans(article)
    skip = bool(_SKIP_HEADING.search(heading))
    unfit = bool(_NOT_CONDITION_HEADING.search(heading))
    intro = text[: spans[0][0]]
    introduced = bool(intro and _CONDITION.search(intro) and _BUSINESS.search(intro))
    heading_is_condition = not unfit and (bool(_CONDITION_HEADING.search(heading)) or introduced)
    by_heading = bool(_REQUIREMENT_HEADING.search(heading))
    for start, end in spans:
        clause = text[start:end]
        if len(clause) < 25:
            continue
        kinds = () if skip else _conditions(clause, heading, heading_is_condition)
        for kind in kinds:
            yield Tag("condition", start, end, kind)
        required = bool(kinds) or (
            by_heading and not _DELEGATES.match(clause) and not _DOSSIER.search(clause[:300])
        )
        for kind in _types(clause, heading, required, skip):
            yield Tag("regulation_type", start, end, kind)


def clause_spans(article: Article) -> list[tuple[int, int]]:
    """Where the clauses stand; also those whose numbers do not follow one another (a repealed one is left
    out).
    """
    text = article.text
    starts = {clause.start for clause in article.clauses()}
    last = 0
    for match in _NUMBERED.finditer(text):
        number = int(match[1])
        if match.start() in starts or last < number <= last + 3:
            starts.add(match.start())
            last = number
    if not starts:
        return [(0, len(text.rstrip()))]
    ordered = sorted(starts)
    return [(a, a + len(text[a:b].rstrip())) for a, b in pairwise([*ordered, len(text)])]


def _conditions(clause: str, heading: str, by_heading: bool) -> tuple[str, ...]:
    """The kinds of condition a clause lays down; none if it lays down no condition."""
    if (_DELEGATES.match(clause) and len(clause) < 220) or _BINDS_NOBODY.search(clause[:300]):
        return ()
    intro = clause[:400]
    has_words = (
        "điều kiện" in clause or "tiêu chuẩn" in clause or "yêu cầu" in clause or "Điều kiện" in clause
    )
    strong = has_words and _CONDITION.search(clause[:600])
    if not by_heading:
        if not strong or _NOT_CONDITION_HEADING.search(heading) or not _BUSINESS.search(intro):
            return ()
    elif not (_BUSINESS.search(heading) or _BUSINESS.search(intro) or _ABOUT.match(heading)):
        return ()
    if _DOSSIER.search(intro) and not strong:
        return ()
    items = _items(clause)
    found = [[kind for kind, pattern in KINDS.items() if pattern.search(item)] for item in items]
    kinds = tuple(kind for kind in KINDS if any(kind in of_item for of_item in found))
    plain = sum(1 for of_item in found if not of_item)
    if 2 * plain < len(items):
        return kinds
    of_heading = _kind_of_heading(heading)
    return kinds if of_heading in kinds else (*kinds, of_heading)


def _kind_of_heading(heading: str) -> str:
    """ "Điều kiện về phương tiện" says what its clauses are about, whatever words they use."""
    about = _ABOUT.match(heading)
    if not about:
        return "requirement"
    rest = heading[about.end() :]
    return "staff" if re.search(r"(?<!\w)người(?!\w)", rest) else condition_kind(rest)


def _items(clause: str) -> list[str]:
    """The single conditions of a clause: its points, without the intro that says what they are for."""
    lines = [line for line in clause.split("\n") if len(line) > 8]
    first = lines[0] if lines else clause
    if len(lines) > 1 and (first.rstrip().endswith(":") or _POINT.match(lines[1])):
        items = [line for line in lines[1:] if _POINT.match(line)] or lines[1:]
        return [item for item in items if not item.rstrip().endswith(":")] or lines[1:]
    return [_GRANTED.sub("", clause)]


_POINT = re.compile(r"\s*(?:[a-zđ]{1,2}(?:\.\d)?\)|[-+–•*]|\d+\.\d+)")
# What the condition is for: "được cấp Giấy chứng nhận … khi", "Doanh nghiệp … phải đáp ứng các điều kiện
# sau:".
_GRANTED = re.compile(
    r"^[^.;\n]{0,260}?(?:khi (?:có|đáp ứng)|phải (?:có|đáp ứng|bảo đảm)|(?:điều kiện|tiêu chuẩn) "
    r"(?:sau|sau đây)\s?:)",
    _I,
)


_ABOUT = re.compile(r"(?:Các )?[Đđ]iều kiện về ")
# Time limits of the authority, validity of a licence, exemptions, new wording of another act.
_BINDS_NOBODY = re.compile(
    r"^(?:\d+\.\s*)?(?:Trong thời hạn[^.\n]{0,140}(?:cơ quan|Sở|Bộ|Ủy ban|Cục|tổ chức cấp)"
    r"|(?:Giấy (?:phép|chứng nhận|xác nhận)|Chứng chỉ|Thẻ)[^.\n]{0,90}(?:có thời hạn|có giá trị|có hiệu lực))"
    r"|không phải (?:xin|có|đề nghị|điều chỉnh|đáp ứng|nộp|làm)|như sau:\s*\n?\s*“"
)


def condition_kind(text: str) -> str:
    """The one kind that a single condition is most of all."""
    best = min(
        ((match.start(), kind) for kind, pattern in KINDS.items() if (match := pattern.search(text))),
        default=None,
    )
    return best[1] if best else "requirement"


def _count(words: tuple[str, ...], lower: str) -> int:
    return sum(lower.count(word) for word in words)


def _types(clause: str, heading: str, is_condition: bool, skip: bool) -> Iterator[str]:
    """The types of regulation a clause belongs to."""
    lower, title = clause.lower(), heading.lower()
    if is_condition and not _STANDARD_HEADING.search(title):
        yield "requirement"
    if skip:
        return
    by_words = _count(_PROCEDURE, lower) + _count(_PROCEDURE_STRONG, lower)
    fits_heading = bool(_PROCEDURE_HEADING.search(title))
    procedure = by_words + (
        2 if fits_heading and (by_words or (_STARTS.match(title) and _HANDLING.search(lower))) else 0
    )
    if "trách nhiệm" in title:
        procedure -= 2
    internal = _count(_INTERNAL, lower) + 2 * _count(_INTERNAL, title) if procedure >= 2 else 0
    if procedure >= 2 and procedure > internal and (not is_condition or procedure >= 4):
        yield "procedure"
    if _is_reporting(lower, title, procedure):
        yield "reporting"
    if _is_standard(lower, clause, title):
        yield "standard"
    if any(word in lower for word in ("kiểm tra", "kiểm dịch", "lấy mẫu", "thông quan")):
        inspection = len(_INSPECTION.findall(lower)) + (2 if _INSPECTION_HEADING.search(title) else 0)
        if inspection >= 2 and _INSPECTION.search(lower):
            yield "inspection"


def _is_reporting(lower: str, title: str, procedure: int) -> bool:
    if "báo cáo" not in lower or not _REPORT.search(lower) or _REPORT_NOT.search(lower):
        return False
    return "báo cáo" in title or procedure < 2


def _is_standard(lower: str, clause: str, title: str) -> bool:
    by_heading = bool(_STANDARD_HEADING.search(title))
    named = len(_STANDARD.findall(lower)) if "chuẩn" in lower or "kỹ thuật" in lower or "tcvn" in lower else 0
    if not named and not by_heading:
        return False
    weight = 2 * named + len(_MEASURE.findall(clause)) + (2 if by_heading else 0)
    return weight >= 4 and _count(_INTERNAL, lower) < 2
