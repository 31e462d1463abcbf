"""The tables of what a media server tells of each user's items, and of what is playing now."""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
)

from episodarr.database.columns import reference
from episodarr.database.schema import Instant, metadata

play_states = Table(
    "play_states",
    metadata,
    reference("connection_id", "connections.id"),
    reference("item_id", "play_items.id"),
    reference("viewer_id", "play_viewers.id"),
    Column("plays", Integer, nullable=False, comment="the most that was ever told; Jellyfin counts starts"),
    Column("watched_plays", Integer, nullable=False, comment="at least so many reached the end"),
    Column("played", Boolean, nullable=False, comment="at present"),
    Column("position_seconds", Integer, nullable=False, comment="at present; 0: at the beginning"),
    Column("favourite", Boolean, nullable=False, comment="at present"),
    Column("last_at", Instant, comment="the latest play that was ever told; null: none was"),
    Column("last_watched_at", Instant, comment="the latest that was played then; null: never"),
    Column("seen_at", Instant, nullable=False, comment="when the server last told it so"),
    PrimaryKeyConstraint("item_id", "viewer_id"),
    Index("ix_play_states_connection_id", "connection_id", "viewer_id"),
    Index("ix_play_states_last_at", "last_at"),
    sqlite_with_rowid=False,
    comment="what a media server tells of an item and a user; history in it is never taken back",
)

playing_now = Table(
    "playing_now",
    metadata,
    reference("connection_id", "connections.id"),
    reference("item_id", "play_items.id"),
    reference("viewer_id", "play_viewers.id"),
    Column("position_seconds", Integer, comment="null: not told"),
    Column("paused", Boolean, nullable=False),
    Column("since", Instant, nullable=False, comment="when it was first seen playing"),
    Column("seen_at", Instant, nullable=False, comment="when the service last told it so"),
    PrimaryKeyConstraint("connection_id", "item_id", "viewer_id"),
    Index("ix_playing_now_item_id", "item_id"),
    sqlite_with_rowid=False,
    comment="what is being played as last told; when a service was asked last: cursor `sessions:<connection>`",
)
