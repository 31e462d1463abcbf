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


def downgrade() -> None:
    op.drop_index("ix_cross_references_episode_id", table_name="cross_references")
    op.drop_table("cross_references")
