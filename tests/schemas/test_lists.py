"""Official lists: one name for each agency."""

from __future__ import annotations

import pytest

from schemas.lists import agency_name, predecessors, successor


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Bộ công thương", "Bộ Công Thương"),
        ("Toà án nhân dân tối cao", "Tòa án nhân dân tối cao"),
        ("Bộ Văn hoá - Thể thao và Du lịch", "Bộ Văn hóa, Thể thao và Du lịch"),
        (
            "Chính phủ quy định chi tiết một số điều của Luật Hỗ trợ doanh nghiệp của Bộ Tài chính",
            "Bộ Tài chính",
        ),
        ("Hội đồng Thẩm phán", "Hội đồng Thẩm phán"),
        ("", ""),
    ],
)
def test_an_agency_has_one_name(written: str, name: str) -> None:
    assert agency_name(written) == name


def test_successors_however_they_are_written() -> None:
    assert successor("Bộ giao thông Vận tải") == "Bộ Xây dựng" == successor("Bộ Giao thông vận tải")
    assert "Bộ Giao thông vận tải" in predecessors("Bộ Xây dựng")
    assert successor("Bộ Xây dựng") is None
