"""Abbreviations that texts define or suggest."""

from __future__ import annotations

from indexer.query.mining import Mined, Miner, definitions, dump, load

from .contract import record


def test_long_forms_before_brackets() -> None:
    text = (
        "cấp giấy phép lái xe (sau đây gọi tắt là GPLX) ; Khoa học và Công nghệ (viết tắt là: “KHCN”); "
        "Bộ Kế hoạch và Đầu tư (KH&ĐT); người nộp đơn (DN); điểm a (TT)"
    )
    assert dict(definitions(text)) == {
        "gplx": "giấy phép lái xe",
        "khcn": "khoa học công nghệ",
        "khđt": "kế hoạch đầu tư",
    }


def test_the_most_frequent_reading_wins_and_initialisms_need_many_headings() -> None:
    miner = Miner()
    records = [record(n, "hồ sơ (HS)", "Kinh doanh thương mại điện tử") for n in range(5)]
    records += [record(9, "học sinh (HS)", "Tổ chức tín dụng")]
    assert list(miner.watch(records)) == records
    found = miner.found()
    assert found.defined == {"hs": "hồ sơ"}
    assert found.initialisms["tmđt"] == "thương mại điện tử"
    assert "tctd" not in found.initialisms


def test_kept_and_read_back() -> None:
    mined = Mined({"hs": "hồ sơ"}, {"kd": "kinh doanh"})
    assert load(dump(mined)) == mined
    assert load(None) == Mined()
