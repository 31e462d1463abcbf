"""The tables of who follows which show, and of what is kept fresh; see `schema` for instants and `columns` for keys."""

from sqlalchemy import Boolean, Column, Index, Table, Text, text

from episodarr.database.columns import key, reference
from episodarr.database.schema import Instant, episodes, metadata

fresh_choices = Table(
    "fresh_choices",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False, comment="JSON"),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    comment="what people chose about keeping fresh; it wins over the environment",
)

followed_shows = Table(
    "followed_shows",
    metadata,
    reference("series_id", "series.id", primary_key=True),
    Column("watching", Boolean, nullable=False),
    Column("why", Text, nullable=False, server_default="", comment="catalogue.followed.Why; empty: never judged"),
    Column("who", Text, nullable=False, server_default=""),
    Column("since", Instant, comment="when `watching` last changed"),
    Column("sign_at", Instant, comment="the latest sign that counted"),
    Column("opened_at", Instant),
    Column("opened_by", Text, nullable=False, server_default=""),
    Column("imported_at", Instant),
    Column("imported_by", Text, nullable=False, server_default=""),
    Column("prepared_at", Instant),
    Column("prepared_for", Text, nullable=False, server_default=""),
    Column("lean_since", Instant, comment="its summaries and raw answers are not kept"),
    comment="a show that nobody ever touched has no row",
)
_lean = text("lean_since IS NOT NULL")
Index("ix_followed_shows_lean", followed_shows.c.series_id, sqlite_where=_lean, postgresql_where=_lean)

followed_log = Table(
    "followed_log",
    metadata,
    key(),
    reference("series_id", "series.id"),
    Column("at", Instant, nullable=False),
    Column("watching", Boolean, nullable=False),
    Column("why", Text, nullable=False),
    Column("who", Text, nullable=False),
    Index("ix_followed_log_series_id_id", "series_id", "id"),
)

UNTITLED = text("episodes.title IN ('TBA', 'TBD', '') AND episodes.gone_at IS NULL")
"""In the words of the partial index, which SQLite uses for no others."""
_untitled = text("title IN ('TBA', 'TBD', '') AND gone_at IS NULL")
Index("ix_episodes_untitled", episodes.c.series_id, sqlite_where=_untitled, postgresql_where=_untitled)
