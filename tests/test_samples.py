"""The sample portal: complete, consistent, current, and read back by the real parsers word for word."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from crawler import pipeline
from crawler.export import lines
from indexer.tagging import tag_pending
from samples import build, gateway, portal
from samples.markup import content
from samples.sources import Article, Document, Heading, Procedure, read_documents, read_procedures
from schemas import tables
from schemas.database import database_engine
from schemas.documents import RELATIONS, VALIDITY
from schemas.settings import load_settings
from schemas.text.normalise import slugify

DOCUMENTS = read_documents()
PROCEDURES = read_procedures()
_LEVELS = {"Phần": "part", "Chương": "chapter", "Mục": "section"}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, empty_sqlite: Path) -> sa.Engine:
    """The committed archive, replayed into an empty database."""
    folder = tmp_path_factory.mktemp("samples")
    file = shutil.copy(empty_sqlite, folder / "test.sqlite3")
    settings = load_settings(data_dir=folder, database_url=f"sqlite:///{file}")
    engine = database_engine(settings.database)
    summary = pipeline.parse(settings, engine, ["vbpl", "dichvucong"], build.ARCHIVE)
    assert summary.is_good, summary.lines()
    return engine


@pytest.fixture(scope="module")
def exported(database: sa.Engine) -> dict[str, dict[str, Any]]:
    """Every record of the export, by source_id."""
    with database.connect() as connection:
        return {
            row["source_id"]: row for kind in ("document", "procedure") for row in lines(connection, kind)
        }


# --------------------------------------------------------------------------------------------- archive
def test_archive_is_current_and_deterministic(tmp_path: Path) -> None:
    build.build(tmp_path)
    for source in ("vbpl", "dichvucong"):
        name = f"{source}/{source}-00000.warc.gz"
        assert (tmp_path / name).read_bytes() == (build.ARCHIVE / name).read_bytes(), "run samples/build.py"


def test_archive_is_small_and_holds_nothing_else() -> None:
    files = [path for path in build.ARCHIVE.rglob("*") if path.is_file()]
    assert sorted(path.name for path in files) == ["dichvucong-00000.warc.gz", "vbpl-00000.warc.gz"]
    assert sum(path.stat().st_size for path in files) < 1_000_000


# ---------------------------------------------------------------------------------------- what is there
def test_counts() -> None:
    assert len(DOCUMENTS) >= 24
    assert 280 <= sum(len(document.articles) for document in DOCUMENTS) <= 400
    assert len(PROCEDURES) >= 20
    assert Counter(document.type for document in DOCUMENTS).keys() >= {
        "Luật", "Nghị định", "Thông tư", "Quyết định", "Nghị quyết",
    }  # fmt: skip


def test_every_presentation_form_is_present() -> None:
    assert {document.form for document in DOCUMENTS} == {"prov", "mixed", "legacy", "plain", "empty", "lie"}
    without_text = {d.file for d in DOCUMENTS if d.form in ("empty", "lie")}
    assert without_text == {"docx", "pdf"}
    assert sum(document.nfd for document in DOCUMENTS) == 1
    legacy = [content(d, {}) or "" for d in DOCUMENTS if d.form == "legacy"]
    assert all("&shy;" in text and "</span\n>" in text for text in legacy)


def test_every_state_of_validity_is_present() -> None:
    wanted = {"CHL", "HHL1P", "HHL", "CCHL", "TNHL", None}
    assert {document.status for document in DOCUMENTS} == wanted
    assert wanted - {None} <= VALIDITY.keys()


def test_a_number_is_doubled_and_a_document_is_long() -> None:
    numbers = Counter(document.number for document in DOCUMENTS)
    assert [number for number, count in numbers.items() if count > 1] == ["08/2024/TT-MẪU"]
    longest = max(sum(len("\n".join(a.lines)) for a in d.articles) for d in DOCUMENTS)
    assert longest > 40 * 1024
    assert max(len((content(d, {}) or "").encode()) for d in DOCUMENTS) > 40 * 1024


def test_kinds_of_relations() -> None:
    codes = {relation.code for document in DOCUMENTS for relation in document.relations}
    assert codes >= {1, 3, 4, 9, 10, 11, 12}
    assert codes <= RELATIONS.keys()


# ----------------------------------------------------------------------------------------- consistency
def test_relations_and_legal_bases_lead_somewhere() -> None:
    articles = {d.id: {article.number for article in d.articles} for d in DOCUMENTS}
    for document in DOCUMENTS:
        for relation in document.relations:
            assert relation.target in articles, (document.number, relation)
            for provision in relation.provisions:
                assert provision.rsplit("Điều ", 1)[1] in articles[relation.target], (
                    document.number,
                    provision,
                )
    for procedure in PROCEDURES:
        assert procedure.values["bases"]
        assert set(procedure.values["bases"]) <= articles.keys(), procedure.code


def test_every_cited_number_is_a_sample_document() -> None:
    known = {document.number for document in DOCUMENTS}
    for document in DOCUMENTS:
        text = "\n".join([*document.preamble, *(line for a in document.articles for line in a.lines)])
        cited = set(re.findall(r"\d+/\d{4}/[A-ZĐ]+(?:-[A-ZẪĐ]+)?", text))
        assert cited <= known, (document.number, cited - known)


def test_cited_articles_exist() -> None:
    by_number = {document.number: document for document in DOCUMENTS}
    pattern = re.compile(
        r"(?:khoản (\d+) )?Điều (\d+[a-z]?) (?:Luật [^.;\d]*?|Nghị định |Thông tư )số (\d+/\d{4}/[A-ZẪĐ-]+)"
    )
    checked = 0
    for document in DOCUMENTS:
        for line in (line for article in document.articles for line in article.lines):
            for clause, number, cited in pattern.findall(line):
                found = [a for a in by_number[cited].articles if a.number == number]
                assert found, (document.number, number, cited)
                assert not clause or any(t.startswith(f"{clause}. ") for t in found[0].lines), (line, clause)
                checked += 1
    assert checked >= 20


def test_references_within_a_document_lead_somewhere() -> None:
    this = re.compile(r"(?:khoản (\d+) )?Điều (\d+) (?:của )?(?:Luật|Nghị định|Thông tư) này")
    here = re.compile(r"khoản (\d+) Điều này")
    checked = 0
    for document in DOCUMENTS:
        clauses = {a.number: sum(bool(re.match(r"\d+\. ", t)) for t in a.lines) for a in document.articles}
        for article in document.articles:
            text = "\n".join(article.lines)
            found = [(c, n) for c, n in this.findall(text)] + [
                (c, article.number) for c in here.findall(text)
            ]
            for clause, number in found:
                assert int(clause or 0) <= clauses[number], (document.number, article.number, clause, number)
                checked += 1
    assert checked > 20


def test_clauses_and_points_count_up() -> None:
    for document in DOCUMENTS:
        for article in document.articles:
            numbers = [int(m[1]) for line in article.lines if (m := re.match(r"(\d+)\. ", line))]
            assert numbers == list(range(1, len(numbers) + 1)), (document.number, article.number)
            letters = "".join(m[1] for line in article.lines if (m := re.match(r"([a-zđ])\) ", line)))
            assert "abcdđeghiklmn".startswith(letters), (document.number, article.number, letters)
        numbers = [int(article.number) for article in document.articles]
        assert numbers == list(range(1, len(numbers) + 1)), document.number


def test_nothing_is_filler() -> None:
    seen: dict[str, str] = {}
    for document in DOCUMENTS:
        for article in document.articles:
            for line in article.lines:
                if len(line) > 80 and "có hiệu lực" not in line:
                    bare = re.sub(r"^\S+ ", "", line)
                    assert bare not in seen, (document.number, article.number, seen.get(bare))
                    seen[bare] = document.number


# ------------------------------------------------------------------------------------- plainly samples
def test_everything_is_marked_as_a_sample(database: sa.Engine, exported: dict[str, dict[str, Any]]) -> None:
    for document in DOCUMENTS:
        assert document.number.endswith("-MẪU") and document.title.endswith("(văn bản mẫu)")
        assert all(agency.endswith("(mẫu)") for agency in document.agencies)
    for procedure in PROCEDURES:
        assert procedure.code.startswith("9.") and procedure.values["name"].endswith("(thủ tục mẫu)")
        assert procedure.values["ministry"].endswith("(mẫu)")
    for base in (gateway.BASE, portal.BASE):
        assert base.split("/")[2].endswith(".invalid")
    assert all(".invalid/" in row["provenance"]["url"] for row in exported.values())
    assert all(signer["name"] is None for row in exported.values() for signer in row.get("signers", []))
    with database.connect() as connection:
        for table in ("documents", "procedures"):
            assert connection.scalar(sa.text(f"select count(*) from {table} where not sample")) == 0


# ------------------------------------------------------------------------------------------ round trip
def test_replay_gives_every_record(exported: dict[str, dict[str, Any]]) -> None:
    assert len(exported) == len(DOCUMENTS) + len(PROCEDURES)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: f"{d.id[:8]}-{d.form}")
def test_documents_are_read_back_exactly(document: Document, exported: dict[str, dict[str, Any]]) -> None:
    row = exported[document.id]
    for name in ("number", "title", "type", "agencies", "status", "fields", "preamble"):
        assert row[name] == getattr(document, name), name
    days = (document.issued, document.effective, document.expires)
    assert [row[f"{n}_date"] for n in ("issue", "effective", "expiry")] == [
        str(d) if d else None for d in days
    ]
    assert [(p["level"], p["number"], p["heading"], p["text"]) for p in _top(row)] == [
        _expected(part) for part in document.body
    ]
    outgoing = {(r["code"], r["target_id"]) for r in row["relations"] if r["direction"] == "out"}
    assert outgoing == {(r.code, r.target) for r in document.relations}
    incoming = {(r["code"], r["target_id"]) for r in row["relations"] if r["direction"] == "in"}
    assert incoming == {
        (r.code, other.id) for other in DOCUMENTS for r in other.relations if r.target == document.id
    }


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if d.annexes], ids=lambda d: d.id)
def test_annexes_are_read_back_exactly(document: Document, exported: dict[str, dict[str, Any]]) -> None:
    row = exported[document.id]
    assert [a["title"] for a in row["annexes"]] == [f"{a.label.upper()}. {a.title}" for a in document.annexes]
    for number, (annex, read) in enumerate(zip(document.annexes, row["annexes"], strict=True), 1):
        assert read["tables"] == ([annex.rows] if annex.rows else [])
        attached = [
            (p["number"], p["heading"], p["text"])
            for p in row["provisions"]
            if p["level"] == "article" and p["id"].startswith(f"phu-luc-{number}/")
        ]
        assert attached == [(a.number, a.heading, "\n".join(a.lines)) for a in annex.articles]
        if not annex.articles:
            assert read["text"] == "\n".join(annex.lines)


def test_tagging_finds_conditions_and_links_every_citation(database: sa.Engine) -> None:
    tag_pending(load_settings(), database, workers=1)
    with database.connect() as connection:
        from_documents, from_procedures = connection.execute(
            sa.select(
                sa.func.count(tables.conditions.c.document_id),
                sa.func.count(tables.conditions.c.procedure_id),
            )
        ).one()
        kinds = set(connection.scalars(sa.select(tables.conditions.c.condition_kind)))
        c = tables.citations.c
        lost = connection.scalars(sa.select(c.target_number).where(c.target_document_id.is_(None))).all()
        total = connection.scalar(sa.select(sa.func.count(c.id))) or 0
    assert from_documents >= 40 and from_procedures >= 40
    assert kinds >= {"licence", "certificate", "capital", "staff", "premises", "equipment"}
    assert total > 60 and not lost


def test_addresses_are_readable() -> None:
    assert slugify("15/2024/NĐ-MẪU") == "15-2024-nd-mau"


def test_provision_ids_reach_points(exported: dict[str, dict[str, Any]]) -> None:
    ids = {provision["id"] for provision in exported["900005"]["provisions"]}
    assert {"dieu-62/khoan-1/diem-d", "dieu-62/khoan-1/diem-dd", "dieu-12/khoan-4"} <= ids


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda p: p.code)
def test_procedures_are_read_back_exactly(procedure: Procedure, exported: dict[str, dict[str, Any]]) -> None:
    values = procedure.values
    row = next(row for row in exported.values() if row.get("code") == procedure.code)
    assert (row["name"], row["ministry"]) == (values["name"], values["ministry"])
    assert row["decision_number"] == values.get("decision")
    assert row["updated_at"] == values.get("updated")
    assert (row["requirements"] or "") == values.get("requirements", "").strip()
    assert row["fields"] == values["fields"] and row["authorities"] == values["executing"]
    assert row["subjects"] == values["subjects"] and row["results"] == values["results"]
    assert row["steps"] == [{"name": s.get("name"), "description": s["description"]} for s in values["steps"]]
    assert [(m["channel"], m["time"], m["unit"]) for m in row["methods"]] == [
        (m["channel"], str(m["time"]), m["unit"]) for m in values["methods"]
    ]
    assert [[fee["amount"] for fee in m["fees"]] for m in row["methods"]] == [
        [str(fee["value"]) if "value" in fee else None for fee in m.get("fees", [])]
        for m in values["methods"]
    ]
    assert [[c["name"] for c in case["components"]] for case in row["dossiers"]] == [
        [c["name"] for c in case["components"]] for case in values.get("cases", [])
    ]
    assert [basis["source_id"] for basis in row["legal_bases"]] == values["bases"]
    assert row["levels"] == {n: n in values["levels"] for n in ("ministry", "province", "ward")}


def test_some_procedures_lack_parts_as_in_reality() -> None:
    for part in ("requirements", "decision", "cases", "updated"):
        assert any(part not in procedure.values for procedure in PROCEDURES), part
    assert any(not procedure.values["results"] for procedure in PROCEDURES)
    assert any(not any(m.get("fees") for m in p.values["methods"]) for p in PROCEDURES)


def _top(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Chapters, sections and articles of the document itself."""
    levels = {*_LEVELS.values(), "article"}
    return [p for p in row["provisions"] if p["level"] in levels and not p["id"].startswith("phu-luc-")]


def _expected(part: Heading | Article) -> tuple[str, str, str, str]:
    if isinstance(part, Heading):
        return _LEVELS[part.word], part.number, part.title, ""
    return "article", part.number, part.heading, "\n".join(part.lines)
