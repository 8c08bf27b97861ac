"""`python -m indexer clicks`: what people chose among search results as judged questions, to learn from.

Who chooses sees the first results most, so that a choice far down says more than one at the top. Each counts
by the inverse of how likely its place is to be looked at (inverse propensity weighting: Joachims, Swaminathan
and Schnabel, "Unbiased Learning-to-Rank with Biased Feedback", WSDM 2017).
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from schemas import tables as t
from schemas.click_tables import clicked_queries, search_clicks
from schemas.errors import QuydinhError

from .changes import snapshot

#: How likely place k is looked at: (1 / k) ** BIAS. Half of what the paper simulates: where the true bias was
#: 0.5 to 1.5 this named the right article as often as taking choices as they are, or more often; with 1 a few
#: choices by mistake at the bottom of a page outweighed the right ones.
BIAS = 0.5

#: Query, article, place, how often.
Choice = tuple[str, str, int, int]


def best_articles(choices: Iterable[Choice], bias: float = BIAS) -> dict[str, str]:
    """The article of each query that its choices speak for most; none where no article was chosen twice.

    The first choice of an article does not count: a lone one is too often a mistake. `bias` 0 takes choices
    as they are.
    """
    times: dict[tuple[str, str], int] = defaultdict(int)
    weight: dict[tuple[str, str], float] = defaultdict(float)
    for query, article, place, count in choices:
        times[query, article] += count
        weight[query, article] += count * place**bias
    best: dict[str, tuple[float, str]] = {}
    for (query, article), often in sorted(times.items()):
        value = weight[query, article] * (often - 1) / often
        if value > best.get(query, (0.0, ""))[0]:
            best[query] = value, article
    return {query: article for query, (_, article) in best.items()}


def export_clicks(database: sa.Engine, folder: Path) -> dict[str, Any]:
    """Write a folder in BEIR layout that `train --dataset` takes: every article, and the questions asked on
    enough days with the article chosen. Raises QuydinhError when there is none yet.
    """
    with snapshot(database) as connection:
        words, choices = _usable(connection)
        held = set(connection.scalars(sa.select(_ID).select_from(_ARTICLES).where(_SHOWN)))
        best = best_articles(choice for choice in choices if choice[1] in held)
        if not best:
            raise QuydinhError("no question was asked and answered by a choice on enough days yet")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with gzip.open(folder / "corpus.jsonl.gz", "wt", encoding="utf-8", compresslevel=6) as file:
                file.writelines(map(_line, _articles(connection)))
            asked = sorted((words[query], article) for query, article in best.items())
            with (folder / "queries.jsonl").open("w", encoding="utf-8") as file:
                file.writelines(_line({"_id": str(n), "text": text}) for n, (text, _) in enumerate(asked, 1))
            with (folder / "qrels.tsv").open("w", encoding="utf-8") as file:
                file.write("query-id\tcorpus-id\tscore\n")
                file.writelines(f"{n}\t{article}\t1\n" for n, (_, article) in enumerate(asked, 1))
        except OSError as error:
            raise QuydinhError(f"{folder}: {error.strerror}") from error
    return {"queries": len(asked), "choices": sum(count for *_, count in choices), "articles": len(held)}


def count_clicks(database: sa.Engine) -> dict[str, Any]:
    """How much is kept: choices, queries they followed, those whose words are readable."""
    kept = search_clicks.c
    with database.connect() as connection:
        total = connection.scalar(sa.select(sa.func.coalesce(sa.func.sum(kept.count), 0)))
        queries = connection.scalar(sa.select(sa.func.count(kept.query.distinct())))
        readable = connection.scalar(sa.select(sa.func.count()).select_from(clicked_queries))
    return {"choices": int(total or 0), "queries": queries, "readable": readable}


def erase_clicks(database: sa.Engine) -> dict[str, Any]:
    """Delete all of it."""
    with database.begin() as connection:
        connection.execute(sa.delete(clicked_queries))
        return {"erased": connection.execute(sa.delete(search_clicks)).rowcount}


def _usable(connection: sa.Connection) -> tuple[dict[str, str], list[Choice]]:
    """The words of each query that may be read, and its choices."""
    query = (
        sa.select(
            search_clicks.c.query,
            search_clicks.c.record,
            search_clicks.c.place,
            sa.func.sum(search_clicks.c.count),
        )
        .join(clicked_queries, clicked_queries.c.query == search_clicks.c.query)
        .group_by(search_clicks.c.query, search_clicks.c.record, search_clicks.c.place)
    )
    choices = [(row[0], row[1], row[2], int(row[3])) for row in connection.execute(query)]
    rows = connection.execute(sa.select(clicked_queries.c.query, clicked_queries.c.words))
    return {row.query: row.words for row in rows}, choices


#: The articles that search finds, by the ids of their records.
_ARTICLES = t.provisions.join(t.documents, t.documents.c.id == t.provisions.c.document_id)
_SHOWN = sa.and_(t.provisions.c.level == "article", t.documents.c.withdrawn_at.is_(None))
_ID = t.documents.c.source + ":" + t.documents.c.source_id + ":" + t.provisions.c.path


def _articles(connection: sa.Connection) -> Iterator[dict[str, str]]:
    """Every article as a line of a corpus."""
    d, p = t.documents.c, t.provisions.c
    columns = (_ID, d.id, d.source_id, d.number, d.type, d.title, p.number, p.heading, p.text)
    query = sa.select(*columns).select_from(_ARTICLES).where(_SHOWN).order_by(d.id, p.ordinal)
    known: dict[str, int] = {}
    for row in connection.execution_options(yield_per=500).execute(query):
        id_, document, source_id, number, kind, title, article, heading, text = row
        only = known.setdefault(number, document) == document
        yield {
            "_id": id_,
            "title": heading,
            "text": text,
            "law_id": number if only else f"{number} {source_id}",
            "article_id": article,
            "document_type": kind,
            "document_title": title,
        }


def _line(row: dict[str, str]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"
