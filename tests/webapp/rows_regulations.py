"""Rows of regulations, economic classes and the queue of conditions."""

from __future__ import annotations

import itertools

import sqlalchemy as sa

from schemas import tables as t
from schemas.people import Grant, Person, Role
from schemas.regulations import Regulation
from tests.webapp.matrix import EVERYONE, OWN, Ask, Row, World, anywhere, over
from tests.webapp.portal import NOW
from webapp.regulations import store

_CONFIRMERS = anywhere(Role.OFFICER, Role.APPROVER)
_OWN = frozenset(p for p in _CONFIRMERS if not p.endswith("@other"))


def _condition(world: World, _persona: str) -> Ask:
    """A condition of a procedure of the ministry the matrix calls its own."""
    with world.database.begin() as connection:
        key = (connection.scalar(sa.select(sa.func.max(t.procedures.c.id))) or 0) + 1
        procedure = {
            "id": key,
            "source": "dichvucong",
            "source_id": f"thu-{key}",
            "code": f"1.{key:06d}",
            "name": "Thủ tục thử",
            "ministry": "Bộ Thử",
            "content": {},
            "sha256": "0" * 64,
            "recorded_at": NOW,
            "version_changes": [],
            "provenance": {},
        }
        connection.execute(sa.insert(t.procedures).values(**procedure))
        condition = {
            "procedure_id": key,
            "ordinal": 1,
            "condition_kind": "capital",
            "text": f"Có vốn tối thiểu {key} tỷ đồng.",
            "business_lines": [],
        }
        made = connection.execute(sa.insert(t.conditions).values(**condition))
        number = made.inserted_primary_key
    data = {"decision": "rejected", "kind": "capital", "lines": ""}
    return Ask(f"/quan-tri/dieu-kien/{number[0] if number else 0}", data)


_PUBLIC = {
    "/quy-dinh": "/quy-dinh",
    "/quy-dinh.csv": "/quy-dinh.csv",
    "/quy-dinh.atom": "/quy-dinh.atom",
    "/dieu-kien/vsic": "/dieu-kien/vsic?q=4723",
    "/dieu-kien/vsic/<code>": "/dieu-kien/vsic/4723",
    "/api/v1/regulations": "/api/v1/regulations",
}
_FORM = {"name": "Quy định thử", "type": "requirement", "status": "kept"}
_OFFICERS = over(Role.OFFICER)
_codes = itertools.count(1)


def _regulation(world: World, _persona: str) -> Ask:
    """A regulation of OWN, to be changed."""
    code = f"QD-THU-{next(_codes)}"
    writer = Person(900_003, "Người soạn", grants=(Grant(Role.OFFICER),))
    held = Regulation(code=code, name="Quy định thử", type="requirement", ministry=OWN)
    with world.database.begin() as connection:
        store.save(connection, writer, held)
    return Ask(f"/quan-tri/quy-dinh/{code}/sua", {**_FORM, "revision": "1"})


def _new(world: World, _persona: str) -> Ask:
    return Ask("/quan-tri/quy-dinh/moi", {**_FORM, "ministry": OWN, "code": f"QD-MOI-{next(_codes)}"})


ROWS = [
    *(Row(rule, EVERYONE, path) for rule, path in _PUBLIC.items()),
    Row("/quy-dinh/<code>", EVERYONE, "/quy-dinh/khong-co", status=404),
    Row("/api/v1/regulations/<code>", EVERYONE, "/api/v1/regulations/khong-co", status=404),
    Row("/quan-tri/quy-dinh/moi", anywhere(Role.OFFICER), "/quan-tri/quy-dinh/moi"),
    Row("/quan-tri/quy-dinh/moi", _OFFICERS, _new, "POST", 303),
    Row("/quan-tri/quy-dinh/<code>/sua", _OFFICERS, _regulation),
    Row("/quan-tri/quy-dinh/<code>/sua", _OFFICERS, _regulation, "POST", 303),
    Row("/quan-tri/dieu-kien", _CONFIRMERS, "/quan-tri/dieu-kien"),
    Row("/quan-tri/dieu-kien/<int:condition_id>", _OWN, _condition),
    Row("/quan-tri/dieu-kien/<int:condition_id>", _OWN, _condition, "POST", 303),
]
