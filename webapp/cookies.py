"""The portal's own cookies: HttpOnly, SameSite=Lax, Secure everywhere but on loopback over plain http.

Only forms and signing in set one; who only reads gets none. Secure ones carry the `__Host-` prefix, so that
no neighbouring domain can plant them.
"""

from __future__ import annotations

import secrets

from flask import Request
from werkzeug.wrappers import Response

from schemas.settings import LOOPBACK

SESSION = "quydinh-session"
VISIT = "quydinh-visit"


def is_secure(request: Request) -> bool:
    """False only for plain http to this very machine."""
    host = (
        request.host.rsplit(":", 1)[0].strip("[]") if not request.host.endswith("]") else request.host[1:-1]
    )
    return request.is_secure or host not in LOOPBACK


def read(request: Request, name: str) -> str:
    """The cookie's value; empty when there is none."""
    return request.cookies.get(_full_name(request, name), "")


def write(response: Response, request: Request, name: str, value: str, seconds: int | None = None) -> None:
    """Set it; without `seconds` it ends with the browser."""
    secure = is_secure(request)
    response.set_cookie(
        _full_name(request, name),
        value,
        max_age=seconds,
        path="/",
        secure=secure,
        httponly=True,
        samesite="Lax",
    )


def remove(response: Response, request: Request, name: str) -> None:
    write(response, request, name, "", 0)


def new_token() -> str:
    """256 random bits, as cookies and addresses can hold them."""
    return secrets.token_urlsafe(32)


def _full_name(request: Request, name: str) -> str:
    return f"__Host-{name}" if is_secure(request) else name
