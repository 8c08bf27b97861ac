"""What amending texts and open drafts do to which article; the words and notes made of it."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any, cast

import pytest

from webapp.document_notes import act_note
from webapp.queries.acts import Act, acts_of
from webapp.queries.asked import articles_touched
from webapp.queries.documents import Document, Reference, Related
from webapp.validity import provision_sentences, sentences

A = (
    "1. Sửa đổi, bổ sung khoản 2 Điều 5 như sau:\n"
    "“2. Chợ nổi họp theo quy định tại Điều 7.”\n"
    "2. Bãi bỏ Điều 9."
)


def at(text: str, **paths: str) -> list[tuple[str, str]]:
    """What is done to each path; the name of an argument is the words that cite it, "_" for blanks."""
    return acts_of(text, [(text.index(words.replace("_", " ")), path) for words, path in paths.items()])


def test_the_verb_before_a_citation_says_what_is_done() -> None:
    assert at(A, khoản_2_Điều_5="dieu-5/khoan-2", Điều_7="dieu-7", Điều_9="dieu-9") == [
        ("amended", "dieu-5/khoan-2"),
        ("repealed", "dieu-9"),
    ]


@pytest.mark.parametrize(
    ("text", "words", "path", "kind"),
    [
        ("Bổ sung Điều 31a vào sau Điều 31 như sau:", "Điều 31a", "dieu-31a", "added"),
        ("Bổ sung khoản 5 Điều 31", "khoản 5", "dieu-31/khoan-5", "amended"),
        ("Thay thế Phụ lục I và Điều 4", "Điều 4", "dieu-4", "replaced"),
        ("Thay cụm từ “xã” bằng cụm từ “phường” tại Điều 6", "Điều 6", "dieu-6", "amended"),
        ("Đính chính Điều 3", "Điều 3", "dieu-3", "corrected"),
        ("Sửa đổi quy định tại Điều 8", "Điều 8", "dieu-8", None),
        ("Bổ sung Điều 31a vào sau Điều 31 như sau:", "Điều 31 như", "dieu-31", None),
        ("Tổ chức thực hiện theo Điều 8", "Điều 8", "dieu-8", None),
    ],
)
def test_kinds_of_acts(text: str, words: str, path: str, kind: str | None) -> None:
    assert acts_of(text, [(text.index(words), path)]) == ([(kind, path)] if kind else [])


def test_a_draft_touches_the_articles_it_names_of_that_document() -> None:
    parts = [
        ("dieu-1", "Trong thời hạn 04 ngày, xã cấp giấy phép theo Điều 18."),
        ("dieu-3/khoan-1", "Bãi bỏ khoản 4 Điều 18 của Nghị định số 15/2024/NĐ-CP."),
        ("dieu-4", "Sửa đổi Điều 7 Nghị định số 9/2020/NĐ-CP."),
    ]
    assert articles_touched("15/2024/NĐ-CP", parts) == {"dieu-18": "dieu-3"}


TODAY = dt.date(2026, 11, 28)


def amending(since: dt.date) -> Related:
    held = Reference(7, "7", "18/2025/NĐ-CP", "Nghị định", "Sửa đổi", "CHL", since, since, False)
    return Related(10, "in", "7", "18/2025/NĐ-CP", (), held)


def words(sentences_found: Any) -> str:
    return " ".join("".join(part.text for part in sentence) for sentence in sentences_found).replace(
        "\xa0", " "
    )


def decree() -> Document:
    shown = {"status": "HHL1P", "effective_date": dt.date(2024, 7, 1), "expiry_date": None}
    return cast(Document, SimpleNamespace(address="15-2024-nd-cp", **shown))


def test_the_status_names_the_articles_and_what_was_done_to_them() -> None:
    by = amending(dt.date(2025, 4, 15))
    acts = [Act("amended", f"dieu-{n}/khoan-2", by, "dieu-1") for n in (5, 7, 9, 11)]
    acts.append(Act("repealed", "dieu-8/khoan-4", by, "dieu-2"))
    acts.append(Act("added", "dieu-13a", by, "dieu-1"))
    said = words(sentences(decree(), [by], TODAY, acts))
    assert (
        "Điều 5, Điều 7, Điều 9 và 1 chỗ khác đã được sửa bởi Nghị định 18/2025/NĐ-CP từ 15/04/2025." in said
    )
    assert "Khoản 4 Điều 8 đã bị bãi bỏ bởi" in said and "Đã thêm Điều 13a theo" in said
    assert "Được sửa đổi, bổ sung bởi" not in said  # told already, article by article
    assert "Được sửa đổi, bổ sung bởi" in words(sentences(decree(), [by], TODAY))


def test_what_has_yet_to_take_effect_is_said_to_come() -> None:
    by = amending(dt.date(2027, 1, 1))
    act = Act("amended", "dieu-5/khoan-2", by, "dieu-1")
    assert "Điều 5 sẽ được sửa bởi" in words(provision_sentences(decree(), [by], TODAY, [act]))
    note = act_note(act, TODAY)
    assert (note.title, note.style) == ("Sẽ sửa", "soon")
    assert words([note.parts]) == "khoản 2 bởi Nghị định 18/2025/NĐ-CP từ 01/01/2027"
