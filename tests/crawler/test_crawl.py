"""What a crawl asks for: what is new or changed, what was interrupted, what may be gone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from crawler.archive import Archive
from crawler.crawl import Options
from crawler.generations import generations
from crawler.sources import ABSENT, Ask
from tests.crawler.fakes import FakeSite, FakeSource, crawl_once, reply


class Killed(BaseException):
    """Like kill -9: nothing catches it."""


def states(folder: Path, key: str) -> list[str]:
    """The item hash of each state the archive holds, shortened."""
    archive = Archive(folder / "archive", FakeSource, writable=False)
    found = generations(archive.index.pages_of(key), frozenset({"detail", "tree"}))
    return ["gone" if state.gone else state.item[:6] for state in found]


def test_the_second_crawl_asks_only_for_the_list(tmp_path: Path) -> None:
    site = FakeSite(a={"number": "1"}, b={"number": "2"})
    first = crawl_once(tmp_path, site)
    assert (first.listed, first.fetched, first.untouched) == (2, 2, 0)
    site.asked.clear()
    second = crawl_once(tmp_path, site)
    assert (second.listed, second.fetched, second.untouched) == (2, 0, 2)
    assert dict(site.asked) == {"list": 1}


def test_a_changed_list_item_is_asked_for_again(tmp_path: Path) -> None:
    site = FakeSite(a={"number": "1"}, b={"number": "2"})
    crawl_once(tmp_path, site)
    site.records["b"]["edited"] = 1
    site.asked.clear()
    assert crawl_once(tmp_path, site).fetched == 1
    assert dict(site.asked) == {"list": 1, "b": 1, "b/tree": 1}


def test_absent_and_404_is_gone_and_asked_only_once(tmp_path: Path) -> None:
    site = FakeSite(a={"number": "1"}, b={"number": "2"})
    crawl_once(tmp_path, site)
    kept = site.records.pop("b")
    assert crawl_once(tmp_path, site).gone == 1
    site.asked.clear()
    assert crawl_once(tmp_path, site).gone == 0
    assert dict(site.asked) == {"list": 1}
    site.records["b"] = kept
    assert crawl_once(tmp_path, site).fetched == 1  # back, with the very list item it had
    first, gone, back = states(tmp_path, "b")
    assert gone == "gone" and first == back


def test_absent_but_answering_is_not_gone(tmp_path: Path) -> None:
    site = FakeSite(a={"number": "1"}, b={"number": "2"})
    crawl_once(tmp_path, site)
    site.unlisted.add("b")
    result = crawl_once(tmp_path, site)
    assert (result.gone, result.unlisted, result.failures) == (0, 1, {})
    assert len(states(tmp_path, "b")) == 1


def test_absent_and_broken_is_a_failure(tmp_path: Path) -> None:
    site = FakeSite(a={"number": "1"}, b={"number": "2"})
    crawl_once(tmp_path, site)
    site.unlisted.add("b")
    site.trouble["b"] = [reply({}, 500)] * 9
    result = crawl_once(tmp_path, site)
    assert result.gone == 0 and "answered 500" in result.failures["b"]


@pytest.mark.parametrize("options", [Options(limit=1), Options(since=dt.date(2020, 1, 1))])
def test_a_part_of_the_list_says_nothing_of_absence(tmp_path: Path, options: Options) -> None:
    site = FakeSite(a={"number": "1"}, b={"number": "2"})
    crawl_once(tmp_path, site)
    del site.records["b"]
    site.asked.clear()
    assert crawl_once(tmp_path, site, options).gone == 0
    assert dict(site.asked) == {"list": 1}


def test_a_broken_list_says_nothing_of_absence(tmp_path: Path) -> None:
    site = FakeSite(a={"number": "1"})
    crawl_once(tmp_path, site)
    del site.records["a"]
    site.trouble["list"] = [reply({}, 403)]
    result = crawl_once(tmp_path, site)
    assert result.gone == 0 and "403" in result.failures["list"]
    assert site.asked["a"] == 1


def test_one_bad_record_does_not_stop_the_others(tmp_path: Path) -> None:
    site = FakeSite(a={"number": "1"}, b={"number": "2"}, c={"number": "3"})
    site.trouble["b"] = [reply({}, 500)] * 3
    result = crawl_once(tmp_path, site)
    assert result.fetched == 2 and list(result.failures) == ["b"]
    assert crawl_once(tmp_path, site).fetched == 1  # tried again by the next crawl


def test_a_missing_file_does_not_lose_the_record(tmp_path: Path) -> None:
    site = FakeSite(a={"number": "1", "files": ["x.pdf"]})
    site.trouble["a/x.pdf"] = [reply({}, 404)]
    result = crawl_once(tmp_path, site)
    assert result.fetched == 1 and "404" in result.failures["a file:x.pdf"]


@limits(max_examples=15)
@given(moment=st.integers(1, 14))
@pytest.mark.integration
def test_killed_anywhere_it_goes_on_without_asking_twice(
    moment: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("killed")
    site = FakeSite(**{k: {"number": k, "files": ["f.pdf"]} for k in "abcd"})
    asked = 0

    def kill(_: Ask) -> None:
        nonlocal asked
        asked += 1
        if asked == moment:
            raise Killed

    site.before = kill
    try:
        crawl_once(folder, site)
    except Killed:
        site.before = lambda _: None
        result = crawl_once(folder, site)
        assert result.resumed and not result.failures
    # Asked twice at most what was under way; the list page of the broken run is taken from the archive.
    assert sum(site.asked.values()) <= 13 + 4
    assert set(site.asked) == {"list", *(f"{k}{p}" for k in "abcd" for p in ("", "/tree", "/f.pdf"))}
    assert all(len(states(folder, key)) == 1 for key in "abcd")


def test_the_archive_knows_what_was_asked_after(tmp_path: Path) -> None:
    site = FakeSite(a={"number": "1"})
    crawl_once(tmp_path, site)
    del site.records["a"]
    crawl_once(tmp_path, site)
    archive = Archive(tmp_path / "archive", FakeSource, writable=False)
    assert [(p.item == ABSENT, p.status) for p in archive.index.pages_of("a")][-1] == (True, 404)
