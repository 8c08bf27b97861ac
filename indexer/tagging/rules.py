"""Clauses that lay down business conditions and the five types of regulation.

Evidence is counted from the article's heading and the clause's own words; a clause gets a type when the evidence
for it outweighs that against. The figures are in docs/tagging.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .model import Article, DocumentText, Tag

_I = re.IGNORECASE
_CONDITION_HEADING = re.compile(
    r"điều kiện|tiêu chuẩn (?:của|đối với) (?:người|cá nhân|tổ chức|thành viên|kiểm|thẩm|giám|luật"
    r"|công chứng|đấu giá)"
    r"|yêu cầu (?:đối với|về) (?:cơ sở|người|nhân|tổ chức|doanh nghiệp|trang thiết bị|địa điểm|năng lực)"
    r"|vốn pháp định|ký quỹ|mức vốn|năng lực của|tiêu chuẩn (?:cấp|hành nghề)",
    _I,
)
_NOT_CONDITION_HEADING = re.compile(
    r"hồ sơ|trình tự|thủ tục|thu hồi|đình chỉ|thi hành án|tha tù|hỗ trợ|khen thưởng|thăng hạng"
    r"|bảo đảm (?:các )?điều kiện|bổ nhiệm"
    r"|điều kiện (?:bảo đảm|giao dịch|kinh tế|hưởng|được hưởng|xét|dự thi|dự tuyển|nâng|áp dụng|thi hành|vay"
    r"|ký kết|xuất ngũ"
    r"|tiếp nhận|chuyển|tốt nghiệp|sống|lao động|làm việc|khí hậu|tự nhiên|và chế độ|và mức|thanh toán)"
    r"|xác minh|kinh phí|nuôi con|ghép"
    r"|ngoại lệ|mẫu|lệ phí|trợ cấp|chế độ|chính sách|miễn|giảm|công nhận liệt|công chức|viên chức|sĩ quan"
    r"|danh hiệu|giải thưởng"
    r"|trách nhiệm|xử phạt|vi phạm|hành vi|quyền|nhiệm vụ|kiểm tra|báo cáo|nhận con nuôi|quốc tịch"
    r"|hòa giải viên|chức danh"
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
        r"|khả năng tài chính|có lãi|lỗ lũy kế|tài sản ròng|giá trị tài sản",
        _I,
    ),
    "insurance_deposit": re.compile(
        r"ký quỹ|bảo lãnh (?:ngân hàng|của ngân hàng)|bảo hiểm (?:trách nhiệm|nghề nghiệp)|tiền bảo đảm|đặt cọc",
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
        r"|văn bản (?:chấp thuận|cho phép|đồng ý)|được (?:cơ quan|bộ)[^.;\n]{0,50}(?:chấp thuận|cho phép"
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
_PROCEDURE = re.compile(
    r"nộp (?:\S+ ){0,6}hồ sơ|hồ sơ (?:đề nghị|đăng ký|xin|gồm|bao gồm|được|hợp lệ|chưa|không|đầy đủ"
    r"|quy định)|tiếp nhận (?:và |, )?(?:\S+ ){0,3}hồ sơ"
    r"|thẩm định hồ sơ|đơn đề nghị|tờ khai|trả kết quả|từ chối (?:cấp|tiếp|phải)|trường hợp (?:không"
    r"|từ chối)[^.;\n]{0,40}(?:văn bản|lý do)"
    r"|(?:cấp|cấp lại|gia hạn|điều chỉnh|sửa đổi) (?:giấy|chứng chỉ|thẻ|phép)|kể từ ngày nhận (?:được|đủ)"
    r"|bộ hồ sơ|nêu rõ lý do"
    r"|qua (?:đường )?bưu (?:điện|chính)|dịch vụ công|một cửa",
    _I,
)
_PROCEDURE_HEADING = re.compile(
    r"hồ sơ|trình tự|thủ tục|cấp (?:lại|đổi|giấy|phép|chứng)|gia hạn|thu hồi (?:giấy|chứng)|đăng ký"
    r"|thời hạn (?:cấp|giải quyết)"
    r"|tiếp nhận|thẩm định|mức thu|lệ phí",
    _I,
)
_INTERNAL = re.compile(
    r"tố tụng|xét xử|phiên tòa|điều tra|khởi tố|thi hành án|tòa án|kiểm sát|khiếu nại|tố cáo|kỷ luật"
    r"|khen thưởng|nghị quyết|quốc hội"
    r"|dự thảo|xây dựng văn bản|phạm nhân|lưu trữ|ngân sách|đấu thầu|quyết toán|công chức|viên chức|bổ nhiệm"
    r"|kiểm toán nhà nước",
    _I,
)
_REPORT = re.compile(
    r"(?:phải|có trách nhiệm|thực hiện|định kỳ|hằng năm|hàng năm|gửi|lập|tổng hợp|chậm nhất|trước ngày"
    r"|hằng quý|hàng quý|hằng tháng|hàng tháng)"
    r"[^.;\n]{0,90}báo cáo|báo cáo (?:định kỳ|đột xuất|thống kê|hằng|hàng|bằng văn bản|ngay|về|tình hình"
    r"|kết quả)[^.;\n]{0,120}"
    r"(?:gửi|về|cho|với|bộ|sở|cục|cơ quan|ủy ban|trước ngày)|chế độ báo cáo|kỳ báo cáo",
    _I,
)
_REPORT_HEADING = re.compile(r"báo cáo", _I)
_REPORT_NOT = re.compile(
    r"báo cáo (?:nghiên cứu|đánh giá tác động|tài chính|kiểm toán|khả thi|đề xuất|kinh tế)", _I
)
_STANDARD = re.compile(
    r"quy chuẩn|QCVN|TCVN|tiêu chuẩn (?:quốc gia|kỹ thuật|chất lượng|cơ sở|quốc tế|việt nam)"
    r"|yêu cầu kỹ thuật|chỉ tiêu (?:kỹ thuật|chất lượng)"
    r"|thông số kỹ thuật|giới hạn (?:cho phép|tối đa)|định mức",
    _I,
)
_MEASURE = re.compile(
    r"\d+(?:[.,]\d+)? ?(?:mm|cm|m2|m3|kg|mg|g/|µ|°C|oC|dB|kW|kV|Hz|%|lux|lít|bar|MPa|ppm|m)(?![a-zà-ỹ])"
)
_STANDARD_HEADING = re.compile(
    r"tiêu chuẩn (?:kỹ thuật|chất lượng|thiết kế)|quy chuẩn|yêu cầu (?:kỹ thuật|về kỹ thuật|chất lượng)|định mức|thông số",
    _I,
)
_INSPECTION = re.compile(
    r"kiểm tra (?:nhà nước|chuyên ngành|chất lượng|an toàn thực phẩm|về chất lượng"
    r"|an toàn kỹ thuật)[^.;\n]{0,80}(?:hàng|nhập khẩu|xuất khẩu"
    r"|sản phẩm|lô|thực phẩm|thuốc|phương tiện|giống|thức ăn)|kiểm dịch|lấy mẫu"
    r"|lô hàng[^.;\n]{0,40}(?:kiểm tra|kiểm nghiệm)|thông quan",
    _I,
)
_INSPECTION_HEADING = re.compile(
    r"kiểm tra (?:nhà nước|chất lượng|chuyên ngành|an toàn thực phẩm|hàng hóa)|kiểm dịch|giám sát hải quan"
    r"|kiểm tra[^.]{0,40}(?:nhập khẩu|xuất khẩu)",
    _I,
)
_SKIP_HEADING = re.compile(
    r"phạm vi|đối tượng áp dụng|giải thích|hiệu lực|điều khoản|tổ chức thực hiện|trách nhiệm (?:thi hành"
    r"|thực hiện)|chuyển tiếp"
    r"|xử phạt|vi phạm|hành vi|nguyên tắc|quyền hạn|nhiệm vụ",
    _I,
)
_DELEGATES = re.compile(
    r"^(?:\W*\d+\.)?\s*(?:Chính phủ|Bộ|Bộ trưởng|Ngân hàng Nhà nước|Thủ tướng)[^.\n]{0,80}(?:quy định|hướng dẫn|ban hành)",
    _I,
)


def rules(article: Article, document: DocumentText) -> Iterator[Tag]:
    """Tags `condition` and `regulation_type` of the article's clauses, or of the article if it has none."""
    heading = article.heading
    text = article.text
    clauses = article.clauses()
    spans = [(c.start, c.end) for c in clauses] or [(0, len(text.rstrip()))]
    skip = bool(_SKIP_HEADING.search(heading))
    heading_is_condition = bool(_CONDITION_HEADING.search(heading)) and not _NOT_CONDITION_HEADING.search(
        heading
    )
    for start, end in spans:
        clause = text[start:end]
        if len(clause) < 25:
            continue
        kinds = () if skip else _conditions(clause, heading, heading_is_condition, bool(clauses))
        for kind in kinds:
            yield Tag("condition", start, end, kind)
        for kind in _types(clause, heading, bool(kinds), skip):
            yield Tag("regulation_type", start, end, kind)


def _conditions(clause: str, heading: str, by_heading: bool, is_clause: bool) -> tuple[str, ...]:
    """The kinds of condition a clause lays down; none if it lays down no condition."""
    if _DELEGATES.match(clause) and len(clause) < 220:
        return ()
    intro = clause[:400]
    strong = _CONDITION.search(clause[:600])
    if not by_heading:
        if not strong or _NOT_CONDITION_HEADING.search(heading) or not _BUSINESS.search(intro):
            return ()
    elif not _BUSINESS.search(heading) and not _BUSINESS.search(intro):
        return ()
    if _DOSSIER.search(intro) and not strong:
        return ()
    kinds = tuple(kind for kind, pattern in KINDS.items() if pattern.search(clause))
    if not kinds or _GENERAL.search(clause):
        kinds += ("requirement",)
    return kinds


def condition_kind(text: str) -> str:
    """The one kind that a single condition is most of all."""
    best = min(
        ((match.start(), kind) for kind, pattern in KINDS.items() if (match := pattern.search(text))),
        default=None,
    )
    return best[1] if best else "requirement"


def _types(clause: str, heading: str, is_condition: bool, skip: bool) -> Iterator[str]:
    if is_condition:
        yield "requirement"
    if skip:
        return
    internal = len(_INTERNAL.findall(clause)) + 2 * len(_INTERNAL.findall(heading))
    procedure = len(_PROCEDURE.findall(clause)) + (2 if _PROCEDURE_HEADING.search(heading) else 0)
    if procedure >= 2 and procedure > internal and _PROCEDURE.search(clause) and not is_condition:
        yield "procedure"
    report = _REPORT.search(clause)
    if report and not _REPORT_NOT.search(clause) and (_REPORT_HEADING.search(heading) or procedure < 2):
        yield "reporting"
    measures = len(_MEASURE.findall(clause))
    standard = 2 * len(_STANDARD.findall(clause)) + measures + (2 if _STANDARD_HEADING.search(heading) else 0)
    if standard >= 4 and (_STANDARD.search(clause) or _STANDARD_HEADING.search(heading)) and internal < 2:
        yield "standard"
    inspection = len(_INSPECTION.findall(clause)) + (2 if _INSPECTION_HEADING.search(heading) else 0)
    if inspection >= 2 and _INSPECTION.search(clause):
        yield "inspection"
