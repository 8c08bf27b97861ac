"""Invented comments for measuring: letters of a campaign as people change them, and letters of their own.

Sentences are patterns with choices, `[one|another]`. A letter nobody coordinated takes two to four of some
twenty concerns, each said in one of thousands of ways, with the writer's own place, trade, figures and order.
A letter of the campaign follows the template: most keep most of its words, many put some otherwise, leave a
sentence out, change the order, and add sentences made exactly like those of the others, so that what is added
tells nothing about which letter is which.
"""

# ruff: noqa: E501 -- a pattern reads better on one line

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
#: How often somebody who copies keeps the template's own words where there is a choice.
_KEPT = 0.72

TEMPLATE = (
    "[Tôi là|Tôi là một|Tôi hiện là] [chủ|người đứng tên] một [cửa hàng|quầy|tiệm] tạp hóa nhỏ [ở|tại] xã"
    "[|, bán hàng đã nhiều năm].",
    "Tôi [đề nghị|kiến nghị|mong được] giữ [thời hạn|thời gian] [giải quyết|xử lý] hồ sơ [là|] 05 ngày làm việc "
    "[như dự thảo|đúng như dự thảo đã viết].",
    "[Nếu|Một khi|Giả sử] kéo dài [hơn|thêm] thì [cửa hàng|người bán] phải [chờ|đợi] và mất [khách|người mua] "
    "[trong|đúng] dịp Tết[|, là lúc bán được nhất trong năm].",
    "[Đề nghị|Xin đề nghị|Mong] cơ quan cấp phép tự [tra cứu|kiểm tra] thông tin đăng ký [trên hệ thống|], "
    "[không|đừng] [yêu cầu|bắt] [người dân|chúng tôi] nộp bản sao có chứng thực.",
    "[Mỗi lần|Cứ mỗi lần] chứng thực [mất|tốn] [cả buổi|nửa ngày] và [thêm|] tiền [đi lại|xăng xe] mà "
    "[không|chẳng] [giúp|làm] [ai|cơ quan nào] [quản lý tốt hơn|biết thêm điều gì].",
    "[Mong|Kính mong|Rất mong] Bộ [xem xét|cân nhắc] để người bán hàng nhỏ [đỡ|bớt] [mất công|phải] đi lại "
    "nhiều lần.",
)
_GREETINGS = (
    "Kính gửi Bộ.", "Thưa các anh chị soạn thảo.", "Tôi xin có ý kiến như sau.", "Chào Bộ.",
    "Kính gửi ban soạn thảo dự thảo này.", "Tôi đọc dự thảo và có mấy lời.", "Gia đình tôi có ý kiến.",
)  # fmt: skip
_CLOSINGS = (
    "Xin cảm ơn.", "Trân trọng.", "Mong sớm có trả lời.", "Cảm ơn Bộ đã hỏi ý kiến dân.",
    "Tôi sẵn sàng trao đổi thêm.", "Chúc các anh chị sức khỏe.",
)  # fmt: skip
_WHO = (
    "chủ quán ăn", "kế toán một hợp tác xã", "người hay mua hàng ở chợ", "lái xe giao hàng", "chủ nhà trọ",
    "giáo viên đã nghỉ hưu", "cán bộ thôn", "sinh viên bán hàng qua mạng", "thợ cắt tóc", "người nuôi ong",
    "chủ xưởng gỗ", "dược sĩ quầy thuốc", "thợ may", "chủ tiệm sửa xe", "người trồng cà phê", "chủ lò bánh mì",
    "nhân viên kho lạnh", "chủ vườn ươm cây", "thợ mộc", "người làm nước mắm", "chủ đại lý gas",
    "người bán vật liệu xây dựng", "chủ phòng khám răng", "hướng dẫn viên du lịch", "chủ tàu cá",
    "người thu mua nông sản", "chủ cơ sở giặt là", "quản lý một siêu thị mini", "người chăn nuôi gà",
    "chủ tiệm hoa", "luật sư tư vấn cho hộ kinh doanh", "người khuyết tật bán vé số", "thợ điện lạnh",
    "chủ cửa hàng đồ chơi", "người làm bún", "nghệ nhân gốm",
)  # fmt: skip
_WHERE = (
    "ở một xã miền núi", "tại thị trấn ven biển", "ở phường trung tâm", "trên đảo", "ở vùng trồng chè",
    "gần cửa khẩu", "trong một làng nghề", "ở khu công nghiệp", "tại chợ đầu mối", "ở vùng lũ hằng năm",
    "cạnh bến xe", "ở ngoại thành", "tại một bản vùng cao", "ở vùng đồng bằng", "trong khu tập thể cũ",
    "dọc quốc lộ", "gần trường học", "ở làng chài", "trong khu đô thị mới", "ở vùng biên",
)  # fmt: skip
_SAW = (
    "[năm ngoái|tháng trước|hồi đầu năm|cách đây {n} năm] tôi [gặp|vướng|bị] đúng [chuyện này|cảnh đó]",
    "cả [chợ|dãy phố|tổ dân phố|xóm] tôi có {n} [hộ|nhà|người] [cùng cảnh|kêu như vậy|cùng ý kiến]",
    "[anh|chị|cháu|vợ chồng] [tôi|nhà bên|hàng xóm] [mất|tốn] {n} [buổi|ngày|lần đi] vì việc đó",
    "[tôi|nhà tôi] [tính ra|ghi sổ thì] [tốn|hết] chừng {n} [triệu|trăm nghìn] [một năm|mỗi lần]",
    "[đường|từ nhà] lên [xã|tỉnh|bộ phận một cửa] [dài|xa] {n} cây số, [mưa|lũ] là [không đi được|phải nghỉ]",
    "[cán bộ|người trực] [mỗi nơi|từng huyện|ca sáng ca chiều] [nói|hướng dẫn] một kiểu",
    "[hàng|khách] về [đúng ngày nghỉ|lúc nửa đêm|vào mùa vụ] thì [không ai|chẳng có ai] [xử lý|nhận hồ sơ]",
    "[người già|người ít chữ|người dân tộc] [quanh tôi|ở đây] [không|khó] [tự làm|tự khai] được",
)
#: Concerns: what is wrong, and what is asked. Each is said in many ways.
_CONCERNS: tuple[tuple[str, str], ...] = (
    ("mẫu đơn [dài|nhiều trang] quá, [có|tới] {n} ô [trùng nhau|hỏi lại điều đã khai]",
     "[rút|gộp] mẫu đơn [còn|xuống] {m} trang"),
    ("[lệ phí|khoản phí] [thu|nộp] [làm nhiều lần|lắt nhắt] nên [rối|khó nhớ]",
     "thu [một lần|gọn một đợt] [khi trả kết quả|lúc nộp hồ sơ]"),
    ("[bản điện tử|tệp tải về] [khó mở|không mở được] trên [máy cũ|điện thoại rẻ tiền]",
     "[cho|đăng] thêm bản [nhẹ hơn|xem ngay trên trang]"),
    ("[không biết|chẳng rõ] hồ sơ [đang ở đâu|tắc ở khâu nào] [sau khi nộp|]",
     "[nhắn tin|gửi thư điện tử] [cho người nộp|] mỗi khi hồ sơ [chuyển bước|có thay đổi]"),
    ("[hậu kiểm|kiểm tra sau] [đột xuất|không báo] làm [quán|cơ sở] [phải đóng cửa|lỡ đơn hàng]",
     "[báo|thông báo] trước {m} ngày [trừ khi có tố giác|]"),
    ("kho [dùng chung|thuê chung] thì [không rõ|chưa biết] ai [chịu trách nhiệm|đứng ra]",
     "[ghi rõ|quy định] trách nhiệm của [bên cho thuê|chủ kho]"),
    ("[người khuyết tật|người đi xe lăn] [không có lối vào|phải nhờ người bế] [chỗ nộp hồ sơ|]",
     "[bố trí|dành] [quầy thấp|chỗ nộp riêng] ở mỗi [xã|trụ sở]"),
    ("giờ [làm việc|tiếp dân] [trùng|đúng] giờ [bán hàng|đi làm] nên [ai cũng|người lao động] phải nghỉ",
     "[mở cửa|nhận hồ sơ] [thêm sáng thứ Bảy|đến 19 giờ một ngày trong tuần]"),
    ("hợp tác xã [không được nhắc tới|bị bỏ quên] trong [dự thảo|điều này]",
     "[thêm|bổ sung] hợp tác xã vào [đối tượng|phạm vi] áp dụng"),
    ("[chuyển|đổi] địa điểm [kinh doanh|bán hàng] thì [không biết|chưa rõ] có phải [xin lại|làm mới] giấy",
     "[cho|chỉ cần] [báo|khai báo] [trong {m} ngày|qua mạng] là đủ"),
    ("phần giải thích từ ngữ [thiếu|bỏ sót] [{n} từ|mấy từ] [hay dùng|dễ hiểu lầm]",
     "[định nghĩa|giải thích] [rõ|bằng lời thường] từng từ"),
    ("mức phạt [giống nhau|không phân biệt] cho [hộ nhỏ|người bán lẻ] và [công ty lớn|chuỗi siêu thị]",
     "[chia|tính] mức phạt theo [doanh thu|quy mô]"),
    ("[dữ liệu|số điện thoại] của [khách|người mua] [phải khai|bị đưa lên] mà [không nói|chẳng thấy nói] giữ thế nào",
     "[chỉ|] lưu [dữ liệu ấy|những thông tin đó] [tối đa|không quá] {n} tháng"),
    ("[hộ mới mở|người mới khởi nghiệp] [chưa kịp|không thể] [đủ điều kiện|lo xong giấy] [ngay|trong tháng đầu]",
     "cho [thử|chạy thử] {n} tháng [rồi mới xét|với điều kiện nhẹ hơn]"),
    ("[nơi|bản] tôi [không có mạng|sóng yếu] nên [nộp qua mạng|làm trực tuyến] [là không thể|rất khổ]",
     "[vẫn|phải] [nhận|cho nộp] [giấy|qua bưu điện]"),
    ("[hướng dẫn|tờ khai] chỉ có [tiếng Việt|chữ nhỏ li ti], [bà con|người lớn tuổi] [đọc không nổi|không hiểu]",
     "[dịch|in] ra [tiếng dân tộc|chữ to] và [phát|dán] ở [nhà văn hóa|trụ sở thôn]"),
    ("[kết quả|quyết định] [trả|giao] [chậm|muộn] mà [không ai|chẳng ai] [xin lỗi|giải thích]",
     "[quá hạn|chậm] thì [coi như đồng ý|hoàn lại phí]"),
    ("[cùng một|một] [giấy|xác nhận] [phải nộp|bị hỏi] ở [cả ba|{n}] nơi",
     "[cơ quan nhà nước|các nơi] [tự chuyển|chia sẻ] cho nhau"),
    ("[điều kiện|yêu cầu] về [diện tích|mặt bằng] [không hợp|quá sức] với [quán vỉa hè|nhà ống trong phố]",
     "[bỏ|hạ] [mức|con số] {n} mét vuông"),
    ("[tập huấn|lớp học bắt buộc] [mở|tổ chức] [xa|ở tỉnh khác] và [đắt|kéo dài {m} ngày]",
     "[cho học|mở lớp] qua mạng [và thi tại xã|]"),
    ("[hàng tươi|rau quả] [chờ|đợi] [giấy kiểm dịch|kết quả mẫu] thì [hỏng|bán lỗ]",
     "[lấy mẫu|kiểm tra] [tại vườn|trước khi đóng gói]"),
    ("[bảo hiểm|ký quỹ] [đòi hỏi|bắt đóng] [cao|nặng] hơn [cả vốn|tiền hàng] của [tôi|một hộ]",
     "[giảm|miễn] cho [hộ có dưới {n} lao động|người kinh doanh thời vụ]"),
)  # fmt: skip
_TELLS = (
    "[Tôi|Theo tôi|Cá nhân tôi|Gia đình tôi] [thấy|cho rằng|nghĩ|nhận thấy] {what}.",
    "{What}[, mà {saw}|; {saw}|].",
    "[Điều làm tôi lo|Cái khó|Chỗ vướng nhất|Bất cập] là {what}.",
    "[Thực tế|Ở chỗ tôi|Nói thật], {what}[, vì {saw}|].",
    "{Saw}, [bởi|cũng vì] {what}.",
    "[Xin hỏi|Không hiểu sao] {what} [mà|nhưng] dự thảo [chưa|không] [nói đến|gỡ]?",
)
_ASKS = (
    "[Đề nghị|Xin|Mong Bộ|Kiến nghị] {ask}.",
    "[Nên|Cần|Hay là] {ask}[, như [tỉnh bên|nước ngoài|ngành thuế] đã làm|]?",
    "[Tốt nhất|Hợp lý hơn] là {ask}.",
    "[Giá mà|Nếu] {ask} thì [nhẹ người|dân đỡ khổ|ai cũng làm được].",
    "[Ở|Tại] Điều {a} [nên viết|xin thêm]: {ask}.",
)
_OPENS = (
    "[Tôi|Em|Mình] [là|làm nghề|vốn là] {who} {where}.",
    "[Làm|Với tư cách] {who} {where} [đã {n} năm|], tôi [có ý kiến|góp ý] [thế này|như sau].",
    "{Where_}, [nghề của tôi|công việc] là {who}.",
    "[Nhà tôi có|Tôi nuôi] {m} người [sống nhờ|trông vào] nghề {who}.",
)


def _spin(pattern: str, chance: random.Random, kept: float = 0.0) -> str:
    """A pattern with its choices made; `kept` is how often the first one is taken."""
    while match := _CHOICE.search(pattern):
        options = match.group(1).split("|")
        chosen = options[0] if chance.random() < kept else chance.choice(options)
        pattern = pattern[: match.start()] + chosen + pattern[match.end() :]
    return " ".join(pattern.split()).replace(" ,", ",").replace(" .", ".")


def _said(pattern: str, chance: random.Random, **words: str) -> str:
    """A sentence with its slots and choices filled."""
    for name, value in words.items():
        pattern = pattern.replace("{" + name + "}", value)
        pattern = pattern.replace("{" + name.capitalize() + "}", value[:1].upper() + value[1:])
    for name, low, high in (("n", 2, 60), ("m", 1, 12), ("a", 1, 30)):
        while "{" + name + "}" in pattern:
            pattern = pattern.replace("{" + name + "}", str(chance.randint(low, high)), 1)
    text = _spin(pattern, chance)
    return text[:1].upper() + text[1:]


def _own_sentences(chance: random.Random, concerns: int) -> list[str]:
    said = []
    for wrong, ask in chance.sample(_CONCERNS, concerns):
        saw = _spin(chance.choice(_SAW), chance)
        said.append(_said(chance.choice(_TELLS), chance, what=_spin(wrong, chance), saw=saw))
        if chance.random() < 0.8:
            said.append(_said(chance.choice(_ASKS), chance, ask=_spin(ask, chance)))
    return said


def campaign(count: int, seed: int = 1) -> Iterator[str]:
    """Letters made from one template, as people change it before they send it."""
    chance = random.Random(seed)
    for _ in range(count):
        # Some copy, some put half of it in their own words.
        kept = min(max(chance.gauss(_KEPT, 0.15), 0.3), 1.0)
        said = [_spin(pattern, chance, kept) for pattern in TEMPLATE]
        for _gone in range(chance.choice((0, 0, 0, 1, 1, 2))):
            said.pop(chance.randrange(len(said)))
        if chance.random() < 0.2:
            chance.shuffle(said)
        for sentence in _own_sentences(chance, chance.choice((0, 0, 0, 1, 1, 2))):
            said.insert(chance.randrange(len(said) + 1), sentence)
        text = _framed(said, chance)
        yield text.upper() if chance.random() < 0.02 else text


def own_words(count: int, seed: int = 2) -> Iterator[str]:
    """Letters that nobody coordinated; one in ten quotes a sentence of the campaign and is no member for it."""
    chance = random.Random(seed)
    for _ in range(count):
        who, where = chance.choice(_WHO), chance.choice(_WHERE)
        said = [_said(chance.choice(_OPENS), chance, who=who, where=where, where_=where)]
        said += _own_sentences(chance, chance.randint(2, 4))
        if chance.random() < 0.1:
            said.insert(chance.randrange(len(said) + 1), _spin(chance.choice(TEMPLATE[1:4]), chance, _KEPT))
        yield _framed(said, chance)


def _framed(said: Sequence[str], chance: random.Random) -> str:
    first = [chance.choice(_GREETINGS)] if chance.random() < 0.5 else []
    last = [chance.choice(_CLOSINGS)] if chance.random() < 0.5 else []
    return " ".join([*first, *said, *last])
