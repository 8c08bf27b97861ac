"""Reading forms, counting tries, naming visitors: the small parts, on values."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from schemas.people_tables import rate_limits
from webapp import limits
from webapp.access import local_path
from webapp.forms import Form, email_address, tidy
from webapp.limits import Limit


@given(st.text())
def test_tidying_is_stable_and_leaves_nothing_hidden(text: str) -> None:
    once = tidy(text, lines=True)
    assert tidy(once, lines=True) == once
    assert not set(once) & set("\x00\x07\x7f\u202a\u202e\u2066\ufeff\r")
    line = tidy(text)
    assert "\n" not in line and "\u2028" not in line
    assert tidy(line) == line


def test_vietnamese_typed_in_pieces_becomes_one() -> None:
    assert tidy("Quy\u0301 kha\u0301ch") == "Quý khách"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" An@ViDu.VN ", "an@vidu.vn"),
        ("a.b+c@sub.vidu.com.vn", "a.b+c@sub.vidu.com.vn"),
        ("người@vídụ.vn", "người@vídụ.vn"),
        ("an@vidu", None),
        ("an@@vidu.vn", None),
        ("an vidu@vidu.vn", None),
        ("an@vidu.vn\nBcc: x@y.vn", None),
        ("an@vidu.vn,b@vidu.vn", None),
        ("<an@vidu.vn>", None),
        ("an@-vidu.vn", None),
        ("a" * 65 + "@vidu.vn", None),
        ("an@" + "a" * 250 + ".vn", None),
        ("", None),
    ],
)
def test_addresses(typed: str, address: str | None) -> None:
    assert email_address(typed) == address


@given(st.text())
def test_no_address_carries_a_second_line(text: str) -> None:
    found = email_address(text)
    assert found is None or not set(found) & set("\r\n ,;<>")


def test_fields_keep_what_was_typed_and_say_what_is_wrong(people_app: Flask) -> None:
    typed = MultiDict(
        [("a", " x\ny "), ("many", "1"), ("many", "3"), ("many", "1"), ("day", "31/02/2026"), ("box", "on")]
    )
    with people_app.test_request_context():
        form = Form(typed)
        assert form.text("a", longest=2) == "x y"
        assert form.text("b", longest=2, missing="?") == ""
        assert form.choices("many", ["1", "2"], missing="?") == ["1"]
        assert form.choice("a", ["z"]) == ""
        assert form.date("day") is None
        assert not form.checked("box", missing="?")
        assert form.secret("password", missing="?") == ""
    assert form.values == {"a": "x y", "b": "", "day": "31/02/2026", "box": ""}
    assert list(form.errors) == ["a", "b", "day", "box", "password"]


@pytest.mark.parametrize("typed", ["22/11/2026", "22.11.2026", "2026-11-22", " 22-11-2026 "])
def test_dates(people_app: Flask, typed: str) -> None:
    with people_app.test_request_context():
        assert Form({"day": typed}).date("day") == dt.date(2026, 11, 22)


@given(st.text())
def test_no_target_leads_away(text: str) -> None:
    found = local_path(text, "/")
    assert found.startswith("/") and not found.startswith("//") and "\\" not in found


@pytest.mark.parametrize(
    ("address", "visitor"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_visitors(address: str | None, visitor: str) -> None:
    assert limits.network(address) == visitor


TRIES = Limit("test", 3, 60)


def test_tries_are_counted_for_each_and_over_time(database: sa.Engine) -> None:
    with time_machine.travel("2026-11-22 08:00:10Z", tick=False) as clock:
        assert [limits.take(database, "key", TRIES, "an") for _ in range(5)] == [0, 0, 0, 50, 50]
        assert limits.take(database, "key", TRIES, "binh") == 0
        limits.forget(database, "key", TRIES, "an")
        assert limits.take(database, "key", TRIES, "an") == 0
        clock.move_to(dt.datetime(2026, 11, 22, 8, 1, 1, tzinfo=dt.UTC))
        assert limits.take(database, "key", TRIES, "binh") == 0
        with database.begin() as connection:
            assert limits.purge(connection) == 2


def test_counts_do_not_name_whom_they_count(database: sa.Engine) -> None:
    limits.take(database, "key", TRIES, "203.0.113.7")
    with database.connect() as connection:
        assert "203.0.113.7" not in str(connection.execute(sa.select(rate_limits)).all())


def test_no_try_is_lost_when_many_try_at_once(database: sa.Engine) -> None:
    passed: list[int] = []

    def attempt() -> None:
        for _ in range(5):
            passed.append(limits.take(database, "key", Limit("race", 12, 3600), "an"))

    threads = [threading.Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert passed.count(0) == 12
