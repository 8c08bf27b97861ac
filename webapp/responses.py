"""What every answer carries: security headers, an ETag, caching, and gzip where it pays."""

from __future__ import annotations

import gzip
import hashlib

from flask import Flask, Response, g, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
#: Smaller answers cost more to compress than to send.
SMALLEST = 700
#: Higher levels save a tenth of the bytes and cost three times the time.
LEVEL = 3
COMPRESSIBLE = ("text/", "application/json", "application/atom+xml", "application/problem+json", "image/svg")


def finish(response: Response) -> Response:
    """Runs after every view."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint == "static":
        return _static(response)
    response.headers.setdefault("Cache-Control", "no-cache" if response.status_code == 200 else "no-store")
    if response.is_streamed or response.direct_passthrough or request.method not in ("GET", "HEAD"):
        return response
    body = response.get_data()
    if response.status_code == 200 and not response.get_etag()[0]:
        # What differs from one request to the next without a change of content is left out of the tag.
        volatile = getattr(g, "volatile", "").encode()
        stable = body.replace(volatile, b"") if volatile else body
        response.set_etag(hashlib.sha256(stable).hexdigest()[:24], weak=True)
    response.make_conditional(request)
    if response.status_code == 304:
        return response
    return _compress(response, body)


def _static(response: Response) -> Response:
    """Addresses of assets carry their content's hash, so that they never change."""
    fresh = "public, max-age=31536000, immutable" if request.args.get("v") else "public, max-age=3600"
    response.headers["Cache-Control"] = fresh
    if response.status_code != 200 or not (response.mimetype or "").startswith(COMPRESSIBLE):
        return response
    response.direct_passthrough = False
    return _compress(response, response.get_data())


def _compress(response: Response, body: bytes) -> Response:
    if not (response.mimetype or "").startswith(COMPRESSIBLE):
        return response
    response.vary.add("Accept-Encoding")
    if len(body) < SMALLEST or "gzip" not in request.headers.get("Accept-Encoding", "").lower():
        return response
    if response.headers.get("Content-Encoding"):
        return response
    response.set_data(gzip.compress(body, LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    return response


def initialise(app: Flask) -> None:
    app.after_request(finish)
