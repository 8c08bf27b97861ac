"""The one contract of all engines. A new engine's test file says how to open it, nothing else."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from indexer.query.mining import ABBREVIATIONS, Miner, dump
from indexer.reader import Reader
from schemas.engine import AllOf, AnyOf, Equals, Has, NoneOf, Phrase, Query, SearchEngine, Term
from schemas.errors import BadSearch, IndexBuildError, SearchUnavailable
from schemas.search import FACETS, MARK_END, MARK_START, UNKNOWN, Record, SearchRequest, SearchResults, note

Opener = Callable[[], SearchEngine]


def record(n: int, text: str = "", heading: str = "", /, **values: Any) -> Record:
    """An article with what a test cares about."""
    common: dict[str, Any] = {
        "id": f"test:{n}",
        "kind": "provision",
        "source_id": str(n),
        "number": f"{n}/2020/NĐ-CP",
        "provision": f"dieu-{n}",
        "title": "Quy định thử",
        "heading": f"Điều {n}. {heading}",
        "text": text,
        "url": f"/van-ban/{n}-2020-nd-cp/dieu-{n}",
        "owner": f"document:{n}",
        "ordinal": n,
    }
    return Record(**(common | values))


def publish(engine: SearchEngine, records: Iterable[Record], position: int = 0) -> str:
    """A new generation of exactly these records."""
    with engine.create() as writer:
        count = writer.add(records)
        writer.publish(position, expected=count)
        return writer.generation


def publish_whole(engine: SearchEngine, records: Iterable[Record]) -> None:
    """A new generation as `build` makes it, with what is found in the texts."""
    miner = Miner()
    with engine.create() as writer:
        writer.add(miner.watch(records))
        writer.keep(ABBREVIATIONS, dump(miner.found()))
        writer.publish(0)


def found(engine: SearchEngine, query: Query) -> list[str]:
    """Ids in order, without their prefix."""
    return [item.record.id.removeprefix("test:") for item in engine.search(query).items]


def words(field: Any, *texts: str) -> tuple[Term, ...]:
    return tuple(Term(field, text) for text in texts)


def build_and_die(opener: Any, arguments: tuple[Any, ...]) -> None:
    """In a process of its own: a build that is killed when all records are written but nothing published."""
    with opener(*arguments).create() as writer:
        writer.add(record(n, "giấy phép dở dang") for n in range(50, 90))
        os.kill(os.getpid(), signal.SIGKILL)


def update_and_die(opener: Any, arguments: tuple[Any, ...]) -> None:
    """In a process of its own: a change that is killed before it is published."""
    with opener(*arguments).update() as writer:
        writer.remove(["document:1"])
        writer.add([record(2, "giấy phép dở dang", owner="document:2")])
        os.kill(os.getpid(), signal.SIGKILL)


class EngineContract:
    """Subclasses give the fixture `opening`: a function at module level and its arguments."""

    @pytest.fixture
    def opening(self) -> tuple[Callable[..., SearchEngine], tuple[Any, ...]]:
        raise NotImplementedError

    @pytest.fixture
    def opener(self, opening: tuple[Callable[..., SearchEngine], tuple[Any, ...]]) -> Any:
        """Opens the engine; what was opened is closed at the end."""
        opened: list[SearchEngine] = []

        def open_one() -> SearchEngine:
            opened.append(opening[0](*opening[1]))
            return opened[-1]

        yield open_one
        for engine in opened:
            engine.close()

    @pytest.fixture
    def engine(self, opener: Opener) -> SearchEngine:
        return opener()

    # ------------------------------------------------------------ generations

    def test_nothing_published(self, engine: SearchEngine) -> None:
        assert engine.state() is None
        with pytest.raises(SearchUnavailable):
            engine.search(Query())
        with pytest.raises(SearchUnavailable):
            engine.count()
        with pytest.raises(SearchUnavailable):
            Reader(engine).search(SearchRequest("giấy phép"))
        with pytest.raises(IndexBuildError), engine.update():
            pass

    def test_published_is_counted_and_read_back(self, engine: SearchEngine) -> None:
        whole = record(
            2,
            "Nội dung “đầy đủ”",
            "Đề mục",
            document_type="Nghị định",
            agencies=("Chính phủ", "Bộ Công Thương, Bộ Y tế"),
            fields=("Y tế, dược",),
            validity="CHL",
            issue_date=dt.date(2020, 2, 29),
            effective_date=dt.date(2020, 4, 1),
            valid_from=dt.date(2020, 4, 1),
            valid_until=dt.date(9999, 12, 31),
            neighbours=("Chương I",),
            cited_by=3,
            sample=True,
        )
        generation = publish(engine, [record(1, kind="document"), whole], position=17)
        state = engine.state()
        assert state is not None
        assert (state.generation, state.position) == (generation, 17)
        assert dict(engine.count()) == {"document": 1, "provision": 1}
        assert engine.get(["test:2", "test:9", "test:1"]) == (whole, record(1, kind="document"))
        assert engine.get([]) == ()

    def test_what_is_kept_goes_with_the_generation(self, opener: Opener) -> None:
        engine = opener()
        with engine.create() as writer:
            writer.keep("abbreviations", b"first \x00\xff")
            writer.publish(0, expected=0)
        assert engine.kept("abbreviations") == b"first \x00\xff" == opener().kept("abbreviations")
        assert engine.kept("else") is None
        with engine.update() as changes:
            changes.add([record(1)])
            changes.publish(1)
        assert engine.kept("abbreviations") == b"first \x00\xff"
        publish(engine, [])
        assert engine.kept("abbreviations") is None

    def test_empty_generation(self, engine: SearchEngine) -> None:
        publish(engine, [])
        assert engine.search(Query(words("all", "phép"), facets=FACETS)).total == 0
        assert Reader(engine).search(SearchRequest("giấy phép")).hits == ()
        assert sum(engine.count().values()) == 0

    def test_other_readers_see_the_new_generation(self, opener: Opener) -> None:
        writer, reader = opener(), opener()
        publish(writer, [record(1, "cũ")])
        assert found(reader, Query()) == ["1"]
        with writer.create() as new:
            new.add([record(2, "mới")])
            assert found(reader, Query()) == ["1"]
            new.publish(0)
            assert found(reader, Query()) == ["2"]
        assert found(opener(), Query()) == ["2"]
        assert reader.search(Query()).generation == new.generation

    def test_dropped_on_failure(self, engine: SearchEngine) -> None:
        old = publish(engine, [record(1, "cũ")], 3)
        with pytest.raises(ZeroDivisionError), engine.create() as writer:
            writer.add([record(2, "mới")])
            raise ZeroDivisionError
        with pytest.raises(IndexBuildError), engine.create() as writer:
            writer.add([record(2, "mới")])
            writer.publish(9, expected=2)
        state = engine.state()
        assert state is not None and (state.generation, state.position) == (old, 3)
        assert found(engine, Query()) == ["1"]

    def test_two_builds_at_once_are_refused(self, opener: Opener) -> None:
        first, second = opener(), opener()
        with first.create() as writer:
            with pytest.raises(IndexBuildError), second.create():
                pass
            writer.add([record(1)])
            writer.publish(0, expected=1)
        assert found(second, Query()) == ["1"]

    def test_readers_go_on_while_generations_change(self, opener: Opener) -> None:
        engine = opener()
        publish(engine, [record(n, "giấy phép") for n in range(3)])
        stop, seen, errors = threading.Event(), set(), []

        def read() -> None:
            reader = opener()
            while not stop.is_set():
                try:
                    seen.add(reader.search(Query(words("all", "phép"), limit=50)).total)
                except Exception as error:
                    errors.append(error)

        threads = [threading.Thread(target=read) for _ in range(3)]
        for thread in threads:
            thread.start()
        for size in (5, 7, 9):
            publish(engine, [record(n, "giấy phép") for n in range(size)])
            engine.clean()
        stop.set()
        for thread in threads:
            thread.join()
        assert not errors
        assert seen <= {3, 5, 7, 9}

    @pytest.mark.integration
    @pytest.mark.parametrize("killed", [build_and_die, update_and_die])
    def test_a_killed_writer_changes_nothing(
        self, opening: Any, opener: Opener, killed: Callable[..., None]
    ) -> None:
        publish(opener(), [record(1, "giấy phép cũ")], 5)
        process = multiprocessing.get_context("spawn").Process(target=killed, args=opening)
        process.start()
        process.join(60)
        assert process.exitcode == -signal.SIGKILL
        engine = opener()
        state = engine.state()
        assert state is not None and state.position == 5
        assert found(engine, Query(words("all", "phép"))) == ["1"]
        publish(engine, [record(3, "giấy phép mới")], 6)
        assert found(engine, Query(words("all", "phép"))) == ["3"]
        assert sum(engine.count().values()) == 1

    # ------------------------------------------------------------ changes

    def test_changes_replace_what_an_owner_has(self, engine: SearchEngine) -> None:
        publish(
            engine,
            [record(1, owner="document:1"), record(2, owner="document:1"), record(3, owner="document:10")],
        )
        with engine.update() as writer:
            writer.remove(["document:1", "document:99"])
            writer.add([record(2, "mới", owner="document:1")])
            assert found(engine, Query(sort="oldest")) == ["1", "2", "3"]
            writer.publish(12)
        assert found(engine, Query(sort="oldest")) == ["2", "3"]
        assert engine.get(["test:2"])[0].text == "mới"
        state = engine.state()
        assert state is not None and state.position == 12
        assert engine.search(Query(facets=("kind",))).facets["kind"] == {"provision": 2}

    def test_changes_without_publish_are_forgotten(self, engine: SearchEngine) -> None:
        publish(engine, [record(1)], 1)
        with pytest.raises(ZeroDivisionError), engine.update() as writer:
            writer.remove(["document:1"])
            raise ZeroDivisionError
        with engine.update() as writer:
            writer.add([record(2)])
        assert found(engine, Query()) == ["1"]
        with engine.update() as writer:
            writer.publish(2)
        assert found(engine, Query()) == ["1"]

    # ------------------------------------------------------------ finding

    def test_filters_are_any_of_values_and_all_of_fields(self, engine: SearchEngine) -> None:
        publish(
            engine,
            [
                record(1, document_type="Luật", agencies=("Quốc hội",), issue_date=dt.date(2019, 1, 1)),
                record(2, document_type="Nghị định", agencies=("Chính phủ", "Bộ A, B")),
                record(3, document_type="Nghị định", agencies=("Bộ C",), validity="CHL"),
            ],
        )

        def filtered(**filters: tuple[str, ...]) -> list[str]:
            return found(engine, Query(filters=filters, sort="oldest"))

        assert filtered(document_type=("Nghị định",)) == ["2", "3"]
        assert filtered(document_type=("Luật", "Nghị định")) == ["1", "2", "3"]
        assert filtered(document_type=("Nghị định",), agencies=("Bộ A, B", "Quốc hội")) == ["2"]
        assert filtered(document_type=("nghị định",)) == []
        assert filtered(year=("2019",)) == ["1"]
        assert filtered(validity=(UNKNOWN,)) == ["1", "2"]
        assert filtered(kind=("procedure",)) == []

    def test_an_agency_includes_those_merged_into_it(self, engine: SearchEngine) -> None:
        former = ("Bộ Giao thông vận tải", "Bộ Công an")
        publish(engine, [record(1, agencies=former), record(2, agencies=("Bộ xây dựng",))])
        query = Query(filters={"agencies": ("Bộ Xây dựng",)}, facets=("agencies",), sort="oldest")
        assert found(engine, query) == ["1", "2"]
        counts = engine.search(query).facets["agencies"]
        assert counts == {"Bộ Xây dựng": 2, "Bộ Công an": 1, "Bộ Giao thông vận tải": 1}
        assert engine.get(["test:1"])[0].agencies == former

    def test_facets_count_what_is_found(self, engine: SearchEngine) -> None:
        publish(
            engine,
            [
                record(1, "giấy phép", document_type="Luật", fields=("A", "B")),
                record(2, "giấy phép", document_type="Nghị định", fields=("B",)),
                record(3, "giấy phép", document_type="Nghị định"),
                record(4, "thuế", document_type="Thông tư", fields=("C",)),
            ],
        )
        query = Query(words("all", "giấy"), facets=("document_type", "fields", "year"))
        facets = engine.search(query).facets
        assert list(facets["document_type"].items()) == [("Nghị định", 2), ("Luật", 1)]
        assert facets["fields"] == {"B": 2, "A": 1}
        assert facets["year"] == {}
        filtered = engine.search(replace(query, filters={"document_type": ("Luật",)}))
        assert filtered.total == 1
        assert filtered.facets["fields"] == {"A": 1, "B": 1}
        assert filtered.facets["document_type"] == {"Nghị định": 2, "Luật": 1}
        assert engine.search(replace(query, limit=1, offset=1)).facets == facets

    def test_validity_on_a_day(self, engine: SearchEngine) -> None:
        first, last = dt.date(2020, 1, 1), dt.date(2022, 1, 1)
        publish(
            engine,
            [
                record(1, valid_from=first, valid_until=last),
                record(2, valid_from=first),
                record(3, valid_until=last),
                record(4),
            ],
        )

        def valid(day: dt.date) -> list[str]:
            return found(engine, Query(valid_on=day, sort="oldest"))

        assert valid(first - dt.timedelta(1)) == ["3", "4"]
        assert valid(first) == ["1", "2", "3", "4"]
        assert valid(last - dt.timedelta(1)) == ["1", "2", "3", "4"]
        assert valid(last) == ["2", "4"]
        assert valid(dt.date.max) == ["2", "4"]
        assert valid(dt.date.min) == ["3", "4"]

    def test_phrases(self, engine: SearchEngine) -> None:
        publish(
            engine,
            [
                record(1, "cấp giấy phép xây dựng nhà ở"),
                record(2, "xây dựng giấy, cấp phép"),
                record(3, "phép của giấy", "Cấp giấy phép"),
                record(4, "giầy phép xây dựng"),
                record(5, "dựng xây phép", "Giấy"),
            ],
        )

        def phrase(field: Any, *texts: str) -> list[str]:
            return found(engine, Query(match=Phrase(field, texts), sort="oldest"))

        assert phrase("all", "giấy", "phép") == ["1", "3"]
        assert phrase("all", "giấy", "phép", "xây", "dựng") == ["1"]
        assert phrase("fold", "giay", "phep", "xay", "dung") == ["1", "4"]
        assert phrase("all", "cấp", "giấy") == ["1", "3"]
        assert phrase("all", "phép", "cấp") == []  # the heading is written several times, never as a phrase
        assert phrase("all", "giấy", "dựng") == []
        assert phrase("all", "giấy") == ["1", "2", "3", "5"]

    def test_boolean(self, engine: SearchEngine) -> None:
        publish(
            engine,
            [
                record(1, "thuế đất", document_type="Luật"),
                record(2, "thuế nhà"),
                record(3, "phí đất"),
                record(4, "khác", number=None),
            ],
        )
        tax, land = Has("all", "thuế"), Has("all", "đất")

        def matching(match: Any) -> list[str]:
            return found(engine, Query(match=match, sort="oldest"))

        assert matching(AllOf((tax, land))) == ["1"]
        assert matching(AnyOf((tax, land))) == ["1", "2", "3"]
        assert matching(NoneOf(tax)) == ["3", "4"]
        assert matching(AllOf((land, NoneOf(tax)))) == ["3"]
        assert matching(NoneOf(AnyOf((tax, land)))) == ["4"]
        assert matching(AllOf(())) == ["1", "2", "3", "4"]
        assert matching(AnyOf(())) == []
        assert matching(AnyOf((Equals("document_type", "Luật"), Has("fold", "phi")))) == ["1", "3"]
        assert matching(
            AllOf((AnyOf((land, Has("all", "nhà"))), NoneOf(Equals("document_type", "Luật"))))
        ) == [
            "2",
            "3",
        ]

    # ------------------------------------------------------------ order

    def test_relevance_with_clear_margins(self, engine: SearchEngine) -> None:
        filler = "quy định chung về các nội dung khác của văn bản này và trách nhiệm thi hành " * 4
        publish(
            engine,
            [
                record(1, filler, "Tổ chức thực hiện"),
                record(2, filler + "giấy phép lái xe", "Trách nhiệm"),
                record(3, filler, "Giấy phép lái xe"),
                record(4, filler + "lái tàu có giấy", "Phép tắc"),
            ],
        )
        query = Query(words("all", "giấy", "phép", "lái", "xe") + words("pairs", "giấy_phép", "phép_lái"))
        assert found(engine, query) == ["3", "2", "4"]
        weighty = Term("all", "tàu", 50.0)
        assert found(engine, replace(query, terms=(*query.terms, weighty)))[0] == "4"
        only = replace(query, match=Has("all", "tàu"))
        assert found(engine, only) == ["4"]
        scores = [item.score for item in engine.search(query).items]
        assert scores == sorted(scores, reverse=True) and scores[-1] > 0

    def test_equal_scores_by_ordinal(self, engine: SearchEngine) -> None:
        publish(engine, [record(n, "giấy phép") for n in (9, 3, 7, 1, 5)])
        with engine.update() as writer:
            writer.remove(["document:3"])
            writer.add([record(3, "giấy phép"), record(2, "giấy phép")])
            writer.publish(1)
        assert found(engine, Query(words("all", "phép"))) == ["1", "2", "3", "5", "7", "9"]

    def test_sorted_by_date_then_ordinal(self, engine: SearchEngine) -> None:
        days = {4: dt.date(2020, 5, 1), 2: dt.date(2021, 1, 1), 1: dt.date(2020, 5, 1), 3: None, 5: None}
        publish(engine, [record(n, "giấy phép", issue_date=day) for n, day in days.items()])
        query = Query(words("all", "phép"), sort="newest")
        assert found(engine, query) == ["2", "1", "4", "3", "5"]
        assert found(engine, replace(query, sort="oldest")) == ["1", "4", "2", "3", "5"]

    @pytest.mark.parametrize("facets", [(), ("kind",)])
    @pytest.mark.parametrize("sort", ["relevance", "newest"])
    def test_pages_join_to_the_whole(self, engine: SearchEngine, sort: Any, facets: tuple[str, ...]) -> None:
        days = [dt.date(2020, 1, 1 + n % 3) for n in range(25)]
        publish(engine, [record(n, "giấy phép " * (1 + n % 4), issue_date=days[n]) for n in range(25)])
        query = Query(words("all", "phép"), sort=sort, limit=25, facets=facets)
        whole = found(engine, query)
        assert len(set(whole)) == 25
        pages = [found(engine, replace(query, offset=at, limit=4)) for at in range(0, 28, 4)]
        assert [id_ for page in pages for id_ in page] == whole
        last = engine.search(replace(query, offset=24, limit=4))
        assert last.total == 25
        assert last.facets == ({"kind": {"provision": 25}} if facets else {})
        assert engine.search(replace(query, offset=40)).items == ()

    @pytest.mark.parametrize("sort", ["relevance", "newest"])
    def test_shortlist_is_the_search_without_its_records(self, engine: SearchEngine, sort: Any) -> None:
        days = [dt.date(2020, 1, 1 + n % 3) for n in range(25)]
        publish(engine, [record(n, "giấy phép " * (1 + n % 4), issue_date=days[n]) for n in range(25)])
        query = Query(words("all", "phép"), sort=sort, limit=25, facets=("kind",))
        whole = engine.search(query)
        listed = engine.shortlist(replace(query, offset=3, limit=2), 20)
        assert listed.ordinals == tuple(item.record.ordinal for item in whole.items[:20])
        assert listed.scores == pytest.approx([item.score for item in whole.items[:20]])
        assert (listed.total, listed.generation) == (25, whole.generation)
        assert listed.facets == {"kind": {"provision": 25}}
        assert listed.load([4, 0, 19]) == tuple(whole.items[at].record for at in (4, 0, 19))
        assert listed.load([]) == ()
        nothing = engine.shortlist(Query(words("all", "không")), 20)
        assert (nothing.total, nothing.ordinals, nothing.load([])) == (0, (), ())

    def test_frequencies(self, engine: SearchEngine) -> None:
        publish(engine, [record(1, "thuế đất"), record(2, "thuế"), record(3, "thuê", "Thuế")])
        assert tuple(engine.frequencies("all", ["thuế", "đất", "không"])) == (3, 1, 0)
        assert tuple(engine.frequencies("fold", ["thue"])) == (3,)
        assert tuple(engine.frequencies("pairs", ["thuế_đất"])) == (1,)
        vocabulary = dict(engine.vocabulary())
        assert (vocabulary["thuế"], vocabulary["đất"], vocabulary["thuê"]) == (3, 1, 1)

    def test_words_that_a_change_brings_are_counted(self, opener: Opener) -> None:
        engine, reader = opener(), opener()
        publish(engine, [record(1, "thuế đất"), record(2, "thuế")])
        assert reader.state() is not None
        assert tuple(reader.frequencies("all", ["thuế", "mỏ"])) == (2, 0)
        with engine.update() as writer:
            writer.add([record(3, "mỏ than")])
            writer.publish(2)
        # A reader sees the change when it looks at the state or searches, as the site does all the time.
        assert reader.state() is not None and reader.search(Query()).total == 3
        assert tuple(reader.frequencies("all", ["mỏ", "không"])) == (1, 0)
        assert tuple(reader.frequencies("pairs", ["mỏ_than", "than_mỏ"])) == (1, 0)
        assert tuple(engine.frequencies("all", ["mỏ", "không"])) == (1, 0)

    # ------------------------------------------------------------ through the reader

    @pytest.fixture
    def reader(self, engine: SearchEngine) -> Reader:
        law = record(
            7,
            "Căn cứ Hiến pháp",
            id="test:7",
            kind="document",
            heading="",
            provision=None,
            title="Doanh nghiệp",
            number="59/2020/QH14",
            document_type="Luật",
            issue_date=dt.date(2020, 6, 17),
            url="/van-ban/59-2020-qh14",
        )
        publish(
            engine,
            [
                record(
                    1, "Chủ đầu tư nộp 01 bộ hồ sơ.\n2. Giấy phép xây dựng được cấp trong 15 ngày.", "Thủ tục"
                ),
                record(2, "Cơ sở phải có giấy phép.", "Điều kiện", valid_until=dt.date(2001, 1, 1)),
                record(3, "Hoà giải ở cơ sở; thuỷ lợi nhỏ.", "Hòa giải"),
                law,
                record(8, "1. Quyền của doanh nghiệp.\n2. Quyền", "Quyền", id="test:7:dieu-7", source_id="7"),
                record(9, "Nộp thuế", kind="procedure", number="1.001193", title="Kê khai thuế", heading=""),
            ],
        )
        return Reader(engine)

    @staticmethod
    def ids(results: SearchResults) -> list[str]:
        return [hit.id.removeprefix("test:") for hit in results.hits]

    def test_unaccented_words_mark_accented_text(self, reader: Reader) -> None:
        for text in ("giay phep xay dung", "GIẤY PHÉP xây dựng", "giấy phép xây dựng"):
            results = reader.search(SearchRequest(text))
            assert self.ids(results) == ["1"], text
            marked = f"{MARK_START}Giấy phép xây dựng{MARK_END}"
            assert marked in results.hits[0].snippet, text
            assert results.hits[0].snippet.startswith("2. "), "the clause that answers is shown"

    def test_accented_words_do_not_mark_other_words(self, reader: Reader) -> None:
        results = reader.search(SearchRequest("hòa giải thủy lợi"))
        assert self.ids(results) == ["3"]
        assert f"{MARK_START}Hoà giải{MARK_END}" in results.hits[0].snippet
        assert f"{MARK_START}thuỷ lợi{MARK_END}" in results.hits[0].snippet
        assert f"{MARK_START}nhỏ" not in results.hits[0].snippet

    def test_marks_are_put_back_and_mistakes_mended_and_said(self, reader: Reader) -> None:
        results = reader.search(SearchRequest("giay phep xay dung"))
        assert (results.understood.text, results.understood.changed) == ("giấy phép xây dựng", True)
        assert note("restored", "giay phep xay dung", "giấy phép xây dựng") in results.understood.notes
        results = reader.search(SearchRequest("giấyy phép xây dựng"))
        assert self.ids(results) == ["1"] and note("corrected", "giấyy", "giấy") in results.understood.notes
        as_typed = reader.search(SearchRequest("giay phep xay dung", exact=True)).understood
        assert (as_typed.text, as_typed.changed) == ("giay phep xay dung", False)

    def test_abbreviations_and_synonyms_are_searched_too_and_said(
        self, engine: SearchEngine, reader: Reader, tmp_path: Path
    ) -> None:
        results = reader.search(SearchRequest("thời hạn GPXD"))
        assert self.ids(results) == ["1"]
        assert note("expanded", "GPXD", "giấy phép xây dựng") in results.understood.notes
        assert f"{MARK_START}Giấy phép xây dựng{MARK_END}" in results.hits[0].snippet
        assert note("synonym", "giấy phép xây dựng", "GPXD") in results.hits[0].why
        assert not reader.search(SearchRequest("thời hạn GPXD", exact=True)).hits
        own = tmp_path / "own.txt"
        own.write_text("xin xây nhà => giấy phép xây dựng", encoding="utf-8")
        assert self.ids(Reader(engine, synonyms=own).search(SearchRequest("xin xây nhà"))) == ["1"]

    def test_a_document_or_procedure_is_first_for_its_name_typed_short(self, engine: SearchEngine) -> None:
        decree = {"document_type": "Nghị định", "title": "Quy định về quản lý hóa đơn, chứng từ"}
        speaks = "hóa đơn cấp giấy phép bán lẻ rượu nghị định này"
        articles = [record(n, speaks, "Hóa đơn", **decree) for n in range(1, 6)]
        articles += [record(n, speaks, "Cấp giấy phép bán lẻ rượu", title="Rượu") for n in range(6, 11)]
        whole = record(20, " ".join(["gồm nhiều điều khác"] * 40), kind="document", heading="", **decree)
        named = "Cấp giấy phép bán lẻ rượu trên địa bàn quận, huyện"
        procedure = record(21, "thủ tục này cần một bộ hồ sơ", kind="procedure", heading="", title=named)
        publish(engine, [*articles, whole, procedure])
        reader = Reader(engine)
        for text, first in (
            ("nghị định hóa đơn", "20"),
            ("nghi dinh hoa don", "20"),
            ("nghị định quản lý hóa đơn", "20"),
            ("cấp giấy phép bán lẻ", "21"),
            ("thủ tục cấp giấy phép bán lẻ", "21"),
        ):
            assert self.ids(reader.search(SearchRequest(text)))[0] == first, text

    def test_what_explains_a_term_need_not_hold_the_question(self, engine: SearchEngine) -> None:
        publish(engine, [record(1, "1. Giáo trình là tài liệu."), record(2, "Tài liệu là gì thì ghi rõ.")])
        for text in ("giáo trình là gì", "giao trinh la gi?", "giáo trình nghĩa là gì"):
            results = Reader(engine).search(SearchRequest(text))
            assert self.ids(results)[0] == "1" and note("relaxed") not in results.understood.notes, text

    def test_the_word_that_tells_most_is_needed(self, engine: SearchEngine) -> None:
        """Even where the others stand in the heading, and each word of a question of six is no condition."""
        about = [record(n, "Phòng hát karaoke cách âm.", "Địa điểm") for n in range(5)]
        others = [record(n, "Cơ sở đăng ký trước.", "Điều kiện kinh doanh dịch vụ") for n in range(5, 90)]
        publish(engine, [*about, *others])
        found = Reader(engine).search(SearchRequest("điều kiện kinh doanh dịch vụ karaoke"))
        assert sorted(self.ids(found)) == ["0", "1", "2", "3", "4"]

    def test_only_what_is_in_force_unless_asked(self, reader: Reader) -> None:
        assert self.ids(reader.search(SearchRequest("giấy phép"))) == ["1"]
        assert sorted(self.ids(reader.search(SearchRequest("giấy phép", in_force=False)))) == ["1", "2"]
        then = SearchRequest("giấy phép", on_date=dt.date(2000, 1, 1))
        assert sorted(self.ids(reader.search(then))) == ["1", "2"]

    def test_suggestions_by_beginnings_of_words(self, reader: Reader) -> None:
        assert [s.url for s in reader.suggest("luat doa")] == ["/van-ban/59-2020-qh14"]
        assert reader.suggest("Doanh ngh")[0].url == "/van-ban/59-2020-qh14"
        assert [s.kind for s in reader.suggest("kê khai")] == ["procedure"]
        assert [s.text for s in reader.suggest("59/2020")][:1] == ["59/2020/QH14: Doanh nghiệp"]
        assert reader.suggest("k2 đ7 luật doanh nghiệp 2020")[0].url == "/van-ban/59-2020-qh14/dieu-7/khoan-2"
        assert reader.suggest("1.001193")[0].kind == "procedure"
        assert reader.suggest("xyz") == () == reader.suggest(" ")

    def test_suggestions_of_terms_and_lines_whatever_marks_and_abbreviations(
        self, engine: SearchEngine
    ) -> None:
        terms = "1. Giấy phép xây dựng là văn bản.\n2. Nhà thầu là tổ chức."
        certificate = {
            "kind": "procedure",
            "title": "Cấp giấy phép xây dựng",
            "heading": "",
            "url": "/thu-tuc/1",
        }
        publish_whole(engine, [record(1, terms, "Giải thích từ ngữ"), record(2, "", **certificate)])
        reader = Reader(engine)
        for typed in ("GPXD", "gpxd", "giay phep xay", "xây giấy"):
            kinds = {s.kind: s.text for s in reader.suggest(typed)}
            assert kinds["term"] == "Giấy phép xây dựng", typed
            assert kinds["procedure"] == "Cấp giấy phép xây dựng", typed
        assert "/dieu-kien/" in [
            s.url[:11] for s in reader.suggest("dich vu karao") if s.kind == "business_line"
        ]
        assert len(reader.suggest("kinh doanh", 5)) == 5

    def test_another_wording_is_offered(self, reader: Reader) -> None:
        assert reader.search(SearchRequest("giấy phép xây dựng")).suggestion is None
        typed = reader.search(SearchRequest("giay phep xay dung", exact=True))
        assert typed.suggestion == "giấy phép xây dựng"
        dropped = reader.search(SearchRequest("giấy phép 987654"))
        assert dropped.suggestion == "giấy phép"
        explained = reader.search(SearchRequest("GPXD 987654"))
        assert explained.suggestion == "gpxd", "what stands for other words is not dropped"
        assert note("relaxed") in dropped.understood.notes

    def test_what_stands_in_the_way_is_said(self, reader: Reader) -> None:
        request = SearchRequest("987654", exact=True)
        assert note("nowhere", "987654") in reader.search(request).understood.notes
        filtered = SearchRequest("giấy phép", filters={"kind": ("plan",)})
        assert note("unfiltered", "1") in reader.search(filtered).understood.notes
        ended = reader.search(SearchRequest("phải"))
        assert ended.total == 0 and note("any_validity", "1") in ended.understood.notes

    def test_numbers_of_other_years_are_offered(self, reader: Reader) -> None:
        found = reader.search(SearchRequest("59/2031/QH14"))
        assert [jump.number for jump in found.jumps] == ["59/2020/QH14"]
        assert note("other_numbers") in found.understood.notes

    def test_a_number_nobody_holds_is_said_though_words_are_found(self, reader: Reader) -> None:
        found = reader.search(SearchRequest("nghị định 999/2018 giấy phép xây dựng"))
        assert found.total and not found.jumps
        assert note("no_document", "999/2018/NĐ-CP") in found.understood.notes
        assert note("no_procedure", "1.999999") in reader.search(SearchRequest("1.999999")).understood.notes
        assert not reader.search(SearchRequest("1999999")).jumps

    @pytest.mark.parametrize(
        "typed",
        ["59/2020/QH14", "59 2020 qh14", "luật 59/2020", "luật doanh nghiệp 2020", "Luat doanh nghiep"],
    )
    def test_numbers_and_titles_jump(self, reader: Reader, typed: str) -> None:
        assert [jump.url for jump in reader.search(SearchRequest(typed)).jumps] == ["/van-ban/59-2020-qh14"]

    def test_jump_to_a_provision(self, reader: Reader) -> None:
        (jump,) = reader.search(SearchRequest("khoản 2 điều 7 luật doanh nghiệp 2020")).jumps
        assert (jump.url, jump.provision) == ("/van-ban/59-2020-qh14/dieu-7/khoan-2", "dieu-7/khoan-2")
        found = reader.search(SearchRequest("điều 70 luật doanh nghiệp 2020"))
        (jump,) = found.jumps
        assert (jump.url, jump.provision) == ("/van-ban/59-2020-qh14", None)
        assert note("no_provision", "dieu-70") in found.understood.notes
        found = reader.search(SearchRequest("điểm c khoản 9 điều 7 luật doanh nghiệp 2020"))
        assert [j.url for j in found.jumps] == ["/van-ban/59-2020-qh14/dieu-7"]
        assert note("no_provision", "dieu-7/khoan-9/diem-c") in found.understood.notes

    def test_provisions_of_a_document_stand_together(self, reader: Reader) -> None:
        results = reader.search(SearchRequest("doanh nghiệp"))
        ids = [[hit.id.removeprefix("test:") for hit in group] for group in results.by_document]
        assert len(ids) == len(results.hits)  # each of another document
        law = {"document_type": "Luật", "source_id": "7", "number": "59/2020/QH14"}
        publish(
            reader.engine, [record(n, "thuế", f"Mục {n}", **law) for n in (1, 3)] + [record(2, "thuế nhà")]
        )
        groups = reader.search(SearchRequest("thuế", sort="oldest")).by_document
        assert [[hit.id for hit in group] for group in groups] == [["test:1", "test:3"], ["test:2"]]

    def test_a_cursor_leads_on_and_says_when_the_index_is_another(self, reader: Reader) -> None:
        publish(reader.engine, [record(n, "thuế") for n in range(7)])
        seen, page, generation = [], 1, ""
        while True:
            results = reader.search(SearchRequest("thuế", page=page, size=3, generation=generation))
            assert note("moved") not in results.understood.notes
            seen += self.ids(results)
            if not results.cursor:
                break
            number, _, generation = results.cursor.partition(".")
            page = int(number)
        assert seen == [str(n) for n in range(7)]
        publish(reader.engine, [record(n, "thuế") for n in range(7)])
        again = reader.search(SearchRequest("thuế", page=2, size=3, generation=generation))
        assert note("moved") in again.understood.notes and len(again.hits) == 3

    def test_codes_of_procedures_jump(self, reader: Reader) -> None:
        for typed in ("1.001193", "1001193", "1.001193.000.00.00.H01", "thu tuc 1.001193"):
            assert [j.number for j in reader.search(SearchRequest(typed)).jumps] == ["1.001193"]

    def test_advanced_syntax(self, reader: Reader) -> None:
        def ids(text: str) -> list[str]:
            return sorted(self.ids(reader.search(SearchRequest(text, in_force=False))))

        assert ids('"giấy phép" NOT "xây dựng"') == ["2"]
        assert ids("doanh OR thuỷ") == ["3", "7", "7:dieu-7"]
        assert ids("doanh HOẶC thuỷ KHÔNG quyền") == ["3", "7", "7:dieu-7"]
        assert ids("(doanh HOẶC thuỷ) KHÔNG quyền") == ["3", "7"]
        assert ids('loai:"luat" doanh') == ["7"]
        assert ids("nam:2020") == ["7"]

    def test_what_cannot_be_asked(self, reader: Reader) -> None:
        for request in (
            SearchRequest(page=0),
            SearchRequest(page=100_000),
            SearchRequest(size=0),
            SearchRequest(filters={"owner": ("document:1",)}),
            SearchRequest(sort="best"),  # type: ignore[arg-type]
        ):
            with pytest.raises(BadSearch):
                reader.search(request)

    def test_related_by_the_matter_not_by_headings_that_any_document_has(self, engine: SearchEngine) -> None:
        scope = "Phạm vi điều chỉnh"
        others = [record(n, f"Quy định về nghề số {n} và việc khác.", scope) for n in range(2, 12)]
        same = record(20, "Cơ sở karaoke, vũ trường phải cách âm.", "Giấy phép")
        publish(engine, [record(1, "Quy định về karaoke, vũ trường.", scope), *others, same])
        assert Reader(engine).related("test:1")[0].id == "test:20"

    def test_related(self, reader: Reader) -> None:
        assert "test:1" not in [hit.id for hit in reader.related("test:1")]
        assert reader.related("test:unknown") == ()
