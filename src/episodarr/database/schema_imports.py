"""The table of what importers make of files; see `schema` for instants and `columns` for keys."""

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table

from episodarr.database.columns import reference
from episodarr.database.schema import Instant, metadata

cross_references = Table(
    "cross_references",
    metadata,
    reference("connection_id", "connections.id"),
    reference("episode_id", "episodes.id"),
    Column("importer_file_id", Integer, nullable=False, comment="such as Shoko's id of the file"),
    Column("importer_episode_id", Integer, nullable=False, comment="0: the file is known there but matched to nothing"),
    Column("importer_series_id", Integer, nullable=False),
    Column("seen_at", Instant, nullable=False),
    PrimaryKeyConstraint("connection_id", "episode_id", "importer_file_id", "importer_episode_id"),
    comment="which file and episode of an importer such as Shoko an episode is",
)
Index("ix_cross_references_episode_id", cross_references.c.episode_id)
