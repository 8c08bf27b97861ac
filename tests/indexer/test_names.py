"""Short names of documents and procedures."""

from __future__ import annotations

from indexer.ranking.names import name_token, name_tokens

from .contract import record


def tokens(kind: str, title: str, document_type: str | None = None) -> frozenset[str]:
    return frozenset(name_tokens(record(1, kind=kind, title=title, document_type=document_type)))


def test_documents_are_named_by_type_and_any_piece_of_their_title() -> None:
    found = tokens("document", "Quy định về hóa đơn, chứng từ (văn bản mẫu)", "Nghị định")
    for typed in ("nghị định hóa đơn", "hóa đơn chứng từ", "nghị định về hóa đơn", "quy định về hóa đơn"):
        assert name_token(typed.split()) in found, typed
    assert name_token(["hóa"]) not in found, "one syllable names nothing"
    assert name_token(["thông", "tư", "hóa", "đơn"]) not in found
    details = tokens("document", "Quy định chi tiết một số điều của Luật Đất đai", "Nghị định")
    for typed in ("luật đất đai", "nghị định đất đai"):
        assert name_token(typed.split()) in details, typed


def test_a_code_is_called_law_too() -> None:
    found = tokens("document", "Bộ Luật lao động", "Bộ luật")
    assert {name_token(["luật", "lao", "động"]), name_token(["bộ", "luật", "lao", "động"])} <= found


def test_procedures_are_named_by_what_they_are_for() -> None:
    found = tokens("procedure", "Thủ tục cấp giấy phép xây dựng đối với nhà ở riêng lẻ")
    for typed in ("cấp giấy phép xây dựng", "thủ tục cấp giấy phép", "giấy phép xây dựng"):
        assert name_token(typed.split()) in found, typed
    assert name_token(["nhà", "ở"]) not in found
    assert not tokens("provision", "Cấp giấy phép xây dựng")
