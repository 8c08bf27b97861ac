"""Export and import: the round trip is exact, the published JSON Schema is current and true."""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import sqlalchemy as sa
from hypothesis import Phase, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from crawler.export import SCHEMAS, export, json_schemas
from crawler.outcomes import Gone
from crawler.restore import RestoreError, restore
from schemas.database import database_engine
from schemas.documents import LegalDocument, Procedure
from tests.crawler.test_differences import document
from tests.crawler.test_store import at, derive, parsed, save

text = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)
word = st.text("abcđĐ123/-", min_size=1, max_size=8)
day = st.none() | st.dates()
provenance = st.fixed_dictionaries({
    "url": st.just("http://x.invalid/1"),
    "fetched_at": st.datetimes(timezones=st.just(dt.UTC)),
    "sha256": st.just("0" * 64),
})  # fmt: skip


@st.composite
def documents(draw: st.DrawFn, key: str) -> LegalDocument:
    signer = st.fixed_dictionaries({"name": st.none() | text, "office": text})
    unit = st.fixed_dictionaries({"id": word, "level": st.just("article"), "heading": text, "text": text})
    annex = st.fixed_dictionaries({"title": text, "tables": st.just([[["a", "b"]]])})
    edge = st.fixed_dictionaries({
        "code": st.sampled_from([1, 10]),
        "direction": st.sampled_from(["in", "out"]),
        "target_id": st.sampled_from(["1", "2", "3"]),
        "provisions": st.lists(word, max_size=1),
    })  # fmt: skip
    units = draw(st.lists(unit, max_size=4, unique_by=lambda u: u["id"]))
    values: dict[str, Any] = {
        "source": "fake",
        "source_id": key,
        "number": draw(word),
        "type": draw(word),
        "title": draw(text),
        "agencies": draw(st.lists(text, max_size=2)),
        "signers": draw(st.lists(signer, max_size=2)),
        "issue_date": draw(day),
        "effective_date": draw(day),
        "expiry_date": draw(day),
        "status": draw(st.none() | st.sampled_from(["CHL", "HHL"])),
        "preamble": draw(st.lists(text, max_size=2)),
        "provisions": [{**u, "number": "1"} for u in units],
        "annexes": draw(st.lists(annex, max_size=1)),
        "relations": draw(st.lists(edge, max_size=3)),
        "provenance": draw(provenance),
    }
    return LegalDocument(**values)


def exported(engine: sa.Engine) -> list[str]:
    output = io.StringIO()
    export(engine, output)
    return output.getvalue().splitlines()


def empty(copied: Path, folder: Path, name: str) -> sa.Engine:
    return database_engine(f"sqlite:///{shutil.copy(copied, folder / name)}")


@given(data=st.data())
@limits(max_examples=8, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@pytest.mark.integration
def test_the_round_trip_is_exact(
    data: st.DataObject, empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("trip")
    first, second = empty(empty_sqlite, folder, "first"), empty(empty_sqlite, folder, "second")
    for state in range(3):
        save(first, *(parsed(data.draw(documents(key)), state) for key in ("1", "2", "3")))
    save(first, Gone("2", at(9), ()))
    derive(first)
    lines = exported(first)
    summaries = restore(second, lines)
    assert exported(second) == lines
    assert [s.new for s in summaries] == [3]
    assert [s.unchanged for s in restore(second, lines)] == [3]  # again: nothing to do
    assert exported(second) == lines
    first.dispose()
    second.dispose()


def test_the_lines_are_the_same_from_either_database(
    database: sa.Engine, empty_sqlite: Path, tmp_path: Path
) -> None:
    first = empty(empty_sqlite, tmp_path, "first")
    rich = {
        "signers": [{"name": None, "office": "Bộ trưởng"}],
        "annexes": [{"title": "Phụ lục", "tables": [[["a"]]]}],
        "files": [{"name": "a.pdf", "media_type": "application/pdf", "sha256": None}],
    }
    save(first, parsed(document(**rich)))
    save(first, parsed(document(**rich, title="Khác"), 1))
    step = {
        "steps": [{"name": "Bước 1", "description": "Nộp hồ sơ"}],
        "legal_bases": [{"number": "1/2026/QH16"}],
    }
    for minute, name in enumerate(("Một", "Hai")):
        values = {"source": "fake", "source_id": "p", "code": "1", "name": name, **step}
        procedure = Procedure.model_validate(values | {"provenance": document().provenance})
        save(first, parsed(procedure, minute), kind="procedure")
    lines = exported(first)
    restore(database, lines)
    assert exported(database) == lines
    assert [list(x) for x in json.loads(lines[0])["files"]] == [["name", "media_type", "sha256"]]


def test_a_line_reads_as_the_contract_says(database: sa.Engine) -> None:
    save(database, parsed(document(issue_date="2026-01-02")))
    save(database, parsed(document(issue_date="2026-01-03"), 1))
    (line,) = exported(database)
    value = json.loads(line)
    assert next(iter(value)) == "kind" and value["kind"] == "document"
    assert list(value)[-3:] == ["versions", "withdrawn_at", "provenance"]
    assert value["provisions"][0] == {
        "id": "dieu-1", "level": "article", "number": "1", "heading": "Phạm vi", "text": "Nội dung.",
    }  # fmt: skip
    old, new = value["versions"]
    assert (old["number"], old["changes"], old["content"]["issue_date"]) == (1, ["new"], "2026-01-02")
    assert (new["number"], new["changes"], new["content"]) == (2, ["metadata"], None)
    assert LegalDocument.model_validate_json(line).content_sha256 == new["sha256"]


def test_lines_keep_to_the_published_schema(database: sa.Engine) -> None:
    save(database, parsed(document()))
    save(database, parsed(document(title="Khác"), 1), Gone("1", at(2), ()))
    procedure = Procedure(
        source="fake", source_id="p", code="1", name="Thủ tục", provenance=document().provenance
    )
    save(database, parsed(procedure), kind="procedure")
    for line in exported(database):
        value = json.loads(line)
        schema = json.loads((SCHEMAS / f"{value['kind']}.schema.json").read_text())
        jsonschema.validate(value, schema)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(value | {"unknown": 1}, schema)


@pytest.mark.parametrize("name", ["document.schema.json", "procedure.schema.json"])
def test_the_published_schema_is_current(name: str) -> None:
    assert (SCHEMAS / name).read_text() == json_schemas()[name], "run: python -m crawler schemas"


def test_an_import_over_another_state_keeps_that_state(
    database: sa.Engine, empty_sqlite: Path, tmp_path: Path
) -> None:
    other = empty(empty_sqlite, tmp_path, "other")
    save(other, parsed(document(title="Mới")))
    save(database, parsed(document()))
    (summary,) = restore(database, exported(other))
    assert summary.changed == 1
    value = json.loads(exported(database)[0])
    assert value["title"] == "Mới" and value["versions"][0]["content"]["title"] == "Luật Mẫu"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 1"),
        ('{"kind": "document"}', "line 1.*provenance"),
        ('{"kind": "letter"}', "line 1"),
    ],
)
def test_a_bad_line_is_named(database: sa.Engine, line: str, message: str) -> None:
    with pytest.raises(RestoreError, match=message):
        restore(database, [line])


def test_an_altered_line_is_refused(database: sa.Engine, empty_sqlite: Path, tmp_path: Path) -> None:
    other = empty(empty_sqlite, tmp_path, "other")
    save(other, parsed(document()))
    value: dict[str, Any] = json.loads(exported(other)[0])
    value["title"] = "Luật bị sửa"
    with pytest.raises(RestoreError, match="sha256"):
        restore(database, [json.dumps(value)])
