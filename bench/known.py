"""How well short queries find what they name: made from headings, titles, procedures and defined terms.

Most people type two to five syllables ("hóa đơn điện tử", "luật doanh nghiệp"). No judgement of such queries
is at hand, so they are made from what is indexed, in five kinds, each with the records that answer it:

- `subject`: what headings of several articles are about, without the words around it ("hồ sơ đề nghị cấp …",
  "… đối với …"). Right: articles, documents and procedures with these words side by side in their name.
- `term`: the same for terms that an article on definitions explains, asked for without "là gì". Such an
  article is no answer.
- `definition`: a defined term and "là gì". Right: articles with a line that says "<term> là …".
- `document`: type and a part of a title ("nghị định hóa đơn"). Right: such documents themselves.
- `procedure`: a procedure's name without its ends. Right: procedures with these words in their name.

What the figures tell: whether what bears a name is found by it, which tier loses it, and whether a change of
the order costs short queries. What they cannot: which of several right records a reader would want first, and
whether an article answers that calls the matter something else. Since the right ones are told by their names,
an order by names alone would get full marks; so nothing is to be tuned to the last figure here, and `bench
quality` must not fall meanwhile. No subject and no procedure is asked for by the whole heading or name that
it was made from, since these are found by a token of their own; titles of laws are short and typed whole.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from indexer.build import all_records
from indexer.changes import snapshot
from indexer.engines import open_engine
from indexer.ranking.hurried import NOISES
from indexer.ranking.rerank import Ranking, ranking_store
from indexer.reader import Reader
from schemas.calendar import today
from schemas.database import database_engine
from schemas.search import SearchRequest
from schemas.settings import load_settings

from ._known_items import Known, known_items
from .quality import of_question, tier_used


def main(arguments: Sequence[str]) -> dict[str, Any]:
    """Keys: records, queries of each kind, and `tiers` by tier, noise and kind."""
    options = _parser().parse_args(arguments)
    settings = load_settings()
    database, engine = database_engine(settings.database), open_engine(settings)
    store = ranking_store(settings)
    try:
        with snapshot(database) as connection:
            asked = known_items(
                all_records(connection), today(dt.datetime.now(dt.UTC)), options.queries, options.seed
            )
        tiers: dict[str, Any] = {}
        for tier in options.tiers:
            ranking = Ranking(store, tier, settings.search_model, settings.search_models_dir)
            reader = Reader(engine, ranking=ranking)
            if tier == "A" or tier_used(reader, tier) == tier:
                tiers[tier] = {noise: answered(reader, asked, noise) for noise in options.noises}
        records = sum(engine.count().values())
    finally:
        engine.close()
        database.dispose()
    return {"records": records, "queries": dict(Counter(item.kind for item in asked)), "tiers": tiers}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench known", description="Short queries over the site's own index."
    )
    parser.add_argument("--tiers", nargs="+", choices=("A", "B", "C"), default=["A", "B", "C"])
    parser.add_argument("--noises", nargs="+", choices=tuple(NOISES), default=["clean", "none"])
    parser.add_argument("--queries", type=int, default=150, help="of each kind, at most")
    parser.add_argument("--seed", type=int, default=1)
    return parser


def answered(reader: Reader, asked: Sequence[Known], noise: str = "clean") -> dict[str, dict[str, float]]:
    """By kind: hit_at_1, mrr_at_10 and ndcg_at_10 of the first page the site shows."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for item in asked:
        hits = reader.search(SearchRequest(NOISES[noise](item.text, item.text))).hits
        sums[item.kind].update(_measured([hit.id for hit in hits], item.right))
    counts = Counter(item.kind for item in asked)
    return {
        kind: {name: round(total / counts[kind], 4) for name, total in found.items()}
        for kind, found in sums.items()
    }


def _measured(hits: Sequence[str], right: Collection[str]) -> dict[str, float]:
    found = of_question(hits, dict.fromkeys(right, 1))
    first = float(hits[:1] != [] and hits[0] in right)
    return {"hit_at_1": first, "mrr_at_10": found["mrr_at_10"], "ndcg_at_10": found["ndcg_at_10"]}
