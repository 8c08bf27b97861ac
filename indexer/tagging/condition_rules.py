"""Clauses that lay down business conditions, and what kind of condition each one is.

A clause lays one down when the article's heading says that conditions follow, or its own words do ("phải đáp
ứng các điều kiện sau", "chỉ được cấp … khi"); not where it binds nobody, or an agency. The figures are in
docs/tagging.md.
"""

from __future__ import annotations

import re

_I = re.IGNORECASE
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
    r"|tiêu chuẩn, điều kiện (?:xét|dự|thi|bổ)|(?<!\w)(?:phạm nhân|tù|lễ tang|nghĩa vụ quân sự"
    r"|cơ quan đại diện)(?!\w)|(?:thường|tạm|cư) trú|kết hôn|thuế suất|thi đỗ|đề thi"
    r"|tạm gi[ữa]m?(?!\w)|trả nợ|xã, phường|đạt chuẩn"
    r"|ưu đãi|bảo lãnh vay|được (?:hỗ trợ|hưởng|vay|miễn|giảm|xét|bồi thường|đặc xá)",
    _I,
)
# "Giấy chứng nhận đủ điều kiện …" is the name of a paper, "cơ sở đủ điều kiện" of those who have it.
_ENTITLED = re.compile(r"(?:đủ|đáp ứng|bảo đảm|đảm bảo) (?:các )?điều kiện", _I)
# "Thuốc chỉ được cấp phép nhập khẩu khi …": a condition whatever the article is about.
_ONLY_WHEN = re.compile(
    r"chỉ được (?:phép |cấp |cấp phép |xem xét |thực hiện |kinh doanh |hoạt động |hành nghề |sản xuất "
    r"|nhập khẩu |xuất khẩu |cung cấp |cung ứng |bán |thành lập )[^.;\n]{0,90}?"
    r"(?:khi|nếu|sau khi) (?:có|đáp ứng|đủ|thuộc|được|đã|bảo đảm|đảm bảo)",
    _I,
)
_AGENCY_FIRST = re.compile(
    r"^\W*(?:\d{1,2}[.)]\s*)?(?:Trách nhiệm của )?(?:Chính phủ|Thủ tướng|Bộ (?!luật|phận|hồ sơ|máy)|Bộ trưởng"
    r"|Ủy ban|Uỷ ban|Hội đồng nhân dân|Sở |Cục |Tổng cục|Chi cục|Vụ |Phòng [A-ZĐ]|Ban quản lý|Ban Chỉ huy"
    r"|Cơ quan|Các (?:bộ|cơ quan)|Công an|Tòa án|Viện kiểm sát|Ngân hàng Nhà nước|Kho bạc|Thanh tra|Chánh"
    r"|Thủ trưởng|Chủ tịch Ủy|Giám đốc (?:Sở|Công an)|Nhà nước|Quốc hội|Bảo hiểm xã hội|Đoàn kiểm tra)"
)
_CONDITION = re.compile(
    r"(?:phải|cần)[^.;\n]{0,60}?(?:đáp ứng|có|bảo đảm|đảm bảo|thỏa mãn|đạt|đủ)[^.;\n]{0,30}?(?:các |những )?"
    r"(?:điều kiện|tiêu chuẩn|yêu cầu)(?: (?:sau|dưới đây|quy định|theo|tối thiểu|về|chung|cụ thể))"
    r"|(?:khi|nếu)[^.;\n]{0,60}?(?:đáp ứng|có|bảo đảm|đảm bảo|thỏa mãn|đạt|đủ)[^.;\n]{0,30}?(?:các |những )?"
    r"(?:điều kiện|tiêu chuẩn|yêu cầu) (?:sau|dưới đây|quy định tại|tối thiểu|chung|cụ thể)"
    r"|(?:có đủ|đáp ứng|đáp ứng đủ|đáp ứng đầy đủ|bảo đảm) (?:các |những )?(?:điều kiện|tiêu chuẩn"
    r"|yêu cầu) sau"
    r"|điều kiện để [^.;\n]{0,160}(?:gồm|như sau|sau đây|:)"
    r"|điều kiện (?:để )?(?:được )?(?:cấp|kinh doanh|hành nghề|hoạt động|thành lập|đăng ký|sản xuất|buôn bán"
    r"|cung cấp)[^.;\n]{0,120}"
    r"(?:gồm|như sau|sau đây|:)",
    _I,
)
# A plan, a course or a piece of paper has to meet requirements too; that is no condition of a business.
_THING_FIRST = re.compile(
    r"^(?:\d{1,2}\.\s*)?(?:Việc|Thời gian|Chương trình|Kế hoạch|Nội dung|Chứng từ|Hồ sơ|Báo cáo|Quy hoạch"
    r"|Quy trình|Văn bản|Biên bản|Đề án|Dự án|Tài liệu)(?!\w)"
)
_DEFINES = re.compile(
    r"^(?:\d{1,2}\.\s*)?\w[^.,;\n]{3,60} là (?:cá thể|người được|tổ hợp|việc|quá trình"
    r"|hoạt động|khu vực)(?!\w)"
)
_BUSINESS = re.compile(
    r"kinh doanh|hành nghề|giấy phép|cấp phép|giấy chứng nhận|chứng chỉ|đăng ký|doanh nghiệp|cơ sở|tổ chức"
    r"|thành lập|sản xuất|dịch vụ"
    r"|nhập khẩu|xuất khẩu|hoạt động|công nhận|chỉ định|phòng|trung tâm|công ty|thương nhân|chào bán"
    r"|quỹ|sáp nhập|hợp nhất|tư vấn|nhà thầu",
    _I,
)
_DOSSIER = re.compile(
    r"hồ sơ (?:đề nghị|đăng ký|xin|gồm|bao gồm|cấp|gửi|nộp)|thành phần hồ sơ|(?<!điểm )(?<!ngày )"
    r"nộp (?:01 |một |trực tiếp |\(?\d+\)? )?(?:bộ )?hồ sơ"
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
        r"(?:có|về|yêu cầu) trình độ|trình độ (?:chuyên|văn hóa|nghiệp vụ|ngoại ngữ|đại học trở)"
        r"|nhân (?:lực|sự|viên)|kinh nghiệm|tốt nghiệp|bằng (?:cử nhân|tốt nghiệp|đại học)"
        r"|chuyên (?:môn|ngành)|cán bộ kỹ thuật"
        r"|người (?:phụ trách|chịu trách nhiệm|quản lý|đứng đầu|hành nghề|lao động)|đội ngũ"
        r"|(?<!đào tạo )(?:giáo viên|giảng viên)|bác sĩ|dược sĩ|điều dưỡng|kỹ sư|thành viên có|kỹ thuật viên"
        r"|năng lực hành vi|được (?:đào tạo|tập huấn|huấn luyện|bồi dưỡng)|sức khỏe|công dân Việt Nam"
        r"|ít nhất \d+ (?:người|nhân)",
        _I,
    ),
    "premises": re.compile(
        r"địa điểm|trụ sở|diện tích|mặt bằng|nhà xưởng|kho (?:bảo quản|chứa|hàng|bãi|riêng)|nơi (?:sản xuất"
        r"|bán|kinh doanh|bảo quản)"
        r"|cơ sở vật chất|(?:phòng|buồng|phòng \(buồng\)) "
        r"(?:thí nghiệm|khám|học|làm việc|xét nghiệm|thử nghiệm|riêng)|khu vực"
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
        r"|(?:có|đã|giấy chứng nhận) đăng ký (?:kinh doanh|doanh nghiệp|hoạt động|đầu tư)"
        r"|có quyết định (?:thành lập|cho phép)|văn bản (?:chấp thuận|cho phép|đồng ý)|được (?:cơ quan"
        r"|bộ)[^.;\n]{0,50}(?:chấp thuận|cho phép"
        r"|cấp phép)|giấy phép",
        _I,
    ),
}
_REQUIREMENT_HEADING = re.compile(
    r"^(?:quy định (?:chi tiết )?(?:về )?|các )?(?:yêu cầu|(?:tiêu chuẩn, )?điều kiện)(?! (?:bảo đảm"
    r"|đảm bảo|giao dịch|hưởng|được hưởng|kinh tế|bổ nhiệm|thăng|xét|tuyển|thi hành|vay|làm việc|lao động))"
    r"(?!.*(?:hồ sơ|trình tự|thủ tục))",
    _I,
)
_DELEGATES = re.compile(
    r"^(?:\W*\d+\.)?\s*(?:Chính phủ|Bộ|Bộ trưởng|Ngân hàng Nhà nước|Thủ tướng)[^.\n]{0,80}(?:quy định"
    r"|hướng dẫn|ban hành)",
    _I,
)


def heading_lays_down(heading: str, intro: str) -> bool:
    """Whether the article's heading, or the words before its first clause, say that conditions follow."""
    if _NOT_CONDITION_HEADING.search(heading):
        return False
    if _CONDITION_HEADING.search(_ENTITLED.sub("", heading)):
        return True
    return bool(intro and _CONDITION.search(intro) and _BUSINESS.search(intro))


def demands(clause: str, heading: str) -> bool:
    """Whether a clause says what must be, under a heading that announces requirements."""
    if not _REQUIREMENT_HEADING.search(heading) or _DELEGATES.match(clause):
        return False
    opening = clause[:300]
    if _DOSSIER.search(opening) or _BINDS_NOBODY.search(opening):
        return False
    return not (_AGENCY_FIRST.match(clause) or _DEFINES.match(clause))


def delegates(clause: str) -> bool:
    """ "Chính phủ quy định chi tiết Điều này": a short clause that only says who will make the rules."""
    return bool(_DELEGATES.match(clause)) and len(clause) < 220


def starts_with_agency(clause: str) -> bool:
    """Whether the clause's subject is a state body: its own tasks bind no business."""
    return bool(_AGENCY_FIRST.match(clause))


def conditions(clause: str, heading: str, by_heading: bool) -> tuple[str, ...]:
    """The kinds of condition a clause lays down; none if it lays down no condition."""
    if delegates(clause) or _BINDS_NOBODY.search(clause[:300]) or _DEFINES.match(clause):
        return ()
    intro = clause[:400]
    only_when = "chỉ được" in clause and _ONLY_WHEN.search(intro)
    has_words = (
        "điều kiện" in clause or "tiêu chuẩn" in clause or "yêu cầu" in clause or "Điều kiện" in clause
    )
    strong = only_when or (has_words and _CONDITION.search(clause[:600]))
    if not by_heading and not only_when:
        unfit = (
            not strong
            or _THING_FIRST.match(clause)
            or _NOT_CONDITION_HEADING.search(heading)
            or _AGENCY_FIRST.match(clause)
        )
        if unfit or not _BUSINESS.search(intro):
            return ()
    elif not (_BUSINESS.search(heading) or _BUSINESS.search(intro) or _ABOUT.match(heading)):
        return ()
    if _DOSSIER.search(intro) and not strong:
        return ()
    return _kinds(clause, heading)


def _kinds(clause: str, heading: str) -> tuple[str, ...]:
    """The kinds of a clause's single conditions; what has none of its own is of the clause's subject."""
    items = _items(clause)
    found = [[kind for kind, pattern in KINDS.items() if pattern.search(item)] for item in items]
    kinds = tuple(kind for kind in KINDS if any(kind in of_item for of_item in found))
    plain = sum(1 for of_item in found if not of_item)
    if 2 * plain < len(items):
        return kinds
    title = _TITLED_CLAUSE.match(clause)
    general = _kind_of_heading(title[1] if title else heading)
    return kinds if general in kinds else (*kinds, general)


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
# "1. Điều kiện về nhân sự:" above the points of a clause.
_TITLED_CLAUSE = re.compile(r"^(?:\d{1,2}\.\s*)?((?:Các )?[Đđ]iều kiện về [^\n;.]{3,80}?):?[ ]*\n")
# Time limits of the authority, validity of a licence, exemptions, new wording of another act.
_BINDS_NOBODY = re.compile(
    r"^(?:\d+\.\s*)?(?:Trong thời hạn[^.\n]{0,140}(?:cơ quan|Sở|Bộ|Ủy ban|Cục|tổ chức cấp)"
    r"|(?:Giấy (?:phép|chứng nhận|xác nhận)|Chứng chỉ|Thẻ)[^.\n]{0,90}(?:có thời hạn|có giá trị|có hiệu lực))"
    r"|không phải (?:xin|có|đề nghị|điều chỉnh|đáp ứng|nộp|làm)|như sau:\s*\n?\s*“"
    r"|^(?:\d+\.\s*)?(?:Quyết định|Giấy|Chứng chỉ|Văn bản)[^.;\n]{0,80}"
    r"(?:được gửi|bị (?:thu hồi|đình chỉ|hủy)|được lưu|hết hiệu lực)"
    r"|^(?:\d+\.\s*)?Sau (?:thời hạn )?\d+[^.\n]{0,160}(?:nếu|mà) [^.\n]{0,120}"
    r"(?:hết hiệu lực|thu hồi|hủy bỏ)"
)


def condition_kind(text: str) -> str:
    """The one kind that a single condition is most of all."""
    best = min(
        ((match.start(), kind) for kind, pattern in KINDS.items() if (match := pattern.search(text))),
        default=None,
    )
    return best[1] if best else "requirement"
