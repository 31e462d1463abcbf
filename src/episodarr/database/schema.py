"""Every table. A change here needs a migration in `migrations/versions` (a test compares the two).

Instants are stored as microseconds since 1970 in a BIGINT: exact, sortable, the same in both databases, and five times
cheaper to write and read than text. Few indexes on purpose: the first sync is bound by keeping them.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

from episodarr.database.columns import BigKey, key, reference

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """An aware instant as microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def instant(value: int) -> datetime:
    """The aware UTC instant of microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=value)


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant, kept as microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002  # given
        """To the stored form."""
        return None if value is None else micros(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # given
        """From the stored form."""
        return None if value is None else instant(value)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

connections = Table(
    "connections",
    metadata,
    key(),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False, unique=True),
    Column("settings", Text, nullable=False, comment="JSON of the fields that are no secrets"),
    Column("sealed", Text, nullable=False, server_default="", comment="sealed JSON of the secret fields"),
    Column("enabled", Boolean, nullable=False),
    Column("from_environment", Boolean, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

connection_health = Table(
    "connection_health",
    metadata,
    reference("connection_id", "connections.id", primary_key=True),
    Column("status", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("fix", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("checked_at", Instant, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("retry_at", Instant),
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

series = Table(
    "series",
    metadata,
    key(),
    reference("connection_id", "connections.id"),
    Column("sonarr_id", Integer, nullable=False),
    Column("tvdb_id", Integer, nullable=False),
    Column("tmdb_id", Integer, nullable=False),
    Column("tvmaze_id", Integer, nullable=False),
    Column("imdb_id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("sort_title", Text, nullable=False),
    Column("title_slug", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("series_type", Text, nullable=False),
    Column("network", Text, nullable=False),
    Column("overview", Text, nullable=False),
    Column("monitored", Boolean, nullable=False),
    Column("path", Text, nullable=False),
    Column("runtime", Integer, nullable=False),
    Column("genres", Text, nullable=False, comment="JSON list"),
    Column("alternate_titles", Text, nullable=False, server_default="[]", comment="JSON: catalogue.model"),
    Column("tags", Text, nullable=False, server_default="[]", comment="JSON list of the source's own tag ids"),
    Column("rating", Float, comment="0 to 10; null: nobody rated it"),
    Column("root_folder", Text, nullable=False, server_default=""),
    Column("has_poster", Boolean, nullable=False),
    Column("size_on_disk", BigInteger, nullable=False),
    Column("list_digest", Text, nullable=False, comment="of its entry in the series list"),
    Column("episodes_digest", Text, nullable=False, server_default="", comment="of its episodes and files as answered"),
    Column("synced_at", Instant, comment="when its episodes were last read"),
    Column(
        "stale", Boolean, nullable=False, comment="the list says that its episodes have changed since they were read"
    ),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("failure", Text, nullable=False, server_default=""),
    Column("retry_at", Instant),
    Column("gone_at", Instant, comment="Sonarr no longer knows it; its history is kept"),
    Column("season_count", Integer, nullable=False, server_default="0", comment="without the specials"),
    Column("episode_count", Integer, nullable=False, server_default="0"),
    Column("aired_count", Integer, nullable=False, server_default="0"),
    Column("file_count", Integer, nullable=False, server_default="0"),
    Column("available_count", Integer, nullable=False, server_default="0"),
    Column("missing_count", Integer, nullable=False, server_default="0"),
    Column("arriving_count", Integer, nullable=False, server_default="0"),
    Column("states", Text, nullable=False, server_default="{}", comment="JSON: state -> number of episodes"),
    Column("next_airs_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("connection_id", "sonarr_id"),
    Index("ix_series_sort_title_id", "sort_title", "id"),
)

series_files = Table(
    "series_files",
    metadata,
    reference("series_id", "series.id", primary_key=True),
    Column("body", LargeBinary, nullable=False, comment="the raw episode files as Sonarr sent them, zlib"),
)

seasons = Table(
    "seasons",
    metadata,
    key(),
    reference("series_id", "series.id"),
    Column("number", Integer, nullable=False),
    Column("sonarr_series_id", Integer, nullable=False),
    Column("monitored", Boolean, nullable=False),
    Column("episode_count", Integer, nullable=False),
    Column("episode_file_count", Integer, nullable=False),
    Column("total_episode_count", Integer, nullable=False),
    Column("size_on_disk", BigInteger, nullable=False),
    Column("statistics", Text, nullable=False, comment="JSON as Sonarr sent it"),
    Column("available_count", Integer, nullable=False, server_default="0"),
    Column("missing_count", Integer, nullable=False, server_default="0"),
    Column("arriving_count", Integer, nullable=False, server_default="0"),
    Column("states", Text, nullable=False, server_default="{}"),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("series_id", "number"),
)

episode_files = Table(
    "episode_files",
    metadata,
    key(),
    reference("series_id", "series.id"),
    Column("sonarr_id", Integer, nullable=False),
    Column("relative_path", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("quality", Text, nullable=False),
    Column("release_group", Text, nullable=False),
    Column("scene_name", Text, nullable=False),
    Column("added_at", Instant),
    UniqueConstraint("series_id", "sonarr_id"),
)

episodes = Table(
    "episodes",
    metadata,
    key(),
    reference("series_id", "series.id"),
    Column("season_id", BigKey, nullable=False),
    Column("connection_id", BigKey, nullable=False),
    Column("sonarr_id", Integer, nullable=False),
    Column("tvdb_id", Integer, nullable=False),
    Column("season_number", Integer, nullable=False),
    Column("episode_number", Integer, nullable=False),
    Column("absolute_number", Integer),
    Column("scene_season_number", Integer),
    Column("scene_episode_number", Integer),
    Column("scene_absolute_number", Integer),
    Column("title", Text, nullable=False),
    Column("overview", Text, nullable=False),
    Column("air_date", Text),
    Column("airs_at", Instant),
    Column("runtime", Integer, nullable=False),
    Column("finale", Text),
    Column("monitored", Boolean, nullable=False),
    Column("file_id", BigKey, comment="episode_files.id; null: no file"),
    Column("gone_at", Instant, comment="Sonarr no longer lists it; its history is kept"),
    Column("state", Text, nullable=False),
    Column("because", Text, nullable=False),
    Column("waiting_for", Text),
    Column("since", Instant),
    Column("review_at", Instant),
    Column("judged_at", Instant, comment="when its standing was last written; null: before that was kept"),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("connection_id", "sonarr_id"),
)
_listed = text("gone_at IS NULL")
Index(
    "uq_episodes_series_id_season_number_episode_number",
    episodes.c.series_id,
    episodes.c.season_number,
    episodes.c.episode_number,
    unique=True,
    sqlite_where=_listed,
    postgresql_where=_listed,
)
Index("ix_episodes_airs_at", episodes.c.airs_at)
_to_review = text("review_at IS NOT NULL")
Index("ix_episodes_review_at", episodes.c.review_at, sqlite_where=_to_review, postgresql_where=_to_review)
_on_the_way = text(
    "state IN ('grabbed','queued','downloading','stalled','failed','downloaded','importing',"
    "'import_blocked','imported')"
)
Index("ix_episodes_on_the_way", episodes.c.series_id, sqlite_where=_on_the_way, postgresql_where=_on_the_way)

evidence = Table(
    "evidence",
    metadata,
    reference("episode_id", "episodes.id"),
    Column("kind", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("what", Text, nullable=False, comment="JSON, episode.facts"),
    PrimaryKeyConstraint("episode_id", "kind", "source"),
    sqlite_with_rowid=False,
    comment="what counts now: the latest fact of each kind and source",
)

superseded = Table(
    "superseded",
    metadata,
    key(),
    reference("episode_id", "episodes.id"),
    Column("kind", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("what", Text, nullable=False),
    Index("ix_superseded_episode_id_at", "episode_id", "at"),
    comment="what was said before: with `evidence`, the log of an episode",
)

downloads = Table(
    "downloads",
    metadata,
    key(),
    Column("download_id", Text, nullable=False, unique=True),
    reference("series_id", "series.id"),
    Column("release", Text, nullable=False),
    Column("client", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("grabbed_at", Instant, nullable=False),
    Column("origin", Text, nullable=False, server_default="sonarr", comment="who says which episodes it covers"),
    Column("reason", Text, nullable=False, server_default="", comment="why these, where Sonarr did not grab it"),
    Column("settled_at", Instant, comment="nothing more is expected of it"),
)
_open_downloads = text("settled_at IS NULL")
Index("ix_downloads_open", downloads.c.series_id, sqlite_where=_open_downloads, postgresql_where=_open_downloads)

download_episodes = Table(
    "download_episodes",
    metadata,
    reference("download", "downloads.id"),
    reference("episode_id", "episodes.id"),
    Column("by_hand", Boolean, nullable=False, server_default=text("false"), comment="a person said so, not Sonarr"),
    PrimaryKeyConstraint("download", "episode_id"),
)
Index("ix_download_episodes_episode_id", download_episodes.c.episode_id)

corrections = Table(
    "corrections",
    metadata,
    key(),
    Column("download_id", Text, nullable=False),
    Column("file_name", Text, nullable=False, comment="its path inside the download"),
    Column("episodes", Text, nullable=False, comment="JSON list of episode ids; empty: it holds none"),
    Column("made_by", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    UniqueConstraint("download_id", "file_name"),
    comment="what a person said of the files of downloads",
)

library_checks = Table(
    "library_checks",
    metadata,
    reference("connection_id", "connections.id"),
    reference("series_id", "series.id"),
    Column("attempts", Integer, nullable=False),
    Column("checked_at", Instant, nullable=False),
    Column("next_at", Instant, nullable=False),
    PrimaryKeyConstraint("connection_id", "series_id"),
)

jobs = Table(
    "jobs",
    metadata,
    key(),
    Column("task", Text, nullable=False),
    Column("trigger", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("progress", Float),
    Column("message", Text, nullable=False),
    Column("params", Text, nullable=False),
    Column("report", Text, nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Index("ix_jobs_task_id", "task", "id"),
)

users = Table(
    "users",
    metadata,
    key(),
    Column("name", Text, nullable=False),
    Column("folded_name", Text, nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_seen_at", Instant),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", Text, primary_key=True),
    reference("user_id", "users.id", index=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    key(),
    Column("name", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("key_hash", Text, nullable=False, unique=True),
    Column("preset", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_used_at", Instant),
)
