"""Precision and recall of the tags against labels made by hand, agreement of the labellers, and throughput.

    python -m bench tags [--split kept|dev|all] [--labels DIR] [--articles N] [--errors N]

The labelled documents are read from the database of the settings (their texts are not in the repository). An
annotation is right when a label in the same article has the same tag and value and overlaps it; terms and
agencies
are compared by normalised text, and "?" in a label stands for any law whose number the labeller could not
know.
Two people labelled every article of the sample. The figures of a tag count what both labelled (`n`); what
only one of
them labelled is left out of both precision and recall, and `by_labeller` shows each one alone.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from indexer.tagging.model import TAGGER, TAGS, DocumentText
from indexer.tagging.pipeline import build_pipeline, tag_document
from indexer.tagging.reading import read_documents, title_index
from indexer.tagging.titles import TitleIndex
from schemas import tables as t
from schemas.database import database_engine
from schemas.errors import QuydinhError
from schemas.settings import load_settings
from schemas.text.normalise import fold
from schemas.text.numbers import number_key

LABELS = Path(__file__).parent.parent / "tests" / "labels"
LABELLERS = ("first", "second")


class Label(NamedTuple):
    """One annotation, by hand or found; `value` normalised for comparing."""

    article: tuple[str, str]  # source id, provision
    tag: str
    start: int
    end: int
    value: Any


def main(argv: list[str]) -> dict[str, Any]:
    """Figures by tag, and `articles_per_s` on one core with everything included."""
    parser = argparse.ArgumentParser(prog="python -m bench tags")
    parser.add_argument("--split", choices=("dev", "kept", "all"), default="all")
    parser.add_argument("--labels", type=Path, default=LABELS)
    parser.add_argument("--articles", type=int, default=3000, help="about how many to time")
    parser.add_argument(
        "--errors", type=int, default=0, help="show so many wrong ones of each tag (dev split only)"
    )
    options = parser.parse_args(argv)
    if options.errors and options.split != "dev":
        raise QuydinhError("--errors shows labels, and only the dev split may be looked at: add --split dev")
    sample = _sample(options.labels, options.split)
    by_hand = [list(_labels(options.labels / f"{name}.jsonl", sample)) for name in LABELLERS]
    database = database_engine(load_settings().database)
    with database.connect() as connection:
        titles = title_index(connection)
        documents = _documents(connection, {source_id for source_id, _ in sample})
        missing = sample - {(s, a.path) for s, d in documents.items() for a in d.articles}
        found = list(_found(documents, titles, sample))
        speed = _throughput(connection, titles, options.articles)
    by_hand = [[label for label in labels if label.article not in missing] for labels in by_hand]
    result: dict[str, Any] = {
        "tagger": TAGGER,
        "split": options.split,
        "articles": len(sample) - len(missing),
    }
    result |= {"articles_missing": len(missing)} | speed
    for tag in TAGS:
        result[tag] = _figures(tag, found, by_hand)
        if options.errors:
            result[tag]["errors"] = _errors(tag, found, by_hand, options.errors)
    return result


def _sample(folder: Path, split: str) -> set[tuple[str, str]]:
    rows = json.loads((folder / "sample.json").read_text(encoding="utf-8"))
    return {(row["source_id"], row["provision"]) for row in rows if split in ("all", row["split"])}


def _labels(path: Path, sample: set[tuple[str, str]]) -> Iterator[Label]:
    seen = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        article = (row["source_id"], row["provision"])
        label = Label(article, row["tag"], row["start"], row["end"], _value(row["tag"], row["value"]))
        if article in sample and label not in seen:
            seen.add(label)
            yield label


def _value(tag: str, value: Any) -> Any:
    """Values that mean the same become equal."""
    if tag == "citation":
        number = value["number"]
        return (number if number in (None, "?") else number_key(number), value["provision"])
    if tag in ("deadline", "money"):
        return tuple(sorted(value.items()))
    if tag in ("definition", "agency", "business_line"):
        return " ".join(fold(value).replace("-", " ").replace("–", " ").replace(",", " ").split())
    return value


def _found(
    documents: dict[str, DocumentText], titles: TitleIndex, sample: set[tuple[str, str]]
) -> Iterator[Label]:
    for source_id, document in sorted(documents.items()):
        for article, tags in tag_document(document, titles):
            if (source_id, article.path) in sample:
                seen = {
                    Label((source_id, article.path), tag.tag, tag.start, tag.end, _value(tag.tag, tag.value))
                    for tag in tags
                }
                yield from sorted(
                    seen, key=lambda label: (label.start, label.end, label.tag, str(label.value))
                )


def _documents(connection: sa.Connection, source_ids: set[str]) -> dict[str, DocumentText]:
    d = t.documents.c
    wanted = sa.select(d.id, d.source_id).where(d.source_id.in_(source_ids))
    ids = {row.id: row.source_id for row in connection.execute(wanted)}
    return {ids[document.id]: document for document in read_documents(connection, list(ids))}


def _matches(a: Label, b: Label) -> bool:
    if a.article != b.article or a.tag != b.tag or a.start >= b.end or b.start >= a.end:
        return False
    if a.value == b.value:
        return True
    if a.tag != "citation" or a.value[1] != b.value[1]:
        return False
    return bool("?" in (a.value[0], b.value[0]) and None not in (a.value[0], b.value[0]))


def _pairs(left: Iterable[Label], right: Iterable[Label]) -> dict[Label, Label]:
    """Each of the left with a right one of its own that matches it, where there is one."""
    free: dict[tuple[str, str], list[Label]] = defaultdict(list)
    for label in right:
        free[label.article].append(label)
    pairs = {}
    for label in left:
        partner = next((other for other in free[label.article] if _matches(label, other)), None)
        if partner is not None:
            free[label.article].remove(partner)
            pairs[label] = partner
    return pairs


def _figures(tag: str, found: list[Label], by_hand: list[list[Label]]) -> dict[str, Any]:
    mine = [label for label in found if label.tag == tag]
    first, second = ([label for label in labels if label.tag == tag] for labels in by_hand)
    agreed = _pairs(first, second)
    right = _pairs(mine, agreed)
    others = _pairs([label for label in mine if label not in right], _one_sided(first, second, agreed))
    wrong = len(mine) - len(right) - len(others)
    figures: dict[str, Any] = _rates(len(right), len(right) + wrong, len(agreed))
    figures["agreement_f1"] = _share(2 * len(agreed), len(first) + len(second))
    figures["by_labeller"] = {
        name: _rates(len(_pairs(mine, labels)), len(mine), len(labels))
        for name, labels in zip(LABELLERS, (first, second), strict=True)
    }
    return figures


def _one_sided(first: list[Label], second: list[Label], agreed: dict[Label, Label]) -> list[Label]:
    taken = set(agreed.values())
    return [label for label in first if label not in agreed] + [
        label for label in second if label not in taken
    ]


def _rates(right: int, found: int, labelled: int) -> dict[str, Any]:
    return {
        "precision": _share(right, found),
        "recall": _share(right, labelled),
        "n": labelled,
        "found": found,
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _errors(tag: str, found: list[Label], by_hand: list[list[Label]], limit: int) -> dict[str, Any]:
    """What was wrongly found and what was missed, for looking at while rules are written."""
    mine = [label for label in found if label.tag == tag]
    first, second = ([label for label in labels if label.tag == tag] for labels in by_hand)
    agreed = _pairs(first, second)
    right = _pairs(mine, agreed)
    anywhere = _pairs([label for label in mine if label not in right], _one_sided(first, second, agreed))
    wrong = [label for label in mine if label not in right and label not in anywhere]
    taken = set(right.values())
    missed = [label for label in agreed if label not in taken]
    return {
        "wrong": [list(label) for label in wrong[:limit]],
        "missed": [list(label) for label in missed[:limit]],
    }


def _throughput(connection: sa.Connection, titles: TitleIndex, wanted: int) -> dict[str, Any]:
    """Articles a second on one core: reading, tagging and making rows, of documents spread over the
    database.
    """
    ids = list(connection.scalars(sa.select(t.documents.c.id).order_by(t.documents.c.id)))
    articles = connection.scalar(
        sa.select(sa.func.count()).select_from(t.provisions).where(t.provisions.c.level == "article")
    )
    if not ids or not articles:
        return {"articles_per_s": None}
    step = max(1, int(articles / max(wanted, 1)))
    build_pipeline()
    chosen = ids[::step]
    _tag_all(connection, titles, chosen[:5])  # warm
    started, cpu = time.perf_counter(), time.process_time()
    count = _tag_all(connection, titles, chosen)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    return {
        "articles_timed": count,
        "articles_per_s": round(count / seconds, 1),
        "articles_per_cpu_s": round(count / cpu, 1),
    }


def _tag_all(connection: sa.Connection, titles: TitleIndex, ids: list[int]) -> int:
    count = 0
    for start in range(0, len(ids), 24):
        for document in read_documents(connection, ids[start : start + 24]):
            count += sum(1 for _ in tag_document(document, titles))
    return count
