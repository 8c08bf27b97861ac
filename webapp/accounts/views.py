"""Every route under /tai-khoan: importing this module attaches them to the blueprint."""

from __future__ import annotations

from . import mailbox, own_data, own_sessions, profile, recovery, registration, sign_on, signing
from .blueprint import bp

__all__ = [
    "bp",
    "mailbox",
    "own_data",
    "own_sessions",
    "profile",
    "recovery",
    "registration",
    "sign_on",
    "signing",
]
