"""Invented comments for measuring: letters of a campaign as people change them, and letters of their own."""

from __future__ import annotations

import random
from collections.abc import Iterator

TEMPLATE = (
    "Tôi là chủ một cửa hàng tạp hóa nhỏ ở xã.",
    "Tôi đề nghị giữ thời hạn giải quyết 05 ngày làm việc như dự thảo.",
    "Nếu kéo dài hơn thì cửa hàng phải chờ và mất khách trong dịp Tết.",
    "Đề nghị cơ quan cấp phép tự tra cứu thông tin đăng ký, không yêu cầu nộp bản sao có chứng thực.",
    "Mong Bộ xem xét để người bán hàng nhỏ đỡ mất công đi lại nhiều lần.",
)
_GREETINGS = ("Kính gửi Bộ.", "Thưa các anh chị soạn thảo.", "Tôi xin có ý kiến như sau.", "Chào Bộ.")
_OWN = (
    "Nhà tôi có {n} người sống nhờ cửa hàng này.",
    "Từ bản tôi ra huyện phải đi {n} cây số đường đất.",
    "Năm ngoái tôi phải lên xã {n} lần mới xong giấy tờ.",
    "Cửa hàng tôi mở được {n} năm, chưa vi phạm lần nào.",
    "Ở chợ tôi bán có {n} hộ cùng cảnh ngộ.",
)
_SWAPS = (
    ("tạp hóa nhỏ", "bán lẻ nhỏ"), ("đề nghị", "xin đề nghị"), ("kéo dài hơn", "lâu hơn"),
    ("dịp Tết", "mùa Tết"), ("không yêu cầu", "đừng yêu cầu"), ("Mong Bộ", "Kính mong Bộ"),
    ("ở xã", "ở bản"), ("mất khách", "mất nhiều khách"),
)  # fmt: skip
_WHO = ("chủ quán ăn", "kế toán hợp tác xã", "người mua hàng", "lái xe giao hàng", "chủ nhà trọ", "giáo viên",
        "cán bộ thôn",
        "sinh viên bán hàng", "thợ cắt tóc", "người nuôi ong", "chủ xưởng gỗ", "dược sĩ")  # fmt: skip
_VIEW = ("thấy", "cho rằng", "nghĩ", "nhận thấy", "băn khoăn rằng", "lo", "mong", "hiểu là")
_WHAT = (
    "mẫu đơn dài quá, nhiều ô trùng nhau", "lệ phí nên thu một lần", "bản điện tử khó mở trên máy cũ",
    "biên lai nên gửi qua tin nhắn", "việc hậu kiểm cần báo trước", "kho hàng chung thì ai chịu trách nhiệm",
    "người khuyết tật cần chỗ nộp riêng", "giờ làm việc của bộ phận một cửa quá ngắn",
    "hợp tác xã chưa được nhắc tới", "chưa rõ chuyển địa điểm thì làm thế nào",
    "phần giải thích từ ngữ còn thiếu",
    "mức phạt chưa tương xứng", "dữ liệu khách hàng cần được giữ kín", "hộ mới mở cần thời gian thử",
    "nơi không có mạng nên có cách làm khác", "tiếng dân tộc nên có trong hướng dẫn",
)  # fmt: skip
_WHY = (
    "vì năm ngoái tôi đã gặp đúng chuyện này", "do cán bộ mỗi nơi hướng dẫn một kiểu",
    "nhất là với người lớn tuổi ở thôn", "khi hàng về đúng ngày nghỉ", "nếu chủ cửa hàng đi vắng dài ngày",
    "như hai tỉnh bên cạnh đã làm", "trong lúc chờ kết nối dữ liệu", "để không ai phải nhờ người quen",
    "kể cả khi đã nộp qua bưu điện", "cho đến khi có hướng dẫn mới",
)  # fmt: skip
_ASK = (
    "Đề nghị nói rõ ở Điều {n}.", "Xin bỏ khoản {n} của điều này.", "Nên cho {n} tháng để chuẩn bị.",
    "Có thể thí điểm ở {n} xã trước.", "Nên giảm xuống còn {n} ngày.", "Đề nghị thêm mẫu số {n}.",
    "Xin cho nộp lại trong {n} ngày mà không mất phí.", "Nên công khai danh sách sau {n} ngày.",
)  # fmt: skip


def campaign(count: int, seed: int = 1) -> Iterator[str]:
    """Letters made from one template: words changed, sentences of one's own, a sentence left out, moved."""
    chance = random.Random(seed)
    for _ in range(count):
        said = list(TEMPLATE)
        if chance.random() < 0.35:
            said.pop(chance.randrange(len(said)))
        if chance.random() < 0.2:
            chance.shuffle(said)
        if chance.random() < 0.5:
            said.insert(0, chance.choice(_GREETINGS))
        for _more in range(chance.choice((0, 0, 1, 1, 2))):
            said.insert(chance.randrange(len(said) + 1), chance.choice(_OWN).format(n=chance.randint(2, 40)))
        text = " ".join(said)
        for old, new in _SWAPS:
            if chance.random() < 0.15:
                text = text.replace(old, new)
        yield text.upper() if chance.random() < 0.02 else text


def own_words(count: int, seed: int = 2) -> Iterator[str]:
    """Letters that nobody coordinated: who, what, why and what is asked differ from one to the next."""
    chance = random.Random(seed)
    for number in range(count):
        parts = [
            f"Tôi là {chance.choice(_WHO)}, {chance.choice(_VIEW)} {chance.choice(_WHAT)}, "
            f"{chance.choice(_WHY)}."
        ]
        for what in chance.sample(_WHAT, chance.randint(1, 3)):
            parts.append(f"{what.capitalize()} {chance.choice(_WHY)}.")
        parts.append(chance.choice(_ASK).format(n=chance.randint(2, 60)))
        if chance.random() < 0.1:  # a sentence borrowed from the campaign does not make a member of it
            parts.append(chance.choice(TEMPLATE[1:3]))
        yield f"{' '.join(parts)} ({number})"
