"""Every source's parser against saved pages.

A case is a folder `tests/pages/<source>/<case>/` holding the answers of the site, one file for each part of a
record: `detail.json`, `list.json` and `file.NAME` for an attached file. What the parser makes of it stands
beside it in `<case>.expected.json`: the record's content, or `{"error": message}` where it must refuse. A
missing expectation is written, for a person to read, and fails.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from crawler.sources import source_class, source_classes
from schemas.errors import ParseError
from schemas.pages import Page, RecordPages

PAGES = Path(__file__).parent.parent / "pages"
CASES = sorted(path for path in PAGES.glob("*/*") if path.is_dir())


def record_pages(case: Path) -> RecordPages:
    """The saved answers of one case as the parser gets them."""
    detail = case / "detail.json"
    try:
        source_id = str(json.loads(detail.read_bytes())["data"]["id"])
    except (ValueError, KeyError, TypeError):
        source_id = case.name
    parts = {}
    for path in case.iterdir():
        is_file = path.name.startswith("file.")
        part = "file:" + path.name.removeprefix("file.") if is_file else path.stem
        media_type = "application/octet-stream" if is_file else "application/json"
        url = f"https://{case.parent.name}.invalid/{source_id}/{part}"
        parts[part] = Page(
            case.parent.name,
            source_id,
            part,
            url,
            200,
            media_type,
            dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
            path.read_bytes(),
        )
    return RecordPages(case.parent.name, source_id, parts)


def parsed(case: Path) -> dict[str, Any]:
    """What the source's parser makes of a case."""
    try:
        return source_class(case.parent.name).parse(record_pages(case)).content()
    except ParseError as error:
        return {"error": str(error)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_saved_page(case: Path) -> None:
    expectation = case.with_name(case.name + ".expected.json")
    found = parsed(case)
    if not expectation.exists():
        expectation.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
        pytest.fail(f"{expectation} was missing; it has been written: read it, correct it, run again")
    assert found == json.loads(expectation.read_text())


def test_every_source_has_pages_that_parse_and_pages_that_do_not() -> None:
    for name in source_classes():
        outcomes = {"error" in parsed(case) for case in CASES if case.parent.name == name}
        assert outcomes == {True, False}, f"save pages of {name} under tests/pages/{name}/, good and bad ones"


def test_every_expectation_has_its_pages() -> None:
    orphans = [
        path for path in PAGES.glob("*/*.expected.json") if not path.with_suffix("").with_suffix("").is_dir()
    ]
    assert orphans == []
