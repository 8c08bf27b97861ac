"""The command that runs benchmarks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bench.__main__ import main
from bench._known_items import Phrases, known_items
from schemas.search import Record
from schemas.text.words import words
from tests.indexer.contract import record


def test_a_database_that_is_not_there_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUYDINH_DATA_DIR", str(tmp_path / "nothing"))
    monkeypatch.setenv("QUYDINH_DATABASE_URL", "")
    assert main(["tags", "--articles", "1"]) == 1
    shown = capsys.readouterr()
    assert "database does not answer" in shown.err and "QUYDINH_DATA_DIR" in shown.err
    assert not shown.out


def test_an_unknown_benchmark_lists_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["speed"]) == 2
    assert "fidelity" in capsys.readouterr().err


# ---------------------------------------------------------------- short queries


def indexed() -> list[Record]:
    explains = "Trong Luật này:\n1. Giấy phép lao động là văn bản.\n2. Người sử dụng gồm doanh nghiệp."
    permits = {"title": "Quy định về người lao động nước ngoài", "document_type": "Nghị định"}
    # Words that stand beside many others: phrases end between them.
    others = [
        f"{word} {beside}"
        for word in ("tàu", "cảng", "bến", "kho", "bãi")
        for beside in ("đối với", "cho", "lao động")
    ]
    return [
        *(record(n, "", name) for n, name in enumerate(others, 10)),
        record(1, "", "Hồ sơ đề nghị cấp giấy phép lao động", **permits),
        record(2, "", "Thời hạn của giấy phép lao động đối với chuyên gia", **permits),
        record(3, explains, "Giải thích từ ngữ", **permits),
        record(4, "", "Gia hạn giấy phép lao động", valid_until=dt.date(2010, 1, 1), **permits),
        record(5, "", kind="document", heading="", **permits),
        record(6, "", kind="procedure", heading="", title="Thủ tục cấp giấy phép lao động cho chuyên gia"),
    ]


def test_short_queries_are_made_of_names_and_terms() -> None:
    found = {
        (item.kind, item.text): {id_.removeprefix("test:") for id_ in item.right}
        for item in known_items(indexed(), dt.date(2026, 1, 1), 99, seed=1)
    }
    assert found == {
        ("subject", "giấy phép lao động"): {"1", "2", "6"},
        ("term", "giấy phép lao động"): {"1", "2", "6"},
        ("definition", "giấy phép lao động là gì"): {"3"},
        ("document", "nghị định người lao động nước ngoài"): {"5"},
        ("procedure", "cấp giấy phép lao động"): {"6"},
    }


def test_the_same_seed_draws_the_same_queries() -> None:
    records = [
        record(n, "", f"Hồ sơ cấp giấy {word} tàu" if n % 2 else f"Cấp giấy {word} tàu cũ")
        for n, word in enumerate([w for w in words("một hai ba bốn năm sáu bảy tám chín mười") for _ in "12"])
    ]
    drawn = [known_items(records, dt.date(2026, 1, 1), 2, seed) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] and len(drawn[0]) == len(drawn[2])


def test_phrases_do_not_end_within_a_word() -> None:
    names = ["cảng hàng không"] * 4 + ["tàu biển", "tàu cá", "tàu bay", "tàu hỏa", "tàu không tải"]
    phrases = Phrases(words(name) for name in names)
    assert phrases.core("Thủ tục cấp phép cảng hàng không, sân bay") == words("phép cảng hàng không")
    assert phrases.core("Điều kiện đối với tàu không tải") == ["tàu"]
