"""Fetching: archived first, tried again when the answer is broken, given up when it is final."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler import fetcher as module
from crawler.archive import Archive
from crawler.fetcher import DownloadError, Fetcher, FetchError, ForbiddenByRobots, Response
from crawler.robots import DENY_ALL, robots_rules
from crawler.sources import DETAIL, ROBOTS, Ask
from tests.crawler.fakes import BASE, FakeSite, FakeSource, fake_source, reply
from tests.loops import run

REJECTED = b"<!DOCTYPE html><html><title>Request Rejected</title></html>"


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE_LOOPBACK", 0.0)


class Setup:
    def __init__(self, folder: Path) -> None:
        self.site = FakeSite(a={"number": "1"})
        self.archive = Archive(folder, FakeSource)
        self.archive.begin_run({})
        self.fetcher = Fetcher(fake_source(folder), self.archive, self.site.download)

    def fetch(self, *trouble: Response | Exception) -> bytes:
        self.site.trouble["a"] = list(trouble)
        return run(self.fetcher.fetch(Ask(DETAIL, f"{BASE}/a", "a"), "item")).body

    def archived(self) -> list[tuple[int, int]]:
        return [(p.status, p.good) for p in self.archive.index.pages_of("a")]


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    return Setup(tmp_path)


@pytest.mark.parametrize(
    "trouble",
    [
        DownloadError("reset"),
        reply(REJECTED, media_type="text/html"),
        reply(REJECTED),  # even if it says it is JSON
        reply(b'{"number": "1'),
        reply(b""),
        reply(b"[1]"),
        reply({}, 503),
        reply({}, 502),
        reply({}, 500),
    ],
    ids=str,
)
def test_a_passing_fault_is_tried_again(setup: Setup, trouble: Response | Exception) -> None:
    assert setup.fetch(trouble, trouble) == b'{"number": "1"}'
    assert setup.site.asked["a"] == 3
    assert setup.archived()[-1] == (200, 1)
    assert all(good == 0 for _, good in setup.archived()[:-1])


def test_a_wrong_charset_in_the_header_changes_nothing(setup: Setup) -> None:
    answer = Response(200, (("Content-Type", "application/json; charset=iso-8859-1"),), '{"x": "Đ"}'.encode())
    assert setup.fetch(answer) == '{"x": "Đ"}'.encode()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 301])
def test_a_refusal_is_final(setup: Setup, status: int) -> None:
    with pytest.raises(FetchError, match=f"answered {status}") as caught:
        setup.fetch(*[reply({}, status)] * 3)
    assert caught.value.status == status
    assert setup.site.asked["a"] == 1
    assert setup.archived() == [(status, 0)]


def test_a_500_that_stays_is_an_answer(setup: Setup) -> None:
    with pytest.raises(FetchError, match="answered 500"):
        setup.fetch(*[reply({}, 500)] * 20)
    assert setup.site.asked["a"] == module.TRIES_OF_500


def test_it_gives_up_in_the_end(setup: Setup) -> None:
    with pytest.raises(FetchError, match="reset"):
        setup.fetch(*[DownloadError("reset")] * 20)
    assert setup.site.asked["a"] == module.TRIES


def test_robots_is_no_fault_to_try_again(setup: Setup) -> None:
    with pytest.raises(FetchError, match="robots"):
        setup.fetch(ForbiddenByRobots())
    assert setup.site.asked["a"] == 1


def test_the_page_is_archived_before_anything_looks_into_it(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*_: object) -> None:
        raise RuntimeError("looked")

    monkeypatch.setattr(FakeSource, "refusal", classmethod(explode))
    with pytest.raises(RuntimeError, match="looked"):
        setup.fetch()
    assert setup.archived() == [(200, 0)]


def test_an_html_page_is_no_file() -> None:
    assert FakeSource.refusal("file:a.pdf", "text/html", REJECTED)
    assert FakeSource.refusal("file:a.pdf", "application/pdf", b"")
    assert FakeSource.refusal("file:a.pdf", "application/pdf", b"%PDF") is None
    assert FakeSource.refusal("file:a.html", "text/html", REJECTED) is None


@pytest.mark.parametrize(
    ("answers", "rules", "asked"),
    [
        ([reply(b"User-agent: *\nDisallow: /x", 200, "text/plain")], b"User-agent: *\nDisallow: /x", 1),
        ([reply(b"nothing here", 404)], b"", 1),
        ([reply(b"", 503), reply(b"", 429), reply(b"Disallow: /y")], b"Disallow: /y", 3),
        ([reply(REJECTED), reply(b"Disallow: /z")], b"Disallow: /z", 2),
        ([reply(REJECTED)] * 9, b"", 3),  # a site that answers its front page for any address
        ([reply(b"", 500)] * 20, DENY_ALL, module.TRIES),
        ([DownloadError("reset")] * 20, DENY_ALL, module.TRIES),
    ],
)
def test_robots_rules(setup: Setup, answers: list[Response | Exception], rules: bytes, asked: int) -> None:
    setup.site.trouble["robots.txt"] = list(answers)
    assert run(robots_rules(setup.fetcher, f"{BASE}/robots.txt")) == rules
    assert setup.site.asked["robots.txt"] == asked


def test_robots_is_read_once_in_a_run(setup: Setup) -> None:
    setup.site.trouble["robots.txt"] = [reply(b"Disallow: /x")]
    for _ in range(2):
        assert run(robots_rules(setup.fetcher, f"{BASE}/robots.txt")) == b"Disallow: /x"
    assert setup.site.asked["robots.txt"] == 1
    assert setup.archive.index.answered(Ask(ROBOTS, f"{BASE}/robots.txt").fingerprint, setup.archive.run)
