"""Every route of petitions: importing this module attaches them to the blueprint."""

from __future__ import annotations

from . import desk, following, public
from .blueprint import bp

__all__ = ["bp", "desk", "following", "public"]
