"""Crawls of a small replica with whole lists: faults, politeness, changes, resuming."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from pathlib import Path

import pytest

from tests.conftest import Replica
from tests.crawler.conftest import DOCUMENTS, PROCEDURES, Portal, content

pytestmark = pytest.mark.replica


def changes(portal: Portal, after: int = 0) -> dict[str, set[str]]:
    """Change → the documents that have it, of the runs after that change id."""
    found: dict[str, set[str]] = defaultdict(set)
    with sqlite3.connect(portal.database) as db:
        rows = db.execute(
            "select change, source_id, detail from changes where id > ? and kind = 'document'", (after,)
        )
        for change, key, detail in rows:
            found["derived" if '"derived"' in detail else change].add(key)
    return found


def last_change(portal: Portal) -> int:
    with sqlite3.connect(portal.database) as db:
        return int(db.execute("select max(id) from changes").fetchone()[0])


def test_a_crawl_reads_everything_and_the_next_one_nothing(portal: Portal, small_replica: Replica) -> None:
    first = portal.summary("crawl", "vbpl", "dichvucong")
    assert first["by_source"]["vbpl"]["new"] == DOCUMENTS
    assert first["by_source"]["dichvucong"]["new"] == PROCEDURES
    stats = small_replica.control("stats")
    assert stats["robots_violations"] == 0
    assert all(site["requests_before_robots"] == 0 for site in stats["sites"].values())
    agents = stats["sites"]["vbpl-api"]["user_agents"]
    assert all(agent.startswith("quydinh/") and "(+" in agent for agent in agents)
    small_replica.control("reset")
    second = portal.summary("crawl", "vbpl", "dichvucong")
    assert second["by_source"]["vbpl"]["unchanged"] == DOCUMENTS
    assert second["by_source"]["vbpl"]["new"] == second["by_source"]["vbpl"]["changed"] == 0
    paths = small_replica.control("stats")["paths"]
    assert not [p for p in paths if "/doc/all" not in p and "/list-all" not in p and "robots" not in p]


@pytest.mark.parametrize("small_replica", [["--faults", "0.15", "--stall", "3"]], indirect=True)
def test_faults_do_not_change_the_content(portal: Portal, small_replica: Replica, tmp_path: Path) -> None:
    portal.summary("crawl", "vbpl", "dichvucong")
    stats = small_replica.control("stats")
    seen = {kind for site in stats["sites"].values() for kind in site["faults"]}
    assert {"429", "503", "reset", "truncate", "html200", "charset"} <= seen
    assert stats["robots_violations"] == 0
    assert sum(site["retry_after_violations"] for site in stats["sites"].values()) == 0
    small_replica.control("config", {"faults": 0})
    calm = Portal(tmp_path / "calm", portal.environment)
    calm.summary("crawl", "vbpl", "dichvucong")
    assert [content(x) for x in portal.export()] == [content(x) for x in calm.export()]


def test_changes_are_found_exactly(portal: Portal, small_replica: Replica) -> None:
    portal.summary("crawl", "vbpl")
    before = last_change(portal)
    # Enough steps and share that every kind of change happens among so few documents.
    told = [small_replica.control("advance?days=30&share=0.15", {}) for _ in range(2)]
    summary = portal.summary("crawl", "vbpl")["by_source"]["vbpl"]
    deleted = {key for step in told for key in step["deleted"]}
    issued = {key for step in told for key in step["issued"] + step["issued_by_date"]}
    amended = {x["id"] for step in told for x in step["amended"]} - deleted
    expired = {x["id"] for step in told for x in step["expired"]} - deleted
    related = {key for step in told for key in step["related"]} - deleted
    assert all((deleted, issued, amended, expired, related)), told
    found = changes(portal, before)
    assert found["new"] == issued - deleted
    assert found["withdrawn"] == deleted - issued
    assert found["text"] == amended - issued
    for line in portal.export():  # a validity that was partial already, or is not shown, does not change
        if not line["withdrawn_at"]:
            truth = small_replica.control(f"truth?id={line['source_id']}")
            assert line["status"] == truth["status_shown"], line["source_id"]
    assert (amended | expired | related) - issued == (
        found["text"] | found["status"] | found["relation"] | found["metadata"]
    ) - found["new"]
    assert summary["new"] == len(found["new"]) and summary["withdrawn"] == len(found["withdrawn"])
    assert summary["changed"] == len((amended | expired | related) - issued)
    again = portal.summary("crawl", "vbpl")["by_source"]["vbpl"]
    assert again["changed"] == again["new"] == again["withdrawn"] == again["incoming"] == 0


def test_incoming_relations_come_from_the_acting_document(portal: Portal, small_replica: Replica) -> None:
    portal.summary("crawl", "vbpl")
    small_replica.control("advance?days=1&share=0.3", {})
    portal.summary("crawl", "vbpl")
    for line in portal.export():
        if line["withdrawn_at"]:
            continue
        truth = small_replica.control(f"truth?id={line['source_id']}")
        told = {(e["code"], e["id"]) for e in truth["relations_in"]}
        assert {(e["code"], e["target_id"]) for e in line["relations"] if e["direction"] == "in"} == told


def test_a_status_that_changes_by_date_is_told_apart(portal: Portal, small_replica: Replica) -> None:
    portal.summary("crawl", "vbpl")
    before = last_change(portal)
    small_replica.control("config", {"now": "2010-01-01"})  # what was in force later is not yet
    portal.summary("crawl", "vbpl")
    found = changes(portal, before)
    assert found["status_by_date"]
    assert not found["status"] and not found["text"]


def test_parse_rebuilds_the_same_database_without_a_network(
    portal: Portal, small_replica: Replica, tmp_path: Path
) -> None:
    portal.summary("crawl", "vbpl", "dichvucong")
    small_replica.control("advance?days=1&share=0.3", {})
    portal.summary("crawl", "vbpl", "dichvucong")
    small_replica.control("reset")
    again = Portal(tmp_path / "again", portal.environment)
    again.summary("parse", "vbpl", "dichvucong", "--archive", str(portal.folder / "archive"))
    assert again.export() == portal.export()
    assert small_replica.control("stats")["requests"] == 0


def test_export_and_import_are_exact(portal: Portal, small_replica: Replica, tmp_path: Path) -> None:
    portal.summary("crawl", "vbpl", "dichvucong")
    small_replica.control("advance?days=1&share=0.3", {})
    portal.summary("crawl", "vbpl", "dichvucong")
    portal.run("export", "--output", str(tmp_path / "export.jsonl"))
    other = Portal(tmp_path / "other")
    other.run("import", str(tmp_path / "export.jsonl"))
    assert other.export() == portal.export()
    summary = other.summary("import", str(tmp_path / "export.jsonl"))
    assert all(s["new"] == s["changed"] == 0 for s in summary["sources"])
