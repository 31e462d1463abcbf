"""The tables of imported viewing histories; see `schema` for instants and keys. Days are ISO 8601 texts."""

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
    UniqueConstraint,
    text,
)

from episodarr.database.columns import BigKey, key, reference
from episodarr.database.schema import Instant, metadata

known_shows = Table(
    "known_shows",
    metadata,
    key(),
    Column("source", Text, nullable=False, comment="tmdb, tvmaze or library"),
    Column("source_id", BigKey, nullable=False, comment="of the service; of the library series.id"),
    Column("tmdb_id", Integer, nullable=False),
    Column("tvmaze_id", Integer, nullable=False),
    Column("tvdb_id", Integer, nullable=False),
    Column("imdb_id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("status", Text, nullable=False, comment="running, ended or empty"),
    Column("total_seasons", Integer, comment="without the specials; null: not known"),
    Column("total_episodes", Integer, comment="that have aired, without the specials; null: not known"),
    Column("known_episodes", Integer, comment="unaired ones included, without the specials"),
    Column("special_episodes", Integer),
    Column("updated_at", Instant, comment="when its metadata were last read; null: never"),
    Column("refresh_at", Instant, comment="null: as soon as possible"),
    Column("series_id", BigInteger, comment="series.id; null: no Sonarr lists it"),
    UniqueConstraint("source", "source_id"),
    comment="shows that somebody watched, wherever they are known from",
)
Index("ix_known_shows_tvdb_id", known_shows.c.tvdb_id)
Index("ix_known_shows_tmdb_id", known_shows.c.tmdb_id)
Index("ix_known_shows_series_id", known_shows.c.series_id)

history_imports = Table(
    "history_imports",
    metadata,
    key(),
    reference("user_id", "users.id"),
    Column("name", Text, nullable=False, comment="of the file, for people"),
    Column("size", BigInteger, nullable=False, comment="bytes"),
    Column("format", Text, nullable=False),
    Column("choices", Text, nullable=False, comment="JSON: histories.import_model.Choices"),
    Column("today", Text, nullable=False, comment="the day on which its dates are judged"),
    Column("company", Text, nullable=False, comment="JSON: names that so many of its titles share that they are shows"),
    Column("date_form", Text, nullable=False, server_default="", comment="of its dates; empty: open"),
    Column("language", Text, nullable=False, server_default="", comment="of its titles; empty: English, or unknown"),
    Column("status", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("rows", Integer, nullable=False, comment="of the file"),
    Column("position", Integer, nullable=False, comment="events of the file that are stored"),
    Column("counts", Text, nullable=False, comment="JSON: outcome or outcome/way -> rows"),
    Column("bad", Text, nullable=False, comment="JSON: the first bad rows"),
    Column("bad_count", Integer, nullable=False),
    Column("skipped", Text, nullable=False, comment="JSON: reason -> rows"),
    Column("made_by", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Column("undone_at", Instant),
    Index("ix_history_imports_user_id", "user_id", "id"),
)

history_rows = Table(
    "history_rows",
    metadata,
    key(),
    reference("import_id", "history_imports.id"),
    Column("line", Integer, nullable=False),
    Column("member", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("name", Text, nullable=False, comment="the cleaned title by which rows are looked up and reviewed together"),
    Column("kind", Text, nullable=False),
    Column("told_season", Integer),
    Column("told_number", Integer),
    Column("episode_title", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("tmdb_id", Integer, nullable=False),
    Column("tvdb_id", Integer, nullable=False),
    Column("imdb_id", Text, nullable=False),
    Column("watched_on", Text, nullable=False),
    Column("watched_at", Instant),
    Column("plays", Integer, nullable=False),
    Column("seconds", Integer),
    Column("outcome", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("confidence", Float),
    Column("why", Text, nullable=False),
    Column("show_id", BigInteger, comment="known_shows.id"),
    Column("season", Integer),
    Column("number", Integer),
    Column("episode_id", BigInteger, comment="episodes.id; null: no Sonarr lists it"),
    Column("suggestions", Text, nullable=False, comment="JSON: what it may mean; empty: nothing"),
    Index("ix_history_rows_import_id", "import_id", "outcome", "name", "id"),
    comment="what the files of histories tell, and what became of each row",
)
_of_show = text("show_id IS NOT NULL")
Index("ix_history_rows_show_id", history_rows.c.show_id, sqlite_where=_of_show, postgresql_where=_of_show)

watched_days = Table(
    "watched_days",
    metadata,
    reference("user_id", "users.id"),
    reference("show_id", "known_shows.id"),
    Column("season", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("watched_on", Text, nullable=False),
    Column("import_id", BigInteger, comment="the first of the imports that tell it"),
    Column("episode_id", BigInteger, comment="episodes.id; null: no Sonarr lists it"),
    PrimaryKeyConstraint("user_id", "show_id", "season", "number", "watched_on"),
    sqlite_with_rowid=False,
    comment="what each user saw by their histories, each episode once a day",
)

watched_films = Table(
    "watched_films",
    metadata,
    reference("user_id", "users.id"),
    Column("name", Text, nullable=False, comment="the cleaned title"),
    Column("watched_on", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("import_id", BigInteger),
    PrimaryKeyConstraint("user_id", "name", "watched_on"),
    sqlite_with_rowid=False,
)

history_mappings = Table(
    "history_mappings",
    metadata,
    key(),
    reference("user_id", "users.id", nullable=True),
    Column("name", Text, nullable=False, comment="the cleaned title"),
    Column("choice", Text, nullable=False, comment="show, film or ignore"),
    reference("show_id", "known_shows.id", nullable=True),
    Column("season_offset", Integer, nullable=False, comment="added to the season that a title tells"),
    Column("made_by", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column(
        "whole_title",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="the name is all that a row tells",
    ),
    Column("season", Integer, comment="of a whole title that is an episode"),
    Column("number", Integer),
    Index("ix_history_mappings_name", "name"),
    comment="what people said of titles; of no user: for all",
)

history_people = Table(
    "history_people",
    metadata,
    reference("user_id", "users.id", primary_key=True),
    Column("person", Text, nullable=False, comment="p3: people.id, v12: play_viewers.id"),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    comment="who of the viewers of media servers a user is",
)
