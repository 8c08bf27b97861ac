"""What the worker does for consultations: grouping, checking files, clearing what has expired."""

from __future__ import annotations

import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas.settings import Settings

from ..audit import now
from ..petitions import files as petition_files
from . import attachments, challenge, figures
from .campaigns import BATCH, group_waiting
from .comments import DRAFTS_KEPT


def group(_settings: Settings, database: sa.Engine) -> None:
    """Put new comments into campaigns."""
    while group_waiting(database) == BATCH:
        pass


def count(_settings: Settings, database: sa.Engine) -> None:
    """Make kept counts of consultations with very many comments anew."""
    figures.renew(database)


def check_files(settings: Settings, database: sa.Engine) -> None:
    """Have clamd look at uploads, those of petitions too, where one is set."""
    attachments.check_waiting(settings, database)
    petition_files.check_waiting(settings, database)


def clear(settings: Settings, database: sa.Engine) -> None:
    """Remove drafts and uploads that were never sent, spent proofs, and files no row names any more."""
    old = now() - DRAFTS_KEPT
    a, d = c.attachments, c.comment_drafts
    with database.begin() as connection:
        connection.execute(sa.delete(d).where(d.c.updated_at < old))
        unsent = sa.and_(a.c.comment_id.is_(None), a.c.submission.is_not(None), a.c.created_at < old)
        connection.execute(sa.delete(a).where(unsent))
        challenge.purge(connection)
        named = set(connection.scalars(sa.select(a.c.sha256))) | petition_files.clear(connection, old)
    folder = settings.data_dir / "uploads"
    for path in folder.glob("??/*") if folder.is_dir() else ():
        # A file younger than a day may belong to an upload that is being written.
        if path.name not in named and path.stat().st_mtime < now().timestamp() - 86400:
            path.unlink(missing_ok=True)
