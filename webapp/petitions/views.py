"""Every route of petitions: importing this module attaches them to the blueprint."""

from __future__ import annotations

from . import desk, file_pages, following, public
from .blueprint import bp
from .files import initialise

__all__ = ["bp", "desk", "file_pages", "following", "initialise", "public"]
