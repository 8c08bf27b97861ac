"""Tags documents, writes the search index and answers searches.

`open_search` is all the site sees of it.
"""

from __future__ import annotations

from schemas.database import database_engine
from schemas.search import SearchReader
from schemas.settings import Settings


def open_search(settings: Settings) -> SearchReader:
    """Search over what is published for the engine the settings choose.

    Raises SearchUnavailable when nothing is published yet. The reader picks up new generations and changes by
    itself; it is safe for threads, and any number of processes may hold one.
    """
    from .engines import open_engine
    from .ranking.rerank import Ranking, ranking_store
    from .reader import Reader

    engine = open_engine(settings)
    ranking = Ranking(
        ranking_store(settings), settings.search_tier, settings.search_model, settings.search_models_dir
    )
    reader = Reader(engine, database_engine(settings.database), settings.synonyms_file, ranking)
    reader.status()
    return reader
