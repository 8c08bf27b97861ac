"""Rows of calculations: the calculator is everybody's, the forms are the officers' of the ministry."""

from __future__ import annotations

from itertools import count

from schemas.people import Grant, Role
from schemas.regulations import Regulation
from tests.webapp.matrix import EVERYONE, OWN, Ask, Row, World, over
from tests.webapp.people import add_person
from tests.webapp.rows_plans import _SIGNED_IN_STRANGERS, ask
from webapp.regulations import store

_OFFICERS = over(Role.OFFICER)
_numbers = count(1)
_SHEET = {
    "source": "Khảo sát",
    "on": "31/05/2026",
    "edition": "2024",
    "n0-hours": "2",
    "s-abolished": "1",
    "viec": "luu",
}


def _regulation(world: World, _persona: str) -> Ask:
    code = f"QD-CP-{next(_numbers)}"
    writer = add_person(world.database, Grant(Role.OFFICER, OWN))
    with world.database.begin() as connection:
        store.save(connection, writer, Regulation(code=code, name="Quy định", type="reporting", ministry=OWN))
    return Ask(f"/quan-tri/quy-dinh/{code}/chi-phi", {**_SHEET, "revision": 1})


_ITEM = "/quan-tri/phuong-an/<number>/soan/noi-dung/<int:n>/chi-phi"
ROWS = [
    Row("/chi-phi-tuan-thu", EVERYONE, "/chi-phi-tuan-thu?n0-hours=2"),
    Row("/quan-tri/quy-dinh/<code>/chi-phi", _OFFICERS, _regulation),
    Row("/quan-tri/quy-dinh/<code>/chi-phi", _OFFICERS, _regulation, "POST", 303),
    Row(_ITEM, _OFFICERS, ask("", "/soan/noi-dung/1/chi-phi"), refused=_SIGNED_IN_STRANGERS),
    Row(_ITEM, _OFFICERS, ask("", "/soan/noi-dung/1/chi-phi", **_SHEET), "POST", 303, _SIGNED_IN_STRANGERS),
]
