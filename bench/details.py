"""Pairs of articles of laws and decrees: how many there are, and how many labelled by hand are right."""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from schemas import tables as t
from schemas.database import database_engine
from schemas.settings import load_settings

_LABELS = Path(__file__).parent.parent / "tests" / "labels" / "details.tsv"


def main(arguments: list[str]) -> dict[str, Any]:
    """Keys: pairs, by_evidence, articles_above, articles_below, labelled {by draw, by evidence}."""
    parser = argparse.ArgumentParser(prog="python -m bench details", description=__doc__)
    parser.add_argument("--labels", type=Path, default=_LABELS)
    options = parser.parse_args(arguments)
    with database_engine(load_settings().database).connect() as connection:
        found = _pairs(connection)
    by_draw: dict[str, Counter[str]] = {}
    by_evidence: dict[str, Counter[str]] = {}
    with options.labels.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            key = (row["source_id"], row["provision"], row["target_source_id"], row["target_provision"])
            evidence = found.get(key)
            name = f"{row['draw']}{'' if row['provision'] else ', whole documents'}"
            _count(by_draw.setdefault(name, Counter()), evidence, row["right"] == "1")
            if evidence:
                _count(by_evidence.setdefault(evidence, Counter()), evidence, row["right"] == "1")
    return {
        "pairs": len(found),
        "by_evidence": dict(sorted(Counter(found.values()).items())),
        "articles_above": len({(law, path) for _, _, law, path in found}),
        "articles_below": len({(decree, path) for decree, path, _, _ in found if path}),
        "labelled": {name: _shares(counts) for name, counts in sorted(by_draw.items())},
        "labelled_by_evidence": {name: _shares(counts) for name, counts in sorted(by_evidence.items())},
    }


def _pairs(connection: sa.Connection) -> dict[tuple[str, str, str, str], str]:
    below, above, x = t.documents.alias("below"), t.documents.alias("above"), t.details.c
    query = (
        sa.select(below.c.source_id, x.provision, above.c.source_id, x.target_provision, x.evidence)
        .select_from(t.details)
        .join(below, below.c.id == x.document_id)
        .join(above, above.c.id == x.target_document_id)
    )
    return {(row[0], row[1], row[2], row[3]): row[4] for row in connection.execute(query)}


def _count(counts: Counter[str], evidence: str | None, right: bool) -> None:
    counts["labelled"] += 1
    counts["found"] += bool(evidence)
    counts["right"] += bool(evidence) and right


def _shares(counts: Counter[str]) -> dict[str, Any]:
    """`precision` of the labelled pairs that are still found; None if none is."""
    precision = round(counts["right"] / counts["found"], 4) if counts["found"] else None
    return {**{name: counts[name] for name in ("labelled", "found", "right")}, "precision": precision}
