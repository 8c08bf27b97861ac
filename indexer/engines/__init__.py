"""The search engines, one file each, behind `schemas.engine.SearchEngine`."""

from __future__ import annotations

from importlib import import_module

from schemas.engine import SearchEngine
from schemas.errors import SettingsError
from schemas.settings import PREFIX, Settings

_MODULES = {"tantivy": "tantivy", "whoosh": "whoosh", "elasticsearch": "elastic"}


def open_engine(settings: Settings, name: str | None = None) -> SearchEngine:
    """The engine of this name, or the one the settings choose. Only its own library is imported."""
    name = name or settings.search_engine
    if name not in _MODULES:
        raise SettingsError(PREFIX + "SEARCH_ENGINE", name, " | ".join(_MODULES))
    try:
        module = import_module(f"{__name__}.{_MODULES[name]}")
    except ModuleNotFoundError as error:
        raise SettingsError(
            PREFIX + "SEARCH_ENGINE", name, f"an installed engine; {error.name} is missing"
        ) from error
    engine: SearchEngine = module.open_engine(settings)
    return engine
