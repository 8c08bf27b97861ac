"""Rows of the scoreboard: everybody's."""

from __future__ import annotations

from tests.webapp.matrix import EVERYONE, OWN, Row

ROWS = [
    Row("/bang-chi-so", EVERYONE, "/bang-chi-so"),
    Row("/bang-chi-so.csv", EVERYONE, "/bang-chi-so.csv"),
    Row("/bang-chi-so/<ministry>", EVERYONE, f"/bang-chi-so/{OWN}"),
    Row("/bang-chi-so/<ministry>.csv", EVERYONE, f"/bang-chi-so/{OWN}.csv"),
    Row("/bang-chi-so/dong/<indicator>", EVERYONE, "/bang-chi-so/dong/plans_late"),
    Row("/bang-chi-so/dong/<indicator>.csv", EVERYONE, "/bang-chi-so/dong/plans_late.csv"),
    Row("/api/v1/scoreboard", EVERYONE, "/api/v1/scoreboard"),
]
