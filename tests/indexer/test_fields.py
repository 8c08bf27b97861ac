"""What of a record goes into the fields of words."""

from __future__ import annotations

from pathlib import Path

from indexer.engines.tantivy import TantivyEngine
from indexer.reader import Reader
from schemas.search import SearchRequest, note

from .contract import publish, record


def test_conditions_do_not_stand_for_their_document(tmp_path: Path) -> None:
    law = {"title": "Phá sản", "document_type": "Luật"}
    rows = [record(n, "Phải có vốn.", "Khoản 1 Điều 5", kind="condition", **law) for n in range(2, 6)]
    engine = TantivyEngine(tmp_path)
    publish(engine, [*rows, record(1, "Thủ tục phá sản gồm…", "Phá sản", kind="document", **law)])
    reader = Reader(engine)
    assert reader.search(SearchRequest("phá sản")).hits[0].kind == "document"
    condition = reader.search(SearchRequest("vốn")).hits[0]
    assert condition.kind == "condition" and note("exact") not in condition.why
