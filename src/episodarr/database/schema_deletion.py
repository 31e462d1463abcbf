"""The tables of what could go; see `schema` for instants and `columns` for keys.

`held_*` are sums that are kept so that a page over a million episodes reads few narrow rows. They are made of other
tables, series by series (`holdings`), and can be made anew at any time.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from episodarr.database.columns import key, reference
from episodarr.database.schema import Instant, metadata


def _seen() -> tuple[Column[Any], ...]:
    """Instants as microseconds since 1970: they are only ever compared and sorted here."""
    return (
        Column("size", BigInteger, nullable=False),
        Column("added_at", BigInteger, comment="of the latest file; null: it is not told"),
        Column("episodes", Integer, nullable=False, comment="with a file"),
        Column("watched_episodes", Integer, nullable=False, comment="of these, to the end by anyone"),
        Column("plays", Integer, nullable=False),
        Column("viewers", Integer, nullable=False),
        Column("last_at", BigInteger, comment="null: never played"),
        Column("in_progress_at", BigInteger, comment="when somebody last left off within it"),
        Column("next_up_at", BigInteger, comment="when somebody last watched the one before it"),
        Column("favourite", Boolean, nullable=False),
        Column("requested_at", BigInteger),
        Column("requester_watched", Boolean),
        Column("arriving", Integer, nullable=False),
        Column("monitored", Boolean),
        Column("protected", Boolean, nullable=False),
    )


def _described() -> tuple[Column[Any], ...]:
    return (
        Column("connection_id", BigInteger, nullable=False, comment="0: nothing manages it"),
        Column("status", Text, nullable=False),
        Column("series_type", Text, nullable=False),
        Column("root_folder", Text, nullable=False),
        Column("tags", Text, comment="labels in lower case, each between line feeds; null: not known"),
        Column("rating", Float),
        Column("unread", Boolean, nullable=False),
    )


held_series = Table(
    "held_series",
    metadata,
    reference("series_id", "series.id", primary_key=True),
    Column("files", Integer, nullable=False),
    *_seen(),
    Column("qualities", Text, nullable=False, comment="in lower case, each between line feeds"),
    *_described(),
    Column("latest_season", Integer, comment="the latest one that has files"),
)

held_seasons = Table(
    "held_seasons",
    metadata,
    reference("series_id", "series.id"),
    Column("season_number", Integer, nullable=False),
    Column("season_id", BigInteger, nullable=False),
    Column("files", Integer, nullable=False),
    *_seen(),
    Column("qualities", Text, nullable=False),
    PrimaryKeyConstraint("series_id", "season_number"),
    sqlite_with_rowid=False,
)

held_files = Table(
    "held_files",
    metadata,
    reference("series_id", "series.id"),
    Column("season_number", Integer, nullable=False),
    Column("number", Integer, nullable=False, comment="of its first episode"),
    Column("file_id", BigInteger, nullable=False, comment="episode_files.id"),
    *_seen(),
    Column("qualities", Text, nullable=False),
    Column("from_start", Integer, comment="which one of the show, without specials; null: not among the first"),
    Column("from_end", Integer, comment="the same from the last"),
    PrimaryKeyConstraint("series_id", "season_number", "number", "file_id"),
    sqlite_with_rowid=False,
)
# What stays of each show is summed up out of these alone.
_among_first, _among_last = text("from_start IS NOT NULL"), text("from_end IS NOT NULL")
_h = held_files.c
Index(
    "ix_held_files_from_start",
    *(_h.from_start, _h.series_id, _h.season_number, _h.size),
    sqlite_where=_among_first,
    postgresql_where=_among_first,
)
Index(
    "ix_held_files_from_end",
    *(_h.from_end, _h.series_id, _h.season_number, _h.size, _h.from_start),
    sqlite_where=_among_last,
    postgresql_where=_among_last,
)

held_movies = Table(
    "held_movies",
    metadata,
    reference("movie_id", "movies.id", primary_key=True),
    Column("files", Integer, nullable=False),
    *_seen(),
    Column("qualities", Text, nullable=False),
    *_described(),
)

held_waiting = Table(
    "held_waiting",
    metadata,
    reference("series_id", "series.id", primary_key=True),
    comment="series of which something has changed since their held_* were made",
)

tag_labels = Table(
    "tag_labels",
    metadata,
    reference("connection_id", "connections.id"),
    Column("tag", Integer, nullable=False, comment="the source's own id"),
    Column("label", Text, nullable=False),
    PrimaryKeyConstraint("connection_id", "tag"),
)

protections = Table(
    "protections",
    metadata,
    key(),
    reference("series_id", "series.id", nullable=True),
    Column("season_number", Integer, comment="null: the whole show"),
    reference("episode_id", "episodes.id", nullable=True, comment="null: the whole season"),
    reference("movie_id", "movies.id", nullable=True),
    Column("reason", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Index("ix_protections_series_id", "series_id"),
    comment="what somebody said stays",
)

rules = Table(
    "rules",
    metadata,
    key(),
    Column("name", Text, nullable=False),
    Column("folded_name", Text, nullable=False, unique=True),
    Column("body", Text, nullable=False, comment="JSON: deletion.rules.Rule"),
    Column("made_by", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)
