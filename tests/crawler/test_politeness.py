"""The host's gate: one at a time, none while the host asks to wait."""

from __future__ import annotations

import asyncio
import time
from email.utils import formatdate
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.politeness import ASLEEP_FLOOR, LONGEST_WAIT, Gates, HostGate, retry_after
from crawler.sources import SourceError
from tests.loops import run


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        (" 120 ", 120),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("²", None),
        ("99999", 99999),
    ],
)
def test_retry_after_in_seconds(value: str, seconds: float | None) -> None:
    assert retry_after(value, 0) == seconds


@given(st.integers(0, 10**6), st.integers(1_600_000_000, 1_900_000_000))
def test_retry_after_as_a_date(ahead: int, now: int) -> None:
    assert retry_after(formatdate(now + ahead, usegmt=True), now) == ahead


def test_a_date_gone_by_asks_for_nothing() -> None:
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT", time.time()) == 0


def test_one_request_at_a_time() -> None:
    async def main() -> int:
        gate, running, most = HostGate(0), 0, 0

        async def request() -> None:
            nonlocal running, most
            token = await gate.enter()
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.001)
            running -= 1
            gate.leave(token)

        await asyncio.gather(*(request() for _ in range(20)))
        return most

    assert run(main()) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_nothing_starts_while_the_host_asks_to_wait(status: int) -> None:
    async def main() -> list[float]:
        gate, starts = HostGate(0), []

        async def request(number: int) -> None:
            token = await gate.enter()
            starts.append(time.monotonic())
            if number == 0:
                gate.heed(status, {"retry-after": "1"})
                gate.paused_until -= 0.7  # the test need not wait so long
            gate.leave(token)

        await asyncio.gather(*(request(n) for n in range(5)))
        return starts

    starts = run(main())
    assert min(starts[1:]) - starts[0] >= 0.29


def test_a_later_shorter_wish_does_not_shorten_the_wait() -> None:
    gate = HostGate(0)
    gate.heed(429, {"retry-after": "100"})
    until = gate.paused_until
    gate.heed(429, {"retry-after": "1"})
    assert gate.paused_until == until


def test_other_statuses_and_broken_values_are_no_wish() -> None:
    gate = HostGate(0)
    assert (
        gate.heed(200, {"retry-after": "100"})
        == gate.heed(429, {"retry-after": "x"})
        == gate.heed(503, {})
        == 0
    )
    assert gate.paused_until == 0


def test_the_pause_between_two_starts_is_kept() -> None:
    async def main() -> list[float]:
        gate, starts = HostGate(0.05), []
        for _ in range(4):
            token = await gate.enter()
            starts.append(time.monotonic())
            gate.leave(token)
        return starts

    starts = run(main())
    assert all(b - a >= 0.049 for a, b in pairwise(starts))


def test_a_stalled_answer_does_not_stall_the_others() -> None:
    async def main() -> float:
        gate = HostGate(0)
        gate._usual = 0.001
        stalled = await gate.enter()
        begun = time.monotonic()
        for _ in range(3):
            gate.leave(await gate.enter())
        gate.leave(stalled)
        return time.monotonic() - begun

    assert run(asyncio.wait_for(main(), 30)) >= ASLEEP_FLOOR * 0.99


def test_a_stalled_answer_that_asks_to_wait_is_heeded() -> None:
    async def main() -> float:
        gate = HostGate(0)
        gate._usual = 0.001
        stalled = await gate.enter()
        gate.leave(await gate.enter())
        gate.heed(503, {"retry-after": "1"})
        gate.paused_until -= 0.7
        until = gate.paused_until
        gate.leave(stalled)
        await gate.enter()
        return time.monotonic() - until

    assert run(main()) >= 0


def test_a_host_that_wants_to_be_left_alone_for_long_ends_the_crawl() -> None:
    async def main() -> None:
        gate = HostGate(0)
        gate.heed(503, {"retry-after": str(int(LONGEST_WAIT) + 60)})
        await gate.enter()

    with pytest.raises(SourceError, match="hours"):
        run(main())


def test_a_gate_belongs_to_a_host_and_port() -> None:
    gates = Gates(1.0)
    assert gates.of("http://a.vn/x") is gates.of("https://a.vn/y")
    assert gates.of("http://a.vn/") is not gates.of("http://a.vn:8080/")
