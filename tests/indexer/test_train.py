"""`python -m indexer train`, from a dataset to the order of a search, on an invented collection."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from indexer import collecting
from indexer.ranked import attach_ranking
from indexer.ranking import models
from indexer.ranking.data import RankingStore
from indexer.ranking.fields import bare_heading
from indexer.ranking.rerank import Ranking
from indexer.reader import Reader
from indexer.train import train
from schemas.errors import QuydinhError

from .test_ranking import invented


def dataset(folder: Path, questions: int) -> Path:
    """The invented articles, and questions in the words of a heading and of the text."""
    made = folder / "sample"
    made.mkdir()
    articles = [
        {"_id": r.id, "law_id": r.owner, "article_id": n, "title": bare_heading(r), "text": r.text}
        for n, r in enumerate(invented())
    ]
    with (made / "corpus.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in articles)
    asked = articles[:: len(articles) // questions][:questions]
    with (made / "queries.jsonl").open("w", encoding="utf-8") as file:
        for n, row in enumerate(asked):
            text = f"{row['title']} thì {' '.join(str(row['text']).split()[:9])} như thế nào"
            file.write(json.dumps({"_id": f"q{n}", "text": text}) + "\n")
    lines = ["query-id\tcorpus-id\tscore", *(f"q{n}\t{row['_id']}\t1" for n, row in enumerate(asked))]
    (made / "qrels.tsv").write_text("\n".join(lines) + "\n")
    return made


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """So small a collection gets re-ranking data, too."""
    monkeypatch.setattr(collecting, "attach_ranking", partial(attach_ranking, epochs=2, least=100))


@pytest.mark.integration
def test_what_is_trained_orders_searches(tmp_path: Path) -> None:
    keep, output = tmp_path / "keep", tmp_path / "models"
    figures = train([dataset(tmp_path, 25)], output, True, keep)
    assert figures["questions"] == 100, "25, each typed in four ways"
    for name in ("engine", "linear", "trees, cross-validated", "trees and network, cross-validated"):
        assert set(figures[name]) == {f"sample, {noise}" for noise in ("clean", "none", "half", "typo")}
        assert 0 < figures[name]["sample, clean"]["ndcg_at_10"] <= 1
    learned = models.learned(output)
    assert learned is not None and learned.encoder is not None
    with np.load(output / "trees.npz") as own, np.load(models.MODELS / "trees.npz") as shipped:
        assert set(own.files) == set(shipped.files)
        assert {name: own[name].shape for name in own.files if "." in name} == {
            name: shipped[name].shape for name in shipped.files if "." in name
        }
    with collecting.opened(tmp_path / "sample", keep / "sample") as (reader, recorder, _):
        store: RankingStore = recorder._store
        ranked = Reader(reader.engine, ranking=Ranking(store, "C", own=output))
        found = ranked.search(collecting.deep("giấy phép xây dựng cho công trình nhà ở cần bản vẽ nào", 5))
        assert found.hits and any("meaning" in code for hit in found.hits for code in hit.why)


@pytest.mark.integration
def test_without_re_ranking_data_there_is_nothing_to_learn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "attach_ranking", attach_ranking)
    with pytest.raises(QuydinhError, match="nothing to learn"):
        train([dataset(tmp_path, 5)], tmp_path / "models", False, None)
