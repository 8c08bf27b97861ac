"""Every route of the desk: importing this module attaches them to the blueprint."""

from __future__ import annotations

from . import desk, drafting, importing
from .office import bp

__all__ = ["bp", "desk", "drafting", "importing"]
