"""The tables of requests; see `schema` for instants and `columns` for keys."""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from episodarr.database.columns import key, reference
from episodarr.database.schema import Instant, metadata

requests = Table(
    "requests",
    metadata,
    key(),
    reference("connection_id", "connections.id"),
    Column("number", Integer, nullable=False, comment="the request system's own id"),
    Column("tmdb_id", Integer, nullable=False),
    Column("tvdb_id", Integer, nullable=False),
    Column("requester", Text, nullable=False),
    Column(
        "requester_number",
        Integer,
        nullable=False,
        server_default="0",
        comment="the request system's own id of the user; 0: not told",
    ),
    Column("all_seasons", Boolean, nullable=False, comment="all but the specials; else see request_seasons"),
    Column("is_4k", Boolean, nullable=False),
    Column("status", Text, nullable=False),
    Column("status_number", Integer, nullable=False),
    Column("media_status", Text, nullable=False, comment="what the request system believes of the whole title"),
    Column("media_number", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("modified_by", Text, nullable=False),
    Column("sonarr_address", Text, nullable=False, comment="scheme, host and port as the request system knows it"),
    Column("sonarr_series", Integer, nullable=False, comment="that Sonarr's id of the series"),
    Column("gone_at", Instant, comment="the request system no longer has it; its history is kept"),
    Column("source", Text, nullable=False, comment="who says it: the source of its facts"),
    Column("said", Text, nullable=False, comment="the fact for a requested episode; see evidence.what"),
    Column("unsaid", Text, nullable=False, comment="the fact for an episode that is not requested any more"),
    Column("standing", Boolean, nullable=False, comment="neither declined nor gone"),
    Column("said_at", Instant, nullable=False, comment="since when it says so"),
    UniqueConstraint("connection_id", "number"),
)
Index("ix_requests_created_at", requests.c.created_at, requests.c.id)

request_seasons = Table(
    "request_seasons",
    metadata,
    reference("request_id", "requests.id"),
    Column("number", Integer, nullable=False),
    PrimaryKeyConstraint("request_id", "number"),
)

request_series = Table(
    "request_series",
    metadata,
    reference("request_id", "requests.id"),
    reference("series_id", "series.id"),
    Column("current", Boolean, nullable=False, comment="false: it was found to be about another one meanwhile"),
    PrimaryKeyConstraint("request_id", "series_id"),
    Index("ix_request_series_series_id", "series_id"),
    comment="the series that a request is about, in each Sonarr that holds it",
)

request_log = Table(
    "request_log",
    metadata,
    key(),
    reference("request_id", "requests.id"),
    Column("at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Index("ix_request_log_request_id", "request_id"),
    comment="what became of a request",
)

film_requests = Table(
    "film_requests",
    metadata,
    reference("connection_id", "connections.id"),
    Column("number", Integer, nullable=False, comment="the request system's own id"),
    Column("tmdb_id", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("standing", Boolean, nullable=False, comment="not declined"),
    PrimaryKeyConstraint("connection_id", "number"),
    Index("ix_film_requests_tmdb_id", "tmdb_id"),
    comment="which films were asked for, as the request system told last",
)

request_titles = Table(
    "request_titles",
    metadata,
    reference("connection_id", "connections.id"),
    Column("tmdb_id", Integer, nullable=False),
    Column("name", Text, nullable=False, comment="empty: looked for in vain"),
    Column("year", Integer, nullable=False),
    Column("looked_at", Instant, nullable=False),
    PrimaryKeyConstraint("connection_id", "tmdb_id"),
    comment="names of requested titles that no Sonarr lists",
)
