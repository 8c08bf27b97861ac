"""Rows of receipts: one's own with number and code; checking and the log are everybody's."""

from __future__ import annotations

from tests.webapp.matrix import EVERYONE, Ask, Row, World
from tests.webapp.rows_consultations import comment


def _own(world: World, _persona: str) -> Ask:
    _made, _comment_id, tracking, code = comment(world)
    return Ask(f"/tham-van/gop-y/{tracking}/{code}/bien-nhan.json")


def _guessed(world: World, _persona: str) -> Ask:
    _made, _comment_id, tracking, _code = comment(world)
    return Ask(f"/tham-van/gop-y/{tracking}/{'0' * 32}/bien-nhan.json")


_RECEIPT = "/tham-van/gop-y/<tracking>/<code>/bien-nhan.json"
ROWS = [
    Row(_RECEIPT, EVERYONE, _own, state="with the code"),
    Row(_RECEIPT, EVERYONE, _guessed, status=404, state="with a guess"),
    Row("/bien-nhan", EVERYONE, "/bien-nhan"),
    Row("/bien-nhan", EVERYONE, lambda _w, _p: Ask("/bien-nhan", {"text": "{}"}), "POST", 200),
    Row("/bien-nhan/kiem-tra.html", EVERYONE, "/bien-nhan/kiem-tra.html"),
    Row("/api/v1/log", EVERYONE, "/api/v1/log"),
    Row("/api/v1/log/heads", EVERYONE, "/api/v1/log/heads"),
    Row("/api/v1/log/entries", EVERYONE, "/api/v1/log/entries?start=0&count=1"),
    Row("/api/v1/log/inclusion", EVERYONE, "/api/v1/log/inclusion?index=999999", status=404),
    Row(
        "/api/v1/log/consistency", EVERYONE, "/api/v1/log/consistency?first=888888&second=999999", status=404
    ),
]
