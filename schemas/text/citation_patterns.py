"""Patterns of the citation grammar (see citations.py). All expect canonical text: NFC, single blanks."""

from __future__ import annotations

import re

from .numbers import OFFICIAL

# A figure after a comma may count things instead of continuing a list: "khoản 1 Điều này, 2 (hai) bản".
_UNITS = (
    r"người|bản|bộ|ngày|tháng|năm|lần|tờ|triệu|tỷ|nghìn|đồng|giờ|phút|cái|chiếc|đơn\svị|loại|nhóm|đối\stượng"
    r"|lít"
    r"|kg|tấn|thành\sviên|cm|mm|km|m\d?|ha|phần\străm|trường\shợp|hồ\ssơ|giấy"
)
_LETTER = r"(?:đ|[a-eg-ik-vxy])(?:\.?\d{1,2})?(?!\w)"
_DIGITS = r"\d{1,3}(?:[a-zđ]\d?|\.\d{1,2})?(?!\w|[.,/]\d|%|\s?%)"
# Articles and clauses are whole numbers: in "khoản 1,2 Điều 5" the comma parts two of them.
_WHOLE = r"\d{1,3}(?:[a-zđ]\d?|\.\d{1,2})?(?!\w|[./]\d|%|\s?%)"
_MORE_WHOLE = rf"{_WHOLE}(?!\s(?:{_UNITS})\b|\s?\()"
_MORE_DIGITS = rf"{_DIGITS}(?!\s(?:{_UNITS})\b|\s?\()"
_ROMAN = r"(?:[IVXLC]{1,7}[A-Z]?|\d{1,3}(?:\.\d{1,2})?[a-zA-Z]?|[A-H])(?![\w/]|\.\d|\.doc|\.xls|\.pdf)"
_AND = r"(?:[ ]?[,;][ ]?(?:và[ ]|hoặc[ ])?|[ ](?:và|hoặc|hay|đến|tới|cho[ ]đến|đến[ ]hết)[ ])"
_DASH = r"[ ]?[-–][ ]?"
_AFTER_LETTER = (
    r"(?=[ ]?(?:[,;:.)(”\"\n]|$)|[ ](?:và|hoặc|hay|đến|tới|của|tại|[Kk]hoản|[Đđ]iểm|[Đđ]iều|này|[Mm]ục|nêu"
    r"|được|bị"
    r"|trên|nói|thì|phải|không)\b)"
)
GROUP = re.compile(
    rf"""(?<!\w)(?:
      (?P<w1>[Đđ]iểm|ĐIỂM)[ ]
        (?P<n1>này(?!\w)|{_LETTER}(?:(?:{_AND}|{_DASH}){_LETTER}{_AFTER_LETTER})*|{_DIGITS}(?:{_AND}{_MORE_DIGITS})*)
    | (?P<w2>[Kk]hoản|KHOẢN)[ ](?:từ[ ])?
        (?P<n2>này(?!\w)|{_WHOLE}(?:(?:{_AND}|{_DASH}){_MORE_WHOLE})*)
    | (?P<w3>[Đđ]iều|ĐIỀU)[ ](?:từ[ ])?
        (?P<n3>này(?!\w)|{_WHOLE}(?:(?:{_AND}|{_DASH}){_MORE_WHOLE})*)
    | (?P<w4>[Mm]ục|MỤC|[Cc]hương|CHƯƠNG|[Pp]hần|PHẦN)[ ](?P<n4>này(?!\w)|{_ROMAN}(?:{_AND}{_ROMAN})*)
    | (?P<w5>[Pp]hụ[ ]lục|PHỤ[ ]LỤC)(?:[ ](?:số[ ]?)?(?P<n5>này(?!\w)|{_ROMAN}(?:{_AND}{_ROMAN})*))?
    )""",
    re.VERBOSE,
)
ITEM = re.compile(r"(đến|tới|[-–])|(?:và|hoặc|hay|cho|hết|[,;])|([\wđ.]+)")
JOIN = re.compile(
    r"(?:[ ]?[,;][ ]?|[ ])(?:(?:và|hoặc|hay|đến|tới|cùng|với|của|tại|thuộc|trong|ở)[ ])*(?:(?:các|từ|tại"
    r"|ở)[ ])*"
)
#: In what joins two groups: the second does not contain the first.
BREAKS = re.compile(r"và|hoặc|hay|;|đến|tới|cùng")
LINK = re.compile(
    r"[ ]?,?[ ]?(?:(?:của|tại|trong|thuộc|theo|ở|cho)[ ])*"
    r"(?:(?:bản |Bản )?(?:Quy chế|Quy định|Điều lệ|Danh mục|Quy trình|Hướng dẫn|Quy chuẩn|Chuẩn mực|Biểu)\b"
    r"[^;.\n]{0,160}?[ ](?=kèm|ban hành|được ban hành))?"
    r"(?:(?:được[ ])?(?:ban hành[ ])?(?:kèm[ ])?theo[ ])?(?:của[ ])?"
)
_TYPES = (
    r"Thông tư liên tịch|Thông tư|Nghị định|Quyết định|Nghị quyết liên tịch|Nghị quyết|Bộ luật|Bộ Luật|Luật"
    r"|Pháp lệnh|Chỉ thị|Hiến pháp|Sắc lệnh|Văn bản hợp nhất|Kết luận|Công điện"
)
_LOWER_TYPES = r"thông tư liên tịch|thông tư|nghị định|quyết định|nghị quyết|chỉ thị|pháp lệnh|bộ luật|luật"
SELF = re.compile(
    rf"(?:{_TYPES}|{_LOWER_TYPES}|Quy chế|Quy định|Điều lệ|Quy chuẩn|Quy trình|Bản quy định|Hướng dẫn"
    rf"|Chuẩn mực)"
    r"(?: (?:mẫu|kỹ thuật|tạm thời|liên tịch))?[ ]?này",
    re.IGNORECASE,
)
TYPE = re.compile(rf"(?:{_TYPES})(?!\w)|(?:{_LOWER_TYPES})(?= số ?\d)")
#: Types whose titles are names by themselves.
TITLED = ("Luật", "Bộ luật", "Bộ Luật", "Pháp lệnh", "Hiến pháp")
# A title that is not known ends before a word that begins something else. "sửa đổi" laws are never guessed.
UNKNOWN_TITLE = re.compile(
    r" (?!(?:[Ss]ửa đổi|này|đó|trên|nêu|có|của|về|và|hoặc|quy|sư|pháp|gia|khoa|học|tục|lệ|định|chuyên|được"
    r"|thì|khác|do|tại)\b)(?=[^\W\d])"
    r"(?:Phòng, chống |Hòa giải, |Thanh niên |Hôn nhân và |Khiếu nại, |Trồng trọt |Bảo vệ và |Thi đua, "
    r"|Báo chí )?"
    r"\w+(?: (?!(?:và|hoặc|hay|năm|số|ngày|về|có|được|đã|thì|quy|của|để|phải|tại|trong|khi|là|đối|nhưng|mà"
    r"|từ|theo|này|bao|gồm"
    r"|không|cho|với|nêu|bị|do|sửa|ban|trừ|cũng|trước|sau|còn|như|đến|nếu|nhằm|vào|bằng|hiện|các|những|một"
    r"|mà)\b)"
    r"[^\W\d]+){0,7}(?=[\s,.;:()”\"]|$)"
)
AMENDING_LAW = re.compile(
    r"Luật [Ss]ửa đổi,? ?(?:và )?(?:bổ sung )?(?:một số )?(?:điều |nội dung )?(?:của )?(?:Bộ luật|Luật"
    r"|Pháp lệnh) "
)
NUMBER_LEAD = re.compile(r"[ ]?(?:[Ss]ố)?[ ]?:?[ ]?")
NUMBER_AFTER_TITLE = re.compile(r"[ ](?:năm \d{4} )?\(?số[ ]?:?[ ]?")
ODD_NUMBER = re.compile(r"\d{1,5}[a-zA-Z]?(?:/\d{4})?[/-][A-ZĐ][\wĐ&]*(?:[-/][A-ZĐ][\wĐ&]*)*")
TITLE_YEAR = re.compile(r"[ ](?:năm )?((?:19|20)\d\d)(?![\d/])")
#: Documents that have provisions but are not in the corpus, or cannot be told.
OTHER = re.compile(
    r"(?:Hiệp định|Công ước|Nghị định thư|Hiệp ước|Điều ước|[Hh]ợp đồng|Quy tắc|Th[ỏo][ảa] thuận|Bản ghi nhớ"
    r"|Chương trình"
    r"|Đề án|Hiến chương|Tuyên bố|Biểu thuế|Bộ quy tắc|[Đđ]iều lệ|Quy chế|Quy chuẩn|Tiêu chuẩn"
    r"|Dược điển)(?!\w)"
)
# Starts with a letter or digit, not with an assertion: that is what makes the search fast.
SCAN = re.compile(
    r"[Đđ](?<!\w.)(?:iểm (?=[\da-zđn])|iều (?=[\dn]|từ \d))|ĐIỀU (?=\d)"
    r"|[Kk](?<!\w.)hoản (?=[\dn]|từ \d)"
    r"|[Mm](?<!\w.)ục (?=[\dA-HIVXLn])|C(?<!\w.)(?:hương (?=[\dIVXLn])|hỉ thị|ông điện)|chương (?=[\dIVXL])"
    r"|P(?<!\w.)(?:hần (?=[\dIVXLABn])|hụ lục|HỤ LỤC|háp lệnh)|phụ lục|phần (?=[\dIVXLAB])"
    r"|T(?<!\w.)hông tư|N(?<!\w.)ghị (?:định|quyết)|Q(?<!\w.)uyết định|B(?<!\w.)ộ [Ll]uật|L(?<!\w.)uật"
    r"|H(?<!\w.)iến pháp|S(?<!\w.)ắc lệnh|V(?<!\w.)ăn bản hợp nhất|K(?<!\w.)ết luận"
    r"|thông tư (?:liên tịch )?số ?\d|nghị (?:định|quyết) số ?\d|quyết định số ?\d|chỉ thị số ?\d"
    r"|pháp lệnh số ?\d"
    rf"|luật số ?\d|(?x:{OFFICIAL.pattern})"
)
