"""The tables of plays; see `schema` for instants and `columns` for keys."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)

from episodarr.database.columns import BigKey, key, reference
from episodarr.database.schema import Instant, metadata

SUMS = ("plays", "watched_plays", "seconds", "last_at", "last_watched_at")
"""What is summed up of plays, whoever's and of whatever they are."""


def sums() -> tuple[Column[int], ...]:
    """The columns of SUMS."""
    return (
        Column("plays", Integer, nullable=False, comment="a resumed play counts once"),
        Column("watched_plays", Integer, nullable=False, comment="those that reached the end"),
        Column("seconds", BigInteger, nullable=False, comment="without pauses"),
        Column("last_at", BigInteger, nullable=False, comment="microseconds since 1970: the latest stop"),
        Column("last_watched_at", BigInteger, nullable=False, comment="of those that reached the end; 0: none did"),
    )


play_viewers = Table(
    "play_viewers",
    metadata,
    key(),
    reference("connection_id", "connections.id"),
    Column("viewer", Text, nullable=False, comment="the source's own id of the user"),
    Column("name", Text, nullable=False),
    Column("person_id", BigInteger, comment="people.id; null: one account only"),
    UniqueConstraint("connection_id", "viewer"),
)
PERSON = func.coalesce(play_viewers.c.person_id, -play_viewers.c.id)
"""Whoever has several accounts counts once."""

play_items = Table(
    "play_items",
    metadata,
    key(),
    reference("connection_id", "connections.id"),
    Column("identity", Text, nullable=False, comment="its guid, which outlives its key; else its key"),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("series_key", Text, nullable=False),
    Column("series_title", Text, nullable=False),
    Column("season", Integer),
    Column("number", Integer),
    Column("title", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("aired_on", Text, nullable=False),
    Column("tvdb_id", Integer, nullable=False),
    Column("series_tvdb_id", Integer, nullable=False),
    Column("series_tmdb_id", Integer, nullable=False),
    Column("told_by", BigInteger, nullable=False, comment="the latest play that described it"),
    Column("pending", Integer, nullable=False, comment="2: its sums wait, 1: nobody was told of them, 0: neither"),
    UniqueConstraint("connection_id", "identity"),
    comment="what was played, whether Sonarr lists it or not",
)
Index("ix_play_items_key", play_items.c.connection_id, play_items.c.key)
_waiting = text("pending > 0")
Index(
    "ix_play_items_pending",
    play_items.c.connection_id,
    play_items.c.pending,
    sqlite_where=_waiting,
    postgresql_where=_waiting,
)

plays = Table(
    "plays",
    metadata,
    reference("connection_id", "connections.id"),
    Column("number", BigInteger, nullable=False, comment="the source's own id"),
    Column("started_at", Instant, nullable=False),
    Column("first_number", BigInteger, nullable=False, comment="of the play that it resumes, or its own"),
    Column("viewer_id", BigInteger, nullable=False, comment="play_viewers.id"),
    Column("item_id", BigInteger, nullable=False, comment="play_items.id"),
    Column("stopped_at", Instant, nullable=False),
    Column("seconds", Integer, nullable=False, comment="without pauses"),
    Column("percent", Integer, nullable=False),
    Column("watched", Boolean, nullable=False),
    Column("counted_by", BigInteger, comment="the connection that tells and counts this play too"),
    PrimaryKeyConstraint("connection_id", "number", "started_at"),
    sqlite_with_rowid=False,
    comment="each once; a source that lost its database gives the same numbers to other plays",
)
Index("ix_plays_item_id", plays.c.item_id)
Index("ix_plays_started_at", plays.c.started_at)
Index("ix_plays_viewer_id_started_at", plays.c.viewer_id, plays.c.started_at)
_elsewhere = text("counted_by IS NOT NULL")
Index("ix_plays_counted_by", plays.c.connection_id, sqlite_where=_elsewhere, postgresql_where=_elsewhere)
_resumes = text("number <> first_number")
Index(
    "ix_plays_resuming", plays.c.connection_id, plays.c.first_number, sqlite_where=_resumes, postgresql_where=_resumes
)

play_sums = Table(
    "play_sums",
    metadata,
    reference("item_id", "play_items.id"),
    Column("viewer_id", BigKey, nullable=False),
    *sums(),
    PrimaryKeyConstraint("item_id", "viewer_id"),
    sqlite_with_rowid=False,
    comment="what the plays of one item by one viewer add up to",
)

played_episodes = Table(
    "played_episodes",
    metadata,
    reference("item_id", "play_items.id"),
    reference("episode_id", "episodes.id"),
    PrimaryKeyConstraint("item_id", "episode_id"),
    Index("ix_played_episodes_episode_id", "episode_id"),
    comment="which episode a played item is, in each Sonarr that holds it",
)

play_series = Table(
    "play_series",
    metadata,
    reference("connection_id", "connections.id"),
    Column("series_key", Text, nullable=False),
    Column("tvdb_id", Integer, nullable=False, comment="0: not known; all 0: asked for in vain"),
    Column("tmdb_id", Integer, nullable=False),
    Column("year", Integer, nullable=False),
    Column("looked_at", Instant, nullable=False),
    PrimaryKeyConstraint("connection_id", "series_key"),
    comment="what other systems call the series of plays that matched nothing by their titles",
)

watched_episodes = Table(
    "watched_episodes",
    metadata,
    reference("episode_id", "episodes.id", primary_key=True),
    reference("series_id", "series.id"),
    Column("season_number", Integer, nullable=False),
    Column("viewers", Integer, nullable=False),
    *sums(),
    Index("ix_watched_episodes_series_id", "series_id"),
    comment="sums over all viewers and servers; what nobody played has no row",
)

watched_seasons = Table(
    "watched_seasons",
    metadata,
    reference("series_id", "series.id"),
    Column("season_number", Integer, nullable=False),
    Column("viewers", Integer, nullable=False),
    *sums(),
    PrimaryKeyConstraint("series_id", "season_number"),
)

watched_series = Table(
    "watched_series",
    metadata,
    reference("series_id", "series.id", primary_key=True),
    Column("viewers", Integer, nullable=False),
    *sums(),
)
