"""Dates, amounts of money and time limits."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal

from .model import Tag

_DATE = re.compile(
    r"[Nn]gày (?P<d>\d{1,2}) tháng (?P<m>\d{1,2}) năm (?P<y>(?:1[89]|20)\d\d)(?!\d)"
    r"|[Nn]gày (?P<d1>\d{1,2}) ?(?P<s1>[/.-]) ?(?P<m1>\d{1,2}) ?(?P=s1) ?(?P<y1>(?:1[89]|20)\d\d)(?![\d/])"
    r"|\d(?<![\d/.\w-]\d)(?P<d2>\d?)(?:(?P<t> tháng (?P<m2>\d{1,2}) năm )"
    r"| ?(?P<s2>[/.-]) ?(?P<m3>\d{1,2}) ?(?P=s2) ?)(?P<y2>(?:1[89]|20)\d\d)(?![\d/])"
)
_FIRST = r"\d(?<![\w.,/]\d)"
_AMOUNT = rf"{_FIRST}(?:\d{{0,2}}(?:[., ]?\d{{3}})+(?:,\d{{1,3}})?|\d*(?:[.,]\d{{1,3}})?)(?!\d)"
_SCALES = {"nghìn": 10**3, "ngàn": 10**3, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9, "trăm triệu": 10**8}
_SCALES |= {"nghìn tỷ": 10**12, "ngàn tỷ": 10**12, "triệu tỷ": 10**15}
_SCALE = r"nghìn tỷ|ngàn tỷ|nghìn|ngàn|triệu|tỷ|tỉ"
_CURRENCIES = {
    "đồng": "VND", "đ": "VND", "vnđ": "VND", "vnd": "VND", "đồng việt nam": "VND",
    "usd": "USD", "đô la mỹ": "USD", "đô-la mỹ": "USD", "đôla mỹ": "USD", "đô la hoa kỳ": "USD",
    "đô la": "USD",
    "eur": "EUR", "euro": "EUR", "yên nhật": "JPY", "jpy": "JPY", "nhân dân tệ": "CNY", "cny": "CNY",
    "sdr": "XDR", "bảng anh": "GBP",
}  # fmt: skip
_CURRENCY = (
    r"đồng Việt Nam|đồng|đ(?=[\s,.;:)/]|$)|VNĐ|VND|USD|[đĐ]ô[ -]?la (?:Mỹ|Hoa Kỳ)|[đĐ]ô la|EUR|euro|Euro"
    r"|[Yy]ên Nhật|JPY"
    r"|[Nn]hân dân tệ|CNY|SDR|[Bb]ảng Anh"
)
_MONEY = re.compile(
    rf"({_AMOUNT})(?:\s?\([^)\d]{{2,60}}\))? ?(?P<s>{_SCALE})?(?:\s?\([^)\d]{{2,60}}\))? "
    rf"?(?P<c>{_CURRENCY})(?!\w)"
)
_RANGE_START = re.compile(rf"(?P<n>{_AMOUNT})(?: (?P<s>{_SCALE}))? ?(?:-|–|đến dưới|đến|tới|đến mức) ?$")
_WORDS = {
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6, "bảy": 7, "bẩy": 7,
    "tám": 8, "chín": 9,
}  # fmt: skip
_UNIT_WORD = "|".join(_WORDS)
_UNIT = r"(?P<u>ngày làm việc|ngày|tháng|năm|giờ|tuần lễ|tuần)(?!\w|/)"
_TERM = re.compile(
    rf"\d(?<![\w.,/-]\d)(?P<n>\d{{0,3}})(?: ?\((?:[^\W\d]|\s){{2,30}}\))? ?{_UNIT}", re.IGNORECASE
)
# "mười lăm (15) ngày": tens and units, then perhaps the figure.
_WRITTEN_TERM = re.compile(
    rf"(?P<w>(?:{_UNIT_WORD})(?: (?:mươi|trăm)(?: (?:linh |lẻ )?(?:{_UNIT_WORD}|mốt|mười))?)?"
    rf"|mười(?: (?:{_UNIT_WORD}))?)(?: ?\((?P<n>\d{{1,4}})\))? {_UNIT}"
)
_UNITS = {"ngày làm việc": "working_day", "ngày": "day", "tháng": "month", "năm": "year", "giờ": "hour"}
_LIMIT = re.compile(
    r"(?:thời hạn|thời hiệu|chậm nhất|sớm nhất|không quá|tối đa|trong vòng|trong phạm vi|muộn nhất|ít nhất"
    r"|tối thiểu"
    r"|trước|quá|hạn|kéo dài|gia hạn|thời gian|sau|trong|có hiệu lực|giá trị|lưu trữ|lưu giữ|bảo quản"
    r"|vượt quá|hết|đủ"
    r"|là|thêm|dưới|hiệu lực)"
    r"(?: (?:là|từ|trước|sau|ít nhất|không|quá|được|tối thiểu|tối đa|trong|vào|khoảng|thời hạn|thời gian"
    r"|dưới|trên|đến|bằng|vòng|tính|thêm"
    r"|không được|lâu|cho|và|hoặc|nhất|hạn|liên tục|thì))*(?: \d+(?: ngày| tháng| năm| giờ)? (?:đến|hoặc"
    r"|và))? ?$",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"(?:thời hạn|thời hiệu|chậm nhất|sớm nhất|không quá|không được quá|trong vòng|trong phạm vi|muộn nhất"
    r"|tối đa|gia hạn"
    r"|lưu trữ|lưu giữ|bảo quản|quá hạn|hạn)[^,;.\n]{0,24}$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s*(?:\([^)]*\)\s*)?(?:,?\s*(?:kể từ|tính từ|trước (?:ngày|khi|thời|lúc)|sau (?:ngày|khi)"
    r"|tính đến (?:trước )?ngày"
    r"|kể từ|từ (?:ngày|khi)|so với))",
    re.IGNORECASE,
)
_NOT_BEFORE = re.compile(
    r"(?:tuổi|phạt tù|tù|cải tạo|mỗi|hàng|hằng|cứ|định kỳ|chu kỳ|ngày \d+ tháng|đầu|cuối|từ đủ|lương|từng"
    r"|giai đoạn"
    r"|thứ|lúc|vào|khung|hồi|quản chế|kinh nghiệm|thâm niên|công tác|bậc|hình phạt|nuôi con|con|trẻ em|trẻ"
    r"|kế hoạch|bằng"
    r"|vàng|lần|phạt|kỷ luật|nhiệt độ|dự báo|lũ|mưa|nghỉ|ngân sách|tài chính|chính sách|quý|đồng|nhiệm kỳ"
    r"|khóa"
    r"|thực hành|đào tạo|làm việc|liền|học)(?: (?:từ|là|đủ|trên|dưới|ít nhất|tối thiểu|hơn|sau|khoảng))* ?$",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(
    r"\s*(?:tuổi|kinh nghiệm|một lần|\d|tù|công tác|gần nhất|liên tục|liền kề|liên tiếp|trước liền"
    r"|liền trước|tiền lương"
    r"|lương|trở lên|thực hành|làm việc|đầu năm|cuối năm|đầu tiên|tài chính|học|ngân sách|kế hoạch|trước đó"
    r"|lần|hành nghề"
    r"|/|thâm niên|giảng dạy|phục vụ|giao dịch|\d+ phút|00|phút|hằng|hàng|đến dưới \d+ (?:tuổi|năm|tháng)"
    r"|trong (?:năm"
    r"|tháng|ngày|tuần)"
    r"|(?:hoặc|và|,) (?:nhiều )?(?:\d+ )?(?:lần)|sau công nguyên|giảm)(?!\w)",
    re.IGNORECASE,
)
_WEAK = re.compile(r"(?<!\w)(?:trong|là|sau|dưới|đủ|thêm|trước|hết) $")
_WEATHER = re.compile(r"nhiệt độ|nắng nóng|lượng mưa|rét|khô hạn|mực nước", re.IGNORECASE)
_DAY_OF_MONTH = re.compile(r"(?:ngày|mùng|tháng|năm|quý|lúc|khóa|số) ?$", re.IGNORECASE)


def dates(text: str) -> Iterator[Tag]:
    """Calendar dates with day, month and year that exist."""
    for match in _DATE.finditer(text):
        day = match["d"] or match["d1"] or match.group()[0] + match["d2"]
        month = match["m"] or match["m1"] or match["m2"] or match["m3"]
        try:
            value = dt.date(int(match["y"] or match["y1"] or match["y2"]), int(month), int(day)).isoformat()
        except ValueError:
            continue
        yield Tag("date", match.start(), match.end(), value)


def money(text: str) -> Iterator[Tag]:
    """Amounts with their currency; both ends of "từ 5 đến 10 triệu đồng"."""
    for match in _MONEY.finditer(text):
        currency = _CURRENCIES[match["c"].lower()]
        scale = match["s"]
        yield from _start_of_range(text, match.start(), scale, currency)
        amount = _number(match[1], scale)
        if amount is not None:
            yield Tag("money", match.start(), match.end(), {"amount": amount, "currency": currency})


def _start_of_range(text: str, start: int, scale: str | None, currency: str) -> Iterator[Tag]:
    """ "từ 5 đến" right before "10 triệu đồng": 5 million."""
    before = text[max(0, start - 40) : start]
    match = _RANGE_START.search(before)
    if not match or re.search(r"(?:năm|tháng|ngày|[Đđ]iều|[Kk]hoản|[Mm]ục|số) $", before[: match.start()]):
        return
    value = _number(match["n"], match["s"] or (scale if _is_small(match["n"]) else None))
    if value:
        first = start - len(before)
        end = match.end("s") if match["s"] else match.end("n")
        yield Tag("money", first + match.start(), first + end, {"amount": value, "currency": currency})


def _is_small(figures: str) -> bool:
    return len(re.sub(r"\D", "", figures)) <= 4


def _number(figures: str, scale: str | None) -> int | None:
    """ "1.500.000" → 1500000; "1,5" triệu → 1500000; None where no whole amount comes out."""
    figures = figures.replace(" ", "")
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", figures) and not (scale and "," in figures):
        value = Decimal(re.sub(r"[.,]", "", figures))
    elif re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+", figures) or re.fullmatch(r"\d+,\d+", figures):
        value = Decimal(figures.replace(".", "").replace(",", "."))
    elif re.fullmatch(r"\d+\.\d{1,2}", figures) or figures.isdigit():
        value = Decimal(figures)
    else:
        return None
    value *= _SCALES.get((scale or "").lower(), 1)
    return int(value)


def deadlines(text: str) -> Iterator[Tag]:
    """Lengths of time that limit an act, a duty or a validity."""
    found = [(m, int(m.group()[0] + m["n"])) for m in _TERM.finditer(text)]
    found += [(m, int(m["n"] or 0) or _written(m["w"])) for m in _WRITTEN_TERM.finditer(text)]
    for match, count in found:
        unit = match["u"].lower()
        start = match.start()
        if not count or (unit == "năm" and count > 100) or text[start - 1 : start].isalnum():
            continue
        line = text.rfind("\n", max(0, start - 70), start) + 1 or max(0, start - 70)
        if not _limits(text[line:start], text[match.end() : match.end() + 28].split("\n", 1)[0], unit):
            continue
        if unit.startswith("tuần"):
            count, unit = count * 7, "ngày"
        yield Tag("deadline", start, match.end(), {"n": count, "unit": _UNITS[unit]})


def _limits(before: str, after: str, unit: str) -> bool:
    """Whether the words around a length of time make it a limit."""
    if _DAY_OF_MONTH.search(before) or (
        unit in ("ngày", "tháng") and re.match(r"\s*(?:tháng|năm|/)? ?\d", after)
    ):
        return False
    if _NOT_AFTER.match(after) or _WEATHER.search(before):
        return False
    if unit == "ngày làm việc":
        return True
    if _AFTER.match(after):
        return True
    if _NOT_BEFORE.search(before):
        return False
    if unit in ("tháng", "năm") and _WEAK.search(before):
        return bool(_STRONG.search(before))
    return bool(_LIMIT.search(before) or _STRONG.search(before))


def _written(words: str) -> int:
    """ "mười lăm" → 15, "bốn mươi lăm" → 45; 0 for what is no number."""
    total = current = 0
    for word in words.lower().split():
        if word in ("linh", "lẻ"):
            continue
        if word == "mười":
            total, current = total + 10, 0
        elif word == "mươi":
            total, current = total + current * 10, 0
        elif word == "trăm":
            total, current = total + current * 100, 0
        else:
            current = 1 if word == "mốt" else _WORDS.get(word, 0)
    return total + current
