"""Every route under /quan-tri: importing this module attaches them to the blueprint."""

from __future__ import annotations

from . import people, trail
from .blueprint import bp

__all__ = ["bp", "people", "trail"]
