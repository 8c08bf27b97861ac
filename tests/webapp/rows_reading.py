"""Rows of what everybody may read: the same answer for all, on an empty portal often "not found"."""

from __future__ import annotations

from tests.webapp.matrix import EVERYONE, Row

_LAW = "/api/v1/documents/1-2020-nd-cp"
_ADDRESSES = {
    "/": "/",
    "/api/v1/changes": "/api/v1/changes",
    "/api/v1/conditions": "/api/v1/conditions",
    "/api/v1/conditions/<line>": "/api/v1/conditions/1",
    "/api/v1/documents/<slug>": _LAW,
    "/api/v1/documents/<slug>/provisions/<path:provision>": _LAW + "/provisions/dieu-1",
    "/api/v1/openapi.json": "/api/v1/openapi.json",
    "/api/v1/overview": "/api/v1/overview",
    "/api/v1/procedures/<code>": "/api/v1/procedures/1.001193",
    "/api/v1/search": "/api/v1/search?q=a",
    "/api/v1/suggest": "/api/v1/suggest?q=a",
    "/dieu-kien": "/dieu-kien",
    "/dieu-kien.csv": "/dieu-kien.csv",
    "/dieu-kien/<text>": "/dieu-kien/1",
    "/dieu-kien/<text>.csv": "/dieu-kien/1.csv",
    "/du-lieu": "/du-lieu",
    "/favicon.ico": "/favicon.ico",
    "/goi-y": "/goi-y?q=a",
    "/healthz": "/healthz",
    "/readyz": "/readyz",
    "/static/<path:filename>": "/static/site.css",
    "/thay-doi": "/thay-doi",
    "/thay-doi.atom": "/thay-doi.atom",
    "/thay-doi.csv": "/thay-doi.csv",
    "/thu-tuc/<code>": "/thu-tuc/1.001193",
    "/tim-kiem": "/tim-kiem?q=a",
    "/tim-kiem.atom": "/tim-kiem.atom?q=a",
    "/tim-kiem.csv": "/tim-kiem.csv?q=a",
    "/tro-giup": "/tro-giup",
    "/van-ban/<slug>": "/van-ban/1-2020-nd-cp",
    "/van-ban/<slug>/<path:path>": "/van-ban/1-2020-nd-cp/dieu-1",
}
ROWS = [Row(rule, EVERYONE, path, status=None) for rule, path in _ADDRESSES.items()]
