"""Tables of what people chose among search results, where a site learns from it (docs/search.md).

Nothing in them says who. What was searched for is a keyed hash until enough days have passed on which it was
searched and something chosen; only then are the words written down.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from .tables import metadata

#: Different days on which a search has to lead to a choice before its words are kept and used. Days, not
#: choices: nobody is told from anybody, and somebody alone makes many choices in one afternoon.
DAYS_NEEDED = 5
#: How long choices are kept after searches that have not come so far, and after those that have.
RARE_KEPT = dt.timedelta(days=90)
KEPT = dt.timedelta(days=365)
#: Places are told apart up to this one; what stands further down counts as here.
LAST_PLACE = 10

search_clicks = sa.Table(
    "search_clicks",
    metadata,
    sa.Column("query", sa.Text, primary_key=True),  # keyed hash of the words
    sa.Column("record", sa.Text, primary_key=True),  # id of the article chosen
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),  # where it stood, from 1
    sa.Column("day", sa.Date, primary_key=True, index=True),
    sa.Column("count", sa.Integer, nullable=False),
)

clicked_queries = sa.Table(
    "clicked_queries",
    metadata,
    sa.Column("query", sa.Text, primary_key=True),
    sa.Column("words", sa.Text, nullable=False),
)
