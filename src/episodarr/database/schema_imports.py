"""The table of what importers make of files; see `schema` for how instants and keys are kept."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table

from episodarr.database.schema import Instant, metadata

_BigKey = BigInteger().with_variant(Integer, "sqlite")

cross_references = Table(
    "cross_references",
    metadata,
    Column("connection_id", _BigKey, ForeignKey("connections.id", ondelete="CASCADE"), nullable=False),
    Column("episode_id", _BigKey, ForeignKey("episodes.id", ondelete="CASCADE"), nullable=False),
    Column("importer_file_id", Integer, nullable=False, comment="such as Shoko's id of the file"),
    Column("importer_episode_id", Integer, nullable=False, comment="0: the file is known there but matched to nothing"),
    Column("importer_series_id", Integer, nullable=False),
    Column("seen_at", Instant, nullable=False),
    PrimaryKeyConstraint("connection_id", "episode_id", "importer_file_id", "importer_episode_id"),
    comment="which file and episode of an importer such as Shoko an episode is",
)
Index("ix_cross_references_episode_id", cross_references.c.episode_id)
