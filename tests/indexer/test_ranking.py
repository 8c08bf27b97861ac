"""Tiers B and C: the forward index, the embedding, the trees, and the order they give."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from indexer.build import build
from indexer.engines.tantivy import TantivyEngine
from indexer.ranked import attach_ranking, renew_ranking
from indexer.ranking import kernels
from indexer.ranking.clauses import clause_spans
from indexer.ranking.data import RankingData, RankingStore
from indexer.ranking.features import NAMES
from indexer.ranking.fields import bare_heading
from indexer.ranking.forward import Forward, term_hashes
from indexer.ranking.matches import GLOBAL_INPUTS, MATCH_INPUTS, TERM_INPUTS, Matches
from indexer.ranking.network import backward, forward, new_weights
from indexer.ranking.prepare import Prepared, prepare, sampled
from indexer.ranking.rerank import Asked, Ranking, look, question_of, ranking_store
from indexer.ranking.terms import find_terms
from indexer.ranking.traits import about_documents, defined_terms
from indexer.ranking.trees import MOST_LEAVES, Trees
from indexer.reader import Reader
from indexer.sync import sync
from schemas import tables as t
from schemas.engine import Term
from schemas.search import Record, SearchRequest, parse_note
from schemas.settings import Settings

from .contract import publish, record
from .rows import add_document, announce

TODAY = dt.date(2026, 1, 1)


def test_clauses_cover_every_line() -> None:
    text = "Lời dẫn:\n1. Một.\na) Điểm a\n\n2) Hai.\nba"
    assert [text[a:b] for a, b in clause_spans(text)] == ["Lời dẫn:", "1. Một.\na) Điểm a", "2) Hai.\nba"]
    assert clause_spans("") == [(0, 0)]
    long = "\n".join("chữ " * 50 for _ in range(8))
    assert len(clause_spans(long)) == 3


def test_defined_terms_stand_before_the_verb() -> None:
    text = (
        "Trong Luật này:\n1. Doanh nghiệp là tổ chức có tên riêng.\n2. Hồ sơ hợp lệ gồm giấy đề nghị; b) Khác"
    )
    assert defined_terms(text) == [("doanh", "nghiệp"), ("hồ", "sơ", "hợp", "lệ")]


def test_runs_of_words_have_the_same_hash_wherever_they_stand() -> None:
    whole, part = term_hashes(np.array([7, 3, 9, 4])), term_hashes(np.array([3, 9]))
    assert whole[1, 1] == part[0, -1] and whole[0, 1] != part[0, -1]


def test_a_newer_law_with_the_same_title_supersedes() -> None:
    def law(n: int, title: str, year: int) -> Record:
        return record(
            n, title=title, document_type="Luật", issue_date=dt.date(year, 1, 1), owner=f"document:{n}"
        )

    old, new, other = about_documents(
        [law(1, "Doanh nghiệp", 2014), law(2, "Doanh nghiệp", 2020), law(3, "Sửa đổi Luật Đất đai", 2021)]
    )
    assert (old.superseded, old.newer) == (True, 6)
    assert (new.superseded, new.newer) == (False, 0)
    assert other.amends and not old.amends


def test_trees_agree_with_walking_down_each() -> None:
    """Against a plain walk over random trees of every shape up to 16 leaves."""
    chance = np.random.default_rng(3)
    tests: list[tuple[int, float, int, int]] = []
    values = np.zeros((9, MOST_LEAVES), np.float32)
    shapes = []

    def grow(leaves: int, tree: int, first: int) -> object:
        if leaves == 1:
            values[tree, first] = chance.normal()
            return float(values[tree, first])
        left = int(chance.integers(1, leaves))
        feature, threshold = int(chance.integers(0, 5)), float(np.float32(chance.normal()))
        tests.append((feature, threshold, tree, 0xFFFF & ~(((1 << left) - 1) << first)))
        return feature, threshold, grow(left, tree, first), grow(leaves - left, tree, first + left)

    for tree in range(9):
        shapes.append(grow(int(chance.integers(1, MOST_LEAVES + 1)), tree, 0))
    columns = [np.array(column) for column in zip(*tests, strict=True)]
    keeps = columns[3].astype(np.uint16)
    model = Trees(
        {"feature": columns[0], "threshold": columns[1], "tree": columns[2], "keeps": keeps, "values": values}
    )
    features = chance.normal(size=(50, 5)).astype(np.float32)
    features[0, 0] = columns[1][columns[0] == 0][0]  # equal to a threshold: the test holds

    def walk(node: object, row: np.ndarray) -> float:
        while isinstance(node, tuple):
            node = node[2] if row[node[0]] <= node[1] else node[3]
        assert isinstance(node, float)
        return node

    expected = [sum(walk(shape, row) for shape in shapes) for row in features]
    assert model(features) == pytest.approx(np.array(expected), abs=1e-5)


# ---------------------------------------------------------------- an invented collection

_MATTERS = [
    ("giấy phép xây dựng", "công trình nhà ở móng cọc bản vẽ thiết kế chủ đầu tư"),
    ("thuế thu nhập", "khấu trừ người nộp thuế kê khai quyết toán lương"),
    ("bảo hiểm y tế", "khám chữa bệnh thẻ viện phí bệnh viện chi trả"),
    ("đăng ký kết hôn", "hộ tịch vợ chồng ủy ban xã giấy khai sinh"),
    ("khai thác khoáng sản", "mỏ cát đá thăm dò trữ lượng bãi thải"),
]
_WHAT = ["điều kiện cấp", "hồ sơ đề nghị", "thời hạn giải quyết", "trách nhiệm thực hiện", "thu hồi"]


def invented() -> list[Record]:
    """150 articles about five matters: the heading names the matter, the text speaks of it in other words."""
    chance = random.Random(5)
    found = []
    for n in range(150):
        matter, words_ = _MATTERS[n // 5 % 5]
        spoken = words_.split()
        lines = [f"{k}. " + " ".join(chance.choices(spoken, k=12)) for k in (1, 2, 3)]
        heading = f"{_WHAT[n % 5].capitalize()} {matter}"
        owner = f"document:{n // 25}"
        found.append(record(n, "\n".join(lines), heading, owner=owner, title=f"Quy định số {n // 25}"))
    return found


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    found = prepare(invented(), epochs=3, least=100)
    assert found is not None
    return found


def test_a_small_collection_teaches_nothing() -> None:
    assert prepare(invented()) is None


@pytest.mark.integration
def test_the_forward_index_gives_back_the_words(prepared: Prepared) -> None:
    arrays, words = prepared.arrays, prepared.words
    row = 7
    start, end = arrays["heading_at"][row : row + 2]
    heading = " ".join(words[n] for n in arrays["heading"][start:end])
    assert heading == "thời hạn giải quyết thuế thu nhập"
    first, last = arrays["clauses_at"][row : row + 2]
    assert last - first == 3
    clause = arrays["text"][arrays["clause_at"][first] : arrays["clause_at"][first + 1]]
    assert words[clause[0]] == "1" and len(clause) == 13
    assert arrays["text_at"][-1] == arrays["clause_at"][-1] == len(arrays["text"])


@pytest.mark.integration
def test_numba_and_scipy_train_alike(prepared: Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    if kernels.numba is None:
        pytest.skip("numba is not installed")
    monkeypatch.setattr(kernels, "numba", None)
    slow = prepare(invented(), epochs=3, least=100)
    assert slow is not None
    assert slow.words == prepared.words
    difference = np.abs(slow.arrays["whole"].astype(int) - prepared.arrays["whole"].astype(int))
    assert difference.mean() < 1.0, "of 127"


def test_all_articles_or_runs_of_neighbours_are_learned_from() -> None:
    assert sampled(10).tolist() == list(range(10))
    rows = sampled(10_000, 800)
    assert len(rows) == 800 and rows[-1] == 9_999 and (np.diff(rows) == 1).mean() > 0.8


@pytest.mark.integration
def test_frequent_pairs_have_terms(prepared: Prepared) -> None:
    size = len(prepared.words)
    terms = find_terms(prepared.arrays, size, np.arange(150))
    number = {word: n for n, word in enumerate(prepared.words)}
    single, pair = terms.of(np.array([number["giấy"], number["phép"], 0]))
    assert single[0] >= 0 and single[2] == -1 and pair[0] >= terms.words and pair[2] == -1


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[TantivyEngine]:
    engine = TantivyEngine(tmp_path / "tantivy")
    yield engine
    engine.close()


@pytest.mark.integration
def test_features_of_a_question(prepared: Prepared, engine: TantivyEngine, tmp_path: Path) -> None:
    store = RankingStore(tmp_path / "ranking")
    store.attach("g", prepared.arrays, prepared.words, **prepared.facts)
    data = store.open("g")
    assert data is not None
    tokens = ("thời", "hạn", "giải", "quyết", "thuế")
    terms = [Term("all", token) for token in tokens] + [Term("pairs", "thời_hạn")]
    counts = dict.fromkeys([*tokens, "thời_hạn"], 30)
    rows = data.rows_of([7, 8, 12])
    question = question_of(data, Asked(terms, tokens, counts, 150, TODAY))
    scores = np.array([3.0, 2.0, 1.0], np.float32)
    seen = look(data, question, TODAY, rows, scores)
    found, clauses = seen.features, seen.clauses
    assert found.shape == (3, len(NAMES)) and np.isfinite(found).all() and len(clauses) == 3
    column = {name: found[:, at] for at, name in enumerate(NAMES)}
    assert column["heading_words"][0] == pytest.approx(1.0)  # all words of the question stand in its heading
    assert column["heading_words"][1] < 1
    assert column["heading_run"][0] == 2  # "thời hạn", the only pair that is asked for
    assert column["heading_pairs"].tolist() == pytest.approx([1.0, 0.0, 1.0])
    assert column["score_rank"].tolist() == [0, 1, 2]
    assert column["score_after"][0] == pytest.approx(2 / 3)
    assert column["missing"][0] == 0 and column["heading_length"][0] == 7


@pytest.mark.integration
def test_defined_terms_count_where_a_definition_is_asked_for(tmp_path: Path) -> None:
    """Who types a term alone wants what is ruled about it."""
    explains = record(200, "1. Móng cọc là phần dưới của công trình.", "Giải thích từ ngữ")
    found = prepare([*invented(), explains], epochs=3, least=100)
    assert found is not None
    store = RankingStore(tmp_path / "ranking")
    store.attach("g", found.arrays, found.words, **found.facts)
    data = store.open("g")
    assert data is not None
    rows = data.rows_of([0, 200])
    for typed, size in (("móng cọc", 0), ("móng cọc là gì", 2), ("móng cọc " * 5, 2)):
        tokens = tuple(typed.split())
        asked = Asked([Term("all", token) for token in tokens], tokens, dict.fromkeys(tokens, 30), 150, TODAY)
        seen = look(data, question_of(data, asked), TODAY, rows, np.array([2.0, 1.0], np.float32))
        assert seen.features[:, NAMES.index("term_words")].tolist() == [0, size], typed


@pytest.mark.integration
def test_only_promising_candidates_move(
    prepared: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Features of a promising candidate are the same whether the others are looked at or not; the others
    follow in the engine's order.
    """
    store = RankingStore(tmp_path / "ranking")
    store.attach("g", prepared.arrays, prepared.words, **prepared.facts)
    data = store.open("g")
    assert data is not None
    tokens = ("hồ", "sơ", "cấp", "giấy", "phép", "xây", "dựng")
    terms = [Term("all", token) for token in tokens] + [Term("pairs", "giấy_phép")]
    asked = Asked(terms, tokens, dict.fromkeys([*tokens, "giấy_phép"], 30), 150, TODAY)
    ordinals = list(range(100, 140))
    scores = [5 - n / 20 for n in range(40)]
    rows, given = data.rows_of(ordinals), np.array(scores, np.float32)
    every = look(data, question_of(data, asked), TODAY, rows, given)
    assert len(every.places) == 40
    monkeypatch.setattr("indexer.ranking.features.LOOKED_AT", 12)
    some = look(data, question_of(data, asked), TODAY, rows, given)
    assert len(some.places) == 12 and (np.diff(some.places) > 0).all()
    assert some.features == pytest.approx(every.features[some.places], abs=1e-5)
    assert (some.clauses == every.clauses[some.places]).all()
    ranked = Ranking(store, "B").rank(asked, "g", ordinals, scores)
    assert ranked is not None and sorted(ranked.order) == list(range(40))
    assert sorted(ranked.order[:12]) == some.places.tolist()
    assert ranked.order[12:] == sorted(ranked.order[12:])


@pytest.mark.integration
def test_reader_ranks_again_when_data_is_attached(
    prepared: Prepared, engine: TantivyEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.ranking.rerank._LOOK_EVERY_SECONDS", 0.0)
    generation = publish(engine, invented())
    store = RankingStore(tmp_path / "ranking")
    plain, ranked = Reader(engine), Reader(engine, ranking=Ranking(store, "B"))
    request = SearchRequest("công trình nhà ở thì cần điều kiện gì để xây dựng", size=20)
    before = plain.search(request)
    assert [h.id for h in ranked.search(request).hits] == [h.id for h in before.hits], "no data: tier A"
    store.attach(generation, prepared.arrays, prepared.words, **prepared.facts)
    after = ranked.search(request)
    assert after.total == before.total and after.facets == before.facets
    assert [h.score for h in after.hits] == sorted((h.score for h in after.hits), reverse=True)
    codes = {parse_note(code)[0] for hit in after.hits for code in hit.why}
    assert "meaning" in codes
    pages = [ranked.search(SearchRequest(request.text, page=n, size=7)).hits for n in (1, 2, 3)]
    assert [h.id for page in pages for h in page][:20] == [h.id for h in after.hits], "pages join"


@pytest.mark.integration
def test_data_of_another_format_or_half_written_is_not_read(prepared: Prepared, tmp_path: Path) -> None:
    store = RankingStore(tmp_path / "ranking")
    store.attach("g", prepared.arrays, prepared.words, **prepared.facts)
    names = tmp_path / "ranking" / "g" / "ARRAYS.json"
    names.write_text(names.read_text().replace('"format": 1', '"format": 0'))
    assert store.open("g") is None
    names.unlink()
    assert store.open("g") is None and store.open("unknown") is None
    store.attach("h", prepared.arrays, prepared.words, **prepared.facts)
    store.clean("h")
    assert [path.name for path in (tmp_path / "ranking").iterdir()] == ["h"]


def test_words_that_came_later_have_no_number() -> None:
    forward = Forward(["", "giấy"][1:], grow=False)
    forward.add(record(1, "giấy mới", "Giấy"))
    assert forward.arrays()["text"].tolist() == [1, 0]


def test_the_network_learns_downhill() -> None:
    """Its gradients against differences of the loss."""
    chance = np.random.default_rng(1)
    weights = {name: value.astype(np.float64) for name, value in new_weights(2).items()}
    seen = Matches(chance.normal(size=(4, TERM_INPUTS)), chance.normal(size=(5, 4, MATCH_INPUTS)))
    inputs = chance.normal(size=(5, GLOBAL_INPUTS))

    def loss() -> float:
        scores, _ = forward(weights, seen, inputs)
        return float(np.log(np.exp(scores).sum()) - scores[2])

    scores, held = forward(weights, seen, inputs)
    slope = np.exp(scores) / np.exp(scores).sum()
    slope[2] -= 1
    gradients = backward(weights, seen, inputs, held, slope)
    for name, value in weights.items():
        at = np.unravel_index(int(np.abs(gradients[name]).argmax()), value.shape)
        value[at] += 1e-5
        above = loss()
        value[at] -= 2e-5
        below = loss()
        value[at] += 1e-5
        assert gradients[name].reshape(value.shape)[at] == pytest.approx((above - below) / 2e-5, rel=1e-3), (
            name
        )


def add_matters(database: sa.Engine, number: int, matters: slice) -> None:
    """A document with an article for every invented one in the slice."""
    found = invented()[matters]
    articles = {str(n): f"{bare_heading(r)}\n{r.text}" for n, r in enumerate(found, 1)}
    add_document(database, number, articles)


@pytest.mark.integration
def test_changes_reach_the_re_ranking_data(database: sa.Engine, settings: Settings) -> None:
    engine = TantivyEngine(settings.index_dir / "tantivy")
    store = ranking_store(settings)
    for number in (1, 2, 3):
        add_matters(database, number, slice(20 * number, 20 * number + 20))
    generation = build(engine, database).generation
    assert attach_ranking(engine, database, store, epochs=2, least=20) is not None
    before = store.open(generation)
    assert before is not None and before.facts["articles"] == 60
    assert renew_ranking(engine, database, store) == 0, "nothing changed"
    add_matters(database, 4, slice(100, 107))
    with database.begin() as connection:
        connection.execute(
            sa.delete(t.provisions).where(t.provisions.c.document_id == 2, t.provisions.c.number != "3")
        )
        announce(connection, "document", 2)
    sync(engine, database)
    assert renew_ranking(engine, database, store) == 2
    after = store.open(generation)
    assert after is not None
    assert after.facts["articles"] == 20 + 1 + 20 + 7 == len(after.arrays["ordinals"])
    assert (np.diff(after.arrays["ordinals"]) > 0).all()

    def texts(data: RankingData) -> dict[int, list[str]]:
        """Ordinal → words of the heading and of each clause, and of the title."""
        words_, arrays = ["", *data.number_of], data.arrays

        def said(name: str, start: int, end: int) -> str:
            return " ".join(words_[n] for n in arrays[name][start:end])

        found = {}
        for row, ordinal in enumerate(arrays["ordinals"].tolist()):
            title = arrays["title_of"][row]
            clauses = range(arrays["clauses_at"][row], arrays["clauses_at"][row + 1])
            found[ordinal] = [
                said("heading", *arrays["heading_at"][row : row + 2]),
                said("title", *arrays["title_at"][title : title + 2]),
                *(said("text", *arrays["clause_at"][c : c + 2]) for c in clauses),
            ]
        return found

    old, new = texts(before), texts(after)
    for ordinal, text in new.items():
        if ordinal >> 20 in (1, 3):
            assert text == old[ordinal]
            at, was = after.rows_of([ordinal])[0], before.rows_of([ordinal])[0]
            assert (after.arrays["whole"][at] == before.arrays["whole"][was]).all()
    assert [len(text) - 2 for ordinal, text in new.items() if ordinal >> 20 == 4] == [3] * 7
    assert renew_ranking(engine, database, store) == 0
    found = Reader(engine, ranking=Ranking(store, "B")).search(
        SearchRequest("đăng ký kết hôn ở đâu thì được")
    )
    assert found.hits
    engine.close()


@pytest.mark.integration
def test_both_shipped_models_order_what_they_are_given(prepared: Prepared, tmp_path: Path) -> None:
    """Of articles about five matters the one whose heading is asked for comes first."""
    store = RankingStore(tmp_path / "ranking")
    store.attach("g", prepared.arrays, prepared.words, **prepared.facts)
    tokens = ("thời", "hạn", "giải", "quyết", "thuế", "thu", "nhập")
    pairs_ = [f"{a}_{b}" for a, b in pairwise(tokens)]
    terms = [*(Term("all", token) for token in tokens), *(Term("pairs", pair) for pair in pairs_)]
    asked = Asked(terms, tokens, dict.fromkeys([*tokens, *pairs_], 30), 150, TODAY)
    for model in ("trees", "network"):
        ranked = Ranking(store, "C", model).rank(asked, "g", [12, 2, 7, 20], [4.0, 3.9, 3.8, 1.0])
        assert ranked is not None and sorted(ranked.order) == [0, 1, 2, 3]
        assert ranked.order[0] == 2, model
