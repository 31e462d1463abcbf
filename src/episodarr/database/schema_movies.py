"""The tables of movies; see `schema` for instants and `columns` for keys."""

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
)

from episodarr.database.columns import key, reference
from episodarr.database.schema import Instant, metadata
from episodarr.database.schema_watching import sums

movies = Table(
    "movies",
    metadata,
    key(),
    Column("tmdb_id", Integer, nullable=False, comment="0: not told"),
    Column("imdb_id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("sort_title", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("overview", Text, nullable=False),
    Column("runtime", Integer, nullable=False, comment="minutes"),
    Column("genres", Text, nullable=False, comment="JSON list"),
    Column("studio", Text, nullable=False),
    Column("rating", Float, comment="0..10"),
    Column("monitored", Boolean, comment="null: no Radarr holds it"),
    Column("root_folder", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("size_on_disk", BigInteger, nullable=False),
    Column("has_file", Boolean, nullable=False),
    Column("file_added_at", Instant),
    Column("quality", Text, nullable=False),
    Column("tags", Text, nullable=False, comment="JSON list of labels"),
    Column("has_poster", Boolean, nullable=False),
    Column("available", Boolean, nullable=False, comment="a media server lists it with a file"),
    Column("available_since", Instant),
    Column("synced_at", Instant, comment="when what is known of it last changed"),
    Column("gone_at", Instant, comment="no system lists it any more; its history is kept"),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("ix_movies_sort_title_id", "sort_title", "id"),
    comment="one row a movie, over all systems that hold it",
)

movie_copies = Table(
    "movie_copies",
    metadata,
    reference("connection_id", "connections.id"),
    Column("external_id", Text, nullable=False, comment="the system's own id of it"),
    reference("movie_id", "movies.id"),
    Column("guid", Text, nullable=False, comment="what plays of that system call it, such as plex://movie/..."),
    Column("manager", Boolean, nullable=False, comment="a Radarr, which decides; else a media server, which plays"),
    Column("joined_by", Text, nullable=False, comment="tmdb, imdb, title, or alone: what makes it this movie"),
    Column("path", Text, nullable=False, comment="as that system sees it: its file, or without one its folder"),
    Column("size", BigInteger, nullable=False, comment="bytes; 0: no file, or not told"),
    Column("has_file", Boolean, nullable=False),
    Column("added_at", Instant),
    Column("monitored", Boolean),
    Column("library", Text, nullable=False),
    Column("told", Text, nullable=False, comment="JSON: catalogue.movies.ListedMovie"),
    Column("first_seen_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False, comment="when a reading last said something new of it"),
    Column("gone_at", Instant, comment="a complete list of that system lacks it"),
    PrimaryKeyConstraint("connection_id", "external_id"),
    comment="what each system says of the movies that it holds",
)
Index("ix_movie_copies_movie_id", movie_copies.c.movie_id)

played_movies = Table(
    "played_movies",
    metadata,
    reference("item_id", "play_items.id", primary_key=True),
    reference("movie_id", "movies.id"),
    comment="which movie a played item is",
)
Index("ix_played_movies_movie_id", played_movies.c.movie_id)

watched_movies = Table(
    "watched_movies",
    metadata,
    reference("movie_id", "movies.id", primary_key=True),
    Column("viewers", Integer, nullable=False),
    *sums(),
    comment="sums over all viewers and servers; what nobody played has no row",
)
