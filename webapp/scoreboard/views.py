"""Every route of the scoreboard: importing this module attaches them to the blueprint."""

from __future__ import annotations

from . import boards, rows
from .blueprint import bp

__all__ = ["boards", "bp", "rows"]
