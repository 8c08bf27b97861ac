"""What people chose after a search, written as judged questions."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from bench.clicks import Searchers
from indexer.clicks import best_articles, count_clicks, erase_clicks, export_clicks
from indexer.datasets import fill, find_corpus, read_questions, record_ids
from indexer.ranking.learning import Judged
from schemas.click_tables import clicked_queries, search_clicks
from schemas.database import database_engine
from schemas.errors import QuydinhError

from .rows import add_document


def clicked(query: str, record: str, place: int, count: int, day: int = 1) -> dict[str, object]:
    return {"query": query, "record": record, "place": place, "day": dt.date(2026, 1, day), "count": count}


def test_a_choice_far_down_says_more() -> None:
    choices = [("q", "top", 1, 5), ("q", "ninth", 9, 4)]
    assert best_articles(choices) == {"q": "ninth"}
    assert best_articles(choices, bias=0) == {"q": "top"}


def test_a_lone_choice_says_nothing() -> None:
    assert best_articles([("q", "top", 1, 2), ("q", "mistake", 10, 1), ("r", "once", 3, 1)]) == {"q": "top"}


def test_choices_of_one_article_add_up_whatever_their_place() -> None:
    choices = [("q", "a", 1, 3), ("q", "b", 2, 2), ("q", "b", 4, 2)]
    assert best_articles(choices) == {"q": "b"}


def test_equal_articles_are_settled_the_same_way_each_time() -> None:
    choices = [("q", "b", 1, 3), ("q", "a", 1, 3)]
    assert best_articles(choices) == best_articles(choices[::-1]) == {"q": "a"}


def test_people_who_look_at_the_top_mislead_the_raw_count() -> None:
    """The model that `bench clicks` simulates, with so many searches that chance does not matter."""
    right = np.zeros(10, bool)
    right[5] = True
    question = Judged("q", "d", np.zeros((10, 1), np.float32), right, 1)
    people = Searchers(searches=20_000, bias=1.0, noise=0.2)
    choices = people.choices(question, np.arange(10), np.random.default_rng(1))
    assert best_articles(choices, bias=0) == {"q": "0"}
    assert best_articles(choices) == {"q": "5"}


@pytest.fixture
def filled(database: sa.Engine) -> sa.Engine:
    """Three documents, two of one number, and choices: enough, too few, and of an article that is gone."""
    add_document(database, 1, {"1": "Phạm vi\nMột.", "2": "Giấy phép\nHai.\nBa.", "I": "Chương"})
    add_document(database, 2, {"1": "Biển hiệu\nBốn."}, number="9/2020/NĐ-CP")
    add_document(database, 3, {"1": "Biển hiệu\nNăm."}, number="9/2020/NĐ-CP")
    add_document(database, 4, {"1": "Đã gỡ\nSáu."}, withdrawn_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    rows = [clicked("enough", "vbpl:1001:dieu-2", 3, 1, day) for day in range(1, 6)]
    rows += [clicked("enough", "vbpl:1001:dieu-1", 1, 2), clicked("few", "vbpl:1002:dieu-1", 1, 9)]
    rows += [clicked("gone", "vbpl:1004:dieu-1", 1, 9)]
    words = [{"query": "enough", "words": "xin giấy phép"}, {"query": "gone", "words": "đã gỡ"}]
    with database.begin() as connection:
        connection.execute(sa.insert(search_clicks), rows)
        connection.execute(sa.insert(clicked_queries), words)
    return database


def test_usable_choices_become_a_dataset_that_training_reads(filled: sa.Engine, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "clicks"
    assert export_clicks(filled, folder) == {"queries": 1, "choices": 16, "articles": 4}
    questions = read_questions(folder)
    assert questions.texts == {"1": "xin giấy phép"}
    assert questions.judged == {"1": {"vbpl:1001:dieu-2": 1}}
    ids = record_ids(find_corpus(folder))
    assert sorted(ids.values()) == [
        "vbpl:1001:dieu-1", "vbpl:1001:dieu-2", "vbpl:1002:dieu-1", "vbpl:1003:dieu-1"
    ]  # fmt: skip
    assert len({key.rsplit(":", 1)[0] for key in ids}) == 3  # documents of one number stay two
    again = database_engine(f"sqlite:///{tmp_path}/corpus.sqlite3")
    fill(again, find_corpus(folder))
    again.dispose()


def test_nothing_of_rare_searches_is_written(filled: sa.Engine, tmp_path: Path) -> None:
    export_clicks(filled, tmp_path)
    with gzip.open(tmp_path / "corpus.jsonl.gz", "rt", encoding="utf-8") as file:
        assert {"_id", "title", "text"} <= set(json.loads(file.readline()))
    written = "".join(p.read_text(encoding="utf-8") for p in sorted(tmp_path.glob("q*")))
    assert "few" not in written and "enough" not in written and "đã gỡ" not in written


def test_without_usable_choices_it_says_so(database: sa.Engine, tmp_path: Path) -> None:
    with pytest.raises(QuydinhError, match="enough days"):
        export_clicks(database, tmp_path)


def test_a_folder_that_cannot_be_written_is_named(filled: sa.Engine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(QuydinhError, match="file"):
        export_clicks(filled, tmp_path / "file")


def test_all_is_counted_and_erased(filled: sa.Engine) -> None:
    assert count_clicks(filled) == {"choices": 25, "queries": 3, "readable": 2}
    assert erase_clicks(filled) == {"erased": 8}
    assert count_clicks(filled) == {"choices": 0, "queries": 0, "readable": 0}
