"""How much of the sites' records the crawl recovered, compared with the replica's truth records.

Compares what `python -m crawler export` writes from this site's own database with `/_control/truth`. Figures
are shares of what a perfect parser could recover: texts that exist only as scans do not count, signers are
compared by office (the replica has no names), and the ministry of a procedure is not in the truth record.
"""

from __future__ import annotations

import argparse
import http.client
import json
import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any
from urllib.parse import quote, urlsplit

import sqlalchemy as sa

from crawler.export import lines
from schemas.database import database_engine
from schemas.errors import QuydinhError
from schemas.settings import load_settings
from schemas.text.normalise import clean

log = logging.getLogger(__name__)

_SHOWN = 20
_LONGEST = 160
_MEASURES = (
    "articles_exact",
    "clauses_exact",
    "metadata_exact",
    "dates_exact",
    "relations_exact",
    "procedures_exact",
)


def main(arguments: list[str]) -> dict[str, Any]:
    """Entry point of `python -m bench fidelity`."""
    parser = argparse.ArgumentParser(prog="python -m bench fidelity", description=__doc__)
    parser.add_argument("--replica", required=True, metavar="URL", help="root of the running replica")
    options = parser.parse_args(arguments)
    return run(options.replica)


def run(replica: str, database: str | None = None) -> dict[str, Any]:
    """The figures of the contract for the site's own database (or the one named).

    Raises QuydinhError when the replica does not answer.
    """
    engine = database_engine(database or load_settings().database)
    truth = _Truth(replica)
    score = Score()
    with engine.connect() as connection:
        _documents(connection, truth, score)
        _procedures(connection, truth, score)
    return score.figures()


@dataclass
class Score:
    """Counts of what was compared and what was equal."""

    compared: Counter[str] = field(default_factory=Counter)
    equal: Counter[str] = field(default_factory=Counter)
    failures: list[dict[str, str]] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)

    def check(self, measure: str, record: str, what: str, found: object, expected: object) -> None:
        """Counts one comparison; keeps the first failures."""
        self.compared[measure] += 1
        if found == expected:
            self.equal[measure] += 1
            return
        self.fail(measure, record, f"{what}: {_difference(found, expected)}")

    def share(self, measure: str, record: str, what: str, found: set[Any], expected: set[Any]) -> None:
        """Counts every member of two sets; one failure for all that differ."""
        self.compared[measure] += len(found | expected)
        self.equal[measure] += len(found & expected)
        if found != expected:
            self.fail(
                measure,
                record,
                f"{what}: extra {_short(found - expected)}, missing {_short(expected - found)}",
            )

    def fail(self, measure: str, record: str, what: str) -> None:
        self.failed[measure] += 1
        if self.failed[measure] <= _SHOWN:
            self.failures.append({"id": record, "what": f"{measure}: {what}", "measure": measure})

    def shown(self) -> list[dict[str, str]]:
        """The first failures, of every measure in turn, so that a rare one is not crowded out."""
        queues = [[f for f in self.failures if f["measure"] == measure] for measure in self.failed]
        turns = [failure for turn in zip_longest(*queues) for failure in turn if failure]
        return [{"id": failure["id"], "what": failure["what"]} for failure in turns[:_SHOWN]]

    def figures(self) -> dict[str, Any]:
        shares = {
            measure: self.equal[measure] / self.compared[measure] if self.compared[measure] else None
            for measure in _MEASURES
        }
        return {
            "documents": self.compared["documents"],
            "documents_missing": self.failed["documents"],
            "procedures": self.compared["procedures"],
            "articles": self.compared["articles_exact"],
            **shares,
            "compared": {measure: self.compared[measure] for measure in _MEASURES},
            "failed": {measure: self.failed[measure] for measure in _MEASURES},
            "failures": self.shown(),
        }


def _difference(found: object, expected: object) -> str:
    """Both values, long ones from shortly before the first difference."""
    own, other = repr(found), repr(expected)
    first = next((i for i, pair in enumerate(zip(own, other, strict=False)) if pair[0] != pair[1]), 0)
    start = max(0, first - 40) if max(len(own), len(other)) > _LONGEST else 0
    return f"{own[start : start + _LONGEST]} instead of {other[start : start + _LONGEST]}"


def _short(value: object) -> str:
    return repr(value)[:_LONGEST]


class _Truth:
    """The replica's control interface over one connection."""

    def __init__(self, replica: str) -> None:
        parts = urlsplit(replica)
        if not parts.hostname:
            raise QuydinhError(f"{replica!r} is not the address of a replica")
        self._path = parts.path.rstrip("/")
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=60)

    def ids(self, site: str) -> list[str]:
        """Ids of everything the replica shows."""
        return [row[0] for row in self._get(f"ids?site={site}&limit=10000000")]

    def record(self, site: str, identifier: str) -> dict[str, Any]:
        """The record a perfect parser should recover."""
        found = self._get(f"truth?site={site}&id={quote(identifier)}")
        if not isinstance(found, dict):
            raise QuydinhError(f"the replica's truth record of {identifier} is not an object")
        return found

    def _get(self, path: str) -> Any:
        try:
            self._connection.request("GET", f"{self._path}/_control/{path}")
            answer = self._connection.getresponse()
            return json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise QuydinhError(f"the replica does not answer /_control/{path}: {error}") from error


def _current(connection: sa.Connection, kind: str, source: str, ids: list[str]) -> Iterator[dict[str, Any]]:
    """Exported records that the replica shows; the others are of other sources or withdrawn."""
    shown = set(ids)
    for line in lines(connection, kind):
        if line["source"] == source and line["source_id"] in shown and not line["withdrawn_at"]:
            yield line


def _missing(score: Score, kind: str, expected: Iterable[str], seen: set[str]) -> None:
    for identifier in expected:
        score.compared[kind] += 1
        if identifier not in seen:
            score.fail(kind, identifier, "not in the database")


# ---------------------------------------------------------------------------------------------- documents
def _documents(connection: sa.Connection, truth: _Truth, score: Score) -> None:
    ids = truth.ids("vbpl-api")
    seen = set()
    for line in _current(connection, "document", "vbpl", ids):
        seen.add(line["source_id"])
        compare_document(line, truth.record("vbpl-api", line["source_id"]), score)
    _missing(score, "documents", ids, seen)


def compare_document(found: dict[str, Any], expected: dict[str, Any], score: Score) -> None:
    """One exported document against its truth record."""
    name = f"{expected['id']} ({expected['number']})"
    for what, own, other in (
        ("number", found["number"], expected["number"]),
        ("type", found["type"], expected["type"]),
        ("title", found["title"], clean(expected["title"])),
        ("agencies", found["agencies"], expected["agencies"]),
        ("status", found["status"], expected["status_shown"]),
        ("signer", expected["signer_office"] in [signer["office"] for signer in found["signers"]], True),
    ):
        score.check("metadata_exact", name, what, own, other)
    for what, key in (
        ("issue_date", "issue_date"),
        ("effective_date", "effective_date"),
        ("expiry_date", "expiry_date_shown"),
    ):
        score.check("dates_exact", name, what, found[what], expected[key])
    edges = {(edge["direction"], edge["code"], edge["target_id"]) for edge in found["relations"]}
    wanted = {("out", edge["code"], edge["id"]) for edge in expected["relations_out"]}
    wanted |= {("in", edge["code"], edge["id"]) for edge in expected["relations_in"]}
    score.share("relations_exact", name, "relations", edges, wanted)
    if expected["text_recoverable"] or expected["tree"] != "none":
        _articles(found["provisions"], expected["articles"], name, score)


def _articles(
    provisions: list[dict[str, Any]], expected: list[dict[str, Any]], name: str, score: Score
) -> None:
    own: dict[str, dict[str, Any]] = {}
    numbering: dict[str, list[tuple[str, list[str]]]] = {}
    current: list[tuple[str, list[str]]] = []
    for provision in provisions:
        steps = provision["id"].split("/")
        if steps[0].startswith("phu-luc-"):
            continue
        if provision["level"] == "article":
            own.setdefault(provision["number"], provision)
            numbering[provision["number"]] = current = []
        elif provision["level"] == "clause":
            current.append((provision["number"], []))
        elif provision["level"] == "point" and steps[1].startswith("khoan-"):
            current[-1][1].append(provision["number"])
    for article in expected:
        what = f"Điều {article['number']}"
        text = own.get(article["number"])
        found = (text["heading"], text["text"]) if text else None
        score.check(
            "articles_exact", name, what, found, (clean(article["title"]), _paragraphs(article["text"]))
        )
        visible = [(clause["number"], clause["points"]) for clause in article["clauses"]]
        score.check("clauses_exact", name, what, numbering.get(article["number"]), visible)


def _paragraphs(text: str) -> str:
    """The truth record's own rule: NFC, no soft hyphens, one blank inside a paragraph."""
    return "\n".join(filter(None, map(clean, text.split("\n"))))


# --------------------------------------------------------------------------------------------- procedures
def _procedures(connection: sa.Connection, truth: _Truth, score: Score) -> None:
    ids = truth.ids("dichvucong")
    seen = set()
    for line in _current(connection, "procedure", "dichvucong", ids):
        seen.add(line["source_id"])
        compare_procedure(line, truth.record("dichvucong", line["source_id"]), score)
    _missing(score, "procedures", ids, seen)


def compare_procedure(found: dict[str, Any], detail: dict[str, Any], score: Score) -> None:
    """One exported procedure against the portal's own detail, field by field."""
    for what, expected in _expected_procedure(detail).items():
        score.check("procedures_exact", detail["code"], what, _blanks(found[what]), expected)


def _expected_procedure(detail: dict[str, Any]) -> dict[str, Any]:
    def names(key: str) -> list[str]:
        return [_blanks(item["name"]) for item in detail[key]]

    return {
        "code": detail["code"],
        "name": _blanks(detail["name"]),
        "decision_number": detail["decisionNo"],
        "fields": names("categoriesDetails"),
        "authorities": names("departmentsExecuting"),
        "subjects": names("subjectTypesDetails"),
        "results": names("resultsDetails"),
        "steps": _blanks(_picked(detail["executionSteps"], name="name", description="description")),
        "methods": [_expected_method(method) for method in detail["executionMethods"]],
        "dossiers": [
            {
                "name": _blanks(case["name"]),
                "components": [_expected_component(item) for item in case["profileComponents"]],
            }
            for case in detail["executionCases"]
        ],
        "requirements": _blanks(detail["requirementsAndConditions"]),
        "legal_bases": _blanks(
            _picked(detail["legalBasisesDetails"], source_id="id", number="code", name="name")
        ),
        "levels": {
            "ministry": detail["isMinistry"],
            "province": detail["isProvince"],
            "ward": detail["isWard"],
        },
        "updated_at": detail["updatedAt"],
    }


def _expected_method(method: dict[str, Any]) -> Any:
    fees = [
        {
            "amount": None if fee["value"] is None else str(fee["value"]),
            "currency": fee["currencyName"],
            "description": fee["description"],
        }
        for fee in method["fees"]
    ]
    time = method["processingTime"]
    return _blanks(
        {
            "channel": method["submissionMethod"],
            "time": None if time is None else str(time),
            "unit": method["processingTimeUnit"],
            "description": method["description"],
            "fees": fees,
        }
    )


def _expected_component(component: dict[str, Any]) -> Any:
    return _blanks(
        {
            "code": component["code"],
            "name": component["name"],
            "originals": component["originalQty"],
            "copies": component["copyQty"],
            "required": component["required"],
            "forms": [form["fileName"] for form in component["attachments"]],
        }
    )


def _picked(items: list[dict[str, Any]], **keys: str) -> list[dict[str, Any]]:
    return [{own: item[key] for own, key in keys.items()} for item in items]


def _blanks(value: Any) -> Any:
    """Texts compared word for word: any run of white space counts as one blank."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_blanks(item) for item in value]
    if isinstance(value, dict):
        return {key: _blanks(item) for key, item in value.items()}
    return value
