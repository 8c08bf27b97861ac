"""Conditions found by machine wait for a person; what was decided holds for these very words."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from schemas import tables as t
from schemas.errors import Refused
from schemas.people_tables import audit_log
from tests.webapp.plans.people import OFFICER, STRANGER, add_ministries
from tests.webapp.portal import document
from webapp.queries import conditions
from webapp.reviews import store
from webapp.reviews.store import Decision


def add_conditions(
    connection: sa.Connection, texts: list[str], agency: str = "Bộ Thương nghiệp (mẫu)"
) -> None:
    add_ministries(connection)
    row = document(1, "15/2024/NĐ-MẪU", "Nghị định", "Điều kiện", agencies=[agency])
    connection.execute(sa.insert(t.documents).values(**row))
    insert(connection, texts)


def insert(connection: sa.Connection, texts: list[str]) -> None:
    connection.execute(
        sa.insert(t.conditions),
        [
            {
                "document_id": 1,
                "provision": f"dieu-{n}",
                "ordinal": n,
                "condition_kind": "capital",
                "text": text,
                "business_lines": ["40"],
            }
            for n, text in enumerate(texts, 1)
        ],
    )


def test_a_decision_takes_a_condition_off_the_queue_until_its_words_change(database: sa.Engine) -> None:
    with database.begin() as connection:
        add_conditions(connection, ["Có vốn 1 tỷ đồng.", "Có vốn 2 tỷ đồng."])
        first, second = store.waiting(connection, OFFICER)[0]
        store.decide(connection, OFFICER, first, Decision("confirmed", "capital", ("40",)))
        assert store.waiting(connection, OFFICER)[0] == [second]
        # The tagger writes everything anew: other ids, the same words.
        connection.execute(sa.delete(t.conditions))
        insert(connection, ["Có vốn 1 tỷ đồng.", "Có vốn 2 tỷ đồng."])
        assert [one.text for one in store.waiting(connection, OFFICER)[0]] == ["Có vốn 2 tỷ đồng."]
        connection.execute(sa.delete(t.conditions))
        insert(connection, ["Có vốn 5 tỷ đồng."])
        assert [one.text for one in store.waiting(connection, OFFICER)[0]] == ["Có vốn 5 tỷ đồng."]
        assert connection.scalar(sa.select(sa.func.count()).select_from(audit_log)) == 1
        assert [row.kind for row in connection.execute(sa.select(t.outbox))] == ["condition"]


def test_another_ministry_neither_sees_nor_decides(database: sa.Engine) -> None:
    with database.begin() as connection:
        add_conditions(connection, ["Có vốn 1 tỷ đồng."])
        assert store.waiting(connection, STRANGER) == ([], None)
        (found,), _next = store.waiting(connection, OFFICER)
        with pytest.raises(Refused):
            store.decide(connection, STRANGER, found, Decision("rejected", "capital", ()))


def test_what_was_issued_above_ministries_is_open_to_every_officer(database: sa.Engine) -> None:
    with database.begin() as connection:
        add_conditions(connection, ["Có vốn 1 tỷ đồng."], agency="Chính phủ (mẫu)")
        assert len(store.waiting(connection, STRANGER)[0]) == 1


def test_the_queue_goes_on_where_it_stopped(database: sa.Engine) -> None:
    with database.begin() as connection:
        add_conditions(connection, [f"Có vốn {n} tỷ đồng." for n in range(1, 46)])
        seen: list[str] = []
        after: int | None = 0
        while after is not None:
            found, after = store.waiting(connection, OFFICER, after)
            seen += [one.text for one in found]
    assert len(seen) == len(set(seen)) == 45


def texts(connection: sa.Connection, line: str) -> list[tuple[str, str, bool]]:
    return [(one.kind, one.text, one.confirmed) for one in conditions.of_line(connection, line)]


def test_pages_follow_what_people_decided(database: sa.Engine) -> None:
    with database.begin() as connection:
        add_conditions(connection, ["Có vốn 1 tỷ đồng.", "Có vốn 2 tỷ đồng.", "Có vốn 3 tỷ đồng."])
        first, second, third = store.waiting(connection, OFFICER)[0]
        store.decide(connection, OFFICER, first, Decision("confirmed", "capital", ("40",)))
        store.decide(connection, OFFICER, second, Decision("corrected", "premises", ("41",)))
        store.decide(connection, OFFICER, third, Decision("rejected", "capital", ()))
        assert texts(connection, "40") == [("capital", "Có vốn 1 tỷ đồng.", True)]
        assert texts(connection, "41") == [("premises", "Có vốn 2 tỷ đồng.", True)]
        assert texts(connection, "4") == []
        assert conditions.count_by_line(connection) == {"40": 1, "41": 1}
        # Thought better of: the later decision counts.
        store.decide(connection, OFFICER, third, Decision("confirmed", "capital", ("40",)))
        assert conditions.count_by_line(connection) == {"40": 2, "41": 1}
