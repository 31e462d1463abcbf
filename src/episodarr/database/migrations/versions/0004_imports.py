"""Imports, cross references and corrections"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cross_references",
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("importer_file_id", sa.Integer(), nullable=False, comment="such as Shoko's id of the file"),
        sa.Column(
            "importer_episode_id",
            sa.Integer(),
            nullable=False,
            comment="0: the file is known there but matched to nothing",
        ),
        sa.Column("importer_series_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connections.id"],
            name="fk_cross_references_connection_id_connections",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name="fk_cross_references_episode_id_episodes", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "connection_id", "episode_id", "importer_file_id", "importer_episode_id", name="pk_cross_references"
        ),
        comment="which file and episode of an importer such as Shoko an episode is",
    )
    op.create_index("ix_cross_references_episode_id", "cross_references", ["episode_id"])
    op.add_column(
        "series",
        sa.Column("alternate_titles", sa.Text(), nullable=False, server_default="[]", comment="JSON: catalogue.model"),
    )
    op.execute("UPDATE series SET list_digest = ''")  # so that the next series list brings their other titles
    op.execute("DELETE FROM cursors WHERE name LIKE 'series-list:%'")
    op.add_column(
        "downloads",
        sa.Column(
            "origin",
            sa.Text(),
            nullable=False,
            server_default="sonarr",
            comment="who says which episodes it covers",
        ),
    )
    op.add_column(
        "downloads",
        sa.Column(
            "reason", sa.Text(), nullable=False, server_default="", comment="why these, where Sonarr did not grab it"
        ),
    )
    op.add_column(
        "download_episodes",
        sa.Column(
            "by_hand",
            sa.Boolean(),
            nullable=False,
            server_default=sa.text("false"),
            comment="a person said so, not Sonarr",
        ),
    )
    op.create_table(
        "corrections",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("download_id", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False, comment="its path inside the download"),
        sa.Column("episodes", sa.Text(), nullable=False, comment="JSON list of episode ids; empty: it holds none"),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
        sa.UniqueConstraint("download_id", "file_name", name="uq_corrections_download_id_file_name"),
        comment="what a person said of the files of downloads",
    )


def downgrade() -> None:
    op.drop_table("corrections")
    op.drop_column("download_episodes", "by_hand")
    op.drop_column("downloads", "reason")
    op.drop_column("downloads", "origin")
    op.drop_column("series", "alternate_titles")
    op.drop_index("ix_cross_references_episode_id", table_name="cross_references")
    op.drop_table("cross_references")
